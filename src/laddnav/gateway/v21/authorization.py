"""Who may charge and whose company pays, in OCPP 2.1."""

from typing import Final

from laddnav.gateway.answers.repeating import repeating
from laddnav.gateway.dispatch import Answer, Desk, answers
from laddnav.gateway.v201.authorization import STATUSES, fitting, judge, language
from laddnav.ocpp.action import Version
from laddnav.ocpp.v21 import authorization as v21
from laddnav.ocpp.v21.datatypes import IdTokenInfoType, IdTokenType
from laddnav.tokens.model import CENTRAL, TokenVerdict

_LONGEST_GROUP: Final = 255


@answers(Version.V21, "Authorize")
async def authorize(desk: Desk, request: v21.AuthorizeRequest) -> Answer:
    """Say whether a token may charge; sessions it has elsewhere do not count here (C01.FR.07)."""
    judged = await judge(desk, request)
    response = v21.AuthorizeResponse(
        id_token_info=id_token_info(judged.verdict), certificate_status=judged.certificate
    )
    return Answer(response=response)


def id_token_info(verdict: TokenVerdict) -> IdTokenInfoType:
    """Return what a station is told about a token (C01.FR.06, C09.FR.12-13)."""
    group = fitting(verdict.group, _LONGEST_GROUP)
    return IdTokenInfoType(
        status=STATUSES[verdict.verdict],
        cache_expiry_date_time=verdict.valid_until,
        group_id_token=None if group is None else IdTokenType(id_token=group, type=CENTRAL),
        language1=language(verdict),
    )


@answers(Version.V21, "VatNumberValidation")
def vat_number_validation(desk: Desk, request: v21.VatNumberValidationRequest) -> Answer:
    """Refuse a VAT number, for nobody here can check it; number and EVSE go back (C18.FR.10)."""
    response = v21.VatNumberValidationResponse(
        vat_number=request.vat_number, evse_id=request.evse_id, status="Rejected"
    )
    return Answer(response=repeating(desk, response))
