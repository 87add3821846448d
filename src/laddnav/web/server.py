"""Serves an application on a socket, inside the event loop that runs already."""

import asyncio
import os
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus
from pathlib import Path
from typing import Final, cast

import h11
import uvicorn
from typing_extensions import override
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from laddnav.web.asgi import Application
from laddnav.web.problems import MEDIA_TYPE, ProblemError, bad_request, encoded

KEEP_ALIVE_SECONDS: Final = 75
REQUEST_SECONDS: Final = 30.0
"""How long a request may take to arrive, from its first byte (or the connection's begin) on."""

REQUEST_HEAD_BYTES: Final = 32 * 1024
SHUTDOWN_SECONDS: Final = 5.0

_LONGEST_PATH: Final = 107
_BACKLOG: Final = 1024
_TICK_SECONDS: Final = 1.0
_NO_HTTP: Final = "This is no HTTP/1.1 request, or its head is too large."
_TOO_SLOW: Final = "The request did not arrive in time: send it faster, or less at once."


class WebServer:
    """One application on one socket."""

    def __init__(
        self,
        application: Application,
        listening: socket.socket,
        *,
        shutdown_seconds: float = SHUTDOWN_SECONDS,
        request_seconds: float = REQUEST_SECONDS,
    ) -> None:
        """Prepare to serve on `listening`, which is bound and becomes this server's own."""
        config = _Config(
            application,
            http=_Protocol,
            ws="none",
            lifespan="off",
            loop="none",
            interface="asgi3",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            backlog=_BACKLOG,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=max(1, round(shutdown_seconds)),
            h11_max_incomplete_event_size=REQUEST_HEAD_BYTES,
        )
        config.request_seconds = request_seconds
        self._listening = listening
        self._server = _Server(config)
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to serve; return when requests are accepted."""
        self._task = asyncio.create_task(
            self._server.serve(sockets=[self._listening]), name="web server"
        )
        started = asyncio.create_task(self._server.accepting.wait())
        await asyncio.wait({self._task, started}, return_when=asyncio.FIRST_COMPLETED)
        started.cancel()
        if self._task.done():
            self._task.result()

    async def close(self) -> None:
        """Accept no more, let requests end for a bounded time, and close."""
        if self._task is None:
            self._listening.close()
            return
        self._server.should_exit = True
        self._server.stopping.set()
        await self._task


class _Config(uvicorn.Config):
    """What uvicorn is told, and how long a request may take to arrive."""

    request_seconds = REQUEST_SECONDS


class _Protocol(H11Protocol):
    """Bounds the time in which a request must arrive, and refuses what is no HTTP as a problem.

    uvicorn itself has no such bound (uvicorn#157): whoever sends a byte now and then is heard for
    ever, before, within and after a request.
    """

    _deadline: asyncio.TimerHandle | None = None

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # uvicorn narrows the transport's type in the same way
        super().connection_made(transport)
        self._watch()

    @override
    def handle_events(self) -> None:
        super().handle_events()
        self._watch()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_watching()
        super().connection_lost(exc)

    @override
    def send_400_response(self, msg: str) -> None:
        self._part(bad_request(_NO_HTTP))

    def _watch(self) -> None:
        """Let the time run while a request is awaited or arriving, from the first of it on."""
        state = self.conn.their_state
        resting = self.timeout_keep_alive_task is not None and not self.conn.trailing_data[0]
        if state not in {h11.IDLE, h11.SEND_BODY} or (state is h11.IDLE and resting):
            self._stop_watching()
        elif self._deadline is None and not self.transport.is_closing():
            seconds = cast("_Config", self.config).request_seconds
            self._deadline = self.loop.call_later(seconds, self._too_late)

    def _stop_watching(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _too_late(self) -> None:
        if self.conn.their_state is h11.IDLE and not self.conn.trailing_data[0]:
            self.transport.close()  # nothing came
        else:
            self._part(ProblemError(HTTPStatus.REQUEST_TIMEOUT, _TOO_SLOW))

    def _part(self, problem: ProblemError) -> None:
        """End the connection, with an answer where none has begun."""
        if self.conn.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
            body = encoded(problem, None)
            headers = [
                ("Content-Type", MEDIA_TYPE),
                ("Content-Length", str(len(body))),
                ("Connection", "close"),
            ]
            reason = HTTPStatus(problem.status).phrase
            head = h11.Response(status_code=problem.status, headers=headers, reason=reason)
            for event in (head, h11.Data(data=body)):
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()
        cycle = cast("RequestResponseCycle | None", self.cycle)  # None before the first request
        if cycle is not None and not cycle.response_complete:
            cycle.disconnected = True  # at once: the application must not answer any more
            cycle.message_event.set()


class _Server(uvicorn.Server):
    """Leaves signals to the process that it is a part of."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.accepting = asyncio.Event()
        self.stopping = asyncio.Event()

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.accepting.set()

    @override
    async def main_loop(self) -> None:
        # The tick of a round tenth refreshes the Date header.
        while not await self.on_tick(0):
            with suppress(TimeoutError):
                await asyncio.wait_for(self.stopping.wait(), _TICK_SECONDS)

    @override
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def bind_tcp(host: str, port: int) -> socket.socket:
    """Return a socket bound to `host` (a name or an address; "" is every one) and `port`.

    Raises:
        OSError: The address is taken, not this machine's, or unknown.
    """
    family, kind, protocol, _, address = socket.getaddrinfo(
        host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    bound = socket.socket(family, kind, protocol)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
    except OSError:
        bound.close()
        raise
    bound.settimeout(0)
    return bound


def bind_unix(path: Path) -> socket.socket:
    """Return a socket bound to `path` that nobody but this user can open, from the first moment.

    A socket that a dead server left there is replaced; a file that is no socket is not.

    Raises:
        OSError: The path is too long, not writable, or taken.
    """
    if len(os.fsencode(path)) > _LONGEST_PATH:
        message = f"longer than {_LONGEST_PATH} bytes: {path}"
        raise OSError(message)
    _remove_dead(path)
    bound = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    # No other thread of ours makes files that others should be able to read.
    before = os.umask(0o177)
    try:
        bound.bind(os.fspath(path))
    except OSError:
        bound.close()
        raise
    finally:
        os.umask(before)
    bound.settimeout(0)
    return bound


def _remove_dead(path: Path) -> None:
    """Remove a socket on which nobody answers."""
    with suppress(FileNotFoundError):
        if not stat.S_ISSOCK(path.lstat().st_mode):
            return
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking:
            asking.settimeout(1)
            try:
                asking.connect(os.fspath(path))
            except ConnectionRefusedError:
                path.unlink()
