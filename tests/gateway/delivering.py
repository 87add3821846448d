"""What brings passwords and profiles to the stations of a hub."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from websockets.exceptions import InvalidStatus

from laddnav.gateway.control import Control
from laddnav.kernel.keys import DEFAULT_OPERATOR, StationKey
from laddnav.stations.model import SecurityProfile
from laddnav.stations.model.handover import Begun, Handover, NewHandover, Terms
from laddnav.stations.service.deliveries import Deliveries
from laddnav.stations.service.ports import StationCertificates
from laddnav.stations.service.preparations import Preparations
from tests.gateway.hub import Charger, Hub
from tests.waiting import until

KEY = StationKey(DEFAULT_OPERATOR, "CP1")
OLD = "secret-password"
VERSIONS = ("ocpp1.6", "ocpp2.0.1", "ocpp2.1")
SENDS = {"ChangeConfiguration", "SetVariables", "SetNetworkProfile", "GetVariables", "Reset"}


def preparing(running: Hub, certificates: StationCertificates) -> Preparations:
    """See to what stations need, without patience."""
    return Preparations(
        running.rooms.stations.handovers,
        certificates,
        control=Control(running.links.registry),
        clock=running.rooms.clock,
        wait_seconds=0.6,
    )


@asynccontextmanager
async def delivering(running: Hub, certificates: StationCertificates) -> AsyncIterator[Deliveries]:
    """Bring what is due, without patience."""
    stations = running.rooms.stations
    made = Deliveries(
        stations.handovers,
        control=Control(running.links.registry),
        views=stations.views,
        variables=stations.variables,
        preparations=preparing(running, certificates),
        patience_seconds=0,
    )
    yield made
    await made.close()


async def planned(running: Hub, profile: int | None = None, **terms: Any) -> Handover:
    """Plan a handover whose certificates need no check."""
    new = NewHandover(
        profile=None if profile is None else SecurityProfile(profile), terms=Terms(**terms)
    )
    begun = await running.rooms.stations.handovers.plan(KEY, new)
    assert isinstance(begun, Begun), begun
    return begun.handover


async def now(running: Hub, handover: Handover) -> Handover:
    found = await running.rooms.stations.handovers.one(KEY, handover.id)
    assert found is not None
    return found


def steps(handover: Handover) -> list[str]:
    return [step.name for step in handover.steps]


def answer_to(action: str, payload: dict[str, Any], word: str) -> dict[str, Any]:
    """How a station of any version answers a call with this word."""
    if action == "GetVariables":
        told = {"NetworkConfigurationPriority": "1", "ActiveNetworkProfile": "1"}
        return {
            "getVariableResult": [
                {**each, "attributeStatus": "Accepted",
                 "attributeValue": told[each["variable"]["name"]]}
                for each in payload["getVariableData"]
            ]
        }  # fmt: skip
    if action == "SetVariables":
        places = [
            {name: each[name] for name in ("component", "variable")}
            for each in payload["setVariableData"]
        ]
        return {"setVariableResult": [{"attributeStatus": word, **place} for place in places]}
    return {"status": word}


def password_in(payload: dict[str, Any]) -> str:
    if "value" in payload:
        return str(payload["value"])
    if "setVariableData" in payload:
        return str(payload["setVariableData"][0]["attributeValue"])
    return str(payload["connectionData"]["basicAuthPassword"])


class Told(list[tuple[str, dict[str, Any]]]):
    """The calls that a station was sent."""

    def actions(self) -> list[str]:
        return [action for action, _ in self]

    def password(self) -> str:
        return password_in(next(p for a, p in self if a not in {"GetVariables", "Reset"}))


async def obey(charger: Charger, words: dict[str, str], told: Told) -> None:
    """Answer every call; "vanish" breaks the link, "silence" says nothing, "error" a CALLERROR."""
    while True:
        call = await charger.hear()
        action, payload = call[2], call[3]
        assert action in SENDS
        told.append((action, payload))
        word = words.get(action, "Accepted")
        if action == "SetVariables" and "Priority" in str(payload):
            word = words.get("Priority", "Accepted")
        if word == "vanish":
            charger.socket.transport.abort()
            return
        if word == "error":
            await charger.tell(4, call[1], "InternalError", "", {})
        elif word != "silence":
            await charger.tell(3, call[1], answer_to(action, payload, word))


@asynccontextmanager
async def obedient(
    running: Hub, version: str, words: dict[str, str], password: str | None = OLD
) -> AsyncIterator[Told]:
    async with running.charger(version=version, password=password) as charger:
        await running.settled(charger)
        told = Told()
        task = asyncio.create_task(obey(charger, words, told))
        yield told
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await until(lambda: running.link() is None)


async def delivered(deliveries: Deliveries) -> None:
    await deliveries.work()
    await deliveries.rested()


async def comes_in(running: Hub, version: str, password: str | None) -> bool:
    try:
        async with running.charger(version=version, password=password) as charger:
            await charger.ask("Heartbeat", {})
    except InvalidStatus:
        return False
    await until(lambda: running.link() is None)
    return True
