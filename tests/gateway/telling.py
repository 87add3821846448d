"""Stations that answer about their variables, and what the store then holds."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from laddnav.gateway.control import Control
from laddnav.kernel.keys import StationKey
from laddnav.stations.control import ConfigurationRead
from laddnav.stations.model.variables import Inventory, InventoryStatus, Variable, VariableFilter
from laddnav.stations.rules.variables import text_of
from tests.gateway.hub import Charger, Hub
from tests.waiting import until

V2 = ("ocpp2.0.1", "ocpp2.1")
NOON = "2026-11-20T12:00:00Z"
Json = dict[str, Any]


async def called(charger: Charger, version: str) -> tuple[str, str, Json]:
    """The next call: id, action, payload."""
    kind, message_id, action, payload = await charger.hear()
    assert kind == 2
    return message_id, action, payload


async def answered(charger: Charger, version: str, answer: Json) -> tuple[str, Json]:
    """Answer the next call, and return it."""
    message_id, action, payload = await called(charger, version)
    await charger.tell(3, message_id, answer)
    return action, payload


async def variables(running: Hub, key: StationKey) -> dict[str, Variable]:
    page = await running.rooms.stations.variables.list_variables(key, VariableFilter(), limit=1000)
    return {text_of(each.name): each for each in page.items}


async def inventory(running: Hub, key: StationKey) -> Inventory:
    found = await running.rooms.stations.inventories.inventory(key)
    assert found is not None
    return found


def reported(component: str, variable: str, value: str) -> Json:
    return {
        "component": {"name": component},
        "variable": {"name": variable},
        "variableAttribute": [{"value": value, "mutability": "ReadOnly"}],
        "variableCharacteristics": {"dataType": "string", "supportsMonitoring": False},
    }


def part(request_id: int, seq_no: int, *data: Json, more: bool = False) -> Json:
    return {
        "requestId": request_id, "generatedAt": NOON, "seqNo": seq_no, "tbc": more,
        "reportData": list(data),
    }  # fmt: skip


async def soon(running: Hub, key: StationKey, status: InventoryStatus) -> Inventory:
    """The inventory once it has this status."""

    async def has_it() -> bool:
        return (await inventory(running, key)).status is status

    await until(has_it)
    return await inventory(running, key)


def begin(work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
    return asyncio.create_task(work)


async def told(
    charger: Charger, control: Control, key: StationKey, version: str, **limit: str
) -> None:
    """Let a station tell one of its limits."""
    ((variable, text),) = limit.items()
    instance, value = text.split()
    name = f"DeviceDataCtrlr.{variable}[{instance}]"
    reading = begin(control.get_configuration(key, [name]))
    message_id, _, payload = await called(charger, version)
    (entry,) = payload["getVariableData"]
    result = {**entry, "attributeStatus": "Accepted", "attributeValue": value}
    await charger.tell(3, message_id, {"getVariableResult": [result]})
    assert isinstance(await reading, ConfigurationRead)


async def read_back(charger: Charger, version: str) -> int:
    """Answer a GetVariables: everything is 1; return how much was asked for."""
    message_id, _, payload = await called(charger, version)
    asked = payload["getVariableData"]
    results = [{**each, "attributeStatus": "Accepted", "attributeValue": "1"} for each in asked]
    await charger.tell(3, message_id, {"getVariableResult": results})
    return len(asked)


async def write_back(charger: Charger, version: str, status: str = "Accepted") -> int:
    """Answer a SetVariables in another order than it was asked; return how much that was."""
    message_id, _, payload = await called(charger, version)
    asked = payload["setVariableData"]
    results = [
        {name: value for name, value in each.items() if name != "attributeValue"}
        | {"attributeStatus": status}
        for each in reversed(asked)
    ]
    await charger.tell(3, message_id, {"setVariableResult": results})
    return len(asked)
