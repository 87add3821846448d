"""A database is brought up to date where that is safe, and refused where it is not."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from laddnav.kernel.clock import SystemClock
from laddnav.storage import migration
from laddnav.storage.errors import DatabaseMisconfigured, SchemaTooNew, SchemaTooOld
from laddnav.storage.migration import migrate, newest
from laddnav.storage.opening import open_database
from laddnav.storage.url import SqliteUrl, parse_url
from tests import tables
from tests.postgres import PostgresServer


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database that holds nothing, on each engine in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'deeper' / 'empty.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = server.create()
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def run_sql(request: pytest.FixtureRequest, empty_url: str) -> Callable[[str], str]:
    """What runs a script in that database and returns what it prints."""
    url = parse_url(empty_url)
    if isinstance(url, SqliteUrl):
        return lambda script: run_on_sqlite(url.path, script)
    server: PostgresServer = request.getfixturevalue("postgres_server")
    return lambda script: server.run_sql(empty_url.rpartition("/")[2], script)


def run_on_sqlite(path: Path, script: str) -> str:
    connection = sqlite3.connect(path)
    rows = connection.execute(script).fetchall()
    connection.commit()
    connection.close()
    return "\n".join("|".join(map(str, row)) for row in rows)


async def test_an_empty_database_is_migrated_and_a_second_time_nothing_happens(
    empty_url: str,
) -> None:
    assert await migrate(empty_url, unasked=True) == (None, newest())
    assert await migrate(empty_url) == (newest(), newest())
    database = await open_database(empty_url, clock=SystemClock())
    assert await database.take_block("numbers", 1) == 1
    await database.close()


async def test_of_many_who_migrate_at_once_one_does_it(empty_url: str) -> None:
    results = await asyncio.gather(*(migrate(empty_url) for _ in range(4)))
    assert sorted(str(done.before) for done in results) == [newest()] * 3 + ["None"]


async def test_a_database_that_a_newer_program_migrated_is_refused(
    empty_url: str, run_sql: Callable[[str], str]
) -> None:
    await migrate(empty_url)
    run_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SchemaTooNew) as caught:
        await open_database(empty_url, clock=SystemClock())
    assert "9999" in str(caught.value)
    assert "\n" not in str(caught.value)


async def test_a_database_with_tables_of_something_else_is_left_alone(
    empty_url: str, run_sql: Callable[[str], str], tmp_path: Path
) -> None:
    (tmp_path / "deeper").mkdir()
    run_sql("CREATE TABLE theirs (a INTEGER)")
    with pytest.raises(DatabaseMisconfigured):
        await open_database(empty_url, clock=SystemClock())
    assert run_sql("SELECT count(*) FROM theirs") in {"0", "0\n"}


async def test_an_older_database_is_migrated_unasked_on_sqlite_only(
    empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await migrate(empty_url)
    before = newest()
    monkeypatch.setattr(migration, "newest", lambda: "9999")
    monkeypatch.setattr(migration, "statements", lambda *_: [])
    if empty_url.startswith("sqlite"):
        assert await migrate(empty_url, unasked=True) == (before, "9999")
        return
    with pytest.raises(SchemaTooOld, match="db migrate"):
        await migrate(empty_url, unasked=True)
    assert await migrate(empty_url) == (before, "9999")


async def test_a_migration_that_fails_leaves_nothing_behind(
    empty_url: str, run_sql: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = ["CREATE TABLE half (a INTEGER)", "CREATE TABLE half (a INTEGER)"]
    with monkeypatch.context() as patch:
        patch.setattr(migration, "statements", lambda *_: broken)
        with pytest.raises(DatabaseMisconfigured):
            await migrate(empty_url)
    assert (await migrate(empty_url)).before is None


AMISS = "a step is missing: python -m tools.migration (with --first until the first release)"
COLUMNS = """
SELECT c.relname, c.relkind, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
    a.attidentity, pg_get_expr(d.adbin, d.adrelid)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
    AND c.relname NOT LIKE '%\\_default' AND c.relname <> 'alembic_version'
ORDER BY c.relname, a.attnum
"""
CONSTRAINTS = """
SELECT r.conrelid::regclass::text, r.conname, pg_get_constraintdef(r.oid) FROM pg_constraint r
WHERE r.connamespace = 'public'::regnamespace AND r.contype <> 'n'
    AND r.conrelid::regclass::text NOT LIKE '%\\_default'
    AND r.conrelid::regclass::text <> 'alembic_version' ORDER BY 1, 2
"""
INDEXES = """
SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
    AND tablename NOT LIKE '%\\_default' AND tablename <> 'alembic_version' ORDER BY 1
"""
PARTITIONS = """
SELECT relname, pg_get_partkeydef(oid) FROM pg_class WHERE relkind = 'p' ORDER BY 1
"""


async def test_the_steps_make_the_tables_that_the_rooms_describe_on_postgresql(
    postgres_server: PostgresServer,
) -> None:
    migrated, described = postgres_server.create(), postgres_server.create()
    await migrate(postgres_server.url(migrated))
    postgres_server.run_sql(described, tables.script("postgresql"))
    for query in (COLUMNS, CONSTRAINTS, INDEXES, PARTITIONS):
        made = postgres_server.run_sql(migrated, query)
        assert made == postgres_server.run_sql(described, query), AMISS
        assert made or query is PARTITIONS
    for name in (migrated, described):
        postgres_server.drop(name)


async def test_the_steps_make_the_tables_that_the_rooms_describe_on_sqlite(
    tmp_path: Path,
) -> None:
    migrated, described = tmp_path / "migrated.db", tmp_path / "described.db"
    await migrate(f"sqlite:///{migrated}")
    tables.run_on_sqlite(described, tables.script("sqlite"))
    shapes = []
    for path in (migrated, described):
        rows = run_on_sqlite(
            path,
            "SELECT name, sql FROM sqlite_master"
            " WHERE name NOT IN ('alembic_version', 'row_log', 'sqlite_sequence')"
            " AND sql IS NOT NULL ORDER BY name",
        )
        lines = (" ".join(line.split()).rstrip(",") for line in rows.splitlines())
        shapes.append(sorted(line for line in lines if line))
    assert shapes[0] == shapes[1], AMISS
