"""The table of violations: a row for each station, kind and node, so that no two write the same."""

from typing import Any

import sqlalchemy as sa

from laddnav.journal.rules.texts import storable
from laddnav.kernel.clock import from_micros, to_micros
from laddnav.kernel.keys import StationKey
from laddnav.stations.model.violation import Violation
from laddnav.stations.store.tables import metadata
from laddnav.storage.database import Record
from laddnav.storage.write import Row, Upsert

violations = sa.Table(
    "station_violations",
    metadata,
    sa.Column("operator", sa.Text, primary_key=True),
    sa.Column("station", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("node", sa.Text, primary_key=True),
    sa.Column("count", sa.BigInteger, nullable=False),
    sa.Column("first_at", sa.BigInteger, nullable=False),
    sa.Column("last_at", sa.BigInteger, nullable=False),
    sa.Column("example", sa.Text, nullable=False),
    sa.Index("station_violations_by_time", "last_at"),
)

VIOLATIONS = Upsert(violations)


def by_station() -> tuple[sa.Table, tuple[sa.Column[Any], ...]]:
    """Return what a lookup of a station's violations needs."""
    return violations, (violations.c.operator, violations.c.station)


def row(key: StationKey, node: str, violation: Violation) -> Row:
    """Return the row of what one node counted."""
    values = (
        *map(storable, key),
        storable(violation.kind),
        node,
        violation.count,
        to_micros(violation.first_at),
        to_micros(violation.last_at),
        storable(violation.example),
    )
    return Row(VIOLATIONS, values)


def violation_from(record: Record) -> tuple[str, Violation]:
    """Return the node of a row, and what it counted."""
    _, _, kind, node, count, first_at, last_at, example = record
    counted = Violation(
        kind=kind,
        count=count,
        first_at=from_micros(first_at),
        last_at=from_micros(last_at),
        example=example,
    )
    return node, counted


def outdated(before: int) -> sa.Delete:
    """Return the statement that deletes what last happened before then (microseconds)."""
    return sa.delete(violations).where(violations.c.last_at < before)
