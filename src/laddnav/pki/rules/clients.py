"""Whether the certificate that a station presents is its own (security profile 3)."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from laddnav.pki.model.certificate import Certificate
from laddnav.pki.model.client import ClientAccepted, ClientFlaw, ClientRefused
from laddnav.pki.rules import keys
from laddnav.pki.rules.reading import UnreadableError, told
from laddnav.pki.rules.requests import same_organization

_SHOWN: Final = 100
_RENEW: Final = (
    "Ask the station for a new request (`laddnav pki renew`) before its certificate ends; now "
    "allow it in once with the expired one, or install one on site."
)


def judge_client_certificate(
    der: bytes | None,
    *,
    serials: Collection[str],
    identity: str,
    organization: str,
    manufacturers: Collection[str] = (),
    allows_expired: bool = False,
    now: datetime,
) -> ClientAccepted | ClientRefused:
    """Judge a certificate whose chain TLS has checked already (A00.FR.403-407, .429).

    Args:
        der: As TLS gives it (`SSLObject.getpeercert(True)`); None: the station presented none.
        serials: The serial numbers that the station has here; none: its identity counts.
        identity: The station's identity.
        organization: The operator's name as an organisation.
        manufacturers: Organisations whose factory certificates are taken as well (A00.FR.406).
        allows_expired: Whether the operator lets this station in with one that has expired.
        now: When it was presented.
    """
    if der is None:
        detail = "the station presented no certificate"
        remedy = "Install a client certificate in the station, or set its security profile to 2."
        return ClientRefused(flaw=ClientFlaw.MISSING, detail=detail, remedy=remedy)
    try:
        raw = x509.load_der_x509_certificate(der)
        certificate, weakness = told(raw), keys.weakness(raw.public_key())
    except (UnreadableError, ValueError, UnsupportedAlgorithm):
        remedy = "Install another client certificate in the station."
        detail = "the certificate cannot be read"
        return ClientRefused(flaw=ClientFlaw.UNREADABLE, detail=detail, remedy=remedy)
    if weakness is not None:
        remedy = "Renew the station's certificate with RSA of 2048 bits or EC of 256."
        return ClientRefused(flaw=ClientFlaw.WEAK_KEY, detail=weakness, remedy=remedy)
    is_factory = any(same_organization(certificate.organizations, each) for each in manufacturers)
    refused = (
        _early(certificate, now)
        or (None if allows_expired else _late(certificate, now))
        or (None if is_factory else _foreign(certificate, organization))
        or _misnamed(certificate, tuple(serials) or (identity,))
    )
    return refused or ClientAccepted(
        is_factory=is_factory, has_expired=certificate.valid_until < now
    )


def _early(certificate: Certificate, now: datetime) -> ClientRefused | None:
    if certificate.valid_from <= now:
        return None
    return ClientRefused(
        flaw=ClientFlaw.NOT_YET_VALID,
        detail=f"it is valid from {certificate.valid_from:%Y-%m-%d %H:%M} UTC only",
        remedy="Compare this server's clock with that of the authority that signed it.",
    )


def _late(certificate: Certificate, now: datetime) -> ClientRefused | None:
    if now <= certificate.valid_until:
        return None
    return ClientRefused(
        flaw=ClientFlaw.EXPIRED,
        detail=f"it ended {certificate.valid_until:%Y-%m-%d %H:%M} UTC",
        remedy=_RENEW,
    )


def _foreign(certificate: Certificate, organization: str) -> ClientRefused | None:
    if same_organization(certificate.organizations, organization):
        return None
    return ClientRefused(
        flaw=ClientFlaw.WRONG_ORGANIZATION,
        detail=f"its O is {_shown(certificate.organizations)}, expected {organization}",
        remedy=(
            "Set OrganizationName (CpoName in OCPP 1.6) in the station and renew its certificate, "
            "or trust its manufacturer's root."
        ),
    )


def _misnamed(certificate: Certificate, wanted: Collection[str]) -> ClientRefused | None:
    if len(certificate.common_names) == 1 and certificate.common_names[0] in wanted:
        return None
    return ClientRefused(
        flaw=ClientFlaw.WRONG_NAME,
        detail=f"its CN is {_shown(certificate.common_names)}, expected {' or '.join(wanted)}",
        remedy=(
            "Enter the serial number from the station's plate here, or renew the certificate of "
            "the station that presents another's."
        ),
    )


def _shown(found: Collection[str]) -> str:
    text = " and ".join(found) if found else "missing"
    return "".join(char if char.isprintable() else "?" for char in text)[:_SHOWN]
