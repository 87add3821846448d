"""What a connection tells of a message it received. Exactly one event for each."""

from enum import StrEnum
from typing import TypeAlias

from msgspec import Raw, Struct

from laddnav.ocpp.action import Action
from laddnav.ocpp.calls import OutgoingCall
from laddnav.ocpp.errors import ErrorCode, RemoteProtocolError
from laddnav.ocpp.frames import MessageId, Violation

Violations: TypeAlias = tuple[Violation, ...]


class CallReceived(Struct, frozen=True, kw_only=True, eq=False):
    """The peer calls; `Connection.reply` or `Connection.refuse` must follow once.

    Attributes:
        message_id: Its id as it came, an integer where it was one. Good for the answer only: ids
            are repeated and restarted, so never recognise a message by it.
        action: What is asked for.
        payload: Well-formed JSON, an object as far as the peer keeps to the rules; no NUL and no
            lone surrogate is in it (`Violation.NUL` and `LONE_SURROGATE` say that one was).
        violations: What was wrong but tolerated; to be counted.
    """

    message_id: MessageId
    action: Action
    payload: Raw
    violations: Violations = ()


class SendReceived(Struct, frozen=True, kw_only=True, eq=False):
    """The peer reports something for which there is no answer, not even an error (2.1)."""

    message_id: MessageId
    action: Action
    payload: Raw
    violations: Violations = ()


class ResultReceived(Struct, frozen=True, kw_only=True, eq=False):
    """A call of ours is answered. A payload that does not fit goes to `refuse_result`."""

    call: OutgoingCall
    payload: Raw
    violations: Violations = ()


class ErrorReceived(Struct, frozen=True, kw_only=True, eq=False):
    """A call of ours is refused.

    Attributes:
        call: Our call.
        code: What the peer's code means; GENERIC_ERROR where no version defines it.
        wire_code: The code as it came.
        description: The peer's words, cut at 255 characters.
        details: The peer's JSON, undecoded.
        violations: What was wrong but tolerated.
    """

    call: OutgoingCall
    code: ErrorCode
    wire_code: str
    description: str
    details: Raw
    violations: Violations = ()


class ResultErrorReceived(Struct, frozen=True, kw_only=True, eq=False):
    """The peer could not accept a result of ours (2.1); attributes as in `ErrorReceived`."""

    message_id: MessageId
    code: ErrorCode
    wire_code: str
    description: str
    details: Raw
    violations: Violations = ()


class IgnoredReason(StrEnum):
    """Why a message had no effect."""

    UNKNOWN_MESSAGE_TYPE = "unknown_message_type"
    UNMATCHED_ANSWER = "unmatched_answer"  # its id is that of no call of ours
    LATE_ANSWER = "late_answer"  # its call had timed out
    NOT_SENDABLE = "not_sendable"  # a SEND of an unknown action, or of one that is called
    CLOSED = "closed"  # it came after `Connection.close`


class Ignored(Struct, frozen=True, kw_only=True, eq=False):
    """A well-formed message that had no effect; nothing is wrong with the connection.

    Attributes:
        reason: Why.
        message_id: Its id, where it had one that could be read.
        violations: What else was wrong with it.
    """

    reason: IgnoredReason
    message_id: MessageId | None = None
    violations: Violations = ()


class Malformed(Struct, frozen=True, kw_only=True, eq=False):
    """A message that cannot be accepted; the refusal that the version asks for is queued.

    Attributes:
        error: What is wrong, in our words.
        answered: Whether a refusal is queued. Answers are not refused, except a CALLRESULT in 2.1.
        message_id: Its id, where it could be read.
        call: Our call, where the message was its answer: it has failed.
        violations: What else was wrong with it.
    """

    error: RemoteProtocolError
    answered: bool
    message_id: MessageId | None = None
    call: OutgoingCall | None = None
    violations: Violations = ()


Event: TypeAlias = (
    CallReceived
    | SendReceived
    | ResultReceived
    | ErrorReceived
    | ResultErrorReceived
    | Ignored
    | Malformed
)
