"""What a presented token may do."""

from datetime import datetime

from laddnav.tokens.model import (
    KEY_CODE,
    LOCAL,
    NO_AUTHORIZATION,
    Purpose,
    Token,
    TokenPolicy,
    TokenRef,
    TokenStatus,
    TokenVerdict,
    Verdict,
)
from laddnav.tokens.rules.identity import uid_key

_OF_STATUS = {
    TokenStatus.ACCEPTED: Verdict.ACCEPTED,
    TokenStatus.BLOCKED: Verdict.BLOCKED,
    TokenStatus.EXPIRED: Verdict.EXPIRED,
    TokenStatus.INVALID: Verdict.INVALID,
    TokenStatus.NO_CREDIT: Verdict.NO_CREDIT,
}
_ACCEPTED = TokenVerdict(verdict=Verdict.ACCEPTED)
_INVALID = TokenVerdict(verdict=Verdict.INVALID)
_UNKNOWN = TokenVerdict(verdict=Verdict.UNKNOWN)


def judge(token: Token, purpose: Purpose, policy: TokenPolicy, now: datetime) -> TokenVerdict:
    """Return the answer about a registered token.

    A master pass is accepted for stopping and when a station merely asks (it must learn the group,
    C16), and blocked for starting (C16.FR.03).
    """
    verdict = _standing(token, now)
    master = _is_master(token, policy)
    if master and purpose == "start" and verdict is Verdict.ACCEPTED:
        verdict = Verdict.BLOCKED
    return TokenVerdict(
        verdict=verdict,
        group=token.group,
        valid_until=token.valid_until,
        token=token,
        master=master,
    )


def vouched_for(ref: TokenRef, policy: TokenPolicy) -> TokenVerdict | None:
    """Return the answer where there is no uid to look up, None where there is one.

    The start button (C02.FR.02) and free vend (ocpp-go#277) present nothing.
    """
    if ref.type == NO_AUTHORIZATION:
        return _ACCEPTED if policy.start_button else _INVALID
    if not ref.uid.strip():
        return _ACCEPTED if policy.free_vend else _UNKNOWN
    return None


def judge_unknown(ref: TokenRef, policy: TokenPolicy) -> TokenVerdict:
    """Return the answer about a token that nobody knows.

    A code that nobody knows is invalid (C04.FR.01), whatever the policy: it can be guessed.
    """
    if ref.type == KEY_CODE:
        return _INVALID
    vouched = ref.type == LOCAL and policy.local_tokens
    return _ACCEPTED if vouched or policy.unknown_tokens == "accept" else _UNKNOWN


def _standing(token: Token, now: datetime) -> Verdict:
    if token.status is not TokenStatus.ACCEPTED:
        return _OF_STATUS[token.status]
    if token.valid_until is not None and now >= token.valid_until:
        return Verdict.EXPIRED
    if token.valid_from is not None and now < token.valid_from:
        return Verdict.INVALID
    return Verdict.ACCEPTED


def _is_master(token: Token, policy: TokenPolicy) -> bool:
    if not policy.master_group or not token.group:
        return False
    return uid_key(token.group) == uid_key(policy.master_group)
