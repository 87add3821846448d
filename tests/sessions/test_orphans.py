"""Sessions that their station never ends: closed by evidence, and corrected by its word."""

from datetime import datetime
from decimal import Decimal
from typing import cast

import pytest
from structlog.testing import capture_logs
from typing_extensions import override

from laddnav.kernel.keys import ConnectorRef, StationKey
from laddnav.sessions.model import SessionDoubt, State
from laddnav.sessions.service import Presence, orphans
from laddnav.storage.database import Database
from laddnav.storage.errors import Unstorable
from laddnav.storage.write import Write
from tests.sessions.desk import Desk
from tests.sessions.words import (
    CARD,
    HERE,
    NOON,
    OTHER_CARD,
    OTHER_STATION,
    STATION,
    THERE,
    at,
    event,
    meter,
    start,
    stop,
)


class _Known(Presence):
    """Knows since when stations have been silent."""

    def __init__(self, since: datetime | None) -> None:
        self._since = since

    @override
    async def silent_since(self, key: StationKey) -> datetime | None:
        return self._since


async def _free(
    desk: Desk, minute: float, connector: ConnectorRef = HERE, told: datetime | None = None
) -> bool:
    write = desk.sessions.connector_freed(
        STATION, connector, told or at(minute), received_at=at(minute)
    )
    if write is not None:
        await desk.database.commit(write)
    return write is not None


async def _close(desk: Desk, minute: float, presence: Presence | None = None) -> int:
    desk.clock.time = at(minute)
    return await desk.sessions.close_orphans(presence)


async def _begun(desk: Desk) -> int:
    outcome = await desk.tell(start(at(0), 1000), at(0))
    await desk.tell(meter(at(5), 1500), at(5))
    return outcome.transaction_id or 0


async def test_a_session_ends_when_its_connector_has_been_available_for_long(desk: Desk) -> None:
    await _begun(desk)
    assert await _free(desk, 10)
    assert await _close(desk, 14) == 0
    assert await _close(desk, 15) == 1
    session = await desk.one()
    assert (session.state, session.ended_at, session.energy_wh) == (
        State.ENDED,
        at(10),
        Decimal(500),
    )
    assert SessionDoubt.ORPHAN_FREED in session.doubts
    assert session.confidence == "low"
    assert await desk.facts() == ["SessionStarted", "SessionEnded"]
    assert await _close(desk, 60) == 0


async def test_the_evidence_survives_a_restart(desk: Desk) -> None:
    await _begun(desk)
    await _free(desk, 10)
    desk.restart()
    await desk.connect(STATION)
    desk.clock.time = at(30)
    assert await _close(desk, 60) == 1


async def test_a_connector_that_is_taken_again_is_no_evidence(desk: Desk) -> None:
    await _begun(desk)
    await _free(desk, 10)
    write = desk.sessions.connector_taken(STATION, HERE, received_at=at(11))
    assert write is not None
    await desk.database.commit(write)
    assert await _close(desk, 60) == 0
    assert desk.sessions.connector_taken(STATION, HERE, received_at=at(12)) is None


async def test_a_session_that_goes_on_measuring_is_no_orphan(desk: Desk) -> None:
    number = await _begun(desk)
    await _free(desk, 10)
    await desk.tell(meter(at(11), 1600, transaction_id=number), at(11))
    assert await _close(desk, 60) == 0
    desk.restart()
    await desk.connect(STATION)
    assert await _close(desk, 120) == 0


async def test_a_transaction_that_goes_on_telling_is_no_orphan(desk: Desk) -> None:
    await desk.tell(event("Started", 0, at(0), connector=HERE, register=100), at(0))
    await _free(desk, 10)
    await desk.tell(event("Updated", 1, at(11), charging_state="SuspendedEV"), at(11))
    desk.restart()
    await desk.connect(STATION)
    assert await _close(desk, 60) == 0


@pytest.mark.parametrize("connector", [THERE, ConnectorRef(0, 0)])
async def test_another_connector_or_the_whole_station_is_no_evidence(
    desk: Desk, connector: ConnectorRef
) -> None:
    await _begun(desk)
    assert not await _free(desk, 10, connector)


async def test_what_was_available_before_the_session_is_no_evidence(desk: Desk) -> None:
    await _begun(desk)
    assert not await _free(desk, 10, told=at(-1))


async def test_being_told_again_does_not_put_the_end_off(desk: Desk) -> None:
    await _begun(desk)
    assert await _free(desk, 10)
    assert not await _free(desk, 14)
    assert await _close(desk, 15) == 1


