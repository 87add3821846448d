"""The tables of bulk operations, and of what became of them at each station."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from laddnav.journal.rules.texts import storable
from laddnav.kernel.clock import from_micros, to_micros
from laddnav.stations.model.bulk import Bulk, BulkItem, ItemState, Result
from laddnav.stations.store.tables import metadata, nodes, station_life, stations
from laddnav.storage.database import Record
from laddnav.storage.write import Row, Upsert

# One row for each; `next_at` is when it may turn to its next station.
bulks = sa.Table(
    "bulks",
    metadata,
    sa.Column("operator", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("details", sa.Text, nullable=False),
    sa.Column("per_minute", sa.Integer, nullable=False),
    sa.Column("total", sa.Integer, nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("next_at", sa.BigInteger, nullable=False),
    sa.Column("deadline_at", sa.BigInteger, nullable=False),
    sa.Column("stopped_at", sa.BigInteger),
    sa.Column("ended_at", sa.BigInteger),
    sa.Index("bulks_by_end", "ended_at", "id"),
)

# One row for each station of each. Those of an operation that was never stored mean nothing.
bulk_items = sa.Table(
    "bulk_items",
    metadata,
    sa.Column("operator", sa.Text, primary_key=True),
    sa.Column("bulk", sa.Text, primary_key=True),
    sa.Column("station", sa.Text, primary_key=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("ref", sa.Text),
    sa.Column("node", sa.Text),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("not_before", sa.BigInteger, nullable=False),
    sa.Column("updated_at", sa.BigInteger, nullable=False),
    sa.Index("bulk_items_by_state", "operator", "bulk", "state", "station"),
)

OPEN_IN_ORDER = (ItemState.RUNNING, ItemState.BEGUN, ItemState.WAITING)
"""In these there is still something to do."""

BULKS = Upsert(bulks)
BULK_ITEMS = Upsert(bulk_items)

_details = msgspec.json.Decoder(dict[str, Any]).decode


def bulk_row(bulk: Bulk) -> Row:
    """Return the row of a bulk operation."""
    return BULKS.row(
        operator=bulk.operator,
        id=bulk.id,
        kind=bulk.kind,
        what=bulk.what,
        details=msgspec.json.encode(bulk.details).decode(),
        per_minute=bulk.per_minute,
        total=bulk.total,
        created_at=to_micros(bulk.created_at),
        next_at=to_micros(bulk.next_at),
        deadline_at=to_micros(bulk.deadline_at),
        stopped_at=None if bulk.stopped_at is None else to_micros(bulk.stopped_at),
        ended_at=None if bulk.ended_at is None else to_micros(bulk.ended_at),
    )


def bulk_from(record: Record) -> Bulk:
    """Return the bulk operation of a row of `bulks`."""
    values = dict(zip(BULKS.columns, record, strict=True))
    times = {
        name: None if values.pop(name) is None else from_micros(value)
        for name, value in list(values.items())
        if name.endswith("_at")
    }
    return Bulk(**values | {"details": _details(values["details"])} | times)


def item_row(item: BulkItem) -> Row:
    """Return the row of a bulk operation at a station."""
    values = msgspec.structs.asdict(item)
    values["state"] = item.state.value
    values |= {name: to_micros(values[name]) for name in ("not_before", "updated_at")}
    return BULK_ITEMS.row(**values)


def item_from(record: Record) -> BulkItem:
    """Return what became of a bulk operation at a station, of a row of `bulk_items`."""
    values = dict(zip(BULK_ITEMS.columns, record, strict=True))
    values["state"] = ItemState(values["state"])
    values |= {name: from_micros(values[name]) for name in ("not_before", "updated_at")}
    return BulkItem(**values)


# ---- what operators see -------------------------------------------------------------------------


def known(operator: str, identities: Sequence[str]) -> sa.Select[Any]:
    """Return the query of which of these stations there are."""
    return sa.select(stations.c.station).where(
        stations.c.operator == operator, stations.c.station.in_(identities)
    )


def one(operator: str, bulk_id: str) -> sa.Select[Any]:
    """Return the query of one bulk operation."""
    return sa.select(bulks).where(bulks.c.operator == operator, bulks.c.id == storable(bulk_id))


def listing(operator: str, before: str | None, limit: int) -> sa.Select[Any]:
    """Return the query of an operator's bulk operations, newest first, from behind an id."""
    query = sa.select(bulks).where(bulks.c.operator == operator)
    if before is not None:
        query = query.where(bulks.c.id < storable(before))
    return query.order_by(bulks.c.id.desc()).limit(limit)


