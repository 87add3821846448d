"""What nodes tell each other without being asked: changed configuration, and moved stations."""

from collections.abc import AsyncIterator

import msgspec
import pytest

from laddnav.bus.local import LocalBus
from laddnav.kernel.keys import StationKey
from laddnav.stations.model import Registration, Station, StationChange
from laddnav.storage.database import Database
from laddnav.worker.moves import Moves
from laddnav.worker.news import CHANGED, ConfigurationNews
from tests.stations.hall import KEY, Hall, ManualClock
from tests.waiting import until


class Node:
    """One of the nodes on a bus."""

    def __init__(self, database: Database, clock: ManualClock, bus: LocalBus, host: str) -> None:
        self.hall = Hall(database, clock)
        self.hall.stations.fleet.host = host
        self.dismissed: list[StationKey] = []
        self.left: list[StationKey] = []
        self.turned_out: list[StationKey] = []
        self.news = ConfigurationNews(
            self.hall.stations,
            bus,
            dismiss=self.dismissed.append,
            turn_out=self.turned_out.append,
        )
        self.moves = Moves(self.hall.stations.fleet, bus, leave=self.left.append)

    @property
    def moved(self) -> str:
        """Where it is told of stations that moved away."""
        return f"node.{self.hall.stations.fleet.node.partition('/')[2]}.moved"

    async def open(self) -> None:
        await self.hall.open()
        await self.news.start()
        await self.moves.start()

    async def settled(self) -> None:
        """Wait for what is being told."""
        await self.news.close()
        await self.moves.close()


@pytest.fixture
def bus() -> LocalBus:
    return LocalBus()


@pytest.fixture
async def nodes(database: Database, bus: LocalBus) -> AsyncIterator[tuple[Node, Node]]:
    clock = ManualClock()
    pair = (Node(database, clock, bus, "here"), Node(database, clock, bus, "there"))
    for node in pair:
        await node.open()
    yield pair
    for node in pair:
        await node.settled()


async def test_a_certificate_revoked_at_one_node_ends_the_link_at_any(
    nodes: tuple[Node, Node], bus: LocalBus
) -> None:
    here, there = nodes
    await bus.publish("station.revoked", b"nonsense")
    here.news.tell_revoked(KEY)
    await until(lambda: [*here.turned_out, *there.turned_out] == [KEY, KEY])


async def test_a_change_made_at_one_node_reaches_the_station_at_another(
    nodes: tuple[Node, Node],
) -> None:
    here, there = nodes
    live = await there.hall.connect(await here.hall.add(registration=Registration.PENDING))
    change = StationChange(registration=Registration.ACCEPTED)
    assert isinstance(await here.hall.stations.register.change(KEY, change), Station)
    await until(lambda: live.registration is Registration.ACCEPTED)


async def test_a_station_removed_at_one_node_is_dismissed_by_another(
    nodes: tuple[Node, Node],
) -> None:
    here, there = nodes
    await there.hall.connect(await here.hall.add())
    assert await here.hall.stations.register.remove(KEY)
    await until(lambda: there.dismissed == [KEY])
    assert here.dismissed == []


async def test_the_node_that_a_station_left_unnoticed_ends_its_link(
    nodes: tuple[Node, Node],
) -> None:
    here, there = nodes
    station = await here.hall.add()
    await there.hall.connect(station)
    await here.hall.connect(station, "link-2")
    await until(lambda: there.left == [KEY])
    assert here.left == []


async def test_a_claim_older_than_the_link_does_not_end_it(
    nodes: tuple[Node, Node], bus: LocalBus
) -> None:
    here, _ = nodes
    live = await here.hall.connect(await here.hall.add())
    for epoch in (live.epoch - 1, live.epoch):
        await bus.publish(here.moved, msgspec.json.encode([(KEY, epoch)]))
    assert here.left == []
    await bus.publish(here.moved, msgspec.json.encode([(KEY, live.epoch + 1)]))
    assert here.left == [KEY]


@pytest.mark.parametrize("payload", [b"", b"{}", b'["default"]', b'[[["default","CP1"],"1"]]'])
async def test_a_signal_that_is_none_is_dropped(
    payload: bytes, nodes: tuple[Node, Node], bus: LocalBus
) -> None:
    here, _ = nodes
    await here.hall.connect(await here.hall.add())
    for subject in (CHANGED, here.moved):
        await bus.publish(subject, payload)
    await here.settled()
    assert (here.dismissed, here.left) == ([], [])
