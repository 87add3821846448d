"""Reads that are gathered: few queries, each caller his own rows, nothing older than the call."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
import sqlalchemy as sa
from typing_extensions import override

from laddnav.kernel.keys import StationKey
from laddnav.storage.database import Database, KeyedQuery, KeyedReads, Record
from laddnav.storage.errors import StorageUnavailable
from laddnav.storage.lookup import Lookup
from tests.storage.conftest import Opener
from tests.storage.things import HERE, thing, things, write
from tests.waiting import until

KEY = (things.c.operator, things.c.station)
STATIONS = [StationKey(operator, f"CP-{n}") for operator in ("a", "b") for n in range(5)]


class CountingReads(KeyedReads):
    """Passes keyed reads on to a database and counts them; fails while it is away."""

    def __init__(self, behind: Database) -> None:
        self._behind = behind
        self.queries: list[int] = []
        self.away = False
        self.gate: asyncio.Event | None = None

    @override
    async def fetch_keyed(self, query: KeyedQuery, keys: Sequence[Record]) -> list[list[Record]]:
        self.queries.append(len(keys))
        if self.away:
            raise StorageUnavailable
        found = await self._behind.fetch_keyed(query, keys)
        if self.gate is not None:
            await self.gate.wait()
        return found


@pytest.fixture
async def reads(store: Database) -> CountingReads:
    rows = [thing(station, number) for station in STATIONS for number in range(1, 6)]
    await store.commit(write(*rows))
    return CountingReads(store)


async def test_many_callers_make_one_query_and_each_gets_his_own_rows(
    reads: CountingReads,
) -> None:
    lookup = Lookup(reads, things, KEY)
    wanted = [*STATIONS, *STATIONS, StationKey("a", "nowhere")]
    answers = await asyncio.gather(*(lookup.get(*key) for key in wanted))
    for key, rows in zip(wanted, answers, strict=True):
        expected = [] if key.identity == "nowhere" else [(*key, n, "", 0) for n in range(1, 6)]
        assert sorted(rows) == expected
    assert reads.queries == [11], "one query, each key once"


async def test_what_is_asked_while_a_query_runs_becomes_one_query_that_sees_what_was_stored_before(
    reads: CountingReads, store: Database
) -> None:
    lookup = Lookup(reads, things, KEY)
    reads.gate = asyncio.Event()
    early = asyncio.create_task(lookup.get(*STATIONS[0]))

    async def asked() -> bool:
        return len(reads.queries) == 1

    await until(asked)
    await store.commit(write(thing(STATIONS[0], 1, "changed")))
    late = [asyncio.create_task(lookup.get(*key)) for key in STATIONS]
    await asyncio.sleep(0)
    reads.gate.set()
    assert len(await early) == 5
    answers = await asyncio.gather(*late)
    assert reads.queries == [1, 10]
    assert (*STATIONS[0], 1, "changed", 0) in answers[0]


async def test_order_limit_and_filter_hold_for_each_key_by_itself(reads: CountingReads) -> None:
    newest = (
        sa.select(things.c.number)
        .where(things.c.number != 4, things.c.amount.in_([0, 1]))
        .order_by(things.c.number.desc())
        .limit(2)
    )
    lookup = Lookup(reads, newest, KEY)
    answers = await asyncio.gather(*(lookup.get(*key) for key in STATIONS))
    assert answers == [[(5,), (3,)]] * 10
    assert reads.queries == [10]


async def test_no_query_asks_for_more_keys_than_it_may(reads: CountingReads) -> None:
    lookup = Lookup(reads, things, KEY, most=4)
    answers = await asyncio.gather(*(lookup.get(*key) for key in STATIONS))
    assert [len(rows) for rows in answers] == [5] * 10
    assert reads.queries == [4, 4, 2]


async def test_a_key_that_no_column_can_hold_finds_nothing_and_disturbs_nobody(
    reads: CountingReads,
) -> None:
    lookup = Lookup(reads, things, KEY)
    odd = [("a", "nul\0"), ("a", "\ud800"), ("a", "CP-1")]
    answers = await asyncio.gather(*(lookup.get(*key) for key in odd))
    assert [len(rows) for rows in answers] == [0, 0, 5]


async def test_a_short_outage_is_waited_out(reads: CountingReads) -> None:
    lookup = Lookup(reads, things, KEY)
    reads.away = True
    answer = asyncio.create_task(lookup.get(*STATIONS[0]))

    async def tried() -> bool:
        return len(reads.queries) >= 2

    await until(tried)
    reads.away = False
    assert len(await answer) == 5


async def test_a_longer_outage_is_said_to_those_who_asked_and_to_nobody_after_it(
    reads: CountingReads,
) -> None:
    lookup = Lookup(reads, things, KEY, limit_seconds=0.1)
    reads.away = True
    results = await asyncio.gather(*(lookup.get(*key) for key in STATIONS), return_exceptions=True)
    assert {type(result) for result in results} == {StorageUnavailable}
    reads.away = False
    patient = Lookup(reads, things, KEY)
    assert len(await patient.get(*STATIONS[1])) == 5


async def test_who_stops_waiting_disturbs_nobody(reads: CountingReads) -> None:
    lookup = Lookup(reads, things, KEY)
    tasks = [asyncio.create_task(lookup.get(*key)) for key in STATIONS]
    await asyncio.sleep(0)
    tasks[0].cancel()
    answers = await asyncio.gather(*tasks[1:])
    assert [len(rows) for rows in answers] == [5] * 9


async def test_lists_are_read_with_limits_and_sets_of_values(store: Database) -> None:
    await store.commit(write(*(thing(number=number, amount=number) for number in range(9))))
    query = sa.select(things.c.number).where(things.c.amount.in_([7, 3, 5]), things.c.number > 3)
    assert await store.fetch(query.order_by(things.c.number.desc()).limit(1)) == [(7,)]
    nothing = await store.fetch(sa.select(things).where(things.c.amount.in_([])))
    assert nothing == []


def endless() -> sa.Select[Any]:
    """A query that only the read limit ends."""
    numbers = sa.select(sa.literal(1).label("number")).cte(recursive=True)
    numbers = numbers.union_all(sa.select(numbers.c.number + 1))
    return sa.select(sa.func.count()).select_from(numbers)


async def test_long_lists_keep_no_station_waiting(things_url: str, open_url: Opener) -> None:
    store = await open_url(things_url, readers=2, read_seconds=5)
    await store.commit(write(thing()))
    lists = [asyncio.create_task(store.fetch(endless())) for _ in range(4)]
    lookup = Lookup(store, things, KEY)
    assert len(await lookup.get(*HERE)) == 1
    assert await store.claim([HERE], "node")
    assert await store.take_block("numbers", 1)
    assert not any(one.done() for one in lists)
    for one in lists:
        with pytest.raises(StorageUnavailable):
            await one
