"""The first seconds of a connection: HTTP read with patience for odd stations, none for junk."""

from asyncio import AbstractEventLoop, BaseTransport, TimerHandle, Transport
from collections.abc import Callable
from http import HTTPStatus
from ssl import SSLError
from typing import Final, Protocol, cast

import structlog
from aiohttp.web import BaseRequest, RequestHandler, Server, StreamResponse
from typing_extensions import override

from laddnav.gateway.entry.replies import bare_reply, reply, tls_failure
from laddnav.gateway.line.wire import Wire
from laddnav.journal.model import RefusalReason

_LONGEST_LINE: Final = 8192
_LONGEST_REQUEST: Final = 32_768
_CLIENT_HELLO: Final = b"\x16\x03"
_log = structlog.get_logger(__name__)


class Visit:
    """A connection from its accept until it is a station's link, or nothing.

    Attributes:
        peer: Who connected.
        address: The station, as far as it can be seen through trusted proxies.
        tls: Whether the station's link is encrypted.
        profiles: The security profiles that come in by its port; None: all.
        since: When it was accepted, on the loop's clock, like `deadline`.
        deadline: When its request must have been received.
        abort: Ends it at once; None once it is no longer the porch's to end.
    """

    __slots__ = ("abort", "address", "deadline", "peer", "profiles", "since", "tls")

    def __init__(
        self,
        peer: str,
        *,
        tls: bool,
        since: float,
        deadline: float,
        profiles: frozenset[int] | None = None,
    ) -> None:
        self.peer = peer
        self.address = peer
        self.tls = tls
        self.profiles = profiles
        self.since = since
        self.deadline = deadline
        self.abort: Callable[[], object] | None = None


class Porch(Protocol):
    """Where visits wait."""

    def refused(self, visit: Visit, reason: RefusalReason, detail: str = "") -> None:
        """Note that the visit ended before anyone knew whose it was."""
        ...

    def left(self, visit: Visit) -> None:
        """Note that the visit waits no more."""
        ...


class Entrance(RequestHandler):
    """The protocol of one connection: aiohttp's, with an eye on what it would not tell.

    The target of the request line is taken out before aiohttp sees it: aiohttp refuses raw blanks
    and bytes beyond ASCII there, and says so with the text of its exception.

    Attributes:
        target: The request's target as it came; b"" until it did.
        visit: What is known of the connection.
        porch: Where it waits.
    """

    __slots__ = ("_deadline", "_head", "_room", "porch", "target", "visit")

    def __init__(self, server: Server, loop: AbstractEventLoop, visit: Visit, porch: Porch) -> None:
        super().__init__(
            server,
            loop=loop,
            keepalive_timeout=0,
            lingering_time=0,
            access_log=None,  # type: ignore[arg-type]  # aiohttp documents None as off, but its type leaves that out
        )
        self.visit = visit
        self.porch = porch
        self.target = b""
        self._head: bytes | None = b""
        self._room = _LONGEST_REQUEST
        self._deadline: TimerHandle | None = None

    @override
    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)
        self.visit.abort = cast("Transport", transport).abort
        self._deadline = self._loop.call_at(self.visit.deadline, self._too_late)

    @override
    def data_received(self, data: bytes) -> None:
        if self._deadline is None:  # the request is complete: most calls by far
            super().data_received(data)
            return
        self._room -= len(data)
        if self._room < 0:
            self._turn_away(RefusalReason.BAD_HTTP, "the request is too long")
        elif self._head is None:
            super().data_received(data)
        else:
            self._read_line(self._head + data)

    def _read_line(self, head: bytes) -> None:
        """Look for the request line, before aiohttp sees anything."""
        self._head = head
        line, end, rest = head.partition(b"\n")
        if head.startswith(_CLIENT_HELLO):
            self._turn_away(RefusalReason.TLS_ON_PLAIN)
        elif end:
            self._begin(line.rstrip(b"\r"), rest)
        elif len(line) > _LONGEST_LINE:
            self._turn_away(RefusalReason.BAD_HTTP, "the request line does not end")

    def received(self) -> None:
        """Note that the request is complete: what follows is not the station's delay."""
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def hand_over(self, answer: bytes, wire: Wire) -> None:
        """Answer the upgrade, and let `wire` have the connection: HTTP is no more spoken on it.

        What aiohttp keeps for a request, some 8 KB, goes with it. Where the connection is gone
        already, the wire finds that it is lost.
        """
        transport, tail = self.transport, self._message_tail
        self.transport = None  # else aiohttp would close it
        if transport is not None and not transport.is_closing():
            transport.write(answer)
            wire.connection_made(transport)
            transport.set_protocol(wire)
            if tail:
                wire.data_received(tail)
        self.connection_lost(None)

    @override
    def connection_lost(self, exc: BaseException | None) -> None:
        if self._deadline is not None:
            self._lost_early(exc)
        self.received()
        self.porch.left(self.visit)
        super().connection_lost(exc)

    @override
    def handle_error(
        self,
        request: BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> StreamResponse:
        """Answer without a word of what went wrong."""
        self.received()
        if isinstance(exc, ConnectionError):
            raise exc  # the station is gone: aiohttp knows what to do
        if request.writer.output_size > 0:
            text = "the answer has already begun"
            raise ConnectionError(text)
        if status == HTTPStatus.BAD_REQUEST:
            reason = RefusalReason.BAD_HTTP
        else:
            reason = RefusalReason.INTERNAL
            _log.error("a request failed", address=self.visit.address, exc_info=exc)
        self.porch.refused(self.visit, reason)
        return reply(reason)

    def _begin(self, line: bytes, rest: bytes) -> None:
        """Hand the request to aiohttp, with a target that it understands."""
        method, _, tail = line.partition(b" ")
        target, _, version = tail.rpartition(b" ")
        if not version.startswith(b"HTTP/"):
            self._turn_away(RefusalReason.BAD_HTTP, "the first line is no request line")
            return
        self.target = target.strip()
        self._head = None
        super().data_received(b"%b / %b\r\n%b" % (method, version, rest))

    def _turn_away(self, reason: RefusalReason, detail: str = "") -> None:
        """End the connection, with an answer where HTTP is spoken."""
        self.received()
        self._head = b""
        self.porch.refused(self.visit, reason, detail)
        if self.transport is not None and (text := bare_reply(reason)):
            self.transport.write(text)
        self.force_close()

    def _too_late(self) -> None:
        self._deadline = None
        detail = "part of a request came" if self._head or self.target else "nothing came"
        self._turn_away(RefusalReason.HANDSHAKE_TIMEOUT, detail)

    def _lost_early(self, exc: BaseException | None) -> None:
        """Note a connection that ended before its request, unless it was opened for nothing."""
        if isinstance(exc, SSLError):
            self.porch.refused(self.visit, *tls_failure(exc))
        elif self._head or self.target:
            self.porch.refused(
                self.visit, RefusalReason.BAD_HTTP, "it broke off within the request"
            )
