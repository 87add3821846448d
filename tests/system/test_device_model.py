"""The device model, from a server that surveys: stations that tell all, and those that do not."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from laddnav.ocpp.action import Version
from laddnav.simulator.station import SimulatedStation
from tests.official import Overheard
from tests.system.rough import Rough, rough
from tests.system.server import ApiClient, LaddnavServer

pytestmark = pytest.mark.system

HEARTBEAT = {Version.V16: "HeartbeatInterval"}
HEARTBEAT_2 = "OCPPCommCtrlr.HeartbeatInterval"


@pytest.fixture
async def surveying(sqlite_url: str, tmp_path: Path) -> AsyncIterator[LaddnavServer]:
    """A server that asks stations soon after they connect, and is not patient."""
    async with LaddnavServer(
        sqlite_url, tmp_path, survey_seconds="0.2", call_seconds="1"
    ) as running:
        yield running


async def inventory(api: ApiClient, identity: str, *wanted: str) -> dict[str, Any]:
    """The station's inventory once it has one of these statuses."""
    page = await api.until(
        f"stations/{identity}/variables",
        lambda page: (page["inventory"] or {}).get("status") in wanted,
    )
    found: dict[str, Any] = page["inventory"]
    return found


async def test_stations_of_all_versions_are_read_written_and_shown(
    surveying: LaddnavServer,
) -> None:
    async with await surveying.client() as api, AsyncExitStack() as stack:
        for version in Version:
            await api.post("stations", {"identity": version.value, "security_profile": 0})
            station = SimulatedStation(
                version.value,
                surveying.ocpp,
                version,
                listener=Overheard(version, vouches=True).hear,
            )
            stack.push_async_callback(station.close)
            life = asyncio.create_task(station.run())
            stack.callback(life.cancel)
        await asyncio.gather(*(read_written_and_shown(api, version) for version in Version))
        await by_command_line(surveying)


async def read_written_and_shown(api: ApiClient, version: Version) -> None:
    identity, heartbeat = version.value, HEARTBEAT.get(version, HEARTBEAT_2)
    complete = await inventory(api, identity, "complete")
    items = await api.items(f"stations/{identity}/variables", limit=50)
    assert len(items) == complete["variables"] > 30
    known = {item["name"]: item for item in items}
    assert (known[heartbeat]["mutability"], known[heartbeat]["value"]) == ("ReadWrite", "300")
    assert not [item for item in items if "assword" in item["name"] and item["value"]]
    # written by a command, then by a raw call
    path = f"stations/{identity}/commands"
    done = await api.post(f"{path}/set-configuration", {"values": {heartbeat: "600"}})
    assert done["results"][heartbeat]["status"] == "accepted"
    assert (await shown(api, identity, "HeartbeatInterval"))["value"] == "600"
    await api.call(identity, *raw_write(version, "700"))
    assert (await shown(api, identity, "HeartbeatInterval"))["value"] == "700"
    names = [item["name"] for item in items]
    read = await api.post(f"{path}/get-configuration", {"names": names})
    assert len(read["variables"]) == len(names)  # more than one message can hold
    again = await api.post(f"stations/{identity}/variables/refresh", {})
    assert again["status"] == "accepted"
    later = await api.until(
        f"stations/{identity}/variables",
        lambda page: (
            page["inventory"]["asked_at"] > complete["asked_at"]
            and page["inventory"]["status"] == "complete"
        ),
    )
    assert later["inventory"]["variables"] == len(items)
    assert (await shown(api, identity, "HeartbeatInterval"))["source"] in {"report", "read"}


async def shown(api: ApiClient, identity: str, variable: str) -> dict[str, Any]:
    (item,) = await api.items(f"stations/{identity}/variables", variable=variable)
    return item


def raw_write(version: Version, value: str) -> tuple[str, dict[str, Any]]:
    if version is Version.V16:
        return "ChangeConfiguration", {"key": "HeartbeatInterval", "value": value}
    entry = {
        "component": {"name": "OCPPCommCtrlr"},
        "variable": {"name": "HeartbeatInterval"},
        "attributeValue": value,
    }
    return "SetVariables", {"setVariableData": [entry]}


async def by_command_line(server: LaddnavServer) -> None:
    refreshed = json.loads(await server.command("station", "refresh", "2.0.1", "--json"))
    assert refreshed["status"] == "complete"
    listed = json.loads(
        await server.command("station", "variables", "2.0.1", "--component", "EVSE", "--json")
    )
    assert {item["component"] for item in listed} == {"EVSE"}
    table = await server.command("station", "variables", "1.6", "--limit", "500")
    assert "HeartbeatInterval" in table


BOOT_2 = {"reason": "PowerUp", "chargingStation": {"model": "M", "vendorName": "V"}}
BOOT_16 = {"chargePointModel": "M", "chargePointVendor": "V"}
Behaviour = Callable[[Rough, Any], Coroutine[Any, Any, None]]


async def refuses(station: Rough, call: Any) -> None:
    station.tell(3, call[1], {"status": "Rejected"})


async def answers_an_error(station: Rough, call: Any) -> None:
    station.tell(4, call[1], "InternalError", "no", {})


async def is_silent(_station: Rough, _call: Any) -> None:
    """Nothing is answered."""


async def tells_half(station: Rough, call: Any) -> None:
    station.tell(3, call[1], {"status": "Accepted"})
    entry = {
        "component": {"name": "A"},
        "variable": {"name": "X"},
        "variableAttribute": [{"value": "1"}],
        "variableCharacteristics": {"dataType": "string", "supportsMonitoring": False},
    }
    report = {
        "requestId": call[3]["requestId"], "generatedAt": "2026-11-20T12:00:00Z", "seqNo": 0,
        "tbc": True, "reportData": [entry],
    }  # fmt: skip
    await station.ask("NotifyReport", report, "n")


class Case(NamedTuple):
    """A station that does not tell all, and what is known of it while it is still connected."""

    version: str
    behaviour: Behaviour
    status: str

    @property
    def identity(self) -> str:
        return f"{self.version}-{self.behaviour.__name__}"


CASES = (
    Case("1.6", answers_an_error, "failed"),
    Case("1.6", is_silent, "failed"),
    Case("2.1", refuses, "refused"),
    Case("2.1", answers_an_error, "failed"),
    Case("2.1", is_silent, "asked"),
    Case("2.0.1", tells_half, "asked"),
)


async def test_stations_that_do_not_tell_are_left_alone_and_harm_nobody(
    surveying: LaddnavServer,
) -> None:
    async with await surveying.client() as api:
        await asyncio.gather(*(does_not_tell(surveying, api, case) for case in CASES))
        assert (await api.get("stations"))["items"]
    assert '"level":"error"' not in surveying.log.replace(" ", "")


async def does_not_tell(server: LaddnavServer, api: ApiClient, case: Case) -> None:
    await api.post("stations", {"identity": case.identity, "security_profile": 0})
    is_old = case.version == "1.6"
    async with rough(server.ocpp, case.identity, case.version) as station:
        await station.ask("BootNotification", BOOT_16 if is_old else BOOT_2)
        call = await station.hear()
        assert call[2] == ("GetConfiguration" if is_old else "GetBaseReport")
        await case.behaviour(station, call)
        found = await inventory(api, case.identity, case.status)
        assert found["attempts"] == (0 if case.status == "refused" else 1)
        await station.ask("Heartbeat", {}, "h")  # and no second call came before
    items = await api.items(f"stations/{case.identity}/variables")
    assert [item["name"] for item in items] == (["A.X"] if case.behaviour is tells_half else [])
