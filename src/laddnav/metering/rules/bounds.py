"""Which registers a session that has ended can have shown."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from laddnav.metering.model import RegisterPoint
from laddnav.metering.rules.fold import AT_ITS_END, RegisterFold
from laddnav.metering.rules.registers import COARSE_WH


def is_beyond(
    fold: RegisterFold,
    points: Iterable[RegisterPoint],
    *,
    stop_wh: Decimal | None,
    ended_at: datetime,
) -> bool:
    """Whether registers lie outside of a session whose own ones all lie within its start and stop.

    Then they are another session's, whose station's clock was set back meanwhile.

    Args:
        fold: The session's, with all its readings.
        points: They came late.
        stop_wh: Reported apart from the readings (1.6 meterStop); negative, 0 or None: unknown.
        ended_at: When the session ended.
    """
    low, high = _start(fold), stop_wh or _stop(fold, ended_at)
    if low is None or high is None or high < low:
        return False
    low, high = low - COARSE_WH, high + COARSE_WH
    seen = fold.seen
    if seen is not None and not low <= seen.low_wh <= seen.high_wh <= high:
        return False
    return any(not low <= point.wh <= high for point in points)


def _start(fold: RegisterFold) -> Decimal | None:
    """Return the register at the start, where it is known for certain."""
    seen = fold.seen
    if fold.start_wh is not None or seen is None:
        return fold.start_wh
    at_start = fold.started_at is not None and seen.first_at - fold.started_at <= AT_ITS_END
    return seen.first_wh if fold.begun or at_start else None


def _stop(fold: RegisterFold, ended_at: datetime) -> Decimal | None:
    """Return the register at the end, where it is known for certain."""
    seen = fold.seen
    if seen is None:
        return None
    return seen.last_wh if fold.ended or ended_at - seen.last_at <= AT_ITS_END else None
