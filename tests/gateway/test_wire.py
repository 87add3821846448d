"""What a link uses of a WebSocket."""

import asyncio
from asyncio import Event, Transport
from collections.abc import Awaitable, Callable
from typing import cast

import pytest
from aiohttp import WSCloseCode, WSMsgType
from aiohttp.http import WebSocketReader, WSMessageNoDecodeText

from laddnav.gateway.line.frames import Deflate, Inbox
from laddnav.gateway.line.wire import End, Incoming, Wire, WireLimits
from tests.waiting import until

FLOOD = 1_000
LONG = 20_000
_MASK = b"\0\0\0\0"


def sent_by_station(text: str | bytes = "", kind: WSMsgType = WSMsgType.TEXT) -> bytes:
    payload = text.encode() if isinstance(text, str) else text
    length = bytes((0x80 | min(len(payload), 126),))
    if len(payload) >= 126:
        length += len(payload).to_bytes(2, "big")
    return bytes((0x80 | kind,)) + length + _MASK + payload


class StubTransport:
    """Keeps what is written, and whether it is read from."""

    def __init__(self) -> None:
        self.written = bytearray()
        self.reads = True
        self.closed = False
        self.aborted = False

    def write(self, data: bytes) -> None:
        self.written += data

    def get_write_buffer_size(self) -> int:
        return len(self.written)

    def is_closing(self) -> bool:
        return self.closed

    def is_reading(self) -> bool:
        return self.reads

    def pause_reading(self) -> None:
        self.reads = False

    def resume_reading(self) -> None:
        self.reads = True

    def close(self) -> None:
        self.closed = True

    def abort(self) -> None:
        self.closed = self.aborted = True


class Notes:
    """Takes frames; `wait` may return what must be awaited after one."""

    def __init__(self, wait: Callable[[str], Awaitable[None] | None] = lambda _: None) -> None:
        self.texts: list[str] = []
        self.signs = 0
        self.ends = 0
        self.over = Event()
        self._wait = wait

    def take(self, incoming: Incoming) -> Awaitable[None] | None:
        self.texts.append(incoming.text)
        return self._wait(incoming.text)

    def lives(self) -> None:
        self.signs += 1

    def ended(self) -> None:
        self.ends += 1
        self.over.set()


def opened(taker: Notes, *, frame_bytes: int = 1000) -> tuple[Wire, StubTransport]:
    limits = WireLimits(frame_bytes=frame_bytes)
    wire, transport = Wire(limits, Deflate(), asyncio.get_running_loop()), StubTransport()
    wire.connection_made(cast("Transport", transport))
    wire.begin(taker)
    return wire, transport


async def passing(gate: Event) -> None:
    await gate.wait()


async def over(taker: Notes) -> None:
    """Wait until no more frames come, and see that it is told once."""
    await taker.over.wait()
    await asyncio.sleep(0)
    assert taker.ends == 1


async def test_a_frame_is_taken_while_it_is_read() -> None:
    taker = Notes()
    wire, _ = opened(taker)
    wire.data_received(sent_by_station("one") + sent_by_station("two"))
    assert taker.texts == ["one", "two"]


async def test_a_station_that_floods_us_leaves_others_their_turn() -> None:
    turns = 0
    seen: list[int] = []
    taker = Notes(lambda _: seen.append(turns))
    wire, _ = opened(taker)

    async def take_turns() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    other = asyncio.create_task(take_turns())
    wire.data_received(sent_by_station("[]") * FLOOD)
    await until(lambda: len(taker.texts) == FLOOD)
    other.cancel()
    assert seen[-1] >= FLOOD // 100


async def test_a_station_that_floods_us_with_pings_leaves_others_their_turn() -> None:
    taker = Notes()
    wire, transport = opened(taker)
    seen: list[int] = []
    wire.data_received(sent_by_station("", WSMsgType.PING) * FLOOD * 40)
    while taker.signs < FLOOD * 40:
        seen.append(taker.signs)
        await asyncio.sleep(0)
    assert len(seen) > 10
    assert transport.written == bytes((0x80 | WSMsgType.PONG, 0)) * FLOOD * 40


