"""The group commit itself, against an engine whose moods the test decides."""

import asyncio
import math
from collections.abc import AsyncIterator, Sequence
from typing import cast

import pytest
from structlog.testing import capture_logs
from typing_extensions import override

from laddnav.kernel.clock import SystemClock
from laddnav.storage.commit import Engine, GroupCommit
from laddnav.storage.errors import (
    Fenced,
    Refused,
    StorageUnavailable,
    Unreached,
    Unstorable,
)
from laddnav.storage.write import Fence, Write
from tests.storage.things import fact, station, write
from tests.waiting import until


class MoodyEngine(Engine):
    """Stores subjects of facts; refuses those named "bad", and all while it is away or stuck."""

    def __init__(self) -> None:
        self.transactions: list[list[str]] = []
        self.stored: list[str] = []
        self.fenced: set[str] = set()
        self.away = False
        self.broken = False
        self.stuck: asyncio.Event | None = None
        self.pings = 0

    @override
    async def apply(self, writes: Sequence[Write]) -> frozenset[int]:
        subjects = [each.facts[0].subject for each in writes]
        self.transactions.append(subjects)
        if self.stuck is not None:
            await self.stuck.wait()
        await asyncio.sleep(0)
        if self.away:
            message = "gone"
            raise Unreached(message)
        if "bad" in subjects:
            message = "it is bad"
            raise Refused(message)
        if self.broken:
            message = "no such table"
            raise LookupError(message)
        left_out = {place for place, name in enumerate(subjects) if name in self.fenced}
        self.stored += [name for place, name in enumerate(subjects) if place not in left_out]
        return frozenset(left_out)

    @override
    async def ping(self) -> None:
        self.pings += 1
        if self.away:
            message = "gone"
            raise Unreached(message)


@pytest.fixture
async def engine() -> MoodyEngine:
    return MoodyEngine()


