"""Tables of stations, their life, connectors and timeline, and of nodes."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec
import sqlalchemy as sa

from laddnav.kernel.clock import from_micros, to_micros
from laddnav.kernel.keys import ConnectorRef, StationKey
from laddnav.stations.model import (
    Awaited,
    Connector,
    Life,
    PasswordForm,
    Passwords,
    Registration,
    SecurityProfile,
    Station,
    StationSettings,
    Status,
    TimelineEntry,
    TimelineKind,
)
from laddnav.storage.database import Record
from laddnav.storage.write import Row, Upsert

metadata = sa.MetaData()

# Written by operators, through the register.
stations = sa.Table(
    "stations",
    metadata,
    sa.Column("operator", sa.Text, primary_key=True),
    sa.Column("station", sa.Text, primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("registration", sa.Text, nullable=False),
    sa.Column("security_profile", sa.Integer, nullable=False),
    sa.Column("password_key", sa.Text),
    sa.Column("password_text", sa.Text),
    sa.Column("password_decoded", sa.Text),
    sa.Column("settings", sa.Text, nullable=False),
    sa.Column("label", sa.Text),
    sa.Column("site", sa.Text),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("updated_at", sa.BigInteger, nullable=False),
    sa.Column("awaited_key", sa.Text),
    sa.Column("awaited_text", sa.Text),
    sa.Column("awaited_decoded", sa.Text),
    sa.Column("awaited_profile", sa.Integer),
    sa.Column("awaited_taken", sa.Integer, nullable=False),
    sa.Column("awaited_stored", sa.Integer, nullable=False),
    sa.Column("highest_profile", sa.Integer, nullable=False),
    sa.Column("handover", sa.Text),
    sa.Index("stations_by_site", "operator", "site"),
)

# Written by the node that owns the station.
station_life = sa.Table(
    "station_life",
    metadata,
    sa.Column("operator", sa.Text, primary_key=True),
    sa.Column("station", sa.Text, primary_key=True),
    sa.Column("node", sa.Text),
    sa.Column("connected_at", sa.BigInteger),
    sa.Column("disconnected_at", sa.BigInteger),
    sa.Column("close_reason", sa.Text),
    sa.Column("address", sa.Text),
    sa.Column("ocpp_version", sa.Text),
    sa.Column("password_form", sa.Text),
    sa.Column("vendor", sa.Text),
    sa.Column("model", sa.Text),
    sa.Column("serial", sa.Text),
    sa.Column("box_serial", sa.Text),
    sa.Column("firmware", sa.Text),
    sa.Column("iccid", sa.Text),
    sa.Column("imsi", sa.Text),
    sa.Column("meter_type", sa.Text),
    sa.Column("meter_serial", sa.Text),
    sa.Column("boot_reason", sa.Text),
    sa.Column("boot_at", sa.BigInteger),
    sa.Column("boot_answer", sa.Text),
    sa.Column("boot_proven", sa.Integer),
    sa.Column("clock_skew_ms", sa.BigInteger),
)

# Appended outside the durable commit: the last half second may be lost.
station_heard = sa.Table(
    "station_heard",
    metadata,
    sa.Column("operator", sa.Text, primary_key=True),
    sa.Column("station", sa.Text, primary_key=True),
    sa.Column("heard_at", sa.BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

connectors = sa.Table(
    "connectors",
    metadata,
    sa.Column("operator", sa.Text, primary_key=True),
    sa.Column("station", sa.Text, primary_key=True),
    sa.Column("evse", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("connector", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("wire_status", sa.Text),
    sa.Column("error_code", sa.Text),
    sa.Column("vendor_error_code", sa.Text),
    sa.Column("vendor_id", sa.Text),
    sa.Column("info", sa.Text),
    sa.Column("tech_code", sa.Text),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("stamped_at", sa.BigInteger),
    sa.Column("received_at", sa.BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

timeline = sa.Table(
    "timeline",
    metadata,
    sa.Column("operator", sa.Text, primary_key=True),
    sa.Column("station", sa.Text, primary_key=True),
    sa.Column("at", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("evse", sa.Integer, nullable=False),
    sa.Column("connector", sa.Integer, nullable=False),
    sa.Column("stamped_at", sa.BigInteger),
    sa.Column("received_at", sa.BigInteger, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("wire_status", sa.Text),
    sa.Column("error_code", sa.Text),
    sa.Column("vendor_error_code", sa.Text),
    sa.Column("tech_code", sa.Text),
    sa.Column("info", sa.Text),
    sqlite_with_rowid=False,
    info={"deferred": True},
)

# One row for each run of a node, renewed every few seconds while it lives.
nodes = sa.Table(
    "nodes",
    metadata,
    sa.Column("node", sa.Text, primary_key=True),
    sa.Column("host", sa.Text, nullable=False),
    sa.Column("started_at", sa.BigInteger, nullable=False),
    sa.Column("beaten_at", sa.BigInteger, nullable=False),
)

STATIONS = Upsert(stations, mode="keep")
STATION_LIFE = Upsert(station_life)
STATION_HEARD = Upsert(station_heard)
CONNECTORS = Upsert(connectors)
TIMELINE = Upsert(timeline, mode="keep")
NODES = Upsert(nodes)


def by_station(table: sa.Table) -> tuple[sa.Table, tuple[sa.Column[Any], ...]]:
    """Return what a lookup of a table's rows by operator and station needs."""
    return table, (table.c.operator, table.c.station)


