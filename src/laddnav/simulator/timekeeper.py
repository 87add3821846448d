"""The two times of a simulation: life, which may run fast, and the network, which may not."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Protocol

from typing_extensions import override

from laddnav.kernel.clock import Clock, SystemClock
from laddnav.simulator.power import MICROS_PER_SECOND


class Timekeeper(Protocol):
    """What tells stations and cars the time and lets them wait."""

    def now(self) -> datetime:
        """Return the time of day, aware, in UTC, as it goes into messages."""
        ...

    def lived(self) -> int:
        """Return the microseconds of life since the simulation began: what charges a battery."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait for `seconds` of life: arrivals, stays, sampling."""
        ...

    async def wait(self, seconds: float) -> None:
        """Wait for `seconds` of the network: heartbeats, retries, reconnects; never sped up."""
        ...


class FastTime(Timekeeper):
    """Life at `speed` times the pace of the clock.

    Messages carry the clock's own time, so that a server's clock agrees with them; only
    what happens between two messages is more than their times tell.

    Args:
        speed: Seconds of life per second, above 0.
    """

    def __init__(self, speed: float = 1.0, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._speed = speed
        self._began = self._clock.monotonic()

    @override
    def now(self) -> datetime:
        return self._clock.now()

    @override
    def lived(self) -> int:
        return round((self._clock.monotonic() - self._began) * self._speed * MICROS_PER_SECOND)

    @override
    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self._speed)

    @override
    async def wait(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class SteppedTime(Timekeeper):
    """Time that passes when it is told to: for scripts that decide what was charged and when.

    Messages carry the stepped time. The network's waits are real.

    Args:
        start: The first instant, aware; 2026-01-01 UTC where none is given.
    """

    def __init__(self, start: datetime | None = None) -> None:
        self._start = start or datetime(2026, 1, 1, tzinfo=UTC)
        self._lived = 0
        self._sleepers: list[tuple[int, asyncio.Future[None]]] = []

    @override
    def now(self) -> datetime:
        return self._start + timedelta(microseconds=self._lived)

    @override
    def lived(self) -> int:
        return self._lived

    @override
    async def sleep(self, seconds: float) -> None:
        waker = asyncio.get_running_loop().create_future()
        self._sleepers.append((self._lived + round(seconds * MICROS_PER_SECOND), waker))
        await waker

    @override
    async def wait(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def step(self, seconds: float) -> None:
        """Let `seconds` of life pass at once and wake who waited for them."""
        self._lived += round(seconds * MICROS_PER_SECOND)
        due = [waker for at, waker in self._sleepers if at <= self._lived]
        self._sleepers = [sleeper for sleeper in self._sleepers if sleeper[0] > self._lived]
        for waker in due:
            if not waker.done():
                waker.set_result(None)
