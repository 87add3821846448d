"""When something happened, as far as a station's clock can be believed."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

SANE_FROM = datetime(2015, 1, 1, tzinfo=UTC)
"""Earlier than this no station can have told us of anything: its clock was not set."""
SANE_AHEAD = timedelta(days=1)
"""Further ahead of our own clock than this a station's clock is wrong, not merely fast."""


class Reckoned(NamedTuple):
    """An instant by our reckoning.

    Attributes:
        drift: What was added to the station's impossible instant; None where nothing was. Given
            back at the next instant of the same session it keeps the distances between them.
    """

    at: datetime
    drift: timedelta | None


def is_sane(at: datetime | None, received_at: datetime) -> bool:
    """Whether a station that reports `at` in a message of `received_at` may have a set clock."""
    return at is not None and SANE_FROM <= at <= received_at + SANE_AHEAD


def reckon(at: datetime | None, received_at: datetime, drift: timedelta | None = None) -> Reckoned:
    """Return when `at` was: itself where it is possible, else corrected by time of receipt.

    Args:
        at: As reported; None where the station sent none.
        received_at: When the message came, by our clock.
        drift: What corrected an earlier instant of the same session.
    """
    if at is None:
        return Reckoned(received_at, None)
    if is_sane(at, received_at):
        return Reckoned(at, None)
    if drift is not None and is_sane(moved := at + drift, received_at):
        return Reckoned(moved, drift)
    return Reckoned(received_at, received_at - at)
