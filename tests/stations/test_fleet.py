"""Owning stations: claimed, connected, left, read again; one node, and two."""

import asyncio
from datetime import timedelta

import pytest

from laddnav.kernel.keys import ConnectorRef, StationKey
from laddnav.stations.model import (
    ConnectorView,
    Registration,
    Station,
    StationChange,
    StationView,
    StatusReported,
    TimelineEntry,
)
from laddnav.storage.errors import Fenced
from tests.stations.hall import KEY, START, Hall, link

PLUG = ConnectorRef(1, 1)
CHARGING = StatusReported(ref=PLUG, status="Charging", at=START, error_code="NoError")


async def shown(hall: Hall) -> StationView:
    view = await hall.stations.views.station(KEY)
    assert view is not None
    return view


async def history(hall: Hall) -> list[TimelineEntry]:
    """The timeline, oldest first."""
    page = await hall.stations.views.timeline(KEY)
    return list(reversed(page.items))


async def told(hall: Hall) -> list[str]:
    return [line.value for line in await history(hall)]


async def test_a_connected_station_is_shown_with_what_it_says(hall: Hall) -> None:
    live = await hall.connect(await hall.add())
    await hall.store(hall.stations.record_status(live, CHARGING, START).write)
    view = await shown(hall)
    assert (view.connected, view.life.ocpp_version, view.life.address) == (True, "1.6", "192.0.2.7")
    assert view.connectors == (
        ConnectorView(connector=live.connectors[PLUG], stale=False, fault=None),
    )
    assert await told(hall) == ["connected", "occupied"]


async def test_what_an_absent_station_said_is_stale(hall: Hall) -> None:
    live = await hall.connect(await hall.add())
    await hall.store(hall.stations.record_status(live, CHARGING, START).write)
    hall.clock.turn(1)
    await hall.store(hall.stations.fleet.disconnected(live, "link-1", "closed by the station"))
    view = await shown(hall)
    assert (view.connected, view.connectors[0].stale) == (False, True)
    assert (await history(hall))[-1].info == "closed by the station"


async def test_the_close_of_an_old_link_does_not_disturb_the_new_one(hall: Hall) -> None:
    station = await hall.add()
    live = await hall.connect(station, "link-1")
    assert await hall.connect(station, "link-2") is live
    assert hall.stations.fleet.disconnected(live, "link-1", "replaced") is None
    assert (await shown(hall)).connected
    assert live.connection == link("link-2")


async def test_a_flapping_station_is_not_read_again(hall: Hall) -> None:
    station = await hall.add()
    live = await hall.connect(station)
    await hall.store(hall.stations.fleet.disconnected(live, "link-1", "closed"))
    hall.clock.turn(59)
    hall.stations.fleet.tick()
    assert await hall.stations.fleet.claim(station) is live


async def test_a_station_gone_for_a_minute_is_forgotten(hall: Hall) -> None:
    station = await hall.add()
    forgotten: list[StationKey] = []
    hall.stations.fleet.on_forgotten.append(forgotten.append)
    live = await hall.connect(station)
    await hall.store(hall.stations.fleet.disconnected(live, "link-1", "closed"))
    hall.clock.turn(61)
    hall.stations.fleet.tick()
    assert forgotten == [KEY]
    assert hall.stations.live(KEY) is None
    again = await hall.stations.fleet.claim(station)
    assert (again.epoch, again.life.close_reason) == (live.epoch + 1, "closed")


async def test_a_station_that_came_back_is_not_forgotten(hall: Hall) -> None:
    station = await hall.add()
    live = await hall.connect(station)
    await hall.store(hall.stations.fleet.disconnected(live, "link-1", "closed"))
    hall.clock.turn(30)
    await hall.connect(station, "link-2")
    hall.clock.turn(600)
    hall.stations.fleet.tick()
    assert hall.stations.live(KEY) is live


async def test_a_claim_that_no_link_followed_is_forgotten(hall: Hall) -> None:
    await hall.stations.fleet.claim(await hall.add())
    hall.clock.turn(61)
    hall.stations.fleet.tick()
    assert hall.stations.live(KEY) is None


