"""The cheapest station's end of a WebSocket: what it costs must not be mistaken for the server's.

Only what the benchmarks need of RFC 6455: no extensions, no fragments (neither server sends any),
one random masking key per connection.
"""

import asyncio
import base64
import hashlib
import os
from collections.abc import Callable
from typing import cast
from urllib.parse import urlsplit

from typing_extensions import override

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_TEXT, _CLOSE, _PING, _PONG = 0x1, 0x8, 0x9, 0xA
_FINAL = 0x80
_MASKED = 0x80
_SHORT, _TWO_BYTES, _EIGHT_BYTES = 126, 126, 127
_LONGEST_TWO_BYTES = 0xFFFF
_CONNECT_SECONDS = 60


class WireError(Exception):
    """The server did what none of ours or the peer's should: the measurement is void."""


def masked(payload: bytes, key: bytes, opcode: int = _TEXT) -> bytes:
    """Return one client frame of up to 65,535 bytes under a masking key of 4 bytes."""
    size = len(payload)
    if size < _SHORT:
        head = bytes((_FINAL | opcode, _MASKED | size))
    elif size <= _LONGEST_TWO_BYTES:
        head = bytes((_FINAL | opcode, _MASKED | _TWO_BYTES)) + size.to_bytes(2, "big")
    else:
        message = f"a frame of {size} bytes is too long for this client"
        raise ValueError(message)
    stream = int.from_bytes((key * (size // 4 + 1))[:size], "big")
    return head + key + (int.from_bytes(payload, "big") ^ stream).to_bytes(size, "big")


def upgrade(host: str, path: str, identity: str, password: str, key: bytes) -> bytes:
    """Return the request that opens an OCPP 1.6 connection with Basic authentication."""
    credentials = base64.b64encode(f"{identity}:{password}".encode()).decode()
    return (
        f"GET {path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key.decode()}\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Protocol: ocpp1.6\r\nAuthorization: Basic {credentials}\r\n\r\n"
    ).encode()


def accept_of(key: bytes) -> bytes:
    """Return the Sec-WebSocket-Accept that answers a key."""
    return base64.b64encode(hashlib.sha1(key + _GUID, usedforsecurity=False).digest())


class Link(asyncio.Protocol):
    """One connection; text frames go to `on_text`, pings are answered here.

    Attributes:
        opened: Done when the server has upgraded the connection; fails with WireError.
        lost: Done when the connection is gone.
    """

    def __init__(self, url: str, identity: str, password: str) -> None:
        parts = urlsplit(f"{url}/{identity}")
        self._key = base64.b64encode(os.urandom(16))
        self._request = upgrade(parts.netloc, parts.path, identity, password, self._key)
        self._mask = os.urandom(4)
        self._buffer = b""
        self._transport: asyncio.Transport | None = None
        self._upgraded = False
        loop = asyncio.get_running_loop()
        self.opened: asyncio.Future[None] = loop.create_future()
        self.lost: asyncio.Future[None] = loop.create_future()
        self.on_text: Callable[[bytes], None] = _unexpected
        self.failure: Exception | None = None

    def send(self, text: bytes) -> None:
        """Send one text frame; raises WireError where the connection is gone."""
        if self._transport is None or self._transport.is_closing():
            message = "the server has closed the connection"
            raise WireError(message)
        self._transport.write(masked(text, self._mask))

    def drop(self) -> None:
        """Let go of the connection as a station that loses its power does."""
        if self._transport is not None:
            self._transport.abort()

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # TCP gives no other
        self._transport.write(self._request)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        if not self.opened.done():
            self.opened.set_exception(WireError(f"refused: {self._buffer[:200]!r}"))
        self.lost.set_result(None)

    @override
    def data_received(self, data: bytes) -> None:
        self._buffer = data = self._buffer + data if self._buffer else data
        try:
            if not self._upgraded:
                if b"\r\n\r\n" not in data:
                    return
                self._upgrade(data)
            self._read_frames(self._buffer)
        except Exception as error:  # noqa: BLE001 - it is handed on to whoever waits for this link
            self.failure = error
            if not self.opened.done():
                self.opened.set_exception(error)
            self.drop()

    def _upgrade(self, data: bytes) -> None:
        head, self._buffer = data.split(b"\r\n\r\n", 1)
        status, *lines = head.split(b"\r\n")
        headers = dict(
            line.lower().split(b": ", 1)[:1] + line.split(b": ", 1)[1:] for line in lines
        )
        agreed = headers.get(b"sec-websocket-protocol") == b"ocpp1.6"
        proven = headers.get(b"sec-websocket-accept") == accept_of(self._key)
        if b" 101 " not in status + b" " or not agreed or not proven:
            message = f"refused: {status!r}"
            raise WireError(message)
        self._upgraded = True
        self.opened.set_result(None)

    def _read_frames(self, data: bytes) -> None:
        start = 0
        while (frame := _frame(data, start)) is not None:
            opcode, payload, start = frame
            if opcode == _TEXT:
                self.on_text(payload)
            else:
                self._control(opcode, payload)
        self._buffer = data[start:]

    def _control(self, opcode: int, payload: bytes) -> None:
        if opcode == _PING and self._transport is not None:
            self._transport.write(masked(payload, self._mask, _PONG))
        elif opcode == _CLOSE:
            message = f"the server closes: {payload!r}"
            raise WireError(message)


def _frame(data: bytes, start: int) -> tuple[int, bytes, int] | None:
    """Return opcode, payload and end of the frame at `start`; None while it is incomplete."""
    if len(data) < start + 2:
        return None
    first, size = data[start], data[start + 1]
    body = start + 2
    if size in (_TWO_BYTES, _EIGHT_BYTES):
        width = 2 if size == _TWO_BYTES else 8
        if len(data) < body + width:
            return None
        size = int.from_bytes(data[body : body + width], "big")
        body += width
    if len(data) < body + size:
        return None
    if not first & _FINAL:
        message = "the server sends fragments"
        raise WireError(message)
    return first & 0x0F, data[body : body + size], body + size


def _unexpected(text: bytes) -> None:
    message = f"nobody asked for {text!r}"
    raise WireError(message)


async def connect(url: str, identity: str, password: str, source: str | None = None) -> Link:
    """Return an open connection to `url`/`identity`, from the address `source` where one is given.

    Raises:
        WireError: The server refused it.
        OSError: There is nobody, no port is left, or no answer comes (TimeoutError).
    """
    parts = urlsplit(url)
    async with asyncio.timeout(_CONNECT_SECONDS):
        _, link = await asyncio.get_running_loop().create_connection(
            lambda: Link(url, identity, password),
            parts.hostname or "",
            parts.port or 80,
            local_addr=(source, 0) if source else None,
        )
        await link.opened
    return link
