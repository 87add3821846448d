"""The answer that makes a WebSocket of a connection (RFC 6455 4.2.2, RFC 7692)."""

from base64 import b64encode
from hashlib import sha1

from aiohttp.http import WS_KEY, ws_ext_gen, ws_ext_parse
from aiohttp.web import BaseRequest

from laddnav.gateway.entry.replies import SERVER_NAME
from laddnav.gateway.line.frames import Deflate


def upgraded(
    request: BaseRequest, subprotocol: str | None, *, deflate: bool
) -> tuple[bytes, Deflate]:
    """Return the answer to a handshake that has no flaw, and what it agrees on.

    Args:
        request: The handshake.
        subprotocol: Which of the offered ones is spoken; None: nothing is said about it.
        deflate: Whether compression may be agreed on, where the station offers it.
    """
    key = request.headers["Sec-WebSocket-Key"].encode()
    lines = [
        "HTTP/1.1 101 Switching Protocols",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Accept: {b64encode(_digest(key + WS_KEY)).decode()}",
        f"Server: {SERVER_NAME}",
    ]
    if subprotocol is not None:
        lines.append(f"Sec-WebSocket-Protocol: {subprotocol}")
    agreed = Deflate()
    if deflate:
        offers = request.headers.get("Sec-WebSocket-Extensions")
        agreed = Deflate(*ws_ext_parse(offers, isserver=True))
    if agreed.window_bits:
        extension = ws_ext_gen(
            compress=agreed.window_bits, isserver=True, server_notakeover=agreed.forgets
        )
        lines.append(f"Sec-WebSocket-Extensions: {extension}")
    return "\r\n".join((*lines, "", "")).encode(), agreed


def _digest(data: bytes) -> bytes:
    return sha1(data, usedforsecurity=False).digest()
