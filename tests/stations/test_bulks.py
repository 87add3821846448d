"""Bulk operations on each engine: at a pace, over deaths of nodes, until a deadline."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta

import pytest
from typing_extensions import override

from laddnav.kernel.keys import StationKey
from laddnav.stations.model.bulk import (
    Bulk,
    BulkItem,
    BulkState,
    BulkView,
    ItemState,
    NewBulk,
    Result,
)
from laddnav.stations.service.bulk_runner import BulkRunner, BulkWork
from laddnav.storage.errors import StorageUnavailable
from tests.stations.hall import Hall

OPERATOR = "default"
DONE = Result(state=ItemState.DONE)
BEGUN = Result(state=ItemState.BEGUN, ref="abc")
NOT_THERE = Result(state=ItemState.WAITING, reason="not connected")
WORD = NewBulk(kind="word", what="say a word", details={"word": "hej"}, per_minute=600)


class Saying(BulkWork):
    """Says a word to stations; what comes of it is set by a test."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []
        self.result: Result | Exception = DONE
        self.after: dict[str, Result] = {}
        self.asked: list[set[str]] = []
        self.fault: Exception | None = None
        self.gate = asyncio.Event()
        self.gate.set()

    @property
    def stations(self) -> list[str]:
        return [station for station, _ in self.told]

    @override
    async def begin(self, bulk: Bulk, key: StationKey) -> Result:
        self.told.append((key.identity, bulk.details["word"]))
        await self.gate.wait()
        if isinstance(self.result, Exception):
            raise self.result
        return self.result

    @override
    async def progress(self, bulk: Bulk, items: Mapping[str, BulkItem]) -> Mapping[str, Result]:
        self.asked.append(set(items))
        if self.fault is not None:
            raise self.fault
        return {name: result for name, result in self.after.items() if name in items}


class Node:
    """A node that runs bulk operations."""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall
        self.saying = Saying()
        self.runner = BulkRunner(
            hall.stations.bulks,
            hall.database,
            hall.clock,
            node=hall.stations.fleet.node,
            works={"word": self.saying},
        )

    async def work(self) -> None:
        await self.hall.stations.fleet.beat()
        await self.runner.work()
        await self.runner.rested()


@pytest.fixture
def node(hall: Hall) -> Node:
    return Node(hall)


@pytest.fixture
async def other(hall: Hall) -> Node:
    """Another node on the same database."""
    elsewhere = Hall(hall.database, hall.clock)
    elsewhere.stations.fleet.host = "elsewhere"
    return Node(await elsewhere.open())


async def connected(hall: Hall, *identities: str) -> None:
    for identity in identities:
        await hall.connect(await hall.add(identity=identity), f"link {identity}")


async def begun(hall: Hall, *identities: str, new: NewBulk = WORD) -> str:
    return (await hall.stations.bulks.begin(OPERATOR, identities, new)).bulk.id


async def view(hall: Hall, bulk: str) -> BulkView:
    found = await hall.stations.bulks.one(OPERATOR, bulk)
    assert found is not None
    return found


async def states(hall: Hall, bulk: str) -> dict[str, ItemState]:
    page = await hall.stations.bulks.items(OPERATOR, bulk, limit=100)
    return {item.station: item.state for item in page.items}


async def reason(hall: Hall, bulk: str, station: str = "CP1") -> str:
    page = await hall.stations.bulks.items(OPERATOR, bulk, limit=100)
    return next(item.reason for item in page.items if item.station == station)


async def test_each_connected_station_is_turned_to_once(hall: Hall, node: Node) -> None:
    await connected(hall, "CP1", "CP2")
    bulk = await begun(hall, "CP2", "CP1", "CP2", "GONE")
    assert await states(hall, bulk) == {
        "CP1": ItemState.WAITING, "CP2": ItemState.WAITING, "GONE": ItemState.FAILED,
    }  # fmt: skip
    assert "no station" in await reason(hall, bulk, "GONE")
    for _ in range(3):
        hall.clock.turn(1)
        await node.work()
    assert sorted(node.saying.told) == [("CP1", "hej"), ("CP2", "hej")]
    over = await view(hall, bulk)
    assert (over.bulk.state, over.bulk.total) == (BulkState.DONE, 3)
    assert over.counts == {ItemState.DONE: 2, ItemState.FAILED: 1}


async def test_the_pace_is_kept_by_all_nodes_together(hall: Hall, node: Node, other: Node) -> None:
    await connected(hall, "CP1", "CP2", "CP3", "CP4")
    new = NewBulk(kind="word", what="slowly", details={"word": "hej"}, per_minute=1)
    await begun(hall, "CP1", "CP2", "CP3", "CP4", new=new)
    told: list[int] = []
    for _ in range(3):
        for each in (node, other, node, other):
            await each.work()
        told.append(len(node.saying.told) + len(other.saying.told))
        hall.clock.turn(60)
    assert told == [1, 2, 3]
    assert len({*node.saying.stations, *other.saying.stations}) == 3


