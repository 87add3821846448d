"""Certificates: who signs, what was asked for and signed, what is trusted."""

from typing import Annotated, Final

from litestar import delete, get, post
from litestar.params import Body, PathParameter, QueryParameter

from laddnav.kernel.keys import StationKey
from laddnav.pki.model.certificate import Purpose
from laddnav.pki.model.signing import Refused, RequestState
from laddnav.pki.service.authorities import Unfit
from laddnav.pki.service.signing import Asked
from laddnav.stations.rules.admission import serials_of
from laddnav.web.api.certificate_views import (
    AuthorityBody,
    AuthorityItem,
    AuthorityList,
    CertificateItem,
    CertificateList,
    CrlItem,
    RequestList,
    RevocationBody,
    RootBody,
    RootList,
    SignBody,
    authority_item,
    certificate_item,
    request_item,
    root_item,
)
from laddnav.web.api.stations import known_station
from laddnav.web.paging import Paged, instant, onward
from laddnav.web.problems import ProblemError, bad_field, conflict, documented, not_found
from laddnav.web.visit import Visited

_TAGS: Final = ["Certificates"]
_NO_CERTIFICATE: Final = "No certificate with this serial number was issued for this operator."
_NO_AUTHORITY: Final = "There is no built-in authority for this purpose."
_NO_ROOT: Final = "No root with this fingerprint is trusted."


_Serial = Annotated[str, PathParameter(description="Its serial number, hex.", max_length=100)]
_Station = Annotated[str | None, QueryParameter(description="Only of this station.")]


@get(
    "/certificates/authorities",
    operation_id="listAuthorities",
    summary="List who signs",
    tags=_TAGS,
    responses=documented(),
)
async def list_authorities(visit: Visited) -> AuthorityList:
    """Return the operator's authorities."""
    known = visit.rooms.pki.authorities
    return AuthorityList(
        organization=await known.organization(visit.operator),
        items=tuple(authority_item(each) for each in await known.of(visit.operator)),
    )


@post(
    "/certificates/authorities",
    operation_id="makeAuthority",
    summary="Make an authority",
    description="A root and, below it, an authority whose private keys stay here, encrypted.",
    tags=_TAGS,
    responses=documented(409, 413, 422),
)
async def make_authority(visit: Visited, data: Annotated[AuthorityBody, Body()]) -> AuthorityItem:
    """Make a root and an issuing authority."""
    made = await visit.rooms.pki.authorities.init(
        visit.operator,
        data.purpose,
        kind=data.key,
        organization=data.organization,
        replaces=data.replace,
    )
    if isinstance(made, Unfit):
        raise unfit(made)
    return authority_item(made)


@get(
    "/certificates",
    operation_id="listCertificates",
    summary="List issued certificates",
    tags=_TAGS,
    responses=documented(),
)
async def list_certificates(
    visit: Visited,
    page: Paged,
    station: _Station = None,
    ends_before: Annotated[
        str | None, QueryParameter(description="Only those that end before this time.")
    ] = None,
) -> CertificateList:
    """Return some of the operator's certificates."""
    found = await visit.rooms.pki.issued(
        visit.operator,
        station=station,
        ends_before=instant(ends_before, "ends_before"),
        after=page.behind("certificates") or "",
        limit=page.limit + 1,
    )
    shown = found[: page.limit]
    place = shown[-1].certificate.serial if len(found) > page.limit else None
    items = tuple(certificate_item(each) for each in shown)
    return CertificateList(items=items, next=onward("certificates", place))


@get(
    "/certificates/{serial:str}",
    operation_id="getCertificate",
    summary="Show an issued certificate",
    tags=_TAGS,
    responses=documented(404),
)
async def get_certificate(visit: Visited, serial: _Serial) -> CertificateItem:
    """Return one certificate."""
    found = await visit.rooms.pki.issued_one(visit.operator, serial)
    if found is None:
        raise not_found(_NO_CERTIFICATE)
    return certificate_item(found)


@post(
    "/certificates/{serial:str}/revocation",
    operation_id="revokeCertificate",
    summary="Revoke a certificate",
    description="It admits nobody any more, and the link of its station ends. It stays revoked.",
    tags=_TAGS,
    responses=documented(404, 413, 422),
    status_code=200,
)
async def revoke_certificate(
    visit: Visited, serial: _Serial, data: Annotated[RevocationBody, Body()]
) -> CertificateItem:
    """Revoke one certificate."""
    found = await visit.rooms.pki.revoke(visit.operator, serial, data.reason)
    if found is None:
        raise not_found(_NO_CERTIFICATE)
    return certificate_item(found)


