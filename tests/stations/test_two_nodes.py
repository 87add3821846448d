"""A station that moves between two nodes: each shows it as the one that holds it does."""

import pytest

from laddnav.kernel.keys import ConnectorRef
from laddnav.stations.live import LiveStation
from laddnav.stations.model import Station, StationFilter, StatusReported
from tests.stations.hall import KEY, START, Hall

PLUG = ConnectorRef(1, 1)
CHARGING = StatusReported(ref=PLUG, status="Charging", at=START, error_code="NoError")


@pytest.fixture
async def elsewhere(hall: Hall) -> Hall:
    """Another node on the same database."""
    other = Hall(hall.database, hall.clock)
    other.stations.fleet.host = "elsewhere"
    return await other.open()


async def leave(hall: Hall, live: LiveStation) -> None:
    await hall.store(hall.stations.fleet.disconnected(live, "link-1", "closed"))


async def holders(*halls: Hall) -> set[str | None]:
    return {await hall.stations.views.holder(KEY) for hall in halls}


async def test_both_nodes_know_who_holds_a_station(hall: Hall, elsewhere: Hall) -> None:
    station = await hall.add()
    assert await holders(hall, elsewhere) == {None}
    live = await hall.connect(station)
    assert await holders(hall, elsewhere) == {hall.stations.fleet.node}
    await leave(hall, live)
    assert await holders(hall, elsewhere) == {None}


async def test_a_station_that_left_this_node_for_another_is_shown_as_it_is_there(
    hall: Hall, elsewhere: Hall
) -> None:
    station = await hall.add()
    await leave(hall, await hall.connect(station))
    live = await elsewhere.connect(station, "link-2")
    await elsewhere.store(elsewhere.stations.record_status(live, CHARGING, START).write)
    assert await holders(hall, elsewhere) == {elsewhere.stations.fleet.node}
    page = await hall.stations.views.stations(KEY.operator, StationFilter(connected=True))
    assert [(view.connected, len(view.connectors)) for view in page.items] == [(True, 1)]


async def test_a_station_that_left_for_good_is_shown_from_memory(
    hall: Hall, elsewhere: Hall
) -> None:
    station = await hall.add()
    live = await hall.connect(station)
    hall.stations.fleet.disconnected(live, "link-1", "not stored yet")
    view = await hall.stations.views.station(KEY)
    assert view is not None
    assert (view.connected, view.life.close_reason) == (False, "not stored yet")


async def test_who_takes_a_station_over_learns_from_whom(hall: Hall, elsewhere: Hall) -> None:
    taken: list[tuple[int, str]] = []
    for each in (hall, elsewhere):
        each.stations.fleet.on_taken_over.append(
            lambda live, former: taken.append((live.epoch, former))
        )
    station = await hall.add()
    live = await hall.connect(station)
    assert taken == []
    await elsewhere.connect(station, "link-2")
    assert taken == [(live.epoch + 1, hall.stations.fleet.node)]


async def test_who_finds_a_station_that_was_left_takes_it_from_nobody(
    hall: Hall, elsewhere: Hall
) -> None:
    taken: list[Station] = []
    elsewhere.stations.fleet.on_taken_over.append(lambda live, _: taken.append(live.station))
    station = await hall.add()
    await leave(hall, await hall.connect(station))
    await elsewhere.connect(station, "link-2")
    assert taken == []
