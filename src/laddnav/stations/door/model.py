"""A knock at the door, its answer, and what is kept of refusals."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from laddnav.accounts.model import Policies
from laddnav.kernel.keys import StationKey
from laddnav.stations.model import PasswordForm, Station


class Knock(Struct, frozen=True, kw_only=True):
    """A request to connect, as the listener read it.

    Attributes:
        operator: From the path; None: the bare path, which is the default operator's.
        identity: Percent-decoded.
        user: The Basic user name; None: no credentials came.
        password: The Basic password's bytes, split off at the first colon; it may be binary.
        tls: Whether the link is encrypted (by us or by a trusted proxy).
        address: Of the station, seen through trusted proxies.
        offered: The subprotocols, in the station's order.
    """

    operator: str | None
    identity: str
    user: str | None
    password: bytes | None
    tls: bool
    address: str
    offered: tuple[str, ...] = ()
    user_agent: str | None = None


class RefusalReason(StrEnum):
    """Why a connection was refused."""

    BAD_PATH = "bad_path"
    BAD_IDENTITY = "bad_identity"
    UNKNOWN_OPERATOR = "unknown_operator"
    UNKNOWN_STATION = "unknown_station"
    CREDENTIALS_MISSING = "credentials_missing"
    PASSWORD_NOT_SET = "password_not_set"  # noqa: S105 - a reason, no password
    WRONG_USER = "wrong_user"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 - a reason, no password
    TOO_MANY_ATTEMPTS = "too_many_attempts"
    TLS_REQUIRED = "tls_required"
    PROFILE_0_FORBIDDEN = "profile_0_forbidden"
    NO_SUBPROTOCOL = "no_subprotocol"
    NO_COMMON_SUBPROTOCOL = "no_common_subprotocol"
    NOT_A_WEBSOCKET = "not_a_websocket"
    BAD_HTTP = "bad_http"
    TLS_FAILED = "tls_failed"
    TLS_TOO_OLD = "tls_too_old"
    PLAIN_ON_TLS = "plain_on_tls"
    TLS_ON_PLAIN = "tls_on_plain"
    HANDSHAKE_TIMEOUT = "handshake_timeout"
    DATABASE_AWAY = "database_away"
    SHUTTING_DOWN = "shutting_down"
    INTERNAL = "internal"


class Admitted(Struct, frozen=True, kw_only=True):
    """The station may come in."""

    station: Station
    policies: Policies
    password_form: PasswordForm | None

    @property
    def key(self) -> StationKey:
        """The station's key."""
        return self.station.key


class Refused(Struct, frozen=True, kw_only=True):
    """The station may not come in.

    Attributes:
        status: The HTTP status of the answer.
        remedy: What the operator can do about it, in a sentence.
        operator: "" where no operator is known.
    """

    reason: RefusalReason
    status: int
    remedy: str
    operator: str
    identity: str


class Refusal(Struct, frozen=True, kw_only=True):
    """Refusals alike within an hour, as one line.

    Attributes:
        operator: "" where the failure came before any operator could be known.
        identity: "" likewise.
        detail: What the listener saw ("offered ocpp1.5"), never text of an exception.
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
