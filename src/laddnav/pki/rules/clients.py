"""Whether the certificate that a station presents is its own (security profile 3)."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from laddnav.pki.model.certificate import Certificate
from laddnav.pki.model.client import ClientAccepted, ClientFlaw, ClientRefused, ClientTrust
from laddnav.pki.rules import chains, keys
from laddnav.pki.rules.reading import load, told
from laddnav.pki.rules.requests import same_organization

_SHOWN: Final = 100
_RENEW: Final = (
    "Ask the station for a new request (`laddnav pki renew`) before its certificate ends; now "
    "allow it in once with the expired one, or install one on site."
)
_LONGEST: Final = 6
_MISSING: Final = ClientRefused(
    flaw=ClientFlaw.MISSING,
    detail="the station presented no certificate",
    remedy="Install a client certificate in the station, or set its security profile to 2.",
)
_UNREADABLE: Final = ClientRefused(
    flaw=ClientFlaw.UNREADABLE,
    detail="the certificate cannot be read",
    remedy="Install another client certificate in the station.",
)


def judge_client_certificate(
    chain: Sequence[bytes],
    *,
    trust: ClientTrust,
    serials: Collection[str],
    identity: str,
    allows_expired: bool = False,
    now: datetime,
) -> ClientAccepted | ClientRefused:
    """Judge the certificate that a station presented in TLS (A00.FR.403-407, .429).

    TLS knows the roots of all operators; whether the chain leads to one of this operator's is
    decided here.

    Args:
        chain: As the station presented it (DER, leaf first); empty: it presented none.
        trust: What the station's operator trusts.
        serials: The serial numbers that the station has here; none: its identity counts.
        identity: The station's identity.
        allows_expired: Whether the operator lets this station in with one that has expired.
        now: When it was presented.
    """
    if not chain:
        return _MISSING
    try:
        raw = [x509.load_der_x509_certificate(each) for each in chain[:_LONGEST]]
        leaf, weakness = told(raw[0]), keys.weakness(raw[0].public_key())
    except (ValueError, UnsupportedAlgorithm):
        return _UNREADABLE
    refused = _weak(weakness) or _early(leaf, now) or (None if allows_expired else _late(leaf, now))
    if refused is not None:
        return refused
    is_factory = _origin(raw, trust, min(now, leaf.valid_until))
    if isinstance(is_factory, ClientRefused):
        return is_factory
    refused = (None if is_factory else _foreign(leaf, trust.organization)) or _misnamed(
        leaf, tuple(serials) or (identity,)
    )
    return refused or ClientAccepted(
        name=leaf.common_names[0],
        is_factory=is_factory,
        has_expired=leaf.valid_until < now,
        certificate=leaf,
    )


def _origin(
    presented: Sequence[x509.Certificate], trust: ClientTrust, now: datetime
) -> bool | ClientRefused:
    """Return whether a chain leads to a manufacturer's root, not the operator's own."""
    chain = chains.ordered(presented[0], [*presented[1:], *_loaded(trust.between)])
    if chains.flaw(chain, _loaded(trust.roots), now) is None:
        return False
    reason = chains.flaw(chain, _loaded((*trust.roots, *trust.factory_roots)), now)
    if reason is None:
        return True
    return ClientRefused(
        flaw=ClientFlaw.UNTRUSTED,
        detail=reason,
        remedy=(
            "Trust the root that the station's certificate comes from (`laddnav pki trust`), or "
            "renew the certificate."
        ),
    )


def _loaded(pems: Sequence[str]) -> list[x509.Certificate]:
    return [each for pem in pems for each in _known(pem)]


@lru_cache(maxsize=1024)
def _known(pem: str) -> tuple[x509.Certificate, ...]:
    """Return what is trusted, read once for all the stations that come."""
    return tuple(load(pem))


def _weak(weakness: str | None) -> ClientRefused | None:
    if weakness is None:
        return None
    remedy = "Renew the station's certificate with RSA of 2048 bits or EC of 256."
    return ClientRefused(flaw=ClientFlaw.WEAK_KEY, detail=weakness, remedy=remedy)


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
