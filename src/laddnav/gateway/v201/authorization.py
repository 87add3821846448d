"""Who may charge, in OCPP 2.x."""

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

from laddnav.gateway.answers.authority import ask
from laddnav.gateway.answers.leaves import word
from laddnav.gateway.dispatch import Answer, Desk, answers
from laddnav.gateway.mending.reading import text
from laddnav.ocpp.action import Version
from laddnav.ocpp.v21 import authorization as v21
from laddnav.ocpp.v21 import datatypes as types21
from laddnav.ocpp.v201 import authorization as v201
from laddnav.ocpp.v201 import datatypes as types201
from laddnav.ocpp.v201.datatypes import (
    AuthorizationStatusEnumType,
    IdTokenInfoType,
    IdTokenType,
)
from laddnav.tokens.model import CENTRAL, TokenRef, TokenVerdict, Verdict

LONGEST_GROUP: Final = 36
_LONGEST_LANGUAGE: Final = 8

STATUSES: Final[Mapping[Verdict, AuthorizationStatusEnumType]] = {
    Verdict.ACCEPTED: "Accepted",
    Verdict.BLOCKED: "Blocked",
    Verdict.EXPIRED: "Expired",
    Verdict.INVALID: "Invalid",
    Verdict.UNKNOWN: "Unknown",
    Verdict.NO_CREDIT: "NoCredit",
    Verdict.CONCURRENT: "ConcurrentTx",
}
_UNPROVEN: Final = TokenVerdict(verdict=Verdict.INVALID)


class Judged(NamedTuple):
    """What an Authorize came to.

    Attributes:
        certificate: What is said of the certificates; None where none were to be checked.
    """

    verdict: TokenVerdict
    certificate: Literal["CertChainError"] | None = None


@answers(Version.V201, "Authorize")
async def authorize(desk: Desk, request: v201.AuthorizeRequest) -> Answer:
    """Say whether a token may charge; sessions it has elsewhere do not count here (C01.FR.07)."""
    judged = await judge(desk, request)
    response = v201.AuthorizeResponse(
        id_token_info=id_token_info(judged.verdict), certificate_status=judged.certificate
    )
    return Answer(response=response)


async def judge(desk: Desk, request: v201.AuthorizeRequest | v21.AuthorizeRequest) -> Judged:
    """Judge a token.

    A contract whose certificates the station leaves to us is refused: nobody here can verify them
    (C07.FR.17).
    """
    if request.certificate or request.iso15118_certificate_hash_data:
        return Judged(_UNPROVEN, "CertChainError")
    return Judged(await ask(desk, token(desk, request.id_token)))


def token(desk: Desk, presented: types201.IdTokenType | types21.IdTokenType) -> TokenRef:
    """Return a token as presented, of whatever type; "" where there is none in it.

    The one place where a code (C04) comes in: behind it only its digest is known.
    """
    uid, kind = text(presented.id_token) or "", text(presented.type)
    kind = None if kind is None else word(kind)
    return desk.rooms.tokens.presented(desk.key.operator, uid, kind)


def id_token_info(verdict: TokenVerdict) -> IdTokenInfoType:
    """Return what a station is told about a token (C01.FR.06, C09.FR.12-13)."""
    group = fitting(verdict.group, LONGEST_GROUP)
    return IdTokenInfoType(
        status=STATUSES[verdict.verdict],
        cache_expiry_date_time=verdict.valid_until,
        group_id_token=None if group is None else IdTokenType(id_token=group, type=CENTRAL),
        language1=language(verdict),
    )


def fitting(value: str | None, longest: int) -> str | None:
    """Return a text that may be sent; None where it is empty or too long: cut, it would lie."""
    return value if value and len(value) <= longest else None


def language(verdict: TokenVerdict) -> str | None:
    """Return the language of a token's driver."""
    return None if verdict.token is None else fitting(verdict.token.language, _LONGEST_LANGUAGE)
