"""What a session shows beside its energy: power and state of charge, as last measured."""

from decimal import Decimal
from typing import NamedTuple

from laddnav.metering.model import Reading

_POWER = "Power.Active.Import"
_SOC = "SoC"
_LINES = frozenset({"L1", "L2", "L3", "L1-N", "L2-N", "L3-N"})


class Gauges(NamedTuple):
    """Power in W and state of charge in percent; None where a reading has none."""

    power_w: Decimal | None
    soc_percent: Decimal | None


NO_GAUGES = Gauges(None, None)


def gauge(reading: Reading) -> Gauges:
    """Return power (the total, else the sum of the phases) and state of charge of a reading."""
    total: Decimal | None = None
    phases: Decimal | None = None
    soc: Decimal | None = None
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
    return Gauges(phases if total is None else total, soc)
