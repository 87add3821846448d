"""The database in a SQLite file: one writer thread, and readers that never wait for it."""

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import sqlalchemy
from sqlalchemy.dialects.sqlite import pysqlite
from typing_extensions import override

from laddnav.kernel.clock import Clock
from laddnav.kernel.keys import StationKey
from laddnav.storage import row_log, sqlite_file
from laddnav.storage.append import Appender
from laddnav.storage.batch import Epochs
from laddnav.storage.claims import Claims, Wanted
from laddnav.storage.commit import Engine, GroupCommit
from laddnav.storage.compiling import Compiled, compiled, deferred_tables, facts
from laddnav.storage.database import (
    Committed,
    Database,
    KeyedQuery,
    Limits,
    Place,
    Record,
    Statement,
    Told,
)
from laddnav.storage.errors import (
    DatabaseMisconfigured,
    Refused,
    StorageUnavailable,
    Unreached,
    Unstorable,
)
from laddnav.storage.sqlite_writer import SqliteWriter
from laddnav.storage.write import Fact, Row, Write

_T = TypeVar("_T")
_DIALECT = pysqlite.dialect()
_CLOSED = "the database is closed"
_LOOK_EVERY = 20_000  # steps of SQLite's machine: about a millisecond
_MOST_WAITING = 4_000
_SETTLE_SECONDS = 1.0


class _Query(NamedTuple):
    """A query to run, and the query whether rows that it must see still wait in the log."""

    made: Compiled
    waits: str | None


_OUTBOX = _Query(
    Compiled(
        "SELECT txid, position, id, operator, kind, subject, at, payload FROM outbox"
        " WHERE (txid, position) > (?, ?) ORDER BY txid, position LIMIT ?",
        (),
        {},
    ),
    None,
)


