"""A station's connection, on real rooms and a real database."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.gateway.doubles import until
from tests.gateway.hub import Hub, hub

NOW = "2026-11-20T12:00:00Z"
STATUS = {"connectorId": 1, "errorCode": "NoError", "status": "Available", "timestamp": NOW}
BOOT = {"chargePointVendor": "Vendor", "chargePointModel": "Model"}
START = {"connectorId": 1, "idTag": "TAG", "meterStart": 100, "timestamp": NOW}


@pytest.fixture
async def running(sqlite_url: str) -> AsyncIterator[Hub]:
    async with hub(sqlite_url) as opened:
        await opened.add()
        yield opened


async def test_a_station_that_was_admitted_is_heard_from_its_first_frame(running: Hub) -> None:
    async with running.charger() as charger:
        answer = await charger.ask("Heartbeat", {})
        assert answer[0] == 3
        assert answer[2]["currentTime"].endswith("Z")
        assert (await charger.ask("StatusNotification", STATUS))[2] == {}
        assert (await charger.ask("BootNotification", BOOT))[2]["status"] == "Accepted"


async def test_an_answer_follows_its_commit(running: Hub) -> None:
    async with running.charger() as charger:
        await charger.ask("Heartbeat", {})
        running.database.gate.clear()
        await charger.tell(2, "a", "StatusNotification", STATUS)
        await charger.tell(2, "b", "Heartbeat", {})
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await charger.hear()
        running.database.gate.set()
        assert [(await charger.hear())[1], (await charger.hear())[1]] == ["a", "b"]