async def test_the_real_stop_corrects_an_orphan(desk: Desk) -> None:
    number = await _begun(desk)
    await _free(desk, 10)
    await _close(desk, 60)
    desk.restart()
    await desk.connect(STATION)
    await desk.tell(stop(number, at(9), 2000), at(70))
    session = await desk.one()
    assert (session.ended_at, session.energy_wh, session.doubts) == (at(9), Decimal(1000), ())
    assert await desk.facts() == ["SessionStarted", "SessionEnded", "SessionCorrected"]


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_transaction_that_goes_on_after_its_closure_is_running_again(
    desk: Desk, *, restarted: bool
) -> None:
    await desk.tell(event("Started", 0, at(0), connector=HERE, register=100), at(0))
    await _free(desk, 10)
    assert await _close(desk, 60) == 1
    if restarted:
        desk.restart()
        await desk.connect(STATION)
    await desk.tell(event("Updated", 1, at(61), register=300), at(61))
    session = await desk.one()
    assert (session.state, session.ended_at, session.doubts) == (State.RUNNING, None, ())
    await desk.tell(event("Ended", 2, at(62), register=400), at(62))
    assert (await desk.one()).energy_wh == 300


@pytest.mark.parametrize("restarted", [False, True])
async def test_values_with_its_own_id_bring_an_orphan_back(desk: Desk, *, restarted: bool) -> None:
    number = await _begun(desk)
    await _free(desk, 10)
    assert await _close(desk, 60) == 1
    if restarted:
        desk.restart()
        await desk.connect(STATION)
    await desk.tell(meter(at(61), 1700, transaction_id=number), at(61))
    session = await desk.one()
    assert (session.state, session.energy_wh) == (State.RUNNING, Decimal(700))


async def test_a_session_ends_when_its_station_has_been_silent_for_long(desk: Desk) -> None:
    await _begun(desk)
    desk.restart()
    assert await _close(desk, 60 * 24) == 0
    assert await _close(desk, 60 * 24 + 6) == 1
    session = await desk.one()
    assert (session.state, session.ended_at) == (State.ENDED, at(5))
    assert SessionDoubt.ORPHAN_SILENT in session.doubts
    assert session.energy_wh == 500


async def test_a_connected_station_is_not_silent_however_little_its_session_says(
    desk: Desk,
) -> None:
    await _begun(desk)
    assert await _close(desk, 60 * 24 * 7) == 0


@pytest.mark.parametrize("since", [None, at(60 * 24)])
async def test_a_station_that_another_node_hears_is_not_silent(
    desk: Desk, since: datetime | None
) -> None:
    await _begun(desk)
    desk.restart()
    assert await _close(desk, 60 * 24 + 6, _Known(since)) == 0


async def test_a_silent_station_that_comes_back_corrects_its_session(desk: Desk) -> None:
    number = await _begun(desk)
    desk.restart()
    await _close(desk, 60 * 24 + 6, _Known(NOON))
    await desk.connect(STATION)
    await desk.tell(stop(number, at(90), 3000), at(60 * 48))
    session = await desk.one()
    assert (session.ended_at, session.energy_wh, session.doubts) == (at(90), Decimal(2000), ())


async def test_a_silent_session_holds_its_card_no_longer(desk: Desk) -> None:
    await _begun(desk)
    desk.restart()
    await _close(desk, 60 * 24 + 6)
    await desk.connect(OTHER_STATION)
    outcome = await desk.tell(start(at(60 * 25), token=CARD), at(60 * 25), OTHER_STATION)
    assert outcome.verdict is not None
    assert outcome.verdict.verdict == "accepted"


async def test_an_old_transaction_whose_end_never_comes_is_closed_by_the_newer_one(
    desk: Desk,
) -> None:
    await desk.tell(event("Started", 0, at(9), connector=HERE, transaction_id="B"), at(9))
    await desk.tell(event("Started", 0, at(0), connector=HERE, transaction_id="A"), at(10))
    assert await _close(desk, 12) == 0
    assert await _close(desk, 15) == 1
    old, new = await desk.all()
    assert (old.state, old.ended_at, new.state) == (State.ENDED, at(9), State.RUNNING)


async def test_the_exact_energy_of_an_orphan_comes_from_all_its_readings(desk: Desk) -> None:
    number = await _begun(desk)
    for minute, register in ((8, 1800), (7, 1700), (6, 1600)):
        await desk.tell(meter(at(minute), register, transaction_id=number), at(9))
    await _free(desk, 10)
    await _close(desk, 60)
    assert (await desk.one()).energy_wh == 800


