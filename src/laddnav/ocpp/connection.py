"""One OCPP-J connection without I/O, clock or chance: messages in, events out, and back.

Both ends use it. The owner passes every received message to `receive` and acts on the event, sends
what `frames_to_send` gives after anything it did here, and calls `tick` when `deadline` has come.
"""

from collections.abc import Callable, Mapping
from typing import Final, assert_never

from msgspec import Struct

from laddnav.ocpp.action import Action, Direction, Version
from laddnav.ocpp.calls import CallQueue, Cause, OutgoingCall
from laddnav.ocpp.errors import Failure, LocalProtocolError, RemoteProtocolError, refusal
from laddnav.ocpp.events import (
    CallReceived,
    ErrorReceived,
    Event,
    Ignored,
    IgnoredReason,
    Malformed,
    ResultErrorReceived,
    ResultReceived,
    SendReceived,
    Violations,
)
from laddnav.ocpp.frames import (
    GRAMMARS,
    CallFrame,
    ErrorFrame,
    MessageId,
    MessageType,
    ResultErrorFrame,
    ResultFrame,
    SendFrame,
    UnknownFrame,
    Unreadable,
    Violation,
)
from laddnav.ocpp.rpc import error_words, is_valid_id, payload_of, read
from laddnav.ocpp.writing import (
    call_text,
    error_text,
    request_body,
    response_body,
    result_text,
    send_text,
)

_ANSWERS: Final = frozenset({MessageType.CALL_RESULT, MessageType.CALL_ERROR})


