"""DataTransfer in OCPP 1.6."""

import json
from typing import Any

import pytest

from laddnav.tokens.model import TokenStatus
from tests.gateway.office import Office

PNC = "org.openchargealliance.iso15118pnc"


async def contract(office: Office, data: str, message: str = "Authorize") -> dict[str, Any]:
    return await office.say("DataTransfer", {"vendorId": PNC, "messageId": message, "data": data})


@pytest.mark.ocpp("P02.FR.06")
@pytest.mark.parametrize("message", [None, "hello", ""])
async def test_an_unknown_vendor_is_told_so(office: Office, message: str | None) -> None:
    """EN+ sends its own right at connect (evcc#15691)."""
    told = {"vendorId": "com.en-plus", "data": '{"a": 1}'}
    if message is not None:
        told["messageId"] = message
    assert await office.say("DataTransfer", told) == {"status": "UnknownVendorId"}


@pytest.mark.ocpp("P02.FR.07")
@pytest.mark.parametrize("message", ["SignCertificate", "Get15118EVCertificate", "hello", ""])
async def test_an_unknown_message_of_a_known_vendor_is_told_so(
    office: Office, message: str
) -> None:
    assert await contract(office, "{}", message) == {"status": "UnknownMessageId"}


@pytest.mark.parametrize(
    ("status", "word"), [(TokenStatus.ACCEPTED, "Accepted"), (TokenStatus.BLOCKED, "Blocked")]
)
async def test_a_contract_that_the_station_has_checked_is_judged(
    office: Office, status: TokenStatus, word: str
) -> None:
    await office.admit("SE-ABC-C12345678-9", type="eMAID", status=status)
    answer = await contract(office, '{"idToken": {"idToken": "SE-ABC-C12345678-9"}}')
    assert answer["status"] == "Accepted"
    assert json.loads(answer["data"]) == {"idTokenInfo": {"status": word}}


@pytest.mark.ocpp("C07.FR.17")
@pytest.mark.parametrize("proof", ['"certificate": "PEM"', '"iso15118CertificateHashData": [{}]'])
async def test_a_contract_that_is_left_to_us_to_check_is_refused(
    office: Office, proof: str
) -> None:
    await office.admit("SE-ABC-C12345678-9", type="eMAID")
    data = f'{{"idToken": {{"idToken": "SE-ABC-C12345678-9"}}, {proof}}}'
    assert json.loads((await contract(office, data))["data"]) == {
        "certificateStatus": "CertChainError",
        "idTokenInfo": {"status": "Invalid"},
    }


@pytest.mark.parametrize("data", ["", "no JSON", "[]", '{"idToken": "bare"}', "[" * 100_000])
async def test_a_contract_that_cannot_be_read_is_rejected(office: Office, data: str) -> None:
    assert await contract(office, data) == {"status": "Rejected"}
