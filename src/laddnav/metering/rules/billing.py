"""From readings, or a running session's fold, to billable energy and its doubts."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Final

from msgspec import Struct

from laddnav.kernel.steps import Steps, at_once
from laddnav.metering.model import (
    TRANSACTION_BEGIN,
    TRANSACTION_END,
    Billable,
    Doubt,
    Reading,
    RegisterPoint,
)
from laddnav.metering.rules.doubts import confidence
from laddnav.metering.rules.fold import AT_ITS_END, MAX_POWER_W, RegisterFold, Seen
from laddnav.metering.rules.readings import intervals, register_points
from laddnav.metering.rules.registers import COARSE_WH, ZERO, Line, energy, follow, possible, settle

_KILO: Final = 1000
_TWICE: Final = 2
_ONE: Final = 1
_AT_A_STRETCH: Final = 500
"""Register points; a sample of a reading counts like one of them."""


def so_far(fold: RegisterFold) -> Billable:
    """Return the energy of a session that is still running."""
    return _conclude(fold, _End(stop_wh=None, ended_at=None, running=True))


def result(
    fold: RegisterFold, stop_wh: Decimal | None = None, ended_at: datetime | None = None
) -> Billable:
    """Return the energy of an ended session.

    Args:
        fold: Its register points in the order of time (see `RegisterFold.late`).
        stop_wh: Reported apart from the points (1.6 meterStop); negative or None: unknown, and so
            is 0 after a higher register.
        ended_at: When that was.
    """
    stop = _known_stop(fold, stop_wh)
    return _conclude(fold, _End(stop_wh=stop, ended_at=ended_at, running=False))


def billable(
    start_wh: Decimal | None,
    stop_wh: Decimal | None,
    registers: Iterable[RegisterPoint],
    *,
    started_at: datetime | None = None,
    ended_at: datetime | None = None,
    max_power_w: int = MAX_POWER_W,
) -> Billable:
    """Return the energy of an ended session; the order of its register points means nothing.

    Args:
        start_wh: Reported apart from the points (1.6 meterStart); negative or None: unknown.
        stop_wh: Likewise (1.6 meterStop), see `result`.
        registers: From any time: what is before Transaction.Begin or after Transaction.End is
            left out.
        started_at: When `start_wh` was read.
        ended_at: When `stop_wh` was read.
        max_power_w: No station delivers more.
    """
    fold = RegisterFold.begin(start_wh, started_at, max_power_w=max_power_w)
    for point in in_order(registers):
        fold = fold.take(point)
    return result(fold, stop_wh, ended_at)


def billable_of(
    readings: Iterable[Reading],
    *,
    start_wh: Decimal | None = None,
    stop_wh: Decimal | None = None,
    started_at: datetime | None = None,
    ended_at: datetime | None = None,
    max_power_w: int = MAX_POWER_W,
) -> Billable:
    """Return the energy of an ended session from all its readings, in any order.

    As `billable`; where there is no register at all, the intervals are added up.
    """
    fold = RegisterFold.begin(start_wh, started_at, max_power_w=max_power_w)
    return at_once(billable_in_steps(fold, readings, stop_wh=stop_wh, ended_at=ended_at))


def billable_in_steps(
    fold: RegisterFold,
    readings: Iterable[Reading],
    *,
    stop_wh: Decimal | None,
    ended_at: datetime | None,
) -> Steps[Billable]:
    """Do as `billable_of`, in steps: there may be tens of thousands of readings.

    Args:
        fold: What `RegisterFold.begin` makes of the start.
        readings: All of the session, in any order; none is added meanwhile.
        stop_wh: As for `billable`.
        ended_at: As for `billable`.
    """
    known = sorted(readings, key=lambda reading: reading.at)
    points: list[RegisterPoint] = []
    weight = 0
    for reading in known:
        weight += 1 + len(reading.samples)
        if weight > _AT_A_STRETCH:
            weight = 0
            yield
        for wh, on_the_clock in intervals(reading):
            fold = fold.add_interval(reading.at, wh, on_the_clock=on_the_clock)
        points += register_points(reading)
    yield
    for count, point in enumerate(in_order(points), 1):
        if not count % _AT_A_STRETCH:
            yield
        fold = fold.take(point)
    return result(fold, stop_wh, ended_at)


def in_order(points: Iterable[RegisterPoint]) -> list[RegisterPoint]:
    """Return register points as they must have followed each other.

    By time, then by height; but the transaction's begin comes first and its end last, because
    stations set their clocks in between. What was measured before or after them is left out.
    """
    ordered = sorted(points, key=lambda point: (point.at, point.wh, point.context or ""))
    begin = next((p for p in ordered if p.context == TRANSACTION_BEGIN), None)
    end = next((p for p in reversed(ordered) if p.context == TRANSACTION_END), None)
    middle = [p for p in ordered if p is not begin and p is not end]
    if begin is not None:
        middle = [p for p in middle if p.at >= begin.at or p.wh > begin.wh]
    if end is not None and (begin is None or begin.at <= end.at):
        middle = [p for p in middle if p.at <= end.at]
    middle = [RegisterPoint(p.at, p.wh) for p in middle]
    return [p for p in (begin, *middle, end) if p is not None]


class _End(Struct, frozen=True, kw_only=True):
    """What is known when energy is asked for."""

    stop_wh: Decimal | None
    ended_at: datetime | None
    running: bool


def _conclude(fold: RegisterFold, end: _End) -> Billable:
    line = _finished(fold, end)
    wh, doubts = _measured(fold, line, end)
    doubts |= _about_ends(fold, end) | _about_time(fold, end, wh)
    if not wh and Doubt.REGISTER_JUMPED in doubts:
        doubts |= {Doubt.MORE_THAN_POSSIBLE}  # the jump is all there was
    return Billable(
        energy_wh=wh,
        meter_start_wh=_start(fold),
        meter_stop_wh=end.stop_wh if end.stop_wh is not None else _last(line),
        confidence=confidence(doubts),
        doubts=tuple(sorted(doubts)),
    )


def _start(fold: RegisterFold) -> Decimal | None:
    if fold.start_wh is not None:
        return fold.start_wh
    return fold.seen.first_wh if fold.seen else None


def _last(line: Line | None) -> Decimal | None:
    return line.high_wh if line else None


def _known_stop(fold: RegisterFold, stop_wh: Decimal | None) -> Decimal | None:
    """Return the stop as reported unless it is a stand-in for unknown (-1, or 0 from above)."""
    if stop_wh is None or stop_wh < 0:
        return None
    highest = max(fold.start_wh or ZERO, fold.seen.high_wh if fold.seen else ZERO)
    return None if stop_wh == 0 and highest > _ONE else stop_wh


def _finished(fold: RegisterFold, end: _End) -> Line | None:
    """Return the line with the stop at its end and nothing aside, unless the session runs on."""
    line = fold.line
    if end.running or line is None:
        return line
    if end.stop_wh is not None:
        at = None if _stands_still(fold, end) else end.ended_at
        line = follow(line, at, end.stop_wh, fold.max_power_w)
    return settle(line, fold.max_power_w)


def _measured(fold: RegisterFold, line: Line | None, end: _End) -> tuple[Decimal, frozenset[Doubt]]:
    """Return the energy by the best account there is."""
    if fold.start_wh is not None and end.stop_wh is not None and fold.seen is not None:
        found = _start_and_stop_against(fold.seen, fold.start_wh, end.stop_wh)
        if found is not None and possible(found[0], *_span(fold, end), fold.max_power_w):
            return found[0], frozenset({found[1]})
    if line is not None and (end.running or _times_read(fold, end) >= _TWICE):
        return energy(line), line.doubts
    total = fold.interval_wh if fold.interval_wh is not None else fold.clock_interval_wh
    if total is not None:
        return total, frozenset({Doubt.FROM_INTERVALS})
    return ZERO, frozenset() if end.running else frozenset({Doubt.NO_REGISTER})


def _start_and_stop_against(
    seen: Seen, start_wh: Decimal, stop_wh: Decimal
) -> tuple[Decimal, Doubt] | None:
    """Return energy and doubt where start and stop are of another register or unit than the rest.

    - Both within 1 of the lowest and highest value divided by 1000, at least 2 apart, and the
      values rise: start and stop are kWh, and the values count.
    - All values outside start and stop: they are of another register, and start and stop count;
      the more certainly when the values times 1000 lie between them.
    """
    if stop_wh < start_wh:
        return None
    low, high = seen.low_wh / _KILO - start_wh, seen.high_wh / _KILO - stop_wh
    in_kwh = abs(low) <= _ONE and abs(high) <= _ONE and stop_wh - start_wh >= _TWICE
    if in_kwh and seen.rises and seen.high_wh > stop_wh:
        return seen.high_wh - seen.low_wh, Doubt.UNITS_REPAIRED
    if seen.high_wh >= start_wh - COARSE_WH and seen.low_wh <= stop_wh + COARSE_WH:
        return None
    if not seen.high_wh:
        return stop_wh - start_wh, Doubt.REGISTER_DROPOUT
    above, below = start_wh - _KILO, stop_wh + _KILO
    scaled = above <= seen.low_wh * _KILO and seen.high_wh * _KILO <= below
    doubt = Doubt.UNITS_REPAIRED if scaled else Doubt.OTHER_REGISTER
    return stop_wh - start_wh, doubt


def _times_read(fold: RegisterFold, end: _End) -> int:
    points = fold.seen.count if fold.seen else 0
    return points + (fold.start_wh is not None) + (end.stop_wh is not None)


def _about_ends(fold: RegisterFold, end: _End) -> frozenset[Doubt]:
    doubts = {Doubt.REGISTER_DROPOUT} if fold.negative else set()
    first = fold.seen.first_at if fold.seen else None
    last = fold.seen.last_at if fold.seen else None
    if fold.start_wh is None and not fold.begun and not _near(fold.started_at, first):
        doubts.add(Doubt.START_UNKNOWN)
    if end.stop_wh is None and not (fold.ended or end.running or _near(last, end.ended_at)):
        doubts.add(Doubt.STOP_UNKNOWN)
    if fold.start_wh is not None and end.stop_wh is not None and end.stop_wh < fold.start_wh:
        doubts.add(Doubt.STOP_BELOW_START)
    return frozenset(doubts)


def _near(earlier: datetime | None, later: datetime | None) -> bool:
    return earlier is not None and later is not None and later - earlier <= AT_ITS_END


def _about_time(fold: RegisterFold, end: _End, wh: Decimal) -> frozenset[Doubt]:
    doubts = set()
    if wh and not end.running and _stands_still(fold, end):
        doubts.add(Doubt.CLOCK_UNUSABLE)
    first, last = _span(fold, end)
    if first and last and not possible(wh, first, last, fold.max_power_w):
        doubts.add(Doubt.MORE_THAN_POSSIBLE)
    return frozenset(doubts)


def _stands_still(fold: RegisterFold, end: _End) -> bool:
    first, last = _ends(fold, end)
    return first is not None and last is not None and last <= first


def _span(fold: RegisterFold, end: _End) -> tuple[datetime | None, datetime | None]:
    """Return when the session began and ended, or None where its clock tells nothing."""
    return (None, None) if _stands_still(fold, end) else _ends(fold, end)


def _ends(fold: RegisterFold, end: _End) -> tuple[datetime | None, datetime | None]:
    first = fold.started_at or (fold.seen.first_at if fold.seen else None)
    last = end.ended_at or (fold.seen.last_at if fold.seen else None)
    return first, last
