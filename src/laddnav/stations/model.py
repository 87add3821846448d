"""Stations, EVSEs, connectors and sites: what is configured, learned and seen."""

from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from laddnav.kernel.keys import ConnectorRef, StationKey

WHOLE_STATION = ConnectorRef(0, 0)
"""The connector that means the station itself (connector 0 of OCPP 1.6)."""

_Seconds = Annotated[int, Meta(ge=0, le=604_800)]
_ConnectorNumber = Annotated[int, Meta(ge=1, le=256)]


class SecurityProfile(IntEnum):
    """How a station must come in (security whitepaper; A00)."""

    NONE = 0
    BASIC = 1
    TLS_BASIC = 2


class Registration(StrEnum):
    """What BootNotification is answered with: the operator's decision, kept over restarts."""

    ACCEPTED = "accepted"
    PENDING = "pending"
    REJECTED = "rejected"


class Status(StrEnum):
    """What a connector is, in the words of OCPP 2; unknown: never told, or in no word we know."""

    AVAILABLE = "available"
    OCCUPIED = "occupied"
    RESERVED = "reserved"
    UNAVAILABLE = "unavailable"
    FAULTED = "faulted"
    UNKNOWN = "unknown"


class PasswordForm(StrEnum):
    """Which of the two forms of its password a station presented.

    OCPP 1.6 sets AuthorizationKey as hex; some stations present that text, some its bytes.
    """

    TEXT = "text"
    BYTES = "bytes"


