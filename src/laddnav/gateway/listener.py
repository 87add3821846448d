"""The accept loop: every connection is seen from its first moment, and so is every failure."""

import asyncio
import errno
import socket
import ssl
from asyncio import Task
from typing import Final

import structlog
from aiohttp.web import Server
from msgspec import Struct

from laddnav.gateway.entry.entrance import Entrance, Visit
from laddnav.gateway.entry.proxies import BadProxyHeaderError, TrustedProxies, read_proxy_header
from laddnav.gateway.entry.replies import tls_failure
from laddnav.gateway.entry.tls_ports import TlsPort
from laddnav.gateway.ports import RefusalBook
from laddnav.journal.model import RefusalReason

_BACKLOG: Final = 4096
_AT_A_TIME: Final = 64
_LONGEST_PROXY_HEADER: Final = 65_551
_PEEK_SECONDS: Final = 0.01
_PATIENCE_SECONDS: Final = 0.5
_THINNING_SECONDS: Final = 0.1
_OUT_OF_FILES: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
_log = structlog.get_logger(__name__)


class Doorway(Struct, frozen=True, kw_only=True):
    """How connections are let in.

    Attributes:
        handshake_seconds: The time for TLS and HTTP together.
        most_waiting: How many unfinished handshakes there may be; beyond, none is accepted, and
            those that take longer than `crowded_seconds` are given up.
        proxy_protocol: Whether trusted proxies begin with the PROXY protocol.
    """

    proxies: TrustedProxies
    handshake_seconds: float = 10.0
    most_waiting: int = 2048
    crowded_seconds: float = 2.0
    proxy_protocol: bool = False
    keepalive_seconds: int = 60