def station_from(record: Record) -> Station:
    """Return the configuration of a row of `stations`."""
    values = dict(zip(STATIONS.columns, record, strict=True))
    return Station(
        key=StationKey(values["operator"], values["station"]),
        version=values["version"],
        registration=Registration(values["registration"]),
        security_profile=SecurityProfile(values["security_profile"]),
        passwords=_passwords(values, "password"),
        settings=_settings(values["settings"]),
        label=values["label"],
        site=values["site"],
        created_at=from_micros(values["created_at"]),
        updated_at=from_micros(values["updated_at"]),
        awaited=_awaited(values),
        highest_profile=SecurityProfile(values["highest_profile"]),
        handover=values["handover"],
    )


def _passwords(values: Mapping[str, Any], name: str) -> Passwords | None:
    text = values[f"{name}_text"]
    if text is None:
        return None
    return Passwords(key=values[f"{name}_key"], text=text, decoded=values[f"{name}_decoded"])


def _awaited(values: Mapping[str, Any]) -> Awaited | None:
    passwords, profile = _passwords(values, "awaited"), values["awaited_profile"]
    if passwords is None and profile is None:
        return None
    return Awaited(
        passwords=passwords,
        profile=None if profile is None else SecurityProfile(profile),
        is_taken=bool(values["awaited_taken"]),
        is_stored=bool(values["awaited_stored"]),
    )


def station_row(station: Station) -> Row:
    """Return the row of a station's configuration."""
    return STATIONS.row(**station_values(station))


def station_values(station: Station) -> dict[str, object]:
    """Return what the row of a station's configuration holds, by column."""
    awaited = station.awaited or Awaited()
    return {
        "operator": station.key.operator,
        "station": station.key.identity,
        "version": station.version,
        "registration": station.registration.value,
        "security_profile": station.security_profile.value,
        **_digests("password", station.passwords),
        "settings": settings_text(station.settings),
        "label": station.label,
        "site": station.site,
        "created_at": to_micros(station.created_at),
        "updated_at": to_micros(station.updated_at),
        **_digests("awaited", awaited.passwords),
        "awaited_profile": None if awaited.profile is None else awaited.profile.value,
        "awaited_taken": int(awaited.is_taken),
        "awaited_stored": int(awaited.is_stored),
        "highest_profile": station.highest_profile.value,
        "handover": station.handover,
    }


def _digests(name: str, passwords: Passwords | None) -> dict[str, object]:
    if passwords is None:
        return dict.fromkeys((f"{name}_key", f"{name}_text", f"{name}_decoded"))
    return {
        f"{name}_key": passwords.key,
        f"{name}_text": passwords.text,
        f"{name}_decoded": passwords.decoded,
    }


def settings_text(settings: StationSettings) -> str:
    """Return settings as they are stored: what is default is left out."""
    return msgspec.json.encode(settings).decode()


@lru_cache(maxsize=256)
def _settings(text: str) -> StationSettings:
    """Return settings from their text; most stations share one object."""
    return msgspec.json.decode(text, type=StationSettings)


