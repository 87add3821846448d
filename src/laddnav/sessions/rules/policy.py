"""What an operator's policies mean for a start."""

from laddnav.accounts.model import ConcurrentSessions, Policies
from laddnav.tokens.model import TokenPolicy, TokenVerdict, Verdict


def token_policy(policies: Policies) -> TokenPolicy:
    """Return what an operator has decided about tokens, as the tokens room wants it."""
    return TokenPolicy(
        unknown_tokens=policies.unknown_tokens.value, master_group=policies.master_group
    )


def must_be_alone(verdict: TokenVerdict, uid: str, policies: Policies) -> bool:
    """Whether a token that may start must hold no other running session.

    The token's own word goes before the operator's. An empty uid (free vend, a start button) is
    nobody, and nobody may charge at many places.
    """
    if verdict.verdict is not Verdict.ACCEPTED or not uid.strip():
        return False
    own = None if verdict.token is None else verdict.token.allow_concurrent
    if own is not None:
        return not own
    return policies.concurrent_sessions is ConcurrentSessions.REFUSE
