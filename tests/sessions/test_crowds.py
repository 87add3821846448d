"""Stations that begin ever more sessions: memory holds some, and nothing is lost of the others."""

from decimal import Decimal

import pytest

from laddnav.kernel.keys import ConnectorRef
from laddnav.sessions.live.station import MOST_RUNNING
from laddnav.sessions.model import OrphanReason, OrphanTold, Session, SessionDoubt, State
from laddnav.sessions.rules.doubts import doubt_texts
from laddnav.tokens.model import TokenRef
from tests.sessions.desk import Desk
from tests.sessions.words import HERE, STATION, at, event, meter, start, stop

_MANY = MOST_RUNNING + 6


async def _begin(desk: Desk, number: int) -> None:
    word = event("Started", 0, at(number), transaction_id=f"T{number}", register=1000)
    await desk.tell(word, at(number))


async def _crowd(desk: Desk, count: int = _MANY) -> None:
    for number in range(count):
        await _begin(desk, number)


async def _running(desk: Desk) -> list[str]:
    return [one.transaction_id for one in await desk.all() if one.state is State.RUNNING]


async def _named(desk: Desk, transaction_id: str) -> Session:
    (session,) = [one for one in await desk.all() if one.transaction_id == transaction_id]
    return session


def _in_memory(desk: Desk) -> int:
    station = desk.sessions._stations[STATION]  # noqa: SLF001 - what is held in memory is seen only inside
    return len(station.running) + len(station.ended)


async def test_a_station_that_never_ends_what_it_begins_fills_no_memory(desk: Desk) -> None:
    await _crowd(desk)
    assert await _running(desk) == [f"T{number}" for number in range(6, _MANY)]
    assert _in_memory(desk) <= MOST_RUNNING + 8
    desk.restart()
    await desk.connect(STATION)
    assert _in_memory(desk) == MOST_RUNNING
    assert (await desk.facts()).count("SessionEnded") == 6


async def test_what_had_to_give_way_is_flagged_and_ends_with_its_last_sign(desk: Desk) -> None:
    await _crowd(desk)
    session = await _named(desk, "T0")
    assert session.ended_at == at(0)
    assert SessionDoubt.ORPHAN_CROWDED in session.doubts
    assert "too many" in doubt_texts(session.doubts)["orphan_crowded"]
    *_, last = await desk.archive.story("default", session.id)
    assert isinstance(last, OrphanTold)
    assert last.reason is OrphanReason.CROWDED


@pytest.mark.parametrize("restarted", [False, True])
async def test_what_had_to_give_way_goes_on_with_its_next_message(
    desk: Desk, *, restarted: bool
) -> None:
    await _crowd(desk)
    if restarted:
        desk.restart()
        await desk.connect(STATION)
    word = event("Updated", 1, at(100), transaction_id="T0", register=1500)
    await desk.tell(word, at(100))
    session = await _named(desk, "T0")
    assert (session.state, session.energy_wh, session.doubts) == (State.RUNNING, Decimal(500), ())
    assert len(await _running(desk)) == MOST_RUNNING
    word = event("Ended", 1, at(90), transaction_id="T1", register=1700)
    await desk.tell(word, at(101))
    session = await _named(desk, "T1")
    assert (session.ended_at, session.energy_wh, session.doubts) == (at(90), Decimal(700), ())


@pytest.mark.parametrize("restarted", [False, True])
async def test_the_session_that_was_silent_for_longest_gives_way(
    desk: Desk, *, restarted: bool
) -> None:
    first = await desk.tell(start(at(0), 1000), at(0))
    await _crowd(desk, MOST_RUNNING - 1)
    await desk.tell(meter(at(70), 1300, transaction_id=first.transaction_id), at(70))
    await desk.tell(event("Updated", 1, at(70), transaction_id="T0"), at(70))
    await desk.tell(event("Updated", 1, at(70), transaction_id="T1", register=1100), at(70))
    if restarted:
        desk.restart()
        await desk.connect(STATION)
    await _begin(desk, 99)
    running = await _running(desk)
    assert {str(first.transaction_id), "T0", "T1", "T99"} <= set(running)
    assert "T2" not in running


async def test_refused_tokens_at_one_evse_are_no_way_around(desk: Desk) -> None:
    nobody = TokenRef("NOBODY", "ISO14443")
    for number in range(_MANY):
        word = event(
            "Started", 0, at(number), transaction_id=f"T{number}", connector=HERE, token=nobody
        )
        await desk.tell(word, at(number))
    assert len(await _running(desk)) == MOST_RUNNING


async def test_connectors_without_end_are_no_way_around(desk: Desk) -> None:
    first = await desk.tell(start(at(0), 1000, connector=ConnectorRef(1, 1)), at(0))
    for number in range(1, _MANY):
        connector = ConnectorRef(number + 1, 1)
        word = event("Started", 0, at(number), transaction_id=f"T{number}", connector=connector)
        await desk.tell(word, at(number))
    assert len(await _running(desk)) == MOST_RUNNING
    await desk.tell(stop(first.transaction_id or 0, at(99), 3000), at(99))
    oldest, *_ = await desk.all()
    assert (oldest.ended_at, oldest.energy_wh, oldest.doubts) == (at(99), Decimal(2000), ())


async def test_a_session_brought_back_by_its_values_makes_another_give_way(desk: Desk) -> None:
    first = await desk.tell(start(at(0), 1000), at(0))
    for number in range(1, MOST_RUNNING + 1):
        await _begin(desk, number)
    word = meter(at(80), 1300, transaction_id=first.transaction_id)
    await desk.tell(word, at(80))
    running = await _running(desk)
    assert len(running) == MOST_RUNNING
    assert str(first.transaction_id) in running
    assert "T1" not in running


async def test_the_exact_energy_of_what_gives_way_comes_from_all_its_readings(desk: Desk) -> None:
    await _begin(desk, 0)
    for number, (minute, register) in enumerate(((3, 1300), (2, 300), (1, 2000)), 1):
        word = event("Updated", number, at(minute), transaction_id="T0", register=register)
        await desk.tell(word, at(3))
    for number in range(4, MOST_RUNNING + 4):
        await _begin(desk, number)
    session = await _named(desk, "T0")
    assert session.state is State.ENDED
    assert session.energy_wh == 2000  # the register began anew
    assert await desk.registers(session.id) == [1000, 2000, 300, 1300]