def life_row(key: StationKey, life: Life) -> Row:
    """Return the row of a station's life."""
    values = (
        *key,
        life.node,
        _micros(life.connected_at),
        _micros(life.disconnected_at),
        life.close_reason,
        life.address,
        life.ocpp_version,
        _word(life.password_form),
        life.vendor,
        life.model,
        life.serial,
        life.box_serial,
        life.firmware,
        life.iccid,
        life.imsi,
        life.meter_type,
        life.meter_serial,
        life.boot_reason,
        _micros(life.boot_at),
        _word(life.boot_answer),
        int(life.boot_proven),
        life.clock_skew_ms,
    )
    return Row(STATION_LIFE, values)


def life_from(record: Record) -> Life:
    """Return the life of a row of `station_life`."""
    values = dict(zip(STATION_LIFE.columns[2:], record[2:], strict=True))
    for name in ("connected_at", "disconnected_at", "boot_at"):
        values[name] = _instant(values[name])
    form, answer = values["password_form"], values["boot_answer"]
    values["password_form"] = None if form is None else PasswordForm(form)
    values["boot_answer"] = None if answer is None else Registration(answer)
    values["boot_proven"] = bool(values["boot_proven"])
    return Life(**values)


def connector_row(key: StationKey, connector: Connector) -> Row:
    """Return the row of a connector."""
    values = (
        *key,
        *connector.ref,
        connector.status.value,
        connector.wire_status,
        connector.error_code,
        connector.vendor_error_code,
        connector.vendor_id,
        connector.info,
        connector.tech_code,
        to_micros(connector.at),
        _micros(connector.stamped_at),
        to_micros(connector.received_at),
    )
    return Row(CONNECTORS, values)


def connector_from(record: Record) -> Connector:
    """Return the connector of a row of `connectors`."""
    _, _, evse, number, status, wire_status, error, vendor_error, vendor, info, tech, *times = (
        record
    )
    at, stamped_at, received_at = times
    return Connector(
        ref=ConnectorRef(evse, number),
        status=Status(status),
        wire_status=wire_status,
        error_code=error,
        vendor_error_code=vendor_error,
        vendor_id=vendor,
        info=info,
        tech_code=tech,
        at=from_micros(at),
        stamped_at=_instant(stamped_at),
        received_at=from_micros(received_at),
    )


def timeline_row(key: StationKey, entry: TimelineEntry) -> Row:
    """Return the row of a line of the timeline."""
    values = (
        *key,
        to_micros(entry.at),
        entry.id,
        *entry.ref,
        _micros(entry.stamped_at),
        to_micros(entry.received_at),
        entry.kind.value,
        entry.value,
        entry.wire_status,
        entry.error_code,
        entry.vendor_error_code,
        entry.tech_code,
        entry.info,
    )
    return Row(TIMELINE, values)


def timeline_from(record: Record) -> TimelineEntry:
    """Return the line of a row of `timeline`."""
    _, _, at, entry_id, evse, connector, stamped_at, received_at, kind, value, *codes = record
    wire_status, error, vendor_error, tech, info = codes
    return TimelineEntry(
        id=entry_id,
        ref=ConnectorRef(evse, connector),
        at=from_micros(at),
        stamped_at=_instant(stamped_at),
        received_at=from_micros(received_at),
        kind=TimelineKind(kind),
        value=value,
        wire_status=wire_status,
        error_code=error,
        vendor_error_code=vendor_error,
        tech_code=tech,
        info=info,
    )


def heard_row(key: StationKey, at: datetime) -> Row:
    """Return the row that notes when a station was last heard."""
    return Row(STATION_HEARD, (*key, to_micros(at)))


def node_row(node: str, host: str, started_at: datetime, beaten_at: datetime) -> Row:
    """Return the row of a node that lives."""
    return Row(NODES, (node, host, to_micros(started_at), to_micros(beaten_at)))


def former_runs(node: str, host: str) -> sa.Delete:
    """Return the statement that forgets earlier runs on this host: their links are dead."""
    return sa.delete(nodes).where(nodes.c.host == host, nodes.c.node != node)


def _micros(instant: datetime | None) -> int | None:
    return None if instant is None else to_micros(instant)


def _instant(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)


def _word(word: PasswordForm | Registration | None) -> str | None:
    return None if word is None else word.value
