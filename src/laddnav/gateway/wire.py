"""One WebSocket as its link uses it: text in, text out, nothing that waits for the station."""

import asyncio
from asyncio import Task, Transport
from collections.abc import Coroutine
from enum import StrEnum
from typing import Any, Final, NamedTuple

from aiohttp import WebSocketError, WSCloseCode, WSMsgType
from aiohttp.web import RequestHandler, WebSocketResponse

NEVER_DRAIN: Final = 1 << 62
"""Writer limit for aiohttp: slow readers are cut off here, sends never wait."""

_LONGEST_REASON: Final = 123  # octets of a close frame besides its code (RFC 6455 5.5)
_AT_A_STRETCH: Final = 32  # frames, each some 50 microseconds
_COMPRESSED_AT_ONCE: Final = 4096  # characters; aiohttp compresses beyond 16 KiB in a thread


class End(StrEnum):
    """Why there is no more to receive."""

    BY_STATION = "closed by the station"
    BY_US = "closed by us"
    TOO_BIG = "a frame was too big"
    BINARY = "a binary frame came"
    PROTOCOL = "the WebSocket protocol was broken"
    LOST = "the connection was lost"
    SLOW = "the station did not read"
    SILENT = "no answer to a ping"


class Incoming(NamedTuple):
    """One text frame; `intact` False: it was no UTF-8, and what is none was replaced."""

    text: str
    intact: bool = True


PONG: Final = Incoming("")
"""What stands for a sign of life that is no text."""


class Wire:
    """A WebSocket that is open.

    Args:
        socket: Prepared, with `autoping` and `decode_text` off, and `NEVER_DRAIN`.
        protocol: Its connection's.
        most_buffered: How many bytes may wait for a station that does not read.

    Attributes:
        socket: aiohttp's.
        end: Why it ended; None: it did not.
        pinged: Whether the station was ever pinged.
        pongs: Whether it has ever answered a ping.
    """

    __slots__ = (
        "_closing",
        "_in_a_row",
        "_most_buffered",
        "_protocol",
        "_sending",
        "end",
        "pinged",
        "pongs",
        "socket",
    )

    def __init__(
        self, socket: WebSocketResponse[Any], protocol: RequestHandler, *, most_buffered: int
    ) -> None:
        self.socket = socket
        self._protocol = protocol
        self._most_buffered = most_buffered
        self._in_a_row = 0
        self._sending: Task[None] | None = None
        self._closing: Task[bool] | None = None
        self.end: End | None = None
        self.pinged = False
        self.pongs = False

    async def receive(self) -> Incoming | None:
        """Return the next frame, or `PONG`; None: there will be none.

        Frames that have come already are handed out without a pause; now and then others have
        their turn, lest a station that floods us keeps the loop to itself.
        """
        while self.end is None:
            self._in_a_row = (self._in_a_row + 1) % _AT_A_STRETCH
            if not self._in_a_row:
                await asyncio.sleep(0)
            message = await self.socket.receive()
            match message.type:
                case WSMsgType.TEXT:
                    return _incoming(message.data)
                case WSMsgType.PING:
                    _run(self.socket.pong(message.data))
                    return PONG
                case WSMsgType.PONG:
                    self.pongs = True
                    return PONG
                case WSMsgType.BINARY:
                    self.close(WSCloseCode.UNSUPPORTED_DATA, "OCPP is text", End.BINARY)
                case _:
                    self._note_end(message.data)
        return None

    def send(self, text: str) -> None:
        """Send `text` after what was sent before; a wire that ended swallows it."""
        if self.end is not None:
            return
        if self._sending is not None or (self.socket.compress and len(text) > _COMPRESSED_AT_ONCE):
            self._sending = asyncio.ensure_future(self._send_after(self._sending, text))
        else:
            _run(self.socket.send_str(text))
        if self._protocol.writing_paused:
            self._cut_off_if_slow()

    def ping(self) -> None:
        """Ask for a sign of life."""
        if self.end is None:
            self.pinged = True
            _run(self.socket.ping())

    def close(self, code: int, reason: str, end: End = End.BY_US) -> None:
        """Say goodbye; `reason` is cut to what a close frame holds."""
        if self.end is not None:
            return
        self.end = end
        message = reason.encode()[:_LONGEST_REASON].decode("utf-8", "ignore").encode()
        self._closing = asyncio.ensure_future(self.socket.close(code=code, message=message))

    def abort(self, end: End) -> None:
        """End the connection without a word: nobody is there to hear it."""
        if self.end is None:
            self.end = end
        transport = self._protocol.transport
        if transport is not None:
            transport.abort()

    async def closed(self) -> None:
        """Wait until the goodbye is said."""
        if self._closing is not None:
            await asyncio.wait((self._closing,))

    def _cut_off_if_slow(self) -> None:
        transport: Transport | None = self._protocol.transport
        if transport is not None and transport.get_write_buffer_size() > self._most_buffered:
            self.abort(End.SLOW)

    async def _send_after(self, earlier: Task[None] | None, text: str) -> None:
        if earlier is not None:
            await asyncio.wait((earlier,))
        try:
            await self.socket.send_str(text)
        except (ConnectionError, RuntimeError):
            return  # it closed meanwhile
        finally:
            if self._sending is asyncio.current_task():
                self._sending = None

    def _note_end(self, data: object) -> None:
        """Note why the socket ended, unless we ended it."""
        if self.end is not None:
            return
        if isinstance(data, WebSocketError):  # the socket's own code tells how the goodbye went
            is_too_big = data.code == WSCloseCode.MESSAGE_TOO_BIG
            self.end = End.TOO_BIG if is_too_big else End.PROTOCOL
        elif self.socket.close_code == WSCloseCode.ABNORMAL_CLOSURE:
            self.end = End.LOST
        else:
            self.end = End.BY_STATION


def _incoming(data: bytes) -> Incoming:
    try:
        return Incoming(data.decode())
    except UnicodeDecodeError:
        return Incoming(data.decode("utf-8", "replace"), intact=False)


def _run(coroutine: Coroutine[Any, Any, None]) -> None:
    """Run a send to its end: with nothing to wait for, it has no reason to stop on the way.

    Raises:
        AssertionError: It stopped all the same: what it sends would be lost.
    """
    try:
        coroutine.send(None)
    except StopIteration:
        return
    except (ConnectionError, RuntimeError):
        return  # it closed meanwhile; the reader will notice
    finally:
        coroutine.close()
    message = "a send waited"
    raise AssertionError(message)
