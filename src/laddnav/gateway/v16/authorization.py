"""Who may charge, in OCPP 1.6."""

from collections.abc import Mapping
from typing import Final

from laddnav.gateway.answers.authority import ask
from laddnav.gateway.dispatch import Answer, Desk, answers
from laddnav.ocpp.action import Version
from laddnav.ocpp.v16 import core
from laddnav.ocpp.v16.datatypes import AuthorizationStatus, IdTagInfo
from laddnav.tokens.model import TokenRef, TokenVerdict, Verdict

LONGEST_TAG: Final = 20

STATUSES: Final[Mapping[Verdict, AuthorizationStatus]] = {
    Verdict.ACCEPTED: "Accepted",
    Verdict.BLOCKED: "Blocked",
    Verdict.EXPIRED: "Expired",
    Verdict.INVALID: "Invalid",
    Verdict.CONCURRENT: "ConcurrentTx",
    # OCPP 1.6 has no word for these two. "Invalid" is its word for a tag that is unknown. A tag
    # without credit is known: it may not charge, and may again once it is paid for.
    Verdict.UNKNOWN: "Invalid",
    Verdict.NO_CREDIT: "Blocked",
}


@answers(Version.V16, "Authorize")
async def authorize(desk: Desk, request: core.AuthorizeRequest) -> Answer:
    """Say whether a tag may charge; sessions it has elsewhere do not count here (C16 7.2)."""
    verdict = await ask(desk, TokenRef(request.id_tag))
    return Answer(response=core.AuthorizeResponse(id_tag_info=id_tag_info(verdict)))


def tag(value: object) -> TokenRef:
    """Return the tag of a message, over-long ones (lbbrhzn#1803) too; "" where it is missing."""
    return TokenRef(value if isinstance(value, str) else "")


def id_tag_info(verdict: TokenVerdict) -> IdTagInfo:
    """Return what a station is told about a tag.

    A group whose name does not fit into OCPP 1.6 is left out: cut, two groups could become one.
    """
    group = verdict.group
    return IdTagInfo(
        status=STATUSES[verdict.verdict],
        expiry_date=verdict.valid_until,
        parent_id_tag=group if group and len(group) <= LONGEST_TAG else None,
    )
