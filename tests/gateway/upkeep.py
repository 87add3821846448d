"""The room of upkeep behind a gateway, and a station on its other side that does as it is told."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

from msgspec.structs import replace

from laddnav.gateway.control import Control
from laddnav.kernel.keys import DEFAULT_OPERATOR, StationKey
from laddnav.maintenance.model.correction import AT_BOOT, Correction
from laddnav.maintenance.model.standing import Standing, State
from laddnav.maintenance.model.template import NewTemplate, Scope, Template, Wish
from laddnav.maintenance.service import Maintenance
from laddnav.maintenance.service.fitting import Fitting
from tests.gateway.hub import Charger, Hub

KEY = StationKey(DEFAULT_OPERATOR, "CP1")
V16 = "ocpp1.6"
VERSIONS = (V16, "ocpp2.0.1", "ocpp2.1")
BROKEN = ("silence", "vanish", "error")


def name(key: str, version: str) -> str:
    return key if version == V16 else f"Ctrlr.{key}"


class Station:
    """A station that has keys A to D, all "0", and answers as it is told to.

    Attributes:
        values: What its keys hold.
        words: By key how it answers when it is told a value ("Accepted"); "silence" and "error"
            are no words, and "vanish" ends the link.
        reading: The same of being asked for values.
        told: What it was told: keys and values.
        calls: What it was sent.
    """

    def __init__(self, version: str) -> None:
        self.version = version
        self.values = dict.fromkeys("ABCD", "0")
        self.words: dict[str, str] = {}
        self.reading = ""
        self.told: list[tuple[str, str]] = []
        self.calls: list[str] = []

    async def boot(self, charger: Charger, firmware: str = "1") -> str:
        """Boot, and return the answer; calls that come first are answered."""
        if self.version == V16:
            told: dict[str, Any] = {
                "chargePointVendor": "Acme", "chargePointModel": "M", "firmwareVersion": firmware,
            }  # fmt: skip
        else:
            made = {"vendorName": "Acme", "model": "M", "firmwareVersion": firmware}
            told = {"reason": "PowerUp", "chargingStation": made}
        answer = await charger.ask("BootNotification", told)
        status: str = answer[2]["status"]
        return status

    async def obey(self, charger: Charger, *, over: Callable[[], bool]) -> None:
        """Answer calls until the condition holds."""
        while not over():
            try:
                call = await asyncio.wait_for(charger.hear(), 0.05)
            except TimeoutError:
                continue
            if not await self.answer(charger, call):
                return

    async def answer(self, charger: Charger, call: list[Any]) -> bool:
        """Answer a call; False: the link is over."""
        _, number, action, payload = call
        self.calls.append(action)
        word = self._word(action, payload)
        match word:
            case "silence":
                return True
            case "vanish":
                await charger.socket.close()
                return False
            case "error":
                await charger.tell(4, number, "InternalError", "no", {})
            case "unheard of":
                await charger.tell(4, number, "NotImplemented", "", {})
            case _:
                await charger.tell(3, number, self._answer(action, payload))
        return True

    def _word(self, action: str, payload: dict[str, Any]) -> str:
        if action in {"GetConfiguration", "GetVariables"}:
            return self.reading
        words = [self.words.get(key, "") for key, _ in _writes(payload)]
        return next((word for word in words if word in BROKEN), words[0] if len(words) == 1 else "")

    def _answer(self, action: str, payload: dict[str, Any]) -> dict[str, Any]:
        if action == "GetConfiguration":
            keys = payload["key"]
            known = [key for key in keys if key in self.values]
            return {
                "configurationKey": [
                    {"key": key, "readonly": False, "value": self.values[key]} for key in known
                ],
                "unknownKey": [key for key in keys if key not in known],
            }
        if action == "GetVariables":
            return {"getVariableResult": [self._read(each) for each in payload["getVariableData"]]}
        if action == "ChangeConfiguration":
            return {"status": self._write(payload["key"], payload["value"])}
        if action == "SetVariables":
            return {
                "setVariableResult": [
                    {
                        "attributeStatus": self._write(key, value),
                        "component": {"name": "Ctrlr"},
                        "variable": {"name": key},
                    }
                    for key, value in _writes(payload)
                ]
            }
        return {"status": "Accepted"}

    def _read(self, asked: dict[str, Any]) -> dict[str, Any]:
        value = self.values.get(asked["variable"]["name"])
        if value is None:
            return {**asked, "attributeStatus": "UnknownVariable"}
        return {**asked, "attributeStatus": "Accepted", "attributeValue": value}

    def _write(self, key: str, value: str) -> str:
        self.told.append((key, value))
        word = self.words.get(key, "Accepted")
        if word == "Accepted":
            self.values[key] = value
        return word


def _writes(payload: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if "setVariableData" in payload:
        for each in payload["setVariableData"]:
            yield each["variable"]["name"], each["attributeValue"]
    elif "value" in payload:
        yield payload["key"], payload["value"]


class Upkeep:
    """The room of upkeep behind a gateway."""

    def __init__(self, running: Hub, version: str) -> None:
        rooms = running.rooms
        self.running = running
        self.version = version
        self.station = Station(version)
        self.charging = False
        self.room = Maintenance(rooms.database, rooms.clock, rooms.stations, after_seconds=0)
        self.fitting = self.fitted()

    def fitted(self) -> Fitting:
        return self.room.fitting(Control(self.running.links.registry), self._is_charging)

    async def _is_charging(self, _: StationKey) -> bool:
        return self.charging

    async def template(self, *, before: bool = False, title: str = "T", **values: str) -> Template:
        wishes = tuple(Wish(name=name(key, self.version), value=v) for key, v in values.items())
        new = NewTemplate(name=title, scope=Scope(), wishes=wishes, before_acceptance=before)
        added = await self.room.templates.add(DEFAULT_OPERATOR, new)
        assert isinstance(added, Template), added
        return added

    async def begun(self, correction_id: str = AT_BOOT) -> Correction:
        found = await self.room.corrections.one(KEY, correction_id)
        assert found is not None
        return found

    async def hurry(self, correction_id: str = AT_BOOT) -> None:
        """Let a correction's turn come at once."""
        before = await self.begun(correction_id)
        now = self.running.rooms.clock.now()
        assert await self.room.corrections.store(
            before, replace(before, next_at=now, version=before.version + 1)
        )

    async def work(self, charger: Charger) -> None:
        """Carry out what is due, the station answering, until nothing is under way."""
        live = self.running.rooms.stations.live(KEY)
        assert live is not None
        live.commands_from = 0.0
        await self.fitting.work()
        resting = asyncio.create_task(self.fitting.rested())
        await self.station.obey(charger, over=resting.done)
        await resting

    async def standing(self, key: str) -> Standing:
        drift = await self.room.drift.station(KEY)
        assert drift is not None
        return next(e for e in drift.standings if e.wanted.name == name(key, self.version))

    async def states(self) -> dict[str, State]:
        drift = await self.room.drift.station(KEY)
        assert drift is not None
        return {each.wanted.name[-1]: each.state for each in drift.standings}

    @asynccontextmanager
    async def charger(self) -> AsyncIterator[Charger]:
        async with self.running.charger(version=self.version) as opened:
            yield opened