class PatientClock(SystemClock):
    """A clock that stands still until the test moves it."""

    def __init__(self) -> None:
        self.seconds = 0.0

    @override
    def monotonic(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> PatientClock:
    return PatientClock()


@pytest.fixture
async def group(engine: MoodyEngine, clock: PatientClock) -> AsyncIterator[GroupCommit]:
    made = GroupCommit(engine, clock, hold_seconds=25, probe_seconds=0.02)
    made.start()
    yield made
    engine.away = False
    await made.close()


def named(name: str, number: int | None = None) -> Write:
    fence = None if number is None else Fence(station(number), 1)
    return write(facts=(fact(subject=name),), fence=fence)


async def test_after_a_crowd_the_next_ones_gather_and_one_alone_does_not_wait_for_others(
    group: GroupCommit, engine: MoodyEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    # longer than it is: a busy machine may need it to hand in what follows
    monkeypatch.setattr("laddnav.storage.commit._CROWD_SECONDS", 1.0)
    for name in ("alone", "alone again"):
        await group.commit(named(name))
    await asyncio.gather(*(group.commit(named("crowd")) for _ in range(20)))
    later = []
    for number in range(50):
        later.append(asyncio.create_task(group.commit(named(str(number)))))
        await asyncio.sleep(0)
    await asyncio.gather(*later)
    assert engine.transactions[:3] == [["alone"], ["alone again"], ["crowd"] * 20]
    assert len(engine.transactions) < 10


async def test_what_arrives_while_a_commit_runs_becomes_one_transaction(
    group: GroupCommit, engine: MoodyEngine
) -> None:
    first = asyncio.create_task(group.commit(named("first")))
    engine.stuck = asyncio.Event()

    async def begun() -> bool:
        return bool(engine.transactions)

    await until(begun)
    later = [asyncio.create_task(group.commit(named(str(number)))) for number in range(500)]
    await asyncio.sleep(0)
    engine.stuck.set()
    await asyncio.gather(first, *later)
    assert engine.transactions == [["first"], [str(number) for number in range(500)]]


async def test_a_guilty_write_is_found_in_few_transactions(
    group: GroupCommit, engine: MoodyEngine
) -> None:
    names = ["bad" if number in {200, 777} else str(number) for number in range(1_000)]
    results = await asyncio.gather(
        *(group.commit(named(name)) for name in names), return_exceptions=True
    )
    guilty = [place for place, result in enumerate(results) if isinstance(result, Unstorable)]
    assert guilty == [200, 777]
    assert sum(result is None for result in results) == 998
    assert engine.stored == [name for name in names if name != "bad"], "in order, each once"
    assert len(engine.transactions) <= 2 * 2 * math.ceil(math.log2(1_000)) + 2


async def test_an_outage_shorter_than_the_hold_time_is_not_noticed_by_those_who_wait(
    group: GroupCommit, engine: MoodyEngine
) -> None:
    engine.away = True
    waiting = [asyncio.create_task(group.commit(named(str(number)))) for number in range(9)]

    async def unhealthy() -> bool:
        return not group.healthy

    await until(unhealthy)
    engine.away = False
    await asyncio.gather(*waiting)
    assert engine.stored == [str(number) for number in range(9)]
    assert group.healthy


async def test_a_write_is_given_up_after_the_hold_time_and_new_ones_are_still_tried(
    group: GroupCommit, engine: MoodyEngine, clock: PatientClock
) -> None:
    engine.away = True
    old = asyncio.create_task(group.commit(named("old")))
    await asyncio.sleep(0)
    clock.seconds = 20
    new = asyncio.create_task(group.commit(named("new")))
    await asyncio.sleep(0)
    clock.seconds = 26
    with pytest.raises(StorageUnavailable):
        await old
    assert group.waiting == 1
    engine.away = False
    await new
    assert engine.stored == ["new"]


async def test_a_write_is_given_up_in_time_though_the_database_does_not_answer_at_all(
    group: GroupCommit, engine: MoodyEngine, clock: PatientClock
) -> None:
    engine.stuck = asyncio.Event()
    old = asyncio.create_task(group.commit(named("old")))
    await asyncio.sleep(0)
    clock.seconds = 26
    with pytest.raises(StorageUnavailable):
        await old
    engine.stuck.set()
    await group.commit(named("new"))
    assert group.waiting == 0


async def test_what_a_station_wrote_after_a_write_that_is_given_up_is_given_up_with_it(
    group: GroupCommit, engine: MoodyEngine, clock: PatientClock
) -> None:
    engine.away = True
    first = asyncio.create_task(group.commit(named("first", 1)))
    await asyncio.sleep(0)
    clock.seconds = 20
    second = asyncio.create_task(group.commit(named("second", 1)))
    other = asyncio.create_task(group.commit(named("other", 2)))
    await asyncio.sleep(0)
    clock.seconds = 26
    for each in (first, second):
        with pytest.raises(StorageUnavailable):
            await each
    engine.away = False
    await other
    assert engine.stored == ["other"]


async def test_too_many_waiting_writes_are_refused_at_once(engine: MoodyEngine) -> None:
    engine.away = True
    group = GroupCommit(engine, SystemClock(), most_waiting=3)
    group.start()
    held = [asyncio.create_task(group.commit(named(str(number)))) for number in range(3)]
    await asyncio.sleep(0)
    with pytest.raises(StorageUnavailable):
        await group.commit(named("one too many"))
    engine.away = False
    await asyncio.gather(*held)
    await group.commit(named("welcome again"))
    await group.close()


async def test_fenced_writes_are_told_apart_from_those_that_were_stored(
    group: GroupCommit, engine: MoodyEngine
) -> None:
    engine.fenced.add("2")
    results = await asyncio.gather(
        *(group.commit(named(str(number), number)) for number in range(4)), return_exceptions=True
    )
    assert [type(result) for result in results] == [type(None), type(None), Fenced, type(None)]


async def test_a_fault_of_our_own_is_told_as_what_it_is_and_logged_once(
    group: GroupCommit, engine: MoodyEngine
) -> None:
    engine.broken = True
    with capture_logs() as lines, pytest.raises(LookupError, match="no such table"):
        await group.commit(named("unlucky"))
    assert [line["event"] for line in lines] == ["a write cannot be tried at all"]
    assert group.healthy
    engine.broken = False
    await group.commit(named("lucky"))


async def test_what_is_no_write_is_its_callers_fault_alone(
    group: GroupCommit, engine: MoodyEngine
) -> None:
    with capture_logs() as lines:
        results = await asyncio.gather(
            group.commit(named("before")),
            group.commit(cast("Write", "no write")),
            group.commit(named("behind")),
            return_exceptions=True,
        )
    assert [type(result) for result in results] == [type(None), TypeError, type(None)]
    assert engine.transactions == [["before", "behind"]]
    assert (lines, group.healthy, group.waiting) == ([], True, 0)


async def test_closing_stores_what_waits_and_refuses_what_comes_after(
    engine: MoodyEngine,
) -> None:
    group = GroupCommit(engine, SystemClock())
    group.start()
    waiting = [asyncio.create_task(group.commit(named(str(number)))) for number in range(5)]
    await asyncio.sleep(0)
    await group.close()
    await asyncio.gather(*waiting)
    assert len(engine.stored) == 5
    with pytest.raises(StorageUnavailable):
        await group.commit(named("late"))


async def test_an_idle_database_that_goes_away_and_comes_back_is_noticed(
    group: GroupCommit, engine: MoodyEngine
) -> None:
    async def noticed() -> bool:
        return group.healthy is not engine.away

    engine.away = True
    await until(noticed)
    engine.away = False
    await until(noticed)
    assert engine.transactions == []


async def test_who_stumbles_over_the_news_keeps_it_from_nobody(
    group: GroupCommit, engine: MoodyEngine
) -> None:
    told: list[tuple[str, Exception | None]] = []

    def stumble(_: Exception | None) -> None:
        message = "cannot bear it"
        raise LookupError(message)

    engine.fenced.add("fenced")
    with capture_logs() as logs:
        for name in ("one", "fenced", "two"):
            group.submit(named(name, 1), stumble)
            group.submit(named(name), lambda error, name=name: told.append((name, error)))  # type: ignore[misc]  # a default binds the name of this round
        await group.commit(named("last"))
    assert [name for name, _ in told] == ["one", "fenced", "two"]
    assert [type(error) for _, error in told] == [type(None), Fenced, type(None)]
    assert [line["log_level"] for line in logs] == ["error"] * 3
    await group.commit(named("after"))
    assert group.waiting == 0
