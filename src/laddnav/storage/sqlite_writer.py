"""The one writer of a SQLite file: everything here runs in its thread."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import structlog

from laddnav.kernel.clock import Clock, to_micros
from laddnav.storage import sqlite_file, sqlite_rows
from laddnav.storage.batch import Epochs, FactValues, all_or_nothing, fact_values, fenced_out
from laddnav.storage.claims import Wanted
from laddnav.storage.compiling import Compiled
from laddnav.storage.errors import StorageError, TouchedNothing
from laddnav.storage.row_log import RowLog
from laddnav.storage.sqlite_rows import Values
from laddnav.storage.write import Row, Target, Upsert, Write

_logger = structlog.get_logger(__name__)

_FACTS = Target(
    "outbox", ("txid", "id", "operator", "kind", "subject", "at", "payload"), ("id",), "keep"
)
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
        self._log = RowLog(self._connection)
        self._epochs: Epochs = {}
        self._version = -1

    def close(self) -> None:
        """Close the file; its log is written back by whoever closes it last."""
        self._connection.close()

    @property
    def waiting(self) -> int:
        """About how many rows are durable and not yet in their tables."""
        return self._log.waiting

    def ping(self) -> None:
        """Take the write lock, if it can be had."""
        with self._transaction():
            pass

    def apply(self, writes: Sequence[Write]) -> frozenset[int]:
        """Store `writes` as one transaction; return the places of those fenced out."""
        with self._transaction():
            self._note_others()
            left_out = fenced_out(writes, self._stored_epochs(writes))
            self._store(*_sorted_out(writes, left_out))
        return left_out

    def append(self, rows: Sequence[Row]) -> None:
        """Store `rows` as one transaction whose end does not wait for the disk."""
        with self._unflushed(), self._transaction():
            self._store(*_sorted_out((Write(rows=tuple(rows)),)))

    def settle(self) -> None:
        """Put rows of deferred tables where they belong.

        That need not be durable: they are, where they wait.
        """
        with self._unflushed(), self._transaction():
            self._settle()

    def try_to_settle(self) -> None:
        """Do the same, or leave it to the next time."""
        try:
            self.settle()
        except StorageError as error:
            _logger.info("rows wait to be put where they belong", why=str(error))
        except Exception:  # our own fault; nobody waits for this
            _logger.exception("rows cannot be put where they belong")

    def execute(self, statements: Sequence[Compiled], then: Write | None) -> list[int]:
        """Run `statements` as one transaction; return how many rows each touched.

        `then` is stored with them; where one of them touches no row, nothing is.
        """
        touched: list[int] = []
        with suppress(TouchedNothing), self._transaction():
            self._settle()
            touched += [
                self._connection.execute(each.text, each.arguments()).rowcount
                for each in statements
            ]
            if then is not None:
                self._store(*all_or_nothing(touched, then))
        return touched

    def claim(self, wanted: Wanted) -> Epochs:
        """Raise the epochs of the stations `wanted` and return them."""
        claimed_at = to_micros(self._clock.now())
        with self._transaction():
            claimed: Epochs = {
                key: self._one(_CLAIM, (*key, node, claimed_at)) for key, node in wanted.items()
            }
        self._epochs.update(claimed)
        return claimed

    def take_block(self, sequence: str, size: int) -> int:
        """Return the first of `size` numbers that nobody gets again."""
        with self._transaction():
            return self._one(_TAKE, (sequence, size))

    def _one(self, text: str, values: tuple[object, ...]) -> int:
        """Return the one number that a statement returns, having run it to its end."""
        ((number,),) = self._connection.execute(text, values).fetchall()
        return int(number)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            with sqlite_file.transaction(self._connection):
                yield
        except BaseException:
            self._log.doubt()
            raise

    @contextmanager
    def _unflushed(self) -> Iterator[None]:
        """Let transactions end without waiting for the disk."""
        self._connection.execute("PRAGMA synchronous = NORMAL")
        try:
            yield
        finally:
            self._connection.execute("PRAGMA synchronous = FULL")

    def _store(
        self, rows: Iterable[tuple[Upsert, list[Values]]], facts: Sequence[FactValues]
    ) -> None:
        deferred = []
        for into, values in rows:
            if into.deferred:
                deferred.append((into.target, values))
            else:
                sqlite_rows.put(self._connection, into.target, values)
        if deferred:
            self._log.add(deferred)
        if facts:
            sqlite_rows.put(self._connection, _FACTS, [(0, *values) for values in facts])

    def _settle(self) -> None:
        self._note_others()
        self._log.settle()

    def _note_others(self) -> None:
        """Forget what is remembered of the file if another connection has written to it."""
        ((version,),) = self._connection.execute("PRAGMA data_version").fetchall()
        if version != self._version:
            self._epochs.clear()
            self._log.doubt()
            self._version = version

    def _stored_epochs(self, writes: Sequence[Write]) -> Epochs:
        """Return the epochs of at least those that write, as they stand in this transaction."""
        for fence in (write.fence for write in writes):
            if fence is not None and fence.key not in self._epochs:
                row = self._connection.execute(_EPOCH, fence.key).fetchone()
                self._epochs[fence.key] = row[0] if row else 0
        return self._epochs


def _sorted_out(
    writes: Sequence[Write], leave_out: Collection[int] = ()
) -> tuple[Iterable[tuple[Upsert, list[Values]]], list[FactValues]]:
    """Return rows, by where they belong, and facts of the writes that are not at those places.

    What belongs to one table keeps its order: SQLite takes the rows of one key one by one.
    """
    rows: dict[Upsert, list[Values]] = defaultdict(list)
    facts: list[FactValues] = []
    for place, write in enumerate(writes):
        if place in leave_out:
            continue
        for into, values in write.rows:
            rows[into].append(values)
        facts += map(fact_values, write.facts)
    return rows.items(), facts
