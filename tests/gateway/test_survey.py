"""When stations are asked for their device models, and when they are left alone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from laddnav.gateway.control import Control
from laddnav.gateway.survey import Survey
from laddnav.kernel.keys import StationKey
from laddnav.stations.model import Registration
from laddnav.stations.model.variables import InventoryStatus
from tests.gateway.hub import Charger, Hub, hub
from tests.gateway.telling import (
    NOON,
    answered,
    begin,
    called,
    inventory,
    part,
    reported,
    soon,
    variables,
    write_back,
)
from tests.waiting import until

KEY = StationKey("default", "CP1")


@pytest.fixture
async def running(sqlite_url: str) -> AsyncIterator[Hub]:
    async with hub(sqlite_url, call_seconds=5.0) as opened:
        await opened.add()
        yield opened


@asynccontextmanager
async def surveyed(running: Hub, after_seconds: float = 0.05) -> AsyncIterator[Survey]:
    stations = running.rooms.stations
    control = Control(running.links.registry)
    survey = Survey(control, stations, running.rooms.clock, after_seconds=after_seconds)
    stations.fleet.on_connected.append(survey.consider)
    stations.on_booted.append(survey.consider)
    stations.on_outdated.append(survey.consider)
    await survey.start()
    yield survey
    await survey.close()


async def boot(charger: Charger, firmware: str = "1") -> None:
    told = {"chargePointVendor": "V", "chargePointModel": "M", "firmwareVersion": firmware}
    await charger.ask("BootNotification", told)


async def boot2(charger: Charger, reason: str = "PowerUp") -> None:
    told = {"reason": reason, "chargingStation": {"vendorName": "V", "model": "M"}}
    await charger.ask("BootNotification", told)


def hurry(running: Hub) -> None:
    live = running.rooms.stations.live(KEY)
    assert live is not None
    live.commands_from = 0.0


async def looked(survey: Survey) -> None:
    """Wait until a survey has looked at all stations that it was told of."""
    await until(lambda: survey.is_quiet)


async def quiet(running: Hub, charger: Charger, survey: Survey) -> None:
    """Wait until the survey has looked at the station, and see that it was not called."""
    await looked(survey)
    assert (await charger.ask("Heartbeat", {}))[0] == 3


async def told_all(running: Hub, charger: Charger) -> None:
    """Answer the one question that comes."""
    keys: list[dict[str, Any]] = [{"key": "A", "readonly": False, "value": "1"}]
    assert await answered(charger, "ocpp1.6", {"configurationKey": keys}) == (
        "GetConfiguration", {},
    )  # fmt: skip
    await soon(running, KEY, InventoryStatus.COMPLETE)


@pytest.mark.ocpp("B07.FR.14")
async def test_a_station_is_asked_once_after_its_first_boot_and_again_with_new_firmware(
    running: Hub,
) -> None:
    async with surveyed(running) as survey, running.charger() as charger:
        await boot(charger)
        hurry(running)
        await told_all(running, charger)
        await boot(charger)
        await quiet(running, charger, survey)
        await boot(charger, firmware="2")
        hurry(running)
        await told_all(running, charger)
    assert set(await variables(running, KEY)) == {"A"}


@pytest.mark.ocpp("B07.FR.14")
async def test_a_station_that_somebody_else_configured_is_asked_again(running: Hub) -> None:
    async def tell(charger: Charger, date: str) -> None:
        event = {
            "eventId": 1, "timestamp": NOON, "trigger": "Delta", "actualValue": date,
            "eventNotificationType": "HardWiredNotification",
            "component": {"name": "OCPPCommCtrlr"},
            "variable": {"name": "ExternalConfigChangeDate"},
        }  # fmt: skip
        body = {"generatedAt": NOON, "seqNo": 0, "eventData": [event]}
        assert (await charger.ask("NotifyEvent", body))[0] == 3

    async def tells_all(charger: Charger) -> None:
        action, payload = await answered(charger, "ocpp2.1", {"status": "Accepted"})
        assert action == "GetBaseReport"
        data = part(payload["requestId"], 0, reported("A", "X", "1"))
        assert (await charger.ask("NotifyReport", data))[0] == 3
        await soon(running, KEY, InventoryStatus.COMPLETE)

    async with surveyed(running) as survey, running.charger(version="ocpp2.1") as charger:
        await boot2(charger)
        hurry(running)
        await tells_all(charger)
        for _ in range(2):
            await tell(charger, "2026-11-20T10:00:00Z")
            await quiet(running, charger, survey)
        await tell(charger, "2026-11-20T11:00:00Z")
        await tells_all(charger)


async def test_a_station_that_never_booted_or_is_rejected_is_left_alone(running: Hub) -> None:
    await running.add("CP2", registration=Registration.REJECTED)
    async with surveyed(running) as survey:
        async with running.charger() as charger:
            await charger.ask("Heartbeat", {})
            await quiet(running, charger, survey)
        async with running.charger("CP2") as charger:
            await boot(charger)
            await looked(survey)
            await boot(charger)
    assert await running.rooms.stations.inventories.inventory(KEY) is None


async def test_a_survey_that_is_switched_off_asks_nobody(running: Hub) -> None:
    async with surveyed(running, 0.0) as survey, running.charger() as charger:
        await boot(charger)
        await quiet(running, charger, survey)


@pytest.mark.ocpp("B07")
async def test_a_station_that_refuses_is_left_alone_over_its_next_connections(
    running: Hub,
) -> None:
    async with surveyed(running) as survey:
        async with running.charger() as charger:
            await boot(charger)
            hurry(running)
            message_id, _, _ = await called(charger, "ocpp1.6")
            await charger.tell(4, message_id, "NotSupported", "", {})
            await soon(running, KEY, InventoryStatus.REFUSED)
        async with running.charger() as charger:
            await boot(charger)
            await quiet(running, charger, survey)


async def test_a_station_that_leaves_whenever_it_is_asked_is_asked_three_times(
    running: Hub,
) -> None:
    async with surveyed(running) as survey:
        for attempt in (1, 2, 3):
            async with running.charger() as charger:
                await boot(charger)
                hurry(running)
                await called(charger, "ocpp1.6")
            await soon(running, KEY, InventoryStatus.FAILED)
            assert (await inventory(running, KEY)).attempts == attempt
        async with running.charger() as charger:
            await boot(charger)
            await quiet(running, charger, survey)


@pytest.mark.ocpp("B05")
async def test_what_needed_a_restart_is_read_again_after_it(running: Hub) -> None:
    control = Control(running.links.registry)
    async with surveyed(running, 0.05) as survey, running.charger(version="ocpp2.0.1") as charger:
        await boot2(charger)
        hurry(running)
        await answered(charger, "ocpp2.0.1", {"status": "NotSupported"})
        writing = begin(control.set_configuration(KEY, {"A.X": "2"}))
        await write_back(charger, "ocpp2.0.1", "RebootRequired")
        await writing
        await boot2(charger, "Triggered")  # which is no restart
        await quiet(running, charger, survey)
        known = (await variables(running, KEY))["A.X"]
        assert known.write is not None
        assert known.write.needs_reboot
        await boot2(charger, "RemoteReset")
        hurry(running)
        _, asked = await answered(
            charger, "ocpp2.0.1",
            {
                "getVariableResult": [
                    {
                        "component": {"name": "A"}, "variable": {"name": "X"},
                        "attributeStatus": "Accepted", "attributeValue": "2",
                    }
                ]
            },
        )  # fmt: skip
        assert len(asked["getVariableData"]) == 1
        await quiet(running, charger, survey)
        known = (await variables(running, KEY))["A.X"]
        assert known.write is not None
        assert (known.value, known.write.needs_reboot) == ("2", False)


async def test_a_station_is_looked_at_once_however_often_it_comes(running: Hub) -> None:
    async with surveyed(running, 3600) as survey:
        for _ in range(3):
            async with running.charger() as charger:
                await boot(charger)
        assert len(survey._waiting) == 1  # noqa: SLF001 - what is due in an hour shows nowhere else
