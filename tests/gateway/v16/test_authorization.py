"""Authorize in OCPP 1.6."""

from datetime import UTC, datetime
from typing import Any

import pytest

from laddnav.accounts.model import UnknownTokens
from laddnav.gateway.v16.authorization import STATUSES
from laddnav.stations.model import StationSettings
from laddnav.tokens.model import TokenStatus, Verdict
from tests.gateway.office import Office

START = {"connectorId": 1, "idTag": "CARD1", "meterStart": 0, "timestamp": "2026-11-20T12:00:00Z"}


async def told(office: Office, tag: str = "CARD1") -> dict[str, Any]:
    answer: dict[str, Any] = (await office.say("Authorize", {"idTag": tag}))["idTagInfo"]
    return answer


@pytest.mark.parametrize(
    ("status", "word"),
    [
        (TokenStatus.ACCEPTED, "Accepted"),
        (TokenStatus.BLOCKED, "Blocked"),
        (TokenStatus.EXPIRED, "Expired"),
        (TokenStatus.INVALID, "Invalid"),
        (TokenStatus.NO_CREDIT, "Blocked"),
    ],
)
async def test_a_tag_is_what_the_operator_decided(
    office: Office, status: TokenStatus, word: str
) -> None:
    await office.admit("CARD1", status=status)
    assert await told(office) == {"status": word}


def test_there_is_a_word_for_every_verdict() -> None:
    assert STATUSES.keys() == set(Verdict)


async def test_an_unknown_tag_is_invalid(office: Office) -> None:
    assert await told(office, "NOBODY") == {"status": "Invalid"}


async def test_an_operator_may_accept_unknown_tags(office: Office) -> None:
    await office.decide(unknown_tokens=UnknownTokens.ACCEPT)
    assert await told(office, "NOBODY") == {"status": "Accepted"}


async def test_group_and_expiry_are_told(office: Office) -> None:
    until = datetime(2027, 1, 1, tzinfo=UTC)
    await office.admit("CARD1", group="FLEET", valid_until=until)
    assert await told(office) == {
        "status": "Accepted",
        "parentIdTag": "FLEET",
        "expiryDate": "2027-01-01T00:00:00Z",
    }


async def test_a_group_that_does_not_fit_is_not_cut(office: Office) -> None:
    await office.admit("CARD1", group="FLEET-" + "7" * 15)
    assert await told(office) == {"status": "Accepted"}


async def test_a_tag_is_the_same_in_any_case(office: Office) -> None:
    await office.admit("04a2b3c4")
    assert await told(office, "04A2B3C4") == {"status": "Accepted"}


async def test_a_running_session_does_not_change_the_answer_to_authorize(office: Office) -> None:
    """ConcurrentTx is for StartTransaction alone (OCPP 1.6, 7.2)."""
    await office.admit("CARD1")
    await office.say("StartTransaction", START)
    assert await told(office) == {"status": "Accepted"}


async def test_an_empty_tag_is_accepted_where_charging_is_free(lobby: Office) -> None:
    """ocpp-go#277."""
    await lobby.connect(settings=StationSettings(free_vend=True))
    assert await told(lobby, "") == {"status": "Accepted"}


async def test_an_empty_tag_is_refused_elsewhere(office: Office) -> None:
    assert await told(office, "") == {"status": "Invalid"}


async def test_a_master_pass_is_told_its_group(office: Office) -> None:
    await office.decide(master_group="MASTERS")
    await office.admit("KEY1", group="MASTERS")
    assert await told(office, "KEY1") == {"status": "Accepted", "parentIdTag": "MASTERS"}