async def test_what_came_before_anybody_took_it_is_taken_in_its_order() -> None:
    taker = Notes()
    wire = Wire(WireLimits(), Deflate(), asyncio.get_running_loop())
    transport = StubTransport()
    wire.connection_made(cast("Transport", transport))
    wire.data_received(sent_by_station("one"))
    assert not transport.reads
    wire.begin(taker)
    await until(lambda: transport.reads)
    wire.data_received(sent_by_station("two"))
    assert taker.texts == ["one", "two"]


async def test_nothing_is_read_while_the_taker_must_be_waited_for() -> None:
    gate = Event()
    taker = Notes(lambda text: passing(gate) if text == "one" else None)
    wire, transport = opened(taker)
    wire.data_received(sent_by_station("one") + sent_by_station("two"))
    assert transport.reads
    wire.data_received(sent_by_station("three"))
    assert not transport.reads
    assert taker.texts == ["one"]
    gate.set()
    await until(lambda: transport.reads)
    assert taker.texts == ["one", "two", "three"]


async def test_a_ping_that_was_read_is_answered_though_the_taker_must_be_waited_for() -> None:
    gate = Event()
    taker = Notes(lambda _: passing(gate))
    wire, transport = opened(taker)
    wire.data_received(sent_by_station("one") + sent_by_station("hi", WSMsgType.PING))
    assert transport.written == bytes((0x80 | WSMsgType.PONG, 2)) + b"hi"
    assert taker.signs == 1
    gate.set()


@pytest.mark.parametrize(
    ("last", "code", "end"),
    [
        (sent_by_station(b"\x03\xe8", WSMsgType.CLOSE), WSCloseCode.OK, End.BY_STATION),
        (sent_by_station("x" * 1100), WSCloseCode.MESSAGE_TOO_BIG, End.TOO_BIG),
        (b"\xff\xff", WSCloseCode.PROTOCOL_ERROR, End.PROTOCOL),
        (sent_by_station(b"x", WSMsgType.BINARY), WSCloseCode.UNSUPPORTED_DATA, End.BINARY),
    ],
)
async def test_what_stands_in_line_is_taken_before_the_end(
    last: bytes, code: WSCloseCode, end: End
) -> None:
    gate = Event()
    taker = Notes(lambda text: passing(gate) if text == "one" else None)
    wire, transport = opened(taker)
    wire.data_received(sent_by_station("one") + sent_by_station("two") + last)
    assert wire.end is None
    gate.set()
    await over(taker)
    assert taker.texts == ["one", "two"]
    assert wire.end is end
    assert transport.written[0] == 0x80 | WSMsgType.CLOSE
    assert transport.written[2:4] == code.to_bytes(2, "big")


async def test_what_came_before_a_connection_was_lost_is_taken() -> None:
    gate = Event()
    taker = Notes(lambda text: passing(gate) if text == "one" else None)
    wire, _ = opened(taker)
    wire.data_received(sent_by_station("one"))
    wire.data_received(sent_by_station("two"))
    wire.connection_lost(None)
    gate.set()
    await over(taker)
    assert taker.texts == ["one", "two"]
    assert wire.end is End.LOST


async def test_after_our_goodbye_nothing_is_taken_and_the_station_s_ends_it() -> None:
    taker = Notes()
    wire, transport = opened(taker)
    wire.close(WSCloseCode.GOING_AWAY, "é" * 100)
    await over(taker)
    length = transport.written[1]
    assert transport.written[:2] == bytes((0x80 | WSMsgType.CLOSE, length))
    assert transport.written[4:].decode() == "é" * 61
    wire.data_received(sent_by_station("late") + sent_by_station("", WSMsgType.PING))
    assert not transport.closed
    wire.data_received(sent_by_station(b"\x03\xe9", WSMsgType.CLOSE))
    assert transport.closed
    wire.connection_lost(None)
    assert taker.texts == []
    assert wire.end is End.BY_US


