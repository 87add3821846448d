"""A meter that counts exactly, and what it can tell at one moment.

Pure: the register is a whole number of nanojoules; a reading shows it in Wh, rounded
down to the meter's resolution, as real meters do.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Final, Literal, TypeGuard

import msgspec

from laddnav.simulator.power import IDLE, NANOJOULES_PER_WH, Draw, Offer

Measurand = Literal[
    "Current.Import",
    "Current.Offered",
    "Energy.Active.Export.Register",
    "Energy.Active.Import.Interval",
    "Energy.Active.Import.Register",
    "Energy.Reactive.Import.Register",
    "Frequency",
    "Power.Active.Import",
    "Power.Factor",
    "Power.Offered",
    "SoC",
    "Voltage",
]
"""What a simulated meter knows, as all versions spell it."""

Unit = Literal["A", "Hz", "Percent", "V", "W", "Wh", "varh", ""]
Phase = Literal["L1", "L2", "L3", "L1-N", "L2-N", "L3-N"]
Location = Literal["EV", "Outlet"]
Context = Literal[
    "Sample.Clock", "Sample.Periodic", "Transaction.Begin", "Transaction.End", "Trigger"
]

REGISTER: Final = "Energy.Active.Import.Register"
_LINES: tuple[Phase, ...] = ("L1", "L2", "L3")
_LINES_TO_NEUTRAL: tuple[Phase, ...] = ("L1-N", "L2-N", "L3-N")
_PHASES = 3


class Signed(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A signed reading, as text.

    Attributes:
        data: The container with its signature.
        method: How it was signed; empty when the container says so.
        encoding: The container's kind, for example `OCMF`.
        public_key: The meter's key; empty where it is not told.
    """

    data: str
    method: str
    encoding: str
    public_key: str


