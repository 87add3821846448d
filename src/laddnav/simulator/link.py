"""One connection of a station: a WebSocket outside, `ocpp.Connection` inside."""

import asyncio
import os
import socket
from collections.abc import Callable
from typing import Literal, TypeVar

import aiohttp
import msgspec

from laddnav.ocpp.action import Direction, Version
from laddnav.ocpp.calls import OutgoingCall
from laddnav.ocpp.connection import Connection
from laddnav.ocpp.errors import (
    CallQueueFullError,
    ErrorCode,
    RemoteProtocolError,
    from_decode_failure,
)
from laddnav.ocpp.events import CallReceived, ErrorReceived, Event, Malformed, ResultReceived
from laddnav.simulator.calls import (
    CallError,
    LinkLostError,
    NoAnswerError,
    RefusedError,
    UnreadableError,
)
from laddnav.simulator.speaker import Speaker

_T = TypeVar("_T")
_QUEUE = 256
_TEXTS = frozenset({aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY})

FrameListener = Callable[[Literal["in", "out"], str], None]


class Link:
    """Carries calls both ways until the connection is gone.

    Args:
        websocket: The open WebSocket.
        speaker: The version that was agreed.
        answer: Answers the server's calls; raises RemoteProtocolError to refuse.
        answer_s: How long an answer is awaited, in seconds.
        new_message_id: Gives the ids of our calls.
        listener: Hears every frame, if given.

    Attributes:
        listener: Hears every frame; None: nobody does.
        sent: Frames sent.
        received: Frames received.
    """

    def __init__(
        self,
        websocket: aiohttp.ClientWebSocketResponse[bool],
        speaker: Speaker,
        *,
        answer: Callable[[CallReceived], msgspec.Struct],
        answer_s: float,
        new_message_id: Callable[[], str],
        listener: FrameListener | None = None,
    ) -> None:
        self._websocket = websocket
        self._actions = speaker.actions
        self._answer = answer
        self.listener = listener
        self._connection = Connection(
            actions=speaker.actions,
            version=speaker.version,
            new_message_id=new_message_id,
            inbound=Direction.CSMS_TO_STATION,
            call_timeout=answer_s,
            queue_limit=_QUEUE,
        )
        self._loop = asyncio.get_running_loop()
        self._waiting: dict[OutgoingCall, asyncio.Future[bytes]] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._sending = False
        self.up = True
        self.sent = 0
        self.received = 0

    @property
    def version(self) -> Version:
        """The version that is spoken."""
        return self._connection.version

    async def call(
        self, action: str, request: msgspec.Struct, answer: msgspec.json.Decoder[_T]
    ) -> _T:
        """Send one call and return its answer.

        Raises:
            CallError: One of its kinds.
        """
        if not self.up:
            raise LinkLostError(action)
        request = _as(request, self._actions[action].request)
        try:
            call = self._connection.call(action, request, now=self._loop.time())
        except CallQueueFullError as exc:
            raise NoAnswerError(action) from exc
        future = self._waiting[call] = self._loop.create_future()
        self._arm()
        await self._flush()
        payload = await future
        try:
            return answer.decode(payload)
        except (msgspec.MsgspecError, ValueError) as exc:
            error = from_decode_failure(self.version, exc)
            self._connection.refuse_result(call, error)
            await self._flush()
            raise UnreadableError(error.description) from exc

    async def read(self) -> None:
        """Take in what comes, until the connection is gone."""
        try:
            async for message in self._websocket:
                if message.type in _TEXTS:
                    self._take(message.data)
                    await self._flush()
        finally:
            self._end()

    async def close(self, code: int = aiohttp.WSCloseCode.OK) -> None:
        """Close in the orderly way; `read` ends."""
        await self._websocket.close(code=code)

    def kill(self) -> None:
        """Cut the wire: no close frame; both sides see the end of the stream."""
        wire = self._websocket.get_extra_info("socket")
        if wire is None:
            return
        # uvloop's own socket object cannot be shut down; a copy of its descriptor can
        with socket.socket(fileno=os.dup(wire.fileno())) as copy:
            try:
                copy.shutdown(socket.SHUT_RDWR)
            except OSError:
                return  # the other side was faster

    def _take(self, text: str | bytes) -> None:
        self.received += 1
        if self.listener is not None:
            self.listener("in", text if isinstance(text, str) else text.decode())
        self._act_on(self._connection.receive(text, self._loop.time()))
        self._arm()

    def _act_on(self, event: Event) -> None:
        match event:
            case CallReceived():
                self._reply(event)
            case ResultReceived(call=call, payload=payload):
                self._conclude(call, bytes(payload))
            case ErrorReceived(call=call):
                self._conclude(call, RefusedError(event.wire_code, event.description))
            case Malformed(call=call, error=error) if call is not None:
                self._conclude(call, UnreadableError(error.description))
            case _:
                pass  # nothing waits for it

    def _reply(self, call: CallReceived) -> None:
        try:
            response = self._answer(call)
        except RemoteProtocolError as error:
            self._connection.refuse(call, error)
        except Exception:
            self._connection.refuse(call, RemoteProtocolError(ErrorCode.INTERNAL_ERROR))
            raise
        else:
            self._connection.reply(call, _as(response, call.action.response))

    def _conclude(self, call: OutgoingCall, outcome: bytes | CallError) -> None:
        future = self._waiting.pop(call, None)
        if future is None or future.done():
            return
        if isinstance(outcome, CallError):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)

    async def _flush(self) -> None:
        """Send what is queued, in its order, one sender at a time."""
        if self._sending:
            return
        self._sending = True
        try:
            while frames := self._connection.frames_to_send():
                for frame in frames:
                    if self.listener is not None:
                        self.listener("out", frame)
                    self.sent += 1
                    await self._websocket.send_str(frame)
        except (ConnectionError, RuntimeError):
            self._end()  # the socket is closed: who waits is told, and `read` ends by itself
        finally:
            self._sending = False

    def _arm(self) -> None:
        """Have time-outs noticed when they are due."""
        if self._timer is None and self._connection.deadline is not None:
            self._timer = self._loop.call_at(self._connection.deadline, self._tick)

    def _tick(self) -> None:
        self._timer = None
        for call in self._connection.tick(self._loop.time()):
            self._conclude(call, NoAnswerError(call.action.name))
        self._arm()

    def _end(self) -> None:
        self.up = False
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for call in self._connection.close():
            self._conclude(call, LinkLostError(call.action.name))


def _as(payload: msgspec.Struct, kind: type[msgspec.Struct] | None) -> msgspec.Struct:
    """Return a message as this version's type: 2.1's are built as those of 2.0.1."""
    if kind is None or isinstance(payload, kind):
        return payload
    return msgspec.convert(payload, kind, from_attributes=True)
