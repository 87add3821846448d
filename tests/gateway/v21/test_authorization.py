"""Authorize, VatNumberValidation and NotifySettlement in OCPP 2.1."""

from typing import Any

import pytest

from laddnav.ocpp.errors import ErrorCode, RemoteProtocolError
from tests.gateway.office import Office
from tests.gateway.v201.messages import card, event
from tests.gateway.v201.test_authorization import HASHES


async def told(office: Office, uid: str = "CARD1", kind: str = "ISO14443") -> dict[str, Any]:
    info: dict[str, Any] = (await office.say("Authorize", {"idToken": card(uid, kind)}))[
        "idTokenInfo"
    ]
    return info


@pytest.mark.ocpp("C01.FR.06")
async def test_a_group_may_have_a_longer_name_than_before(office: Office) -> None:
    await office.admit("CARD1", group="F" * 255, language="sv")
    assert await told(office) == {
        "status": "Accepted",
        "groupIdToken": {"idToken": "F" * 255, "type": "Central"},
        "language1": "sv",
    }


@pytest.mark.parametrize("kind", ["DirectPayment", "EVCCID", "VIN", "SomethingNew"])
async def test_a_token_may_be_of_any_type(office: Office, kind: str) -> None:
    await office.admit("psp-4711", type=kind)
    assert await told(office, "psp-4711", kind) == {"status": "Accepted"}
    assert await told(office, "psp-4711", "ISO14443") == {"status": "Unknown"}


@pytest.mark.ocpp("C07.FR.17")
async def test_a_contract_that_is_left_to_us_to_check_is_refused(office: Office) -> None:
    request = {"idToken": card("SE-1", "eMAID"), "iso15118CertificateHashData": [HASHES]}
    assert await office.say("Authorize", request) == {
        "idTokenInfo": {"status": "Invalid"},
        "certificateStatus": "CertChainError",
    }


async def test_a_running_session_does_not_change_the_answer_to_authorize(office: Office) -> None:
    await office.admit("CARD1")
    await office.say("TransactionEvent", event("Started", idToken=card()))
    assert await told(office) == {"status": "Accepted"}


@pytest.mark.ocpp("C18.FR.10")
@pytest.mark.parametrize("also", [{}, {"evseId": 2}])
async def test_a_vat_number_that_nobody_can_check_is_refused_and_repeated(
    office: Office, also: dict[str, Any]
) -> None:
    asked = {"vatNumber": "SE556677889901", **also}
    assert await office.say("VatNumberValidation", asked) == asked | {"status": "Rejected"}


async def test_what_must_not_be_sent_is_not_repeated_either(office: Office) -> None:
    with pytest.raises(RemoteProtocolError) as refused:
        await office.say("VatNumberValidation", {"vatNumber": "S" * 21})
    assert refused.value.code is ErrorCode.PROPERTY_CONSTRAINT_VIOLATION
    assert refused.value.description.startswith("$.vatNumber: ")


async def test_a_settlement_is_acknowledged(office: Office) -> None:
    told = {
        "pspRef": "p1",
        "status": "Settled",
        "settlementAmount": 12.5,
        "settlementTime": "2026-11-20T12:00:00Z",
    }
    assert await office.say("NotifySettlement", told) == {}
