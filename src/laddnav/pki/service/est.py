"""An authority elsewhere, asked by EST (RFC 7030).

It is reached over HTTPS only, its redirects are not followed, and what it answers is bounded: whose
address it is was decided by the owner of this server.
"""

import asyncio
import ssl
import tempfile
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Final

import aiohttp
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from typing_extensions import override

from laddnav.kernel.clock import Clock
from laddnav.pki.model.authority import EstServer
from laddnav.pki.model.certificate import Chain
from laddnav.pki.rules import chains, issuing, reading, requests
from laddnav.pki.rules.reading import UnreadableError
from laddnav.pki.service.ports import Later, Never, SigningAuthority

_MOST_BYTES: Final = 256 * 1024
_SECONDS: Final = 20.0
_SOON: Final = 60.0
_LATEST: Final = 86_400.0
_NO_RENEWAL: Final = frozenset({
    HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED,
    HTTPStatus.NOT_IMPLEMENTED,
})  # fmt: skip
"""What a server says that knows no renewal of this certificate: it is asked as for a new one."""
_PATH: Final = "/.well-known/est"


class EstError(Exception):
    """The server does not do what EST asks of it; the text says why, in words."""


class Est(SigningAuthority):
    """Has an EST server sign.

    What it signs must lead to what it was trusted for: stations come in with nothing else.

    Args:
        server: Where it is, and what it is shown.
        clock: Tells whether a certificate is valid.
        trusted: PEM of its roots, or of what signs where it tells no root.
        between: PEM of what is known to be below them.
    """

    def __init__(
        self, server: EstServer, *, clock: Clock, trusted: str = "", between: str = ""
    ) -> None:
        self._server = server
        self._clock = clock
        self._trusted = trusted
        self._between = between

    @override
    async def sign(self, csr: str, *, renews: bool) -> Chain | Later | Never:
        wanted = requests.load_csr(csr)
        if wanted is None:
            return Never(reason="no request for a certificate")
        operation = "simplereenroll" if renews else "simpleenroll"
        body = b64encode(wanted.public_bytes(Encoding.DER))
        try:
            async with _session(self._server) as http:
                status, answer, after = await self._post(http, operation, body)
                if renews and status in _NO_RENEWAL:
                    status, answer, after = await self._post(http, "simpleenroll", body)
                if status == HTTPStatus.OK:
                    return await self._made_for(http, wanted, answer)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return Later(seconds=_SOON, reason=f"the EST server cannot be reached: {_why(error)}")
        except EstError as error:
            return Never(reason=str(error))
        return _refused(status, after)

    async def roots(self) -> str:
        """Return the certificates of the server's authorities (PEM).

        Raises:
            EstError: They cannot be had; the text says why.
        """
        try:
            async with _session(self._server) as http:
                found = await self._authorities(http)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            message = f"the EST server cannot be reached: {_why(error)}"
            raise EstError(message) from None
        return "".join(each.public_bytes(Encoding.PEM).decode() for each in found)

    async def _made_for(
        self, http: aiohttp.ClientSession, wanted: x509.CertificateSigningRequest, answer: bytes
    ) -> Chain:
        """Return the chain in an answer, completed by what the server's authorities are."""
        found = _certificates(answer)
        leaf = next((each for each in found if requests.same_key(wanted, each)), None)
        if leaf is None or leaf.subject != wanted.subject or reading.is_authority(leaf):
            message = "the EST server answered with a certificate for another request"
            raise EstError(message)
        try:
            return self._held(leaf, [*found, *_loaded(self._between)])
        except EstError:  # it may sign with what is new: it says with what
            return self._held(leaf, [*found, *await self._authorities(http)])

    def _held(self, leaf: x509.Certificate, others: Sequence[x509.Certificate]) -> Chain:
        """Return a leaf with what is above it, if that leads to what is trusted."""
        chain = chains.ordered(leaf, others)
        flaw = chains.flaw(chain, _loaded(self._trusted), self._clock.now())
        if flaw is not None:
            message = f"stations could not come in with what the EST server signed: {flaw}"
            raise EstError(message)
        try:
            return issuing.chain_of(leaf, others)
        except UnreadableError as error:
            raise EstError(str(error)) from None

    async def _authorities(self, http: aiohttp.ClientSession) -> list[x509.Certificate]:
        async with http.get(f"{self._base}/cacerts", allow_redirects=False) as response:
            if response.status != HTTPStatus.OK:
                message = f"the EST server answers /cacerts with {response.status}"
                raise EstError(message)
            return _certificates(await _body(response))

    async def _post(
        self, http: aiohttp.ClientSession, operation: str, body: bytes
    ) -> tuple[int, bytes, float]:
        headers = {
            "Content-Type": "application/pkcs10",
            "Content-Transfer-Encoding": "base64",
            "Accept": "application/pkcs7-mime",
        }
        async with http.post(
            f"{self._base}/{operation}", data=body, headers=headers, allow_redirects=False
        ) as response:
            after = _seconds(response.headers.get("Retry-After"))
            return response.status, await _body(response), after

    @property
    def _base(self) -> str:
        """The URL before an operation; a label stands behind the well-known path."""
        scheme, _, rest = self._server.url.rstrip("/").partition("://")
        host, slash, label = rest.partition("/")
        return f"{scheme}://{host}{_PATH}{slash}{label}"


