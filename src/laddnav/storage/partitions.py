"""Tables cut by time on PostgreSQL, so that what is too old is dropped and not deleted.

A table says so in its `info`: `{"partition_by": "at"}` (a column of microseconds), and
`{"partition_span": "day"}` where months are too long. Rows of a time that has no partition go to
`<table>_default`, so that a station with a wrong clock is stored like any other.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import MetaData, Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql.compiler import IdentifierPreparer

from laddnav.kernel.clock import to_micros
from laddnav.storage.connections import Connection

_LOCK_TIMEOUT = "SET LOCAL lock_timeout = '3s'"
_IS_THERE = "SELECT to_regclass($1) IS NOT NULL"
_CHILDREN = """
SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
WHERE i.inhparent = to_regclass($1) ORDER BY c.relname
"""
_NAME = re.compile(r"_p(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})?$")
_DAY = timedelta(days=1)
_QUOTER = IdentifierPreparer(postgresql.dialect())  # type: ignore[no-untyped-call]  # SQLAlchemy leaves its dialects' constructors untyped


class Span(NamedTuple):
    """One partition: its name, and from when until before when."""

    name: str
    start: datetime
    end: datetime


def declare(metadata: MetaData) -> None:
    """Tell SQLAlchemy which tables are cut, for the statement that creates them."""
    for table in metadata.tables.values():
        if "partition_by" in table.info:
            clause = f"RANGE ({table.info['partition_by']})"
            table.dialect_kwargs["postgresql_partition_by"] = clause


def spans(table: Table, now: datetime, *, ahead: int = 2) -> list[Span]:
    """Return the partition of `now` and the `ahead` that follow."""
    daily = table.info.get("partition_span") == "day"
    start = datetime(now.year, now.month, now.day if daily else 1, tzinfo=UTC)
    found: list[Span] = []
    for _ in range(ahead + 1):
        end = start + _DAY if daily else _next_month(start)
        found.append(Span(f"{table.name}_p{start:{'%Y%m%d' if daily else '%Y%m'}}", start, end))
        start = end
    return found


def end_of(name: str) -> datetime | None:
    """Return when the partition of this name ends; None where the name is not one of ours."""
    match = _NAME.search(name)
    if match is None:
        return None
    start = datetime(int(match["year"]), int(match["month"]), int(match["day"] or 1), tzinfo=UTC)
    return start + _DAY if match["day"] else _next_month(start)


async def ensure(connection: Connection, tables: Sequence[Table], now: datetime) -> None:
    """Make the partitions of `tables` that `now` and the near future need.

    What a default partition already holds of such a time moves into it.
    """
    for table in tables:
        if "partition_by" not in table.info:
            continue
        there = {row[0] for row in await connection.fetch(_CHILDREN, table.name)}
        for span in spans(table, now):
            if span.name not in there:
                await _make(connection, table, span)


async def drop(connection: Connection, table: Table, before: datetime) -> list[str]:
    """Drop the partitions of `table` that end at `before` or earlier; return their names."""
    dropped = []
    for (name,) in await connection.fetch(_CHILDREN, table.name):
        end = end_of(name)
        if end is not None and end <= before:
            async with connection.transaction():
                await connection.execute(_LOCK_TIMEOUT)
                await connection.execute(f"DROP TABLE {_quoted(name)}")
            dropped.append(name)
    return dropped


async def _make(connection: Connection, table: Table, span: Span) -> None:
    """Make one partition, aside, and put it in its place with what belongs there."""
    parent, rest, name = (
        _quoted(part) for part in (table.name, f"{table.name}_default", span.name)
    )
    start, end = to_micros(span.start), to_micros(span.end)
    at = _quoted(table.info["partition_by"])
    within = f"{at} >= {start} AND {at} < {end}"
    bounds = f"FROM ({start}) TO ({end})"
    async with connection.transaction():
        await connection.execute(_LOCK_TIMEOUT)
        await connection.execute(f"LOCK TABLE {rest} IN ACCESS EXCLUSIVE MODE")
        if await connection.fetchval(_IS_THERE, name):
            return  # another node made it while we waited for the lock
        for statement in (
            f"CREATE TABLE {name} (LIKE {parent} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)",
            f"INSERT INTO {name} SELECT * FROM {rest} WHERE {within}",  # noqa: S608 - the text holds names of our own tables and bounds, no values from outside
            f"DELETE FROM {rest} WHERE {within}",  # noqa: S608 - the text holds names of our own tables and bounds, no values from outside
            f"ALTER TABLE {parent} ATTACH PARTITION {name} FOR VALUES {bounds}",
        ):
            await connection.execute(statement)


def _next_month(start: datetime) -> datetime:
    return (start.replace(day=1) + 32 * _DAY).replace(day=1)


def _quoted(name: str) -> str:
    return _QUOTER.quote(name)
