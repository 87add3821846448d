"""Meter values that come late find their sessions, in as many queries however many they are."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, cast

import pytest
import sqlalchemy as sa

from laddnav.metering.model import Reading
from laddnav.sessions.model import MeterReported
from laddnav.sessions.store.tables import readings as stored_readings
from laddnav.storage.database import Database, KeyedQuery, Record
from tests.sessions.desk import Desk
from tests.sessions.words import HERE, STATION, at, meter, reading, start, stop


class _Counting:
    """A database that counts what is read from it."""

    def __init__(self, behind: Database) -> None:
        self._behind = behind
        self.lists = 0
        self.lookups = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._behind, name)

    async def fetch(self, query: sa.Select[Any]) -> list[Record]:
        self.lists += 1
        return await self._behind.fetch(query)

    async def fetch_keyed(self, query: KeyedQuery, keys: Sequence[Record]) -> list[list[Record]]:
        self.lookups += 1
        return await self._behind.fetch_keyed(query, keys)


@pytest.fixture
def counting(database: Database) -> _Counting:
    return _Counting(database)


@pytest.fixture
async def desk(counting: _Counting) -> Desk:
    made = Desk(cast("Database", counting))
    await made.open("CARD1")
    await made.connect(STATION)
    return made


async def _past(desk: Desk, count: int) -> None:
    """Let sessions of nine minutes each begin at every tenth, without a register at their end."""
    for number in range(count):
        outcome = await desk.tell(start(at(10 * number), 1000), at(10 * number))
        word = stop(outcome.transaction_id or 0, at(10 * number + 9), None)
        await desk.tell(word, at(10 * number + 9))


async def _forgotten(desk: Desk) -> None:
    desk.restart()
    await desk.connect(STATION)


def _late(*readings: Reading) -> MeterReported:
    return MeterReported(connector=HERE, transaction_id=None, readings=readings)


async def test_late_values_cost_one_query_however_many_they_are(
    desk: Desk, counting: _Counting
) -> None:
    await _past(desk, 3)
    await _forgotten(desk)
    counting.lists = counting.lookups = 0
    curve = [reading(at(minute / 2), 1000 + minute) for minute in range(1, 60)]
    await desk.tell(_late(*curve), at(60))
    assert counting.lists == 1
    assert counting.lookups <= 9  # of three sessions the stories, the readings and these again
    counts = [len(await desk.registers(session.id)) for session in await desk.all()]
    assert counts == [18, 19, 19]
    assert [session.energy_wh for session in await desk.all()] == [18, 38, 58]


async def test_late_values_that_nothing_covers_cost_one_query_and_stay_idle(
    desk: Desk, counting: _Counting
) -> None:
    await _past(desk, 1)
    await _forgotten(desk)
    counting.lists = counting.lookups = 0
    await desk.tell(_late(*(reading(at(-minute), 900) for minute in range(1, 40))), at(60))
    assert (counting.lists, counting.lookups) == (1, 0)
    assert await desk.registers((await desk.one()).id) == []


async def test_values_with_an_impossible_time_are_looked_for_at_their_receipt_only(
    desk: Desk, counting: _Counting
) -> None:
    await _past(desk, 1)
    await _forgotten(desk)
    counting.lists = 0
    await desk.tell(_late(reading(at(0).replace(year=1971), 900)), at(60))
    assert counting.lists == 0


async def test_sessions_that_lie_between_late_values_do_not_hide_the_ones_they_belong_to(
    desk: Desk,
) -> None:
    await _past(desk, 12)
    await _forgotten(desk)
    await desk.tell(_late(reading(at(5), 1500), reading(at(115), 1700)), at(120))
    first, *between, last = await desk.all()
    assert (first.energy_wh, last.energy_wh) == (Decimal(500), Decimal(700))
    assert {session.energy_wh for session in between} == {Decimal(0)}


async def test_values_of_more_sessions_than_memory_holds_are_stored_all_the_same(
    desk: Desk,
) -> None:
    await _past(desk, 12)
    await _forgotten(desk)
    await desk.tell(_late(*(reading(at(10 * n + 5), 1500) for n in range(12))), at(120))
    energies = [session.energy_wh for session in await desk.all()]
    assert energies == [0] * 4 + [500] * 8
    rows = await desk.database.fetch(sa.select(stored_readings.c.at))
    assert len(rows) == 12


async def charged(desk: Desk) -> None:
    """Charge from noon to one, from 1000 to 5000 Wh."""
    number = (await desk.tell(start(at(0), 1000), at(0))).transaction_id or 0
    for minute, register in ((15, 2000), (30, 3000), (45, 4000)):
        await desk.tell(meter(at(minute), register, transaction_id=number), at(minute))
    await desk.tell(stop(number, at(60), 5000), at(60))


@pytest.mark.parametrize("restarted", [False, True])
async def test_values_of_a_clock_that_was_set_back_go_to_the_session_that_runs(
    desk: Desk, *, restarted: bool
) -> None:
    await charged(desk)
    number = (await desk.tell(start(at(120), 5000), at(120))).transaction_id or 0
    if restarted:
        desk.restart()
        await desk.connect(STATION)
    for minute, register in ((31, 6000), (32, 6100)):
        await desk.tell(meter(at(minute), register), at(minute + 100))
    await desk.tell(stop(number, at(180), 9000), at(180))
    assert [one.energy_wh for one in await desk.all()] == [4000, 4000]
    assert [one.doubts for one in await desk.all()] == [(), ()]


async def test_values_beyond_a_session_of_their_time_stay_idle_where_none_runs(desk: Desk) -> None:
    await charged(desk)
    outcome = await desk.tell(meter(at(31), 6000), at(131))
    assert outcome.session_id is None
    assert (await desk.one()).energy_wh == 4000


async def test_late_values_within_a_session_of_their_time_are_its_own(desk: Desk) -> None:
    await charged(desk)
    await desk.tell(start(at(120), 5000), at(120))
    await desk.tell(meter(at(31), 3100), at(131))
    first, _ = await desk.all()
    assert await desk.registers(first.id) == [2000, 3000, 3100, 4000]
