"""A station's connection, on real rooms and a real database."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from laddnav.stations.model import (
    Registration,
    StationChange,
    StationSettings,
)
from tests.gateway.hub import Hub, hub
from tests.waiting import until

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


async def test_a_station_that_pipelines_is_answered_in_its_order(running: Hub) -> None:
    async with running.charger() as charger:
        await charger.ask("Heartbeat", {})
        running.database.gate.clear()
        for number in range(100):
            action = "Heartbeat" if number % 2 else "StartTransaction"
            payload = {} if number % 2 else {**START, "meterStart": number}
            await charger.tell(2, str(number), action, payload)
        await until(lambda: running.violations().get("queue_full"))
        running.database.gate.set()
        assert [(await charger.hear())[1] for _ in range(100)] == [str(n) for n in range(100)]


async def test_a_station_that_sends_much_is_braked_before_it_fills_the_memory(
    running: Hub,
) -> None:
    async with running.charger() as charger:
        await charger.ask("Heartbeat", {})
        running.database.gate.clear()
        await charger.tell(2, "a", "StatusNotification", STATUS)
        for number in range(3):
            await charger.tell(2, str(number), "Heartbeat", {"padding": "x" * 600_000})
        await until(lambda: running.violations().get("queue_full"))
        running.database.gate.set()
        assert [(await charger.hear())[1] for _ in range(4)] == ["a", "0", "1", "2"]


async def test_pings_are_answered_while_a_commit_waits(running: Hub) -> None:
    async with running.charger() as charger:
        await charger.ask("Heartbeat", {})
        running.database.gate.clear()
        await charger.tell(2, "a", "StatusNotification", STATUS)
        async with asyncio.timeout(5):
            await (await charger.socket.ping())
        running.database.gate.set()


@pytest.mark.ocpp("B02.FR.09")
@pytest.mark.ocpp("B01.FR.10")
@pytest.mark.ocpp("B02.FR.06")
async def test_a_pending_station_is_told_so_and_then_refused(running: Hub) -> None:
    await running.add("CP2", registration=Registration.PENDING)
    async with running.charger("CP2") as charger:
        assert (await charger.ask("Heartbeat", {}))[0] == 3
        assert (await charger.ask("BootNotification", BOOT))[2]["status"] == "Pending"
        assert (await charger.ask("Heartbeat", {}))[2] == "SecurityError"
        refused = await charger.ask("StartTransaction", START)
        assert refused[:3] == [4, refused[1], "SecurityError"]
        assert running.evidence() == ["not_registered"]


@pytest.mark.ocpp("B03.FR.07")
async def test_a_refused_station_stays_refused_over_reconnects_until_it_is_accepted(
    running: Hub,
) -> None:
    key = await running.add("CP2", registration=Registration.PENDING)
    async with running.charger("CP2") as charger:
        await charger.ask("BootNotification", BOOT)
    async with running.charger("CP2") as charger:
        assert (await charger.ask("Heartbeat", {}))[2] == "SecurityError"
        change = StationChange(registration=Registration.ACCEPTED)
        await running.rooms.stations.register.change(key, change)
        assert (await charger.ask("Heartbeat", {}))[0] == 3


@pytest.mark.parametrize(
    ("frame", "answer"),
    [
        ('[2,"1","Heartbeat",{}', [4, "1", "FormationViolation"]),
        ('[2,"1","Nonsense",{}]', [4, "1", "NotImplemented"]),
        ('[2,"1","RemoteStartTransaction",{"idTag":"T"}]', [4, "1", "NotSupported"]),
        ('[2,"1","StatusNotification",{"connectorId":[]}]', [4, "1", "TypeConstraintViolation"]),
    ],
)
async def test_malformed_messages_get_the_error_of_their_version(
    running: Hub, frame: str, answer: list[object]
) -> None:
    async with running.charger() as charger:
        await charger.socket.send(frame)
        heard = await charger.hear()
        assert heard[:2] == answer[:2]
        assert str(heard[2]).startswith(str(answer[2]))
        assert (await charger.ask("Heartbeat", {}))[0] == 3


async def test_a_leading_comma_is_forgiven(running: Hub) -> None:
    frame = (
        '[2,"1","MeterValues",{"connectorId":1,"meterValue":[,{"timestamp":"' + NOW + '",'
        '"sampledValue":[,{"value":"1"}]}]}]'
    )
    async with running.charger() as charger:
        await charger.socket.send(frame)
        assert await charger.hear() == [3, "1", {}]
        assert running.violations()["no_json"] == 1


async def test_nothing_is_forgiven_to_a_station_in_strict_mode(running: Hub) -> None:
    await running.add("CP2", settings=StationSettings(strict=True))
    async with running.charger("CP2") as charger:
        refused = await charger.ask("StartTransaction", {**START, "meterStart": "100"})
        assert refused[2] == "TypeConstraintViolation"


async def test_octets_that_are_no_utf8_are_forgiven_and_counted(running: Hub) -> None:
    async with running.charger() as charger:
        frame = b'[2,"1","DataTransfer",{"vendorId":"Stra\xdfe"}]'
        await charger.socket.send(frame, text=True)
        assert (await charger.hear())[0] == 3
        assert running.violations()["no_utf8"] == 1


async def test_what_is_mended_is_counted(running: Hub) -> None:
    async with running.charger() as charger:
        await charger.ask("StatusNotification", {**STATUS, "errorCode": "Error"})
        counts = running.violations()
        assert counts == {"unknown_word $.errorCode": 1}