class Listener:
    """One port on which stations knock.

    Args:
        server: aiohttp's, with the handler of requests.
        doorway: How connections are let in.
        book: Where refusals are noted.
        tls: What it shows and asks for; None: it is a port without TLS.
        profiles: The security profiles that come in here; None: all.
    """

    def __init__(
        self,
        server: Server,
        doorway: Doorway,
        book: RefusalBook,
        *,
        tls: TlsPort | None = None,
        profiles: frozenset[int] | None = None,
    ) -> None:
        self._server = server
        self._doorway = doorway
        self._book = book
        self._tls = tls
        self._profiles = profiles
        self._socket: socket.socket | None = None
        self._accepting = False
        self._closed = False
        self._visits: dict[Visit, None] = {}
        self._tasks: set[Task[None]] = set()

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens."""
        host, port = self._listening.getsockname()[:2]
        return host, port

    def open(self, host: str, port: int) -> None:
        """Begin to listen; `OSError` where the port cannot be had. Port 0 is any that is free."""
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._socket = socket.create_server((host, port), family=family, backlog=_BACKLOG)
        self._socket.settimeout(0)
        self._resume()

    async def close(self) -> None:
        """Stop accepting, and give up the handshakes that are not finished."""
        self._closed = True
        self._pause()
        for visit in list(self._visits):
            self._expel(visit, RefusalReason.SHUTTING_DOWN)
        if self._tasks:
            await asyncio.wait(self._tasks)
        self._listening.close()

    def refused(self, visit: Visit, reason: RefusalReason, detail: str = "") -> None:
        """Note that a visit ended before anyone knew whose it was."""
        self._book.record(reason, address=visit.address, detail=detail)

    def left(self, visit: Visit) -> None:
        """Note that a visit is over, or has become a link."""
        visit.abort = None
        self._visits.pop(visit, None)
        if not self._accepting:
            self._resume()

    @property
    def _listening(self) -> socket.socket:
        if self._socket is None:
            message = "the listener is not open"
            raise RuntimeError(message)
        return self._socket

    def _resume(self) -> None:
        if not self._closed and not self._accepting:
            self._accepting = True
            asyncio.get_running_loop().add_reader(self._listening, self._accept)

    def _pause(self) -> None:
        if self._accepting:
            self._accepting = False
            asyncio.get_running_loop().remove_reader(self._listening)

    def _accept(self) -> None:
        """Take the connections that wait, a few at a time, as far as there is room."""
        for _ in range(_AT_A_TIME):
            if len(self._visits) >= self._doorway.most_waiting:
                self._pause()
                self._thin_out()
                return
            try:
                connection, peer = self._listening.accept()
            except (BlockingIOError, InterruptedError):
                return
            except ConnectionError:
                continue  # gone before it was accepted
            except OSError as error:
                self._wait_for_files(error)
                return
            self._welcome(connection, str(peer[0]))

    def _wait_for_files(self, error: OSError) -> None:
        """Stop accepting for a moment: those who come meanwhile wait in the backlog."""
        if error.errno not in _OUT_OF_FILES:
            raise error
        _log.error("no more connections can be accepted", reason=errno.errorcode[error.errno])
        self._pause()
        asyncio.get_running_loop().call_later(_PATIENCE_SECONDS, self._resume)

    def _thin_out(self) -> None:
        """Give up the slowest handshakes while there are too many."""
        loop = asyncio.get_running_loop()
        limit = loop.time() - self._doorway.crowded_seconds
        for visit in [visit for visit in self._visits if visit.since < limit]:
            self._expel(visit, RefusalReason.HANDSHAKE_TIMEOUT)
        if len(self._visits) < self._doorway.most_waiting:
            self._resume()
        else:
            loop.call_later(_THINNING_SECONDS, self._thin_out)

    def _expel(self, visit: Visit, reason: RefusalReason) -> None:
        """End a visit that is not finished."""
        self.refused(visit, reason, "it was not finished in time")
        abort = visit.abort
        self.left(visit)
        if abort is not None:
            abort()

    def _welcome(self, connection: socket.socket, peer: str) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        visit = Visit(
            peer.removeprefix("::ffff:"),
            tls=self._tls is not None,
            profiles=self._profiles,
            since=now,
            deadline=now + self._doorway.handshake_seconds,
        )
        self._visits[visit] = None
        task = loop.create_task(self._lead_in(connection, visit), name="handshake")
        visit.abort = task.cancel
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _lead_in(self, connection: socket.socket, visit: Visit) -> None:
        """Bring a connection to the point where HTTP begins."""
        try:
            connection.settimeout(0)
            _keep_alive(connection, self._doorway.keepalive_seconds)
            if self._doorway.proxy_protocol and self._doorway.proxies.trusts(visit.peer):
                await _read_proxy_header(connection, visit)
            await self._begin(connection, visit)
        except BaseException as error:
            connection.close()
            self._note_failure(visit, error)
            self.left(visit)
            if not isinstance(error, Exception):
                raise

    async def _begin(self, connection: socket.socket, visit: Visit) -> None:
        loop = asyncio.get_running_loop()
        left = max(visit.deadline - loop.time(), _PEEK_SECONDS)
        await loop.connect_accepted_socket(
            lambda: Entrance(self._server, loop, visit, self),
            connection,
            ssl=None if self._tls is None else self._tls.context,
            ssl_handshake_timeout=None if self._tls is None else left,
            ssl_shutdown_timeout=None if self._tls is None else _PATIENCE_SECONDS,
        )

    def _note_failure(self, visit: Visit, error: BaseException) -> None:
        match error:
            case ssl.SSLError():
                self.refused(visit, *tls_failure(error))
            case BadProxyHeaderError():
                self.refused(visit, RefusalReason.BAD_HTTP, "the proxy sent no PROXY header")
            case TimeoutError() | ConnectionAbortedError():
                self.refused(visit, RefusalReason.HANDSHAKE_TIMEOUT, "within TLS")
            case OSError():
                self.refused(visit, RefusalReason.TLS_FAILED, "it broke off within TLS")
            case Exception():
                _log.error("a handshake failed", address=visit.address, exc_info=error)
                self.refused(visit, RefusalReason.INTERNAL)
            case _:
                return  # cancelled: whoever did it has noted why


async def _read_proxy_header(connection: socket.socket, visit: Visit) -> None:
    """Take what a trusted proxy says first, and not a byte more: TLS may follow it."""
    async with asyncio.timeout_at(visit.deadline):
        data = await _peeked(connection)
        while (header := read_proxy_header(data)) is None:
            if not data:
                raise BadProxyHeaderError
            await asyncio.sleep(_PEEK_SECONDS)  # what is there stays readable
            data = await _peeked(connection)
        await asyncio.get_running_loop().sock_recv(connection, header.length)
    if header.address is not None:
        visit.address = header.address
        visit.tls = visit.tls or header.tls


async def _peeked(connection: socket.socket) -> bytes:
    """Return what has come, and leave it there."""
    loop = asyncio.get_running_loop()
    readable = asyncio.Event()
    loop.add_reader(connection, readable.set)
    try:
        await readable.wait()
    finally:
        loop.remove_reader(connection)
    return connection.recv(_LONGEST_PROXY_HEADER, socket.MSG_PEEK)


def _keep_alive(connection: socket.socket, seconds: int) -> None:
    """Let the system find out that the other end is gone; it costs a station nothing."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (("TCP_KEEPIDLE", seconds), ("TCP_KEEPINTVL", 15), ("TCP_KEEPCNT", 4)):
        if hasattr(socket, name):
            connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
