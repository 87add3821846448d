"""Many stations with a life of their own: cars come and go, links fail, faults come and go."""

import asyncio
import ssl
from collections.abc import Callable, Iterator, Sequence

import msgspec

from laddnav.kernel.clock import Clock
from laddnav.ocpp.action import Version
from laddnav.simulator.car import CARS, Car, CarModel, Visit
from laddnav.simulator.chance import Chance
from laddnav.simulator.connector import Connector, Fault
from laddnav.simulator.network import Network
from laddnav.simulator.plan import AC_1_PHASE, AC_3_PHASE, DC_150, ConnectorPlan, StationPlan
from laddnav.simulator.settings import Settings
from laddnav.simulator.station import SimulatedStation
from laddnav.simulator.story import FaultCode, Token
from laddnav.simulator.timekeeper import FastTime
from laddnav.simulator.view import FleetView

_KEPT = 20  # finished transactions per station
_LOOK_S = 15.0  # between two looks of a driver at the car
_FAULTS: tuple[FaultCode, ...] = (
    "ConnectorLockFailure",
    "GroundFailure",
    "EVCommunicationError",
    "OverCurrentFailure",
    "ReaderFailure",
    "HighTemperature",
)
_HARDWARE: tuple[tuple[str, tuple[ConnectorPlan, ...]], ...] = (
    ("AC-22", (AC_3_PHASE,)),
    ("AC-22-Duo", (AC_3_PHASE, AC_3_PHASE)),
    ("AC-7", (AC_1_PHASE,)),
    ("DC-150", (DC_150,)),
    ("DC-150-Duo", (DC_150, DC_150)),
)


class FleetPlan(msgspec.Struct, frozen=True, kw_only=True):
    """A fleet and what befalls it.

    Times are means of random waits, in seconds of life unless said otherwise; 0 means never.

    Attributes:
        url: The server's endpoint, without the identity.
        versions: Dealt to the stations in turn.
        seed: Equal seeds give equal fleets, cars and failures.
        speed: Seconds of life per second.
        prefix: What the identities begin with.
        passwords: Gives each identity its password; None sends none.
        tls: Used for `wss` URLs; None takes the system's.
        tokens: What drivers present.
        ramp_s: Over how many seconds of the network the stations appear.
        arrival_s: Between two cars at a connector.
        stay_s: The longest that a driver stays.
        fault_s: Between two faults of a station.
        fault_length_s: How long a fault lasts.
        outage_s: Between two times that a station is offline.
        outage_length_s: How long it is offline.
        flapping: Share of the stations (0 to 1) whose link breaks again and again.
        flap_s: Between two breaks of such a link, in seconds of the network.
        storm_s: Between two moments at which all links break, in seconds of the network.
        skew_s: The most by which a station's clock is wrong until it is set.
        sample_s: Between two samples of a transaction.
    """

    url: str
    stations: int = 24
    versions: tuple[Version, ...] = tuple(Version)
    seed: str = "laddnav"
    speed: float = 1.0
    prefix: str = "SIM"
    passwords: Callable[[str], str | bytes | None] | None = None
    tls: ssl.SSLContext | None = None
    tokens: tuple[str, ...] = tuple(f"SIM{number:05}" for number in range(1, 101))
    ramp_s: float = 3.0
    arrival_s: float = 900.0
    stay_s: float = 5_400.0
    fault_s: float = 14_400.0
    fault_length_s: float = 600.0
    outage_s: float = 10_800.0
    outage_length_s: float = 300.0
    flapping: float = 0.0
    flap_s: float = 30.0
    storm_s: float = 0.0
    skew_s: float = 30.0
    sample_s: float = 60.0


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """One station of a fleet, before it is built: what a server has to know of it."""

    identity: str
    version: Version
    password: str | bytes | None
    plan: StationPlan


def roster(plan: FleetPlan) -> tuple[Member, ...]:
    """Return the stations of a fleet: the same for the same plan."""
    return tuple(_members(plan))


def _members(plan: FleetPlan) -> Iterator[Member]:
    for number in range(1, plan.stations + 1):
        identity = f"{plan.prefix}-{number:04}"
        chance = Chance(f"{plan.seed}/{identity}/hardware")
        model, connectors = chance.pick(_HARDWARE)
        yield Member(
            identity=identity,
            version=plan.versions[(number - 1) % len(plan.versions)],
            password=plan.passwords(identity) if plan.passwords is not None else None,
            plan=StationPlan(
                model=model,
                serial=f"{plan.prefix}{number:08}",
                connectors=connectors,
                start_wh=chance.whole(0, 5_000_000),
                decimals=chance.pick((0, 0, 1, 3)),
                skew_s=chance.between(-plan.skew_s, plan.skew_s),
                tells_events=chance.happens(0.5),
            ),
        )


