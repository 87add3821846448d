"""Handovers as operators ask for them, on each engine: when they are sent, and how they end."""

import pytest

from laddnav.kernel.keys import StationKey
from laddnav.stations.model import Problem, ProblemKind, Station, StationChange
from laddnav.stations.model.handover import (
    Begun,
    Handover,
    HandoverState,
    NewHandover,
    Taken,
    Terms,
)
from tests.stations.comings import NEW, OLD, handover, hears, is_let_in, now, sends
from tests.stations.hall import KEY, Hall


@pytest.fixture
async def hall(hall: Hall) -> Hall:
    await hall.add(security_profile=1, password=OLD)
    return hall


async def planned(hall: Hall, **told: object) -> Begun:
    new = NewHandover(**told)  # type: ignore[arg-type]  # fields are passed on as a dict; a wrong one fails the test at once
    begun = await hall.stations.handovers.plan(KEY, new)
    assert isinstance(begun, Begun), begun
    return begun


async def test_a_station_has_one_at_a_time(hall: Hall) -> None:
    first = await planned(hall)
    second = await hall.stations.handovers.plan(KEY, NewHandover())
    assert isinstance(second, Problem)
    assert first.handover.id in second.text


async def test_asked_for_twice_under_one_name_it_is_one(hall: Hall) -> None:
    first = await planned(hall, request="monday")
    again = await planned(hall, request="monday")
    assert (again.is_new, again.handover) == (False, first.handover)
    await hall.stations.handovers.cancel(KEY, first.handover.id)
    assert (await planned(hall, request="monday")).is_new is False


async def test_the_operator_does_not_change_what_is_being_handed_over(hall: Hall) -> None:
    begun = await planned(hall)
    change = StationChange(password="another one")
    refused = await hall.stations.register.change(KEY, change)
    assert isinstance(refused, Problem)
    await hall.stations.handovers.cancel(KEY, begun.handover.id)
    assert isinstance(await hall.stations.register.change(KEY, change), Station)


async def test_one_that_is_typed_in_on_site_is_shown_once_and_admitted(hall: Hall) -> None:
    begun = await planned(hall, terms=Terms(is_manual=True))
    assert begun.password is not None
    assert len(bytes.fromhex(begun.password)) == 20
    assert await is_let_in(hall, OLD) is True
    assert await is_let_in(hall, begun.password) is True
    assert await is_let_in(hall, OLD) is False
    assert (await handover(hall)).state is HandoverState.VERIFIED


async def test_one_that_nobody_typed_in_is_forgotten(hall: Hall) -> None:
    begun = await planned(hall, terms=Terms(is_manual=True), deadline_seconds=600)
    hall.clock.turn(600)
    await hall.stations.handovers.expire()
    assert await is_let_in(hall, begun.password) is False
    assert await is_let_in(hall, OLD) is True


async def test_cancelled_before_it_was_sent_nothing_has_happened(hall: Hall) -> None:
    begun = await planned(hall)
    done = await hall.stations.handovers.cancel(KEY, begun.handover.id)
    assert isinstance(done, Handover)
    assert done.state is HandoverState.CANCELLED
    again = await hall.stations.handovers.cancel(KEY, begun.handover.id)
    assert isinstance(again, Problem)
    assert again.kind is ProblemKind.CONFLICT
    assert await is_let_in(hall, OLD) is True


@pytest.mark.parametrize(("shown", "closed"), [(OLD, NEW), (NEW, OLD)])
async def test_cancelled_after_the_station_took_it_the_next_login_decides(
    hall: Hall, shown: str, closed: str
) -> None:
    await hears(hall, await sends(hall), Taken.ACCEPTED)
    await hall.stations.handovers.cancel(KEY, (await handover(hall)).id)
    assert (await now(hall)).handover is None
    assert await is_let_in(hall, shown) is True
    assert await is_let_in(hall, closed) is False


async def test_one_of_a_removed_station_ends(hall: Hall) -> None:
    begun = await planned(hall, deadline_seconds=600)
    await hall.stations.register.remove(KEY)
    hall.clock.turn(600)
    await hall.stations.handovers.expire()
    ended = await hall.stations.handovers.one(KEY, begun.handover.id)
    assert ended is not None
    assert ended.state is HandoverState.CANCELLED


async def test_one_of_a_removed_station_does_not_reach_the_next_of_its_name(hall: Hall) -> None:
    begun = await planned(hall, deadline_seconds=600)
    await hall.stations.register.remove(KEY)
    await hall.connect(await hall.add(security_profile=1, password=OLD))
    assert await hall.stations.handovers.due(9) == []
    hall.clock.turn(600)
    await hall.stations.handovers.expire()
    ended = await hall.stations.handovers.one(KEY, begun.handover.id)
    assert ended is not None
    assert ended.state is HandoverState.CANCELLED


async def test_one_that_cannot_be_sent_is_tried_again_after_a_minute(hall: Hall) -> None:
    begun = await planned(hall)
    await hall.connect(await now(hall))
    assert await hall.stations.handovers.due(9) == [begun.handover]
    assert await hall.stations.handovers.claim(begun.handover) is not None
    hall.clock.turn(1)
    await hall.stations.handovers.put_back(begun.handover, "it refuses this every time")
    assert await hall.stations.handovers.due(9) == []
    hall.clock.turn(61)
    await hall.stations.fleet.beat()
    assert [each.id for each in await hall.stations.handovers.due(9)] == [begun.handover.id]


async def test_other_stations_and_operators_do_not_see_it(hall: Hall) -> None:
    begun = await planned(hall)
    for key in (StationKey("other", "CP1"), StationKey("default", "CP2")):
        assert await hall.stations.handovers.one(key, begun.handover.id) is None
        unknown = await hall.stations.handovers.cancel(key, begun.handover.id)
        assert isinstance(unknown, Problem)
        assert unknown.kind is ProblemKind.UNKNOWN
