"""Certificates in OCPP 2.0.1 and 2.1 (A02, A03, M03-M05)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from laddnav.gateway.answers.leaves import word
from laddnav.gateway.certificates import Question, held, named, take
from laddnav.gateway.dispatch import Answer, Desk, answers
from laddnav.ocpp.action import Version
from laddnav.ocpp.v21 import datatypes as types21
from laddnav.ocpp.v21 import security as v21
from laddnav.ocpp.v201 import datatypes as types201
from laddnav.ocpp.v201 import security as v201
from laddnav.pki.control import HeldCertificate
from laddnav.pki.model.certificate import Purpose, Use
from laddnav.pki.model.signing import CsrFlaw, Delivery, Refused

STATION: Final = "ChargingStationCertificate"
_PURPOSES: Final = {
    STATION: Purpose.STATION,
    "V2GCertificate": Purpose.V2G,
    "V2G20Certificate": Purpose.V2G20,
}
_NAMES: Final = {purpose: name for name, purpose in _PURPOSES.items()}
_USES: Final[Mapping[str, Use]] = {
    "CSMSRootCertificate": Use.CSMS_ROOT,
    "ManufacturerRootCertificate": Use.MANUFACTURER_ROOT,
    "V2GRootCertificate": Use.V2G_ROOT,
    "MORootCertificate": Use.MO_ROOT,
    "OEMRootCertificate": Use.OEM_ROOT,
    "V2GCertificateChain": Use.V2G_CHAIN,
}
_USE_NAMES: Final = {use: name for name, use in _USES.items()}
_REASONS: Final = {
    CsrFlaw.NO_AUTHORITY: "NotEnabled",
    CsrFlaw.UNPROVEN: "NotEnabled",
}
_LONGEST_INFO: Final = 500
_UNKNOWN_ROOT: Final = Refused(
    flaw=CsrFlaw.NO_AUTHORITY, detail="the root that it names is named by no known hash"
)


@answers(Version.V201, "SignCertificate")
async def sign_certificate(desk: Desk, request: v201.SignCertificateRequest) -> Answer:
    """Accept a request for a certificate, or reject it and say why (A02.FR.11-12, A03.FR.11-12)."""
    return await take(
        desk, csr=request.csr, purpose=_purpose(request.certificate_type), answer=_answer201
    )


@answers(Version.V21, "SignCertificate")
async def sign_certificate_21(desk: Desk, request: v21.SignCertificateRequest) -> Answer:
    """Do the same; the request's number comes back with the certificate (A02.FR.25)."""
    wanted = request.hash_root_certificate
    root = None if wanted is None else named(wanted)
    if wanted is not None and root is None:
        return Answer(response=_answer21(_UNKNOWN_ROOT))
    return await take(
        desk,
        csr=request.csr,
        purpose=_purpose(request.certificate_type),
        wire_id=request.request_id,
        root=root,
        answer=_answer21,
    )


def _purpose(name: str | None) -> Purpose | None:
    """Return what a certificate is asked for; where that is not said, for the station itself."""
    return Purpose.STATION if name is None else _PURPOSES.get(word(name))


def _answer201(refused: Refused | None) -> v201.SignCertificateResponse:
    if refused is None:
        return v201.SignCertificateResponse(status="Accepted")
    info = types201.StatusInfoType(
        reason_code=_reason(refused), additional_info=refused.detail[:_LONGEST_INFO]
    )
    return v201.SignCertificateResponse(status="Rejected", status_info=info)


def _answer21(refused: Refused | None) -> v21.SignCertificateResponse:
    if refused is None:
        return v21.SignCertificateResponse(status="Accepted")
    info = types21.StatusInfoType(
        reason_code=_reason(refused), additional_info=refused.detail[:_LONGEST_INFO]
    )
    return v21.SignCertificateResponse(status="Rejected", status_info=info)


def _reason(refused: Refused) -> str:
    return _REASONS.get(refused.flaw, "InvalidCSR")


class CertificateWords2:
    """OCPP 2.0.1, or 2.1.

    Args:
        version: Which of them; each has kinds of certificates that older ones lack.
    """

    def __init__(self, version: Version) -> None:
        self._is_21 = version is Version.V21

    def deliver(self, delivery: Delivery) -> Question:
        """Give a station its certificate, of the type that it asked for (A02.FR.14)."""
        fields: dict[str, Any] = {
            "certificateChain": delivery.chain,
            "certificateType": _NAMES[delivery.purpose],
        }
        if self._is_21 and delivery.wire_id is not None:
            fields["requestId"] = delivery.wire_id
        return Question("CertificateSigned", fields)

    def ask(self, purpose: Purpose) -> Question | None:
        """Ask a station to ask for one."""
        name = _NAMES.get(purpose)
        if name is None or (purpose is Purpose.V2G20 and not self._is_21):
            return None
        return Question("TriggerMessage", {"requestedMessage": f"Sign{name}"})

    def install(self, use: Use, pem: str) -> Question | None:
        """Put one into a station."""
        if use is Use.V2G_CHAIN or (use is Use.OEM_ROOT and not self._is_21):
            return None
        fields = {"certificateType": _USE_NAMES[use], "certificate": pem}
        return Question("InstallCertificate", fields)

    def installed(self) -> Sequence[Question]:
        """Ask what a station has: no type stands for all."""
        return [Question("GetInstalledCertificateIds", {})]

    def held(self, question: Question, answer: Any) -> Sequence[HeldCertificate]:  # noqa: ANN401 - a response of either version, whose fields are the same
        """Return what an answer says that a station has; NotFound: nothing."""
        del question
        found: list[HeldCertificate | None] = []
        for chain in answer.certificate_hash_data_chain or ():
            use = _USES.get(word(chain.certificate_type))
            if use is None:
                continue
            found.append(held(use, chain.certificate_hash_data))
            children = chain.child_certificate_hash_data or ()
            found += [held(use, child, is_child=True) for child in children]
        return [each for each in found if each is not None]
