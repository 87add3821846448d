"""Frames in a SQLite file of their own: written without flushing, and no loss if deleted."""

import asyncio
import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import pysqlite
from sqlalchemy.schema import CreateTable
from typing_extensions import override

from laddnav.journal.model import Limits
from laddnav.journal.store.frames import (
    FRAME_COLUMNS,
    LINK_COLUMNS,
    Batch,
    FrameStore,
    frames,
    links,
)
from laddnav.storage import sqlite_rows
from laddnav.storage.compiling import compiled
from laddnav.storage.database import Record
from laddnav.storage.errors import DatabaseMisconfigured, StorageUnavailable, Unstorable

_FORM = 2
"""Of the file, kept in user_version: a file of another form is begun anew."""

_DIALECT = pysqlite.dialect()
_ROWS_AT_ONCE = 50  # each up to a hundred thousand characters
_PAGES_AT_ONCE = 5_000
_MEGABYTE = 1_048_576
_BUSY_SECONDS = 5.0


# Rowids rise with time, so the oldest come first without an index on time.
_FIRST_KEPT = "SELECT rowid FROM frames WHERE last_at >= ? ORDER BY rowid LIMIT 1"
_OLDEST = "SELECT coalesce(min(rowid), 0) FROM frames"
_NEWEST = "SELECT coalesce(max(rowid), 0) FROM frames"
_DROP_FRAMES = "DELETE FROM frames WHERE rowid < ?"
_DROP_LINKS = "DELETE FROM links WHERE ended_at < ?"
_PAGES = """
SELECT page_count, freelist_count, page_size
FROM pragma_page_count, pragma_freelist_count, pragma_page_size
"""

_T = TypeVar("_T")


class SqliteFrames(FrameStore):
    """One file; one thread writes it, another one reads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writing: ThreadPoolExecutor = ThreadPoolExecutor(1, "journal-write")
        self._reading: ThreadPoolExecutor = ThreadPoolExecutor(1, "journal-read")
        self._writer: sqlite3.Connection | None = None
        self._reader: sqlite3.Connection | None = None

    @override
    async def start(self) -> None:
        await self._run(self._writing, self._open)

    @override
    async def close(self) -> None:
        await self._run(self._reading, lambda: _close(self._reader))
        await self._run(self._writing, lambda: _close(self._writer))
        self._reading.shutdown()
        self._writing.shutdown()

    @override
    async def write(self, batch: Batch) -> None:
        await self._run(self._writing, lambda: _write(self._opened(), batch))

    @override
    async def read(self, query: sa.Select[Any]) -> list[Record]:
        made = compiled(query, _DIALECT)
        return await self._run(self._reading, lambda: self._read(made.text, made.arguments()))

    @override
    async def prune(self, before_micros: int, limits: Limits) -> None:
        await self._run(self._writing, lambda: _prune_old(self._opened(), before_micros))
        most = limits.megabytes * _MEGABYTE
        # One chunk at a time, so that flushes come in between.
        going = bool(most)
        while going:
            going = await self._run(self._writing, lambda: _prune_chunk(self._opened(), most))

    async def _run(self, threads: ThreadPoolExecutor, work: Callable[[], _T]) -> _T:
        with _failures():
            return await asyncio.get_running_loop().run_in_executor(threads, work)

    def _open(self) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with _alone_in(self._path.parent):
                self._path.touch(mode=0o600)
                connection = _connect(self._path)
                if connection.execute("PRAGMA user_version").fetchone()[0] != _FORM:
                    connection = self._begin_anew(connection)
        except (OSError, sqlite3.Error) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            message = f"cannot open the journal {self._path}: {reason}"
            raise DatabaseMisconfigured(message) from error
        self._writer = connection

    def _begin_anew(self, old: sqlite3.Connection) -> sqlite3.Connection:
        """Put an empty file of today's form in place of one of another form."""
        old.close()
        for suffix in ("", "-wal", "-shm"):
            Path(f"{self._path}{suffix}").unlink(missing_ok=True)
        self._path.touch(mode=0o600)
        connection = _connect(self._path)
        connection.execute("PRAGMA page_size = 16384")  # rows are long: fewer pages, less to write
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        connection.execute("PRAGMA journal_mode = WAL")
        for table in (frames, links):
            connection.execute(str(CreateTable(table).compile(dialect=_DIALECT)))
        connection.execute(f"PRAGMA user_version = {_FORM}")
        return connection

    def _opened(self) -> sqlite3.Connection:
        if self._writer is None:
            message = "the journal is not open"
            raise sqlite3.OperationalError(message)
        return self._writer

    def _read(self, text: str, values: list[Any]) -> list[Record]:
        if self._reader is None:
            self._reader = _connect(self._path)
        return self._reader.execute(text, values).fetchall()


@contextmanager
def _alone_in(directory: Path) -> Iterator[None]:
    """Keep other processes from making the same file at the same time."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)  # which gives up the lock


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    connection.execute("PRAGMA synchronous = OFF")
    return connection


def _close(connection: sqlite3.Connection | None) -> None:
    if connection is not None:
        connection.close()


def _write(connection: sqlite3.Connection, batch: Batch) -> None:
    rows = list(batch.frame_rows())
    with _transaction(connection):
        sqlite_rows.put_rows(connection, _put_links, batch.links)
        sqlite_rows.put_rows(connection, _put_frames, rows)


@cache
def _put_links(rows: int) -> str:
    return f"INSERT OR REPLACE INTO links {sqlite_rows.values_of(len(LINK_COLUMNS), rows)}"


@cache
def _put_frames(rows: int) -> str:
    return f"INSERT OR IGNORE INTO frames {sqlite_rows.values_of(len(FRAME_COLUMNS), rows)}"


def _prune_old(connection: sqlite3.Connection, before_micros: int) -> None:
    kept = connection.execute(_FIRST_KEPT, (before_micros,)).fetchone()
    end = kept[0] if kept else connection.execute(_NEWEST).fetchone()[0] + 1
    start = connection.execute(_OLDEST).fetchone()[0]
    for bound in range(start + _ROWS_AT_ONCE, end + _ROWS_AT_ONCE, _ROWS_AT_ONCE):
        connection.execute(_DROP_FRAMES, (min(bound, end),))
    connection.execute(_DROP_LINKS, (before_micros,))


def _prune_chunk(connection: sqlite3.Connection, most_bytes: int) -> bool:
    """Bring the file one step nearer to its size; return whether another step may be due.

    What is freed is written again; only where it is most of the file does the file shrink.
    """
    pages, free, size = connection.execute(_PAGES).fetchone()
    if (pages - free) * size > most_bytes:
        oldest = connection.execute(_OLDEST).fetchone()[0]
        return connection.execute(_DROP_FRAMES, (oldest + _ROWS_AT_ONCE,)).rowcount > 0
    if 2 * free <= pages:
        return False
    connection.execute(f"PRAGMA incremental_vacuum({_PAGES_AT_ONCE})").fetchall()
    return True


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


@contextmanager
def _failures() -> Iterator[None]:
    """Say what SQLite's failures mean to the journal."""
    try:
        yield
    except (sqlite3.DataError, sqlite3.IntegrityError, OverflowError, UnicodeError) as error:
        raise Unstorable(type(error).__name__) from error
    except sqlite3.Error as error:
        raise StorageUnavailable(str(error)) from error
