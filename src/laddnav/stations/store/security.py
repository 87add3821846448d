"""The table of security events, and the queries on it."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from laddnav.journal.rules.texts import storable
from laddnav.kernel.clock import from_micros, to_micros
from laddnav.stations.model.security import SecurityEvent, SecurityEventFilter
from laddnav.stations.store.tables import metadata
from laddnav.storage.database import Record
from laddnav.storage.write import Row, Upsert

security_events = sa.Table(
    "security_events",
    metadata,
    sa.Column("operator", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("station", sa.Text, nullable=False),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("critical", sa.Integer, nullable=False),
    sa.Column("stamped_at", sa.BigInteger),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("last_at", sa.BigInteger, nullable=False),
    sa.Column("count", sa.BigInteger, nullable=False),
    sa.Column("info", sa.Text),
    sa.Column("flood", sa.Integer, nullable=False),
    sa.Index("security_events_by_time", "operator", "at", "id"),
    sa.Index("security_events_by_station", "operator", "station", "at"),
    sa.Index("security_events_by_age", "last_at"),
)

SECURITY_EVENTS = Upsert(security_events)


def row(operator: str, event: SecurityEvent) -> Row:
    """Return the row of a line."""
    values = (
        operator,
        event.id,
        event.station,
        event.type,
        int(event.is_critical),
        None if event.stamped_at is None else to_micros(event.stamped_at),
        to_micros(event.at),
        to_micros(event.last_at),
        event.count,
        event.info,
        int(event.is_flood),
    )
    return Row(SECURITY_EVENTS, values)


def event_from(record: Record) -> SecurityEvent:
    """Return the line of a row."""
    _, id_, station, type_, critical, stamped_at, at, last_at, count, info, flood = record
    return SecurityEvent(
        id=id_,
        station=station,
        type=type_,
        is_critical=bool(critical),
        stamped_at=None if stamped_at is None else from_micros(stamped_at),
        at=from_micros(at),
        last_at=from_micros(last_at),
        count=count,
        info=info,
        is_flood=bool(flood),
    )


def event_list(
    operator: str, wanted: SecurityEventFilter, before: tuple[int, str] | None, limit: int
) -> sa.Select[Any]:
    """Return the query of an operator's security events, newest first, from behind (at, id)."""
    columns = security_events.c
    query = sa.select(security_events).where(columns.operator == operator)
    if wanted.station is not None:
        query = query.where(columns.station == storable(wanted.station))
    if wanted.critical is not None:
        query = query.where(columns.critical == int(wanted.critical))
    if wanted.since is not None:
        query = query.where(columns.last_at >= to_micros(wanted.since))
    if before is not None:
        at, id_ = before
        older = sa.or_(columns.at < at, sa.and_(columns.at == at, columns.id < id_))
        query = query.where(columns.at <= at, older)
    return query.order_by(columns.at.desc(), columns.id.desc()).limit(limit)


def outdated(before: datetime) -> sa.Delete:
    """Return the statement that deletes what last happened before then."""
    return sa.delete(security_events).where(security_events.c.last_at < to_micros(before))
