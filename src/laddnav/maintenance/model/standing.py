"""How a station's configuration stands beside what is wanted of it."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from laddnav.kernel.keys import StationKey
from laddnav.maintenance.model.template import Wanted
from laddnav.stations.control import CommandStatus


class State(StrEnum):
    """How one value stands."""

    AS_WANTED = "as_wanted"
    DIFFERS = "differs"
    REJECTED = "rejected"
    NOT_SUPPORTED = "not_supported"
    NEEDS_REBOOT = "needs_reboot"
    """The station took it, and uses it after a restart."""
    UNKNOWN = "unknown"
    """It was never read, or cannot be."""
    PENDING = "pending"
    """It differs, or is unknown, and is about to be set."""


class Turn(StrEnum):
    """When a station is told a value."""

    NEVER = "never"
    ON_REQUEST = "on_request"
    """Only if somebody asks for it: the station refused it, or does not keep it."""
    DUE = "due"


class Attempt(Struct, frozen=True, kw_only=True):
    """The last time that a station was told a value.

    Attributes:
        firmware: The station's, then.
        template: By the id of which it was wanted, and in which version.
        status: FAILED: no answer came, or an error.
        tries: How often it was told since `since`, within a day.
    """

    wanted: str
    firmware: str | None
    template: tuple[str, int]
    status: CommandStatus
    wire_status: str
    reason: str | None
    at: datetime
    since: datetime
    tries: int


class Standing(Struct, frozen=True, kw_only=True):
    """How one value of a station stands.

    Attributes:
        value: As last known.
        detail: Why, in words; "": nothing is to be said.
        turn: When the station is told it.
    """

    wanted: Wanted
    state: State
    value: str | None
    detail: str
    attempt: Attempt | None
    turn: Turn

    @property
    def drifts(self) -> bool:
        """Whether the station is not as it is wanted."""
        return self.state is not State.AS_WANTED


class StationDrift(Struct, frozen=True, kw_only=True):
    """How a station stands; `standings` in the order in which values are set."""

    key: StationKey
    standings: tuple[Standing, ...]

    @property
    def drifts(self) -> bool:
        """Whether anything of it is not as it is wanted."""
        return any(each.drifts for each in self.standings)


class DriftPage(Struct, frozen=True, kw_only=True):
    """Stations with how they stand; `next` continues the list, None where it ends.

    It may be shorter than it was asked to be, where few stations are concerned.
    """

    items: tuple[StationDrift, ...]
    next: str | None
