"""A batch is one statement on PostgreSQL: what its fences see, and what comes too late."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeAlias

import asyncpg
import pytest
import sqlalchemy as sa

from laddnav.storage import postgresql
from laddnav.storage.connections import connect
from laddnav.storage.database import Database
from laddnav.storage.errors import Fenced, Unstorable
from laddnav.storage.schema import CURSORS, outbox_cursors
from laddnav.storage.url import PostgresUrl, parse_url
from laddnav.storage.write import Fence, Row
from tests import tables
from tests.storage import things as own
from tests.storage.conftest import Opener
from tests.storage.proxy import Wire
from tests.storage.things import HERE, fact, station, stored, thing, write
from tests.waiting import until

Rival: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

RAISE = "UPDATE ownership SET epoch = epoch + 1 WHERE station = 'CP-1'"
OCCUPY = "INSERT INTO things VALUES ('default', 'CP-2', 1, 'theirs', 0)"
WAITING = "SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted"
WRITER = """
SELECT l.pid FROM pg_locks l JOIN pg_database d ON d.oid = l.database
WHERE l.locktype = 'advisory' AND d.datname = current_database()
"""


@pytest.fixture
async def things_there(postgres_url: str) -> str:
    """A migrated database on PostgreSQL that has the things too."""
    await tables.create(postgres_url, own.metadata)
    return postgres_url


@pytest.fixture
async def rival(things_there: str) -> AsyncIterator[Rival]:
    """A session of somebody else, whose statements the test times."""
    connection: Rival = await asyncpg.connect(things_there)
    yield connection
    await connection.close()


def cursor(txid: int | None) -> Row:
    return CURSORS.row(subscriber="test", txid=txid, position=0, holder="", held_until=0)


def waiting(rival: Rival, sessions: int) -> Callable[[], Awaitable[bool]]:
    """Return whether so many sessions wait for a lock."""

    async def there() -> bool:
        return bool(await rival.fetchval(WAITING) == sessions)

    return there


async def test_a_batch_that_meets_a_claim_under_way_waits_and_is_left_out(
    things_there: str, open_url: Opener, rival: Rival
) -> None:
    store = await open_url(things_there)
    epochs = await store.claim([HERE, station(2)], "node")
    async with rival.transaction():
        await rival.execute(RAISE)
        late = asyncio.create_task(
            store.commit(write(thing(), facts=(fact(),), fence=Fence(HERE, epochs[HERE])))
        )
        other = asyncio.create_task(
            store.commit(write(thing(station(2)), fence=Fence(station(2), epochs[station(2)])))
        )
        await until(waiting(rival, 1))
    with pytest.raises(Fenced):
        await late
    await other
    assert await stored(store) == [("CP-2", 1, "", 0)]
    assert await store.read_outbox(own.START, 10) == []


async def test_a_claim_that_meets_a_batch_under_way_waits_until_it_is_stored(
    things_there: str, open_url: Opener, rival: Rival
) -> None:
    old, new = await open_url(things_there), await open_url(things_there)
    fence = Fence(HERE, (await old.claim([HERE], "old"))[HERE])
    async with rival.transaction():
        await rival.execute(OCCUPY)
        batch = asyncio.create_task(old.commit(write(thing(), thing(station(2)), fence=fence)))
        await until(waiting(rival, 1))
        claim = asyncio.create_task(new.claim([HERE], "new"))
        await until(waiting(rival, 2))
        assert not claim.done()
        assert not batch.done()
    await batch
    assert await claim == {HERE: fence.epoch + 1}
    assert await stored(new) == [("CP-1", 1, "", 0), ("CP-2", 1, "", 0)]
    with pytest.raises(Fenced):
        await old.commit(write(thing(text="late"), fence=fence))


async def test_what_was_left_on_the_way_never_comes_after_what_was_stored_later(
    things_there: str,
    open_url: Opener,
    rival: Rival,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(postgresql, "_ATTEMPT_SECONDS", 0.3)
    wire = Wire(things_there)
    await wire.mend()
    store = await open_url(wire.url)
    await store.commit(write(thing(text="before")))
    before = await rival.fetchval(WRITER)
    wire.strand()
    await store.commit(write(thing(text="first")))
    await store.commit(write(thing(text="second")))
    wire.let_go()
    alive = "SELECT count(*) FROM pg_stat_activity WHERE pid = $1"

    async def over() -> bool:
        return bool(await rival.fetchval(alive, before) == 0)

    await until(over)
    assert await stored(store) == [("CP-1", 1, "second", 0)]
    assert await rival.fetchval(WRITER) != before
    await wire.cut()


async def test_the_next_session_ends_those_that_were_given_up_also_while_they_wait(
    things_there: str, rival: Rival
) -> None:
    url = parse_url(things_there)
    assert isinstance(url, PostgresUrl)
    first = await connect(url, lock=7)
    waiter = asyncio.create_task(rival.execute("SELECT pg_advisory_lock(7)"))
    await until(waiting(first, 1))
    latest = await connect(url, lock=7)
    other = await connect(url, lock=8)
    await asyncio.wait((waiter,))  # it ends waiting, or just after it need wait no longer

    async def ended() -> bool:
        return bool(first.is_closed() and rival.is_closed())

    await until(ended)
    held = await latest.fetch(WRITER)
    assert {row[0] for row in held} == {latest.get_server_pid(), other.get_server_pid()}
    for connection in (latest, other):
        await connection.close()


async def test_a_column_that_a_later_version_adds_is_no_trouble(
    things_there: str, open_url: Opener, rival: Rival
) -> None:
    store = await open_url(things_there)
    await store.commit(write(thing(number=1)))
    await rival.execute("ALTER TABLE things ADD COLUMN later TEXT DEFAULT 'x'")
    await store.commit(write(thing(number=2)))
    again = await open_url(things_there)
    await again.commit(write(thing(number=3)))
    assert [row[1] for row in await stored(store)] == [1, 2, 3]


async def test_tables_come_and_go_from_batch_to_batch(store: Database) -> None:
    fence = Fence(HERE, (await store.claim([HERE], "node"))[HERE])
    stale = Fence(HERE, fence.epoch - 1)
    place = cursor(7)
    results = await asyncio.gather(
        store.commit(write(thing(number=1), fence=fence)),
        store.commit(write(place, facts=(fact(),), fence=stale)),
        store.commit(write()),
        store.commit(write(fence=fence)),
        return_exceptions=True,
    )
    assert [type(result) for result in results] == [type(None), Fenced, type(None), type(None)]
    await store.commit(write(facts=(fact(),)))
    await store.commit(write(place, fence=fence))
    await store.commit(write(thing(number=2), place))
    assert [row[1] for row in await stored(store)] == [1, 2]
    assert len(await store.read_outbox(own.START, 10)) == 1


async def test_a_write_of_a_kind_that_was_refused_before_is_stored(store: Database) -> None:
    for txid in range(2):
        with pytest.raises(Unstorable):
            await store.commit(write(cursor(None)))
        await store.commit(write(cursor(txid)))
    assert await store.fetch(sa.select(outbox_cursors.c.txid)) == [(1,)]
