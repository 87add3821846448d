"""Authorize in OCPP 2.0.1."""

from datetime import UTC, datetime
from typing import Any

import pytest

from laddnav.accounts.model import UnknownTokens
from laddnav.gateway.v201.authorization import STATUSES
from laddnav.tokens.model import TokenStatus, Verdict
from tests.gateway.office import Office
from tests.gateway.v201.messages import card, event

HASHES = {
    "hashAlgorithm": "SHA256",
    "issuerNameHash": "a",
    "issuerKeyHash": "b",
    "serialNumber": "1",
    "responderURL": "http://ocsp.example",
}


async def told(office: Office, uid: str = "CARD1", kind: str = "ISO14443") -> dict[str, Any]:
    answer = await office.say("Authorize", {"idToken": card(uid, kind)})
    info: dict[str, Any] = answer.pop("idTokenInfo")
    assert answer == {}
    return info


@pytest.mark.ocpp("C01.FR.07")
@pytest.mark.parametrize(
    ("status", "word"),
    [
        (TokenStatus.ACCEPTED, "Accepted"),
        (TokenStatus.BLOCKED, "Blocked"),
        (TokenStatus.EXPIRED, "Expired"),
        (TokenStatus.INVALID, "Invalid"),
        (TokenStatus.NO_CREDIT, "NoCredit"),
    ],
)
@pytest.mark.ocpp("C01.FR.19")
@pytest.mark.ocpp("C09.FR.10")
async def test_a_token_is_what_the_operator_decided(
    office: Office, status: TokenStatus, word: str
) -> None:
    await office.admit("CARD1", status=status)
    assert await told(office) == {"status": word}


def test_there_is_a_word_for_every_verdict() -> None:
    assert STATUSES.keys() == set(Verdict)


async def test_an_unknown_token_is_unknown(office: Office) -> None:
    assert await told(office, "NOBODY") == {"status": "Unknown"}


async def test_an_operator_may_accept_unknown_tokens(office: Office) -> None:
    await office.decide(unknown_tokens=UnknownTokens.ACCEPT)
    assert await told(office, "NOBODY") == {"status": "Accepted"}


@pytest.mark.ocpp("C01.FR.06")
@pytest.mark.ocpp("C09.FR.13")
@pytest.mark.ocpp("C09.FR.02")
async def test_group_expiry_and_language_are_told(office: Office) -> None:
    until = datetime(2027, 1, 1, tzinfo=UTC)
    await office.admit("CARD1", group="FLEET", valid_until=until, language="sv-SE")
    assert await told(office) == {
        "status": "Accepted",
        "cacheExpiryDateTime": "2027-01-01T00:00:00Z",
        "groupIdToken": {"idToken": "FLEET", "type": "Central"},
        "language1": "sv-SE",
    }


async def test_a_group_that_does_not_fit_is_not_cut(office: Office) -> None:
    await office.admit("CARD1", group="F" * 37)
    assert await told(office) == {"status": "Accepted"}


async def test_a_running_session_does_not_change_the_answer_to_authorize(office: Office) -> None:
    await office.admit("CARD1")
    await office.say("TransactionEvent", event("Started", idToken=card()))
    assert await told(office) == {"status": "Accepted"}


@pytest.mark.ocpp("C02.FR.02")
async def test_a_start_button_is_accepted(office: Office) -> None:
    assert await told(office, "", "NoAuthorization") == {"status": "Accepted"}


async def test_an_operator_may_forbid_the_start_button(office: Office) -> None:
    await office.decide(start_button=False)
    assert await told(office, "", "NoAuthorization") == {"status": "Invalid"}


@pytest.mark.ocpp("C04.FR.01")
@pytest.mark.ocpp("C04.FR.02")
async def test_a_code_is_right_or_invalid(office: Office) -> None:
    await office.admit("2580", type="KeyCode")
    assert await told(office, "2580", "KeyCode") == {"status": "Accepted"}
    assert await told(office, "1234", "KeyCode") == {"status": "Invalid"}


@pytest.mark.ocpp("C06.FR.04")
async def test_what_the_station_vouches_for_itself_is_accepted(office: Office) -> None:
    assert await told(office, "parking-4711", "Local") == {"status": "Accepted"}


@pytest.mark.ocpp("C07.FR.04")
async def test_a_contract_that_the_station_has_checked_is_judged(office: Office) -> None:
    await office.admit("SE-ABC-C12345678-9", type="eMAID")
    assert await told(office, "SE-ABC-C12345678-9", "eMAID") == {"status": "Accepted"}


@pytest.mark.ocpp("C07.FR.17")
@pytest.mark.parametrize(
    "proof", [{"certificate": "PEM"}, {"iso15118CertificateHashData": [HASHES]}]
)
async def test_a_contract_that_is_left_to_us_to_check_is_refused(
    office: Office, proof: dict[str, Any]
) -> None:
    await office.admit("SE-ABC-C12345678-9", type="eMAID")
    request = {"idToken": card("SE-ABC-C12345678-9", "eMAID"), **proof}
    assert await office.say("Authorize", request) == {
        "idTokenInfo": {"status": "Invalid"},
        "certificateStatus": "CertChainError",
    }


@pytest.mark.parametrize("kind", ["iso14443", "ISO15693", "Central", "DirectPayment"])
async def test_a_card_is_a_card_whatever_the_reader_calls_it(office: Office, kind: str) -> None:
    await office.admit("CARD1")
    status = "Unknown" if kind == "DirectPayment" else "Accepted"
    assert await told(office, "CARD1", kind) == {"status": status}


@pytest.mark.ocpp("C16.FR.03")
async def test_a_master_pass_may_stop_and_not_start(office: Office) -> None:
    await office.decide(master_group="MASTERS")
    await office.admit("KEY1", group="MASTERS")
    assert (await told(office, "KEY1"))["status"] == "Accepted"
    answer = await office.say("TransactionEvent", event("Started", idToken=card("KEY1")))
    assert answer["idTokenInfo"]["status"] == "Blocked"
