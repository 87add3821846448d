"""Chains of certificates: put in order, completed and checked."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

from laddnav.pki.rules.reading import is_authority

_LONGEST = 6
_END = "-----END CERTIFICATE-----"


def is_signed_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Return whether `issuer` signed a certificate."""
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def is_root(certificate: x509.Certificate) -> bool:
    """Return whether a certificate signed itself and may sign others."""
    return is_authority(certificate) and is_signed_by(certificate, certificate)


def ordered(leaf: x509.Certificate, others: Iterable[x509.Certificate]) -> list[x509.Certificate]:
    """Return the chain from a leaf upwards, as far as `others` reach; without a root.

    That is the order of RFC 5246 7.4.2, in which stations are given it (A02.FR.07 and others).
    """
    pool = [each for each in others if is_authority(each)]
    chain = [leaf]
    while len(chain) < _LONGEST:
        above = next((each for each in pool if is_signed_by(chain[-1], each)), None)
        if above is None or is_root(above):
            break
        chain.append(above)
    return chain


def fitting(pem: str, longest: int) -> str:
    """Return as much of a chain (PEM, leaf first) as fits into so many characters; "": no leaf.

    Authorities that a station cannot show are known here: a chain is completed by `ClientTrust`.
    """
    kept = ""
    for part in pem.split(_END)[:-1]:
        longer = f"{kept}{part}{_END}"
        if len(longer) > longest:
            break
        kept = longer
    return f"{kept}\n" if 0 < len(kept) < longest else kept


def flaw(
    chain: Sequence[x509.Certificate], roots: Iterable[x509.Certificate], now: datetime
) -> str | None:
    """Return why a chain, leaf first, does not lead to one of the roots now; None: it does."""
    if not chain:
        return "it is empty"
    for lower, upper in pairwise(chain):
        if not is_authority(upper) or not is_signed_by(lower, upper):
            return f"{upper.subject.rfc4514_string()} did not sign what is before it"
    for each in chain:
        if not each.not_valid_before_utc <= now <= each.not_valid_after_utc:
            return f"{each.subject.rfc4514_string()} is not valid at this time"
    top = chain[-1]
    for root in roots:
        known = root == top or (is_authority(root) and is_signed_by(top, root))
        if known and root.not_valid_before_utc <= now <= root.not_valid_after_utc:
            return None
    return f"{top.issuer.rfc4514_string()} is no trusted root"
