"""Our calls over one link: each ends in exactly one result, whatever becomes of the link."""

import asyncio
from asyncio import Future, TimerHandle
from collections.abc import Callable
from typing import Any, Final

import msgspec
from msgspec import Raw, Struct

from laddnav.gateway.mending.reading import Leniency, read_response
from laddnav.gateway.mending.text_mends import breaks_off, mended_text, result_payload
from laddnav.ocpp.calls import OutgoingCall
from laddnav.ocpp.connection import Connection
from laddnav.ocpp.errors import (
    CallQueueFullError,
    LocalProtocolError,
    RemoteProtocolError,
    wire_code,
)
from laddnav.ocpp.events import (
    ErrorReceived,
    Ignored,
    Malformed,
    ResultErrorReceived,
    ResultReceived,
)
from laddnav.stations.control import (
    Answered,
    CallFailed,
    CallResult,
    InvalidPayload,
    NotConnected,
    NotPossible,
    TimedOut,
)

DEAF: Final = 4
"""So many calls in a row without an answer: only a new connection helps (mobilityhouse#338)."""

_REFUSALS: Final = frozenset({"rejected", "notsupported", "notimplemented", "unknownmessageid"})

UNFIT: Final = "the station's answer is not valid"
"""How the description of an answer begins that could not be read."""


class Calls:
    """The calls of one link.

    Args:
        connection: The link's; its clock is the loop's.
        flush: Sends what the connection has to send.
        on_deaf: Called when the station does not answer calls any more.
        count: Counts what is wrong with its answers.
        leniency: How its answers are read.
        deaf_after: It is deaf after so many calls in a row; 0: never; None: `DEAF`.
    """

    __slots__ = (
        "_connection",
        "_count",
        "_deaf_after",
        "_flush",
        "_leniency",
        "_loop",
        "_on_deaf",
        "_results",
        "_timer",
        "_unanswered",
    )

    def __init__(
        self,
        connection: Connection,
        flush: Callable[[], None],
        on_deaf: Callable[[], None],
        *,
        count: Callable[[str, str], None],
        leniency: Leniency,
        deaf_after: int | None = None,
    ) -> None:
        self._connection = connection
        self._flush = flush
        self._on_deaf = on_deaf
        self._count = count
        self._leniency = leniency
        self._deaf_after = DEAF if deaf_after is None else deaf_after
        self._loop = asyncio.get_running_loop()
        self._results: dict[OutgoingCall, Future[CallResult]] = {}
        self._timer: TimerHandle | None = None
        self._unanswered = 0

    async def call(self, name: str, payload: Struct, seconds: float | None) -> CallResult:
        """Send a call, in its turn, and return how it ended."""
        try:
            call = self._connection.call(name, payload, now=self._loop.time(), timeout=seconds)
        except CallQueueFullError:
            return NotPossible(reason="too many commands wait for this station")
        except LocalProtocolError as error:
            return InvalidPayload(problem=str(error))
        result: Future[CallResult] = self._loop.create_future()
        self._results[call] = result
        self._go_on()
        return await result

    def take(
        self,
        event: ResultReceived | ErrorReceived | ResultErrorReceived | Ignored | Malformed,
        text: str,
    ) -> None:
        """Take what is no message of the station: answers to ours, and what cannot be read."""
        match event:
            case ResultReceived():
                self._take_result(event)
            case ErrorReceived():
                self._take_error(event)
            case Malformed():
                self._count_malformed(event, text)
                self._take_unreadable(event, text)
                self._flush()
            case Ignored():
                self._count(event.reason, "")
            case ResultErrorReceived():
                self._count(f"answer_refused {event.code}", "")

    def close(self) -> None:
        """End every call: the link is gone."""
        if self._timer is not None:
            self._timer.cancel()
        for call in self._connection.close():
            self._give(call, NotConnected())

    def _take_result(self, event: ResultReceived) -> None:
        """Take the result of a call; one that does not fit its type is no answer."""
        call, version = event.call, self._connection.version
        try:
            read = read_response(version, call.action, bytes(event.payload), self._leniency)
        except RemoteProtocolError as error:
            self._count(f"answer_unfit {call.action.name}", call.action.name)
            self._connection.refuse_result(call, error)
            self._end(call, self._unfit(error))
        else:
            for mend in read.mends:
                self._count(f"{mend.kind} {mend.path}", f"{call.action.name}.conf {mend.path}")
            if str(getattr(read.payload, "status", "")).casefold() in _REFUSALS:
                self._count(f"rejects {call.action.name}", call.action.name)
            self._end(call, Answered(payload=bytes(event.payload)))

    def _take_error(self, event: ErrorReceived) -> None:
        """Take the error that came for a call."""
        failed = CallFailed(
            code=event.wire_code,
            description=event.description,
            details=_details(event.details),
        )
        self._end(event.call, failed)

    def _count_malformed(self, event: Malformed, text: str) -> None:
        """Count what cannot be read; an answer of which the end is missing by its own name."""
        if event.call is not None and breaks_off(text):
            action = event.call.action.name
            self._count(f"truncated_answer {action}", f"{action}.conf")
        else:
            self._count(f"malformed {event.error.code}", "")

    def _take_unreadable(self, event: Malformed, text: str) -> None:
        """Take an answer that is no JSON, or of which the end is missing (lbbrhzn#442)."""
        if event.call is None:
            return
        mended = mended_text(text)
        payload = None if mended is None else result_payload(mended)
        if payload is None:
            self._end(event.call, self._unfit(event.error))
        else:
            self._end(event.call, Answered(payload=bytes(payload), is_whole=False))

    def _unfit(self, error: RemoteProtocolError) -> CallFailed:
        return CallFailed(
            code=wire_code(self._connection.version, error.code),
            description=f"{UNFIT}: {error.description}",
            details={},
        )

    def _end(self, call: OutgoingCall, result: CallResult) -> None:
        self._unanswered = 0
        self._give(call, result)
        self._go_on()

    def _give(self, call: OutgoingCall, result: CallResult) -> None:
        future = self._results.pop(call, None)
        if future is not None and not future.done():
            future.set_result(result)

    def _go_on(self) -> None:
        """Send what is next, and see to it that time-outs are noticed."""
        self._flush()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        deadline = self._connection.deadline
        if deadline is not None:
            self._timer = self._loop.call_at(deadline, self._tick)

    def _tick(self) -> None:
        self._timer = None
        for call in self._connection.tick(self._loop.time()):
            self._unanswered += 1
            self._count(f"silent_on {call.action.name}", call.action.name)
            self._give(call, TimedOut())
        self._go_on()
        if 0 < self._deaf_after <= self._unanswered:
            self._on_deaf()


def _details(raw: Raw) -> dict[str, Any]:
    try:
        details = msgspec.json.decode(raw)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return {}
    return details if isinstance(details, dict) else {"details": details} if details else {}
