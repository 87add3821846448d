"""Tables in the main database: refusals and knocking stations."""

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa

from laddnav.journal.model import Knocking, Refusal, RefusalReason
from laddnav.journal.rules.texts import storable
from laddnav.journal.rules.verdicts import VERDICTS
from laddnav.kernel.clock import from_micros, to_micros
from laddnav.storage.database import Record
from laddnav.storage.write import Row, Upsert

metadata = sa.MetaData()

refusals = sa.Table(
    "refusals",
    metadata,
    sa.Column("operator", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("station", sa.Text, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("count", sa.BigInteger, nullable=False),
    sa.Column("first_at", sa.BigInteger, nullable=False),
    sa.Column("last_at", sa.BigInteger, nullable=False),
    sa.Column("addresses", sa.BigInteger, nullable=False),
    sa.Index("refusals_by_time", "operator", "last_at", "id"),
)

knocking = sa.Table(
    "knocking",
    metadata,
    sa.Column("operator", sa.Text, primary_key=True),
    sa.Column("station", sa.Text, primary_key=True),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("offered", sa.Text, nullable=False),
    sa.Column("user_agent", sa.Text),
    sa.Column("tls", sa.Integer, nullable=False),
    sa.Column("count", sa.BigInteger, nullable=False),
    sa.Column("first_at", sa.BigInteger, nullable=False),
    sa.Column("last_at", sa.BigInteger, nullable=False),
    sa.Index("knocking_by_time", "operator", "last_at", "station"),
)

REFUSALS = Upsert(refusals)
KNOCKING = Upsert(knocking)


def refusal_row(refusal: Refusal) -> Row:
    """Return the row of refusals alike."""
    values = (
        refusal.operator,
        refusal.id,
        refusal.identity,
        refusal.address,
        refusal.reason.value,
        refusal.detail,
        refusal.count,
        to_micros(refusal.first_at),
        to_micros(refusal.last_at),
        refusal.addresses,
    )
    return Row(REFUSALS, values)


def refusal_from(record: Record) -> Refusal:
    """Return the refusals of a row."""
    operator, row_id, identity, address, reason, detail, count, first_at, last_at, many = record
    return Refusal(
        id=row_id,
        operator=operator,
        identity=identity,
        address=address,
        reason=RefusalReason(reason),
        remedy=VERDICTS[RefusalReason(reason)].remedy,
        detail=detail,
        count=count,
        first_at=from_micros(first_at),
        last_at=from_micros(last_at),
        addresses=many,
    )


def knocking_row(knock: Knocking) -> Row:
    """Return the row of a knocking station."""
    values = (
        knock.operator,
        knock.identity,
        knock.address,
        knock.reason.value,
        msgspec.json.encode(knock.offered).decode(),
        knock.user_agent,
        int(knock.tls),
        knock.count,
        to_micros(knock.first_at),
        to_micros(knock.last_at),
    )
    return Row(KNOCKING, values)


def knocking_from(record: Record) -> Knocking:
    """Return the knocking station of a row."""
    operator, identity, address, reason, offered, agent, tls, count, first_at, last_at = record
    return Knocking(
        operator=operator,
        identity=identity,
        address=address,
        reason=RefusalReason(reason),
        offered=msgspec.json.decode(offered, type=tuple[str, ...]),
        user_agent=agent,
        tls=bool(tls),
        count=count,
        first_at=from_micros(first_at),
        last_at=from_micros(last_at),
    )


def refusal_list(
    operators: tuple[str, ...],
    before: tuple[int, str] | None,
    limit: int,
    identity: str | None = None,
    addresses: Sequence[str] = (),
) -> "sa.Select[tuple[object, ...]]":
    """Return the query of refusals, newest first, from behind a cursor (last_at, id)."""
    columns = refusals.c
    query = sa.select(refusals).where(columns.operator.in_(operators))
    if identity is not None:
        nameless = sa.and_(columns.station == "", columns.address.in_(addresses))
        query = query.where(sa.or_(columns.station == storable(identity), nameless))
    if before is not None:
        query = query.where(_older(columns.last_at, columns.id, before))
    return query.order_by(columns.last_at.desc(), columns.id.desc()).limit(limit)


def knocking_list(
    operator: str, before: tuple[int, str] | None, limit: int
) -> "sa.Select[tuple[object, ...]]":
    """Return the query of knocking stations, newest first, from behind (last_at, identity)."""
    columns = knocking.c
    query = sa.select(knocking).where(columns.operator == operator)
    if before is not None:
        query = query.where(_older(columns.last_at, columns.station, before))
    return query.order_by(columns.last_at.desc(), columns.station.desc()).limit(limit)


def _older(
    at: sa.Column[int], tie: sa.Column[str], before: tuple[int, str]
) -> sa.ColumnElement[bool]:
    micros, name = before
    return sa.or_(at < micros, sa.and_(at == micros, tie < name))


def surplus(table: sa.Table, operator: str, kept: int) -> sa.Delete:
    """Return the statement that deletes an operator's rows beyond the newest `kept`."""
    other = table.alias()
    last = (
        sa.select(other.c.last_at)
        .where(other.c.operator == operator)
        .order_by(other.c.last_at.desc())
        .offset(kept)
        .limit(1)
        .scalar_subquery()
    )
    return sa.delete(table).where(table.c.operator == operator, table.c.last_at <= last)


def outdated(table: sa.Table, before_micros: int) -> sa.Delete:
    """Return the statement that deletes the rows last seen before an instant."""
    return sa.delete(table).where(table.c.last_at < before_micros)


def knocking_removal(operator: str, identity: str) -> sa.Delete:
    """Return the statement that takes a station off the list of those that knock."""
    return sa.delete(knocking).where(
        knocking.c.operator == operator, knocking.c.station == storable(identity)
    )
