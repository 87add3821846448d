"""Durable means on disk: what the engines are told about it."""

from pathlib import Path

from laddnav.kernel.clock import SystemClock
from laddnav.storage import connections, sqlite_file
from laddnav.storage.migration import migrate
from laddnav.storage.sqlite_writer import SqliteWriter
from laddnav.storage.url import PostgresUrl, parse_url
from tests import tables
from tests.postgres import PostgresServer
from tests.storage import things as own
from tests.storage.things import thing


def test_a_commit_on_sqlite_waits_for_the_disk(tmp_path: Path) -> None:
    sqlite_file.prepare(tmp_path / "a.db")
    connection = sqlite_file.connect(tmp_path / "a.db", busy_seconds=1)
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


async def test_after_an_append_that_does_not_wait_commits_wait_again(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    await migrate(f"sqlite:///{path}")
    tables.run_on_sqlite(path, tables.script("sqlite", own.metadata))
    writer = SqliteWriter(path, SystemClock(), busy_seconds=1)
    writer.append([thing()])
    connection = writer._connection  # noqa: SLF001 - nothing public shows how the connection is set
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    writer.close()


async def test_a_postgresql_database_that_is_set_to_lose_commits_is_overruled(
    postgres_server: PostgresServer, postgres_url: str
) -> None:
    name = postgres_url.rpartition("/")[2]
    url = parse_url(postgres_url)
    assert isinstance(url, PostgresUrl)
    for setting, expected in (("off", "on"), ("remote_apply", "remote_apply")):
        postgres_server.run_sql(name, f"ALTER DATABASE {name} SET synchronous_commit = {setting}")
        connection = await connections.connect(url)
        assert await connection.fetchval("SHOW synchronous_commit") == expected
        await connection.close()


async def test_what_a_crash_may_lose_waits_for_no_disk_on_postgresql(postgres_url: str) -> None:
    url = parse_url(postgres_url)
    assert isinstance(url, PostgresUrl)
    connection = await connections.connect(url, connections.PASSING)
    assert await connection.fetchval("SHOW synchronous_commit") == "off"
    await connection.close()
    connection = await connections.connect(url, connections.WRITING)
    assert await connection.fetchval("SHOW synchronous_commit") == "on"
    await connection.close()
