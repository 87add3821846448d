"""The one writer of a SQLite file: everything here runs in its thread."""

from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from sqlalchemy.dialects.sqlite import pysqlite

from laddnav.kernel.clock import Clock, to_micros
from laddnav.kernel.keys import StationKey
from laddnav.storage import sqlite_file
from laddnav.storage.batch import (
    Batch,
    Epochs,
    all_or_nothing,
    fenced_out,
    merge,
    merge_rows,
    stations_of,
)
from laddnav.storage.claims import Wanted
from laddnav.storage.compiling import Compiled, upsert_text
from laddnav.storage.errors import TouchedNothing
from laddnav.storage.write import Row, Upsert, Write

_DIALECT = pysqlite.dialect()

_FACTS = """
INSERT INTO outbox (txid, id, operator, kind, subject, at, payload)
VALUES (0, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING
"""
_EPOCH = "SELECT epoch FROM ownership WHERE operator = ? AND station = ?"
_CLAIM = """
INSERT INTO ownership (operator, station, epoch, node, claimed_at) VALUES (?, ?, 1, ?, ?)
ON CONFLICT (operator, station) DO UPDATE
SET epoch = epoch + 1, node = excluded.node, claimed_at = excluded.claimed_at
RETURNING epoch
"""
_TAKE = """
INSERT INTO sequences (name, next) VALUES (?1, 1 + ?2)
ON CONFLICT (name) DO UPDATE SET next = next + ?2
RETURNING next - ?2
"""


class SqliteWriter:
    """Writes to one file, over one connection, in one thread.

    Args:
        path: The file; it is migrated.
        clock: For the time of a claim.
        busy_seconds: How long another process's transaction is waited for.
    """

    def __init__(self, path: Path, clock: Clock, *, busy_seconds: float) -> None:
        self._clock = clock
        self._connection = sqlite_file.connect(path, busy_seconds=busy_seconds)
        self._texts: dict[tuple[Upsert, int], str] = {}
        self._epochs: Epochs = {}
        self._version = -1

    def close(self) -> None:
        """Close the file; its log is written back by whoever closes it last."""
        self._connection.close()

    def ping(self) -> None:
        """Take the write lock, if it can be had."""
        with sqlite_file.transaction(self._connection):
            pass

    def apply(self, writes: Sequence[Write]) -> frozenset[int]:
        """Store `writes` as one transaction; return the places of those fenced out."""
        with sqlite_file.transaction(self._connection):
            left_out = fenced_out(writes, self._stored_epochs(stations_of(writes)))
            self._store(merge(writes, left_out))
        return left_out

    def append(self, rows: Sequence[Row]) -> None:
        """Store `rows` as one transaction whose end does not wait for the disk."""
        self._connection.execute("PRAGMA synchronous = NORMAL")
        try:
            with sqlite_file.transaction(self._connection):
                self._store(merge_rows(rows))
        finally:
            self._connection.execute("PRAGMA synchronous = FULL")

    def execute(self, statements: Sequence[Compiled], then: Write | None) -> list[int]:
        """Run `statements` as one transaction; return how many rows each touched.

        `then` is stored with them; where one of them touches no row, nothing is.
        """
        touched: list[int] = []
        with suppress(TouchedNothing), sqlite_file.transaction(self._connection):
            touched += [
                self._connection.execute(each.text, each.arguments()).rowcount
                for each in statements
            ]
            if then is not None:
                self._store(all_or_nothing(touched, then))
        return touched

    def claim(self, wanted: Wanted) -> Epochs:
        """Raise the epochs of the stations `wanted` and return them."""
        claimed_at = to_micros(self._clock.now())
        with sqlite_file.transaction(self._connection):
            claimed: Epochs = {
                key: self._one(_CLAIM, (*key, node, claimed_at)) for key, node in wanted.items()
            }
        self._epochs.update(claimed)
        return claimed

    def take_block(self, sequence: str, size: int) -> int:
        """Return the first of `size` numbers that nobody gets again."""
        with sqlite_file.transaction(self._connection):
            return self._one(_TAKE, (sequence, size))

    def _one(self, text: str, values: tuple[object, ...]) -> int:
        """Return the one number that a statement returns, having run it to its end."""
        ((number,),) = self._connection.execute(text, values).fetchall()
        return int(number)

    def _store(self, batch: Batch) -> None:
        for into, rows in batch.statements:
            sqlite_file.put_rows(self._connection, partial(self._text, into), rows)
        if batch.facts:
            self._connection.executemany(_FACTS, batch.facts)

    def _text(self, upsert: Upsert, size: int) -> str:
        text = self._texts.get((upsert, size))
        if text is None:
            values = sqlite_file.values_of(len(upsert.columns), size)
            text = self._texts[upsert, size] = upsert_text(upsert, values, _DIALECT)
        return text

    def _stored_epochs(self, keys: Sequence[StationKey]) -> Epochs:
        """Return the epochs of at least `keys`, as they stand in the running transaction.

        They are remembered for as long as no other connection has written to the file.
        """
        ((version,),) = self._connection.execute("PRAGMA data_version").fetchall()
        if version != self._version:
            self._epochs.clear()
            self._version = version
        for key in keys:
            if key not in self._epochs:
                row = self._connection.execute(_EPOCH, key).fetchone()
                self._epochs[key] = row[0] if row else 0
        return self._epochs
