"""How a station's password or profile is handed over from the old one to the new one."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from laddnav.kernel.keys import StationKey
from laddnav.stations.model.station import SecurityProfile

Request = Annotated[str, Meta(min_length=1, max_length=100)]
Url = Annotated[str, Meta(max_length=2_000, pattern=r"^wss?://")]


class HandoverKind(StrEnum):
    """What is handed over."""

    PASSWORD = "password"  # noqa: S105 - it is a word for what is handed over, no password
    PROFILE = "profile"


class HandoverState(StrEnum):
    """How far a handover is."""

    PLANNED = "planned"
    """It waits for its turn, or for the station."""
    SENDING = "sending"
    UNANSWERED = "unanswered"
    """Sent, and no answer came: old and new are admitted until the station next comes in."""
    WAITING = "waiting"
    """The station took it: old and new are admitted until it comes with the new one."""
    WAITING_FOR_REBOOT = "waiting_for_reboot"
    """It took it, and will use it after a restart."""
    VERIFIED = "verified"
    """It came with the new one: the old one is closed."""
    ACCEPTED = "accepted"
    """It took it, and shows nothing of it in its profile: the old one is closed."""
    REJECTED = "rejected"
    """The station refused it: only the old one counts."""
    FAILED = "failed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


OPEN = frozenset({
    HandoverState.PLANNED,
    HandoverState.SENDING,
    HandoverState.UNANSWERED,
    HandoverState.WAITING,
    HandoverState.WAITING_FOR_REBOOT,
})  # fmt: skip


class Need(StrEnum):
    """What a station must have before it is told to use a higher profile."""

    ROOT = "root"
    """The root of this server's certificate (A05.FR.03)."""
    CERTIFICATE = "certificate"
    """A client certificate of its own (A05.FR.02)."""


class Origin(StrEnum):
    """Who began a handover."""

    OPERATOR = "operator"
    CALL = "call"
    """Learned from a call that was sent by another path."""


class Step(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something that happened in a handover."""

    name: str
    at: datetime
    detail: str = ""


class Terms(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How an operator wants a handover done.

    Attributes:
        reset: Whether the station may be restarted, once its sessions have ended.
        is_manual: Whether the password is typed in on site: it is shown once, and not sent.
        url: Of this server, as a network profile needs it; without the identity.
        interface: Of a network profile ("Wired0"); None: that of the present one.
        is_unchecked: Whether to go on without seeing to it that the station has the certificates
            that it needs.
    """

    reset: bool = False
    is_manual: bool = False
    url: Url | None = None
    interface: Annotated[str, Meta(max_length=20)] | None = None
    is_unchecked: bool = False


class Handover(Struct, frozen=True, kw_only=True):
    """One handover.

    Attributes:
        version: Rises with each change.
        profile: The new one; None: a password is handed over.
        batch: The bulk operation that it belongs to, if any.
        request: By which whoever asked for it knows it again.
        reason: Why it ended without success, in words.
        attempts: How often it was sent.
        deadline_at: When it ends if the station has not come with the new one.
    """

    id: str
    key: StationKey
    version: int
    kind: HandoverKind
    state: HandoverState
    origin: Origin
    profile: SecurityProfile | None
    terms: Terms
    batch: str | None
    request: str | None
    reason: str | None
    attempts: int
    steps: tuple[Step, ...]
    created_at: datetime
    updated_at: datetime
    deadline_at: datetime
    ended_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether it goes on."""
        return self.state in OPEN


class NewHandover(Struct, frozen=True, kw_only=True):
    """A handover that is asked for; `profile` None: of a password."""

    profile: SecurityProfile | None = None
    terms: Terms = Terms()
    deadline_seconds: int = 86_400
    batch: str | None = None
    request: str | None = None


class Begun(Struct, frozen=True, kw_only=True):
    """A handover that was asked for.

    Attributes:
        password: What is to be typed in on site; shown this once. None: nothing is.
        is_new: Whether it was begun by this.
    """

    handover: Handover
    password: str | None = None
    is_new: bool = True


class HandoverPage(Struct, frozen=True, kw_only=True):
    """Handovers, the newest first; `next` continues the list, None where it ends."""

    items: tuple[Handover, ...]
    next: str | None


class Taken(StrEnum):
    """What a station made of a password or a profile that it was sent."""

    ACCEPTED = "accepted"
    REBOOT = "reboot"
    REJECTED = "rejected"
    UNHEARD = "unheard"
    """No answer came."""
    UNSENT = "unsent"
    """It was not sent."""
