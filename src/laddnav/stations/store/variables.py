"""Tables of the device model, and the queries on them.

Each has its own writer, so that none must be read before it is written: `variables` what reports
describe, `variable_values` what was last learned of a value, `variable_writes` what came of the
last attempt to write it. A value or an attempt brings its bare name along, which never overwrites
a description.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from laddnav.journal.rules.texts import storable
from laddnav.kernel.clock import from_micros, to_micros
from laddnav.kernel.keys import StationKey
from laddnav.stations.control import CommandStatus
from laddnav.stations.model.variables import (
    Characteristics,
    Inventory,
    InventoryStatus,
    LastWrite,
    Source,
    Variable,
    VariableFilter,
    VariableName,
    VariableRead,
    VariableReported,
    VariableWritten,
)
from laddnav.stations.rules.variables import kept_value, place_of
from laddnav.stations.store.tables import metadata
from laddnav.storage.database import Record
from laddnav.storage.write import Row, Upsert

_LONGEST_WORD: Final = 100
_LONGEST_LIST: Final = 2_500


def _key() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("operator", sa.Text, primary_key=True),
        sa.Column("station", sa.Text, primary_key=True),
        sa.Column("place", sa.Text, primary_key=True),
        sa.Column("attribute", sa.Text, primary_key=True),
    )


variables = sa.Table(
    "variables",
    metadata,
    *_key(),
    sa.Column("component", sa.Text, nullable=False),
    sa.Column("component_instance", sa.Text),
    sa.Column("evse", sa.Integer),
    sa.Column("connector", sa.Integer),
    sa.Column("variable", sa.Text, nullable=False),
    sa.Column("variable_instance", sa.Text),
    sa.Column("report", sa.BigInteger),
    sa.Column("mutability", sa.Text),
    sa.Column("persistent", sa.Integer),
    sa.Column("constant", sa.Integer),
    sa.Column("data_type", sa.Text),
    sa.Column("unit", sa.Text),
    sa.Column("min_limit", sa.Text),
    sa.Column("max_limit", sa.Text),
    sa.Column("max_elements", sa.BigInteger),
    sa.Column("values_list", sa.Text),
    sa.Column("supports_monitoring", sa.Integer),
)

variable_values = sa.Table(
    "variable_values",
    metadata,
    *_key(),
    sa.Column("value", sa.Text),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("learned_at", sa.BigInteger, nullable=False),
)

variable_writes = sa.Table(
    "variable_writes",
    metadata,
    *_key(),
    sa.Column("wanted", sa.Text),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("wire_status", sa.Text, nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("needs_reboot", sa.Integer, nullable=False),
)

inventories = sa.Table(
    "inventories",
    metadata,
    sa.Column("operator", sa.Text, primary_key=True),
    sa.Column("station", sa.Text, primary_key=True),
    sa.Column("serial", sa.BigInteger, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("asked_at", sa.BigInteger, nullable=False),
    sa.Column("ended_at", sa.BigInteger),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("variables", sa.Integer, nullable=False),
    sa.Column("vendor", sa.Text),
    sa.Column("model", sa.Text),
    sa.Column("firmware", sa.Text),
    sa.Column("ocpp_version", sa.Text),
)

DESCRIBED = Upsert(variables)
NAMED = Upsert(variables, mode="keep")
VALUES = Upsert(variable_values)
WRITES = Upsert(variable_writes)
INVENTORIES = Upsert(inventories)
TABLES = (variables, variable_values, variable_writes, inventories)

_BARE: Final = (None,) * (len(variables.c) - 10)


def _bit(flag: bool | None) -> int | None:  # noqa: FBT001 - the flag is the value to be shown, it switches nothing
    return None if flag is None else int(flag)


def _word(text: str | None, longest: int = _LONGEST_WORD) -> str | None:
    return None if text is None else storable(text[:longest])


def _names(key: StationKey, name: VariableName) -> tuple[object, ...]:
    return (
        *key,
        place_of(name),
        name.attribute,
        storable(name.component),
        _word(name.component_instance),
        name.evse,
        name.connector,
        storable(name.variable),
        _word(name.variable_instance),
    )


def reported_rows(
    key: StationKey,
    told: VariableReported,
    serial: int,
    at: datetime,
    source: Source = Source.REPORT,
) -> tuple[Row, ...]:
    """Return the rows of what a report with this serial tells."""
    traits, names = told.characteristics, _names(key, told.name)
    described = (
        *names,
        serial,
        _word(told.mutability),
        _bit(told.persistent),
        _bit(told.constant),
        _word(traits.data_type),
        _word(traits.unit),
        _word(traits.min_limit),
        _word(traits.max_limit),
        traits.max_elements,
        _word(traits.values_list, _LONGEST_LIST),
        _bit(traits.supports_monitoring),
    )
    value = kept_value(told.name, told.value, told.mutability)
    known = (value, CommandStatus.ACCEPTED.value, source.value, to_micros(at))
    return Row(DESCRIBED, described), Row(VALUES, (*names[:4], *known))


def read_rows(key: StationKey, told: VariableRead, source: Source, at: datetime) -> tuple[Row, ...]:
    """Return the rows of a value that was told, or could not be."""
    names = _names(key, told.name)
    value = kept_value(told.name, told.value)
    known = (value, told.status.value, source.value, to_micros(at))
    return Row(NAMED, (*names, *_BARE)), Row(VALUES, (*names[:4], *known))


def written_rows(key: StationKey, told: VariableWritten, at: datetime) -> tuple[Row, ...]:
    """Return the rows of an attempt to write; what was accepted is the value from now on."""
    names = _names(key, told.name)
    wanted, micros = kept_value(told.name, told.wanted), to_micros(at)
    waits = told.status is CommandStatus.REBOOT_REQUIRED
    tried = (wanted, told.status.value, _word(told.wire_status), _word(told.reason, _LONGEST_LIST))
    rows = [Row(NAMED, (*names, *_BARE)), Row(WRITES, (*names[:4], *tried, micros, int(waits)))]
    if told.status is CommandStatus.ACCEPTED:
        known = (wanted, CommandStatus.ACCEPTED.value, Source.WRITTEN.value, micros)
        rows.append(Row(VALUES, (*names[:4], *known)))
    return tuple(rows)


def inventory_row(key: StationKey, inventory: Inventory) -> Row:
    """Return the row of an inventory."""
    values = (
        *key,
        inventory.serial,
        inventory.status.value,
        _word(inventory.detail, 255) or "",
        to_micros(inventory.asked_at),
        None if inventory.ended_at is None else to_micros(inventory.ended_at),
        inventory.attempts,
        inventory.variables,
        *inventory.make,
    )
    return Row(INVENTORIES, values)


def inventory_from(record: Record) -> Inventory:
    """Return the inventory of a row."""
    _, _, serial, status, detail, asked_at, ended_at, attempts, count, *make = record
    return Inventory(
        serial=serial,
        status=InventoryStatus(status),
        detail=detail,
        asked_at=from_micros(asked_at),
        ended_at=None if ended_at is None else from_micros(ended_at),
        attempts=attempts,
        variables=count,
        make=(make[0], make[1], make[2], make[3]),
    )


# ---- queries -------------------------------------------------------------------------------


def of(table: sa.Table, key: StationKey) -> sa.ColumnElement[bool]:
    """Return the condition for the rows of one station."""
    operator, identity = map(storable, key)
    return sa.and_(table.c.operator == operator, table.c.station == identity)


def same(table: sa.Table, other: sa.Table) -> sa.ColumnElement[bool]:
    """Return the condition for rows of one attribute."""
    names = ("operator", "station", "place", "attribute")
    return sa.and_(*(table.c[name] == other.c[name] for name in names))


def awaiting_reboot() -> tuple[sa.Select[Any], tuple[sa.ColumnElement[Any], ...]]:
    """Return the query of whether a station's variables wait for a restart, and its key."""
    writes = variable_writes.c
    waiting = sa.select(writes.needs_reboot).where(writes.needs_reboot == 1).limit(1)
    return waiting, (writes.operator, writes.station)


