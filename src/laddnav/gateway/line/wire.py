"""One WebSocket as its link uses it: text in, text out, nothing that waits for the station."""

import asyncio
from asyncio import AbstractEventLoop, BaseTransport, Task, TimerHandle, Transport
from collections.abc import Awaitable
from enum import StrEnum
from typing import Final, NamedTuple, Protocol, cast

from aiohttp import WebSocketError, WSCloseCode, WSMsgType
from aiohttp.base_protocol import BaseProtocol
from aiohttp.http import WebSocketReader, WebSocketWriter, WSMessageNoDecodeText
from msgspec import Struct
from typing_extensions import override

from laddnav.gateway.line.frames import Deflate, Inbox, frame, goodbye

_GOODBYE_SECONDS: Final = 5.0
_AT_A_STRETCH: Final = 32  # frames, each some 50 microseconds
_READ_AT_ONCE: Final = 16 * 1024  # bytes, lest thousands of frames are read before one is taken
_COMPRESSED_AT_ONCE: Final = 4096  # characters; aiohttp compresses beyond 16 KiB in a thread
_NEVER_DRAIN: Final = 1 << 62  # slow readers are cut off here, sends never wait


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


class Taker(Protocol):
    """Who takes what comes over a wire. None of its methods may raise."""

    def take(self, incoming: Incoming) -> Awaitable[object] | None:
        """Take a frame; return what is to be awaited before the next one is handed over."""
        ...

    def lives(self) -> None:
        """Note a sign of life that is no text."""
        ...

    def ended(self) -> None:
        """Note that no more frames come."""
        ...


class WireLimits(Struct, frozen=True, kw_only=True):
    """What one WebSocket may cost.

    Attributes:
        frame_bytes: The largest frame that is taken.
        most_buffered: How many bytes may wait for a station that does not read.
    """

    frame_bytes: int = 1024 * 1024
    most_buffered: int = 1024 * 1024


