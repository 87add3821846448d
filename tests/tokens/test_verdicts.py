"""What a token may do, without asking anybody."""

from datetime import UTC, datetime, timedelta

import pytest

from laddnav.tokens.model import (
    Purpose,
    Token,
    TokenPolicy,
    TokenRef,
    TokenStatus,
    TokenVerdict,
    Verdict,
)
from laddnav.tokens.rules import judge, judge_unknown, vouched_for

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
REFUSE, ACCEPT = TokenPolicy(), TokenPolicy(unknown_tokens="accept")


def token(
    status: TokenStatus = TokenStatus.ACCEPTED,
    group: str | None = None,
    valid_from: datetime | None = None,
    valid_until: datetime | None = None,
) -> Token:
    return Token(
        operator="default",
        uid="04E1A2B3",
        status=status,
        group=group,
        valid_from=valid_from,
        valid_until=valid_until,
        created_at=NOON,
        updated_at=NOON,
    )


@pytest.mark.ocpp("C01.FR.07")
@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (TokenStatus.ACCEPTED, Verdict.ACCEPTED),
        (TokenStatus.BLOCKED, Verdict.BLOCKED),
        (TokenStatus.EXPIRED, Verdict.EXPIRED),
        (TokenStatus.INVALID, Verdict.INVALID),
        (TokenStatus.NO_CREDIT, Verdict.NO_CREDIT),
    ],
)
def test_the_operators_decision_is_the_answer(status: TokenStatus, verdict: Verdict) -> None:
    assert judge(token(status), "authorize", REFUSE, NOON).verdict is verdict
    assert judge(token(status), "start", ACCEPT, NOON).verdict is verdict


def test_dates_decide_from_their_first_instant_to_their_last() -> None:
    dated = token(valid_from=NOON, valid_until=NOON + HOUR)
    at = [NOON - HOUR, NOON, NOON + HOUR / 2, NOON + HOUR, NOON + 2 * HOUR]
    verdicts = [judge(dated, "start", REFUSE, now).verdict for now in at]
    assert verdicts == ["invalid", "accepted", "accepted", "expired", "expired"]


def test_a_blocked_token_is_blocked_although_it_has_expired() -> None:
    old = token(TokenStatus.BLOCKED, valid_until=NOON - HOUR)
    assert judge(old, "start", REFUSE, NOON).verdict is Verdict.BLOCKED


@pytest.mark.ocpp("C01.FR.06")
@pytest.mark.ocpp("C09.FR.09")
def test_group_and_end_of_validity_go_along_whatever_the_verdict() -> None:
    for status in TokenStatus:
        found = judge(token(status, "FLEET", valid_until=NOON + HOUR), "authorize", REFUSE, NOON)
        assert (found.group, found.valid_until) == ("FLEET", NOON + HOUR)


@pytest.mark.ocpp("C16.FR.03")
@pytest.mark.parametrize(
    ("purpose", "verdict"),
    [("authorize", Verdict.ACCEPTED), ("stop", Verdict.ACCEPTED), ("start", Verdict.BLOCKED)],
)
def test_a_master_pass_stops_and_never_starts(purpose: Purpose, verdict: Verdict) -> None:
    policy = TokenPolicy(master_group="Guards", unknown_tokens="accept")
    found = judge(token(group="GUARDS"), purpose, policy, NOON)
    assert (found.verdict, found.master, found.group) == (verdict, True, "GUARDS")


def test_a_blocked_master_pass_stops_nothing() -> None:
    policy = TokenPolicy(master_group="guards")
    found = judge(token(TokenStatus.BLOCKED, "guards"), "stop", policy, NOON)
    assert found.verdict is Verdict.BLOCKED


@pytest.mark.parametrize("group", [None, "", "others"])
def test_other_groups_and_none_are_no_master_pass(group: str | None) -> None:
    for policy in (TokenPolicy(master_group="guards"), TokenPolicy(master_group="")):
        assert not judge(token(group=group), "start", policy, NOON).master


@pytest.mark.ocpp("C02.FR.02")
@pytest.mark.parametrize("uid", ["", "button"])
def test_the_start_button_is_accepted(uid: str) -> None:
    ref = TokenRef(uid, "NoAuthorization")
    assert vouched_for(ref, REFUSE) == TokenVerdict(verdict=Verdict.ACCEPTED)
    without = vouched_for(ref, TokenPolicy(start_button=False))
    assert without == TokenVerdict(verdict=Verdict.INVALID)


@pytest.mark.parametrize("kind", [None, "Local", "ISO14443"])
@pytest.mark.parametrize("uid", ["", "   "])
def test_an_empty_tag_is_free_vend_or_unknown(uid: str, kind: str | None) -> None:
    # ocpp-go#277
    ref = TokenRef(uid, kind)
    assert vouched_for(ref, ACCEPT) == TokenVerdict(verdict=Verdict.UNKNOWN)
    free = vouched_for(ref, TokenPolicy(free_vend=True))
    assert free == TokenVerdict(verdict=Verdict.ACCEPTED)


def test_a_tag_that_says_something_is_looked_up() -> None:
    assert vouched_for(TokenRef("04E1A2B3", None), TokenPolicy(free_vend=True)) is None
    assert vouched_for(TokenRef("1234", "KeyCode"), REFUSE) is None


@pytest.mark.parametrize("kind", [None, "ISO14443", "eMAID", "DirectPayment", "Vendor"])
def test_unknown_tokens_are_refused_unless_the_policy_accepts_them(kind: str | None) -> None:
    assert judge_unknown(TokenRef("04E1A2B3", kind), REFUSE).verdict is Verdict.UNKNOWN
    assert judge_unknown(TokenRef("04E1A2B3", kind), ACCEPT).verdict is Verdict.ACCEPTED


@pytest.mark.ocpp("C04.FR.01")
def test_an_unknown_code_is_invalid_whatever_the_policy() -> None:
    for policy in (REFUSE, ACCEPT):
        assert judge_unknown(TokenRef("1234", "KeyCode"), policy).verdict is Verdict.INVALID


@pytest.mark.ocpp("C06.FR.04")
def test_the_station_vouches_for_its_local_tokens() -> None:
    local = TokenRef("user-7", "Local")
    assert judge_unknown(local, REFUSE).verdict is Verdict.ACCEPTED
    strict = TokenPolicy(local_tokens=False)
    assert judge_unknown(local, strict).verdict is Verdict.UNKNOWN
