"""A fleet with a life of its own, and what a server may rely on while it lives."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime

import msgspec

from laddnav.ocpp.action import Version
from laddnav.simulator.fleet import FleetPlan, roster, run_fleet
from laddnav.simulator.view import FleetSnapshot, FleetView
from tests.simulator.csms import Csms, Heard


def is_end(heard: Heard) -> bool:
    return heard.action == "StopTransaction" or heard.payload.get("eventType") == "Ended"


def lively(csms: Csms) -> FleetPlan:
    """Return a fleet in which an hour passes in a second and a half."""
    return FleetPlan(
        url=csms.url,
        stations=9,
        speed=2_400,
        ramp_s=0.05,
        arrival_s=300,
        stay_s=2_400,
        fault_s=3_600,
        fault_length_s=120,
        outage_s=3_600,
        outage_length_s=120,
        sample_s=300,
    )


@asynccontextmanager
async def running(plan: FleetPlan) -> AsyncIterator[FleetView]:
    """Run a fleet; all its stations are gone afterwards."""
    view = FleetView()
    fleet = asyncio.create_task(run_fleet(plan, view=view))
    try:
        await asyncio.sleep(0)
        yield view
    finally:
        fleet.cancel()
        with suppress(asyncio.CancelledError):
            await fleet


async def until(view: FleetView, holds: Callable[[FleetSnapshot], bool]) -> None:
    """Wait until a snapshot of the fleet is as it should be."""
    while not holds(view.snapshot()):  # noqa: ASYNC110  (a fleet is looked at, it tells nobody)
        await asyncio.sleep(0.01)


async def test_a_fleet_of_all_versions_charges_fails_and_comes_back(csms: Csms) -> None:
    async with running(lively(csms)) as view:
        await until(view, lambda now: now.accepted == 9)
        await until(view, lambda now: now.transactions >= 30)
        snapshot = view.snapshot()
        stations = list(view.stations)
    assert {heard.version for heard in csms.heard} == set(Version)
    assert snapshot.energy_wh > 0
    assert snapshot.sent > 100
    assert snapshot.received > 100
    ended = sum(map(is_end, csms.heard))
    stops = [entry for station in stations for _, entry in station.ledger.acknowledged("stop")]
    assert 0 < len(stops) <= ended
    await csms.changes.until(lambda: not csms.connected)


async def test_what_the_ledger_holds_as_acknowledged_was_heard_with_the_same_register(
    csms: Csms,
) -> None:
    plan = msgspec.structs.replace(lively(csms), versions=(Version.V16,), fault_s=0)
    async with running(plan) as view:
        await until(view, lambda now: now.transactions >= 20)
        stations = list(view.stations)
    heard = {
        (
            each.identity,
            datetime.fromisoformat(each.payload["timestamp"]),
            each.payload["meterStop"],
        )
        for each in csms.heard
        if each.action == "StopTransaction"
    }
    told = {
        (station.identity, _as_written(entry.at), int(entry.meter_wh or 0))
        for station in stations
        for _, entry in station.ledger.acknowledged("stop")
    }
    assert told
    assert told <= heard


def _as_written(at: datetime) -> datetime:
    """Return a time as it goes over the wire: in milliseconds."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


async def test_a_storm_breaks_every_link_and_every_station_comes_back(csms: Csms) -> None:
    plan = msgspec.structs.replace(
        lively(csms), storm_s=0.2, flapping=0.5, flap_s=0.5, outage_s=0, fault_s=0, arrival_s=1e9
    )
    async with running(plan) as view:
        await until(view, lambda now: now.accepted == 9)
        for station in view.stations:
            station.settings.back_off_s = station.settings.back_off_random_s = 0.01
        await csms.changes.until(lambda: len(csms.credentials) >= 40)
        await until(view, lambda now: now.accepted == 9)
    assert csms.actions().count("BootNotification") == 9


async def test_the_same_seed_gives_the_same_fleet() -> None:
    plan = FleetPlan(url="ws://127.0.0.1:1/ocpp", stations=40)
    assert roster(plan) == roster(plan)
    other = roster(msgspec.structs.replace(plan, seed="another"))
    assert [member.plan for member in other] != [member.plan for member in roster(plan)]
    assert [member.version for member in roster(plan)][:4] == [
        Version.V16,
        Version.V201,
        Version.V21,
        Version.V16,
    ]


async def test_a_fleet_without_a_server_keeps_trying(csms: Csms) -> None:
    csms.refuses_with = 503
    plan = msgspec.structs.replace(lively(csms), passwords=lambda identity: f"secret {identity}")
    async with running(plan) as view:
        await until(view, lambda now: now.failed_connects >= 3)
        row = view.rows()[0]
    assert (row.connected, row.accepted) == (False, False)
    assert row.connectors[0].status in {"Available", "Preparing", "Charging"}
    assert all(credential is not None for credential in csms.credentials)
