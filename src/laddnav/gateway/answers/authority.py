"""Asking the tokens' room on behalf of a station's Authorize."""

from typing import Final

from laddnav.accounts.model import Policies
from laddnav.gateway.dispatch import Desk
from laddnav.sessions.rules.policy import token_policy
from laddnav.tokens.model import TokenRef, TokenVerdict

_NO_POLICIES: Final = Policies()


async def ask(desk: Desk, token: TokenRef) -> TokenVerdict:
    """Return what the driver who presents `token` is told before any session.

    Raises:
        StorageUnavailable: The database is away.
    """
    operator = await desk.rooms.accounts.operator(desk.key.operator)
    policies = _NO_POLICIES if operator is None else operator.policies
    policy = token_policy(policies, free_vend=desk.live.settings.free_vend is True)
    return await desk.rooms.tokens.verdict(
        desk.key.operator,
        token,
        purpose="authorize",
        station=desk.key,
        now=desk.now,
        policy=policy,
    )