@get(
    "/certificates/crl/{purpose:str}",
    operation_id="getRevocationList",
    summary="Show what an authority revoked",
    description="As a signed list, for others who check certificates of the built-in authority.",
    tags=_TAGS,
    responses=documented(404),
)
async def get_crl(
    visit: Visited,
    purpose: Annotated[str, PathParameter(description="What they were issued for.")],
) -> CrlItem:
    """Return the list of a built-in authority."""
    if purpose not in set(Purpose):
        raise not_found(_NO_AUTHORITY)
    made = await visit.rooms.pki.authorities.crl(visit.operator, Purpose(purpose))
    if isinstance(made, Unfit):
        raise not_found(_NO_AUTHORITY)
    return CrlItem(pem=made)


@get(
    "/certificates/requests",
    operation_id="listCertificateRequests",
    summary="List what stations asked for",
    tags=_TAGS,
    responses=documented(),
)
async def list_requests(
    visit: Visited,
    page: Paged,
    station: _Station = None,
    stage: Annotated[
        RequestState | None, QueryParameter(name="state", description="Only these.")
    ] = None,
) -> RequestList:
    """Return some of the requests of the operator's stations."""
    found = await visit.rooms.pki.requests(
        visit.operator,
        station=station,
        state=stage,
        before=page.behind("requests"),
        limit=page.limit + 1,
    )
    shown = found[: page.limit]
    place = shown[-1].id if len(found) > page.limit else None
    items = tuple(request_item(each) for each in shown)
    return RequestList(items=items, next=onward("requests", place))


@post(
    "/certificates/sign",
    operation_id="signCertificate",
    summary="Sign a request",
    description="It is judged like that of a station; the certificate is returned, not delivered.",
    tags=_TAGS,
    responses=documented(404, 413, 422),
)
async def sign(visit: Visited, data: Annotated[SignBody, Body()]) -> CertificateItem:
    """Sign a request that somebody brings."""
    key = StationKey(visit.operator, data.station)
    await known_station(visit, key)
    view = await visit.rooms.views.station(key)
    serials: tuple[str, ...] = ()
    if view is not None:
        told, proven = (view.life.serial, view.life.box_serial), view.life.boot_proven
        serials = serials_of(view.station, told, is_proven=proven)
    names = serials if data.purpose is Purpose.STATION else ()
    asked = Asked(csr=data.csr, purpose=data.purpose, names=names)
    made = await visit.rooms.pki.signing.sign_now(key, asked)
    if isinstance(made, Refused):
        raise _unsigned(made)
    found = await visit.rooms.pki.issued_one(visit.operator, made.leaf.serial)
    if found is None:
        raise not_found(_NO_CERTIFICATE)
    return certificate_item(found)


@get(
    "/certificates/roots",
    operation_id="listTrustedRoots",
    summary="List trusted roots",
    description="Beside them the roots of the operator's own authorities are trusted.",
    tags=_TAGS,
    responses=documented(),
)
async def list_roots(visit: Visited) -> RootList:
    """Return the roots that the operator imported."""
    found = await visit.rooms.pki.roots.of(visit.operator)
    return RootList(items=tuple(root_item(each) for each in found))


@post(
    "/certificates/roots",
    operation_id="trustRoots",
    summary="Trust roots",
    tags=_TAGS,
    responses=documented(413, 422),
)
async def trust_roots(visit: Visited, data: Annotated[RootBody, Body()]) -> RootList:
    """Trust all roots in a PEM text."""
    added = await visit.rooms.pki.roots.trust(
        visit.operator, data.certificate, kind=data.kind, label=data.label
    )
    if isinstance(added, Unfit):
        raise unfit(added)
    return RootList(items=tuple(root_item(each) for each in added))


@delete(
    "/certificates/roots/{fingerprint:str}",
    operation_id="distrustRoot",
    summary="Trust a root no more",
    tags=_TAGS,
    responses=documented(404),
)
async def distrust_root(
    visit: Visited,
    fingerprint: Annotated[str, PathParameter(description="SHA-256 in hex.", max_length=100)],
) -> None:
    """Take a root away."""
    if not await visit.rooms.pki.roots.distrust(visit.operator, fingerprint.lower()):
        raise not_found(_NO_ROOT)


def _unsigned(refused: Refused) -> ProblemError:
    return bad_field("csr", refused.detail)


def unfit(flaw: Unfit) -> ProblemError:
    """Return what cannot be done as a problem."""
    if flaw.exists:
        return conflict(f"{flaw.text[:1].upper()}{flaw.text[1:]}.")
    return bad_field(flaw.field, flaw.text)


ROUTES: Final = (
    list_authorities,
    make_authority,
    list_requests,
    sign,
    list_roots,
    trust_roots,
    distrust_root,
    list_certificates,
    get_certificate,
    revoke_certificate,
    get_crl,
)