def count_of(key: StationKey) -> sa.Select[Any]:
    """Return the query of how many attributes are stored of a station."""
    return sa.select(sa.func.count()).select_from(variables).where(of(variables, key))


def _known() -> sa.Select[Any]:
    source = variables.outerjoin(variable_values, same(variables, variable_values)).outerjoin(
        variable_writes, same(variables, variable_writes)
    )
    columns = (*variables.c, *list(variable_values.c)[4:], *list(variable_writes.c)[4:])
    return sa.select(*columns).select_from(source)


def listing(
    key: StationKey, wanted: VariableFilter, behind: tuple[str, str] | None, limit: int
) -> sa.Select[Any]:
    """Return the query of a station's variables behind a place and attribute."""
    columns = variables.c
    query = _known().where(of(variables, key))
    for column, text in (
        (columns.component, wanted.component),
        (columns.variable, wanted.variable),
    ):
        if text is not None:
            query = query.where(sa.func.lower(column) == storable(text).lower())
    if wanted.evse is not None:
        query = query.where(columns.evse == wanted.evse)
    if wanted.mutability is not None:
        query = query.where(columns.mutability == wanted.mutability.value)
    if wanted.needs_reboot is not None:
        waits = sa.func.coalesce(variable_writes.c.needs_reboot, 0) == 1
        query = query.where(waits if wanted.needs_reboot else sa.not_(waits))
    if behind is not None:
        place, attribute = behind
        later = sa.and_(columns.place == place, columns.attribute > attribute)
        query = query.where(columns.place >= place, sa.or_(columns.place > place, later))
    return query.order_by(columns.place, columns.attribute).limit(limit)