async def test_state_survives_a_restart(hall: Hall) -> None:
    station = await hall.add()
    live = await hall.connect(station)
    await hall.store(hall.stations.record_status(live, CHARGING, START).write)
    again = await hall.restarted()
    reread = await again.connect(station, "link-2")
    assert reread.connectors == live.connectors
    assert again.stations.record_status(reread, CHARGING, START).write is None


async def test_after_a_kill_nobody_is_shown_as_connected(hall: Hall) -> None:
    await hall.connect(await hall.add())
    again = await hall.restarted()
    view = await shown(again)
    assert (view.connected, view.life.node) == (False, hall.stations.fleet.node)


async def test_a_connection_that_a_kill_ended_gets_its_end_when_last_heard(hall: Hall) -> None:
    station = await hall.add()
    live = await hall.connect(station)
    hall.clock.turn(100)
    hall.stations.fleet.heard(live, hall.clock.now())
    hall.stations.fleet.tick()
    hall.clock.turn(500)
    again = await hall.restarted()
    await again.connect(station, "link-2")
    lines = await history(again)
    assert [line.value for line in lines] == ["connected", "lost", "connected"]
    assert START <= lines[1].at <= START + timedelta(seconds=100)


async def test_a_node_that_beats_no_more_has_no_links(hall: Hall) -> None:
    station = await hall.add()
    elsewhere = Hall(hall.database, hall.clock)
    elsewhere.stations.fleet.host = "there"
    await elsewhere.open()
    await elsewhere.connect(station)
    assert (await shown(hall)).connected
    hall.clock.turn(14)
    assert (await shown(hall)).connected
    hall.clock.turn(2)
    assert not (await shown(hall)).connected
    await elsewhere.stations.fleet.beat()
    assert (await shown(hall)).connected


async def test_the_older_owners_writes_never_land(hall: Hall) -> None:
    station = await hall.add()
    ours = await hall.connect(station)
    there = Hall(hall.database, hall.clock)
    await there.connect(station)
    with pytest.raises(Fenced):
        await hall.store(hall.stations.record_status(ours, CHARGING, START).write)
    assert (await shown(there)).connectors == ()


async def test_state_in_doubt_is_read_again_with_what_the_link_knows(hall: Hall) -> None:
    station = await hall.add()
    live = await hall.stations.fleet.claim(station)
    hall.stations.fleet.connected(live, link())  # its commit failed
    hall.stations.record_status(live, CHARGING, START)  # and so did this one
    owed = await hall.stations.fleet.reload(live)
    assert live.connectors == {}
    await hall.store(owed + (hall.stations.record_status(live, CHARGING, START).write or owed))
    again = await hall.restarted()
    view = await shown(again)
    assert (view.life.node, len(view.connectors)) == (hall.stations.fleet.node, 1)


async def test_two_links_at_once_share_one_state(hall: Hall) -> None:
    station = await hall.add()
    claim = hall.stations.fleet.claim
    first, second = await asyncio.gather(claim(station), claim(station))
    assert first is second


async def test_a_link_that_gave_up_does_not_keep_another_from_the_state(hall: Hall) -> None:
    station = await hall.add()
    first = asyncio.create_task(hall.stations.fleet.claim(station))
    await asyncio.sleep(0)
    second = asyncio.create_task(hall.stations.fleet.claim(station))
    await asyncio.sleep(0)
    first.cancel()
    assert (await second).key == KEY
    assert first.cancelled()


async def test_a_change_by_the_operator_reaches_the_connected_station(hall: Hall) -> None:
    live = await hall.connect(await hall.add(registration=Registration.PENDING))
    changed = await hall.stations.register.change(
        KEY, StationChange(registration=Registration.ACCEPTED)
    )
    assert isinstance(changed, Station)
    assert live.registration is Registration.ACCEPTED
    assert "accepted" in await told(hall)


async def test_the_end_of_a_link_is_stored_when_the_database_is_back(hall: Hall) -> None:
    live = await hall.connect(await hall.add())
    write = hall.stations.fleet.disconnected(live, "link-1", "closed")
    assert write is not None
    hall.stations.fleet.owe(live, write)
    await hall.stations.fleet.pay()
    assert sorted(await told(hall)) == ["connected", "disconnected"]  # perhaps of one moment