async def run_fleet(
    plan: FleetPlan, *, view: FleetView | None = None, clock: Clock | None = None
) -> None:
    """Run a fleet until cancelled; then all stations go away in the orderly way.

    Args:
        plan: What to run.
        view: Shows the fleet from outside, if given.
        clock: What tells the time of day; the machine's own where none is given.
    """
    network = Network(plan.tls)
    time = FastTime(plan.speed, clock)
    lives = [_Life(plan, member, time, network) for member in roster(plan)]
    if view is not None:
        view.show([life.station for life in lives])
    try:
        async with asyncio.TaskGroup() as group:
            for life in lives:
                group.create_task(life.run(group))
            if plan.storm_s:
                group.create_task(_storm(plan, time, [life.station for life in lives]))
    finally:
        await asyncio.gather(*(life.station.close() for life in lives))
        await network.close()


async def _storm(plan: FleetPlan, time: FastTime, stations: Sequence[SimulatedStation]) -> None:
    """Break all links at once, now and then: what a restarted router does."""
    chance = Chance(f"{plan.seed}/storm")
    while True:
        await time.wait(chance.wait(plan.storm_s))
        await asyncio.gather(*(station.kill_link() for station in stations))


class _Life:
    """What befalls one station."""

    __slots__ = ("_chance", "_plan", "_time", "station")

    def __init__(self, plan: FleetPlan, member: Member, time: FastTime, network: Network) -> None:
        self._plan = plan
        self._time = time
        self._chance = Chance(f"{plan.seed}/{member.identity}/life")
        self.station = SimulatedStation(
            member.identity,
            plan.url,
            member.version,
            password=member.password,
            plan=member.plan,
            settings=Settings(sample_s=plan.sample_s),
            time=time,
            network=network,
            keep=_KEPT,
        )

    async def run(self, group: asyncio.TaskGroup) -> None:
        """Appear within the ramp; then live, each connector by itself."""
        plan, chance = self._plan, self._chance
        await self._time.wait(chance.between(0, plan.ramp_s))
        for connector in self.station.plant.connectors:
            group.create_task(self._visits(connector, chance.fork(f"{connector.number}")))
        if plan.fault_s:
            group.create_task(self._faults(chance.fork("faults")))
        if plan.outage_s:
            group.create_task(self._outages(chance.fork("outages")))
        if chance.happens(plan.flapping):
            group.create_task(self._flaps(chance.fork("flaps")))
        await self.station.run()

    async def _visits(self, connector: Connector, chance: Chance) -> None:
        while True:
            await self._time.sleep(chance.wait(self._plan.arrival_s))
            free = self.station.plant.evse_is_free(connector) and connector.status == "Available"
            if free:
                await self._visit(connector, self._draw_visit(connector, chance), chance)

    def _draw_visit(self, connector: Connector, chance: Chance) -> Visit:
        direct = connector.plan.phases == 0
        models = [model for model in CARS if _fits(model, direct=direct)]
        percent = chance.whole(5, 75)
        return Visit(
            token=chance.pick(self._plan.tokens),
            model=chance.pick(models),
            percent=percent,
            target=chance.whole(max(percent + 5, 60), 100),
            stay_s=chance.between(self._plan.stay_s / 4, self._plan.stay_s),
            leaves_when_full=chance.happens(0.6),
        )

    async def _visit(self, connector: Connector, visit: Visit, chance: Chance) -> None:
        """A car comes, charges if it may, and goes."""
        station, number, token = self.station, connector.number, Token(visit.token)
        car = visit.car()
        await station.plug_in(number, car)
        await self._time.sleep(chance.between(3, 20))
        if (await station.authorize(token)).accepted and connector.token is None:
            await station.start(number, token)
        if connector.token is not None:
            await self._stay(visit, car)
            await station.stop(number, token=token)
            await self._time.sleep(chance.between(5, 60))
        await station.unplug(number)

    async def _stay(self, visit: Visit, car: Car) -> None:
        arrived = self._time.lived()
        while not visit.over(car, (self._time.lived() - arrived) / 1_000_000):
            await self._time.sleep(_LOOK_S)

    async def _faults(self, chance: Chance) -> None:
        while True:
            await self._time.sleep(chance.wait(self._plan.fault_s))
            number = chance.pick(self.station.plant.connectors).number
            await self.station.fail(number, Fault(chance.pick(_FAULTS), "simulated"))
            await self._time.sleep(chance.wait(self._plan.fault_length_s))
            await self.station.fail(number, None)

    async def _outages(self, chance: Chance) -> None:
        while True:
            await self._time.sleep(chance.wait(self._plan.outage_s))
            await self.station.go_offline()
            await self._time.sleep(chance.wait(self._plan.outage_length_s))
            await self.station.go_online()

    async def _flaps(self, chance: Chance) -> None:
        while True:
            await self._time.wait(chance.wait(self._plan.flap_s))
            await self.station.kill_link()


def _fits(model: CarModel, *, direct: bool) -> bool:
    return model.dc_watts > 0 if direct else model.ac_phases > 0
