"""Rows of deferred tables: durable at once, seen by whoever reads, put into their tables later."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from laddnav.kernel.clock import SystemClock
from laddnav.storage import row_log
from laddnav.storage.compiling import deferred_tables
from laddnav.storage.database import Database, KeyedQuery
from laddnav.storage.errors import Fenced, StorageUnavailable, Unstorable
from laddnav.storage.migration import migrate
from laddnav.storage.sqlite_writer import SqliteWriter
from laddnav.storage.url import SqliteUrl, parse_url
from laddnav.storage.write import Fence, Row
from tests import tables
from tests.storage import things as own
from tests.storage.conftest import Opener
from tests.storage.things import FIRST_NOTES, HERE, NOTES, notes, stored, thing, things, write
from tests.waiting import until
from tools.migration import all_metadata


def note(text: object, at: int = 1, *, first: bool = False) -> Row:
    return Row(FIRST_NOTES if first else NOTES, ("CP-1", at, text))


async def noted(database: Database) -> list[object]:
    return [text for (text,) in await database.fetch(sa.select(notes.c.text).order_by(notes.c.at))]


def path_of(url: str) -> Path:
    parsed = parse_url(url)
    assert isinstance(parsed, SqliteUrl)
    return parsed.path


def look(path: Path, query: str) -> list[object]:
    with closing(sqlite3.connect(path)) as connection:
        return [value for (value,) in connection.execute(query)]


@pytest.fixture
async def file_url(sqlite_url: str) -> str:
    """A file with the things, in which nothing has been written yet."""
    await tables.create(sqlite_url, own.metadata)
    return sqlite_url


async def leave_by_a_crash(url: str, *rows: Row) -> None:
    """Leave a file as a process does that is killed right after these commits."""
    await migrate(url)
    path = path_of(url)
    writer = SqliteWriter(path, SystemClock(), busy_seconds=1)
    for row in rows:
        writer.apply([write(row)])
    writer.close()
    assert look(path, "SELECT text FROM notes") == []


async def test_what_was_committed_is_read_at_once_and_the_latest_of_a_key_counts(
    store: Database,
) -> None:
    query = KeyedQuery(sa.select(notes.c.text), (notes.c.station, notes.c.at))
    for number in range(3):
        await store.commit(write(note(f"note {number}"), note("kept", 2, first=True)))
        assert await noted(store) == [f"note {number}", "kept"]
        found = await store.fetch_keyed(query, [("CP-1", 2), ("CP-1", 1), ("CP-1", 3)])
        assert found == [[("kept",)], [(f"note {number}",)], []]
    await store.commit(write(note("late", 2, first=True)))
    assert await noted(store) == ["note 2", "kept"]


async def test_what_a_crash_left_behind_is_there_when_the_file_is_opened(
    file_url: str, open_url: Opener
) -> None:
    await leave_by_a_crash(file_url, note("old"), note("new"), note("other", 2, first=True))
    await open_url(file_url)
    path = path_of(file_url)
    assert look(path, "SELECT text FROM notes ORDER BY at") == ["new", "other"]
    assert look(path, "SELECT id FROM row_log") == []


async def test_a_server_sees_what_another_one_on_the_file_committed_and_overrules_it(
    file_url: str, open_url: Opener
) -> None:
    old, new = await open_url(file_url), await open_url(file_url)
    before = Fence(HERE, (await old.claim([HERE], "old"))[HERE])
    await old.commit(write(note("old"), fence=before))
    assert await noted(new) == ["old"]
    await old.commit(write(note("older"), note("other", 2), fence=before))
    after = Fence(HERE, (await new.claim([HERE], "new"))[HERE])
    await new.commit(write(note("new"), fence=after))
    with pytest.raises(Fenced):
        await old.commit(write(note("late"), fence=before))
    for server in (old, new):
        assert await noted(server) == ["new", "other"]
    await old.commit(write(note("third", 3)))
    assert await noted(new) == ["new", "other", "third"]


async def test_statements_find_what_was_committed_before(store: Database) -> None:
    await store.commit(write(*(note("text", number) for number in range(10))))
    assert await store.execute(sa.delete(notes).where(notes.c.at > 1)) == [8]
    await store.commit(write(note("again", 9)))
    assert await noted(store) == ["text", "text", "again"]


async def test_rows_find_their_way_into_the_table_though_nobody_reads(
    file_url: str, open_url: Opener
) -> None:
    store, path = await open_url(file_url), path_of(file_url)

    async def settled() -> bool:
        return look(path, "SELECT id FROM row_log") == []

    for first in (0, 5_000, 5_001):  # many are put there soon, a few a little later
        last = max(first, 4_999)
        await store.commit(write(*(note("text", number) for number in range(first, last + 1))))
        await until(settled)
        assert look(path, "SELECT count(*) FROM notes") == [last + 1]


async def test_what_was_committed_is_in_its_table_when_the_database_is_closed(
    file_url: str, open_url: Opener
) -> None:
    store = await open_url(file_url)
    await store.commit(write(note("text")))
    await store.close()
    assert look(path_of(file_url), "SELECT text FROM notes") == ["text"]


async def test_a_backup_has_the_rows_in_their_tables(
    file_url: str, open_url: Opener, tmp_path: Path
) -> None:
    store = await open_url(file_url)
    await store.commit(write(note("text")))
    await store.backup(tmp_path / "copy.db")
    assert look(tmp_path / "copy.db", "SELECT text FROM notes") == ["text"]


@pytest.mark.parametrize("value", ["\ud800", 2**70, object()], ids=["surrogate", "large", "object"])
async def test_a_row_that_cannot_be_written_down_stands_alone(
    store: Database, value: object
) -> None:
    writes = [write(note("text", 1)), write(note(value, 2), thing()), write(note("text", 3))]
    results = await asyncio.gather(*map(store.commit, writes), return_exceptions=True)
    assert [type(result) for result in results] == [type(None), Unstorable, type(None)]
    assert await noted(store) == ["text", "text"]
    assert await stored(store) == []


async def test_a_row_that_its_table_refuses_after_all_is_set_aside_and_stops_no_other(
    file_url: str, open_url: Opener
) -> None:
    store, path = await open_url(file_url), path_of(file_url)
    rows = [note("text", 1), note("unspeakable", 2), note("text", 3)]
    with capture_logs() as logs:
        await store.commit(write(*rows))
        assert await noted(store) == ["text", "text"]
    (line,) = [line for line in logs if line["log_level"] == "error"]
    assert line["table"] == "notes"
    assert "fit_to_print" in line["why"]
    await store.commit(write(note("text", 4)))
    assert await noted(store) == ["text"] * 3
    assert look(path, "SELECT refused FROM row_log") == [line["why"]]


async def test_while_another_process_writes_only_what_must_be_seen_is_waited_for(
    file_url: str, open_url: Opener
) -> None:
    store = await open_url(file_url, busy_seconds=0.05)
    await store.commit(write(note("text"), thing()))
    with closing(sqlite3.connect(path_of(file_url), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert len(await stored(store)) == 1
        with pytest.raises(StorageUnavailable):
            await noted(store)
        other.execute("COMMIT")
    assert await noted(store) == ["text"]


async def test_only_who_reads_a_table_waits_for_its_rows(file_url: str) -> None:
    await leave_by_a_crash(file_url, note("text"))
    path = path_of(file_url)
    found = {
        tables: look(path, row_log.waits_for(tables))
        for tables in (("notes",), ("readings", "notes"), ("note",), ("otes",), ("readings",))
    }
    assert list(found.values()) == [[1], [1], [0], [0], [0]]


def test_a_query_knows_which_deferred_tables_it_reads_however_they_are_hidden() -> None:
    alias = notes.alias()
    inner = sa.select(notes.c.text).subquery()
    among = sa.select(things).where(things.c.text.in_(sa.select(notes.c.text)))
    queries = (
        sa.select(notes),
        sa.select(notes.c.text),
        sa.select(alias.c.text),
        sa.select(inner.c.text),
        sa.select(things).select_from(things.outerjoin(notes, notes.c.text == things.c.text)),
        sa.select(things).where(sa.exists().where(notes.c.text == things.c.text)),
        sa.select(sa.func.count()).select_from(notes),
        among,
        sa.union_all(sa.select(things.c.text), sa.select(notes.c.text)),
    )
    for query in queries:
        assert deferred_tables(query) == ["notes"], query
    assert deferred_tables(sa.select(things)) == []


def test_deferred_tables_have_no_constraint_that_would_be_noticed_too_late() -> None:
    deferred = [
        table
        for metadata in all_metadata()
        for table in metadata.sorted_tables
        if table.info.get("deferred")
    ]
    assert {table.name for table in deferred} == {
        "readings", "session_events", "session_progress", "timeline"
    }  # fmt: skip
    for table in deferred:
        assert [type(one) for one in table.constraints] == [sa.PrimaryKeyConstraint], table.name
        assert not any(index.unique for index in table.indexes), table.name
