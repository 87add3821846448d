"""How a request for a certificate is judged, and repeated ones recognised."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from laddnav.pki.model.signing import CsrFlaw, Refused, RequestState, SigningRequest
from laddnav.pki.rules import keys
from laddnav.pki.rules.reading import names

LONGEST_CSR: Final = 10_000
"""Characters; OCPP allows 5,500."""

MOST_IN_AN_HOUR: Final = 10
"""Different requests of one station that are taken in an hour."""

_HOUR: Final = timedelta(hours=1)
_LOST_WITHIN: Final = timedelta(days=1)
_SHOWN: Final = 100


def load_csr(text: str) -> x509.CertificateSigningRequest | None:
    """Return a request for a certificate, from PEM; None: it is none."""
    if len(text) > LONGEST_CSR:
        return None
    try:
        return x509.load_pem_x509_csr(text.encode())
    except (ValueError, UnsupportedAlgorithm):
        return None


def digest_of(text: str) -> str:
    """Return what a repeated request is recognised by."""
    csr = load_csr(text)
    return sha256(text.encode() if csr is None else csr.public_bytes(Encoding.DER)).hexdigest()


def judge(text: str, *, common_names: Collection[str], organization: str) -> Refused | None:
    """Return why a request for a certificate is refused; None: it may be signed.

    The key is judged before the signature: to check that of an endless key would take long.

    Args:
        text: The request, as PEM.
        common_names: What the certificate may be for: the serial numbers that the station has
            here, or its identity where none is known (A00.FR.405).
        organization: The operator's name as an organisation (A00.FR.404).
    """
    csr = load_csr(text)
    if csr is None:
        return _refused(CsrFlaw.UNREADABLE, "it is no PKCS#10 request in PEM")
    return (
        _key_flaw(csr)
        or _signature_flaw(csr)
        or _name_flaw(csr, common_names)
        or _organization_flaw(csr, organization)
    )


def recognise(
    recent: Sequence[SigningRequest], *, digest: str, now: datetime
) -> SigningRequest | Refused | None:
    """Return what a request repeats, or why it is one too many; None: it is new.

    A request whose certificate the station rejected is not signed again: neither side would end.

    Args:
        recent: Earlier requests of the station for the same purpose.
        digest: Of the request.
        now: When it came.
    """
    same = next((each for each in recent if each.digest == digest), None)
    if same is not None and same.state is RequestState.DECLINED:
        detail = "the station rejected the certificate that was made for this request"
        return _refused(CsrFlaw.REJECTED_BEFORE, detail)
    if same is not None and not _is_over(same, now):
        return same
    if sum(now - each.created_at < _HOUR for each in recent) >= MOST_IN_AN_HOUR:
        detail = f"the station made {MOST_IN_AN_HOUR} different requests within an hour"
        return _refused(CsrFlaw.TOO_MANY, detail)
    return None


def counted(
    recent: Sequence[SigningRequest], refused: Refused, *, digest: str, now: datetime
) -> SigningRequest | None:
    """Return the request on which one is counted that is refused unread; None: it is kept itself.

    Of those that are too many one in an hour is kept.
    """
    if refused.flaw is not CsrFlaw.TOO_MANY:
        return next((each for each in recent if each.digest == digest), None)
    flood = (each for each in recent if each.flaw is CsrFlaw.TOO_MANY)
    return next((each for each in flood if now - each.created_at < _HOUR), None)


def _is_over(known: SigningRequest, now: datetime) -> bool:
    """Return whether a request, though it is the same, is a new matter: a renewal, or a new try."""
    if known.state is RequestState.INSTALLED:
        return now - known.updated_at > _LOST_WITHIN
    return known.state is RequestState.FAILED


def same_key(csr: x509.CertificateSigningRequest, certificate: x509.Certificate) -> bool:
    """Return whether a certificate was made for a request."""
    return _spki(csr) == _spki(certificate)


def _spki(holder: x509.CertificateSigningRequest | x509.Certificate) -> bytes:
    return holder.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _key_flaw(csr: x509.CertificateSigningRequest) -> Refused | None:
    try:
        key = csr.public_key()
    except (ValueError, UnsupportedAlgorithm):
        return _refused(CsrFlaw.UNKNOWN_KEY, "its key is of no known kind: use RSA or EC")
    if not keys.is_known(key):
        return _refused(CsrFlaw.UNKNOWN_KEY, "its key is neither RSA nor EC")
    weakness = keys.weakness(key)
    return None if weakness is None else _refused(CsrFlaw.WEAK_KEY, weakness)


def _signature_flaw(csr: x509.CertificateSigningRequest) -> Refused | None:
    try:
        if not keys.is_strong_hash(csr.signature_hash_algorithm):
            return _refused(CsrFlaw.WEAK_HASH, "it is signed with a hash weaker than SHA-256")
        valid = csr.is_signature_valid
    except (ValueError, UnsupportedAlgorithm):
        valid = False
    return None if valid else _refused(CsrFlaw.BAD_SIGNATURE, "its signature is not its key's")


def _name_flaw(csr: x509.CertificateSigningRequest, wanted: Collection[str]) -> Refused | None:
    found = names(csr.subject, NameOID.COMMON_NAME)
    if len(found) == 1 and found[0] in wanted:
        return None
    expected = " or ".join(sorted(wanted)) or "nothing"
    return _refused(CsrFlaw.WRONG_NAME, f"its CN is {_shown(found)}, expected {expected}")


def _organization_flaw(csr: x509.CertificateSigningRequest, wanted: str) -> Refused | None:
    found = names(csr.subject, NameOID.ORGANIZATION_NAME)
    if same_organization(found, wanted):
        return None
    detail = f"its O is {_shown(found)}, expected {wanted}"
    return _refused(CsrFlaw.WRONG_ORGANIZATION, detail)


def same_organization(found: Sequence[str], wanted: str) -> bool:
    """Return whether a subject's organisation is the one wanted: case and blanks are no matter."""
    return len(found) == 1 and _plain(found[0]) == _plain(wanted)


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _shown(found: Sequence[str]) -> str:
    """Return what was found, as it may be shown: a station chose it."""
    text = " and ".join(found) if found else "missing"
    return "".join(char if char.isprintable() else "?" for char in text)[:_SHOWN]


def _refused(flaw: CsrFlaw, detail: str) -> Refused:
    return Refused(flaw=flaw, detail=detail)