async def test_a_connection_that_was_lost_before_anybody_took_it_ends_all_the_same() -> None:
    taker = Notes()
    wire = Wire(WireLimits(), Deflate(), asyncio.get_running_loop())
    wire.connection_made(cast("Transport", StubTransport()))
    wire.connection_lost(None)
    wire.begin(taker)
    await over(taker)
    assert wire.end is End.LOST
    wire.send("swallowed")
    wire.ping()
    wire.close(WSCloseCode.OK, "")
    wire.abort(End.SILENT)


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (0, b"\x00"),
        (125, b"\x7d"),
        (126, b"\x7e\x00\x7e"),
        (65_535, b"\x7e\xff\xff"),
        (65_536, b"\x7f\x00\x00\x00\x00\x00\x01\x00\x00"),
    ],
)
async def test_frames_say_how_long_they_are(length: int, said: bytes) -> None:
    wire, transport = opened(Notes())
    wire.send("x" * length)
    assert transport.written == b"\x81" + said + b"x" * length


async def test_goodbye_is_said_after_what_is_still_being_compressed() -> None:
    taker = Notes()
    limits = WireLimits()
    wire = Wire(limits, Deflate(window_bits=15), asyncio.get_running_loop())
    transport = StubTransport()
    wire.connection_made(cast("Transport", transport))
    wire.begin(taker)
    texts = ["x" * LONG, "y" * LONG, "z"]
    for text in texts:
        wire.send(text)
    wire.close(WSCloseCode.GOING_AWAY, "")
    goodbye = bytes((0x80 | WSMsgType.CLOSE, 2)) + b"\x03\xe9"
    await until(lambda: goodbye in transport.written)
    got: list[WSMessageNoDecodeText] = []
    reader = WebSocketReader(Inbox(got.append), 0, compress=True, decode_text=False)
    reader.feed_data(transport.written)
    assert [each.data.decode() for each in got[:-1] if each.type is WSMsgType.TEXT] == texts
    assert got[-1].type is WSMsgType.CLOSE


async def test_a_station_that_pings_and_does_not_read_is_cut_off() -> None:
    taker = Notes()
    limits = WireLimits(most_buffered=100)
    wire, transport = Wire(limits, Deflate(), asyncio.get_running_loop()), StubTransport()
    wire.connection_made(cast("Transport", transport))
    wire.begin(taker)
    wire.data_received(sent_by_station("x" * 100, WSMsgType.PING))
    assert not transport.aborted  # what is written is on its way
    wire.pause_writing()
    wire.data_received(sent_by_station("x" * 100, WSMsgType.PING))
    assert transport.aborted
    await over(taker)
    assert wire.end is End.SLOW


async def test_a_station_that_takes_not_even_our_goodbye_is_cut_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("laddnav.gateway.line.wire._GOODBYE_SECONDS", 0.01)
    taker = Notes()
    wire, transport = opened(taker)
    wire.close(WSCloseCode.GOING_AWAY, "")
    await until(lambda: transport.aborted)


async def test_a_station_that_sends_nothing_more_and_does_not_read_is_cut_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("laddnav.gateway.line.wire._GOODBYE_SECONDS", 0.01)
    wire, transport = opened(Notes())
    assert not wire.eof_received()
    await until(lambda: transport.aborted)


async def test_a_connection_that_ended_in_time_is_not_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("laddnav.gateway.line.wire._GOODBYE_SECONDS", 0.01)
    wires = [opened(Notes()) for _ in range(2)]
    for (wire, _), is_lost in zip(wires, (True, False), strict=True):
        wire.data_received(sent_by_station(b"\x03\xe8", WSMsgType.CLOSE))
        if is_lost:
            wire.connection_lost(None)
    (_, lost), (_, hanging) = wires
    await until(lambda: hanging.aborted)
    assert not lost.aborted
