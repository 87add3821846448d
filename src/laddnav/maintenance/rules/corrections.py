"""How corrections go on, and how long a station is pending before it is accepted."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from msgspec.structs import replace

from laddnav.kernel.clock import to_micros
from laddnav.kernel.keys import StationKey
from laddnav.maintenance.model.correction import (
    AT_BOOT,
    Correction,
    CorrectionState,
    Preparation,
    Reboot,
    Result,
)
from laddnav.maintenance.model.standing import Standing, State, Turn
from laddnav.stations.model import Life

ATTEMPTS: Final = 3
"""So often a station that does not answer is asked before a correction fails."""

HELD_FOR: Final = timedelta(minutes=5)
HELD_BOOTS: Final = 5
"""After either a station is accepted, whatever it was told: it is there to charge cars."""

AGAIN: Final = timedelta(seconds=60)
AGAIN_AWAY: Final = timedelta(minutes=10)
"""After so long it is looked again whether a station has come that is away for long."""
AWAY_FOR_LONG: Final = timedelta(minutes=10)

_HELD_ANEW: Final = timedelta(hours=1)
"""Until then Boots count on: a station that tells another firmware each time is accepted, too."""

_LEASE: Final = timedelta(minutes=15)
_AGAIN_HELD: Final = timedelta(seconds=10)
_IDLE_WITHIN: Final = timedelta(days=3)


def begun_by_boot(
    key: StationKey, now: datetime, after_seconds: float, *, is_held: bool
) -> Correction:
    """Return the correction that a Boot begins; it takes the place of the former Boot's."""
    wait = 0.0 if is_held else after_seconds
    return Correction(
        id=AT_BOOT,
        key=key,
        version=to_micros(now),
        state=CorrectionState.PLANNED,
        is_held=is_held,
        next_at=now + timedelta(seconds=wait),
        created_at=now,
        updated_at=now,
    )


def claimed(before: Correction, now: datetime) -> Correction:
    """Return a correction that is being carried out; who dies over it leaves it to others."""
    return _changed(
        before,
        now,
        state=CorrectionState.SENDING,
        attempts=before.attempts + 1,
        next_at=now + _LEASE,
    )


def postponed(before: Correction, now: datetime, why: str) -> Correction:
    """Return a correction whose turn has not come yet, for a reason."""
    return _changed(before, now, next_at=now + AGAIN, reason=why)


def interrupted(before: Correction, now: datetime, why: str) -> Correction:
    """Return a correction in whose middle the station fell silent: it goes on, or has failed."""
    if before.attempts >= ATTEMPTS:
        return ended(before, now, CorrectionState.FAILED, why)
    wait = _AGAIN_HELD if before.is_held else AGAIN
    return _changed(before, now, state=CorrectionState.PLANNED, next_at=now + wait, reason=why)


def concluded(before: Correction, now: datetime, told: Sequence[Standing]) -> Correction:
    """Return a correction after which the values of `told` stand as they do.

    Args:
        before: Under way.
        now: The time.
        told: What differed when it began, as it stands now.
    """
    results = tuple(
        Result(name=each.wanted.name, state=each.state.value, detail=each.detail) for each in told
    )
    states = {each.state for each in told} - {State.AS_WANTED}
    after = replace(before, results=results)
    if not states:
        return ended(after, now, CorrectionState.DONE)
    waits = State.NEEDS_REBOOT in states
    if waits and before.reboot is Reboot.WHEN_IDLE and before.reset_at is None:
        return _changed(after, now, state=CorrectionState.WAITING_FOR_IDLE, next_at=now)
    only = states == {State.NEEDS_REBOOT}
    state = CorrectionState.NEEDS_REBOOT if only else CorrectionState.INCOMPLETE
    return ended(after, now, state)


def busy(before: Correction, now: datetime) -> Correction:
    """Return a correction that waits for the end of a session; not for ever."""
    if now - before.created_at > _IDLE_WITHIN:
        return ended(before, now, CorrectionState.NEEDS_REBOOT, "the station was never idle")
    return postponed(before, now, "the station has a session")


def resetting(before: Correction, now: datetime) -> Correction:
    """Return a correction that is about to restart its station: it never does so again."""
    return _changed(before, now, reset_at=now, next_at=now + _LEASE)


def reset_unheard(before: Correction, now: datetime) -> Correction:
    """Return a correction whose restart was begun by a node that did not live to see it."""
    why = "restart begun: what the station answered is not known"
    return ended(before, now, CorrectionState.NEEDS_REBOOT, why)


def ended(
    before: Correction, now: datetime, state: CorrectionState, reason: str | None = None
) -> Correction:
    """Return a correction that has ended."""
    return _changed(before, now, state=state, reason=reason, next_at=now, ended_at=now)


def _changed(before: Correction, now: datetime, **fields: object) -> Correction:
    return replace(before, version=before.version + 1, updated_at=now, **fields)


def in_scope(correction: Correction, standings: Sequence[Standing]) -> list[Standing]:
    """Return what a correction is about: while a station is held, only what comes first."""
    return [
        each
        for each in standings
        if correction.template in {None, each.wanted.template.id}
        and (not correction.is_held or each.wanted.template.before_acceptance)
    ]


def is_to_be_set(correction: Correction, standing: Standing) -> bool:
    """Return whether a correction tells a station a value."""
    asked = correction.is_forced and standing.turn is Turn.ON_REQUEST
    return asked or standing.turn is Turn.DUE


def restarted_at(life: Life) -> datetime | None:
    """Return when a station last restarted; None: it is not known.

    A restart ends its link, so that a Boot over the same link (TriggerMessage) is none.
    """
    if life.boot_at is None or life.connected_at is None:
        return None
    return min(life.boot_at, life.connected_at)


def held(before: Preparation | None, mark: str, now: datetime) -> Preparation | None:
    """Return the preparation for which a station is answered Pending; None: it is accepted (B02).

    Args:
        before: As stored.
        mark: Of what is wanted of it now: another one begins anew, but counts the Boots on.
        now: The time.
    """
    is_other = before is None or before.mark != mark
    if before is None or (is_other and now - before.begun_at >= _HELD_ANEW):
        return Preparation(mark=mark, begun_at=now, boots=1, ended_at=None)
    if before.boots >= HELD_BOOTS:
        return None
    if is_other:
        return Preparation(mark=mark, begun_at=now, boots=before.boots + 1, ended_at=None)
    if before.ended_at is not None or now - before.begun_at >= HELD_FOR:
        return None
    return replace(before, boots=before.boots + 1)
