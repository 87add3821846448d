"""How a value of a station stands, and whether the station is told it (again)."""

from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from laddnav.maintenance.model.standing import Attempt, Standing, State, Turn
from laddnav.maintenance.model.template import Wanted
from laddnav.maintenance.rules.values import is_same
from laddnav.stations.control import Commanded, CommandStatus
from laddnav.stations.model.variables import LastWrite, Mutability, Variable

TRIES: Final = 3
"""So often a day a station is told a value that it does not keep, without anybody's request."""

_DAY: Final = timedelta(days=1)
_REFUSED: Final = {
    CommandStatus.REJECTED: State.REJECTED,
    CommandStatus.NOT_SUPPORTED: State.NOT_SUPPORTED,
    CommandStatus.UNKNOWN: State.NOT_SUPPORTED,
}


class Moment(Struct, frozen=True, kw_only=True):
    """When, and of which station, a value is judged.

    Attributes:
        restarted_at: When it last restarted: it came in anew, and booted.
        is_pending: Whether it is being corrected, or is about to be.
    """

    now: datetime
    firmware: str | None
    restarted_at: datetime | None
    is_pending: bool = False


def standing(
    wanted: Wanted, known: Variable | None, attempt: Attempt | None, moment: Moment
) -> Standing:
    """Return how one value stands.

    Args:
        wanted: What is wanted.
        known: What is known of it; None: nothing.
        attempt: The last time that the station was told a value; None: never.
        moment: When, and of which station.
    """
    counts = attempt if attempt is not None and _counts(attempt, wanted) else None
    state, detail, turn = _judged(wanted, known, counts, moment)
    if turn is Turn.DUE and moment.is_pending:
        state = State.PENDING
    return Standing(
        wanted=wanted,
        state=state,
        value=None if known is None else known.value,
        detail=detail,
        attempt=counts,
        turn=turn,
    )


def _judged(
    wanted: Wanted, known: Variable | None, attempt: Attempt | None, moment: Moment
) -> tuple[State, str, Turn]:
    if _waits(wanted, known, attempt, moment):
        return State.NEEDS_REBOOT, "it takes effect after a restart", Turn.NEVER
    if known is not None and known.value is not None:
        data_type = known.characteristics.data_type
        if is_same(wanted.value, known.value, data_type):
            return State.AS_WANTED, "", Turn.NEVER
    if attempt is not None and _is_refused(attempt, moment):
        return _REFUSED[attempt.status], _said(attempt), Turn.ON_REQUEST
    return _differs(known, attempt, moment)


def _differs(
    known: Variable | None, attempt: Attempt | None, moment: Moment
) -> tuple[State, str, Turn]:
    if known is not None and known.mutability == Mutability.WRITE_ONLY:
        only = "it can only be written: templates set what can be read back"
        return State.UNKNOWN, only, Turn.NEVER
    if known is not None and known.mutability == Mutability.READ_ONLY:
        return State.REJECTED, "the station says that it can only be read", Turn.ON_REQUEST
    has_value = known is not None and known.value is not None
    state = State.DIFFERS if has_value else State.UNKNOWN
    if known is not None and known.status is CommandStatus.UNKNOWN:
        state = State.NOT_SUPPORTED
    if attempt is None:
        return state, "", Turn.DUE
    tries = tries_by(attempt, moment.now)
    if tries < TRIES:
        return state, f"the last answer was {_said(attempt)}", Turn.DUE
    often = f"it was set {tries} times within a day, and does not last"
    if attempt.status is CommandStatus.FAILED or attempt.status in _REFUSED:
        often = f"it was told {tries} times within a day in vain: {_said(attempt)}"
    return state, often, Turn.ON_REQUEST


def after(wanted: Wanted, before: Attempt | None, said: Commanded, moment: Moment) -> Attempt:
    """Return the attempt that a station has just answered, or not."""
    same = before is not None and _counts(before, wanted)
    goes_on = before is not None and same and moment.now - before.since < _DAY
    return Attempt(
        wanted=wanted.value,
        firmware=moment.firmware,
        template=_template(wanted),
        status=said.status,
        wire_status=said.wire_status,
        reason=said.reason,
        at=moment.now,
        since=before.since if before is not None and goes_on else moment.now,
        tries=before.tries + 1 if before is not None and goes_on else 1,
    )


def tries_by(attempt: Attempt, now: datetime) -> int:
    """Return how often a value was set within the day that its first attempt began."""
    return attempt.tries if now - attempt.since < _DAY else 0


def _counts(attempt: Attempt, wanted: Wanted) -> bool:
    """Return whether an attempt says anything of what is wanted now.

    What a station refused is told it again when the value or the template changed.
    """
    return attempt.wanted == wanted.value and attempt.template == _template(wanted)


def _is_refused(attempt: Attempt, moment: Moment) -> bool:
    """Return whether a station refuses a value; with other firmware it is told it again.

    But not more often a day than any: there are stations that tell another firmware at each Boot.
    """
    return attempt.status in _REFUSED and attempt.firmware == moment.firmware


def _waits(wanted: Wanted, known: Variable | None, attempt: Attempt | None, moment: Moment) -> bool:
    """Return whether a station took a value, by whatever path, and has not restarted since."""
    if attempt is not None and attempt.status is CommandStatus.REBOOT_REQUIRED:
        return moment.restarted_at is None or moment.restarted_at <= attempt.at
    write = None if known is None else known.write
    return write is not None and _waits_by(write, wanted, moment)


def _waits_by(write: LastWrite, wanted: Wanted, moment: Moment) -> bool:
    if not write.needs_reboot or write.wanted is None:
        return False
    is_old = moment.restarted_at is not None and moment.restarted_at > write.at
    return not is_old and is_same(wanted.value, write.wanted)


def _template(wanted: Wanted) -> tuple[str, int]:
    return wanted.template.id, wanted.template.version


def _said(attempt: Attempt) -> str:
    return ": ".join(filter(None, (attempt.wire_status, attempt.reason))) or "none"