def counts(operator: str, ids: Sequence[str]) -> sa.Select[Any]:
    """Return the query of how many stations of some bulk operations are in which state."""
    columns = bulk_items.c
    return (
        sa.select(columns.bulk, columns.state, sa.func.count())
        .where(columns.operator == operator, columns.bulk.in_(list(ids)))
        .group_by(columns.bulk, columns.state)
    )


def how_many_go_on(operator: str) -> sa.Select[Any]:
    """Return the query of how many of an operator's bulk operations are not over."""
    return sa.select(sa.func.count()).where(
        bulks.c.ended_at.is_(None), bulks.c.operator == operator
    )


def items(
    operator: str, bulk_id: str, after: str, limit: int, state: ItemState | None = None
) -> sa.Select[Any]:
    """Return the query of a bulk operation's stations (in a state), from behind one."""
    columns = bulk_items.c
    query = sa.select(bulk_items).where(
        columns.operator == operator,
        columns.bulk == storable(bulk_id),
        columns.station > storable(after),
    )
    if state is not None:
        query = query.where(columns.state == state.value)
    return query.order_by(columns.station).limit(limit)


def stop(operator: str, bulk_id: str, now: datetime) -> sa.Update:
    """Return the statement that stops a bulk operation, unless it was stopped or is over."""
    return (
        sa.update(bulks)
        .where(bulks.c.operator == operator, bulks.c.id == storable(bulk_id))
        .where(bulks.c.stopped_at.is_(None), bulks.c.ended_at.is_(None))
        .values(stopped_at=to_micros(now))
    )


# ---- what time brings ---------------------------------------------------------------------------


def going_on(after: str, limit: int) -> sa.Select[Any]:
    """Return the query of all operators' bulk operations that are not over, from behind an id."""
    query = sa.select(bulks).where(bulks.c.ended_at.is_(None), bulks.c.id > after)
    return query.order_by(bulks.c.id).limit(limit)


def open_states(bulk: Bulk) -> sa.Select[Any]:
    """Return the query of whether any of its stations is running, begun, waiting: a row of three.

    However many stations there are, this looks at one of each.
    """
    columns = bulk_items.c
    found: list[sa.ColumnElement[Any]] = [
        sa.exists().where(*_of(bulk), columns.state == state.value) for state in OPEN_IN_ORDER
    ]
    return sa.select(*found)


def due(bulk: Bulk, now: int, alive_since: int, limit: int) -> sa.Select[Any]:
    """Return the query of waiting stations that are connected anywhere.

    Args:
        bulk: Of this operation.
        now: In microseconds.
        alive_since: A node that beat since then (microseconds) lives.
        limit: The most rows.
    """
    columns = bulk_items.c
    same = sa.and_(
        station_life.c.operator == columns.operator, station_life.c.station == columns.station
    )
    source = bulk_items.join(station_life, same).join(nodes, nodes.c.node == station_life.c.node)
    return (
        sa.select(bulk_items)
        .select_from(source)
        .where(*_waiting(bulk), columns.not_before <= now, nodes.c.beaten_at > alive_since)
        .order_by(columns.station)
        .limit(limit)
    )


