"""From a request to a link: path, credentials, admission, OCPP version, upgrade."""

import asyncio
import re
from base64 import b64decode
from binascii import Error as Base64Error
from ssl import SSLObject
from typing import Final, NamedTuple, Protocol

from aiohttp import WSCloseCode
from aiohttp.web import BaseRequest, Response, StreamResponse
from msgspec import Struct

from laddnav.gateway.entry.entrance import Entrance, Visit
from laddnav.gateway.entry.proxies import TrustedProxies
from laddnav.gateway.entry.replies import reply
from laddnav.gateway.entry.target import (
    Target,
    oddities,
    offered_subprotocols,
    read_credentials,
    read_target,
)
from laddnav.gateway.entry.tls import presented
from laddnav.gateway.entry.upgrade import upgraded
from laddnav.gateway.line.wire import End, Wire, WireLimits
from laddnav.gateway.ports import Doorkeeper, RefusalBook
from laddnav.journal.model import RefusalReason
from laddnav.kernel.keys import DEFAULT_OPERATOR, StationKey
from laddnav.ocpp.action import Version
from laddnav.stations.model import Admitted, Knock, Refused, StationSettings
from laddnav.storage.errors import StorageUnavailable

_LONGEST_AGENT: Final = 200
_LONGEST_PATH: Final = 150
_KEY_BYTES: Final = 16
_UPGRADED: Final = 101
_NOBODY: Final = StationKey("", "")
_USER: Final = re.compile(rb"[^/]*@")
_SECURE: Final = frozenset({"https", "wss"})


class Choice(NamedTuple):
    """The version that is spoken, and the subprotocol that says so; None: none was offered."""

    version: Version
    subprotocol: str | None


class Arrival(Struct, frozen=True, kw_only=True):
    """A station that may come in, before its WebSocket is open.

    Attributes:
        oddities: What its request did wrong and was forgiven; to be counted.
    """

    admitted: Admitted
    version: Version
    address: str
    tls: bool
    oddities: tuple[str, ...] = ()


class Berth(Protocol):
    """A place for one link: what is done with a station's WebSocket once it is open."""

    @property
    def deflate(self) -> bool:
        """Whether compression is offered."""
        ...

    def begin(self, wire: Wire) -> None:
        """Speak with the station until the wire ends."""
        ...


class Harbour(Protocol):
    """Where links live."""

    async def berth(self, arrival: Arrival) -> Berth | None:
        """Make room for a station; None: an unauthenticated station of that name is here.

        Raises:
            StorageUnavailable: The database is away.
        """
        ...


class Reception:
    """Receives each request: the handler of aiohttp's server."""

    def __init__(
        self,
        *,
        doorkeeper: Doorkeeper,
        book: RefusalBook,
        harbour: Harbour,
        proxies: TrustedProxies,
        limits: WireLimits,
    ) -> None:
        self._doorkeeper = doorkeeper
        self._book = book
        self._harbour = harbour
        self._proxies = proxies
        self._limits = limits

    async def __call__(self, request: BaseRequest) -> StreamResponse:
        """Answer a request; one that opens a WebSocket has its answer, and a link, afterwards."""
        entrance = request.protocol
        if not isinstance(entrance, Entrance):
            message = "requests come through the listener"
            raise TypeError(message)
        entrance.received()
        visit = entrance.visit
        self._look_through_proxies(visit, request)
        refusal = await self._open(request, entrance)
        return StreamResponse(status=_UPGRADED) if refusal is None else refusal

    async def _open(self, request: BaseRequest, entrance: Entrance) -> Response | None:
        """Open the WebSocket of a station that may come in; else return what it is told."""
        visit = entrance.visit
        target = read_target(entrance.target)
        if target is None:
            return self._refuse(RefusalReason.BAD_PATH, visit, detail=_shown(entrance.target))
        flaw = _flaw(request)
        if flaw is not None:
            return self._refuse(flaw[0], visit, await self._named(target), flaw[1])
        try:
            return await self._receive(request, entrance, target)
        except StorageUnavailable:
            return self._refuse(RefusalReason.DATABASE_AWAY, visit, _claimed(target))

    async def _named(self, target: Target) -> StationKey:
        """Return whom a path names; an operator that there is not could list no refusals."""
        try:
            named = await self._doorkeeper.named(target.operator, target.identity)
        except StorageUnavailable:
            return _claimed(target)
        return named or StationKey("", target.identity)

    async def _receive(
        self, request: BaseRequest, entrance: Entrance, target: Target
    ) -> Response | None:
        """Admit the station, agree on a version, and make room for it."""
        visit = entrance.visit
        knock = _knock(request, visit, target)
        admitted = await self._doorkeeper.admit(knock)
        if isinstance(admitted, Refused):
            return reply(admitted.reason)
        key = admitted.key
        choice = choose(knock.offered, admitted.station.settings)
        if isinstance(choice, RefusalReason):
            self._note(choice, visit, key, f"offered: {', '.join(knock.offered) or 'none'}")
            self._part(request, entrance)
            return None
        berth = await self._harbour.berth(
            Arrival(
                admitted=admitted,
                version=choice.version,
                address=visit.address,
                tls=visit.tls,
                oddities=_oddities(entrance.target, choice),
            )
        )
        if berth is None:
            detail = "a station without password is connected under this identity, and alive"
            return self._refuse(RefusalReason.IDENTITY_IN_USE, visit, key, detail)
        wire = self._upgrade(request, entrance, choice.subprotocol, deflate=berth.deflate)
        try:
            berth.begin(wire)
        except Exception:
            wire.abort(End.BY_US)
            raise
        return None

    def _part(self, request: BaseRequest, entrance: Entrance) -> None:
        """Complete the handshake without a subprotocol and close at once (J16 3.2, J21 3.3)."""
        wire = self._upgrade(request, entrance, None, deflate=False)
        wire.close(WSCloseCode.PROTOCOL_ERROR, "no common OCPP version")

    def _upgrade(
        self, request: BaseRequest, entrance: Entrance, subprotocol: str | None, *, deflate: bool
    ) -> Wire:
        """Answer the handshake, and take the connection out of aiohttp's hands."""
        answer, agreed = upgraded(request, subprotocol, deflate=deflate)
        wire = Wire(self._limits, agreed, asyncio.get_running_loop())
        entrance.hand_over(answer, wire)
        return wire

    def _look_through_proxies(self, visit: Visit, request: BaseRequest) -> None:
        """Believe what a trusted proxy says about the station."""
        if not self._proxies.trusts(visit.address):
            return
        schemes = ",".join(_all(request, "X-Forwarded-Proto"))  # only the last is the proxy's own
        scheme = schemes.rpartition(",")[2].strip().casefold()
        if scheme:
            visit.tls = scheme in _SECURE
        visit.address = self._proxies.origin(visit.address, _all(request, "X-Forwarded-For"))

    def _refuse(
        self, reason: RefusalReason, visit: Visit, key: StationKey = _NOBODY, detail: str = ""
    ) -> Response:
        self._note(reason, visit, key, detail)
        return reply(reason)

    def _note(self, reason: RefusalReason, visit: Visit, key: StationKey, detail: str) -> None:
        self._book.record(
            reason,
            address=visit.address,
            operator=key.operator,
            identity=key.identity,
            detail=detail,
        )


