"""StatusNotification and Heartbeat in OCPP 2.0.1."""

import pytest

from laddnav.kernel.keys import ConnectorRef
from laddnav.sessions.model import OrphanReason, OrphanTold
from laddnav.stations.model import Status
from tests.gateway.office import NOON, Office
from tests.gateway.v201.messages import event, status

SECOND = ConnectorRef(1, 2)


@pytest.mark.ocpp("G02.FR.03")
async def test_a_heartbeat_is_answered_with_the_time(office: Office) -> None:
    assert await office.say("Heartbeat", {}, after=1.25) == {
        "currentTime": "2026-11-20T12:00:01.250Z"
    }
    assert office.answers[-1].write is None


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("Available", Status.AVAILABLE),
        ("Occupied", Status.OCCUPIED),
        ("Reserved", Status.RESERVED),
        ("Unavailable", Status.UNAVAILABLE),
        ("Faulted", Status.FAULTED),
        ("Preparing", Status.OCCUPIED),
        ("Dreaming", Status.UNKNOWN),
    ],
)
async def test_every_status_is_taken_that_of_1_6_too(
    office: Office, word: str, meaning: Status
) -> None:
    assert await office.say("StatusNotification", status(word, connector=2)) == {}
    assert office.live.connectors[SECOND].status is meaning


async def test_a_status_shows_how_far_the_stations_clock_is_behind(office: Office) -> None:
    await office.say("StatusNotification", status("Available", at="2026-11-20T11:59:30Z"))
    assert office.live.clock_skew_ms == -30_000


async def test_a_status_without_timestamp_is_of_now(office: Office) -> None:
    told = status("Available", connector=2)
    del told["timestamp"]
    await office.say("StatusNotification", told)
    assert office.live.connectors[SECOND].at == NOON
    assert office.live.connectors[SECOND].stamped_at is None


async def test_an_available_connector_ends_a_session_that_nobody_ended(office: Office) -> None:
    await office.say("StatusNotification", status("Occupied"))
    await office.say("TransactionEvent", event("Started"), after=1)
    await office.say(
        "StatusNotification", status("Available", at="2026-11-20T12:10:00Z"), after=600
    )
    office.clock.time = NOON.replace(hour=13)
    assert await office.rooms.sessions.close_orphans() == 1
    closed = (await office.story())[-1]
    assert isinstance(closed, OrphanTold)
    assert closed.reason is OrphanReason.FREED