async def test_a_station_that_comes_back_in_time_gets_its_turn(hall: Hall, node: Node) -> None:
    station = await hall.add()
    bulk = await begun(hall, "CP1")
    await node.work()
    assert node.saying.told == []
    hall.clock.turn(3_600)
    await hall.connect(station)
    await node.work()
    assert await states(hall, bulk) == {"CP1": ItemState.DONE}


async def test_one_that_stays_away_is_not_reached(hall: Hall, node: Node) -> None:
    await hall.add()
    bulk = await begun(hall, "CP1")
    hall.clock.turn(86_400)
    await node.work()
    assert await states(hall, bulk) == {"CP1": ItemState.NOT_REACHED}
    assert "not connected" in await reason(hall, bulk)
    await node.work()
    assert (await view(hall, bulk)).bulk.state is BulkState.DONE


async def test_one_that_does_not_answer_is_tried_again_ever_more_seldom(
    hall: Hall, node: Node
) -> None:
    await connected(hall, "CP1")
    node.saying.result = NOT_THERE
    bulk = await begun(hall, "CP1")
    for seconds in (1, 48, 12, 107, 13):  # where nobody is due it looks again in ten seconds
        hall.clock.turn(seconds)
        await node.work()
    assert len(node.saying.told) == 3
    hall.clock.turn(86_400)
    await node.work()
    assert await states(hall, bulk) == {"CP1": ItemState.NOT_REACHED}
    assert await reason(hall, bulk) == "not connected"


async def test_what_a_dead_node_was_at_another_begins_again(
    hall: Hall, node: Node, other: Node
) -> None:
    station = await hall.add()
    await hall.connect(station)
    bulk = await begun(hall, "CP1")
    node.saying.gate.clear()
    await node.runner.work()
    await other.work()
    assert await states(hall, bulk) == {"CP1": ItemState.RUNNING}
    assert other.saying.told == []
    await node.runner.close()
    hall.clock.turn(15)
    await other.hall.connect(station, "link-2")
    await other.work()
    assert "stopped" in await reason(hall, bulk)
    await other.work()
    assert (other.saying.stations, await states(hall, bulk)) == (["CP1"], {"CP1": ItemState.DONE})


async def test_what_takes_too_long_is_begun_again_and_its_late_end_is_not_counted(
    hall: Hall, node: Node
) -> None:
    await connected(hall, "CP1")
    bulk = await begun(hall, "CP1")
    node.saying.gate.clear()
    await node.runner.work()
    hall.clock.turn(901)
    await hall.stations.fleet.beat()
    await node.runner.work()
    assert await states(hall, bulk) == {"CP1": ItemState.WAITING}
    node.saying.gate.set()
    await node.runner.rested()
    assert await states(hall, bulk) == {"CP1": ItemState.WAITING}


async def test_what_was_begun_is_asked_for_until_it_is_over(hall: Hall, node: Node) -> None:
    await connected(hall, "CP1")
    node.saying.result = BEGUN
    bulk = await begun(hall, "CP1")
    await node.work()
    hall.clock.turn(2 * 86_400)
    await node.work()
    assert await states(hall, bulk) == {"CP1": ItemState.BEGUN}
    node.saying.after = {"CP1": Result(state=ItemState.FAILED, reason="Rejected")}
    await node.work()
    await node.work()
    page = await hall.stations.bulks.items(OPERATOR, bulk, limit=1, state=ItemState.FAILED)
    assert [(item.reason, item.ref, item.attempts) for item in page.items] == [
        ("Rejected", "abc", 1)
    ]
    assert (await view(hall, bulk)).bulk.state is BulkState.DONE


