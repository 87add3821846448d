"""Certificates as the API shows them, and what it takes."""

from typing import Annotated

from msgspec import Meta, Struct

from laddnav.pki.model.authority import Authority, AuthorityKind, IssuedCertificate, TrustedRoot
from laddnav.pki.model.certificate import KeyKind, Purpose, RootKind
from laddnav.pki.model.signing import CsrFlaw, RequestState, SigningRequest
from laddnav.web.showing import Time, time, time_or_none


def _says(text: str, *examples: object) -> Meta:
    return Meta(extra_json_schema={"description": text, "examples": list(examples)})


_Pem = Annotated[str, Meta(max_length=100_000), _says("PEM.")]


class AuthorityItem(Struct, frozen=True, kw_only=True):
    """Who signs an operator's certificates of one purpose; its private key is never shown."""

    purpose: Purpose
    kind: AuthorityKind
    root: Annotated[str, _says("PEM: what others must trust.")]
    issuing: Annotated[str, _says("PEM: what is between the root and what is signed.")]
    url: Annotated[str, _says("Of the EST server.")]
    valid_until: Time | None
    created_at: Time


class AuthorityList(Struct, frozen=True, kw_only=True):
    """An operator's authorities."""

    organization: Annotated[str, _says("What stations' certificates bear as O.", "Laddkraft AB")]
    items: tuple[AuthorityItem, ...]
    next: str | None = None


class AuthorityBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An authority to be made here."""

    purpose: Purpose = Purpose.STATION
    key: KeyKind = KeyKind.EC
    organization: Annotated[str | None, _says("Null: what is set, or the operator's name.")] = None
    replace: Annotated[bool, _says("Make a new one although there is one.")] = False


class CertificateItem(Struct, frozen=True, kw_only=True):
    """A certificate that was issued."""

    serial: Annotated[str, _says("Hex.")]
    purpose: Purpose
    station: Annotated[str, _says("Empty: the server's own.")]
    subject: str
    issuer: str
    key: str
    fingerprint: Annotated[str, _says("SHA-256 in hex.")]
    valid_from: Time
    valid_until: Time
    chain: Annotated[str, _says("PEM, leaf first, without the root.")]
    created_at: Time
    revoked_at: Annotated[Time | None, _says("Null: it was not revoked.")] = None
    revoked_for: Annotated[str, _says("Why it was, in your own words.")] = ""


class RevocationBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """That a certificate admits nobody any more."""

    reason: Annotated[
        str, Meta(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$"), _says("In your own words.")
    ] = ""


class CrlItem(Struct, frozen=True, kw_only=True):
    """What an authority revoked."""

    pem: Annotated[str, _says("A certificate revocation list (RFC 5280), for a day.")]


class CertificateList(Struct, frozen=True, kw_only=True):
    """Some issued certificates, by their serial numbers."""

    items: tuple[CertificateItem, ...]
    next: str | None


class RequestItem(Struct, frozen=True, kw_only=True):
    """What a station asked for, and what became of it."""

    id: str
    station: str
    purpose: Purpose
    state: RequestState
    flaw: CsrFlaw | None
    detail: Annotated[str, _says("Why it was refused, declined or failed, in words.")]
    count: Annotated[int, _says("How often the same request came.")]
    serial: Annotated[str | None, _says("Of the certificate that was made.")]
    created_at: Time
    updated_at: Time


class RequestList(Struct, frozen=True, kw_only=True):
    """Some requests, the newest first."""

    items: tuple[RequestItem, ...]
    next: str | None


class SignBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A request that somebody brings."""

    station: Annotated[str, _says("The identity of the station that it is for.")]
    csr: _Pem
    purpose: Purpose = Purpose.STATION


class RootItem(Struct, frozen=True, kw_only=True):
    """A root that stations' certificates may come from."""

    fingerprint: Annotated[str, _says("SHA-256 in hex.")]
    kind: RootKind
    label: str
    subject: str
    valid_until: Time
    certificate: _Pem
    created_at: Time


class RootList(Struct, frozen=True, kw_only=True):
    """All roots that an operator trusts, the oldest first."""

    items: tuple[RootItem, ...]
    next: str | None = None


class RootBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Roots to be trusted."""

    certificate: _Pem
    kind: RootKind = RootKind.OPERATOR
    label: Annotated[str, Meta(max_length=200)] = ""


def authority_item(authority: Authority) -> AuthorityItem:
    """Return an authority as the API shows it."""
    return AuthorityItem(
        purpose=authority.purpose,
        kind=authority.kind,
        root=authority.root,
        issuing=authority.issuing,
        url=authority.url,
        valid_until=time_or_none(authority.valid_until),
        created_at=time(authority.created_at),
    )


def certificate_item(issued: IssuedCertificate) -> CertificateItem:
    """Return a certificate as the API shows it."""
    certificate = issued.certificate
    return CertificateItem(
        serial=certificate.serial,
        purpose=issued.purpose,
        station=issued.station,
        subject=certificate.subject,
        issuer=certificate.issuer,
        key=certificate.key,
        fingerprint=certificate.fingerprint,
        valid_from=time(certificate.valid_from),
        valid_until=time(certificate.valid_until),
        chain=issued.chain,
        created_at=time(issued.created_at),
        revoked_at=None if issued.revoked_at is None else time(issued.revoked_at),
        revoked_for=issued.revoked_for,
    )


def request_item(request: SigningRequest) -> RequestItem:
    """Return a request as the API shows it."""
    return RequestItem(
        id=request.id,
        station=request.key.identity,
        purpose=request.purpose,
        state=request.state,
        flaw=request.flaw,
        detail=request.detail,
        count=request.count,
        serial=request.serial,
        created_at=time(request.created_at),
        updated_at=time(request.updated_at),
    )


def root_item(root: TrustedRoot) -> RootItem:
    """Return a trusted root as the API shows it."""
    return RootItem(
        fingerprint=root.certificate.fingerprint,
        kind=root.kind,
        label=root.label,
        subject=root.certificate.subject,
        valid_until=time(root.certificate.valid_until),
        certificate=root.certificate.pem,
        created_at=time(root.created_at),
    )
