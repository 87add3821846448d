"""Queries of the stations' room: lists, changes, views."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from laddnav.journal.rules.texts import storable
from laddnav.kernel.clock import from_micros
from laddnav.kernel.keys import StationKey
from laddnav.stations.model import Connector, Life, Station, StationFilter
from laddnav.stations.store import tables, variables
from laddnav.stations.store.sites import sites
from laddnav.stations.store.tables import (
    STATIONS,
    connector_from,
    connectors,
    life_from,
    nodes,
    station_heard,
    station_life,
    station_row,
    stations,
    timeline,
)
from laddnav.storage.database import Record, Statement

LIFE = len(stations.c)
"""Where a station's life begins in a row of `views`."""

TRAITS = LIFE + 3
"""Where in a row of `admissions` what a station's quirks are known by has ended."""

HEARD = LIFE + len(station_life.c)
"""Where the instant of its last frame, and that of its node's last beat, are."""


_HEARD_IN_STATE = len(station_life.c)


def _same(table: sa.Table) -> sa.ColumnElement[bool]:
    return sa.and_(table.c.operator == stations.c.operator, table.c.station == stations.c.station)


def _of(table: sa.Table, key: StationKey) -> sa.ColumnElement[bool]:
    """Return the condition for the rows of one station; a key may be anything that was asked."""
    operator, identity = map(storable, key)
    return sa.and_(table.c.operator == operator, table.c.station == identity)


def views() -> sa.Select[Any]:
    """Return the query of stations with all that is known of them but connectors."""
    source = (
        stations.outerjoin(station_life, _same(station_life))
        .outerjoin(station_heard, _same(station_heard))
        .outerjoin(nodes, nodes.c.node == station_life.c.node)
    )
    return sa.select(
        stations, station_life, station_heard.c.heard_at, nodes.c.beaten_at
    ).select_from(source)


class State(NamedTuple):
    """What a node reads of a station that it claims, once for each connector."""

    life: Life
    heard_at: datetime | None
    connector: Connector | None


def states() -> tuple[sa.Select[Any], tuple[sa.Column[Any], ...]]:
    """Return the query, by station, of all that a claiming node needs to know; and its key."""
    source = (
        stations.outerjoin(station_life, _same(station_life))
        .outerjoin(station_heard, _same(station_heard))
        .outerjoin(connectors, _same(connectors))
    )
    query = sa.select(station_life, station_heard.c.heard_at, connectors).select_from(source)
    return query, (stations.c.operator, stations.c.station)


def state_from(record: Record) -> State:
    """Return the state of a row of `states`."""
    life, connector = record[:_HEARD_IN_STATE], record[_HEARD_IN_STATE + 1 :]
    heard = record[_HEARD_IN_STATE]
    return State(
        life=Life() if life[0] is None else life_from(life),
        heard_at=None if heard is None else from_micros(heard),
        connector=None if connector[0] is None else connector_from(connector),
    )


def admissions() -> tuple[sa.Select[Any], tuple[sa.Column[Any], ...]]:
    """Return the query, by station, of its configuration and of what it last told; its key.

    From `LIFE` on: what kind it is (`Traits`), and behind `TRAITS` its serial numbers, and whether
    it had proven who it is before it told them.
    """
    life = station_life.c
    source = stations.outerjoin(station_life, _same(station_life))
    told = (life.vendor, life.model, life.firmware, life.serial, life.box_serial)
    proven = sa.func.coalesce(life.boot_proven, 0)
    query = sa.select(stations, *told, proven).select_from(source)
    return query, (stations.c.operator, stations.c.station)


def view_of(key: StationKey) -> sa.Select[Any]:
    """Return the query of one station's view."""
    return views().where(_of(stations, key))


def some_views(operator: str, identities: Sequence[str]) -> sa.Select[Any]:
    """Return the query of the views of some stations."""
    return views().where(
        stations.c.operator == storable(operator), stations.c.station.in_(list(identities))
    )


