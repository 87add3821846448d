"""Rows on their way into SQLite's tables: as few statements as may be."""

import sqlite3
from collections.abc import Callable, Sequence
from functools import cache
from itertools import chain
from typing import NamedTuple, TypeAlias

from laddnav.storage.write import Mode, Upsert

Values: TypeAlias = tuple[object, ...]

_ROWS_AT_A_TIME = (256, 128, 64, 32, 16, 8, 4, 2, 1)


class Target(NamedTuple):
    """Where rows belong, all in names, so that it can be written down.

    Attributes:
        columns: What each row has a value for, in their order.
        key: The columns by which a row is known.
        mode: What a row does where its key is already there; see `Upsert`.
    """

    table: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    mode: Mode


@cache
def target_of(upsert: Upsert) -> Target:
    """Return where the rows of `upsert` belong."""
    key = tuple(str(column.name) for column in upsert.table.primary_key.columns)
    return Target(str(upsert.table.name), tuple(map(str, upsert.columns)), key, upsert.mode)


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
    names, key = _list(target.columns), _list(target.key)
    rest = [name for name in target.columns if name not in target.key]
    action = "DO NOTHING"
    if target.mode == "replace" and rest:
        changes = ", ".join(f'"{name}" = excluded."{name}"' for name in rest)
        action = f"DO UPDATE SET {changes}"

    @cache
    def text(rows: int) -> str:
        values = values_of(len(target.columns), rows)
        # Only names of our own tables, quoted, and placeholders: no value is ever in the text.
        return f'INSERT INTO "{target.table}" ({names}) {values} ON CONFLICT ({key}) {action}'

    return text


def _list(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
