"""The energy of a running session, kept point by point in little memory."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from laddnav.kernel.energy import LIMIT
from laddnav.metering.model import TRANSACTION_BEGIN, TRANSACTION_END, Reading, RegisterPoint
from laddnav.metering.rules.readings import intervals, register_points
from laddnav.metering.rules.registers import ZERO, Line, follow

AT_ITS_END: Final = timedelta(seconds=10)
"""A reading that is no further from a session's start or end is as good as one of that instant."""

MAX_POWER_W: Final = 1_000_000


class Seen(Struct, frozen=True, kw_only=True):
    """What the register points of a session look like, whatever the line makes of them."""

    first_at: datetime
    last_at: datetime
    first_wh: Decimal
    last_wh: Decimal
    low_wh: Decimal
    high_wh: Decimal
    count: int = 1
    rises: bool = True


class RegisterFold(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The energy of a running session, point by point, in little memory.

    Each `add` returns the next state; it can be stored as JSON (msgspec). Points of one session in
    the order of time give the same energy as `rules.billable` over all of them. When `late` is set,
    an older point came after a younger one and was left out: at the end, `rules.billable_of` on the
    stored readings gives the energy.

    Attributes:
        start_wh: The register as reported at the start, apart from the points.
        started_at: When that was.
        max_power_w: No station delivers more; what a register rises by beyond it is not energy.
    """

    start_wh: Decimal | None = None
    started_at: datetime | None = None
    max_power_w: int = MAX_POWER_W
    line: Line | None = None
    seen: Seen | None = None
    begun: bool = False
    ended: bool = False
    late: bool = False
    negative: bool = False
    interval_wh: Decimal | None = None
    interval_at: datetime | None = None
    clock_interval_wh: Decimal | None = None
    clock_interval_at: datetime | None = None

    @classmethod
    def begin(
        cls,
        start_wh: Decimal | None = None,
        started_at: datetime | None = None,
        *,
        max_power_w: int = MAX_POWER_W,
    ) -> "RegisterFold":
        """Return the fold of a session that has just started; a negative register is unknown."""
        start = start_wh if start_wh is not None and start_wh >= 0 else None
        line = None if start is None else Line(at=started_at, base_wh=start, high_wh=start)
        return cls(start_wh=start, started_at=started_at, max_power_w=max_power_w, line=line)

    def read(self, reading: Reading) -> "RegisterFold":
        """Return the fold with what a reading says about energy."""
        fold = self
        for point in register_points(reading):
            fold = fold.add(point)
        for wh, on_the_clock in intervals(reading):
            fold = fold.add_interval(reading.at, wh, on_the_clock=on_the_clock)
        return fold

    def add(self, point: RegisterPoint) -> "RegisterFold":
        """Return the fold with one more register point."""
        if self.seen is not None and point.at < self.seen.last_at:
            return replace(self, late=True)
        return self.take(point)

    def take(self, point: RegisterPoint) -> "RegisterFold":
        """Return the fold with a point that is the next one, whatever its time says."""
        if point.wh < 0:
            return replace(self, negative=True)
        if self.ended and point.context != TRANSACTION_END:
            return self
        if point.context == TRANSACTION_BEGIN and not self.begun:
            return _anew(self, point)
        fold = _further(self, point)
        return replace(fold, ended=True) if point.context == TRANSACTION_END else fold

    def add_interval(
        self, at: datetime, wh: Decimal, *, on_the_clock: bool = False
    ) -> "RegisterFold":
        """Return the fold with the energy of one interval that ended at `at`, each once."""
        last = self.clock_interval_at if on_the_clock else self.interval_at
        if last is not None and at <= last:
            return self if at == last else replace(self, late=True)
        if on_the_clock:
            total = min((self.clock_interval_wh or ZERO) + wh, LIMIT)
            return replace(self, clock_interval_wh=total, clock_interval_at=at)
        total = min((self.interval_wh or ZERO) + wh, LIMIT)
        return replace(self, interval_wh=total, interval_at=at)


def _anew(fold: RegisterFold, point: RegisterPoint) -> RegisterFold:
    """Begin at the transaction's own first point, where only lower ones came before it."""
    if fold.start_wh is None and fold.seen is not None and fold.seen.high_wh <= point.wh:
        fold = replace(fold, line=None, seen=None)
    return replace(_further(fold, point), begun=True)


def _further(fold: RegisterFold, point: RegisterPoint) -> RegisterFold:
    at, wh = point.at, point.wh
    if fold.line is None:
        line = Line(at=at, base_wh=wh, high_wh=wh)
    else:
        line = follow(fold.line, at, wh, fold.max_power_w)
    return replace(fold, line=line, seen=_see(fold.seen, at, wh))


def _see(seen: Seen | None, at: datetime, wh: Decimal) -> Seen:
    if seen is None:
        return Seen(first_at=at, last_at=at, first_wh=wh, last_wh=wh, low_wh=wh, high_wh=wh)
    return Seen(
        first_at=seen.first_at,
        last_at=at,
        first_wh=seen.first_wh,
        last_wh=wh,
        low_wh=min(seen.low_wh, wh),
        high_wh=max(seen.high_wh, wh),
        count=seen.count + 1,
        rises=seen.rises and wh >= seen.last_wh,
    )
