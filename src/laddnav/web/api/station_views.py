"""Stations as the API shows and takes them; a password is taken and never shown."""

from decimal import Decimal
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec.structs import asdict

from laddnav.stations.model import (
    Connector,
    ConnectorView,
    Registration,
    StationSettings,
    StationView,
    Status,
    TimelineEntry,
    TimelineKind,
)
from laddnav.stations.model.register import Label
from laddnav.stations.model.violation import Violation
from laddnav.web.showing import Time, number, time, time_or_none


def _says(text: str, *examples: object) -> Meta:
    return Meta(extra_json_schema={"description": text, "examples": list(examples)})


Identity = Annotated[str, _says("The identity that the station connects with.", "CP1")]
Profile = Annotated[int, _says("0 no password, 1 password, 2 TLS and password, 3 certificate.", 1)]


class SettingsView(Struct, frozen=True, kw_only=True):
    """How we speak with one station; null: as its quirks say, or else the server's default."""

    assume_ocpp16: Annotated[bool | None, _says("No subprotocol header is taken as OCPP 1.6.")]
    deflate: Annotated[bool | None, _says("Compression may be agreed (2.x only); default: yes.")]
    ping_seconds: Annotated[int | None, _says("Between our pings; 0: never.")]
    heartbeat_seconds: Annotated[int | None, _says("Given at Boot.")]
    free_vend: Annotated[bool | None, _says("It charges without a token.")]
    settle_seconds: Annotated[
        int | None, _says("From its connection to our first command; default: 5.")
    ]
    triggers_at_connect: Annotated[
        int | None, _says("How often it is asked for its status after it connects; default: 0.")
    ]
    deaf_after: Annotated[
        int | None, _says("Unanswered commands before its link is closed; 0: never; default: 4.")
    ]
    max_keys: Annotated[int | None, _says("The most configuration keys in one question (1.6).")]
    charging_rate_unit: Annotated[
        Literal["A", "W"] | None, _says("The only unit of charging limits that it takes.")
    ]
    never_ask: Annotated[
        tuple[str, ...] | None,
        _says("Commands that it is not sent.", ["TriggerMessage:BootNotification"]),
    ]
    strict: Annotated[bool, _says("Nothing is mended, and no quirk counts.")]
    connector_grouping: Annotated[
        tuple[tuple[int, ...], ...],
        _says("OCPP 1.6: the connectors of EVSE 1, of EVSE 2, and so on.", [[1, 2]]),
    ]
    versions: Annotated[tuple[str, ...], _says("OCPP versions that may be agreed; empty: all.")]
    serial: Annotated[
        str | None,
        _says("On its plate, as you confirmed it: its certificate must bear it.", "SN-4711"),
    ]
    allow_expired_certificate: Annotated[
        bool, _says("It may come in, pending, to renew a certificate that has expired.")
    ]


class ConnectorItem(Struct, frozen=True, kw_only=True):
    """What a connector was last said to be."""

    evse: int
    connector: int
    status: Status
    stale: Annotated[bool, _says("The station is not connected to vouch for it.")]
    wire_status: Annotated[str | None, _says("The station's own word.", "Preparing")]
    error_code: str | None
    vendor_error_code: str | None
    tech_code: str | None
    info: str | None
    fault: Annotated[str | None, _says("What is wrong with it, in words.")]
    at: Time


class StationItem(Struct, frozen=True, kw_only=True):
    """A station: what was configured, and what is known of it now."""

    identity: Identity
    label: str | None
    site: Annotated[str | None, _says("The id of the site where it stands.")]
    security_profile: Profile
    registration: Registration
    connected: bool
    ocpp_version: Annotated[str | None, _says("Of the last connection.", "2.0.1")]
    vendor: str | None
    model: str | None
    serial: str | None
    firmware: str | None
    heard_at: Time | None
    connected_at: Time | None
    disconnected_at: Time | None
    close_reason: str | None
    boot_at: Time | None
    boot_reason: Annotated[str | None, _says("As the station gave it (OCPP 2).", "PowerUp")]
    address: Annotated[str | None, _says("Where it last connected from.", "192.0.2.7")]
    clock_skew_seconds: Annotated[
        Decimal | None, _says("How far its clock is ahead of ours; negative: behind.", -1.5)
    ]
    settings: SettingsView
    version: Annotated[int, _says("Rises with each change; also the ETag.", 3)]
    created_at: Time
    updated_at: Time
    connectors: tuple[ConnectorItem, ...]


class StationList(Struct, frozen=True, kw_only=True):
    """Some stations, in the order of their identities."""

    items: tuple[StationItem, ...]
    next: str | None


class ViolationItem(Struct, frozen=True, kw_only=True):
    """One way in which a station breaks the rules, and how often it did."""

    kind: Annotated[str, _says("What, and where in the message.", "to_text $.idTag")]
    count: int
    first_at: Time
    last_at: Time
    example: Annotated[str, _says("Where it was seen first.", "StartTransaction $.idTag")]


