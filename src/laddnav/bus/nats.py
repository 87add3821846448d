"""The bus of large installations: NATS core, without persistence (signals are not the truth)."""

import asyncio
from typing import Any, Final

import nats
import structlog
from nats.aio.msg import Msg

from laddnav.bus.exchange import Exchange
from laddnav.bus.signals import MAX_PAYLOAD, Listener, Responder

_log = structlog.get_logger(__name__)
_PREFIX = "laddnav."
_ENVELOPE = 1024

START_SECONDS: Final = 10.0
"""So long a server that is not there yet is waited for at the start."""


class NatsBus:
    """A bus over a NATS server; once connected, it reconnects by itself, for ever."""

    def __init__(self, url: str, *, start_seconds: float = START_SECONDS) -> None:
        self._url = url
        self._start_seconds = start_seconds
        self._is_awaited = False
        self._exchange = Exchange(self._deliver)
        self._client: Any = None

    @property
    def max_payload(self) -> int:
        """How large a payload may be, in bytes: it travels as Base64, in an envelope."""
        if self._client is None:
            return MAX_PAYLOAD
        allowed: int = self._client.max_payload
        return min(MAX_PAYLOAD, (allowed - _ENVELOPE) // 4 * 3)

    async def start(self) -> None:
        """Connect and subscribe to all subjects.

        Raises:
            TimeoutError: The server was not there in time.
        """
        async with asyncio.timeout(self._start_seconds):
            self._client = await nats.connect(
                self._url,
                name="laddnav",
                max_reconnect_attempts=-1,
                error_cb=self._failed,
            )
        for subject in self._exchange.subjects():
            await self._listen(subject)

    async def close(self) -> None:
        """Disconnect."""
        self._exchange.close()
        if self._client is not None:
            await self._client.close()

    async def subscribe(self, subject: str, listener: Listener) -> None:
        """Call `listener` with each payload published on the subject."""
        known = subject in self._exchange.subjects()
        self._exchange.listeners[subject].append(listener)
        if not known:
            await self._listen(subject)

    async def serve(self, subject: str, responder: Responder) -> None:
        """Answer the requests on a subject."""
        known = subject in self._exchange.subjects()
        self._exchange.responders[subject] = responder
        if not known:
            await self._listen(subject)

    async def publish(self, subject: str, payload: bytes) -> None:
        """Tell all listeners; lost while the server is away."""
        await self._exchange.publish(subject, payload)

    async def request(self, subject: str, payload: bytes, *, seconds: float) -> bytes:
        """Ask the node that serves the subject."""
        return await self._exchange.request(subject, payload, seconds)

    async def _listen(self, subject: str) -> None:
        if self._client is not None:
            await self._client.subscribe(_PREFIX + subject, cb=self._heard)

    async def _deliver(self, subject: str, envelope: bytes) -> bool:
        # While it reconnects, the client would keep it and send it when nobody waits any more.
        if self._client is None or not self._client.is_connected:
            _log.warning("bus.signal_lost", subject=subject)
            return False
        await self._client.publish(_PREFIX + subject, envelope)
        return True

    async def _heard(self, message: Msg) -> None:
        self._exchange.receive(message.data)

    async def _failed(self, error: Exception) -> None:
        if self._client is not None:
            _log.warning("bus.nats_error", kind=type(error).__name__)
        elif not self._is_awaited:  # every attempt of the start fails anew
            self._is_awaited = True
            server = self._url.rpartition("@")[2]
            _log.warning("bus.nats_awaited", server=server, seconds=self._start_seconds)
