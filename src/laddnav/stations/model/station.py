"""A station as it is configured, and as it has shown itself."""

from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Annotated, Literal

from msgspec import Meta, Struct

from laddnav.kernel.keys import StationKey
from laddnav.stations.model.quirk import Manners

_ConnectorNumber = Annotated[int, Meta(ge=1, le=256)]

_Serial = Annotated[str, Meta(min_length=1, max_length=64)]


class SecurityProfile(IntEnum):
    """How a station must come in (security whitepaper; A00)."""

    NONE = 0
    BASIC = 1
    TLS_BASIC = 2
    TLS_CERTIFICATE = 3


class Registration(StrEnum):
    """What BootNotification is answered with: the operator's decision, kept over restarts."""

    ACCEPTED = "accepted"
    PENDING = "pending"
    REJECTED = "rejected"


class PasswordForm(StrEnum):
    """Which of the two forms of its password a station presented.

    OCPP 1.6 sets AuthorizationKey as hex; some stations present that text, some its bytes.
    """

    TEXT = "text"
    BYTES = "bytes"


class StationSettings(
    Manners, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=False
):
    """How we speak with one station: its operator's word, before that of its quirks.

    Attributes:
        strict: Whether malformed messages are refused as the specification says, never mended;
            then no quirk counts either.
        connector_grouping: For OCPP 1.6: the connectors of EVSE 1, of EVSE 2, and so on;
            those not named are an EVSE each.
        versions: The OCPP versions that may be agreed ("1.6", "2.0.1", "2.1"); empty: all.
        serial: The serial number on its plate, entered or confirmed by the operator: the name that
            its client certificate must bear then. None: the numbers that it tells at Boot, once it
            has proven who it is, and its identity.
        allow_expired_certificate: Whether it may come in with a certificate that has expired, to
            renew it: until then it is pending (A00.FR.429).
    """

    strict: bool = False
    connector_grouping: tuple[tuple[_ConnectorNumber, ...], ...] = ()
    versions: tuple[Literal["1.6", "2.0.1", "2.1"], ...] = ()
    serial: _Serial | None = None
    allow_expired_certificate: bool = False


class Passwords(Struct, frozen=True, kw_only=True):
    """Keyed digests (hex) of one password: of its text, and of its bytes if the text is hex.

    Attributes:
        key: The id of the secret under which the digests were made.
    """

    key: str
    text: str
    decoded: str | None = None


class Awaited(Struct, frozen=True, kw_only=True):
    """What a station may come with next, beside what has counted so far.

    Attributes:
        passwords: A password that it was sent, or that somebody types in on site.
        profile: A security profile that it was told to come with.
        is_taken: Whether the station said that it took it: coming once more as before does then
            not undo it, for it may need a restart.
        is_stored: Whether it was only put ready (a network profile that is not used yet, a password
            that is to be typed in): it never counts before the station came with it.
    """

    passwords: Passwords | None = None
    profile: SecurityProfile | None = None
    is_taken: bool = False
    is_stored: bool = False


class Station(Struct, frozen=True, kw_only=True):
    """A station as its operator configured it.

    Attributes:
        version: Rises with each change; a change that names an older one is refused.
        awaited: What it may come with next; None: nothing else.
        highest_profile: With which it has ever come in: a lower one is closed (A05.FR.07).
        handover: The change of its password or profile that is under way; None: none is.
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
    awaited: Awaited | None = None
    highest_profile: SecurityProfile = SecurityProfile.NONE
    handover: str | None = None


class Presented(Struct, frozen=True, kw_only=True):
    """The certificate with which a station came in.

    Attributes:
        name: Its common name.
        is_factory: Whether its manufacturer made it: it is to be renewed (A00.FR.406).
        has_expired: Whether it has expired: the station is pending until it is renewed.
        serial: Its serial number, hex.
        valid_from: From when on it is valid, and until when; None: not known.
    """

    name: str
    is_factory: bool = False
    has_expired: bool = False
    serial: str = ""
    valid_from: datetime | None = None
    valid_until: datetime | None = None


class Life(Struct, frozen=True, kw_only=True):
    """What a station has told and shown of itself; written by the node that owns it.

    Attributes:
        node: The node run that holds its socket; None: none does. Worth only as much as that
            node is alive: see `rules.is_connected`.
        boot_answer: How its last BootNotification was answered.
        boot_proven: Whether it had proven who it is before: by a password or a certificate.
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
    boot_proven: bool = False
    clock_skew_ms: int | None = None


class Intervals(Struct, frozen=True, kw_only=True):
    """What stations are told at Boot, unless their own settings say otherwise.

    Attributes:
        heartbeat_seconds: Between heartbeats of an accepted station.
        retry_seconds: Before a station that is pending or rejected boots again.
    """

    heartbeat_seconds: int = 300
    retry_seconds: int = 60
