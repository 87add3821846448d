"""The queries of the upkeep of stations."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from laddnav.journal.rules.texts import storable
from laddnav.kernel.clock import to_micros
from laddnav.kernel.keys import StationKey
from laddnav.maintenance.model.correction import AT_BOOT, Correction
from laddnav.maintenance.model.template import Template
from laddnav.maintenance.rules.corrections import AGAIN, AGAIN_AWAY, AWAY_FOR_LONG
from laddnav.maintenance.store.tables import (
    OF_STATIONS,
    attempts,
    correction_values,
    corrections,
    preparations,
    template_values,
    templates,
)
from laddnav.storage.database import Statement

_PRIME: Final = 1_000_000_007

# ---- templates -----------------------------------------------------------------------------


def templates_of(operator: str) -> sa.Select[Any]:
    """Return the query of an operator's templates, by name."""
    return (
        sa.select(templates)
        .where(templates.c.operator == storable(operator))
        .order_by(templates.c.name, templates.c.id)
    )


def all_templates() -> sa.Select[Any]:
    """Return the query of every operator's templates."""
    return sa.select(templates)


def stamp() -> sa.Select[Any]:
    """Return the query of what is another after any template was added, changed or removed.

    Not of the latest instant: the clock of the node that made a change may be behind.
    """
    columns = templates.c
    instants: sa.ColumnElement[Any] = sa.func.sum(columns.updated_at % _PRIME)
    return sa.select(instants, sa.func.sum(columns.version), sa.func.count()).select_from(templates)


def addition(template: Template) -> sa.Insert:
    """Return the statement that adds a template, and fails where its name is taken."""
    return sa.insert(templates).values(template_values(template))


def replacement(before: Template, after: Template) -> sa.Update:
    """Return the statement that changes a template, unless it was changed since `before`."""
    values = template_values(after)
    return (
        sa.update(templates)
        .where(_template(before.operator, before.id), templates.c.version == before.version)
        .values({name: values[name] for name in values if name not in {"operator", "id"}})
    )


def removal(operator: str, template_id: str) -> sa.Delete:
    """Return the statement that removes a template."""
    return sa.delete(templates).where(_template(operator, template_id))


def _template(operator: str, template_id: str) -> sa.ColumnElement[bool]:
    return sa.and_(
        templates.c.operator == storable(operator), templates.c.id == storable(template_id)
    )


# ---- stations ------------------------------------------------------------------------------


def _of(table: sa.Table, key: StationKey) -> sa.ColumnElement[bool]:
    operator, identity = map(storable, key)
    return sa.and_(table.c.operator == operator, table.c.station == identity)


def attempts_at(operator: str, identities: Sequence[str]) -> sa.Select[Any]:
    """Return the query of all attempts at some stations."""
    columns = attempts.c
    return sa.select(attempts).where(
        columns.operator == storable(operator), columns.station.in_(list(identities))
    )


def open_at(operator: str, identities: Sequence[str]) -> sa.Select[Any]:
    """Return the query of the corrections of some stations that go on."""
    columns = corrections.c
    return sa.select(corrections).where(
        columns.operator == storable(operator),
        columns.station.in_(list(identities)),
        columns.is_open != 0,  # not "== 1", which SQLite takes for reading all that are open
    )


def preparations_by_station() -> tuple[sa.Table, tuple[sa.ColumnElement[Any], ...]]:
    """Return the preparations, and what one is asked for by."""
    return preparations, (preparations.c.operator, preparations.c.station)


def attempts_by_station() -> tuple[sa.Table, tuple[sa.ColumnElement[Any], ...]]:
    """Return the attempts, and what those at one station are asked for by."""
    return attempts, (attempts.c.operator, attempts.c.station)


def prepared(key: StationKey, at: datetime) -> sa.Update:
    """Return the statement that ends a station's preparation."""
    return (
        sa.update(preparations)
        .where(_of(preparations, key), preparations.c.ended_at.is_(None))
        .values(ended_at=to_micros(at))
    )


def departure(key: StationKey) -> list[Statement]:
    """Return the statements that forget a station."""
    return [sa.delete(table).where(_of(table, key)) for table in OF_STATIONS]


# ---- corrections ---------------------------------------------------------------------------


def correction_of(key: StationKey, correction_id: str) -> sa.Select[Any]:
    """Return the query of one correction of a station."""
    return sa.select(corrections).where(
        _of(corrections, key), corrections.c.id == storable(correction_id)
    )


def station_list(key: StationKey, before: str | None, limit: int) -> sa.Select[Any]:
    """Return the query of a station's corrections, newest first, from behind an id.

    That of its last Boot comes first.
    """
    query = sa.select(corrections).where(_of(corrections, key))
    if before is not None:
        query = query.where(corrections.c.id < storable(before))
    return query.order_by(corrections.c.id.desc()).limit(limit)


def same_id(operator: str, correction_id: str, identities: Sequence[str]) -> sa.Select[Any]:
    """Return the query of the corrections of one id, each of another station."""
    columns = corrections.c
    return sa.select(corrections).where(
        columns.operator == storable(operator),
        columns.id == storable(correction_id),
        columns.station.in_(list(identities)),
    )


def due(now: datetime, limit: int) -> sa.Select[Any]:
    """Return the query of open corrections whose turn has come, the longest waiting first."""
    columns = corrections.c
    return (
        sa.select(corrections)
        .where(columns.is_open == 1, columns.next_at <= to_micros(now))
        .order_by(columns.next_at, columns.operator, columns.station)
        .limit(limit)
    )


def change(before: Correction, after: Correction) -> sa.Update:
    """Return the statement that changes a correction, unless it was changed since `before`."""
    values = correction_values(after)
    for name in ("operator", "station", "id", "created_at"):
        del values[name]
    columns = corrections.c
    return (
        sa.update(corrections)
        .where(_of(corrections, before.key), columns.id == before.id)
        .where(columns.version == before.version)
        .values(**values)
    )


def postponement(due: Sequence[Correction], now: datetime, why: str) -> sa.Update:
    """Return the statement that puts corrections off whose turn has come, and nobody took."""
    columns = corrections.c
    keys = [(*map(storable, each.key), each.id) for each in due]
    is_old = columns.created_at < to_micros(now - AWAY_FOR_LONG)
    return (
        sa.update(corrections)
        .where(columns.is_open == 1, columns.next_at <= to_micros(now))
        .where(sa.tuple_(columns.operator, columns.station, columns.id).in_(keys))
        .values(
            version=columns.version + 1,
            next_at=sa.case((is_old, to_micros(now + AGAIN_AWAY)), else_=to_micros(now + AGAIN)),
            reason=why,
            updated_at=to_micros(now),
        )
    )


def oblivion(ended_before: datetime) -> sa.Delete:
    """Return the statement that forgets corrections that ended before then."""
    columns = corrections.c
    return sa.delete(corrections).where(
        columns.is_open == 0, columns.next_at < to_micros(ended_before), columns.id != AT_BOOT
    )
