"""Certificates of cars, in OCPP 2.1."""

from datetime import timedelta
from typing import Final

from laddnav.gateway.answers.repeating import repeating
from laddnav.gateway.dispatch import Answer, Desk, answers
from laddnav.ocpp.action import Version
from laddnav.ocpp.v21 import iso15118 as v21

_ASK_AGAIN: Final = timedelta(hours=1)


@answers(Version.V21, "GetCertificateChainStatus")
def get_certificate_chain_status(
    desk: Desk, request: v21.GetCertificateChainStatusRequest
) -> Answer:
    """Say of each certificate that its status could not be had (M07.FR.03, .07 and .08)."""
    again = desk.now + _ASK_AGAIN
    statuses = tuple(
        v21.CertificateStatusType(
            certificate_hash_data=asked.certificate_hash_data,
            source=asked.source,
            status="Failed",
            next_update=again,
        )
        for asked in request.certificate_status_requests
    )
    response = v21.GetCertificateChainStatusResponse(certificate_status=statuses)
    return Answer(response=repeating(desk, response))
