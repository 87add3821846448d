"""What a session shows beside its energy: power and state of charge, as last measured."""

from decimal import Decimal
from typing import NamedTuple

from laddnav.kernel.energy import LIMIT
from laddnav.metering.model import ENERGY_INTERVAL, Reading

_POWER = "Power.Active.Import"
_SOC = "SoC"
_LINES = frozenset({"L1", "L2", "L3", "L1-N", "L2-N", "L3-N"})


class Gauges(NamedTuple):
    """What a reading shows beside its register.

    Attributes:
        power_w: None where it has none.
        soc_percent: State of charge; None where it has none.
        has_intervals: It counts energy by intervals (too).
    """

    power_w: Decimal | None
    soc_percent: Decimal | None
    has_intervals: bool = False

    def renewed(self, later: "Gauges") -> "Gauges":
        """Return these with what a later reading has."""
        if later.power_w is None and later.soc_percent is None:
            return self
        return Gauges(
            self.power_w if later.power_w is None else later.power_w,
            self.soc_percent if later.soc_percent is None else later.soc_percent,
        )


NO_GAUGES = Gauges(None, None)


def gauge(reading: Reading) -> Gauges:
    """Return what a reading shows; power is the total, else the sum of the phases."""
    total: Decimal | None = None
    phases: Decimal | None = None
    soc: Decimal | None = None
    has_intervals = False
    for sample in reading.samples:
        if sample.value is None:
            continue
        if sample.measurand == _POWER:
            if sample.phase is None:
                total = sample.value
            elif sample.phase in _LINES:
                phases = sample.value if phases is None else phases + sample.value
        elif sample.measurand == _SOC:
            soc = sample.value
        elif sample.measurand == ENERGY_INTERVAL:
            has_intervals = True
    return Gauges(_bounded(phases) if total is None else total, soc, has_intervals)


def _bounded(sum_w: Decimal | None) -> Decimal | None:
    """Return a sum that can be stored: a station may tell of a phase as often as it likes."""
    return None if sum_w is None else max(-LIMIT, min(sum_w, LIMIT))
