"""A knock at the door, and its answer."""

from msgspec import Struct
from typing_extensions import override

from laddnav.accounts.model import Policies
from laddnav.journal.model import RefusalReason
from laddnav.kernel.keys import StationKey
from laddnav.stations.model.station import (
    PasswordForm,
    Passwords,
    Presented,
    SecurityProfile,
    Station,
)


class Knock(Struct, frozen=True, kw_only=True):
    """A request to connect, as the listener read it.

    Attributes:
        operator: From the path; None: the bare path, which is the default operator's. Where it
            equals the identity and no operator is called so, the station has appended its identity
            to a URL that held it already (libocpp#801), and is the default operator's.
        identity: Percent-decoded.
        user: The Basic user name; None: no credentials came.
        password: The Basic password's bytes, split off at the first colon; it may be binary.
        tls: Whether the link is encrypted (by us or by a trusted proxy).
        chain: The certificates that came with it in TLS (DER, its own first); (): none.
        is_certified: Whether the first of them is this station's own.
        address: Of the station, seen through trusted proxies.
        offered: The subprotocols, in the station's order.
        profiles: The security profiles that come in by the port it came to; None: all.
    """

    operator: str | None
    identity: str
    user: str | None
    password: bytes | None
    tls: bool
    address: str
    offered: tuple[str, ...] = ()
    chain: tuple[bytes, ...] = ()
    is_certified: bool = False
    profiles: frozenset[int] | None = None
    user_agent: str | None = None

    @override
    def __repr__(self) -> str:
        """Show what may be logged: never a password."""
        return f"Knock({self.operator}/{self.identity} from {self.address})"


class Entry(Struct, frozen=True, kw_only=True):
    """How a station may come in.

    Attributes:
        profile: With which it came.
        form: In which form its password came; None: it showed none.
        is_awaited: Whether the password was the one that was awaited.
        passwords: The digests that it matched; None: it showed none.
    """

    profile: SecurityProfile
    form: PasswordForm | None = None
    is_awaited: bool = False
    passwords: Passwords | None = None


class Admitted(Struct, frozen=True, kw_only=True):
    """The station may come in."""

    station: Station
    policies: Policies
    password_form: PasswordForm | None
    certificate: Presented | None = None

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
