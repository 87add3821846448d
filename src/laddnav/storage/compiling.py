"""From SQLAlchemy's statements to text and values: it builds and compiles, and never executes."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy
from sqlalchemy.engine import Dialect
from sqlalchemy.sql import visitors
from sqlalchemy.sql.compiler import SQLCompiler

from laddnav.kernel.clock import from_micros
from laddnav.storage.database import Place, Record
from laddnav.storage.write import Fact, Target


class Compiled(NamedTuple):
    """A statement's text, the names of its values in the order of their places, and the values."""

    text: str
    places: tuple[str, ...]
    values: Mapping[str, Any]

    def arguments(self, given: Mapping[str, Any] | None = None) -> list[Any]:
        """Return the values in the order of their places, with those of `given` put in."""
        values = {**self.values, **given} if given else self.values
        return [values[place] for place in self.places]


def compiled(statement: sqlalchemy.ClauseElement, dialect: Dialect) -> Compiled:
    """Return `statement` as this dialect's driver takes it."""
    made = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    assert isinstance(made, SQLCompiler)  # noqa: S101 - for mypy: DDL, which compiles to something else, never comes here
    return Compiled(made.string, tuple(made.positiontup or ()), made.params)


def deferred_tables(query: sqlalchemy.ClauseElement) -> list[str]:
    """Return which tables of `query` are deferred; see `Upsert`."""
    tables = {part for part in visitors.iterate(query) if isinstance(part, sqlalchemy.Table)}
    return sorted(str(table.name) for table in tables if table.info.get("deferred"))


def upsert_text(target: Target, source: str) -> str:
    """Return the statement that puts the rows of `source` (VALUES or SELECT) where they belong."""
    names, key = _quoted(target.columns), _quoted(target.key)
    rest = _quoted(name for name in target.columns if name not in target.key)
    action = "DO NOTHING"
    if target.mode == "replace" and rest:
        action = "DO UPDATE SET " + ", ".join(f"{name} = excluded.{name}" for name in rest)
    # Only names of our own tables, quoted, and placeholders: no value is ever in the text.
    return (
        f'INSERT INTO "{target.table}" ({", ".join(names)}) {source}'
        f" ON CONFLICT ({', '.join(key)}) {action}"
    )


def _quoted(names: Iterable[str]) -> list[str]:
    return [f'"{name}"' for name in names]


def facts(rows: Sequence[Record]) -> list[tuple[Place, Fact]]:
    """Return the facts of `rows`: the columns txid, position, id, ... of the outbox."""
    return [
        (
            Place(txid, position),
            Fact(
                id=name,
                operator=operator,
                kind=kind,
                subject=subject,
                at=from_micros(at),
                payload=payload.encode(),
            ),
        )
        for txid, position, name, operator, kind, subject, at, payload in rows
    ]


def split(keys: Sequence[Record], rows: Sequence[Record]) -> list[list[Record]]:
    """Return for each of `keys` its rows: each row begins with its key's place, from 1."""
    found: list[list[Record]] = [[] for _ in keys]
    for row in rows:
        found[row[0] - 1].append(tuple(row[1:]))
    return found