def next_turn(bulk: Bulk, now: datetime, slack: int, gap: int) -> sa.Update:
    """Return the statement that takes a bulk operation's next turn, if one is due.

    Args:
        bulk: Which one.
        now: The time.
        slack: So many microseconds of turns that were missed may be made up for.
        gap: Between two turns, in microseconds.
    """
    at, columns = to_micros(now), bulks.c
    missed = at - slack
    begun = sa.case((columns.next_at < missed, missed), else_=columns.next_at)
    return (
        sa.update(bulks)
        .where(columns.operator == bulk.operator, columns.id == bulk.id)
        .where(columns.next_at <= at, columns.stopped_at.is_(None))
        .values(next_at=begun + gap)
    )


def take(item: BulkItem, taken: BulkItem) -> sa.Update:
    """Return the statement with which a node takes a waiting item, if nobody else has."""
    return (
        sa.update(bulk_items)
        .where(*_as_it_was(item))
        .values(
            state=taken.state.value,
            node=taken.node,
            attempts=taken.attempts,
            updated_at=to_micros(taken.updated_at),
        )
    )


def settle(item: BulkItem, result: Result, not_before: datetime, now: datetime) -> sa.Update:
    """Return the statement that notes what came of an item, unless it changed hands meanwhile."""
    return (
        sa.update(bulk_items)
        .where(*_as_it_was(item))
        .values(
            state=result.state.value,
            reason=storable(result.reason),
            ref=result.ref or item.ref,
            not_before=to_micros(not_before),
            updated_at=to_micros(now),
        )
    )


def give_up(bulk: Bulk, result: Result, now: datetime) -> sa.Update:
    """Return the statement that ends what still waits."""
    return (
        sa.update(bulk_items)
        .where(*_waiting(bulk))
        .values(
            state=result.state.value,
            # What was in the way the last time says more than that time is over.
            reason=sa.case((bulk_items.c.reason == "", result.reason), else_=bulk_items.c.reason),
            updated_at=to_micros(now),
        )
    )


def take_back(
    bulk: Bulk, alive_since: int, begun_before: int, result: Result, now: datetime
) -> sa.Update:
    """Return the statement that lets wait again what is lost.

    Args:
        bulk: Of this operation.
        alive_since: What a node is at that did not beat since then (microseconds) is lost.
        begun_before: So is what was begun before then.
        result: What it is from then on.
        now: The time.
    """
    columns = bulk_items.c
    living = sa.select(nodes.c.node).where(nodes.c.beaten_at > alive_since)
    is_lost = sa.or_(columns.node.not_in(living), columns.updated_at < begun_before)
    return (
        sa.update(bulk_items)
        .where(*_of(bulk), columns.state == ItemState.RUNNING.value, is_lost)
        .values(state=result.state.value, reason=result.reason, updated_at=to_micros(now))
    )


def end(bulk: Bulk, now: datetime) -> sa.Update:
    """Return the statement that notes that a bulk operation is over."""
    return (
        sa.update(bulks)
        .where(bulks.c.operator == bulk.operator, bulks.c.id == bulk.id)
        .where(bulks.c.ended_at.is_(None))
        .values(ended_at=to_micros(now))
    )


def _of(bulk: Bulk) -> tuple[sa.ColumnElement[bool], ...]:
    return bulk_items.c.operator == bulk.operator, bulk_items.c.bulk == bulk.id


def _waiting(bulk: Bulk) -> tuple[sa.ColumnElement[bool], ...]:
    return *_of(bulk), bulk_items.c.state == ItemState.WAITING.value


def _as_it_was(item: BulkItem) -> tuple[sa.ColumnElement[bool], ...]:
    """Return the condition that nobody has changed an item meanwhile."""
    columns = bulk_items.c
    return (
        columns.operator == item.operator,
        columns.bulk == item.bulk,
        columns.station == item.station,
        columns.state == item.state.value,
        columns.attempts == item.attempts,
    )
