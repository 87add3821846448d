"""Security events: stored with their criticality, floods as few lines."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from laddnav.kernel.keys import StationKey
from laddnav.stations.events import SecurityEventTold
from laddnav.stations.model.security import (
    SecurityEvent,
    SecurityEventFilter,
    SecurityEventReported,
)
from laddnav.stations.rules.security import is_critical
from laddnav.stations.service.security import Noted, SecurityEvents
from laddnav.storage.database import Database
from tests.stations.hall import KEY, START, Hall, ManualClock
from tests.waiting import until

STAMPED = datetime(2026, 2, 28, tzinfo=UTC)


def reported(type_: str = "ResetOrReboot", **told: object) -> SecurityEventReported:
    usual = {"type": type_, "at": STAMPED, "info": None}
    return SecurityEventReported(**{**usual, **told})  # type: ignore[arg-type]  # tests name fields freely


class Desk:
    """Takes events of one station, as the gateway does."""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall
        self.events = hall.stations.security

    async def open(self) -> "Desk":
        self.live = await self.hall.connect(await self.hall.add())
        return self

    async def take(self, report: SecurityEventReported) -> Noted:
        noted = self.events.record(self.live, report, self.hall.clock.now())
        if noted.write is not None:
            await self.hall.store(noted.write)
        if noted.confirmed is not None:
            noted.confirmed()
        return noted

    async def listed(self, **wanted: object) -> list[SecurityEvent]:
        page = await self.events.listed("default", SecurityEventFilter(**wanted))  # type: ignore[arg-type]  # tests name fields freely
        return list(page.items)


@pytest.fixture
async def desk(hall: Hall) -> Desk:
    return await Desk(hall).open()


@pytest.mark.ocpp("A04.FR.01")
async def test_an_event_is_stored_with_both_times_before_it_is_confirmed(desk: Desk) -> None:
    await desk.take(reported(info="wire cut"))
    (event,) = await desk.listed()
    assert (event.station, event.type, event.info) == (KEY.identity, "ResetOrReboot", "wire cut")
    assert (event.stamped_at, event.at, event.count) == (STAMPED, START, 1)
    assert event.is_critical


async def test_a_critical_event_is_a_fact_and_another_is_none(desk: Desk) -> None:
    grave = await desk.take(reported("TamperDetectionActivated"))
    plain = await desk.take(reported("FailedToAuthenticateAtCsms"))
    assert grave.write is not None
    assert plain.write is not None
    (fact,) = grave.write.facts
    told = msgspec.json.decode(fact.payload, type=SecurityEventTold)
    assert (told.station, told.type, told.stamped_at) == (KEY, "TamperDetectionActivated", STAMPED)
    assert plain.write.facts == ()


@pytest.mark.parametrize(
    ("type_", "critical"),
    [("FirmwareUpdated", True), ("InvalidCsmsCertificate", True), ("Acme.DoorOpen", False)],
)
def test_what_no_list_knows_is_not_critical(type_: str, critical: object) -> None:
    assert is_critical(type_) is critical


async def test_alike_events_within_an_hour_are_one_line_with_their_count(desk: Desk) -> None:
    for _ in range(5):
        await desk.take(reported())
        desk.hall.clock.turn(60)
    desk.events.tick()

    async def counted() -> bool:
        return [event.count for event in await desk.listed()] == [5]

    await until(counted)
    (event,) = await desk.listed()
    assert event.last_at - event.at == timedelta(minutes=4)
    desk.hall.clock.turn(3600)
    await desk.take(reported())
    assert [event.count for event in await desk.listed()] == [1, 5]


async def test_a_flood_of_different_events_is_bounded_and_none_is_lost(desk: Desk) -> None:
    floods = 0
    for number in range(1_000):
        noted = await desk.take(reported("MemoryExhaustion", info=f"left {number}"))
        floods += noted.is_flood
    desk.events.tick()

    async def all_counted() -> bool:
        page = await desk.events.listed("default", limit=500)
        return sum(event.count for event in page.items) == 1_000

    await until(all_counted)
    page = await desk.events.listed("default", limit=500)
    assert len(page.items) == 101
    (flood,) = (event for event in page.items if event.is_flood)
    assert (flood.count, flood.info) == (900, None)
    assert floods == 900
    assert desk.events.told[True] == 1_000


async def test_types_that_are_made_up_without_end_are_bounded_too(desk: Desk) -> None:
    for number in range(400):
        await desk.take(reported(f"Made.Up.{number}"))
    page = await desk.events.listed("default", limit=500)
    assert len(page.items) == 151


async def test_what_was_not_made_durable_is_written_again_with_its_fact(desk: Desk) -> None:
    lost = desk.events.record(desk.live, reported(), desk.hall.clock.now())
    assert lost.write is not None
    again = await desk.take(reported())
    assert again.write is not None
    assert len(again.write.facts) == 1
    (event,) = await desk.listed()
    assert event.count == 2


async def test_odd_texts_and_times_are_taken(desk: Desk) -> None:
    unset = datetime(1970, 1, 1, tzinfo=UTC)
    await desk.take(reported("X" * 400, at=unset, info="i" * 4_000 + "\0"))
    (event,) = await desk.listed()
    assert event.type == "X" * 50
    assert event.info == "i" * 255
    assert event.stamped_at is None


async def test_events_are_filtered_paged_and_forgotten(
    desk: Desk, database: Database, clock: ManualClock
) -> None:
    for number in range(3):
        await desk.take(reported("ResetOrReboot", info=str(number)))
        clock.turn(1)
    await desk.take(reported("Plain"))
    assert len(await desk.listed(critical=True)) == 3
    assert [event.type for event in await desk.listed(critical=False)] == ["Plain"]
    assert await desk.listed(station="OTHER") == []
    assert len(await desk.listed(since=START + timedelta(seconds=2))) == 2
    first = await desk.events.listed("default", limit=3)
    rest = await desk.events.listed("default", limit=3, cursor=first.next)
    assert [event.info for event in (*first.items, *rest.items)] == [None, "2", "1", "0"]
    assert (await desk.events.listed("rival")).items == ()
    await SecurityEvents(database).prune(START + timedelta(seconds=2))
    assert len(await desk.listed()) == 2


async def test_stations_without_end_are_bounded(desk: Desk) -> None:
    await desk.take(reported())
    assert (await desk.take(reported())).write is None
    for number in range(2_000):
        desk.live.key = StationKey("default", f"OTHER{number}")
        desk.events.record(desk.live, reported(), START)
    desk.live.key = KEY
    assert desk.events.record(desk.live, reported(), START).write is not None
