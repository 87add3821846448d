"""The database as the rooms see it: one contract, kept by SQLite and by PostgreSQL."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TypeAlias

import msgspec
import sqlalchemy

from laddnav.kernel.keys import StationKey
from laddnav.storage.write import Fact, Row, Write

Statement: TypeAlias = sqlalchemy.Insert | sqlalchemy.Update | sqlalchemy.Delete
Record: TypeAlias = tuple[Any, ...]
Told: TypeAlias = Callable[[Exception | None], None]
"""Hears once how a write ended: None: it is durable; else what `Database.commit` raises."""


class Place(NamedTuple):
    """Where a fact stands in the outbox: by the transaction that wrote it, then in its order."""

    txid: int
    position: int


class KeyedQuery:
    """A query that is asked for many keys at once: rows of `select` whose `key` columns match.

    Attributes:
        select: What is read for each key; its own order, limit and filters hold per key.
        key: The columns that a key is compared with, in the key's order.
    """

    __slots__ = ("key", "select")

    def __init__(
        self, select: sqlalchemy.Select[Any], key: tuple[sqlalchemy.ColumnElement[Any], ...]
    ) -> None:
        self.select = select
        self.key = key


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How long and how much.

    Attributes:
        hold_seconds: How long a write is tried before its caller hears `StorageUnavailable`.
        read_seconds: How long a read, a claim or a number block may take.
        busy_seconds: How long another process's write transaction is waited for (SQLite).
        readers: Most reads of `fetch` at a time: threads (SQLite) or connections (PostgreSQL).
        point_readers: Likewise of `fetch_keyed`, which stations wait for: long lists do not keep
            them waiting.
    """

    hold_seconds: float = 25.0
    read_seconds: float = 5.0
    busy_seconds: float = 5.0
    readers: int = 4
    point_readers: int = 4


class KeyedReads(Protocol):
    """What can be asked for many keys at once: all that `Lookup` needs of a database."""

    async def fetch_keyed(self, query: KeyedQuery, keys: Sequence[Record]) -> list[list[Record]]:
        """Return for each of `keys` its rows, in one round trip; once, without repeating.

        Raises:
            Unstorable: One of the keys holds a value that no column can hold.
            StorageUnavailable: No answer within the read limit.
        """
        ...


class Committed(NamedTuple):
    """What was made durable since the start; rows of one transaction that are alike count each."""

    transactions: int
    writes: int
    rows: int


class Database(KeyedReads, Protocol):
    """An open database. All methods belong to the event loop on which it was started."""

    @property
    def committed(self) -> Committed:
        """How much was committed so far; what is appended is not counted."""
        ...

    @property
    def healthy(self) -> bool:
        """Whether the last attempt to reach the database succeeded."""
        ...

    async def start(self) -> None:
        """Connect and begin to commit; raise `DatabaseMisconfigured` with one clear line."""
        ...

    async def close(self) -> None:
        """Commit what waits (within the hold time), then disconnect."""
        ...

    async def commit(self, write: Write) -> None:
        """Store `write` together with what others hand in meanwhile; return when it is durable.

        Writes of one station apply in the order in which they were handed in. A caller that stops
        waiting (is cancelled) does not take its write back.

        Raises:
            Unstorable: The data of this write, alone, cannot be stored.
            Fenced: Its fence has moved: nothing of it was stored.
            StorageUnavailable: Not durable within the hold time, or too much is waiting.
            Exception: A fault of ours, as it is: what was handed in is no write, or the engine
                stumbles over it. The others' writes and `healthy` do not suffer for it.
        """
        ...

    def submit(self, write: Write, told: Told) -> None:
        """Do as `commit` does, and call `told` instead of waking somebody who waits.

        For the way of every message: it needs no task. `told` is never called before this returns,
        and must neither raise nor take long.
        """
        ...

    def append(self, rows: Sequence[Row]) -> None:
        """Store `rows` soon, without waiting and without promise: a crash or overload loses them.

        For what is kept for convenience only (the journal); costs no flush to disk.
        """
        ...

    async def fetch(self, query: sqlalchemy.Select[Any]) -> list[Record]:
        """Return the rows of `query`: for lists and filters, which page themselves.

        Raises:
            Unstorable: It compares with a value that no column can hold.
            StorageUnavailable: No answer within the read limit.
        """
        ...

    async def execute(self, *statements: Statement, then: Write | None = None) -> list[int]:
        """Run `statements` as one durable transaction and return how many rows each touched.

        Args:
            statements: What is run, in this order.
            then: What is stored with them, without a fence: where any of the statements touches
                no row, neither it nor they are.

        Raises:
            Unstorable: Their data cannot be stored, or breaks a constraint.
            StorageUnavailable: Not known to be durable; not repeated by itself.
        """
        ...

    async def take_block(self, sequence: str, size: int) -> int:
        """Return the first of `size` numbers in a row that nobody gets again; they start at 1.

        Raises:
            StorageUnavailable: No answer within the read limit.
        """
        ...

    async def claim(self, keys: Sequence[StationKey], node: str) -> Mapping[StationKey, int]:
        """Make `node` the owner of the stations `keys` and return their new epochs.

        From then on every write behind an older epoch is `Fenced`. Claims made at the same time
        are gathered into one statement.

        Raises:
            StorageUnavailable: No answer within the read limit.
        """
        ...

    async def read_outbox(self, after: Place, most: int) -> list[tuple[Place, Fact]]:
        """Return up to `most` facts behind the place `after`, in the order of their places.

        Where writers are still at work, what is behind them is not returned yet: whatever comes to
        light later has a later place.

        Raises:
            StorageUnavailable: No answer within the read limit.
        """
        ...

    async def ensure_partitions(self, tables: Sequence[sqlalchemy.Table]) -> None:
        """Make the partitions that the near future needs, where the engine has any.

        Raises:
            StorageUnavailable: Not now: somebody reads those tables, or the database is away.
        """
        ...

    async def drop_partitions(self, table: sqlalchemy.Table, before: datetime) -> int:
        """Drop the partitions of `table` that hold nothing younger; return how many (0: none).

        Raises:
            StorageUnavailable: Not now: somebody reads them, or the database is away.
        """
        ...

    async def backup(self, path: Path) -> None:
        """Write a consistent copy to `path`, which must not exist, while others go on (SQLite).

        Raises:
            DatabaseMisconfigured: This engine has its own tools for it, or `path` is not writable.
        """
        ...
