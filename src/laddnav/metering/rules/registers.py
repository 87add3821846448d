"""A billing register followed point by point: what it rose by, and what was odd on the way.

A register should only rise. Where it does not, the rules are:

- It drops to a tenth or less: a dropout if it comes back at or above where it was (lbbrhzn#374),
  a reset if it rises from down there (Java-OCA-OCPP#331): then the parts are added up.
- It drops by less: a dip without meaning if it comes back, else another register: what that one
  rises by is added, where it began is not known and counts nothing. Within 100 Wh (a meter that
  shows tenths of a kWh beside one that shows Wh) nothing is said about it.
- It rises by more than the station can deliver in the time: a spike if it comes back, else another
  register (a lifetime register after a 0, evcc#29374): the jump itself is never energy.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final, Literal

import msgspec
from msgspec import Struct

from laddnav.kernel.energy import LIMIT
from laddnav.metering.model import Doubt

ZERO: Final = Decimal(0)
COARSE_WH: Final = 100
_NOISE_WH: Final = 1
_MARGIN_WH: Final = 1000
_SECONDS_PER_HOUR: Final = 3600
_SECONDS_PER_MINUTE: Final = 60
_SECOND: Final = timedelta(seconds=1)
_SMALLEST_KWH: Final = 10  # below it, a factor of a thousand says nothing about units


class Aside(Struct, frozen=True, kw_only=True):
    """Points that left the line: the next ones will say what they were."""

    kind: Literal["low", "fall", "peak"]
    first_wh: Decimal
    last_wh: Decimal
    at: datetime | None


class Line(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A register up to now.

    Attributes:
        at: When it was last on its line; None where nobody said.
        base_wh: Where the present part began.
        high_wh: Where the present part is.
        done_wh: The energy of the parts before.
        aside: What is not understood yet.
        doubts: What was odd so far.
    """

    at: datetime | None
    base_wh: Decimal
    high_wh: Decimal
    done_wh: Decimal = ZERO
    aside: Aside | None = None
    doubts: frozenset[Doubt] = frozenset()


def possible(
    energy_wh: Decimal, since: datetime | None, until: datetime | None, max_power_w: int
) -> bool:
    """Say whether a station can have delivered `energy_wh` in that time (with 1 kWh of margin).

    A time that is unknown or runs backwards counts as an hour, no time at all as a minute.
    """
    seconds = _SECONDS_PER_HOUR
    if since is not None and until is not None and until >= since:
        seconds = (until - since) // _SECOND + 1 if until > since else _SECONDS_PER_MINUTE
    return energy_wh * _SECONDS_PER_HOUR <= max_power_w * seconds + _MARGIN_WH * _SECONDS_PER_HOUR


def follow(line: Line, at: datetime | None, wh: Decimal, max_power_w: int) -> Line:
    """Return `line` with its next point in time; `wh` is not negative."""
    if line.aside is not None:
        line = _weigh(line, line.aside, (at, wh), max_power_w)
        if line.aside is not None:
            return line
    return _advance(line, at, wh, max_power_w)


def settle(line: Line, max_power_w: int) -> Line:
    """Return `line` without anything aside: nothing more will come."""
    aside = line.aside
    if aside is None:
        return line
    if aside.kind == "low":
        return _settle_low(line, aside, max_power_w)
    if aside.kind == "fall":
        return _settle_fall(line, aside)
    return _rejoin(line, _jump(line, aside))


def energy(line: Line) -> Decimal:
    """Return what has certainly flowed: all parts, nothing that is still aside."""
    return min(line.done_wh + line.high_wh - line.base_wh, LIMIT)


def _advance(line: Line, at: datetime | None, wh: Decimal, max_power_w: int) -> Line:
    if wh >= line.high_wh:
        if not possible(wh - line.high_wh, line.at, at, max_power_w):
            return _set_aside(line, "peak", at, wh)
        doubts = line.doubts
        if _thousandfold(line.high_wh, wh):
            doubts |= {Doubt.UNITS_MIXED}
        return msgspec.structs.replace(line, at=at, high_wh=wh, doubts=doubts)
    if _thousandfold(wh, line.high_wh):
        mixed = msgspec.structs.replace(line, doubts=line.doubts | {Doubt.UNITS_MIXED})
        return _set_aside(mixed, "fall", at, wh)
    low = wh * 10 <= line.high_wh and line.high_wh - wh > _NOISE_WH
    return _set_aside(line, "low" if low else "fall", at, wh)


