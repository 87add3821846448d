"""The table of handovers."""

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from laddnav.journal.rules.texts import storable
from laddnav.kernel.clock import from_micros, to_micros
from laddnav.kernel.keys import StationKey
from laddnav.stations.model import SecurityProfile
from laddnav.stations.model.handover import (
    Handover,
    HandoverKind,
    HandoverState,
    Origin,
    Step,
    Terms,
)
from laddnav.stations.store.bulks import bulks
from laddnav.stations.store.tables import metadata, nodes, station_life, stations
from laddnav.storage.database import Record
from laddnav.storage.write import Row, Upsert

handovers = sa.Table(
    "handovers",
    metadata,
    sa.Column("operator", sa.Text, primary_key=True),
    sa.Column("station", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("is_open", sa.Integer, nullable=False),
    sa.Column("origin", sa.Text, nullable=False),
    sa.Column("profile", sa.Integer),
    sa.Column("terms", sa.Text, nullable=False),
    sa.Column("batch", sa.Text),
    sa.Column("request", sa.Text),
    sa.Column("reason", sa.Text),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("steps", sa.Text, nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("updated_at", sa.BigInteger, nullable=False),
    sa.Column("deadline_at", sa.BigInteger, nullable=False),
    sa.Column("ended_at", sa.BigInteger),
    sa.Index("handovers_by_state", "is_open", "state", "updated_at"),
    sa.Index("handovers_by_deadline", "is_open", "deadline_at"),
    sa.Index("handovers_by_batch", "operator", "batch", "station"),
)

HANDOVERS = Upsert(handovers)

_steps = msgspec.json.Decoder(tuple[Step, ...]).decode
_terms = msgspec.json.Decoder(Terms).decode


def handover_row(handover: Handover) -> Row:
    """Return the row of a handover."""
    return HANDOVERS.row(**_values(handover))


def _values(each: Handover) -> dict[str, object]:
    return {
        "operator": each.key.operator,
        "station": each.key.identity,
        "id": each.id,
        "version": each.version,
        "kind": each.kind.value,
        "state": each.state.value,
        "is_open": int(each.is_open),
        "origin": each.origin.value,
        "profile": None if each.profile is None else each.profile.value,
        "terms": msgspec.json.encode(each.terms).decode(),
        "batch": each.batch,
        "request": each.request,
        "reason": each.reason,
        "attempts": each.attempts,
        "steps": msgspec.json.encode(each.steps).decode(),
        "created_at": to_micros(each.created_at),
        "updated_at": to_micros(each.updated_at),
        "deadline_at": to_micros(each.deadline_at),
        "ended_at": None if each.ended_at is None else to_micros(each.ended_at),
    }


def handover_from(record: Record) -> Handover:
    """Return the handover of a row of `handovers`."""
    values = dict(zip(HANDOVERS.columns, record, strict=True))
    profile, ended = values["profile"], values["ended_at"]
    return Handover(
        id=values["id"],
        key=StationKey(values["operator"], values["station"]),
        version=values["version"],
        kind=HandoverKind(values["kind"]),
        state=HandoverState(values["state"]),
        origin=Origin(values["origin"]),
        profile=None if profile is None else SecurityProfile(profile),
        terms=_terms(values["terms"]),
        batch=values["batch"],
        request=values["request"],
        reason=values["reason"],
        attempts=values["attempts"],
        steps=_steps(values["steps"]),
        created_at=from_micros(values["created_at"]),
        updated_at=from_micros(values["updated_at"]),
        deadline_at=from_micros(values["deadline_at"]),
        ended_at=None if ended is None else from_micros(ended),
    )


def change(before: Handover, after: Handover) -> sa.Update:
    """Return the statement that changes a handover, unless it was changed since `before`."""
    values = _values(after)
    for name in ("operator", "station", "id"):
        del values[name]
    return (
        sa.update(handovers)
        .where(_of(before.key), handovers.c.id == before.id, handovers.c.version == before.version)
        .values(**values)
    )


def one(key: StationKey, handover_id: str) -> sa.Select[Any]:
    """Return the query of one handover of a station."""
    return sa.select(handovers).where(_of(key), handovers.c.id == storable(handover_id))


def requested(key: StationKey, request: str) -> sa.Select[Any]:
    """Return the query of the handover of a station that was asked for under a name."""
    return sa.select(handovers).where(_of(key), handovers.c.request == storable(request))


def listing(key: StationKey, kind: HandoverKind, before: str | None, limit: int) -> sa.Select[Any]:
    """Return the query of a station's handovers of a kind, newest first, from behind an id."""
    query = sa.select(handovers).where(_of(key), handovers.c.kind == kind.value)
    if before is not None:
        query = query.where(handovers.c.id < storable(before))
    return query.order_by(handovers.c.id.desc()).limit(limit)


def due(alive_since: int, tried_before: int, limit: int) -> sa.Select[Any]:
    """Return the query of planned handovers of stations that are connected anywhere.

    Args:
        alive_since: A node that beat since then (microseconds) lives.
        tried_before: Those that were last tried later are left alone.
        limit: The most rows.
    """
    columns = handovers.c
    return (
        sa.select(handovers)
        .select_from(_with_links())
        .where(
            columns.is_open == 1,
            columns.state == HandoverState.PLANNED.value,
            nodes.c.beaten_at > alive_since,
            bulks.c.stopped_at.is_(None),
            sa.or_(columns.updated_at == columns.created_at, columns.updated_at < tried_before),
        )
        .order_by(columns.created_at, columns.id)
        .limit(limit)
    )


def _with_links() -> sa.Join:
    """Return handovers that are their stations' present ones, with what these are linked by."""
    present = sa.and_(
        stations.c.operator == handovers.c.operator,
        stations.c.station == handovers.c.station,
        stations.c.handover == handovers.c.id,
    )
    same = sa.and_(
        station_life.c.operator == handovers.c.operator,
        station_life.c.station == handovers.c.station,
    )
    bulk = sa.and_(bulks.c.operator == handovers.c.operator, bulks.c.id == handovers.c.batch)
    return (
        handovers.join(stations, present)
        .join(station_life, same)
        .join(nodes, nodes.c.node == station_life.c.node)
        .outerjoin(bulks, bulk)
    )


def overdue(now: int, limit: int) -> sa.Select[Any]:
    """Return the query of open handovers whose deadline (microseconds) has come."""
    columns = handovers.c
    return sa.select(handovers).where(columns.is_open == 1, columns.deadline_at <= now).limit(limit)


def orphaned(sent_before: int, alive_since: int, limit: int) -> sa.Select[Any]:
    """Return the query of handovers whose sender is gone.

    That is known at once where all living nodes have started since a handover's last step.

    Args:
        sent_before: What was being sent since before then (microseconds) is not answered any more.
        alive_since: A node that beat since then lives.
        limit: The most rows.
    """
    columns = handovers.c
    oldest = sa.select(sa.func.min(nodes.c.started_at)).where(nodes.c.beaten_at > alive_since)
    return (
        sa.select(handovers)
        .where(
            columns.is_open == 1,
            columns.state == HandoverState.SENDING.value,
            sa.or_(columns.updated_at < sent_before, columns.updated_at < oldest.scalar_subquery()),
        )
        .limit(limit)
    )


def of_bulk(operator: str, bulk_id: str, identities: Sequence[str]) -> sa.Select[Any]:
    """Return the query of the handovers of some of a bulk operation's stations."""
    columns = handovers.c
    return sa.select(handovers).where(
        columns.operator == operator, columns.batch == bulk_id, columns.station.in_(identities)
    )


def on_former_keys(key_id: str) -> sa.Select[Any]:
    """Return the query of how many passwords hang on another key than this one, by key."""
    columns = stations.c
    return (
        sa.select(columns.password_key, sa.func.count())
        .where(columns.password_key.is_not(None), columns.password_key != key_id)
        .group_by(columns.password_key)
    )


def _of(key: StationKey) -> sa.ColumnElement[bool]:
    operator, identity = map(storable, key)
    return sa.and_(handovers.c.operator == operator, handovers.c.station == identity)
