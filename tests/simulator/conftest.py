"""A central system and stations that are gone when the test is over."""

from collections.abc import AsyncIterator, Callable

import pytest

from laddnav.ocpp.action import Version
from laddnav.simulator.plan import StationPlan
from laddnav.simulator.settings import Settings
from laddnav.simulator.station import SimulatedStation
from tests.simulator.csms import Csms
from tests.simulator.people import QuickTime

Station = Callable[..., SimulatedStation]


@pytest.fixture
async def csms() -> AsyncIterator[Csms]:
    """A running central system; whatever a station said fits the official schemas."""
    running = Csms()
    await running.start()
    yield running
    await running.stop()
    assert running.violations == []


@pytest.fixture(params=list(Version), ids=[f"ocpp{version}" for version in Version])
def version(request: pytest.FixtureRequest) -> Version:
    """Each version in turn."""
    chosen: Version = request.param
    return chosen


@pytest.fixture
def time() -> QuickTime:
    """The time of the test's stations."""
    return QuickTime()


@pytest.fixture
async def station(csms: Csms, time: QuickTime) -> AsyncIterator[Station]:
    """What makes stations."""
    made: list[SimulatedStation] = []

    def make(
        version: Version,
        identity: str = "CP 1",
        *,
        plan: StationPlan | None = None,
        settings: Settings | None = None,
        password: str | bytes | None = None,
    ) -> SimulatedStation:
        made.append(
            SimulatedStation(
                identity,
                csms.url,
                version,
                plan=plan,
                settings=settings,
                password=password,
                time=time,
            )
        )
        return made[-1]

    yield make
    for each in made:
        await each.close()