def _weigh(
    line: Line, aside: Aside, point: tuple[datetime | None, Decimal], max_power_w: int
) -> Line:
    """Return the line with nothing aside, ready for `point`, or with `point` set aside too."""
    at, wh = point
    if aside.kind == "low":
        return _weigh_low(line, aside, at, wh, max_power_w)
    if aside.kind == "fall":
        return _weigh_fall(line, aside, at, wh)
    back = possible(wh - line.high_wh, line.at, at, max_power_w)
    if back and wh < aside.last_wh:
        return _rejoin(line, Doubt.REGISTER_SPIKE)
    return _restart(line, aside, _jump(line, aside), aside.first_wh)


def _weigh_low(
    line: Line, aside: Aside, at: datetime | None, wh: Decimal, max_power_w: int
) -> Line:
    if wh >= line.high_wh:
        return _rejoin(line, Doubt.REGISTER_DROPOUT)
    if wh <= aside.last_wh:
        return _set_aside(line, "low", at, wh)
    return _reset(line, aside, max_power_w)


def _weigh_fall(line: Line, aside: Aside, at: datetime | None, wh: Decimal) -> Line:
    if wh >= line.high_wh:
        deep = line.high_wh - aside.first_wh > COARSE_WH
        return _rejoin(line, Doubt.REGISTER_DIPPED if deep else None)
    if wh >= aside.last_wh:
        waiting = msgspec.structs.replace(aside, last_wh=wh, at=at)
        return msgspec.structs.replace(line, aside=waiting)
    return _restart(line, aside, Doubt.REGISTER_FELL, aside.first_wh)


def _settle_low(line: Line, aside: Aside, max_power_w: int) -> Line:
    if aside.last_wh:
        return _reset(line, aside, max_power_w)
    return _rejoin(line, Doubt.REGISTER_DROPOUT)


def _settle_fall(line: Line, aside: Aside) -> Line:
    if line.high_wh - aside.first_wh > COARSE_WH:
        return _restart(line, aside, Doubt.REGISTER_FELL, aside.first_wh)
    high = max(line.base_wh, aside.last_wh)
    return msgspec.structs.replace(line, at=aside.at, high_wh=high, aside=None)


def _reset(line: Line, aside: Aside, max_power_w: int) -> Line:
    """Start anew at 0, if the station can have delivered what is there; else it is unknown."""
    if possible(aside.first_wh, line.at, aside.at, max_power_w):
        return _restart(line, aside, Doubt.REGISTER_RESET, ZERO)
    return _restart(line, aside, Doubt.REGISTER_FELL, aside.first_wh)


def _jump(line: Line, aside: Aside) -> Doubt:
    mixed = _thousandfold(line.high_wh, aside.first_wh)
    return Doubt.UNITS_MIXED if mixed else Doubt.REGISTER_JUMPED


def _set_aside(
    line: Line, kind: Literal["low", "fall", "peak"], at: datetime | None, wh: Decimal
) -> Line:
    aside = Aside(kind=kind, first_wh=wh, last_wh=wh, at=at)
    return msgspec.structs.replace(line, aside=aside)


def _rejoin(line: Line, doubt: Doubt | None) -> Line:
    """Forget what is aside."""
    doubts = line.doubts if doubt is None else line.doubts | {doubt}
    return msgspec.structs.replace(line, aside=None, doubts=doubts)


def _restart(line: Line, aside: Aside, doubt: Doubt, base_wh: Decimal) -> Line:
    """Close the present part; what is aside becomes the next one, from `base_wh` on."""
    return Line(
        at=aside.at,
        base_wh=base_wh,
        high_wh=aside.last_wh,
        done_wh=energy(line),
        doubts=line.doubts | {doubt},
    )


def _thousandfold(small: Decimal, large: Decimal) -> bool:
    """Say whether `small` looks like `large` (within 1 %) read in kWh instead of Wh."""
    return small >= _SMALLEST_KWH and abs(large - small * 1000) <= small * 10
