"""How much of the loop one link may take."""

import asyncio
from datetime import UTC, datetime

import pytest

from laddnav.gateway.line.pace import Pace
from laddnav.kernel.steps import Steps


class SlowClock:
    """A clock that goes on only when something works or sleeps.

    Attributes:
        slept: How long each sleep was.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seconds = 1000.0
        self.slept: list[float] = []
        monkeypatch.setattr(asyncio, "sleep", self._sleep)

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.seconds, UTC)

    def monotonic(self) -> float:
        return self.seconds

    def work(self, seconds: float) -> str:
        self.seconds += seconds
        return "done"

    def steps(self, *seconds: float) -> Steps[str]:
        for each in seconds[:-1]:
            self.work(each)
            yield
        return self.work(seconds[-1])

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 6))
        self.seconds += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SlowClock:
    return SlowClock(monkeypatch)


@pytest.fixture
def pace(clock: SlowClock) -> Pace:
    return Pace(clock)


async def test_others_have_the_loop_as_long_as_a_link_had_it(clock: SlowClock, pace: Pace) -> None:
    assert await pace.do(clock.work, 0.03) == "done"
    assert clock.slept == [0]
    await pace.do(clock.work, 0.01)
    assert clock.slept == [0, 0, 0.03]


async def test_a_link_that_paused_itself_need_not_wait(clock: SlowClock, pace: Pace) -> None:
    await pace.do(clock.work, 0.03)
    clock.seconds += 0.02
    await pace.rest()
    assert clock.slept == [0, 0, 0.01]
    clock.seconds += 5
    await pace.rest()
    assert clock.slept == [0, 0, 0.01, 0]


async def test_each_step_but_the_first_waits_for_its_turn(clock: SlowClock, pace: Pace) -> None:
    assert await pace.unhurried(clock.steps(0.002, 0.004, 0.001)) == "done"
    assert clock.slept == [0, 0.002, 0, 0.004]
    await pace.rest()
    assert clock.slept == [0, 0.002, 0, 0.004, 0, 0.001]


async def test_what_fails_has_had_the_loop_too(clock: SlowClock, pace: Pace) -> None:
    def fail() -> None:
        clock.work(0.05)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await pace.do(fail)
    await pace.rest()
    assert clock.slept == [0, 0, 0.05]


async def test_a_machine_that_stood_still_stops_no_link_for_long(
    clock: SlowClock, pace: Pace
) -> None:
    await pace.do(clock.work, 3600.0)
    await pace.rest()
    assert sum(clock.slept) <= 1.0
