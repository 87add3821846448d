"""What a whole report, a restart, other firmware or too much of it makes void in a device model."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from laddnav.kernel.clock import to_micros
from laddnav.kernel.keys import StationKey
from laddnav.stations.control import CommandStatus
from laddnav.stations.store.variables import (
    TABLES,
    of,
    same,
    variable_values,
    variable_writes,
    variables,
)
from laddnav.storage.database import Statement


def replacement(key: StationKey, serial: int) -> list[Statement]:
    """Return the statements that forget what the whole report `serial` did not have (B07).

    What the station said that it does not know, or would not write, stays remembered.
    """
    older = sa.and_(
        of(variables, key), sa.or_(variables.c.report.is_(None), variables.c.report < serial)
    )
    unknown = sa.exists().where(
        same(variable_values, variables),
        variable_values.c.status == CommandStatus.UNKNOWN.value,
    )
    refused = sa.exists().where(
        same(variable_writes, variables),
        variable_writes.c.status != CommandStatus.ACCEPTED.value,
    )
    return [
        sa.delete(variables).where(older, sa.not_(sa.or_(unknown, refused))),
        sa.update(variables).where(older).values(report=None),
        *_nameless(key),
    ]


def restart(key: StationKey, before: datetime) -> list[Statement]:
    """Return the statements that note that a station has restarted since `before`."""
    table = variable_writes
    waiting = sa.and_(table.c.needs_reboot == 1, table.c.at < to_micros(before))
    return [sa.update(table).where(of(table, key), waiting).values(needs_reboot=0)]


def renewal(key: StationKey) -> list[Statement]:
    """Return the statements that forget what a station would not do: its firmware is another."""
    refused = variable_writes.c.status != CommandStatus.ACCEPTED.value
    unread = variable_values.c.status != CommandStatus.ACCEPTED.value
    return [
        sa.delete(variable_writes).where(of(variable_writes, key), refused),
        sa.delete(variable_values).where(of(variable_values, key), unread),
    ]


def overfull(most: int) -> sa.Select[Any]:
    """Return the query of stations with more attributes that no report has."""
    key = (variables.c.operator, variables.c.station)
    unreported = sa.select(*key).where(variables.c.report.is_(None))
    return unreported.group_by(*key).having(sa.func.count() > most)


def removal_of_unreported(key: StationKey) -> list[Statement]:
    """Return the statements that remove what no report of a station has."""
    unreported = sa.and_(of(variables, key), variables.c.report.is_(None))
    return [sa.delete(variables).where(unreported), *_nameless(key)]


def _nameless(key: StationKey) -> list[Statement]:
    """Return the statements that remove values and attempts whose variable is gone."""
    return [
        sa.delete(table).where(of(table, key), sa.not_(sa.exists().where(same(variables, table))))
        for table in (variable_values, variable_writes)
    ]


def removal(key: StationKey) -> list[Statement]:
    """Return the statements that remove the device model of a station."""
    return [sa.delete(table).where(of(table, key)) for table in TABLES]
