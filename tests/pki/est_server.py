"""A small EST server (RFC 7030) over real HTTPS."""

import ssl
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

from laddnav.kernel.clock import SystemClock
from laddnav.pki.model.authority import NewAuthority
from laddnav.pki.model.certificate import KeyKind, Purpose
from laddnav.pki.rules import issuing, reading
from tests.pki.making import ORGANIZATION

MIME = "application/pkcs7-mime"


def fresh(purpose: Purpose) -> NewAuthority:
    """Two authorities that are valid when the test runs."""
    return issuing.make_authority(
        organization=ORGANIZATION, purpose=purpose, kind=KeyKind.EC, now=SystemClock().now(),
        root_days=30, issuing_days=20, serials=(1, 2),
    )  # fmt: skip


class Call(NamedTuple):
    """One request that came."""

    operation: str
    user: str
    client: str
    encodings: str


class EstPeer:
    """The server; a test sets how it answers."""

    def __init__(self) -> None:
        self.authority = fresh(Purpose.STATION)
        self.tls = fresh(Purpose.SERVER)
        self.calls: list[Call] = []
        self.status = 200
        self.renews = True
        self.headers: dict[str, str] = {}
        self.answers_for: str | None = None
        self.body: bytes | None = None
        self.url = ""

    def _note(self, request: web.Request) -> None:
        auth = request.headers.get("Authorization")
        user = b64decode(auth.removeprefix("Basic ")).decode().partition(":")[0] if auth else ""
        transport = request.transport
        peer = transport.get_extra_info("peercert") if transport is not None else None
        names = dict(part[0] for part in peer["subject"]) if peer else {}
        operation = request.path.rpartition("/")[2]
        encodings = request.headers.get("Accept-Encoding", "")
        self.calls.append(Call(operation, user, names.get("commonName", ""), encodings))

    async def cacerts(self, request: web.Request) -> web.Response:
        """Return the authorities."""
        self._note(request)
        if self.status != 200:
            return web.Response(status=self.status, headers=self.headers)
        both = reading.load(self.authority.root + self.authority.issuing)
        return self._certificates(both)

    async def enrol(self, request: web.Request) -> web.Response:
        """Sign, or do as the test says."""
        self._note(request)
        if request.path.endswith("simplereenroll") and not self.renews:
            return web.Response(status=404)
        if self.status != 200:
            return web.Response(status=self.status, headers=self.headers)
        if self.body is not None:
            return web.Response(body=self.body, headers=self.headers)
        assert request.content_type == "application/pkcs10"
        der = b64decode(await request.read())
        pem = x509.load_der_x509_csr(der).public_bytes(Encoding.PEM).decode()
        chain = issuing.sign(
            self.answers_for or pem, issuing=self.authority.issuing,
            issuing_key=self.authority.issuing_key, now=SystemClock().now(), days=10,
            serial=len(self.calls) + 100,
        )  # fmt: skip
        return self._certificates(reading.load(chain.pem)[:1])

    def _certificates(self, certificates: list[x509.Certificate]) -> web.Response:
        body = pkcs7.serialize_certificates(certificates, Encoding.DER)
        return web.Response(body=b64encode(body), content_type=MIME)


@asynccontextmanager
async def est_peer(folder: Path) -> AsyncIterator[EstPeer]:
    """Run the server on a port of its own."""
    peer = EstPeer()
    pair = issuing.make_server(
        ["127.0.0.1"], organization="Others", kind=KeyKind.EC, issuing=peer.tls.issuing,
        issuing_key=peer.tls.issuing_key, now=SystemClock().now(), days=10, serial=3,
    )  # fmt: skip
    (folder / "server.pem").write_text(pair.key + pair.chain)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cadata=peer.tls.root)
    context.verify_mode = ssl.CERT_OPTIONAL
    context.load_cert_chain(folder / "server.pem")
    application = web.Application()
    base = "/.well-known/est/stations"
    application.router.add_get(f"{base}/cacerts", peer.cacerts)
    application.router.add_get(f"{base}/elsewhere", peer.cacerts)
    application.router.add_post(f"{base}/elsewhere", peer.enrol)
    application.router.add_post(f"{base}/simpleenroll", peer.enrol)
    application.router.add_post(f"{base}/simplereenroll", peer.enrol)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context)
    await site.start()
    peer.url = f"https://127.0.0.1:{runner.addresses[0][1]}/stations"
    yield peer
    await runner.cleanup()
