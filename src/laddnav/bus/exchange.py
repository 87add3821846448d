"""The part of a networked bus that needs no network: envelopes, waiting requests, dispatch."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable

import msgspec
import structlog

from laddnav.bus.signals import Listener, NoAnswerError, Responder
from laddnav.kernel.ids import new_id

_log = structlog.get_logger(__name__)


class Envelope(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What travels: a payload, and for requests where the answer goes."""

    subject: str
    payload: bytes
    request_id: str = ""
    reply_to: str = ""


_decode = msgspec.json.Decoder(Envelope).decode
_encode = msgspec.json.Encoder().encode


class Exchange:
    """Dispatches envelopes to listeners, responders and waiting requests.

    Args:
        deliver: Sends an encoded envelope to all nodes that listen to a subject; False: it is lost.
    """

    def __init__(self, deliver: Callable[[str, bytes], Awaitable[bool]]) -> None:
        self.inbox = f"inbox.{new_id()}"
        self.listeners: dict[str, list[Listener]] = defaultdict(list)
        self.responders: dict[str, Responder] = {}
        self._deliver = deliver
        self._waiting: dict[str, asyncio.Future[bytes]] = {}
        self._answering: set[asyncio.Task[None]] = set()

    def subjects(self) -> set[str]:
        """Return every subject that this node must hear."""
        return {self.inbox, *self.listeners, *self.responders}

    async def publish(self, subject: str, payload: bytes) -> None:
        """Send a payload to all listeners of a subject."""
        await self._deliver(subject, _encode(Envelope(subject=subject, payload=payload)))

    async def request(self, subject: str, payload: bytes, limit: float) -> bytes:
        """Send a request and wait at most `limit` seconds for its answer."""
        request_id = new_id()
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._waiting[request_id] = answer
        envelope = Envelope(
            subject=subject, payload=payload, request_id=request_id, reply_to=self.inbox
        )
        try:
            async with asyncio.timeout(limit):
                if await self._deliver(subject, _encode(envelope)):
                    return await answer
        except TimeoutError:
            pass
        finally:
            del self._waiting[request_id]
        raise NoAnswerError(subject)

    def receive(self, data: bytes | str) -> None:
        """Take in one envelope; what is none is dropped."""
        try:
            envelope = _decode(data)
        except msgspec.MsgspecError:
            _log.warning("bus.envelope_dropped", size=len(data))
            return
        if envelope.subject == self.inbox:
            self._answered(envelope)
        elif envelope.reply_to:
            self._ask(envelope)
        else:
            for listener in self.listeners.get(envelope.subject, ()):
                listener(envelope.payload)

    def close(self) -> None:
        """End all that waits with NoAnswerError."""
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(NoAnswerError("the bus is closed"))
        for task in self._answering:
            task.cancel()

    def _answered(self, envelope: Envelope) -> None:
        answer = self._waiting.get(envelope.request_id)
        if answer is not None and not answer.done():
            answer.set_result(envelope.payload)

    def _ask(self, envelope: Envelope) -> None:
        responder = self.responders.get(envelope.subject)
        if responder is not None:
            task = asyncio.ensure_future(self._answer(responder, envelope))
            self._answering.add(task)
            task.add_done_callback(self._answering.discard)

    async def _answer(self, responder: Responder, envelope: Envelope) -> None:
        try:
            payload = await responder(envelope.payload)
        except Exception:  # noqa: BLE001 - a responder's fault must not end the bus
            _log.exception("bus.responder_failed", subject=envelope.subject)
            return
        reply = Envelope(subject=envelope.reply_to, payload=payload, request_id=envelope.request_id)
        await self._deliver(envelope.reply_to, _encode(reply))
