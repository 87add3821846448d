"""Rows on their way into SQLite's tables: as few statements as may be."""

import sqlite3
from collections.abc import Callable, Sequence
from functools import cache
from itertools import chain
from typing import TypeAlias

from laddnav.storage.compiling import upsert_text
from laddnav.storage.write import Target

Values: TypeAlias = tuple[object, ...]

_ROWS_AT_A_TIME = (256, 128, 64, 32, 16, 8, 4, 2, 1)


def put(connection: sqlite3.Connection, target: Target, rows: Sequence[Values]) -> None:
    """Put `rows`, in their order, where they belong."""
    put_rows(connection, _texts_of(target), rows)


def put_rows(
    connection: sqlite3.Connection, text_of: Callable[[int], str], rows: Sequence[Values]
) -> None:
    """Run the statement that `text_of` gives for a number of rows, as few times as may be.

    Each run gives up the interpreter's lock and must get it back from a busy event loop: with a
    statement for each row (executemany) that costs more than the row itself.
    """
    done = 0
    for size in _ROWS_AT_A_TIME:
        while len(rows) - done >= size:
            part = rows[done : done + size]
            connection.execute(text_of(size), tuple(chain.from_iterable(part)))
            done += size


def values_of(columns: int, rows: int) -> str:
    """Return the clause VALUES for so many rows of so many columns."""
    row = f"({', '.join('?' * columns)})"
    return f"VALUES {', '.join([row] * rows)}"


@cache
def _texts_of(target: Target) -> Callable[[int], str]:
    """Return what gives the statement for a number of rows."""

    @cache
    def text(rows: int) -> str:
        return upsert_text(target, values_of(len(target.columns), rows))

    return text