def _oddities(target: bytes, choice: Choice) -> tuple[str, ...]:
    """Return what a request did wrong and was forgiven."""
    found = tuple(f"odd_path {oddity}" for oddity in oddities(target))
    return found if choice.subprotocol is not None else ("no_subprotocol", *found)


def _claimed(target: Target) -> StationKey:
    """Return whom a path seems to name, where the operators cannot be asked for."""
    doubled = target.operator == target.identity
    operator = DEFAULT_OPERATOR if target.operator is None or doubled else target.operator
    return StationKey(operator, target.identity)


def choose(offered: tuple[str, ...], settings: StationSettings) -> Choice | RefusalReason:
    """Return the first version in the station's order that may be spoken with it (J21 3.1.2)."""
    if not offered:
        if settings.assume_ocpp16:
            return Choice(Version.V16, None)
        return RefusalReason.NO_SUBPROTOCOL
    for name in offered:
        version = Version.from_subprotocol(name.casefold())
        if version is not None and (not settings.versions or version in settings.versions):
            return Choice(version, name)
    return RefusalReason.NO_COMMON_SUBPROTOCOL


def _flaw(request: BaseRequest) -> tuple[RefusalReason, str] | None:
    """Return what keeps a request from being a WebSocket handshake (RFC 6455 4.2.1)."""
    headers = request.headers
    tokens = {token.strip().casefold() for token in headers.get("Connection", "").split(",")}
    for holds, reason, detail in (
        (request.method == "GET", RefusalReason.BAD_HTTP, "the method is not GET"),
        (
            headers.get("Upgrade", "").strip().casefold() == "websocket",
            RefusalReason.NOT_A_WEBSOCKET,
            "no Upgrade header that says websocket",
        ),
        (
            "upgrade" in tokens,
            RefusalReason.NOT_A_WEBSOCKET,
            "no Connection header that says Upgrade",
        ),
        (
            headers.get("Sec-WebSocket-Version", "").strip() == "13",
            RefusalReason.NOT_A_WEBSOCKET,
            "another WebSocket version than 13",
        ),
        (
            _is_key(headers.get("Sec-WebSocket-Key", "")),
            RefusalReason.BAD_HTTP,
            "Sec-WebSocket-Key is missing or wrong",
        ),
    ):
        if not holds:
            return reason, detail
    return None


def _is_key(text: str) -> bool:
    try:
        return len(b64decode(text, validate=True)) == _KEY_BYTES
    except (Base64Error, ValueError):
        return False


def _knock(request: BaseRequest, visit: Visit, target: Target) -> Knock:
    credentials = read_credentials(request.headers.get("Authorization"))
    agent = request.headers.get("User-Agent")
    return Knock(
        operator=target.operator,
        identity=target.identity,
        user=credentials.user,
        password=credentials.password,
        tls=visit.tls,
        address=visit.address,
        offered=offered_subprotocols(_all(request, "Sec-WebSocket-Protocol")),
        chain=presented(_tls_of(request)),
        profiles=visit.profiles,
        user_agent=None if agent is None else agent[:_LONGEST_AGENT],
    )


def _tls_of(request: BaseRequest) -> SSLObject | None:
    found: SSLObject | None = None
    if request.transport is not None:
        found = request.transport.get_extra_info("ssl_object")
    return found


def _all(request: BaseRequest, name: str) -> list[str]:
    """Return every line of a header."""
    return list(request.headers.getall(name, []))


def _shown(target: bytes) -> str:
    """Return the path that was asked for, without a query and without a user: secrets are there."""
    path = _USER.sub(b"***@", target.partition(b"?")[0])
    return f"asked for {path[:_LONGEST_PATH].decode('latin-1')}"
