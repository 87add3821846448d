"""The calls that we make: the life of one as a table, and the queue with one outstanding."""

from collections.abc import Mapping
from enum import Enum
from typing import Final

from laddnav.ocpp.action import Action
from laddnav.ocpp.errors import CallQueueFullError, LocalProtocolError
from laddnav.ocpp.frames import MessageId

_REMEMBERED: Final = 8  # timed-out calls whose late answers are told from unmatched ones


class CallState(Enum):
    """Where a call of ours stands."""

    QUEUED = "waits for its turn"
    OUTSTANDING = "sent, not answered"
    ANSWERED = "answered by a CALLRESULT"
    RESULT_REFUSED = "answered by a CALLRESULT that we could not accept"
    FAILED = "answered by a CALLERROR, or by something unreadable"
    EXPIRED = "not sent, or not answered, in time"
    ABANDONED = "never answered: the connection is closed"


class Cause(Enum):
    """What moves a call from one state to the next."""

    SENT = "it was sent"
    RESULT = "its result came"
    ERROR = "its error came, or its answer could not be read"
    TIME = "its time ran out"
    CLOSE = "the connection closed"
    REFUSAL = "we refused its result"


# Everything that can happen. What is not here is a defect of the caller.
MOVES: Final[Mapping[CallState, Mapping[Cause, CallState]]] = {
    CallState.QUEUED: {
        Cause.SENT: CallState.OUTSTANDING,
        Cause.TIME: CallState.EXPIRED,
        Cause.CLOSE: CallState.ABANDONED,
    },
    CallState.OUTSTANDING: {
        Cause.RESULT: CallState.ANSWERED,
        Cause.ERROR: CallState.FAILED,
        Cause.TIME: CallState.EXPIRED,
        Cause.CLOSE: CallState.ABANDONED,
    },
    CallState.ANSWERED: {Cause.REFUSAL: CallState.RESULT_REFUSED},
    CallState.RESULT_REFUSED: {},
    CallState.FAILED: {},
    CallState.EXPIRED: {},
    CallState.ABANDONED: {},
}


class OutgoingCall:
    """One CALL of ours; compared and hashed by identity, so that a caller can wait on it.

    Attributes:
        message_id: Its id on the wire.
        action: What it asks for.
        timeout: Seconds that it may wait for its turn, and then again for its answer.
        deadline: When that time runs out, on the clock that `Connection` is given.
        state: Where it stands.
        text: Its frame.
    """

    __slots__ = ("action", "deadline", "message_id", "state", "text", "timeout")

    def __init__(
        self, *, message_id: str, action: Action, text: str, timeout: float, now: float
    ) -> None:
        self.message_id = message_id
        self.action = action
        self.text = text
        self.timeout = timeout
        self.deadline = now + timeout
        self.state = CallState.QUEUED

    def move(self, cause: Cause) -> None:
        """Go to the state that follows.

        Raises:
            LocalProtocolError: This cannot happen to a call in its state.
        """
        if cause not in MOVES[self.state]:
            message = f"{self.action.name} {self.message_id} is {self.state.value}: not {cause}"
            raise LocalProtocolError(message)
        self.state = MOVES[self.state][cause]


class CallQueue:
    """Our calls on one connection: one is outstanding, the others wait. [J16, J21 4.1.1].

    Args:
        limit: How many may wait.
    """

    __slots__ = ("_late", "_limit", "_outstanding", "_waiting")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._outstanding: OutgoingCall | None = None
        self._waiting: list[OutgoingCall] = []
        self._late: tuple[str, ...] = ()

    @property
    def deadline(self) -> float | None:
        """When the time of the next call runs out; None while there is none."""
        return min((call.deadline for call in self._pending()), default=None)

    def check_room(self) -> None:
        """Raise `CallQueueFullError` where no other call may wait."""
        if len(self._waiting) >= self._limit:
            message = f"{self._limit} calls wait already"
            raise CallQueueFullError(message)

    def put(self, call: OutgoingCall) -> None:
        """Let a call wait for its turn."""
        self._waiting.append(call)

    def next_to_send(self, now: float) -> OutgoingCall | None:
        """Return the call that is outstanding from now on, where none was and one may be.

        A call that has waited too long never becomes it; `expire` gives it back.
        """
        if self._outstanding is not None:
            return None
        call = next((call for call in self._waiting if call.deadline > now), None)
        if call is not None:
            self._waiting.remove(call)
            self._outstanding = call
            call.move(Cause.SENT)
            call.deadline = now + call.timeout
        return call

    def matching(self, message_id: MessageId | None) -> OutgoingCall | None:
        """Return the outstanding call, where this is its id (that may have become a number)."""
        call = self._outstanding
        return call if call is not None and call.message_id == str(message_id) else None

    def was_late(self, message_id: MessageId) -> bool:
        """Tell whether this is the id of a call that timed out lately."""
        return str(message_id) in self._late

    def conclude(self, call: OutgoingCall, cause: Cause) -> None:
        """End the outstanding call by what came for it."""
        call.move(cause)
        self._outstanding = None

    def expire(self, now: float) -> list[OutgoingCall]:
        """Take out and return the calls whose time has run out, the outstanding one first."""
        expired = [call for call in self._pending() if call.deadline <= now]
        if self._outstanding in expired:
            self._late = (*self._late, expired[0].message_id)[-_REMEMBERED:]
            self._outstanding = None
        for call in expired:
            call.move(Cause.TIME)
        self._waiting = [call for call in self._waiting if call.state is CallState.QUEUED]
        return expired

    def abandon(self) -> list[OutgoingCall]:
        """Take out and return every call: none will be answered any more."""
        abandoned = self._pending()
        for call in abandoned:
            call.move(Cause.CLOSE)
        self._outstanding = None
        self._waiting = []
        return abandoned

    def _pending(self) -> list[OutgoingCall]:
        outstanding = [] if self._outstanding is None else [self._outstanding]
        return outstanding + self._waiting