class StationSettings(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How we speak with one station.

    Attributes:
        assume_ocpp16: Whether a connection without any subprotocol header is taken as OCPP 1.6.
        deflate: Whether compression may be agreed with this station (2.x only).
        ping_seconds: Between our WebSocket pings; 0: never; None: the server's default.
        heartbeat_seconds: The interval given at Boot; None: the server's default.
        strict: Whether malformed messages are refused as the specification says, never mended.
        connector_grouping: For OCPP 1.6: the connectors of EVSE 1, of EVSE 2, and so on;
            those not named are an EVSE each.
        versions: The OCPP versions that may be agreed ("1.6", "2.0.1", "2.1"); empty: all.
    """

    assume_ocpp16: bool = False
    deflate: bool = True
    ping_seconds: _Seconds | None = None
    heartbeat_seconds: _Seconds | None = None
    strict: bool = False
    connector_grouping: tuple[tuple[_ConnectorNumber, ...], ...] = ()
    versions: tuple[str, ...] = ()


class Passwords(Struct, frozen=True, kw_only=True):
    """Keyed digests (hex) of one password: of its text, and of its bytes if the text is hex."""

    text: str
    decoded: str | None = None


class Station(Struct, frozen=True, kw_only=True):
    """A station as its operator configured it.

    Attributes:
        version: Rises with each change; a change that names an older one is refused.
    """

    key: StationKey
    version: int
    registration: Registration
    security_profile: SecurityProfile
    passwords: Passwords | None
    settings: StationSettings
    label: str | None
    site: str | None
    created_at: datetime
    updated_at: datetime


class Life(Struct, frozen=True, kw_only=True):
    """What a station has told and shown of itself; written by the node that owns it.

    Attributes:
        node: The node run that holds its socket; None: none does. Worth only as much as that
            node is alive: see `rules.is_connected`.
        boot_answer: How its last BootNotification was answered.
        clock_skew_ms: How far its clock is ahead of ours, in milliseconds; negative: behind.
    """

    node: str | None = None
    connected_at: datetime | None = None
    disconnected_at: datetime | None = None
    close_reason: str | None = None
    address: str | None = None
    ocpp_version: str | None = None
    password_form: PasswordForm | None = None
    vendor: str | None = None
    model: str | None = None
    serial: str | None = None
    box_serial: str | None = None
    firmware: str | None = None
    iccid: str | None = None
    imsi: str | None = None
    meter_type: str | None = None
    meter_serial: str | None = None
    boot_reason: str | None = None
    boot_at: datetime | None = None
    boot_answer: Registration | None = None
    clock_skew_ms: int | None = None


class Connector(Struct, frozen=True, kw_only=True):
    """What one connector was last said to be.

    Attributes:
        wire_status: The station's own word ("Preparing"), which says more than `status`.
        at: When it became so: the station's time where it can be believed, else that of receipt.
        stamped_at: The station's own time as it came, believed or not.
    """

    ref: ConnectorRef
    status: Status
    wire_status: str | None = None
    error_code: str | None = None
    vendor_error_code: str | None = None
    vendor_id: str | None = None
    info: str | None = None
    tech_code: str | None = None
    at: datetime
    stamped_at: datetime | None = None
    received_at: datetime


class TimelineKind(StrEnum):
    """What a line of the timeline tells."""

    STATUS = "status"
    FAULT = "fault"
    FAULT_CLEARED = "fault_cleared"
    CONNECTION = "connection"
    BOOT = "boot"
    REGISTRATION = "registration"


class TimelineEntry(Struct, frozen=True, kw_only=True):
    """One line of a station's history, never changed."""

    id: str
    ref: ConnectorRef
    at: datetime
    stamped_at: datetime | None
    received_at: datetime
    kind: TimelineKind
    value: str
    wire_status: str | None = None
    error_code: str | None = None
    vendor_error_code: str | None = None
    tech_code: str | None = None
    info: str | None = None


class ConnectionInfo(Struct, frozen=True, kw_only=True):
    """One link, from its upgrade to its close.

    Attributes:
        id: Unique for each link; a close that names another link than the current one is void.
        version: The OCPP version agreed: "1.6", "2.0.1" or "2.1".
    """

    id: str
    address: str
    version: str
    tls: bool
    password_form: PasswordForm | None = None


class BootReported(Struct, frozen=True, kw_only=True):
    """A BootNotification in any version; texts may be longer than their schema allows."""

    vendor: str | None
    model: str | None
    serial: str | None = None
    box_serial: str | None = None
    firmware: str | None = None
    iccid: str | None = None
    imsi: str | None = None
    meter_type: str | None = None
    meter_serial: str | None = None
    reason: str | None = None


class StatusReported(Struct, frozen=True, kw_only=True):
    """A StatusNotification, or a NotifyEvent on AvailabilityState, in any version.

    Attributes:
        status: The wire's word.
        at: The station's own time; None: it gave none.
        error_code: OCPP 1.6 only; "NoError" means none.
    """

    ref: ConnectorRef
    status: str
    at: datetime | None
    error_code: str | None = None
    vendor_error_code: str | None = None
    vendor_id: str | None = None
    info: str | None = None
    tech_code: str | None = None


class FaultReported(Struct, frozen=True, kw_only=True):
    """A problem told by NotifyEvent (2.x), apart from any status.

    Attributes:
        error_code: What is at fault: component, and variable where it is not plain "Problem".
        cleared: True: the problem is over.
    """

    ref: ConnectorRef
    error_code: str
    cleared: bool
    at: datetime | None
    vendor_error_code: str | None = None
    tech_code: str | None = None
    info: str | None = None


class ConnectorView(Struct, frozen=True, kw_only=True):
    """A connector as it may be shown: `stale` where the station is not there to vouch for it."""

    connector: Connector
    stale: bool


class StationView(Struct, frozen=True, kw_only=True):
    """All that is known of a station now.

    Attributes:
        connected: Derived from links that live, never from a stored flag.
        heard_at: When any frame last came; to a minute while connected elsewhere.
    """

    station: Station
    life: Life
    connected: bool
    heard_at: datetime | None
    connectors: tuple[ConnectorView, ...]


class Site(Struct, frozen=True, kw_only=True):
    """A place where stations stand.

    Attributes:
        time_zone: IANA name: opening hours, tariffs and reports follow it.
    """

    operator: str
    id: str
    name: str
    time_zone: str
    address: str | None = None
    city: str | None = None
    postal_code: str | None = None
    country: str | None = None
    created_at: datetime
