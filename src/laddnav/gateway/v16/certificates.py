"""Certificates in OCPP 1.6 (security whitepaper, A02 and M03-M05)."""

from collections.abc import Mapping, Sequence
from typing import Final

from laddnav.gateway.certificates import Question, held, take
from laddnav.gateway.dispatch import Answer, Desk, answers
from laddnav.ocpp.action import Version
from laddnav.ocpp.v16 import security
from laddnav.pki.control import HeldCertificate
from laddnav.pki.model.certificate import Purpose, Use
from laddnav.pki.model.signing import Delivery, Refused

_USES: Final[Mapping[Use, str]] = {
    Use.CSMS_ROOT: "CentralSystemRootCertificate",
    Use.MANUFACTURER_ROOT: "ManufacturerRootCertificate",
}
_BY_NAME: Final = {name: use for use, name in _USES.items()}


@answers(Version.V16, "SignCertificate")
async def sign_certificate(desk: Desk, request: security.SignCertificateRequest) -> Answer:
    """Accept a request for the station's certificate, or reject it (A02.FR.11-12)."""
    return await take(desk, csr=request.csr, purpose=Purpose.STATION, answer=_answer)


def _answer(refused: Refused | None) -> security.SignCertificateResponse:
    return security.SignCertificateResponse(status="Rejected" if refused else "Accepted")


class CertificateWords16:
    """OCPP 1.6."""

    def deliver(self, delivery: Delivery) -> Question:
        """Give a station its certificate."""
        return Question("CertificateSigned", {"certificateChain": delivery.chain})

    def ask(self, purpose: Purpose) -> Question | None:
        """Ask a station to ask for one."""
        if purpose is not Purpose.STATION:
            return None
        fields = {"requestedMessage": "SignChargePointCertificate"}
        return Question("ExtendedTriggerMessage", fields)

    def install(self, use: Use, pem: str) -> Question | None:
        """Put one into a station."""
        if use not in _USES:
            return None
        fields = {"certificateType": _USES[use], "certificate": pem}
        return Question("InstallCertificate", fields)

    def installed(self) -> Sequence[Question]:
        """Ask what a station has: of one kind at a time."""
        return [
            Question("GetInstalledCertificateIds", {"certificateType": name})
            for name in _USES.values()
        ]

    def held(
        self, question: Question, answer: security.GetInstalledCertificateIdsResponse
    ) -> Sequence[HeldCertificate]:
        """Return what an answer says that a station has; NotFound: nothing of that kind."""
        use = _BY_NAME[question.fields["certificateType"]]
        named = (held(use, data) for data in answer.certificate_hash_data or ())
        return [each for each in named if each is not None]
