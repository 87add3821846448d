"""A batch as one statement of PostgreSQL: fences checked, rows and facts stored, one round trip.

Each table's rows come in one parameter, an array of a row type of our own: nothing else costs so
little on both sides. The types are the session's (`pg_temp`) and not the tables' own, so that a
migration which adds a column breaks no server that runs.
"""

from collections.abc import Collection
from itertools import count
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import sqlalchemy
from sqlalchemy.engine import Dialect

from laddnav.kernel.keys import StationKey
from laddnav.storage.batch import Batch, Epochs
from laddnav.storage.compiling import upsert_text
from laddnav.storage.connections import Connection
from laddnav.storage.write import Fence, Upsert

# All inserts wait for `owned`, which is read once and locks the epochs first: a claim of one of
# these stations either came before and is seen, or waits until all of this is durable.
_OWNED = """
WITH fenced AS MATERIALIZED (
    SELECT o.operator, o.station, o.epoch, o.epoch = f.epoch AS holds
    FROM unnest($1::pg_temp.row_of_fence[]) AS f
    JOIN ownership AS o ON o.operator = f.operator AND o.station = f.station
    ORDER BY o.operator, o.station FOR SHARE OF o
), owned AS MATERIALIZED (
    SELECT count(*) FILTER (WHERE holds) = cardinality($1) AS yes FROM fenced
)"""
_ANSWER = """
SELECT owned.yes, f.operator, f.station, f.epoch
FROM owned LEFT JOIN fenced AS f ON NOT owned.yes"""
_IF_OWNED = "WHERE (SELECT yes FROM owned)"
_FACTS = """
INSERT INTO outbox (txid, id, operator, kind, subject, at, payload)
SELECT ${era}::bigint + pg_current_xact_id()::text::bigint,
    f.id, f.operator, f.kind, f.subject, f.at, f.payload
FROM unnest(${rows}::pg_temp.row_of_fact[]) WITH ORDINALITY
    AS f(id, operator, kind, subject, at, payload, place)
{if_owned} ORDER BY f.place ON CONFLICT (id) DO NOTHING"""
_TYPES = {
    "pg_temp.row_of_fence": "operator text, station text, epoch bigint",
    "pg_temp.row_of_fact": (
        "id text, operator text, kind text, subject text, at bigint, payload text"
    ),
}


class _Shape(NamedTuple):
    """What tells one statement from another."""

    into: tuple[Upsert, ...]
    facts: bool


class _Made(NamedTuple):
    """A statement's text, and the types that it needs: their names and columns."""

    text: str
    types: dict[str, str]


class Putter:
    """Makes the statements and, once in each session, the types of their parameters.

    Args:
        dialect: SQLAlchemy's, for PostgreSQL.
    """

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._made: dict[_Shape, _Made] = {}
        self._declared: WeakKeyDictionary[Connection, set[str]] = WeakKeyDictionary()

    async def put(
        self, connection: Connection, batch: Batch, fences: Collection[Fence] = (), *, era: int
    ) -> Epochs | None:
        """Store `batch` if all `fences` hold, as one transaction or in the one that is open.

        Returns:
            None where it is stored; else nothing is, and this is what the epochs are.
        """
        await self.declare(connection, batch)
        values: list[Any] = [[(*fence.key, fence.epoch) for fence in fences]]
        values += [statement.rows for statement in batch.statements]
        if batch.facts:
            values += [era, batch.facts]
        answer = await connection.fetch(self._statement(batch).text, *values)
        if answer[0][0]:
            return None
        return {
            StationKey(operator, station): epoch
            for _, operator, station, epoch in answer
            if station is not None
        }

    async def declare(self, connection: Connection, batch: Batch) -> None:
        """Make the types that `batch` needs; not where a transaction is open, for it may fail."""
        declared = self._declared.setdefault(connection, set())
        types = self._statement(batch).types
        missing = types.keys() - declared
        if missing:
            made = (f"CREATE TYPE {name} AS ({types[name]})" for name in missing)
            await connection.execute(";".join(made))
            declared |= missing

    def _statement(self, batch: Batch) -> _Made:
        shape = _Shape(tuple(statement.into for statement in batch.statements), bool(batch.facts))
        made = self._made.get(shape)
        if made is None:
            tables = {_type_of(upsert.table): self._columns(upsert.table) for upsert in shape.into}
            made = self._made[shape] = _Made(self._text(shape), {**_TYPES, **tables})
        return made

    def _text(self, shape: _Shape) -> str:
        places = count(2)
        puts = [self._put_rows(upsert, next(places)) for upsert in shape.into]
        if shape.facts:
            puts.append(_FACTS.format(era=next(places), rows=next(places), if_owned=_IF_OWNED))
        parts = [_OWNED, *(f"put_{place} AS ({put})" for place, put in enumerate(puts))]
        return ",\n".join(parts) + _ANSWER

    def _put_rows(self, upsert: Upsert, place: int) -> str:
        kind = _type_of(upsert.table)
        rows = f"SELECT r.* FROM unnest(${place}::{kind}[]) AS r {_IF_OWNED}"  # noqa: S608 - the text holds names of our own tables, no values
        return upsert_text(upsert.target, rows)

    def _columns(self, table: sqlalchemy.Table) -> str:
        quote = self._dialect.identifier_preparer.quote
        return ", ".join(f"{quote(column.name)} {self._kind(column)}" for column in table.columns)

    def _kind(self, column: sqlalchemy.Column[Any]) -> str:
        """Return the type of a value on its way: a text of limited length would be cut short."""
        text = isinstance(column.type, sqlalchemy.String)
        return "text" if text else str(column.type.compile(self._dialect))


def _type_of(table: sqlalchemy.Table) -> str:
    return f"pg_temp.row_of_{table.name}"
