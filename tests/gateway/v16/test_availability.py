"""StatusNotification and Heartbeat in OCPP 1.6."""

from datetime import UTC, datetime
from typing import Any

import pytest

from laddnav.kernel.keys import ConnectorRef
from laddnav.sessions.model import OrphanReason, OrphanTold
from laddnav.stations.model import (
    WHOLE_STATION,
    Connector,
    StationSettings,
    Status,
    TimelineKind,
)
from tests.gateway.office import NOON, Office

FIRST = ConnectorRef(1, 1)
START = {"connectorId": 1, "idTag": "CARD1", "meterStart": 0, "timestamp": "2026-11-20T12:00:00Z"}


def status(word: str, connector: int = 1, **told: Any) -> dict[str, Any]:
    return {"connectorId": connector, "status": word, "errorCode": "NoError", **told}


def connector(office: Office, ref: ConnectorRef = FIRST) -> Connector:
    return office.live.connectors[ref]


async def test_a_heartbeat_is_answered_with_the_time(office: Office) -> None:
    assert await office.say("Heartbeat", {}, after=1.25) == {
        "currentTime": "2026-11-20T12:00:01.250Z"
    }


async def test_a_heartbeat_costs_the_database_nothing(office: Office) -> None:
    await office.say("Heartbeat", {})
    assert office.answers[-1].write is None


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("Available", Status.AVAILABLE),
        ("Preparing", Status.OCCUPIED),
        ("Charging", Status.OCCUPIED),
        ("SuspendedEVSE", Status.OCCUPIED),
        ("SuspendedEV", Status.OCCUPIED),
        ("Finishing", Status.OCCUPIED),
        ("Reserved", Status.RESERVED),
        ("Unavailable", Status.UNAVAILABLE),
        ("Faulted", Status.FAULTED),
    ],
)
async def test_every_status_is_taken(office: Office, word: str, meaning: Status) -> None:
    assert await office.say("StatusNotification", status(word)) == {}
    assert (connector(office).status, connector(office).wire_status) == (meaning, word)


async def test_a_connector_is_an_evse_of_its_own_unless_the_operator_groups_them(
    lobby: Office,
) -> None:
    await lobby.connect(settings=StationSettings(connector_grouping=((1, 2),)))
    for number in (0, 1, 2, 3):
        await lobby.say("StatusNotification", status("Available", number))
    assert set(lobby.live.connectors) == {WHOLE_STATION, FIRST, (1, 2), (2, 1)}


async def test_a_fault_is_kept_with_its_codes(office: Office) -> None:
    told: dict[str, Any] = {
        "errorCode": "GroundFailure",
        "info": "RCD tripped",
        "vendorId": "acme",
        "vendorErrorCode": "E-17",
    }
    await office.say("StatusNotification", status("Faulted", **told))
    kept = connector(office)
    assert (kept.error_code, kept.vendor_error_code) == ("GroundFailure", "E-17")
    assert (kept.info, kept.vendor_id) == ("RCD tripped", "acme")
    kinds = {line.kind for line in await office.timeline()}
    assert kinds == {TimelineKind.CONNECTION, TimelineKind.FAULT, TimelineKind.STATUS}


async def test_a_fault_on_the_whole_station_is_on_the_whole_station(office: Office) -> None:
    """Alfen reports OtherError on connector 0 (lbbrhzn#337)."""
    told: dict[str, Any] = {"errorCode": "OtherError", "vendorErrorCode": "0x0204"}
    await office.say("StatusNotification", status("Faulted", 0, **told))
    assert connector(office, WHOLE_STATION).vendor_error_code == "0x0204"


async def test_an_error_code_that_nobody_knows_is_kept(office: Office) -> None:
    """Legrand sends "Error" (lbbrhzn#1248)."""
    await office.say("StatusNotification", status("Faulted", errorCode="Error"))
    assert connector(office).error_code == "Error"


async def test_a_status_without_timestamp_is_of_now(office: Office) -> None:
    await office.say("StatusNotification", status("Available"))
    assert (connector(office).at, connector(office).stamped_at) == (NOON, None)


async def test_a_timestamp_that_is_none_is_no_timestamp(office: Office) -> None:
    await office.say("StatusNotification", status("Available", timestamp="soon"))
    assert (connector(office).at, connector(office).stamped_at) == (NOON, None)


async def test_the_time_of_an_unset_clock_is_kept_but_not_believed(office: Office) -> None:
    """MicroOcpp#311."""
    await office.say("StatusNotification", status("Available", timestamp="1970-01-01T00:00:00Z"))
    assert connector(office).at == NOON
    assert connector(office).stamped_at == datetime(1970, 1, 1, tzinfo=UTC)


async def test_a_repeated_status_writes_nothing(office: Office) -> None:
    await office.say("StatusNotification", status("Available"))
    await office.say("StatusNotification", status("Available"), after=60)
    assert office.answers[-1].write is None


async def test_a_status_shows_how_far_the_stations_clock_is_ahead(office: Office) -> None:
    await office.say("StatusNotification", status("Available", timestamp="2026-11-20T12:00:42Z"))
    assert office.live.clock_skew_ms == 42_000


async def test_an_available_connector_ends_a_session_that_nobody_ended(office: Office) -> None:
    """Hager never stops (OCPP.Core#55)."""
    await office.admit("CARD1")
    await office.say("StatusNotification", status("Charging"))
    await office.say("StartTransaction", START, after=1)
    await office.say("StatusNotification", status("Available"), after=600)
    office.clock.time = NOON.replace(hour=13)
    assert await office.rooms.sessions.close_orphans() == 1
    closed = (await office.story())[-1]
    assert isinstance(closed, OrphanTold)
    assert closed.reason is OrphanReason.FREED


async def test_a_connector_that_is_in_use_after_all_keeps_its_session(office: Office) -> None:
    await office.admit("CARD1")
    await office.say("StatusNotification", status("Charging"))
    await office.say("StartTransaction", START, after=1)
    await office.say("StatusNotification", status("Available"), after=600)
    await office.say("StatusNotification", status("Charging"), after=5)
    office.clock.time = NOON.replace(hour=13)
    assert await office.rooms.sessions.close_orphans() == 0
