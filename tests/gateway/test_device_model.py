"""The device model over a link: asked for, reported part by part, kept true by events."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from laddnav.gateway.control import Control
from laddnav.kernel.keys import StationKey
from laddnav.stations.control import (
    Answered,
    CallFailed,
    Commanded,
    CommandStatus,
    ConfigurationWritten,
    NotConnected,
    NotPossible,
    ReportBase,
)
from laddnav.stations.model import Registration
from laddnav.stations.model.variables import InventoryStatus
from laddnav.stations.service.inventories import Inventories
from laddnav.storage.errors import StorageUnavailable
from tests.gateway.hub import Hub, hub
from tests.gateway.telling import (
    NOON,
    V2,
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


@pytest.fixture
async def running(sqlite_url: str) -> AsyncIterator[Hub]:
    async with hub(sqlite_url, call_seconds=5.0) as opened:
        await opened.add()
        yield opened


@pytest.fixture
def control(running: Hub) -> Control:
    return Control(running.links.registry)


# ---- reports ------------------------------------------------------------------------------


@pytest.mark.ocpp("B07.FR.01")
@pytest.mark.parametrize("version", V2)
async def test_a_refresh_fills_the_store_by_a_report(
    running: Hub, control: Control, version: str
) -> None:
    async with running.charger(version=version) as charger:
        key = await running.settled(charger)
        asking = begin(control.refresh(key))
        action, asked = await answered(charger, version, {"status": "Accepted"})
        assert (action, asked["reportBase"]) == ("GetBaseReport", "FullInventory")
        assert (await asking).status is CommandStatus.ACCEPTED
        number = asked["requestId"]
        first = part(number, 0, reported("A", "X", "1"), more=True)
        assert await charger.ask("NotifyReport", first) == [3, "2", {}]
        assert (await inventory(running, key)).status is InventoryStatus.ASKED
        await charger.ask("NotifyReport", part(number, 1, reported("A", "Y", "2")))
        found = await soon(running, key, InventoryStatus.COMPLETE)
        assert (found.variables, found.make[3]) == (2, version.removeprefix("ocpp"))
        known = await variables(running, key)
        assert {name: each.value for name, each in known.items()} == {"A.X": "1", "A.Y": "2"}
        again = begin(control.get_base_report(key, ReportBase.FULL))
        _, later = await answered(charger, version, {"status": "Accepted"})
        assert later["requestId"] > number
        await again


@pytest.mark.parametrize("version", V2)
async def test_a_report_may_come_before_the_answer_that_accepts_it_and_be_asked_raw(
    running: Hub, control: Control, version: str
) -> None:
    async with running.charger(version=version) as charger:
        key = await running.settled(charger)
        payload = b'{"requestId": 77, "reportBase": "FullInventory"}'
        asking = begin(control.call(key, "GetBaseReport", payload))
        message_id, _, _ = await called(charger, version)
        await charger.ask("NotifyReport", part(77, 0, reported("A", "X", "1")))
        await charger.tell(3, message_id, {"status": "Accepted"})
        assert isinstance(await asking, Answered)
        await soon(running, key, InventoryStatus.COMPLETE)
        assert set(await variables(running, key)) == {"A.X"}


@pytest.mark.parametrize("status", ["Rejected", "NotSupported", "EmptyResultSet"])
@pytest.mark.ocpp("B07")
async def test_a_refusal_is_remembered_and_deletes_nothing(
    running: Hub, control: Control, status: str
) -> None:
    async with running.charger(version="ocpp2.0.1") as charger:
        key = await running.settled(charger)
        asking = begin(control.refresh(key))
        _, asked = await answered(charger, "ocpp2.0.1", {"status": status})
        assert (await asking).wire_status == status
        found = await inventory(running, key)
        assert (found.status, found.detail) == (InventoryStatus.REFUSED, status)
        late = part(asked["requestId"], 0, reported("A", "X", "1"))
        assert (await charger.ask("NotifyReport", late))[2] == {}
        assert await variables(running, key) == {}


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("NotImplemented", InventoryStatus.REFUSED),
        ("NotSupported", InventoryStatus.REFUSED),
        ("InternalError", InventoryStatus.FAILED),
    ],
)
@pytest.mark.parametrize("version", ["ocpp1.6", "ocpp2.1"])
async def test_an_error_ends_a_refresh(
    running: Hub, control: Control, version: str, code: str, status: InventoryStatus
) -> None:
    async with running.charger(version=version) as charger:
        key = await running.settled(charger)
        asking = begin(control.refresh(key))
        message_id, _, _ = await called(charger, version)
        await charger.tell(4, message_id, code, "", {})
        assert isinstance(await asking, CallFailed)
        found = await inventory(running, key)
        assert (found.status, found.detail, found.attempts) == (
            status, code, 0 if status is InventoryStatus.REFUSED else 1,
        )  # fmt: skip


@pytest.mark.ocpp("B07")
async def test_a_report_that_stops_in_the_middle_is_incomplete_and_deletes_nothing(
    running: Hub, control: Control
) -> None:
    stations = running.rooms.stations
    stations.inventories = Inventories(
        running.database, running.rooms.clock, stations.fleet.live, seconds=0.1  # type: ignore[arg-type]  # the hub's database forwards what it does not know
    )  # fmt: skip
    async with running.charger(version="ocpp2.0.1") as charger:
        key = await running.settled(charger)
        for _ in range(2):
            asking = begin(control.refresh(key))
            _, asked = await answered(charger, "ocpp2.0.1", {"status": "Accepted"})
            await asking
            data = part(asked["requestId"], 0, reported("A", "X", "1"), more=True)
            await charger.ask("NotifyReport", data)
    await stations.inventories.settled(key)
    found = await soon(running, key, InventoryStatus.INCOMPLETE)
    assert found.attempts == 2
    assert set(await variables(running, key)) == {"A.X"}
    await stations.inventories.close()


@pytest.mark.ocpp("B07")
async def test_a_report_goes_on_over_the_next_link(running: Hub, control: Control) -> None:
    async with running.charger(version="ocpp2.0.1") as charger:
        key = await running.settled(charger)
        asking = begin(control.refresh(key))
        _, asked = await answered(charger, "ocpp2.0.1", {"status": "Accepted"})
        await asking
        number = asked["requestId"]
        await charger.ask("NotifyReport", part(number, 0, reported("A", "X", "1"), more=True))
    async with running.charger(version="ocpp2.0.1") as charger:
        await charger.ask("NotifyReport", part(number, 1, reported("A", "Y", "1")))
        await soon(running, key, InventoryStatus.COMPLETE)
    assert set(await variables(running, key)) == {"A.X", "A.Y"}


async def test_a_station_that_leaves_unasked_was_not_read(running: Hub, control: Control) -> None:
    async with running.charger() as charger:
        key = await running.settled(charger)
        asking = begin(control.refresh(key))
        await called(charger, "ocpp1.6")
    assert await asking == NotConnected()
    found = await inventory(running, key)
    assert (found.status, found.detail) == (InventoryStatus.FAILED, "NotConnected")


async def test_a_long_report_leaves_the_loop_to_others(running: Hub, control: Control) -> None:
    async with running.charger(version="ocpp2.0.1") as charger:
        key = await running.settled(charger)
        asking = begin(control.refresh(key))
        _, asked = await answered(charger, "ocpp2.0.1", {"status": "Accepted"})
        await asking
        data = [reported("Component", f"Variable{number}", "x" * 700) for number in range(1000)]
        message = json.dumps([2, "long", "NotifyReport", part(asked["requestId"], 0, *data)])
        assert 900_000 < len(message) < 1024 * 1024
        turns = 0

        async def count() -> None:
            nonlocal turns
            while True:
                await asyncio.sleep(0)
                turns += 1

        counting = begin(count())
        before = len(running.database.commits)
        await charger.socket.send(message)
        assert (await charger.hear())[:2] == [3, "long"]
        counting.cancel()
        assert len(running.database.commits) - before >= 10
        assert turns > 10
        found = await soon(running, key, InventoryStatus.COMPLETE)
        assert found.variables == 1000


# ---- before acceptance --------------------------------------------------------------------


@pytest.mark.ocpp("B02.FR.01")
@pytest.mark.ocpp("B02.FR.09")
@pytest.mark.parametrize("version", V2)
@pytest.mark.ocpp("B02.FR.05")
async def test_a_pending_station_is_read_and_configured_but_not_used(
    running: Hub, control: Control, version: str
) -> None:
    await running.add("CP2", registration=Registration.PENDING)
    boot = {
        "reason": "PowerUp", "chargingStation": {"model": "M", "vendorName": "V"},
    }  # fmt: skip
    async with running.charger("CP2", version=version) as charger:
        assert (await charger.ask("BootNotification", boot))[2]["status"] == "Pending"
        key = StationKey("default", "CP2")
        live = running.rooms.stations.live(key)
        assert live is not None
        live.commands_from = 0.0
        asking = begin(control.refresh(key))
        _, asked = await answered(charger, version, {"status": "Accepted"})
        await asking
        data = part(asked["requestId"], 0, reported("A", "X", "1"))
        assert (await charger.ask("NotifyReport", data))[0] == 3
        status = {"timestamp": NOON, "connectorStatus": "Available", "evseId": 1, "connectorId": 1}
        assert (await charger.ask("StatusNotification", status))[2] == "SecurityError"
        writing = begin(control.set_configuration(key, {"A.X": "2"}))
        await write_back(charger, version)
        assert isinstance(await writing, ConfigurationWritten)
        stopping = await control.stop(key, transaction_id="T")
        assert isinstance(stopping, NotPossible)
        assert (await variables(running, key))["A.X"].value == "2"


@pytest.mark.ocpp("B03.FR.03")
@pytest.mark.parametrize("version", ["ocpp1.6", *V2])
async def test_a_rejected_station_is_sent_nothing(
    running: Hub, control: Control, version: str
) -> None:
    await running.add("CP2", registration=Registration.REJECTED)
    async with running.charger("CP2", version=version) as charger:
        await charger.ask("Heartbeat", {})
        key = StationKey("default", "CP2")
        for result in (
            await control.refresh(key),
            await control.get_configuration(key, ["A.X"]),
            await control.set_configuration(key, {"A.X": "1"}),
        ):
            assert isinstance(result, NotPossible)
        assert await running.rooms.stations.inventories.inventory(key) is None
        assert (await charger.ask("Heartbeat", {}))[1] == "2"


# ---- what stations tell of themselves -----------------------------------------------------


@pytest.mark.parametrize("version", V2)
async def test_an_event_keeps_a_value_true(running: Hub, version: str) -> None:
    event = {
        "eventId": 1, "timestamp": NOON, "trigger": "Delta", "actualValue": "17",
        "eventNotificationType": "CustomMonitor",
        "component": {"name": "Fan", "evse": {"id": 1}}, "variable": {"name": "FanSpeed"},
    }  # fmt: skip
    async with running.charger(version=version) as charger:
        key = await running.settled(charger)
        body = {"generatedAt": NOON, "seqNo": 0, "eventData": [event]}
        assert await charger.ask("NotifyEvent", body) == [3, "2", {}]
        assert (await variables(running, key))["Fan@1.FanSpeed"].value == "17"


async def test_a_heartbeat_interval_that_was_set_is_reckoned_with(
    running: Hub, control: Control
) -> None:
    async with running.charger() as charger:
        key = await running.settled(charger)
        writing = begin(control.set_configuration(key, {"HeartbeatInterval": "7200"}))
        await answered(charger, "ocpp1.6", {"status": "Accepted"})
        assert isinstance(await writing, ConfigurationWritten)
        link = running.link()
        assert link is not None
        promised = link._pulse._heartbeat  # noqa: SLF001 - it would show after hours only
        assert promised == 7200


async def test_a_database_that_is_away_costs_no_answer(running: Hub, control: Control) -> None:
    async with running.charger() as charger:
        key = await running.settled(charger)
        calling = begin(control.set_configuration(key, {"X": "1"}))
        message_id, _, _ = await called(charger, "ocpp1.6")

        def fail(_: object) -> None:
            raise StorageUnavailable

        running.database.on_commit = fail
        await charger.tell(3, message_id, {"status": "Accepted"})
        written = await calling
        assert isinstance(written, ConfigurationWritten)
        assert written.results["X"] == Commanded(
            status=CommandStatus.ACCEPTED, wire_status="Accepted"
        )
        running.database.on_commit = lambda _: None
        assert "X" not in await variables(running, key)
