"""Stations under load: each has a driver who charges again and again, and keeps its own ledger."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from types import TracebackType
from typing import Any, Literal, Self

import msgspec

from laddnav.kernel.clock import SystemClock
from laddnav.ocpp.action import Version
from laddnav.simulator.car import Car, CarModel
from laddnav.simulator.chance import Chance
from laddnav.simulator.ledger import Account
from laddnav.simulator.meter import REGISTER
from laddnav.simulator.network import Network
from laddnav.simulator.plan import StationPlan
from laddnav.simulator.settings import Settings
from laddnav.simulator.station import SimulatedStation
from laddnav.simulator.story import Token
from laddnav.simulator.timekeeper import SteppedTime
from tests.official import Overheard
from tests.system.server import ApiClient
from tests.waiting import until

CARRIES_ENERGY = {"StartTransaction", "StopTransaction", "MeterValues", "TransactionEvent"}
_LORRY = CarModel(name="lorry", battery_wh=50_000_000, ac_phases=3, ac_amps=32)
_AGO = timedelta(hours=3)  # what is stepped through stays in the past
_LONGEST_STEP_S = 20


def settings() -> Settings:
    """Return how a station behaves that retries every second, as it is told to sample."""
    return Settings(
        sample_s=0,
        sampled=(REGISTER, "Power.Active.Import"),
        retry_s=1,
        back_off_s=1,
        back_off_doublings=0,
        back_off_random_s=0.3,
    )


class Tally:
    """Counts the transaction messages that were acknowledged, over all stations.

    Args:
        strike: Called at once, before the next frame is read.

    Attributes:
        at: After how many of them `strike` is called.
        acknowledged: How many were.
        refused: CALLERRORs that answered one of them.
    """

    def __init__(self, strike: Callable[[], None] = lambda: None) -> None:
        self.at: frozenset[int] = frozenset()
        self._strike = strike
        self.acknowledged = 0
        self.refused: list[str] = []

    async def reaches(self, count: int) -> None:
        """Wait until so many were acknowledged."""
        await until(lambda: self.acknowledged >= count)

    def listener(self, version: Version) -> Callable[[Literal["in", "out"], str], None]:
        """Return what hears the frames of one station."""
        asked: set[str] = set()
        overheard = Overheard(version, vouches=True)

        def hear(way: Literal["in", "out"], text: str) -> None:
            overheard.hear(way, text)
            kind, message_id, *rest = msgspec.json.decode(text)
            if way == "out" and kind == 2 and rest[0] in CARRIES_ENERGY:
                asked.add(message_id)
            elif way == "in" and message_id in asked:
                asked.discard(message_id)
                self._answered(kind, text)

        return hear

    def _answered(self, kind: int, text: str) -> None:
        if kind != 3:
            self.refused.append(text)
            return
        self.acknowledged += 1
        if self.acknowledged in self.at:
            self._strike()


class Driver:
    """One station and the driver who uses it.

    Half of the drivers wait while their station is offline; the others go on, and what happens
    is told later.

    Attributes:
        token: The driver's card.
        station: The station.
        sizes: How many samples each of the visits has.
    """

    def __init__(
        self, number: int, url: str, *, seed: str, visits: int, network: Network, tally: Tally
    ) -> None:
        self._chance = Chance(f"{seed}/{number}")
        self._time = SteppedTime(SystemClock().now() - _AGO)
        self._waits = self._chance.happens(0.5)
        self.token = Token(f"CARD{number:04}")
        self.sizes = [self._chance.whole(0, 4) for _ in range(visits)]
        version = tuple(Version)[number % 3]
        identity = f"CP-{number:04}"
        self.station = SimulatedStation(
            identity,
            url,
            version,
            password=password_of(identity),
            plan=StationPlan(
                start_wh=self._chance.whole(0, 3_000_000),
                decimals=0 if version is Version.V16 else 3,
                sets_clock=False,
                boots_always=self._chance.happens(0.5),
            ),
            settings=settings(),
            time=self._time,
            network=network,
            listener=tally.listener(version),
        )

    async def live(self) -> None:
        """Make all visits."""
        for size in self.sizes:
            await self.visit(size)

    async def visit(self, samples: int) -> None:
        """Plug in, charge while so many samples are taken, and leave.

        Now and then the same driver starts once more before the plug is pulled.
        """
        station = self.station
        await station.plug_in(1, Car(_LORRY, percent=5))
        await self._pass()
        verdict = await station.authorize(self.token)
        assert verdict.accepted, f"{station.identity}: {verdict}"
        await self.charge(samples)
        if self._chance.happens(0.2):
            await self._pass()
            await self.charge(0)
        await self._pass()
        await station.unplug(1)
        await self._pass()

    async def charge(self, samples: int) -> None:
        """Start, be sampled, stop."""
        await self.station.start(1, self.token)
        for _ in range(samples):
            await self._pass()
            await self.station.sample(1)
        await self._pass()
        await self.station.stop(1, token=self.token)

    async def _pass(self) -> None:
        """Let some seconds of life pass; a whole number of milliseconds."""
        self._time.step(self._chance.whole(1, _LONGEST_STEP_S * 1000) / 1000)
        if self._waits:
            await self.station.ready()


class Fleet:
    """Many stations, all versions mixed, connected as long as the context lasts.

    Attributes:
        drivers: A station each.
        faults: What went wrong in the simulator itself.
    """

    def __init__(self, url: str, count: int, *, seed: str, visits: int, tally: Tally) -> None:
        self._network = Network()
        self.drivers = [
            Driver(number, url, seed=seed, visits=visits, network=self._network, tally=tally)
            for number in range(1, count + 1)
        ]
        self.faults: list[dict[str, Any]] = []
        self._lives: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: self.faults.append(context))
        self._lives = [asyncio.create_task(driver.station.run()) for driver in self.drivers]
        await self.ready()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for life in self._lives:
            life.cancel()
        await asyncio.wait(self._lives)
        await asyncio.gather(*(driver.station.close() for driver in self.drivers))
        await self._network.close()
        asyncio.get_running_loop().set_exception_handler(None)
        assert self.faults == []

    @property
    def accounts(self) -> Iterator[tuple[SimulatedStation, Account]]:
        """Every transaction with its station."""
        for driver in self.drivers:
            for account in driver.station.ledger.accounts:
                yield driver.station, account

    @property
    def is_connected(self) -> bool:
        """Whether all have a connection."""
        return all(driver.station.presence.link is not None for driver in self.drivers)

    async def ready(self) -> None:
        """Wait until all are accepted."""
        await asyncio.gather(*(driver.station.ready() for driver in self.drivers))

    async def move(self, url: str) -> None:
        """Let all stations lose their connections, and come back at another server."""
        for driver in self.drivers:
            driver.station.routes.move(url)
        await asyncio.gather(*(driver.station.kill_link() for driver in self.drivers))

    async def live(self) -> None:
        """Let all drivers make their visits, and wait until everything was told."""
        await asyncio.gather(*(driver.live() for driver in self.drivers))
        await self.settled()

    async def settled(self) -> None:
        """Wait until all transaction messages are acknowledged or given up."""
        await asyncio.gather(*(driver.station.settled() for driver in self.drivers))


def least_messages(sizes: Sequence[int]) -> int:
    """Return how many transaction messages visits of these sizes have at least."""
    return sum(2 + size for size in sizes)


def password_of(identity: str) -> str:
    """Return a station's password."""
    return f"the password of {identity}"


async def admit(api: ApiClient, fleet: Fleet) -> None:
    """Make stations and cards known."""
    stations = [driver.station.identity for driver in fleet.drivers]
    passwords = [(identity, password_of(identity)) for identity in stations]
    cards = [(driver.token.uid, driver.token.kind) for driver in fleet.drivers]
    await _import(api, "stations", "identity,password", passwords)
    await _import(api, "tokens", "uid,type", cards)


async def admit_one(api: ApiClient, identity: str, uid: str) -> None:
    """Make one station and one card known."""
    await api.post("stations", {"identity": identity, "password": password_of(identity)})
    await api.post("tokens", {"uid": uid, "type": "ISO14443"})


async def _import(api: ApiClient, what: str, header: str, rows: list[tuple[str, str]]) -> None:
    text = "\n".join([header, *(",".join(row) for row in rows)])
    answer = await api.http.post(
        f"{what}/import", content=text, headers={"Content-Type": "text/csv"}
    )
    assert answer.is_success, answer.text
    assert answer.json()["added"] == len(rows), answer.text