class SqliteReader:
    """Reads one file, in one thread; its connection cannot write."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._connection = sqlite_file.connect(path, busy_seconds=limits.busy_seconds)
        self._connection.execute("PRAGMA query_only = ON")
        self._connection.set_progress_handler(self._too_late, _LOOK_EVERY)
        self._read_seconds = limits.read_seconds
        self._deadline = 0.0

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def read(
        self, text: str, many: Sequence[Sequence[Any]], waits: str | None
    ) -> list[list[Record]] | None:
        """Return the rows of the query `text` for each of `many` sets of values, all of one moment.

        None: by the query `waits`, rows that it must see are not yet in their tables. A query that
        is at it for longer than the read limit is broken off.
        """
        self._deadline = time.monotonic() + self._read_seconds
        with sqlite_file.verdicts():
            self._connection.execute("BEGIN")
            try:
                if waits is not None and self._connection.execute(waits).fetchone()[0]:
                    return None
                return [self._connection.execute(text, values).fetchall() for values in many]
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("COMMIT")

    def _too_late(self) -> bool:
        return time.monotonic() > self._deadline


class SqliteDatabase(Database, Engine):
    """A SQLite file that is migrated; see `Database`."""

    def __init__(self, path: Path, clock: Clock, limits: Limits) -> None:
        self._path = path
        self._clock = clock
        self._limits = limits
        self._group = GroupCommit(self, clock, hold_seconds=limits.hold_seconds)
        self._appender = Appender(self._append)
        self._claims = Claims(self._claim, limit_seconds=limits.read_seconds)
        self._readers: list[SqliteReader] = []
        self._local = threading.local()
        self._keyed: dict[KeyedQuery, _Query] = {}
        self._settling: asyncio.TimerHandle | None = None
        self._closed = False

    @property
    @override
    def committed(self) -> Committed:
        return self._group.committed

    @property
    @override
    def healthy(self) -> bool:
        return self._group.healthy

    @override
    async def start(self) -> None:
        self._writing = ThreadPoolExecutor(1, "sqlite-writer")
        self._reading = ThreadPoolExecutor(self._limits.readers, "sqlite-reader")
        self._pointing = ThreadPoolExecutor(self._limits.point_readers, "sqlite-point-reader")
        make = partial(
            SqliteWriter, self._path, self._clock, busy_seconds=self._limits.busy_seconds
        )
        try:
            self._writer = await self._write(make)
        except (Unreached, sqlite3.Error) as error:
            message = f"cannot open the database file {self._path}: {error}"
            raise DatabaseMisconfigured(message) from error
        self._group.start()

    @override
    async def close(self) -> None:
        if self._closed:
            return
        await self._group.close()
        await self._appender.close()
        with suppress(Unreached):  # whoever opens the file next does it
            await self._write(self._writer.settle)
        self._closed = True
        for threads in (self._reading, self._pointing):
            await asyncio.to_thread(threads.shutdown)
        await asyncio.to_thread(self._writing.shutdown)
        self._writer.close()
        for reader in self._readers:
            reader.close()

    @override
    async def commit(self, write: Write) -> None:
        await self._group.commit(write)

    @override
    def submit(self, write: Write, told: Told) -> None:
        self._group.submit(write, told)

    @override
    def append(self, rows: Sequence[Row]) -> None:
        self._appender.add(rows)

    @override
    async def fetch(self, query: sqlalchemy.Select[Any]) -> list[Record]:
        asked = _query(query)
        return (await self._read(asked, [asked.made.arguments()], self._reading))[0]

    @override
    async def fetch_keyed(self, query: KeyedQuery, keys: Sequence[Record]) -> list[list[Record]]:
        asked = self._keyed.get(query)
        if asked is None:
            asked = self._keyed[query] = _keyed_query(query)
        names = [f"key_{place}" for place in range(len(query.key))]
        many = [asked.made.arguments(dict(zip(names, key, strict=True))) for key in keys]
        return await self._read(asked, many, self._pointing)

    @override
    async def execute(self, *statements: Statement, then: Write | None = None) -> list[int]:
        made = [compiled(statement, _DIALECT) for statement in statements]
        try:
            return await self._write(partial(self._writer.execute, made, then))
        except Refused as error:
            raise Unstorable(str(error)) from error
        except Unreached as error:
            raise StorageUnavailable(str(error)) from error

    @override
    async def take_block(self, sequence: str, size: int) -> int:
        try:
            return await self._write(partial(self._writer.take_block, sequence, size))
        except Unreached as error:
            raise StorageUnavailable(str(error)) from error

    @override
    async def claim(self, keys: Sequence[StationKey], node: str) -> Epochs:
        return await self._claims.claim(keys, node)

    @override
    async def read_outbox(self, after: Place, most: int) -> list[tuple[Place, Fact]]:
        return facts((await self._read(_OUTBOX, [(*after, most)], self._reading))[0])

    @override
    async def ensure_partitions(self, tables: Sequence[sqlalchemy.Table]) -> None:
        return

    @override
    async def drop_partitions(self, table: sqlalchemy.Table, before: datetime) -> int:
        return 0

    @override
    async def backup(self, path: Path) -> None:
        with suppress(Unreached):  # else the copy has the log, too
            await self._write(self._writer.settle)
        await asyncio.to_thread(sqlite_file.copy, self._path, path)

    @override
    async def apply(self, writes: Sequence[Write]) -> frozenset[int]:
        left_out = await self._write(partial(self._writer.apply, writes))
        if self._writer.waiting >= _MOST_WAITING:
            self._settle()
        elif self._settling is None and self._writer.waiting:
            loop = asyncio.get_running_loop()
            self._settling = loop.call_later(_SETTLE_SECONDS, self._settle)
        return left_out

    @override
    async def ping(self) -> None:
        await self._write(self._writer.ping)

    async def _append(self, rows: Sequence[Row]) -> None:
        await self._write(partial(self._writer.append, rows))

    async def _claim(self, wanted: Wanted) -> Epochs:
        try:
            return await self._write(partial(self._writer.claim, wanted))
        except Unreached as error:
            raise StorageUnavailable(str(error)) from error

    async def _write(self, call: Callable[[], _T]) -> _T:
        """Run `call` in the writer's thread."""
        if self._closed:
            raise Unreached(_CLOSED)
        return await asyncio.get_running_loop().run_in_executor(self._writing, call)

    def _settle(self) -> None:
        """Let the writer put rows where they belong before it does anything else."""
        if self._settling is not None:
            self._settling.cancel()
            self._settling = None
        if not self._closed:
            self._writing.submit(self._writer.try_to_settle)

    async def _read(
        self, query: _Query, many: Sequence[Sequence[Any]], threads: ThreadPoolExecutor
    ) -> list[list[Record]]:
        """Read in one of the readers' `threads`."""
        if self._closed:
            raise StorageUnavailable(_CLOSED)
        try:
            async with asyncio.timeout(self._limits.read_seconds):
                return await self._read_settled(query, many, threads)
        except Refused as error:
            raise Unstorable(str(error)) from error
        except Unreached as error:
            raise StorageUnavailable(str(error)) from error
        except TimeoutError:
            message = f"no answer from the database in {self._limits.read_seconds:g} s"
            raise StorageUnavailable(message) from None

    async def _read_settled(
        self, query: _Query, many: Sequence[Sequence[Any]], threads: ThreadPoolExecutor
    ) -> list[list[Record]]:
        """Read when all that was committed before now is in its tables."""
        loop, text = asyncio.get_running_loop(), query.made.text
        found = await loop.run_in_executor(threads, self._read_here, text, many, query.waits)
        if found is not None:
            return found
        await self._write(self._writer.settle)
        return await loop.run_in_executor(threads, self._read_here, text, many, None) or []

    def _read_here(
        self, text: str, many: Sequence[Sequence[Any]], waits: str | None
    ) -> list[list[Record]] | None:
        """Read over the connection of the thread that this runs in."""
        reader: SqliteReader | None = getattr(self._local, "reader", None)
        if reader is None:
            with sqlite_file.verdicts():
                reader = SqliteReader(self._path, self._limits)
            self._local.reader = reader
            self._readers.append(reader)
        return reader.read(text, many, waits)


def _query(select: sqlalchemy.Select[Any]) -> _Query:
    tables = deferred_tables(select)
    return _Query(compiled(select, _DIALECT), row_log.waits_for(tables) if tables else None)


def _keyed_query(query: KeyedQuery) -> _Query:
    conditions = [
        column == sqlalchemy.bindparam(f"key_{place}", None, type_=column.type)
        for place, column in enumerate(query.key)
    ]
    return _query(query.select.where(*conditions))