@asynccontextmanager
async def _session(server: EstServer) -> AsyncIterator[aiohttp.ClientSession]:
    context = await asyncio.to_thread(_context, server)
    credentials = b64encode(f"{server.user}:{server.password}".encode()).decode()
    proof = {"Authorization": f"Basic {credentials}"} if server.user else {}
    async with aiohttp.ClientSession(
        # What is packed would count by its size before it is unpacked.
        headers={"Accept-Encoding": "identity", **proof},
        auto_decompress=False,
        connector=aiohttp.TCPConnector(ssl=context, limit=4),
        timeout=aiohttp.ClientTimeout(total=_SECONDS),
        trust_env=False,
    ) as http:
        yield http


def _context(server: EstServer) -> ssl.SSLContext:
    """Return TLS to the server; OpenSSL takes a key from files only, so it is one for a moment.

    Raises:
        EstError: What is configured is no certificate or no key.
    """
    try:
        context = ssl.create_default_context(cadata=server.anchors or None)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if server.client:
            with tempfile.TemporaryDirectory(prefix="laddnav-") as folder:
                path = Path(folder) / "client.pem"
                path.touch(0o600)
                path.write_text(server.client)
                context.load_cert_chain(path, password="")
    except (ssl.SSLError, ValueError):
        message = "the anchors or the client certificate for the EST server cannot be used"
        raise EstError(message) from None
    return context


def _loaded(pem: str) -> list[x509.Certificate]:
    return reading.load(pem) if pem else []


def _certificates(body: bytes) -> list[x509.Certificate]:
    try:
        return pkcs7.load_der_pkcs7_certificates(b64decode(body))
    except (ValueError, UnsupportedAlgorithm):
        message = "the EST server answered with what is no certs-only PKCS#7"
        raise EstError(message) from None


async def _body(response: aiohttp.ClientResponse) -> bytes:
    body = b""
    async for part in response.content.iter_chunked(16_384):
        body += part
        if len(body) > _MOST_BYTES:
            message = "the EST server answered with too much"
            raise EstError(message)
    return body


def _refused(status: int, after: float) -> Later | Never:
    """Return what a status other than 200 means (RFC 7030 4.2.3)."""
    if status in {HTTPStatus.ACCEPTED, HTTPStatus.TOO_MANY_REQUESTS}:
        return Later(seconds=after, reason="the EST server has not decided yet")
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        reason = f"the EST server does not admit us ({status}): mend its credentials"
        return Later(seconds=10 * _SOON, reason=reason)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Later(seconds=after, reason=f"the EST server fails ({status})")
    return Never(reason=f"the EST server refuses the request ({status})")


def _seconds(text: str | None) -> float:
    if text is None or not text.isdecimal():
        return _SOON
    return min(max(float(text), 1.0), _LATEST)


def _why(error: Exception) -> str:
    """Return a failure in words; whose texts they are, only operators see."""
    if isinstance(error, aiohttp.ClientConnectorCertificateError | ssl.SSLCertVerificationError):
        return "its certificate is not trusted"
    if isinstance(error, TimeoutError):
        return "it does not answer in time"
    return type(error).__name__
