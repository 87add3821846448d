"""Which of a reading's samples is the billing register, and what its intervals add up to."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from laddnav.metering.model import (
    ENERGY_INTERVAL,
    ENERGY_REGISTER,
    TRANSACTION_BEGIN,
    TRANSACTION_END,
    Reading,
    RegisterPoint,
    Sample,
)

# Nearest to what the driver gets first. Upstream is another meter: the site's.
_LOCATIONS: Final[Mapping[str | None, int]] = {
    None: 0,
    "Outlet": 0,
    "Cable": 1,
    "Body": 2,
    "Inlet": 3,
    "EV": 4,
}
_PHASES: Final = (frozenset({"L1", "L2", "L3"}), frozenset({"L1-N", "L2-N", "L3-N"}))


class Interval(NamedTuple):
    """Energy of one interval; intervals on the clock are counted apart from all others."""

    wh: Decimal
    on_the_clock: bool


def register_points(reading: Reading) -> tuple[RegisterPoint, ...]:
    """Return the billing register of a reading, in the order begin, between, end.

    There is one point, or none; one for each of the transaction's ends and one for the rest where
    a station reports both ends at once. A total goes before phases, the outlet before any other
    location, and phases are added up only where there is no total.
    """
    found = [s for s in reading.samples if s.measurand == ENERGY_REGISTER and _usable(s)]
    if len(found) == 1 and found[0].phase is None:
        sample = found[0]
        assert sample.value is not None  # noqa: S101 - only usable samples are here, and those have a value
        return (RegisterPoint(reading.at, sample.value, sample.context),)
    points = []
    for group in _by_role(found):
        wh = _chosen(group)
        if wh is not None:
            points.append(RegisterPoint(reading.at, wh, group[0].context))
    return tuple(points)


def register_wh(reading: Reading) -> Decimal | None:
    """Return the billing register of a reading in Wh; the later one where it shows two."""
    points = register_points(reading)
    return points[-1].wh if points else None


def intervals(reading: Reading) -> list[Interval]:
    """Return the energy of the intervals that end with this reading, at most one of each kind."""
    found = [s for s in reading.samples if s.measurand == ENERGY_INTERVAL and _usable(s)]
    clock = _chosen([s for s in found if s.context == "Sample.Clock"])
    other = _chosen([s for s in found if s.context != "Sample.Clock"])
    both = ((clock, True), (other, False))
    return [Interval(max(wh, Decimal(0)), on_clock) for wh, on_clock in both if wh is not None]


def _usable(sample: Sample) -> bool:
    known = sample.location in _LOCATIONS
    return sample.value is not None and sample.unit == "Wh" and known


def _by_role(samples: Sequence[Sample]) -> Iterable[list[Sample]]:
    """Part the samples of the transaction's begin, those between and those of its end."""
    begin = [s for s in samples if s.context == TRANSACTION_BEGIN]
    end = [s for s in samples if s.context == TRANSACTION_END]
    between = [s for s in samples if s.context not in (TRANSACTION_BEGIN, TRANSACTION_END)]
    return [group for group in (begin, between, end) if group]


def _chosen(samples: Sequence[Sample]) -> Decimal | None:
    """Return the energy at the best location that shows one."""
    places = sorted({_LOCATIONS[s.location] for s in samples})
    for place in places:
        wh = _at_one_place([s for s in samples if _LOCATIONS[s.location] == place])
        if wh is not None:
            return wh
    return None


def _at_one_place(samples: Sequence[Sample]) -> Decimal | None:
    """Return the total, or the sum of the phases; of two values for one thing the higher."""
    highest: dict[str | None, Decimal] = {}
    for sample in samples:
        value = sample.value
        if value is not None:
            highest[sample.phase] = max(value, highest.get(sample.phase, value))
    if None in highest:
        return highest[None]
    sums = [[highest[p] for p in sorted(family) if p in highest] for family in _PHASES]
    fullest = max(sums, key=len)
    return sum(fullest, Decimal(0)) if fullest else None
