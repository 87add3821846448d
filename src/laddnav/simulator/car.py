"""Cars made of code: a battery, what it can take, and when its driver comes back.

Pure: time is passed in, and all energy is in whole nanojoules, so that what a meter
counted can be compared with what the battery took to the last digit.
"""

from collections.abc import Iterator
from decimal import Decimal

import msgspec

from laddnav.simulator.power import IDLE, NANOJOULES_PER_WH, Draw, Offer

_LEAST_AC_MA = 6_000  # a car may not draw less than 6 A by the control pilot (IEC 61851-1)
_FULL = 100
_AC_TAPER_FROM = 96  # percent of charge from which an on-board charger slows down
_HUNDREDTHS = 100


class CarModel(msgspec.Struct, frozen=True, kw_only=True):
    """What a model of car can take.

    Attributes:
        battery_wh: Usable capacity in Wh.
        ac_phases: Phases of its on-board charger: 1 to 3; 0 when it takes no AC.
        ac_amps: Highest AC current per phase, in A.
        dc_watts: Highest DC power in W; 0 when it takes no DC.
        pack_volts: Voltage of the full battery.
        curve: DC power by state of charge: pairs of percent of charge, rising from 0
            to 100, and percent of `dc_watts`; straight lines in between.
        efficiency: Percent of the delivered energy that arrives in the battery.
    """

    name: str
    battery_wh: int
    ac_phases: int = 3
    ac_amps: int = 16
    dc_watts: int = 0
    pack_volts: int = 400
    curve: tuple[tuple[int, int], ...] = ((0, 60), (10, 100), (50, 100), (80, 50), (100, 10))
    efficiency: int = 92

    def dc_limit_mw(self, percent: int) -> int:
        """Return the highest DC power in mW at `percent` of charge (0 to 100)."""
        for (low, low_share), (high, high_share) in zip(self.curve, self.curve[1:], strict=False):
            if percent <= high:
                rise = (high_share - low_share) * (percent - low) // max(high - low, 1)
                return self.dc_watts * (low_share + rise) * 1_000 // _FULL
        return self.dc_watts * self.curve[-1][1] * 1_000 // _FULL


class Car:
    """One car and the charge of its battery.

    Args:
        model: What kind of car it is.
        percent: State of charge on arrival, 0 to 100.
        target: State of charge at which it stops charging, `percent` to 100.
    """

    __slots__ = ("_capacity_nj", "_target_nj", "model", "stored_nj")

    def __init__(self, model: CarModel, *, percent: int, target: int = _FULL) -> None:
        self.model = model
        self._capacity_nj = model.battery_wh * NANOJOULES_PER_WH
        self.stored_nj = self._capacity_nj * percent // _FULL
        self._target_nj = self._capacity_nj * target // _FULL

    @property
    def percent(self) -> int:
        """State of charge in whole percent, rounded down."""
        return self.stored_nj * _FULL // self._capacity_nj

    @property
    def state_of_charge(self) -> Decimal:
        """State of charge in percent, with one decimal, rounded down."""
        return Decimal(self.stored_nj * _FULL * 10 // self._capacity_nj) / 10

    @property
    def satisfied(self) -> bool:
        """Whether the battery is at its target: less than a watt-hour is missing."""
        return self._target_nj - self.stored_nj < NANOJOULES_PER_WH

    def draw(self, offer: Offer) -> Draw:
        """Return what flows now from `offer`: `IDLE` when it is too little or the car is full."""
        wanted = self._draw_dc(offer) if offer.direct else self._draw_ac(offer)
        return IDLE if self.satisfied or wanted.current_ma == 0 else wanted

    def flow(self, offer: Offer, micros: int) -> Iterator[tuple[Draw, int]]:
        """Charge for `micros` microseconds; yield each constant draw and how long it lasted.

        The power changes at each whole percent of charge; the lengths add up to `micros`.
        """
        left = micros
        while left > 0:
            draw = self.draw(offer)
            step = min(left, self._until_change(draw)) if draw.power_mw else left
            self.stored_nj += draw.power_mw * step * self.model.efficiency // _HUNDREDTHS
            yield draw, step
            left -= step

    def _draw_ac(self, offer: Offer) -> Draw:
        phases = min(self.model.ac_phases, offer.phases)
        if phases == 0:
            return IDLE
        by_power = offer.power_mw // (offer.volts * phases)
        current_ma = min(self.model.ac_amps * 1_000, offer.current_ma, by_power)
        if current_ma < _LEAST_AC_MA:
            return IDLE
        return Draw(volts=offer.volts, current_ma=self._tapered(current_ma), phases=phases)

    def _tapered(self, current_ma: int) -> int:
        above = max(0, self.percent - _AC_TAPER_FROM)
        return max(current_ma * (_FULL - 20 * above) // _FULL, min(current_ma, _LEAST_AC_MA))

    def _draw_dc(self, offer: Offer) -> Draw:
        volts = min(offer.volts, self.model.pack_volts * (85 + self.percent * 15 // _FULL) // _FULL)
        power_mw = min(self.model.dc_limit_mw(self.percent), offer.power_mw)
        return Draw(volts=volts, current_ma=min(power_mw // volts, offer.current_ma), phases=0)

    def _until_change(self, draw: Draw) -> int:
        """Return the microseconds to the next whole percent, or to the target if that is nearer."""
        pace = draw.power_mw * self.model.efficiency
        edge_nj = -(-self._capacity_nj * (self.percent + 1) // _FULL)
        to_edge = -(-(edge_nj - self.stored_nj) * _HUNDREDTHS // pace)
        to_target = (self._target_nj - self.stored_nj) * _HUNDREDTHS // pace
        return max(1, min(to_edge, to_target))


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """One car's stay at a connector, as its driver means it.

    Attributes:
        token: What the driver presents.
        model: The car.
        percent: State of charge on arrival.
        target: State of charge at which the car stops charging.
        stay_s: How long the driver stays at most, in seconds.
        leaves_when_full: Whether the driver leaves as soon as the car is charged.
    """

    token: str
    model: CarModel
    percent: int
    target: int
    stay_s: float
    leaves_when_full: bool = True

    def car(self) -> Car:
        """Return the car as it arrives."""
        return Car(self.model, percent=self.percent, target=self.target)

    def over(self, car: Car, stayed_s: float) -> bool:
        """Return whether the driver leaves, having stayed `stayed_s` seconds with `car`."""
        return stayed_s >= self.stay_s or (self.leaves_when_full and car.satisfied)


CARS = (
    CarModel(name="city", battery_wh=32_000, ac_phases=1, ac_amps=32, dc_watts=40_000),
    CarModel(name="compact", battery_wh=58_000, ac_phases=3, ac_amps=16, dc_watts=120_000),
    CarModel(name="hybrid", battery_wh=11_500, ac_phases=1, ac_amps=16, dc_watts=0),
    CarModel(name="estate", battery_wh=77_000, ac_phases=3, ac_amps=16, dc_watts=135_000),
    CarModel(
        name="tourer", battery_wh=90_000, ac_phases=3, ac_amps=32, dc_watts=250_000, pack_volts=800
    ),
    CarModel(
        name="lorry", battery_wh=300_000, ac_phases=3, ac_amps=63, dc_watts=350_000, pack_volts=750
    ),
)
"""A small car park to draw from."""
