"""What the journal keeps: frames, the periods in which links lived, refusals and who knocks."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class Way(StrEnum):
    """Which way a frame went, seen from us."""

    IN = "in"
    OUT = "out"


class FrameKind(StrEnum):
    """What a frame was."""

    CALL = "call"
    RESULT = "result"
    ERROR = "error"
    SEND = "send"
    MALFORMED = "malformed"


class Frame(Struct, frozen=True, kw_only=True):
    """One frame as it went over the wire, with secrets masked.

    Attributes:
        id: Its link and its place on it; a place in the list too.
        action: Of an answer: that of its call.
        connection: The link's id, as the logs name it.
        size: Of the whole frame, in characters.
        text: Cut at the journal's limit.
    """

    id: str
    at: datetime
    way: Way
    kind: FrameKind
    action: str | None
    message_id: str | None
    connection: str
    size: int
    text: str


class Period(Struct, frozen=True, kw_only=True):
    """One link from its upgrade to its close; `ended_at` None: it lives, or its node died."""

    id: str
    connection: str
    address: str
    version: str
    started_at: datetime
    ended_at: datetime | None
    reason: str | None


class FrameFilter(Struct, frozen=True, kw_only=True):
    """Which frames of a station are asked for; None: all.

    Attributes:
        search: Part of the text, in any case.
    """

    action: str | None = None
    way: Way | None = None
    kind: FrameKind | None = None
    since: datetime | None = None
    until: datetime | None = None
    message_id: str | None = None
    search: str | None = None


class FramePage(Struct, frozen=True, kw_only=True):
    """Frames, newest first; `next` continues the list, None where it ends."""

    items: tuple[Frame, ...]
    next: str | None


class PeriodPage(Struct, frozen=True, kw_only=True):
    """Links, newest first; `next` continues the list, None where it ends."""

    items: tuple[Period, ...]
    next: str | None


class Limits(Struct, frozen=True, kw_only=True):
    """How much is kept.

    Attributes:
        enabled: Whether frames are kept at all.
        days: Frames older than this go.
        megabytes: Where the store is larger, the oldest go; 0: no limit.
        frame_chars: Text of a frame beyond this is cut.
        pending_megabytes: Frames that wait to be written beyond this are dropped, and counted.
    """

    enabled: bool = True
    days: int = 30
    megabytes: int = 2_048
    frame_chars: int = 65_536
    pending_megabytes: int = 32


class RefusalReason(StrEnum):
    """Why a connection was refused."""

    BAD_PATH = "bad_path"
    BAD_IDENTITY = "bad_identity"
    UNKNOWN_OPERATOR = "unknown_operator"
    UNKNOWN_STATION = "unknown_station"
    CREDENTIALS_MISSING = "credentials_missing"
    PASSWORD_NOT_SET = "password_not_set"  # noqa: S105 - it is a word for a reason of refusal, no password
    WRONG_USER = "wrong_user"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 - it is a word for a reason of refusal, no password
    TOO_MANY_ATTEMPTS = "too_many_attempts"
    TLS_REQUIRED = "tls_required"
    TLS_UNEXPECTED = "tls_unexpected"
    PASSWORD_UNEXPECTED = "password_unexpected"  # noqa: S105 - it is a word for a reason of refusal, no password
    CERTIFICATE_REQUIRED = "certificate_required"
    CERTIFICATE_UNEXPECTED = "certificate_unexpected"
    PROFILE_0_FORBIDDEN = "profile_0_forbidden"
    IDENTITY_IN_USE = "identity_in_use"
    NO_SUBPROTOCOL = "no_subprotocol"
    NO_COMMON_SUBPROTOCOL = "no_common_subprotocol"
    NOT_A_WEBSOCKET = "not_a_websocket"
    BAD_HTTP = "bad_http"
    TLS_FAILED = "tls_failed"
    TLS_TOO_OLD = "tls_too_old"
    PLAIN_ON_TLS = "plain_on_tls"
    TLS_ON_PLAIN = "tls_on_plain"
    CERTIFICATE_MISSING = "certificate_missing"
    CERTIFICATE_UNTRUSTED = "certificate_untrusted"
    CERTIFICATE_EXPIRED = "certificate_expired"
    CERTIFICATE_FOREIGN = "certificate_foreign"
    CERTIFICATE_MISNAMED = "certificate_misnamed"
    CERTIFICATE_REVOKED = "certificate_revoked"
    CERTIFICATE_UNFIT = "certificate_unfit"
    OTHER_PORT = "other_port"
    HANDSHAKE_TIMEOUT = "handshake_timeout"
    DATABASE_AWAY = "database_away"
    SHUTTING_DOWN = "shutting_down"
    INTERNAL = "internal"


class Refusal(Struct, frozen=True, kw_only=True):
    """Refusals alike within an hour, as one line; or different ones of a flood.

    Attributes:
        operator: "" where the failure came before any operator could be known.
        identity: "" likewise, and for a flood.
        address: Of a flood: one of many.
        detail: What the listener saw ("offered ocpp1.5"), never text of an exception.
        addresses: From how many addresses they came; many are told apart within two percent.
    """

    id: str
    operator: str
    identity: str
    address: str
    reason: RefusalReason
    remedy: str
    detail: str
    count: int
    first_at: datetime
    last_at: datetime
    addresses: int = 1


class Knocking(Struct, frozen=True, kw_only=True):
    """A station that nobody added and that wants in."""

    operator: str
    identity: str
    address: str
    reason: RefusalReason
    offered: tuple[str, ...]
    user_agent: str | None
    tls: bool
    count: int
    first_at: datetime
    last_at: datetime


class RefusalPage(Struct, frozen=True, kw_only=True):
    """Refusals, the latest first; `next` continues the list, None where it ends."""

    items: tuple[Refusal, ...]
    next: str | None


class KnockingPage(Struct, frozen=True, kw_only=True):
    """Knocking stations, the latest first; `next` continues the list, None where it ends."""

    items: tuple[Knocking, ...]
    next: str | None