async def test_many_that_were_begun_are_asked_for_by_turns(
    hall: Hall, node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("laddnav.stations.service.bulk_runner._FOLLOWED_AT_ONCE", 1)
    await connected(hall, "CP1", "CP2")
    node.saying.result = BEGUN
    await begun(hall, "CP1", "CP2")
    for _ in range(5):
        hall.clock.turn(1)
        await node.work()
    last = node.saying.asked[-3:]
    assert last in ([{"CP2"}, {"CP1"}, {"CP2"}], [{"CP1"}, {"CP2"}, {"CP1"}])


async def test_once_stopped_it_turns_to_nobody_else(hall: Hall, node: Node) -> None:
    await connected(hall, "CP1")
    await hall.add(identity="CP2")
    bulk = await begun(hall, "CP1", "CP2")
    node.saying.gate.clear()
    await node.runner.work()
    stopped = await hall.stations.bulks.stop(OPERATOR, bulk)
    assert stopped is not None
    assert stopped.counts == {ItemState.RUNNING: 1, ItemState.STOPPED: 1}
    node.saying.result = NOT_THERE
    node.saying.gate.set()
    await node.runner.rested()
    for _ in range(3):
        hall.clock.turn(600)
        await node.work()
    assert await states(hall, bulk) == {"CP1": ItemState.STOPPED, "CP2": ItemState.STOPPED}
    over = await view(hall, bulk)
    assert (over.bulk.state, len(node.saying.told)) == (BulkState.STOPPED, 1)
    assert over.bulk.ended_at is not None


async def test_one_that_is_over_is_not_stopped_any_more(hall: Hall, node: Node) -> None:
    await connected(hall, "CP1")
    bulk = await begun(hall, "CP1")
    await node.work()
    await node.work()
    stopped = await hall.stations.bulks.stop(OPERATOR, bulk)
    assert stopped is not None
    assert stopped.bulk.state is BulkState.DONE
    assert await hall.stations.bulks.stop("rival", bulk) is None
    assert await hall.stations.bulks.one("rival", bulk) is None


async def test_a_fault_of_ours_at_one_station_does_not_keep_the_others_waiting(
    hall: Hall, node: Node
) -> None:
    await connected(hall, "CP1", "CP2")
    bulk = await begun(hall, "CP1")
    node.saying.result = ValueError("secret")
    await node.work()
    assert await states(hall, bulk) == {"CP1": ItemState.FAILED}
    assert "secret" not in await reason(hall, bulk)
    node.saying.result = StorageUnavailable("away")
    bulk = await begun(hall, "CP2")
    await node.work()
    assert await states(hall, bulk) == {"CP2": ItemState.WAITING}
    node.saying.result = DONE
    hall.clock.turn(60)
    await node.work()
    assert await states(hall, bulk) == {"CP2": ItemState.DONE}


async def test_one_operation_keeps_no_other_waiting(
    hall: Hall, node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("laddnav.stations.service.bulk_runner._AT_ONCE_EACH", 1)
    monkeypatch.setattr("laddnav.stations.service.bulk_runner._BULKS_AT_ONCE", 1)
    await connected(hall, "CP1", "CP2", "CP3")
    node.saying.gate.clear()
    first, second = await begun(hall, "CP1", "CP2"), await begun(hall, "CP3")
    for _ in range(3):
        hall.clock.turn(1)
        await node.runner.work()
    assert sorted((await states(hall, first)).values()) == [ItemState.RUNNING, ItemState.WAITING]
    assert await states(hall, second) == {"CP3": ItemState.RUNNING}
    await node.runner.close()


async def test_a_fault_of_ours_in_one_operation_does_not_keep_the_others_waiting(
    hall: Hall, node: Node
) -> None:
    await connected(hall, "CP1", "CP2")
    node.saying.result = BEGUN
    first = await begun(hall, "CP1")
    await node.work()
    node.saying.fault = ValueError("in progress")
    second = await begun(hall, "CP2")
    for _ in range(2):
        hall.clock.turn(1)
        await node.work()
    assert await states(hall, first) == {"CP1": ItemState.BEGUN}
    assert await states(hall, second) == {"CP2": ItemState.BEGUN}


async def test_one_that_comes_is_seen_within_ten_seconds(hall: Hall, node: Node) -> None:
    station = await hall.add()
    bulk = await begun(hall, "CP1")
    await node.work()
    await hall.connect(station)
    await node.work()
    assert node.saying.told == []
    hall.clock.turn(10)
    await hall.stations.fleet.beat()
    await node.work()
    assert await states(hall, bulk) == {"CP1": ItemState.DONE}


async def test_a_kind_that_this_node_does_not_know_is_left_to_others(
    hall: Hall, node: Node
) -> None:
    await connected(hall, "CP1")
    bulk = await begun(hall, "CP1", new=NewBulk(kind="newer", what="?"))
    await node.work()
    assert await states(hall, bulk) == {"CP1": ItemState.WAITING}


async def test_many_are_begun_in_pieces_and_listed_page_by_page(hall: Hall) -> None:
    identities = [f"NONE{number:04}" for number in range(1_100)]
    first, second = await begun(hall, *identities), await begun(hall, "NONE")
    assert (await view(hall, first)).counts == {ItemState.FAILED: 1_100}
    page = await hall.stations.bulks.page(OPERATOR, limit=1, cursor=None)
    assert [each.bulk.id for each in page.items] == [second]
    page = await hall.stations.bulks.page(OPERATOR, limit=1, cursor=page.next)
    assert ([each.bulk.id for each in page.items], page.next) == ([first], None)
    some = await hall.stations.bulks.items(OPERATOR, first, limit=2, cursor="NONE0007")
    assert ([item.station for item in some.items], some.next) == (
        ["NONE0008", "NONE0009"], "NONE0009",
    )  # fmt: skip


async def test_after_a_year_and_more_it_is_forgotten(hall: Hall) -> None:
    old = await begun(hall, "NONE")
    hall.clock.turn(timedelta(days=200).total_seconds())
    young = await begun(hall, "NONE")
    hall.clock.turn(timedelta(days=201).total_seconds())
    await hall.stations.bulks.forget()
    assert await hall.stations.bulks.one(OPERATOR, old) is None
    assert await states(hall, old) == {}
    assert await states(hall, young) == {"NONE": ItemState.FAILED}
