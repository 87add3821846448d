"""The bus that needs nothing but the database: PostgreSQL's LISTEN and NOTIFY.

A NOTIFY carries less than 8,000 bytes (PostgreSQL, "NOTIFY"), so an envelope travels in parts,
sent in one transaction, in which their order is kept.
"""

import asyncio
import contextlib
from hashlib import blake2b
from typing import Any

import asyncpg
import structlog

from laddnav.bus.exchange import Exchange
from laddnav.bus.signals import MAX_PAYLOAD, Listener, Responder
from laddnav.kernel.ids import new_id

_log = structlog.get_logger(__name__)
_PART = 7_000
_MOST_PARTS = MAX_PAYLOAD * 4 // 3 // _PART + 2
_MOST_UNFINISHED = 1_000
_RECONNECT_SECONDS = 1.0


def _channel(subject: str) -> str:
    return "laddnav_" + blake2b(subject.encode(), digest_size=12).hexdigest()


class PostgresqlBus:
    """A bus over the database's own connections.

    One connection listens, one notifies. When the database goes away, signals are lost until it
    is back; the bus reconnects by itself.
    """

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._exchange = Exchange(self._deliver)
        self._listening: Any = None
        self._notifying: Any = None
        self._sending = asyncio.Lock()
        self._parts: dict[str, list[str]] = {}
        self._closed = False
        self._mending: asyncio.Task[None] | None = None

    @property
    def max_payload(self) -> int:
        """How large a payload may be, in bytes."""
        return MAX_PAYLOAD

    async def start(self) -> None:
        """Connect both connections and listen to all subjects."""
        self._notifying = await asyncpg.connect(self._dsn)
        self._listening = await asyncpg.connect(self._dsn)
        self._listening.add_termination_listener(self._lost)
        for subject in self._exchange.subjects():
            await self._listening.add_listener(_channel(subject), self._heard)

    async def close(self) -> None:
        """Disconnect."""
        self._closed = True
        if self._mending is not None:
            self._mending.cancel()
        self._exchange.close()
        await self._disconnect()

    async def subscribe(self, subject: str, listener: Listener) -> None:
        """Call `listener` with each payload published on the subject."""
        self._exchange.listeners[subject].append(listener)
        await self._listen(subject)

    async def serve(self, subject: str, responder: Responder) -> None:
        """Answer the requests on a subject."""
        self._exchange.responders[subject] = responder
        await self._listen(subject)

    async def publish(self, subject: str, payload: bytes) -> None:
        """Tell all listeners; lost while the database is away."""
        await self._exchange.publish(subject, payload)

    async def request(self, subject: str, payload: bytes, *, seconds: float) -> bytes:
        """Ask the node that serves the subject."""
        return await self._exchange.request(subject, payload, seconds)

    async def _listen(self, subject: str) -> None:
        if self._listening is not None:
            await self._listening.add_listener(_channel(subject), self._heard)

    async def _deliver(self, subject: str, envelope: bytes) -> bool:
        text = envelope.decode()
        message = new_id()
        count = -(-len(text) // _PART)
        rows = [
            (_channel(subject), f"{message}:{index}:{count}:{text[index * _PART :][:_PART]}")
            for index in range(count)
        ]
        try:
            async with self._sending:
                return await self._notify(rows)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            _log.warning("bus.signal_lost", subject=subject)
            self._lost(None)
            return False

    async def _notify(self, rows: list[tuple[str, str]]) -> bool:
        connection = self._notifying
        if connection is None:
            return False
        async with connection.transaction():
            await connection.executemany("SELECT pg_notify($1, $2)", rows)
        return True

    def _heard(self, _connection: object, _pid: int, _channel: str, text: object) -> None:
        message, index, count, part = str(text).split(":", 3)
        if count == "1":
            self._exchange.receive(part)
            return
        parts = self._parts.setdefault(message, [])
        parts.append(part)
        if int(index) + 1 == int(count):
            del self._parts[message]
            self._exchange.receive("".join(parts))
        elif len(parts) > _MOST_PARTS or len(self._parts) > _MOST_UNFINISHED:
            del self._parts[message]

    def _lost(self, _connection: object) -> None:
        if not self._closed and (self._mending is None or self._mending.done()):
            self._mending = asyncio.get_running_loop().create_task(self._reconnect())

    async def _reconnect(self) -> None:
        await self._disconnect()
        while True:
            try:
                await self.start()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await self._disconnect()
                await asyncio.sleep(_RECONNECT_SECONDS)
            else:
                return

    async def _disconnect(self) -> None:
        for connection in (self._listening, self._notifying):
            if connection is not None:
                connection.remove_termination_listener(self._lost)
                with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                    await connection.close(timeout=1)
        self._listening = self._notifying = None
        self._parts.clear()
