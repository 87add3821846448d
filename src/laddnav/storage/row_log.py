"""Rows that are durable at once, and in their tables a little later: a commit is small on SQLite.

A row that is put into its table changes a page there and one in each index, and a commit writes
every page that was changed. So the rows of tables that allow it (`info={"deferred": True}`) are
first put, as they come, into one table that only grows, and later, thousands at a time, where they
belong. Nobody notices: whoever reads such a table has them put there before, and what a crash left
behind is put there when the file is opened. Each entry of the log says by itself where its rows
belong, so that a newer program can do it too.
"""

import sqlite3
from collections.abc import Sequence
from operator import itemgetter
from typing import Any, Final

import msgspec
import structlog

from laddnav.storage import sqlite_file, sqlite_rows
from laddnav.storage.errors import Refused
from laddnav.storage.sqlite_rows import Values
from laddnav.storage.write import Target

CREATE: Final = """
CREATE TABLE IF NOT EXISTS row_log (
    id INTEGER PRIMARY KEY, tables TEXT NOT NULL, refused TEXT, entry BLOB NOT NULL
)
"""
_ADD: Final = "INSERT INTO row_log (tables, entry) VALUES (?, ?)"
_ALL: Final = "SELECT entry FROM row_log WHERE refused IS NULL ORDER BY id"
_FORGET: Final = "DELETE FROM row_log WHERE refused IS NULL"
_SET_ASIDE: Final = "INSERT INTO row_log (tables, refused, entry) VALUES (?, ?, ?)"

_log = structlog.get_logger(__name__)


_ENCODER: Final = msgspec.msgpack.Encoder()
_DECODER: Final = msgspec.msgpack.Decoder(list[tuple[Target, list[tuple[Any, ...]]]])


class RowLog:
    """The log as one connection sees it; all is done within that connection's transactions.

    What it adds it remembers, so as not to read it again. After a transaction that failed, and
    whenever another connection has written, that is in doubt.

    Attributes:
        waiting: About how many rows wait to be put where they belong.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._rows: dict[Target, list[Values]] = {}
        self._in_doubt = True
        self.waiting = 1

    def doubt(self) -> None:
        """Forget what is remembered: the table is to be read again."""
        self._rows = {}
        self._in_doubt = True
        self.waiting = 1

    def add(self, groups: Sequence[tuple[Target, list[Values]]]) -> None:
        """Let rows become durable with the transaction that runs."""
        self._connection.execute(_ADD, (_names(groups), _ENCODER.encode(groups)))
        for target, rows in groups:
            self._rows.setdefault(target, []).extend(rows)
            self.waiting += len(rows)

    def settle(self) -> None:
        """Put all rows where they belong."""
        rows = self._read() if self._in_doubt else self._rows
        for target, values in rows.items():
            _put(self._connection, target, values)
        if rows:
            self._connection.execute(_FORGET)
        self._rows = {}
        self._in_doubt = False
        self.waiting = 0

    def _read(self) -> dict[Target, list[Values]]:
        rows: dict[Target, list[Values]] = {}
        for (entry,) in self._connection.execute(_ALL):
            for target, values in _DECODER.decode(entry):
                rows.setdefault(target, []).extend(values)
        return rows


def waits_for(tables: Sequence[str]) -> str:
    """Return the query whether rows of one of `tables`, which are our own, wait in the log."""
    among = " OR ".join(f"instr(tables, ' {table} ')" for table in tables)
    return f"SELECT EXISTS (SELECT 1 FROM row_log WHERE refused IS NULL AND ({among}))"  # noqa: S608 - names of our own


def _names(groups: Sequence[tuple[Target, list[Values]]]) -> str:
    """Return the names of the tables between blanks, as `waits_for` looks for them."""
    return f" {' '.join(target.table for target, _ in groups)} "


def _put(connection: sqlite3.Connection, target: Target, rows: list[Values]) -> None:
    """Put rows into their table; what it refuses, against all promises, is set aside."""
    latest = _latest(target, rows)
    try:
        with sqlite_file.verdicts():
            sqlite_rows.put(connection, target, latest)
    except Refused:
        for values in latest:
            _put_alone(connection, target, values)


def _latest(target: Target, rows: list[Values]) -> list[Values]:
    """Return what is left of rows that replace each other."""
    if target.mode == "keep":
        return rows
    key_of = itemgetter(*map(target.columns.index, target.key))
    return list({key_of(values): values for values in rows}.values())


def _put_alone(connection: sqlite3.Connection, target: Target, values: Values) -> None:
    try:
        with sqlite_file.verdicts():
            sqlite_rows.put(connection, target, [values])
    except Refused as error:
        groups = [(target, [values])]
        entry = _ENCODER.encode(groups)
        connection.execute(_SET_ASIDE, (_names(groups), str(error), entry))
        _log.error("a row that was stored fits no table", table=target.table, why=str(error))
