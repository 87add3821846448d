"""A station that is given certificates, and does as it is told, but for what a test says."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from laddnav.pki.model.certificate import HashAlgorithm, Purpose
from laddnav.pki.rules import reading
from tests.gateway.hub import Charger, Hub
from tests.pki.making import ORGANIZATION, authority, csr
from tests.waiting import until

ROOT: Final = authority(Purpose.SERVER).root
TRIGGERS: Final = {"TriggerMessage", "ExtendedTriggerMessage"}
_INSTALLED: Final = ("InstallCertificate", "Accepted")


class Box:
    """A station that does as it is told, but for some actions.

    Attributes:
        words: What it answers otherwise: a status, "error", "silence" or "vanish".
        told: The actions that it was asked, in order.
        requests: What it asks once it is triggered; none: nothing.
    """

    def __init__(self, charger: Charger, version: str, words: dict[str, str]) -> None:
        self.charger = charger
        self.version = version
        self.words = words
        self.told: list[str] = []
        self.requests = [csr("CP1", ORGANIZATION)]
        self.has_root = False

    async def live(self) -> None:
        while True:
            frame = await self.charger.hear()
            if frame[0] == 2:
                await self.answer(frame[1], frame[2], frame[3])

    async def answer(self, number: str, action: str, payload: dict[str, Any]) -> None:
        self.told.append(action)
        word = self.words.get(action)
        if word == "vanish":
            self.charger.socket.transport.abort()
        elif word == "error":
            await self.charger.tell(4, number, "InternalError", "", {})
        elif word != "silence":
            await self.charger.tell(3, number, self.said(action, payload, word or "Accepted"))
            if action in TRIGGERS and word is None and self.requests:
                request = {"csr": self.requests.pop(0)}
                await self.charger.tell(2, f"sign {number}", "SignCertificate", request)

    def said(self, action: str, payload: dict[str, Any], word: str) -> dict[str, Any]:
        match action:
            case "GetInstalledCertificateIds":
                return self.held(payload)
            case "GetVariables":
                told = {
                    "NetworkConfigurationPriority": "1", "ActiveNetworkProfile": "1",
                    "OrganizationName": "Others",
                }  # fmt: skip
                return {
                    "getVariableResult": [
                        {**each, "attributeStatus": "Accepted",
                         "attributeValue": told[each["variable"]["name"]]}
                        for each in payload["getVariableData"]
                    ]
                }  # fmt: skip
            case "SetVariables":
                (asked,) = payload["setVariableData"]
                place = {name: asked[name] for name in ("component", "variable")}
                return {"setVariableResult": [{"attributeStatus": word, **place}]}
            case "GetConfiguration":
                shown = [{"key": "CpoName", "readonly": False, "value": "Others"}]
                return {"configurationKey": shown}
            case _:
                self.has_root = self.has_root or (action, word) == _INSTALLED
                return {"status": word}

    def held(self, payload: dict[str, Any]) -> dict[str, Any]:
        if (
            not self.has_root
            or payload.get("certificateType", "C") == "ManufacturerRootCertificate"
        ):
            return {"status": "NotFound"}
        (root,) = reading.load(ROOT)
        name = reading.hash_of(root, root, HashAlgorithm.SHA512)
        data = {
            "hashAlgorithm": "SHA512", "issuerNameHash": name.issuer_name_hash.upper(),
            "issuerKeyHash": name.issuer_key_hash.upper(), "serialNumber": name.serial_number,
        }  # fmt: skip
        if self.version == "ocpp1.6":
            return {"status": "Accepted", "certificateHashData": [data]}
        chain = {"certificateType": "CSMSRootCertificate", "certificateHashData": data}
        return {"status": "Accepted", "certificateHashDataChain": [chain]}


@asynccontextmanager
async def box(running: Hub, version: str, **words: str) -> AsyncIterator[Box]:
    async with running.charger(version=version) as charger:
        await running.settled(charger)
        made = Box(charger, version, words)
        task = asyncio.create_task(made.live())
        yield made
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await until(lambda: running.link() is None)