class MeterSample(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One measured value, in the unit that `unit` names (as OCPP 2 spells it).

    Attributes:
        phase: None where the value is of all phases together.
        location: None where the measurand is that of the outlet.
    """

    measurand: Measurand
    value: Decimal
    unit: Unit
    phase: Phase | None = None
    location: Location | None = None
    signed: Signed | None = None


class MeterReading(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a meter told at one moment.

    Attributes:
        at: The time by the station's own clock.
        context: Why it was read: `Sample.Periodic`, `Transaction.Begin`, ...
        register_wh: The billing register at that moment, also when no sample tells it.
    """

    at: datetime
    context: Context
    register_wh: Decimal
    samples: tuple[MeterSample, ...]


class Meter:
    """A three-phase meter of imported energy, of which DC uses the first phase only.

    Args:
        start_wh: The register when the simulation begins.
        decimals: Decimals of the register in Wh: its resolution.
    """

    __slots__ = ("_phases_nj", "decimals", "draw")

    def __init__(self, *, start_wh: int = 0, decimals: int = 0) -> None:
        third = start_wh * NANOJOULES_PER_WH // _PHASES
        self._phases_nj = [third] * _PHASES
        self.decimals = decimals
        self.draw = IDLE

    @property
    def register_nj(self) -> int:
        """All energy counted so far, in nJ."""
        return sum(self._phases_nj)

    @property
    def register_wh(self) -> Decimal:
        """The register in Wh as the meter shows it, rounded down to its resolution."""
        return self.shown(self.register_nj)

    def shown(self, energy_nj: int) -> Decimal:
        """Return `energy_nj` in Wh as this meter would show it."""
        scale: int = 10**self.decimals
        return Decimal(energy_nj * scale // NANOJOULES_PER_WH).scaleb(-self.decimals)

    def phase_wh(self, phase: int) -> Decimal:
        """Return the register of one phase (0 to 2) in Wh, as the meter shows it."""
        return self.shown(self._phases_nj[phase])

    def count(self, flow: Iterable[tuple[Draw, int]]) -> None:
        """Count each draw for its time in microseconds; the last one is what flows now."""
        for draw, micros in flow:
            for phase in range(max(draw.phases, 1)):
                self._phases_nj[phase] += draw.current_ma * draw.volts * micros
            self.draw = draw


class View(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Everything that a sample may be taken from.

    Attributes:
        since_nj: The register at the previous reading, for interval energies.
        state_of_charge: The car's, in percent, where the station learns it.
        by_phase: Whether AC registers and power are told per phase beside their total.
    """

    meter: Meter
    offer: Offer
    since_nj: int
    state_of_charge: Decimal | None = None
    by_phase: bool = False

    @property
    def phases(self) -> range:
        """The phases to tell beside the total."""
        return range(self.offer.phases if self.by_phase else 0)


_Samples = tuple[MeterSample, ...]


def _one(measurand: Measurand, value: Decimal, unit: Unit) -> _Samples:
    return (MeterSample(measurand=measurand, value=value, unit=unit),)


def _thousandths(value: int) -> Decimal:
    return Decimal(value).scaleb(-3)


def _of_phases(
    view: View, measurand: Measurand, unit: Unit, tell: Callable[[int], Decimal]
) -> _Samples:
    return tuple(
        MeterSample(measurand=measurand, value=tell(phase), unit=unit, phase=_LINES[phase])
        for phase in view.phases
    )


def _register(view: View) -> _Samples:
    total = _one(REGISTER, view.meter.register_wh, "Wh")
    return total + _of_phases(view, REGISTER, "Wh", view.meter.phase_wh)


def _interval(view: View) -> _Samples:
    energy = view.meter.shown(view.meter.register_nj - view.since_nj)
    return _one("Energy.Active.Import.Interval", energy, "Wh")


def _power(view: View) -> _Samples:
    draw = view.meter.draw
    total = _one("Power.Active.Import", _thousandths(draw.power_mw), "W")
    return total + _of_phases(
        view, "Power.Active.Import", "W", lambda phase: _thousandths(draw.phase_mw(phase))
    )


def _power_offered(view: View) -> _Samples:
    return _one("Power.Offered", _thousandths(view.offer.power_mw), "W")


def _current_offered(view: View) -> _Samples:
    return _one("Current.Offered", _thousandths(view.offer.current_ma), "A")


def _current(view: View) -> _Samples:
    amps = _thousandths(view.meter.draw.current_ma)
    if view.offer.direct:
        return _one("Current.Import", amps, "A")
    used = view.meter.draw.phases
    return tuple(
        MeterSample(
            measurand="Current.Import",
            value=amps if phase < used else Decimal(0),
            unit="A",
            phase=_LINES[phase],
        )
        for phase in range(view.offer.phases)
    )


def _voltage(view: View) -> _Samples:
    if view.offer.direct:
        return _one("Voltage", Decimal(view.meter.draw.volts), "V")
    return tuple(
        MeterSample(
            measurand="Voltage",
            value=Decimal(view.offer.volts),
            unit="V",
            phase=_LINES_TO_NEUTRAL[phase],
        )
        for phase in range(view.offer.phases)
    )


def _state_of_charge(view: View) -> _Samples:
    soc = view.state_of_charge
    if soc is None:
        return ()
    return (MeterSample(measurand="SoC", value=soc, unit="Percent", location="EV"),)


def _constant(measurand: Measurand, value: str, unit: Unit) -> Callable[[View], _Samples]:
    samples = _one(measurand, Decimal(value), unit)
    return lambda _: samples


_TELLERS: Mapping[Measurand, Callable[[View], _Samples]] = {
    REGISTER: _register,
    "Energy.Active.Import.Interval": _interval,
    "Energy.Active.Export.Register": _constant("Energy.Active.Export.Register", "0", "Wh"),
    "Energy.Reactive.Import.Register": _constant("Energy.Reactive.Import.Register", "0", "varh"),
    "Power.Active.Import": _power,
    "Power.Offered": _power_offered,
    "Power.Factor": _constant("Power.Factor", "1", ""),
    "Current.Import": _current,
    "Current.Offered": _current_offered,
    "Voltage": _voltage,
    "Frequency": _constant("Frequency", "50", "Hz"),
    "SoC": _state_of_charge,
}


def is_measurand(text: str) -> TypeGuard[Measurand]:
    """Return whether a simulated meter knows the measurand `text`."""
    return text in _TELLERS


def take(view: View, measurands: Iterable[Measurand]) -> _Samples:
    """Return the samples of `measurands`, in their order."""
    return tuple(sample for measurand in measurands for sample in _TELLERS[measurand](view))


def tells_register(reading: MeterReading) -> bool:
    """Return whether the billing register is among the samples."""
    return any(sample.measurand == REGISTER and sample.phase is None for sample in reading.samples)
