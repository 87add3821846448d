"""Authorities elsewhere, and server certificates: only over the local socket.

What names an address that this server then asks, and what hands out a private key, is for the
server's owner.
"""

from typing import Annotated, Final

from litestar import post
from litestar.params import Body
from msgspec import Meta, Struct
from typing_extensions import override

from laddnav.pki.model.authority import EstServer
from laddnav.pki.model.certificate import KeyKind, Purpose
from laddnav.pki.service.authorities import Unfit
from laddnav.web.api.certificate_views import AuthorityItem, authority_item
from laddnav.web.api.certificates import unfit
from laddnav.web.problems import documented
from laddnav.web.visit import Visited

_TAGS: Final = ["Server"]


def _says(text: str, *examples: object) -> Meta:
    return Meta(extra_json_schema={"description": text, "examples": list(examples)})


class EstBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An EST server that shall sign (RFC 7030)."""

    url: Annotated[str, Meta(max_length=500), _says("https://HOST[:PORT][/LABEL]")]
    purpose: Purpose = Purpose.STATION
    anchors: Annotated[str, _says("PEM: roots of its TLS certificate; empty: the system's.")] = ""
    user: Annotated[str, _says("For Basic authentication.")] = ""
    password: str = ""
    client: Annotated[str, _says("PEM: a private key and certificate to present in TLS.")] = ""
    replace: bool = False

    @override
    def __repr__(self) -> str:
        """Show what may be logged: never a password or a key."""
        return f"EstBody({self.url})"


class ServerBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A server certificate to be made."""

    hosts: Annotated[
        tuple[
            Annotated[str, Meta(min_length=1, max_length=253, pattern=r"^[A-Za-z0-9.:*_-]+$")], ...
        ],
        Meta(min_length=1, max_length=20),
        _says("Names and addresses; the first is its CN."),
    ]
    keys: Annotated[tuple[KeyKind, ...], Meta(min_length=1, max_length=2)] = (
        KeyKind.EC,
        KeyKind.RSA,
    )


class ServerPair(Struct, frozen=True, kw_only=True):
    """A private key with its chain: a file for `tls_certificates`."""

    key: KeyKind
    pem: Annotated[str, _says("The only time that the private key is shown.")]


class ServerPairs(Struct, frozen=True, kw_only=True):
    """Server certificates, one of each kind of key."""

    items: tuple[ServerPair, ...]


@post(
    "/certificates/authorities/est",
    operation_id="useEst",
    summary="Let an EST server sign",
    description="It is asked for its authorities at once: it must answer.",
    tags=_TAGS,
    responses=documented(409, 413, 422),
)
async def use_est(visit: Visited, data: Annotated[EstBody, Body()]) -> AuthorityItem:
    """Configure an EST server."""
    server = EstServer(
        url=data.url,
        anchors=data.anchors,
        user=data.user,
        password=data.password,
        client=data.client,
    )
    made = await visit.rooms.pki.authorities.use_est(
        visit.operator, data.purpose, server, replaces=data.replace
    )
    if isinstance(made, Unfit):
        raise unfit(made)
    return authority_item(made)


@post(
    "/certificates/server",
    operation_id="makeServerCertificates",
    summary="Make server certificates",
    description="RSA and ECDSA, signed by the built-in authority for servers.",
    tags=_TAGS,
    responses=documented(413, 422),
)
async def make_server(visit: Visited, data: Annotated[ServerBody, Body()]) -> ServerPairs:
    """Make certificates for a test or a small site."""
    kinds = tuple(dict.fromkeys(data.keys))
    made = await visit.rooms.pki.authorities.issue_server(visit.operator, data.hosts, kinds)
    if isinstance(made, Unfit):
        raise unfit(made)
    return ServerPairs(
        items=tuple(
            ServerPair(key=kind, pem=pair.key + pair.chain)
            for kind, pair in zip(kinds, made, strict=True)
        )
    )


ROUTES: Final = (use_est, make_server)