class Connection:
    """What both ends of one connection keep to.

    One CALL of ours is outstanding at a time and the others queue; calls of the peer are taken as
    they come, also while ours wait [J16, J21 4.1.1]. `receive` raises nothing, whatever it is
    given; the other methods raise `LocalProtocolError` where the owner breaks a rule.

    Args:
        actions: The actions of the version, by name.
        version: What was negotiated for this connection.
        new_message_id: Gives ids of 1 to 36 characters, never one twice.
        inbound: Whose requests come in; by default the stations', at the end of the CSMS.
        call_timeout: Seconds that a call may wait to be sent, and then again to be answered.
        queue_limit: How many calls may wait to be sent.
        strict: Whether deviations that are else tolerated are refused, for conformance tests.
    """

    __slots__ = (
        "_actions",
        "_call_timeout",
        "_calls",
        "_closed",
        "_frames",
        "_grammar",
        "_inbound",
        "_new_message_id",
        "_owed",
        "_strict",
        "version",
    )

    def __init__(
        self,
        *,
        actions: Mapping[str, Action],
        version: Version,
        new_message_id: Callable[[], str],
        inbound: Direction = Direction.STATION_TO_CSMS,
        call_timeout: float = 30.0,
        queue_limit: int = 32,
        strict: bool = False,
    ) -> None:
        self.version = version
        self._actions = actions
        self._grammar = GRAMMARS[version]
        self._new_message_id = new_message_id
        self._inbound = inbound
        self._call_timeout = call_timeout
        self._strict = strict
        self._closed = False
        self._frames: list[str] = []
        self._owed: set[CallReceived] = set()
        self._calls = CallQueue(queue_limit)

    # ---- what comes in --------------------------------------------------------------------

    def receive(self, text: str | bytes, now: float) -> Event:
        """Take one message, as text or as its UTF-8 bytes, and return what it means.

        Args:
            text: The whole message; its size is the caller's to bound.
            now: Seconds on the clock that `tick` is given, which only ever rises.
        """
        if self._closed:
            return Ignored(reason=IgnoredReason.CLOSED)
        frame, violations = read(text, self._grammar, strict=self._strict)
        if isinstance(frame, CallFrame):
            return self._call_received(frame, violations)
        if isinstance(frame, UnknownFrame | Unreadable):
            return self._not_understood(frame, violations, now)
        return self._other_received(frame, violations, now)

    def _call_received(self, frame: CallFrame, violations: Violations) -> Event:
        action = self._actions.get(frame.action)
        if action is None:
            description = f"the action is not known in OCPP {self.version}"
            return self._call_refused(frame.id, Failure.ACTION, description, violations)
        if not self._comes_in(action) or action.response is None:
            description = f"{action.name} is not accepted from this side in this way"
            return self._call_refused(frame.id, Failure.DIRECTION, description, violations)
        if self._owed:
            violations = (*violations, Violation.PIPELINED)
        call = CallReceived(
            message_id=frame.id, action=action, payload=payload_of(frame), violations=violations
        )
        self._owed.add(call)
        return call

    def _call_refused(
        self, message_id: MessageId | None, failure: Failure, words: str, violations: Violations
    ) -> Malformed:
        """Queue the CALLERROR for a call that goes no further; none where 1.6 lacks its id."""
        error = refusal(self.version, failure, words)
        answer_id = self._answer_id(message_id)
        if answer_id is not None:
            self._queue_error(MessageType.CALL_ERROR, answer_id, error)
        return Malformed(
            error=error,
            answered=answer_id is not None,
            message_id=message_id,
            violations=violations,
        )

    def _answer_id(self, message_id: MessageId | None) -> MessageId | None:
        """Return the id that an answer carries; strictly, a wrong id is none in 2.x."""
        in_place = self._grammar.unreadable_id
        if message_id is None or (self._strict and in_place and not is_valid_id(message_id)):
            return in_place
        return message_id

    def _other_received(
        self,
        frame: ResultFrame | ErrorFrame | ResultErrorFrame | SendFrame,
        violations: Violations,
        now: float,
    ) -> Event:
        match frame:
            case ResultFrame():
                return self._result_received(frame, violations, now)
            case ErrorFrame():
                return self._error_received(frame, violations, now)
            case ResultErrorFrame():
                return ResultErrorReceived(message_id=frame.id, **error_words(frame, violations))
            case SendFrame():
                return self._send_received(frame, violations)
        assert_never(frame)

    def _result_received(self, frame: ResultFrame, violations: Violations, now: float) -> Event:
        call = self._calls.matching(frame.id)
        if call is None:
            return self._unmatched(frame.id, violations)
        self._conclude(call, Cause.RESULT, now)
        return ResultReceived(call=call, payload=payload_of(frame), violations=violations)

    def _error_received(self, frame: ErrorFrame, violations: Violations, now: float) -> Event:
        call = self._calls.matching(frame.id)
        if call is None:
            return self._unmatched(frame.id, violations)
        self._conclude(call, Cause.ERROR, now)
        return ErrorReceived(call=call, **error_words(frame, violations))

    def _send_received(self, frame: SendFrame, violations: Violations) -> Event:
        action = self._actions.get(frame.action)
        if action is None or action.response is not None or not self._comes_in(action):
            reason = IgnoredReason.NOT_SENDABLE
            return Ignored(reason=reason, message_id=frame.id, violations=violations)
        return SendReceived(
            message_id=frame.id, action=action, payload=payload_of(frame), violations=violations
        )

    def _not_understood(
        self, frame: UnknownFrame | Unreadable, violations: Violations, now: float
    ) -> Event:
        """Refuse a call, or what may have been one; an answer of the peer only in 2.1."""
        if isinstance(frame, UnknownFrame):
            return self._unknown_type(frame, violations)
        if frame.number is None or frame.number == MessageType.CALL:
            return self._call_refused(frame.id, frame.failure, frame.description, violations)
        return self._answer_refused(frame, violations, now)

    def _answer_refused(self, frame: Unreadable, violations: Violations, now: float) -> Malformed:
        """Fail the call whose answer it is; of a SEND or another answer, nobody is told."""
        error = refusal(self.version, frame.failure, frame.description)
        call = self._calls.matching(frame.id) if frame.number in _ANSWERS else None
        answered = False
        if call is not None:
            if frame.number == MessageType.CALL_RESULT and self._grammar.refuses_results:
                self._queue_error(MessageType.CALL_RESULT_ERROR, call.message_id, error)
                answered = True
            self._conclude(call, Cause.ERROR, now)
        return Malformed(
            error=error, answered=answered, message_id=frame.id, call=call, violations=violations
        )

    def _unknown_type(self, frame: UnknownFrame, violations: Violations) -> Event:
        if not (self._strict and self._grammar.refuses_unknown_types):
            reason = IgnoredReason.UNKNOWN_MESSAGE_TYPE
            return Ignored(reason=reason, message_id=frame.id, violations=violations)
        words = "the message type is not known in this version"
        return self._call_refused(frame.id, Failure.MESSAGE_TYPE, words, violations)

    def _unmatched(self, message_id: MessageId, violations: Violations) -> Ignored:
        late = self._calls.was_late(message_id)
        reason = IgnoredReason.LATE_ANSWER if late else IgnoredReason.UNMATCHED_ANSWER
        return Ignored(reason=reason, message_id=message_id, violations=violations)

    def _conclude(self, call: OutgoingCall, cause: Cause, now: float) -> None:
        self._calls.conclude(call, cause)
        self._send_next(now)

    def _send_next(self, now: float) -> None:
        if (call := self._calls.next_to_send(now)) is not None:
            self._frames.append(call.text)

    def _comes_in(self, action: Action) -> bool:
        return action.direction is self._inbound or action.direction is Direction.BOTH

    # ---- what we answer -------------------------------------------------------------------

    def reply(self, call: CallReceived, response: bytes | Struct) -> None:
        """Answer a call of the peer. After `close` this does nothing.

        Args:
            call: What is answered.
            response: A response of the action's type, or one as JSON, which is checked.

        Raises:
            LocalProtocolError: It is answered already, or the response does not fit.
        """
        if self._closed:
            return
        self._check_owed(call)
        body = response_body(call.action, response, self.version)
        self._frames.append(result_text(call.message_id, body))
        self._owed.discard(call)

    def refuse(self, call: CallReceived, error: RemoteProtocolError) -> None:
        """Answer a call of the peer with a CALLERROR. After `close` this does nothing.

        Raises:
            LocalProtocolError: It is answered already, or the details cannot be written.
        """
        if self._closed:
            return
        self._check_owed(call)
        self._queue_error(MessageType.CALL_ERROR, call.message_id, error)
        self._owed.discard(call)

    def refuse_result(self, call: OutgoingCall, error: RemoteProtocolError) -> None:
        """Say that the result of our call cannot be accepted: in 2.1; before, nothing is sent.

        After `close` this does nothing.

        Raises:
            LocalProtocolError: No result came for it, or it is refused already.
        """
        if self._closed:
            return
        call.move(Cause.REFUSAL)
        if self._grammar.refuses_results:
            self._queue_error(MessageType.CALL_RESULT_ERROR, call.message_id, error)

    def _check_owed(self, call: CallReceived) -> None:
        if call not in self._owed:
            message = f"{call.action.name} {call.message_id} is not waiting for an answer"
            raise LocalProtocolError(message)

    def _queue_error(
        self, number: MessageType, message_id: MessageId, error: RemoteProtocolError
    ) -> None:
        self._frames.append(error_text(number, message_id, self.version, error))

    # ---- what we ask ----------------------------------------------------------------------

    def call(
        self, action: str, payload: bytes | Struct, *, now: float, timeout: float | None = None
    ) -> OutgoingCall:
        """Queue a CALL; it goes out when no other is outstanding.

        It is never sent later than `timeout` after this, so that no command is carried out when
        nobody wants it any more; once sent it has `timeout` again to be answered. Its end is told
        by `receive`, `tick` or `close`, exactly once.

        Args:
            action: The action's name.
            payload: A request of the action's type, or one as JSON, which is checked.
            now: As for `receive`.
            timeout: Seconds; None takes the connection's own.

        Raises:
            CallQueueFullError: As many wait already as may.
            LocalProtocolError: The connection is closed, or the peer takes no such call.
        """
        known = self._outbound(action)
        if known.response is None:
            message = f"{action} is sent, not called"
            raise LocalProtocolError(message)
        self._calls.check_room()
        body = request_body(known, payload, self.version)
        message_id = self._next_id()
        call = OutgoingCall(
            message_id=message_id,
            action=known,
            text=call_text(message_id, action, body),
            timeout=self._call_timeout if timeout is None else timeout,
            now=now,
        )
        self._calls.put(call)
        self._send_next(now)
        return call

    def send(self, action: str, payload: bytes | Struct) -> None:
        """Queue a SEND (2.1): it waits for no call and is never answered.

        Raises:
            LocalProtocolError: The connection is closed, or the peer takes no such SEND.
        """
        known = self._outbound(action)
        if known.response is not None:
            message = f"{action} is called, not sent"
            raise LocalProtocolError(message)
        body = request_body(known, payload, self.version)
        self._frames.append(send_text(self._next_id(), action, body))

    def _outbound(self, name: str) -> Action:
        """Return the action that we may send, by its name."""
        action = self._actions.get(name)
        if self._closed:
            message = "the connection is closed"
        elif action is None:
            message = f"OCPP {self.version} has no {name}"
        elif action.direction is self._inbound:
            message = f"{name} is not ours to send"
        else:
            return action
        raise LocalProtocolError(message)

    def _next_id(self) -> str:
        message_id = self._new_message_id()
        if not message_id or not is_valid_id(message_id):
            message = "a message id has 1 to 36 characters"
            raise LocalProtocolError(message)
        return message_id

    # ---- what the owner does with it ------------------------------------------------------

    def frames_to_send(self) -> list[str]:
        """Return what is to be sent now, in this order, and forget it."""
        frames, self._frames = self._frames, []
        return frames

    @property
    def deadline(self) -> float | None:
        """When `tick` is next due; None while no call of ours is pending."""
        return self._calls.deadline

    def tick(self, now: float) -> list[OutgoingCall]:
        """Give up the calls whose time has run out, send the next, and return those given up."""
        expired = self._calls.expire(now)
        self._send_next(now)
        return expired

    def close(self) -> list[OutgoingCall]:
        """End the connection: return the calls that will never be answered; send nothing more."""
        self._closed = True
        self._frames = []
        self._owed.clear()
        return self._calls.abandon()
