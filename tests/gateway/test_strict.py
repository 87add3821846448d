"""Strict mode: nothing is mended, each kind of fault has its version's own code, no quirk counts.

The codes are those of OCPP-J 1.6 table 7 (with its spelling) and of OCPP-J 2.0.1 and 2.1, 4.3.
"""

import json
from collections.abc import AsyncIterator
from typing import Any, Final

import pytest

from laddnav.stations.model import StationSettings
from laddnav.stations.model.quirk import KnownQuirk, Manners, Origin, Quirk, Traits, Words
from laddnav.stations.service.quirks import Quirks
from tests.gateway.doubles import station
from tests.gateway.hub import Hub, hub

VERSIONS: Final = ("ocpp1.6", "ocpp2.0.1", "ocpp2.1")
NOW: Final = "2026-11-20T12:00:00Z"
STATUS: Final = {
    "ocpp1.6": {"connectorId": 1, "errorCode": "NoError", "status": "Available"},
    "ocpp2.0.1": {
        "timestamp": NOW, "connectorStatus": "Available", "evseId": 1, "connectorId": 1
    },
    "ocpp2.1": {"timestamp": NOW, "connectorStatus": "Available", "evseId": 1, "connectorId": 1},
}  # fmt: skip
WORD: Final = {
    version: "status" if version == "ocpp1.6" else "connectorStatus" for version in VERSIONS
}


def call(action: str, payload: object) -> str:
    return json.dumps([2, "7", action, payload])


def status(version: str, **changed: object) -> str:
    kept = {**STATUS[version], **changed}
    told = {name: value for name, value in kept.items() if value is not ...}
    return call("StatusNotification", told)


def values(version: str, samples: object) -> str:
    payload: dict[str, Any] = {"meterValue": [{"timestamp": NOW, "sampledValue": samples}]}
    payload |= {"connectorId": 1} if version == "ocpp1.6" else {"evseId": 1}
    return call("MeterValues", payload)


def faults(version: str) -> dict[str, tuple[str, str, str]]:
    """Return frames by their fault, with the codes of 1.6 and of 2.x."""
    number = "1" if version == "ocpp1.6" else 1
    sample = {"value": 5} if version == "ocpp1.6" else {"value": "5"}
    return {
        "an action that nobody knows": (call("Dance", {}), "NotImplemented", "NotImplemented"),
        "an action of ours": (call("Reset", {}), "NotSupported", "NotSupported"),
        "a message type that nobody knows": (
            '[9,"7","Heartbeat",{}]', "", "" if version == "ocpp2.1" else "MessageTypeNotSupported"
        ),
        "a payload that is no object": (
            call("Heartbeat", []), "FormationViolation", "ProtocolError"
        ),
        "a payload that is missing": ('[2,"7","Heartbeat"]', "ProtocolError", "ProtocolError"),
        "a payload that breaks off": (
            '[2,"7","Heartbeat",{"a":', "FormationViolation", "FormatViolation"
        ),
        "a required property is absent": (
            status(version, connectorId=...),
            "OccurenceConstraintViolation",
            "OccurrenceConstraintViolation",
        ),
        "null for what may be left out": (
            call("DataTransfer", {"vendorId": "v", "messageId": None}),
            "TypeConstraintViolation",
            "TypeConstraintViolation",
        ),
        "null is no value": (
            status(version, connectorId=None), "TypeConstraintViolation", "TypeConstraintViolation"
        ),
        "text for a number": (
            status(version, connectorId="1"), "TypeConstraintViolation", "TypeConstraintViolation"
        ),
        "a word that is none": (
            status(version, **{WORD[version]: "Resting"}),
            "PropertyConstraintViolation",
            "PropertyConstraintViolation",
        ),
        "a word in other letters": (
            status(version, **{WORD[version]: "AVAILABLE"}),
            "PropertyConstraintViolation",
            "PropertyConstraintViolation",
        ),
        "a time without zone": (
            status(version, timestamp="2026-11-20T12:00:00"),
            "PropertyConstraintViolation",
            "PropertyConstraintViolation",
        ),
        "an object for a list": (
            values(version, {"value": number}), "TypeConstraintViolation", "TypeConstraintViolation"
        ),
        "a list of too few": (
            values(version, []), "", "OccurrenceConstraintViolation"
        ),
        "a number for text, or text for a number": (
            values(version, [sample]), "TypeConstraintViolation", "TypeConstraintViolation"
        ),
        "text that is too long": (
            call("DataTransfer", {"vendorId": "v" * 256}),
            "PropertyConstraintViolation",
            "PropertyConstraintViolation",
        ),
        "a leading comma": ('[2,"7","Heartbeat",[,{}]]', "FormationViolation", "FormatViolation"),
    }  # fmt: skip


@pytest.fixture
async def strict(sqlite_url: str) -> AsyncIterator[Hub]:
    async with hub(sqlite_url) as opened:
        await opened.add("STRICT", settings=StationSettings(strict=True))
        yield opened


@pytest.mark.parametrize("fault", list(faults("ocpp1.6")))
@pytest.mark.parametrize("version", VERSIONS)
async def test_each_fault_has_its_versions_own_code(strict: Hub, version: str, fault: str) -> None:
    frame, old, new = faults(version)[fault]
    async with strict.charger("STRICT", version) as charger:
        await charger.socket.send(frame)
        await charger.tell(2, "after", "Heartbeat", {})
        answer = await charger.hear()
        code = old if version == "ocpp1.6" else new
        if not code:  # unknown types are ignored (J16 4.1.3, J21 4.1.3); 1.6 bounds no lists
            assert answer[:2] in ([3, "after"], [3, "7"])
            return
        assert answer[0] == 4
        assert answer[1] == "7"
        assert answer[2] == code
        assert len(answer) == 5
        assert (await charger.hear())[:2] == [3, "after"]


@pytest.mark.parametrize("version", VERSIONS)
async def test_what_is_right_is_taken(strict: Hub, version: str) -> None:
    async with strict.charger("STRICT", version) as charger:
        assert (await charger.ask("StatusNotification", STATUS[version]))[0] == 3
    assert [kind for kind in strict.violations("STRICT") if kind != "short_link"] == []


def test_no_quirk_counts() -> None:
    words = Words(en="It does something odd.", sv="Den gör något konstigt.")
    quirk = Quirk(
        name="any-of-them", says=words, does="setting", handling=words, vendor="V*",
        implies=Manners(assume_ocpp16=True, free_vend=True, never_ask=("Reset",)),
    )  # fmt: skip
    book = Quirks([KnownQuirk(quirk=quirk, origin=Origin.SHIPPED)])
    own = station("CP1", settings=StationSettings(strict=True))
    assert book.suited(own, Traits("CP1", "Vendor")) is own
