"""The database goes away: nothing is lost, nobody is told what is not so, and it mends itself."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from laddnav.storage import sqlite_file
from laddnav.storage.database import Database
from laddnav.storage.errors import DatabaseMisconfigured, StorageUnavailable, Unreached
from laddnav.storage.lookup import Lookup
from laddnav.storage.url import SqliteUrl, parse_url
from laddnav.storage.write import Fence
from tests import tables
from tests.postgres import PostgresServer
from tests.storage import things as own
from tests.storage.conftest import Opener
from tests.storage.proxy import Wire
from tests.storage.things import HERE, fact, stored, thing, things, write
from tests.waiting import until


@pytest.fixture
async def wire(postgres_url: str) -> AsyncIterator[Wire]:
    """A wire to a database with the things."""
    await tables.create(postgres_url, own.metadata)
    made = Wire(postgres_url)
    await made.mend()
    yield made
    made.let_go()
    await made.cut()


async def unhealthy(database: Database) -> bool:
    return not database.healthy


async def test_writes_wait_out_a_cut_and_land_once_in_order(wire: Wire, open_url: Opener) -> None:
    store = await open_url(wire.url)
    fence = Fence(HERE, (await store.claim([HERE], "node"))[HERE])
    await store.commit(write(thing(text="before"), fence=fence))
    await wire.cut()
    waiting = [
        asyncio.create_task(
            store.commit(write(thing(text=str(number)), facts=(fact(),), fence=fence))
        )
        for number in range(20)
    ]
    await until(lambda: unhealthy(store))
    assert not any(task.done() for task in waiting)
    await wire.mend()
    await asyncio.gather(*waiting)
    assert store.healthy
    assert await stored(store) == [("CP-1", 1, "19", 0)]
    assert len(await store.read_outbox(own.START, 100)) == 20


async def test_a_write_that_may_have_landed_in_the_cut_is_stored_once_all_the_same(
    wire: Wire, open_url: Opener
) -> None:
    store = await open_url(wire.url)
    stop = asyncio.Event()
    committed = 0

    async def keep_writing() -> None:
        nonlocal committed
        while not stop.is_set():
            await store.commit(write(thing(number=committed), facts=(fact(),)))
            committed += 1

    writer = asyncio.create_task(keep_writing())
    for _ in range(5):
        seen = committed

        async def further(seen: int = seen) -> bool:
            return committed > seen + 3

        await until(further)
        await wire.cut()
        await wire.mend()
    stop.set()
    await writer
    assert [row[1] for row in await stored(store)] == list(range(committed))
    assert len(await store.read_outbox(own.START, 10_000)) == committed


async def test_after_the_hold_time_the_caller_is_told_and_recovery_needs_nobody(
    wire: Wire, open_url: Opener
) -> None:
    store = await open_url(wire.url, hold_seconds=0.3, read_seconds=0.3)
    lookup = Lookup(store, things, (things.c.station,), limit_seconds=0.3)
    await wire.cut()
    for attempt in (
        store.commit(write(thing())),
        store.fetch(sa.select(things)),
        lookup.get("CP-1"),
        store.claim([HERE], "node"),
        store.take_block("numbers", 1),
        store.execute(sa.delete(things)),
        store.read_outbox(own.START, 1),
    ):
        with pytest.raises(StorageUnavailable):
            await attempt
    assert not store.healthy
    await wire.mend()

    async def healthy() -> bool:
        return store.healthy

    await until(healthy)
    assert await stored(store) == []
    await store.commit(write(thing()))
    assert await lookup.get("CP-1") == [("default", "CP-1", 1, "", 0)]


async def test_a_server_that_falls_silent_is_given_up_in_time(wire: Wire, open_url: Opener) -> None:
    store = await open_url(wire.url, hold_seconds=0.3, read_seconds=0.3)
    await store.commit(write(thing(text="before")))
    wire.hold()
    with pytest.raises(StorageUnavailable):
        await store.commit(write(thing(text="in silence")))
    with pytest.raises(StorageUnavailable):
        await store.fetch(sa.select(things))
    wire.let_go()
    await store.commit(write(thing(text="after")))
    assert await stored(store) == [("CP-1", 1, "after", 0)]


async def test_a_database_that_is_not_there_is_one_clear_line_without_secrets(
    wire: Wire, open_url: Opener
) -> None:
    await wire.cut()
    url = wire.url.replace("postgres@", "someone:s3cret@")
    with pytest.raises(DatabaseMisconfigured) as caught:
        await open_url(url)
    line = str(caught.value)
    assert "127.0.0.1" in line
    assert "s3cret" not in line
    assert "\n" not in line


async def test_a_database_in_which_nothing_could_be_stored_is_refused_at_the_start(
    postgres_url: str, postgres_server: PostgresServer, open_url: Opener
) -> None:
    name = postgres_url.rpartition("/")[2]
    script = f"CREATE ROLE {name}_user LOGIN; REVOKE TEMPORARY ON DATABASE {name} FROM PUBLIC"
    postgres_server.run_sql(name, script)
    with pytest.raises(DatabaseMisconfigured, match="GRANT TEMPORARY"):
        await open_url(postgres_url.replace("postgres@", f"{name}_user@"))
    postgres_server.run_sql(name, f"DROP ROLE {name}_user")


async def test_another_process_that_writes_to_the_file_is_waited_for(
    sqlite_url: str, open_url: Opener
) -> None:
    await tables.create(sqlite_url, own.metadata)
    store = await open_url(sqlite_url, busy_seconds=0.05)
    url = parse_url(sqlite_url)
    assert isinstance(url, SqliteUrl)
    other = sqlite3.connect(url.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    waiting = asyncio.create_task(store.commit(write(thing())))
    await until(lambda: unhealthy(store))
    assert await stored(store) == [], "readers wait for nobody"
    other.execute("COMMIT")
    other.close()
    await waiting
    assert store.healthy


def test_a_full_disk_is_an_outage_and_not_the_data_s_fault(tmp_path: Path) -> None:
    connection = sqlite_file.connect(tmp_path / "full.db", busy_seconds=0)
    connection.execute("CREATE TABLE t (a TEXT)")
    connection.execute("PRAGMA max_page_count = 3")
    with pytest.raises(Unreached), sqlite_file.transaction(connection):
        connection.executemany("INSERT INTO t VALUES (?)", [("x" * 4000,)] * 10)
    assert connection.execute("SELECT count(*) FROM t").fetchone() == (0,)
    connection.close()
