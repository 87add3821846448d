"""What stations do wrong, counted over restarts and nodes."""

from laddnav.kernel.keys import StationKey
from laddnav.stations.service.violations import OTHER, Violations
from laddnav.storage.database import Database
from tests.stations.hall import KEY, START, ManualClock
from tests.waiting import until

KIND = "to_text $.idTag"


async def stored(violations: Violations, database: Database, clock: ManualClock) -> None:
    """Hand over what was counted, and wait until another node sees as much."""
    wanted = await violations.of(KEY)
    await violations.flush()
    reader = Violations(database, clock, node="reader")

    async def is_there() -> bool:
        return await reader.of(KEY) == wanted

    await until(is_there)


async def test_counts_survive_a_restart_and_go_on(database: Database, clock: ManualClock) -> None:
    first = Violations(database, clock, node="here")
    first.count(KEY, KIND, "StartTransaction $.idTag")
    first.count(KEY, KIND, "Authorize $.idTag")
    await stored(first, database, clock)
    clock.turn(60)
    second = Violations(database, clock, node="here")
    second.count(KEY, KIND, "Authorize $.idTag")
    await stored(second, database, clock)
    (violation,) = await Violations(database, clock, node="here").of(KEY)
    assert violation.kind == KIND
    assert violation.count == 3
    assert violation.example == "StartTransaction $.idTag"
    assert violation.first_at == START
    assert (violation.last_at - violation.first_at).total_seconds() == 60


async def test_what_several_nodes_counted_is_added_up(
    database: Database, clock: ManualClock
) -> None:
    here, there = (Violations(database, clock, node=name) for name in ("here", "there"))
    here.count(KEY, KIND)
    here.count(KEY, "queue_full")
    await stored(here, database, clock)
    there.count(KEY, KIND)
    await stored(there, database, clock)
    here.count(KEY, KIND)
    await stored(here, database, clock)
    told = {each.kind: each.count for each in await here.of(KEY)}
    assert told == {KIND: 3, "queue_full": 1}


async def test_one_station_can_fill_neither_memory_nor_table(
    database: Database, clock: ManualClock
) -> None:
    violations = Violations(database, clock, node="here")
    for number in range(1_000):
        violations.count(KEY, f"kind {number}")
    told = {each.kind: each.count for each in await violations.of(KEY)}
    assert len(told) == 65
    assert told[OTHER] == 936


async def test_stations_beyond_what_is_remembered_leave_room(
    database: Database, clock: ManualClock
) -> None:
    violations = Violations(database, clock, node="here")
    for number in range(20_005):
        violations.count(StationKey("default", f"CP{number}"), KIND)
    assert violations.seen(StationKey("default", "CP0")) == {}
    assert violations.seen(StationKey("default", "CP20004")) == {KIND: 1}


async def test_what_has_not_happened_for_long_is_forgotten(
    database: Database, clock: ManualClock
) -> None:
    violations = Violations(database, clock, node="here")
    violations.count(KEY, KIND)
    await stored(violations, database, clock)
    clock.turn(3600)
    await violations.forget(clock.now())
    assert await Violations(database, clock, node="reader").of(KEY) == []