def some(key: StationKey, places: Sequence[str]) -> sa.Select[Any]:
    """Return the query of the variables at these places, all attributes of each."""
    return _known().where(of(variables, key), variables.c.place.in_(places))


def some_of(operator: str, identities: Sequence[str], places: Sequence[str]) -> sa.Select[Any]:
    """Return the query of the variables of some stations at these places."""
    columns = variables.c
    return _known().where(
        columns.operator == storable(operator),
        columns.station.in_(list(identities)),
        columns.place.in_(list(places)),
    )


def by_place() -> tuple[sa.Select[Any], tuple[sa.ColumnElement[Any], ...]]:
    """Return the query of variables, and what those at one place of a station are asked for by."""
    return _known(), (variables.c.operator, variables.c.station, variables.c.place)


def variable_from(record: Record) -> Variable:
    """Return the variable of a row of `listing` or `some`."""
    attribute, (component, instance, evse, connector, variable, which) = record[3], record[4:10]
    report, mutability, persistent, constant, *more = record[10:]
    traits, value, write = more[:7], more[7:11], more[11:]
    text, status, source, learned_at = value
    return Variable(
        name=VariableName(component, instance, evse, connector, variable, which, attribute),
        reported=report is not None,
        mutability=mutability,
        persistent=_flag(persistent),
        constant=_flag(constant),
        characteristics=Characteristics(
            data_type=traits[0],
            unit=traits[1],
            min_limit=traits[2],
            max_limit=traits[3],
            max_elements=traits[4],
            values_list=traits[5],
            supports_monitoring=_flag(traits[6]),
        ),
        value=text,
        status=None if status is None else CommandStatus(status),
        source=None if source is None else Source(source),
        learned_at=None if learned_at is None else from_micros(learned_at),
        write=_write_from(write),
    )


def _write_from(values: Sequence[Any]) -> LastWrite | None:
    wanted, status, wire_status, reason, at, needs_reboot = values
    if status is None:
        return None
    return LastWrite(
        wanted=wanted,
        status=CommandStatus(status),
        wire_status=wire_status,
        reason=reason,
        at=from_micros(at),
        needs_reboot=bool(needs_reboot),
    )


def _flag(value: int | None) -> bool | None:
    return None if value is None else bool(value)