def view_list(
    operator: str, wanted: StationFilter, after: str, limit: int, alive_since: int
) -> sa.Select[Any]:
    """Return the query of an operator's stations behind `after`, in the order of identities.

    Args:
        operator: Whose stations.
        wanted: Which of them.
        after: The identity behind which the list goes on; "" at its beginning.
        limit: The most rows.
        alive_since: A node that beat since then (microseconds) lives.
    """
    query = views().where(stations.c.operator == operator, stations.c.station > after)
    if wanted.registration is not None:
        query = query.where(stations.c.registration == wanted.registration.value)
    if wanted.site is not None:
        query = query.where(stations.c.site == storable(wanted.site))
    if wanted.connected is not None:
        alive = sa.func.coalesce(nodes.c.beaten_at, 0) > alive_since
        query = query.where(alive if wanted.connected else sa.not_(alive))
    if wanted.search:
        part = storable(wanted.search).lower()
        query = query.where(
            sa.or_(
                sa.func.lower(stations.c.station).contains(part, autoescape=True),
                sa.func.lower(sa.func.coalesce(stations.c.label, "")).contains(
                    part, autoescape=True
                ),
            )
        )
    return query.order_by(stations.c.station).limit(limit)


def connectors_of(operator: str, identities: list[str]) -> sa.Select[Any]:
    """Return the query of the connectors of some stations."""
    return (
        sa.select(connectors)
        .where(connectors.c.operator == operator, connectors.c.station.in_(identities))
        .order_by(connectors.c.station, connectors.c.evse, connectors.c.connector)
    )


def addition(station: Station) -> sa.Insert:
    """Return the statement that adds a station, and fails where its identity is taken."""
    return sa.insert(stations).values(
        dict(zip(STATIONS.columns, station_row(station).values, strict=True))
    )


def change(before: Station, after: Station) -> sa.Update:
    """Return the statement that changes a station, unless it was changed since `before`."""
    old, new = tables.station_values(before), tables.station_values(after)
    values = {name: new[name] for name in new if new[name] != old[name] or name == "version"}
    return (
        sa.update(stations)
        .where(_of(stations, before.key), stations.c.version == before.version)
        .values(**values)
    )


def removal(key: StationKey) -> list[Statement]:
    """Return the statements that remove a station; its timeline stays, for uptime is history."""
    return [
        sa.delete(table).where(_of(table, key))
        for table in (stations, station_life, station_heard, connectors, *variables.TABLES)
    ]


def station_of(key: StationKey) -> sa.Select[Any]:
    """Return the query of one station's configuration."""
    return sa.select(stations).where(_of(stations, key))


def some_stations(operator: str, identities: list[str]) -> sa.Select[Any]:
    """Return the query of the configuration of some stations."""
    return sa.select(stations).where(
        stations.c.operator == operator, stations.c.station.in_(identities)
    )


def timeline_list(
    key: StationKey,
    *,
    since: int | None,
    until: int | None,
    before: tuple[int, str] | None,
    limit: int,
) -> sa.Select[Any]:
    """Return the query of a station's timeline, newest first, from behind a cursor (at, id)."""
    columns = timeline.c
    query = sa.select(timeline).where(_of(timeline, key))
    if since is not None:
        query = query.where(columns.at >= since)
    if until is not None:
        query = query.where(columns.at < until)
    if before is not None:
        at, entry_id = before
        older = sa.or_(columns.at < at, sa.and_(columns.at == at, columns.id < entry_id))
        query = query.where(columns.at <= at, older)
    return query.order_by(columns.at.desc(), columns.id.desc()).limit(limit)


def site_list(operator: str) -> sa.Select[Any]:
    """Return the query of an operator's sites, by name."""
    return sa.select(sites).where(sites.c.operator == operator).order_by(sites.c.name, sites.c.id)


def site_of(operator: str, site_id: str) -> sa.Select[Any]:
    """Return the query of one site."""
    return sa.select(sites).where(sites.c.operator == operator, sites.c.id == storable(site_id))


def site_removal(operator: str, site_id: str) -> list[Statement]:
    """Return the statements that remove a site and leave its stations without one."""
    return [
        sa.update(stations)
        .where(stations.c.operator == operator, stations.c.site == site_id)
        .values(site=None),
        sa.delete(sites).where(sites.c.operator == operator, sites.c.id == storable(site_id)),
    ]
