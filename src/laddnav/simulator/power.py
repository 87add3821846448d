"""Electricity in whole numbers: milliwatts over microseconds are nanojoules, exactly."""

import msgspec

NANOJOULES_PER_WH = 3_600_000_000_000
MICROS_PER_SECOND = 1_000_000


class Offer(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a connector offers a car at this moment.

    Attributes:
        direct: True for DC, False for AC.
        phases: Number of AC phases; 0 for DC.
        volts: AC voltage between phase and neutral; for DC the highest voltage.
        current_ma: Highest current, per phase for AC, in mA.
        power_mw: Highest power in mW, all phases together.
    """

    direct: bool
    phases: int
    volts: int
    current_ma: int
    power_mw: int


class Draw(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What flows: `power_mw == current_ma * volts * max(phases, 1)`, without rounding.

    Attributes:
        volts: Voltage, per phase for AC.
        current_ma: Current in mA, per phase for AC.
        phases: AC phases in use (they count from L1); 0 for DC.
    """

    volts: int
    current_ma: int
    phases: int

    @property
    def power_mw(self) -> int:
        """Power in mW, all phases together."""
        return self.current_ma * self.volts * max(self.phases, 1)

    def phase_mw(self, phase: int) -> int:
        """Return the power in mW of one AC phase (0 to 2)."""
        return self.current_ma * self.volts if phase < self.phases else 0


IDLE = Draw(volts=0, current_ma=0, phases=0)
