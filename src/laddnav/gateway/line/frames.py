"""WebSocket frames: aiohttp reads them; those that are not compressed are written here."""

from collections.abc import Callable
from typing import Final, NamedTuple

from aiohttp import WSMessage, WSMsgType
from aiohttp._websocket.reader import WebSocketDataQueue
from aiohttp.http import WSMessageNoDecodeText
from typing_extensions import override

_FIN: Final = 0x80
_SHORT: Final = 126
_MIDDLE: Final = 1 << 16
_LONGEST_REASON: Final = 123  # octets of a close frame besides its code (RFC 6455 5.5)


class Deflate(NamedTuple):
    """What was agreed on about compression.

    Attributes:
        window_bits: Of the window; 0: nothing is compressed.
        forgets: Whether each message begins with an empty window.
    """

    window_bits: int = 0
    forgets: bool = False


class Inbox(WebSocketDataQueue):
    """Where aiohttp's reader puts what it has read: handed on at once, kept by nobody.

    What ends the reading, an exception, is handed on as a message of type `ERROR`.
    """

    __slots__ = ("_came",)
    _size = _limit = 0  # what the reader asks for where aiohttp runs without its C extensions

    def __init__(self, came: Callable[[WSMessageNoDecodeText], None]) -> None:
        # The base's own is left out: it would make a queue, half a kilobyte for each link.
        self._came = came

    @override
    def feed_data(self, data: WSMessageNoDecodeText, size: int) -> None:
        self._came(data)

    @override
    def set_exception(self, exc: BaseException, exc_cause: BaseException | None = None) -> None:
        self._came(WSMessage(WSMsgType.ERROR, exc, None))


def frame(kind: WSMsgType, payload: bytes) -> bytes:
    """Return one whole frame as a server writes it (RFC 6455 5.2): not masked."""
    length = len(payload)
    if length < _SHORT:
        return bytes((_FIN | kind, length)) + payload
    if length < _MIDDLE:
        return bytes((_FIN | kind, _SHORT)) + length.to_bytes(2, "big") + payload
    return bytes((_FIN | kind, _SHORT + 1)) + length.to_bytes(8, "big") + payload


def goodbye(code: int, reason: str = "") -> bytes:
    """Return a close frame; `reason` is cut to what it holds."""
    cut = reason.encode()[:_LONGEST_REASON].decode("utf-8", "ignore")
    return frame(WSMsgType.CLOSE, code.to_bytes(2, "big") + cut.encode())