class Wire(asyncio.Protocol):
    """A WebSocket that is open: the protocol of its connection from the upgrade on.

    A frame is handed over while it is read, with no task and no queue in between. Only while its
    taker must be waited for do the frames behind it stand in line, and no more is read then.

    Attributes:
        end: Why it ended; None: it did not.
        pinged: Whether the station was ever pinged.
        pongs: Whether it has ever answered a ping.
    """

    __slots__ = (
        "_catching_up",
        "_deflate",
        "_farewell",
        "_in_a_row",
        "_is_choked",
        "_line",
        "_loop",
        "_most_buffered",
        "_reader",
        "_sending",
        "_taker",
        "_transport",
        "_unread",
        "_writer",
        "end",
        "pinged",
        "pongs",
    )

    def __init__(self, limits: WireLimits, deflate: Deflate, loop: AbstractEventLoop) -> None:
        self._loop = loop
        self._deflate = deflate
        self._most_buffered = limits.most_buffered
        self._reader = WebSocketReader(
            Inbox(self._came),
            limits.frame_bytes + 1,  # aiohttp refuses what reaches it
            compress=deflate.window_bits > 0,
            decode_text=False,
        )
        self._writer: WebSocketWriter | None = None
        self._transport: Transport | None = None
        self._taker: Taker | None = None
        self._line: list[WSMessageNoDecodeText] = []
        self._unread = b""
        self._in_a_row = 0
        self._is_choked = False
        self._catching_up: Task[None] | None = None
        self._sending: Task[None] | None = None
        self._farewell: TimerHandle | None = None
        self.end: End | None = None
        self.pinged = False
        self.pongs = False

    def begin(self, taker: Taker) -> None:
        """Hand over what comes, and what has come already."""
        self._taker = taker
        if self._line or self._unread or self._transport is None:
            self._wait(asyncio.sleep(0))

    @override
    def connection_made(self, transport: BaseTransport) -> None:
        self._transport = cast("Transport", transport)

    @override
    def data_received(self, data: bytes) -> None:
        self._in_a_row = 0
        if self._is_waiting:
            self._unread += data
            self._pause(is_paused=True)
        elif len(data) > _READ_AT_ONCE:
            self._unread = data
            self._wait(asyncio.sleep(0))
        else:
            self._reader.feed_data(data)

    @override
    def eof_received(self) -> None:
        """Hang up: who will send nothing more may not read either, what waits for it is cut."""
        self._hang_up()

    @override
    def connection_lost(self, exc: BaseException | None) -> None:
        self._transport = None
        if self._farewell is not None:
            self._farewell.cancel()
        if not self._is_waiting:
            self._note_end(End.LOST)

    @override
    def pause_writing(self) -> None:
        self._is_choked = True

    @override
    def resume_writing(self) -> None:
        self._is_choked = False

    def send(self, text: str) -> None:
        """Send `text` after what was sent before; a wire that ended swallows it."""
        if self.end is not None:
            return
        if not self._deflate.window_bits:
            self._write(frame(WSMsgType.TEXT, text.encode()))
        elif self._sending is not None or len(text) > _COMPRESSED_AT_ONCE:
            self._sending = asyncio.ensure_future(self._send_after(self._sending, text))
        else:
            self._send_compressed(text)
        self._cut_off_if_slow()

    def ping(self) -> None:
        """Ask for a sign of life."""
        if self.end is None:
            self.pinged = True
            self._write(frame(WSMsgType.PING, b""))

    def close(self, code: int, reason: str, end: End = End.BY_US) -> None:
        """Say goodbye after what was sent before, and wait a little for the station's.

        Its `reason` is cut where it is long.
        """
        if self.end is None:
            if self._sending is None:
                self._write(goodbye(code, reason))
            else:
                self._sending = asyncio.ensure_future(
                    self._part_after(self._sending, goodbye(code, reason))
                )
            self._farewell = self._loop.call_later(_GOODBYE_SECONDS, self._hang_up)
            self._note_end(end)

    def abort(self, end: End) -> None:
        """End the connection without a word: nobody is there to hear it."""
        if self._transport is not None:
            self._transport.abort()
        self._note_end(end)

    @property
    def _is_waiting(self) -> bool:
        """Whether frames stand in line, for a taker that must be waited for or is not there yet."""
        return self._catching_up is not None or (self._taker is None and self.end is None)

    def _came(self, message: WSMessageNoDecodeText) -> None:
        """Take what has been read: signs of life at once, all else in its order."""
        kind = message.type
        if kind is WSMsgType.PING:
            if self.end is None:
                self._write(frame(WSMsgType.PONG, message.data))
                self._cut_off_if_slow()
            self._note_life()
        elif kind is WSMsgType.PONG:
            self.pongs = True
            self._note_life()
        elif self._is_waiting:
            self._line.append(message)
        elif (waiting := self._next(message)) is not None:
            self._wait(waiting)

    def _note_life(self) -> None:
        if self._taker is not None:
            self._taker.lives()

    def _next(self, message: WSMessageNoDecodeText) -> Awaitable[object] | None:
        """Take a message; return what is to be awaited before the one after it."""
        if self._taker is None or self.end is not None:
            if message.type is WSMsgType.CLOSE:
                self._hang_up()
            return None
        if message.type is not WSMsgType.TEXT:
            self._take_other(message)
            return None
        waiting = self._taker.take(_incoming(message.data))
        self._in_a_row += 1
        if waiting is None and self._in_a_row >= _AT_A_STRETCH:
            self._in_a_row = 0
            return asyncio.sleep(0)  # lest a station that floods us keeps the loop to itself
        return waiting

    def _take_other(self, message: WSMessageNoDecodeText) -> None:
        """Take what is no text: it ends the connection."""
        if message.type is WSMsgType.BINARY:
            self.close(WSCloseCode.UNSUPPORTED_DATA, "OCPP is text", End.BINARY)
            return
        code: int = WSCloseCode.OK
        end = End.BY_STATION
        if message.type is WSMsgType.ERROR:
            error = message.data
            code = error.code if isinstance(error, WebSocketError) else WSCloseCode.PROTOCOL_ERROR
            end = End.TOO_BIG if code == WSCloseCode.MESSAGE_TOO_BIG else End.PROTOCOL
        self._write(goodbye(code))
        self._hang_up()
        self._note_end(end)

    def _wait(self, waiting: Awaitable[object]) -> None:
        self._catching_up = self._loop.create_task(self._catch_up(waiting))

    async def _catch_up(self, waiting: Awaitable[object] | None) -> None:
        """Wait, then take what stands in line and what is unread, in turn."""
        while waiting is not None:
            await waiting
            waiting = None
            while waiting is None and self.end is None and self._line:
                waiting = self._next(self._line.pop(0))
            if waiting is None and self.end is None and self._unread:
                self._read_on()
                waiting = asyncio.sleep(0)  # what was read may have been thousands of pings
        self._catching_up = None
        self._line.clear()
        self._unread = b""
        if self._transport is None:
            self._note_end(End.LOST)
        else:
            self._pause(is_paused=False)
        if self.end is not None:
            self._tell()

    def _read_on(self) -> None:
        data = self._unread
        self._unread = data[_READ_AT_ONCE:]
        self._reader.feed_data(data[:_READ_AT_ONCE])

    def _pause(self, *, is_paused: bool) -> None:
        transport = self._transport
        if transport is None or transport.is_closing() or transport.is_reading() is not is_paused:
            return
        if is_paused:
            transport.pause_reading()
        else:
            transport.resume_reading()

    def _note_end(self, end: End) -> None:
        if self.end is None:
            self.end = end
            self._loop.call_soon(self._tell)

    def _tell(self) -> None:
        """Tell the taker that it is over, unless it must still be waited for."""
        if self._catching_up is None and self._taker is not None:
            taker, self._taker = self._taker, None
            taker.ended()

    def _hang_up(self) -> None:
        """Close the connection when all is sent; one that takes nothing more is cut, in the end."""
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        transport.close()
        if self._farewell is not None:
            self._farewell.cancel()
        self._farewell = self._loop.call_later(_GOODBYE_SECONDS, transport.abort)

    def _write(self, data: bytes) -> None:
        transport = self._transport
        if transport is not None and not transport.is_closing():
            transport.write(data)

    def _cut_off_if_slow(self) -> None:
        transport = self._transport
        if not self._is_choked or transport is None:
            return
        if transport.get_write_buffer_size() > self._most_buffered:
            self.abort(End.SLOW)

    def _send_compressed(self, text: str) -> None:
        """Send `text`, which is short enough to be compressed here: so nothing is waited for."""
        sending = self._compressed(text)
        try:
            sending.send(None)
        except (StopIteration, ConnectionError):
            return
        finally:
            sending.close()
        message = "a send waited"
        raise AssertionError(message)

    async def _send_after(self, earlier: Task[None] | None, text: str) -> None:
        if earlier is not None:
            await asyncio.wait((earlier,))
        try:
            await self._compressed(text)
        except ConnectionError:
            return  # it closed meanwhile
        finally:
            if self._sending is asyncio.current_task():
                self._sending = None

    async def _part_after(self, earlier: Task[None], farewell: bytes) -> None:
        await asyncio.wait((earlier,))
        self._write(farewell)

    async def _compressed(self, text: str) -> None:
        transport = self._transport
        if transport is None:
            return
        if self._writer is None:
            self._writer = WebSocketWriter(
                cast("BaseProtocol", self),  # it would be asked for where a send may wait
                transport,
                compress=self._deflate.window_bits,
                notakeover=self._deflate.forgets,
                limit=_NEVER_DRAIN,
            )
        await self._writer.send_frame(text.encode(), WSMsgType.TEXT)


def _incoming(data: bytes) -> Incoming:
    try:
        return Incoming(data.decode())
    except UnicodeDecodeError:
        return Incoming(data.decode("utf-8", "replace"), intact=False)