class ViolationList(Struct, frozen=True, kw_only=True):
    """What a station does wrong, the most frequent first; never more than one page."""

    items: tuple[ViolationItem, ...]
    next: str | None


class StationBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A station to be added."""

    identity: Identity
    security_profile: Annotated[
        Profile | UnsetType, _says("Left out: 1 with a password, otherwise 0.", 1)
    ] = UNSET
    password: Annotated[str | None, _says("What it presents; kept as a digest only.")] = None
    registration: Registration = Registration.ACCEPTED
    label: Label | None = None
    site: str | None = None
    settings: StationSettings | UnsetType = UNSET


class SettingsPatch(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings to be changed; what is left out stays."""

    assume_ocpp16: bool | UnsetType | None = UNSET
    deflate: bool | UnsetType | None = UNSET
    ping_seconds: int | UnsetType | None = UNSET
    heartbeat_seconds: int | UnsetType | None = UNSET
    free_vend: bool | UnsetType | None = UNSET
    settle_seconds: int | UnsetType | None = UNSET
    triggers_at_connect: int | UnsetType | None = UNSET
    deaf_after: int | UnsetType | None = UNSET
    max_keys: int | UnsetType | None = UNSET
    charging_rate_unit: str | UnsetType | None = UNSET
    never_ask: tuple[str, ...] | UnsetType | None = UNSET
    strict: bool | UnsetType = UNSET
    connector_grouping: tuple[tuple[int, ...], ...] | UnsetType = UNSET
    versions: tuple[str, ...] | UnsetType = UNSET
    serial: str | UnsetType | None = UNSET
    allow_expired_certificate: bool | UnsetType = UNSET


class StationPatch(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to change of a station; what is left out stays, null removes."""

    security_profile: int | UnsetType = UNSET
    password: str | UnsetType | None = UNSET
    registration: Registration | UnsetType = UNSET
    label: Label | UnsetType | None = UNSET
    site: str | UnsetType | None = UNSET
    settings: SettingsPatch | UnsetType = UNSET


class TimelineItem(Struct, frozen=True, kw_only=True):
    """One line of a station's history; evse 0 is the station itself."""

    id: str
    at: Time
    received_at: Time
    stamped_at: Annotated[Time | None, _says("The station's own time, believed or not.")]
    evse: int
    connector: int
    kind: TimelineKind
    value: str
    wire_status: str | None
    error_code: str | None
    vendor_error_code: str | None
    tech_code: str | None
    info: str | None


class TimelineList(Struct, frozen=True, kw_only=True):
    """Some lines of a station's history, newest first."""

    items: tuple[TimelineItem, ...]
    next: str | None


def station_item(view: StationView) -> StationItem:
    """Return a station as the API shows it."""
    station, life = view.station, view.life
    skew = life.clock_skew_ms
    return StationItem(
        identity=station.key.identity,
        label=station.label,
        site=station.site,
        security_profile=station.security_profile.value,
        registration=station.registration,
        connected=view.connected,
        ocpp_version=life.ocpp_version,
        vendor=life.vendor,
        model=life.model,
        serial=life.serial,
        firmware=life.firmware,
        heard_at=time_or_none(view.heard_at),
        connected_at=time_or_none(life.connected_at),
        disconnected_at=time_or_none(life.disconnected_at),
        close_reason=life.close_reason,
        boot_at=time_or_none(life.boot_at),
        boot_reason=life.boot_reason or None,
        address=life.address,
        clock_skew_seconds=None if skew is None else number(Decimal(skew) / 1000),
        settings=SettingsView(**asdict(station.settings)),
        version=station.version,
        created_at=time(station.created_at),
        updated_at=time(station.updated_at),
        connectors=tuple(_connector_item(each) for each in view.connectors),
    )


def violation_item(violation: Violation) -> ViolationItem:
    """Return a violation as the API shows it."""
    return ViolationItem(
        kind=violation.kind,
        count=violation.count,
        first_at=time(violation.first_at),
        last_at=time(violation.last_at),
        example=violation.example,
    )


def _connector_item(view: ConnectorView) -> ConnectorItem:
    connector: Connector = view.connector
    return ConnectorItem(
        evse=connector.ref.evse,
        connector=connector.ref.connector,
        status=connector.status,
        stale=view.stale,
        wire_status=connector.wire_status,
        error_code=connector.error_code,
        vendor_error_code=connector.vendor_error_code,
        tech_code=connector.tech_code,
        info=connector.info,
        fault=view.fault,
        at=time(connector.at),
    )


def timeline_item(entry: TimelineEntry) -> TimelineItem:
    """Return a line of a station's history as the API shows it."""
    return TimelineItem(
        id=entry.id,
        at=time(entry.at),
        received_at=time(entry.received_at),
        stamped_at=time_or_none(entry.stamped_at),
        evse=entry.ref.evse,
        connector=entry.ref.connector,
        kind=entry.kind,
        value=entry.value,
        wire_status=entry.wire_status,
        error_code=entry.error_code,
        vendor_error_code=entry.vendor_error_code,
        tech_code=entry.tech_code,
        info=entry.info,
    )
