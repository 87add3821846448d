"""The bus of a single node: calls within the process."""

import asyncio
from collections import defaultdict

import structlog

from laddnav.bus.signals import MAX_PAYLOAD, Listener, NoAnswerError, Responder

_log = structlog.get_logger(__name__)


class LocalBus:
    """A bus for one process."""

    def __init__(self) -> None:
        self._listeners: dict[str, list[Listener]] = defaultdict(list)
        self._responders: dict[str, Responder] = {}

    @property
    def max_payload(self) -> int:
        """How large a payload may be, in bytes."""
        return MAX_PAYLOAD

    async def start(self) -> None:
        """Nothing to connect."""

    async def close(self) -> None:
        """Forget everybody."""
        self._listeners.clear()
        self._responders.clear()

    async def subscribe(self, subject: str, listener: Listener) -> None:
        """Call `listener` with each payload published on the subject."""
        self._listeners[subject].append(listener)

    async def serve(self, subject: str, responder: Responder) -> None:
        """Answer the requests on a subject."""
        self._responders[subject] = responder

    async def publish(self, subject: str, payload: bytes) -> None:
        """Tell all listeners, in the order in which they subscribed."""
        for listener in self._listeners[subject]:
            listener(payload)

    async def request(self, subject: str, payload: bytes, *, seconds: float) -> bytes:
        """Ask whoever serves the subject."""
        responder = self._responders.get(subject)
        if responder is None:
            raise NoAnswerError(subject)
        try:
            return await asyncio.wait_for(responder(payload), seconds)
        except TimeoutError:
            raise NoAnswerError(subject) from None
        except Exception as error:
            _log.exception("bus.responder_failed", subject=subject)
            raise NoAnswerError(subject) from error
