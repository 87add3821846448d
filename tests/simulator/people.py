"""Cars, tokens and times for the simulator's tests."""

import asyncio
from datetime import UTC, datetime

from typing_extensions import override

from laddnav.simulator.car import Car, CarModel
from laddnav.simulator.story import Token
from laddnav.simulator.timekeeper import SteppedTime

START = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
TAG = Token("04A1B2C3")
OTHER_TAG = Token("99887766")
ESTATE = CarModel(name="estate", battery_wh=77_000, ac_phases=3, ac_amps=16, dc_watts=135_000)
_FOREVER_S = 3_600.0


class QuickTime(SteppedTime):
    """Stepped life; waits for the network are noted and over at once, except the very long ones."""

    def __init__(self) -> None:
        super().__init__(START)
        self.waits: list[float] = []

    @override
    async def wait(self, seconds: float) -> None:
        if seconds > _FOREVER_S:
            await asyncio.get_running_loop().create_future()
        self.waits.append(seconds)
        await asyncio.sleep(0)


def estate(percent: int = 30, target: int = 100) -> Car:
    """Return a car that charges with 11 kW on AC."""
    return Car(ESTATE, percent=percent, target=target)
