"""Corrections: what is told to stations that are not configured as templates want them."""

from datetime import datetime
from enum import StrEnum
from typing import Final

from msgspec import Struct

from laddnav.kernel.keys import StationKey

AT_BOOT: Final = "boot"
"""The id of the one correction of each station that its last Boot has begun."""


class CorrectionState(StrEnum):
    """How far a correction is."""

    PLANNED = "planned"
    """It waits for its turn, or for the station."""
    SENDING = "sending"
    WAITING_FOR_IDLE = "waiting_for_idle"
    """The values are set; the station is restarted once it has no session."""
    DONE = "done"
    """All is as it is wanted."""
    NEEDS_REBOOT = "needs_reboot"
    """The station took all, and uses some of it after a restart."""
    INCOMPLETE = "incomplete"
    """The station refused some of it, or does not have it."""
    FAILED = "failed"
    """The station did not answer."""
    CANCELLED = "cancelled"


OPEN: Final = frozenset({
    CorrectionState.PLANNED,
    CorrectionState.SENDING,
    CorrectionState.WAITING_FOR_IDLE,
})  # fmt: skip


class Reboot(StrEnum):
    """Whether a correction may restart the station, once, if a value needs that."""

    NEVER = "never"
    WHEN_IDLE = "when_idle"


class Result(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one value."""

    name: str
    state: str
    detail: str = ""


class Correction(Struct, frozen=True, kw_only=True):
    """One correction of one station.

    Attributes:
        id: `AT_BOOT`: begun by the station's last Boot; else that of a bulk operation, or its own.
        version: Rises with each change.
        template: Only what this template wants; None: what all want.
        is_held: Whether the station is pending until it is over (B02).
        attempts: How often it was begun.
        next_at: Not before then; once it has ended: then.
        results: What became of each value that differed.
        reason: Why it waits or ended, in words.
        reset_at: When it restarted the station; None: it did not.
    """

    id: str
    key: StationKey
    version: int
    state: CorrectionState
    template: str | None = None
    reboot: Reboot = Reboot.NEVER
    is_held: bool = False
    attempts: int = 0
    next_at: datetime
    results: tuple[Result, ...] = ()
    reason: str | None = None
    reset_at: datetime | None = None
    created_at: datetime
    updated_at: datetime
    ended_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether it goes on."""
        return self.state in OPEN

    @property
    def is_forced(self) -> bool:
        """Whether somebody asked for it: what was refused before is tried again then."""
        return self.id != AT_BOOT


class CorrectionPage(Struct, frozen=True, kw_only=True):
    """Corrections, the newest first; `next` continues the list, None where it ends."""

    items: tuple[Correction, ...]
    next: str | None


class Preparation(Struct, frozen=True, kw_only=True):
    """How a station is configured before it is accepted (B02).

    Attributes:
        mark: Of what is wanted and of the station's kind: another one begins anew.
        boots: How many of its Boots were answered Pending, shortly before for another mark, too.
        ended_at: Since when it is accepted; None: it is not yet.
    """

    mark: str
    begun_at: datetime
    boots: int
    ended_at: datetime | None
