"""A station that may send anything: the WebSocket protocol without any good manners."""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Final, Self

from websockets.client import ClientProtocol
from websockets.frames import Close, Frame, Opcode
from websockets.http11 import Response
from websockets.typing import Subprotocol
from websockets.uri import parse_uri

from laddnav.ocpp.action import Version
from tests.official import Overheard

_PATIENCE_SECONDS: Final = 60
_MOST: Final = 65_536


class Wire:
    """One connection of a station.

    Attributes:
        response: The server's answer to the handshake.
    """

    def __init__(
        self, reader: StreamReader, writer: StreamWriter, protocol: ClientProtocol, *, pongs: bool
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._protocol = protocol
        self._pongs = pongs
        self._frames: deque[Frame] = deque()
        self.response: Response | None = None
        self._overheard = Overheard(Version.V16)

    @classmethod
    async def open(
        cls,
        url: str,
        *,
        target: str,
        offers: Sequence[str],
        headers: Mapping[str, str],
        pongs: bool = True,
    ) -> Self:
        """Connect to the server at `url` and ask for `target`; return once it has answered."""
        uri = parse_uri(url)
        names = [Subprotocol(name) for name in offers]
        protocol = ClientProtocol(uri, subprotocols=names or None, max_size=None)
        request = protocol.connect()
        for name, value in headers.items():
            request.headers[name] = value
        reader, writer = await asyncio.open_connection(uri.host, uri.port)
        wire = cls(reader, writer, protocol, pongs=pongs)
        writer.write(f"GET {target} HTTP/1.1\r\n".encode() + request.headers.serialize())
        while wire.response is None:
            await wire._more()
        return wire

    def send(self, text: str) -> None:
        """Send a text frame."""
        self._overheard.told(text)
        self._protocol.send_text(text.encode())
        self._flush()

    def raw(self, octets: bytes) -> None:
        """Send what may be no frame at all."""
        self._writer.write(octets)

    async def text(self) -> str:
        """Return the next text frame; pings on the way are answered, if any are."""
        frame = await self._next(Opcode.TEXT, Opcode.CLOSE)
        assert frame.opcode is Opcode.TEXT, f"closed: {Close.parse(frame.data)}"
        return bytes(frame.data).decode()

    async def ping(self) -> None:
        """Wait for a ping."""
        await self._next(Opcode.PING)

    async def closed(self) -> int:
        """Wait until the server closes, and return its code."""
        return Close.parse((await self._next(Opcode.CLOSE, Opcode.TEXT)).data).code

    def drop(self) -> None:
        """Be gone without a word."""
        self._writer.transport.abort()
        self._writer.close()

    async def _next(self, *wanted: Opcode) -> Frame:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while True:
                while self._frames:
                    frame = self._frames.popleft()
                    if frame.opcode in wanted:
                        return frame
                await self._more()

    async def _more(self) -> None:
        data = await self._reader.read(_MOST)
        if not data:
            message = "the connection is gone"
            raise ConnectionError(message)
        self._protocol.receive_data(data)
        for event in self._protocol.events_received():
            if isinstance(event, Response):
                self.response = event
                spoken = event.headers.get("Sec-WebSocket-Protocol", "")
                self._overheard = Overheard(Version.from_subprotocol(spoken) or Version.V16)
            elif isinstance(event, Frame):
                self._frames.append(event)
                if event.opcode is Opcode.TEXT:
                    self._overheard.came(bytes(event.data))
        if self._protocol.handshake_exc is not None:
            raise self._protocol.handshake_exc
        if self._pongs:
            self._flush()
        else:
            self._protocol.data_to_send()

    def _flush(self) -> None:
        for data in self._protocol.data_to_send():
            if data:
                self._writer.write(data)
