"""Memory and database: what happens where they part."""

import asyncio
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, cast

import pytest
from typing_extensions import override

from laddnav.sessions.model import State
from laddnav.storage.database import Database, KeyedQuery, Record
from laddnav.storage.errors import Fenced, StorageError, StorageUnavailable
from laddnav.storage.write import Write
from laddnav.tokens.model import Verdict
from tests.sessions.desk import Desk
from tests.sessions.words import HERE, OTHER_STATION, STATION, at, event, meter, start, stop


class Gate:
    """A database whose next commit may fail, and whose reads may be held up."""

    def __init__(self, behind: Database) -> None:
        self._behind = behind
        self.failure: StorageError | None = None
        self.open = asyncio.Event()
        self.open.set()
        self.asked = asyncio.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._behind, name)

    async def commit(self, write: Write) -> None:
        failure, self.failure = self.failure, None
        if failure is not None:
            raise failure
        await self._behind.commit(write)

    async def fetch_keyed(self, query: KeyedQuery, keys: Sequence[Record]) -> list[list[Record]]:
        self.asked.set()
        await self.open.wait()
        return await self._behind.fetch_keyed(query, keys)


@pytest.fixture
async def gate(database: Database) -> Gate:
    return Gate(database)


@pytest.fixture
async def gated(gate: Gate) -> Desk:
    desk = Desk(cast("Database", gate))
    await desk.open("CARD1", "CARD2")
    await desk.connect(STATION)
    return desk


async def _freed(desk: Desk) -> None:
    write = desk.sessions.connector_freed(STATION, HERE, at(6), received_at=at(6))
    assert write is not None
    await desk.database.commit(write)
    desk.clock.time = at(60)


@pytest.mark.parametrize("failure", [StorageUnavailable("away"), Fenced("elsewhere")])
async def test_a_closure_that_was_not_stored_has_not_happened(
    gated: Desk, gate: Gate, failure: StorageError
) -> None:
    outcome = await gated.tell(start(at(0), 1000), at(0))
    await _freed(gated)
    gate.failure = failure
    if isinstance(failure, StorageUnavailable):
        with pytest.raises(StorageUnavailable):
            await gated.sessions.close_orphans()
    else:
        assert await gated.sessions.close_orphans() == 0
    number = outcome.transaction_id or 0
    assert gated.sessions.needs_judging(STATION, meter(at(61), 1500, transaction_id=number))
    await gated.tell(meter(at(61), 1500, transaction_id=number), at(61))
    session = await gated.one()
    assert (session.state, session.energy_wh) == (State.RUNNING, Decimal(500))
    await gated.tell(stop(number, at(62), 2000), at(62))
    assert (await gated.one()).energy_wh == 1000
    assert await gated.facts() == ["SessionStarted", "SessionEnded"]


async def test_a_station_let_go_while_it_was_read_holds_no_card(gated: Desk, gate: Gate) -> None:
    await gated.tell(start(at(0), 1000), at(0))
    gated.restart()
    gate.open.clear()
    gate.asked.clear()
    loading = asyncio.create_task(gated.sessions.load(STATION, 1))
    await gate.asked.wait()
    gated.sessions.forget(STATION)
    gate.open.set()
    await loading
    # Another node ends the session; nothing here may remember it as running.
    elsewhere = Desk(gated.database)
    await elsewhere.connect(STATION, OTHER_STATION)
    session = await gated.one()
    await elsewhere.tell(stop(int(session.transaction_id), at(5), 2000), at(5))
    await gated.connect(OTHER_STATION)
    outcome = await gated.tell(start(at(6)), at(6), OTHER_STATION)
    assert outcome.verdict is not None
    assert outcome.verdict.verdict is Verdict.ACCEPTED


async def test_what_an_older_owner_writes_never_lands(gated: Desk) -> None:
    await gated.tell(event("Started", 0, at(0), connector=HERE, register=100), at(0))
    newer = Desk(gated.database)
    await newer.connect(STATION)
    with pytest.raises(Fenced):
        await gated.tell(event("Updated", 1, at(1), register=200), at(1))
    await newer.tell(event("Updated", 1, at(1), register=200), at(2))
    await newer.tell(event("Ended", 2, at(3), register=300), at(3))
    session = await newer.one()
    assert (session.energy_wh, session.doubts) == (Decimal(200), ())


async def test_a_word_that_was_folded_and_not_stored_is_forgotten_with_its_memory(
    gated: Desk, gate: Gate
) -> None:
    await gated.tell(event("Started", 0, at(0), connector=HERE, register=100), at(0))
    gate.failure = StorageUnavailable("away")
    with pytest.raises(StorageUnavailable):
        await gated.tell(event("Ended", 1, at(5), register=600), at(5))
    await gated.connect(STATION)
    assert (await gated.one()).state is State.RUNNING
    outcome = await gated.tell(event("Ended", 1, at(5), register=600), at(6))
    assert not outcome.duplicate
    assert (await gated.one()).energy_wh == 500
    assert await gated.facts() == ["SessionStarted", "SessionEnded"]


async def test_many_stations_are_read_in_few_queries(desk: Desk, database: Database) -> None:
    class Counting(Gate):
        queries = 0

        @override
        async def fetch_keyed(
            self, query: KeyedQuery, keys: Sequence[Record]
        ) -> list[list[Record]]:
            Counting.queries += 1
            return await super().fetch_keyed(query, keys)

    counted = Desk(cast("Database", Counting(database)))
    keys = [STATION._replace(identity=f"S{number}") for number in range(100)]
    await asyncio.gather(*(counted.sessions.load(key, 1) for key in keys))
    assert Counting.queries <= 2
