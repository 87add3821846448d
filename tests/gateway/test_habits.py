"""What is asked of a station at the beginning of each of its links."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from laddnav.stations.model import StationSettings
from tests.gateway.hub import Charger, Hub, hub

NOON = "2026-11-20T12:00:00Z"
BOOT = {"reason": "PowerUp", "chargingStation": {"vendorName": "V", "model": "M"}}
STATUS = {"timestamp": NOON, "connectorStatus": "Available", "evseId": 2, "connectorId": 1}


@pytest.fixture
async def running(sqlite_url: str) -> AsyncIterator[Hub]:
    async with hub(sqlite_url) as opened:
        await opened.add(settings=StationSettings(triggers_at_connect=1, settle_seconds=0))
        yield opened


async def asked(charger: Charger) -> Any:
    """Return what the next command is, whatever else comes before it; accept it."""
    while (frame := await charger.hear())[0] != 2:
        pass
    await charger.tell(3, frame[1], {"status": "Accepted"})
    return frame[2:]


@pytest.mark.ocpp("F06.FR.13")
@pytest.mark.parametrize("version", ["ocpp2.0.1", "ocpp2.1"])
async def test_a_status_is_asked_for_at_each_connector_that_is_known(
    running: Hub, version: str
) -> None:
    def status(evse: int) -> list[Any]:
        place = {"id": evse, "connectorId": 1}
        return ["TriggerMessage", {"requestedMessage": "StatusNotification", "evse": place}]

    async with running.charger(version=version) as charger:
        await charger.tell(2, "boot", "BootNotification", BOOT)
        assert await asked(charger) == status(1)
        await charger.tell(2, "status", "StatusNotification", STATUS)
        while (await charger.hear())[1] != "status":
            pass
    async with running.charger(version=version) as charger:
        assert await asked(charger) == status(2)