async def test_ended_sessions_leave_memory_after_an_hour(desk: Desk) -> None:
    number = await _begun(desk)
    await desk.tell(stop(number, at(9), 2000), at(9))
    await _close(desk, 9 + 61)
    assert desk.sessions.needs_judging(STATION, meter(at(8), 1900))
    await desk.tell(meter(at(8), 1900), at(71))
    assert await desk.registers((await desk.one()).id) == [1500, 1900]


async def test_nothing_is_known_about_stations_that_are_not_here(desk: Desk) -> None:
    desk.sessions.forget(STATION)
    assert desk.sessions.connector_freed(STATION, HERE, at(1), received_at=at(1)) is None
    assert desk.sessions.connector_taken(STATION, HERE, received_at=at(1)) is None


async def test_a_closure_leaves_the_time_between_alone(desk: Desk) -> None:
    await _begun(desk)
    await _free(desk, 4 + 1)
    await _close(desk, 60)
    session = await desk.one()
    assert session.ended_at == at(5)
    assert session.updated_at == at(60)


async def _placeless(desk: Desk) -> None:
    """Begin a transaction whose EVSE nobody knows, which goes on measuring for five minutes."""
    await desk.tell(event("Started", 0, at(0), register=100), at(0))
    await desk.tell(event("Updated", 1, at(5), register=300), at(5))


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_session_without_an_evse_ends_when_nothing_was_heard_of_it_for_long(
    desk: Desk, *, restarted: bool
) -> None:
    await _placeless(desk)
    if restarted:
        desk.clock.time = at(60 * 20)
        desk.restart()
        await desk.connect(STATION)
    assert await _close(desk, 60 * 24) == 0
    assert await _close(desk, 60 * 24 + 5) == 1
    session = await desk.one()
    assert (session.state, session.ended_at) == (State.ENDED, at(5))
    assert SessionDoubt.ORPHAN_SILENT in session.doubts
    assert session.energy_wh == 200


async def test_a_session_without_an_evse_that_was_closed_goes_on_with_its_next_message(
    desk: Desk,
) -> None:
    await _placeless(desk)
    assert await _close(desk, 60 * 24 + 5) == 1
    await desk.tell(event("Updated", 2, at(60 * 30), register=900), at(60 * 30))
    session = await desk.one()
    assert (session.state, session.energy_wh, session.doubts) == (State.RUNNING, Decimal(800), ())


async def test_a_session_without_an_evse_that_only_measures_is_no_orphan(desk: Desk) -> None:
    await _placeless(desk)
    for hour in range(10, 60, 10):
        word = event("Updated", hour, at(60 * hour), register=300 + hour)
        await desk.tell(word, at(60 * hour))
        assert await _close(desk, 60 * hour) == 0


class _Unstorable:
    """A database in which nothing can be stored for one station."""

    def __init__(self, real: Database, key: StationKey) -> None:
        self._real = real
        self._key = key

    def __getattr__(self, name: str) -> object:
        return getattr(self._real, name)

    async def commit(self, write: Write) -> None:
        if write.fence is not None and write.fence.key == self._key:
            raise Unstorable
        await self._real.commit(write)


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_session_that_cannot_be_closed_keeps_no_other_open(
    desk: Desk, *, restarted: bool
) -> None:
    await desk.connect(OTHER_STATION)
    for key, card in ((STATION, CARD), (OTHER_STATION, OTHER_CARD)):
        await desk.tell(start(at(0), 1000, token=card), at(0), key)
        if not restarted:
            freed = desk.sessions.connector_freed(key, HERE, at(10), received_at=at(10))
            assert freed is not None
            await desk.database.commit(freed)
    desk.database = cast("Database", _Unstorable(desk.database, STATION))
    desk.restart()
    if not restarted:
        await desk.connect(STATION, OTHER_STATION)
    with capture_logs() as logs:
        assert await _close(desk, 60 * 25) == 1
    assert [line["station"] for line in logs] == [str(STATION)]
    assert [session.state for session in await desk.all()] == [State.RUNNING, State.ENDED]


async def test_sessions_that_stay_open_keep_none_behind_them_open(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orphans, "_AT_ONCE", 2)
    await desk.connect(OTHER_STATION)
    for minute, connector in enumerate((HERE, THERE, ConnectorRef(3, 1))):
        begun = event("Started", 0, at(minute), connector=connector, transaction_id=str(minute))
        await desk.tell(begun, at(minute))
    await desk.tell(start(at(9), 1000, token=OTHER_CARD), at(9), OTHER_STATION)
    desk.restart()
    await desk.connect(STATION)
    days = 60 * 24
    closed = [await _close(desk, days * day) for day in range(2, 6)]
    assert closed == [0, 1, 0, 0]
    assert [session.state for session in await desk.all()] == [State.RUNNING] * 3 + [State.ENDED]
