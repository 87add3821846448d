"""What an operator's policies mean for a start."""

from laddnav.accounts.model import ConcurrentSessions, Policies
from laddnav.tokens.model import TokenPolicy, TokenVerdict, Verdict


def token_policy(policies: Policies, *, free_vend: bool = False) -> TokenPolicy:
    """Return what is decided about tokens, by an operator and for one of its stations.

    Args:
        policies: The operator's.
        free_vend: Whether the station charges without a token.
    """
    return TokenPolicy(
        unknown_tokens=policies.unknown_tokens.value,
        free_vend=free_vend,
        start_button=policies.start_button,
        local_tokens=policies.local_tokens,
        master_group=policies.master_group,
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
