"""What every bus can do: tell all who listen, and ask the one who answers."""

from collections.abc import Awaitable, Callable
from typing import Protocol

Listener = Callable[[bytes], None]
Responder = Callable[[bytes], Awaitable[bytes]]

MAX_PAYLOAD = 4 * 1024 * 1024


class NoAnswerError(Exception):
    """Nobody answered a request in time; whether anybody acted on it is not known."""


class Bus(Protocol):
    """Signals between the nodes that share one database.

    Signals are delivered at most once and may be lost: whoever relies on one also looks at the
    database from time to time. Subjects are dotted words.
    """

    @property
    def max_payload(self) -> int:
        """How large a payload may be, in bytes: MAX_PAYLOAD, or what a server allows below it."""
        ...

    async def start(self) -> None:
        """Connect; what was registered before counts."""
        ...

    async def close(self) -> None:
        """Disconnect; requests that wait end with NoAnswerError."""
        ...

    async def subscribe(self, subject: str, listener: Listener) -> None:
        """Call `listener` with each payload published on the subject by any node, this one too."""
        ...

    async def serve(self, subject: str, responder: Responder) -> None:
        """Answer the requests on a subject; one node serves a subject at a time."""
        ...

    async def publish(self, subject: str, payload: bytes) -> None:
        """Tell all listeners."""
        ...

    async def request(self, subject: str, payload: bytes, *, seconds: float) -> bytes:
        """Ask the node that serves the subject.

        Raises:
            NoAnswerError: None came within that many seconds, or the request cannot be sent.
        """
        ...
