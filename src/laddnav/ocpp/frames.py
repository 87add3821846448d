"""What travels: the frames of OCPP-J as types, and what each version's wire format has of its own.

A decoder per version knows the arrays by their first element, in one pass, and leaves the payload
as raw JSON.
"""

from collections.abc import Mapping
from enum import IntEnum, StrEnum
from typing import Final, TypeAlias

import msgspec
from msgspec import Raw, Struct

from laddnav.ocpp.action import Version
from laddnav.ocpp.errors import Failure

ABSENT: Final = Raw()  # known by its identity: nothing that is decoded is this object
MessageId: TypeAlias = str | int  # an integer must be answered with the same JSON value


class MessageType(IntEnum):
    """The first element of a frame."""

    CALL = 2
    CALL_RESULT = 3
    CALL_ERROR = 4
    CALL_RESULT_ERROR = 5  # 2.1
    SEND = 6  # 2.1


class Violation(StrEnum):
    """What was wrong with a frame that was accepted all the same; counted per station."""

    EXTRA_ELEMENTS = "extra_elements"
    ERROR_INCOMPLETE = "error_incomplete"  # no code, description or details in a CALLERROR
    LONE_SURROGATE = "lone_surrogate"  # removed, the rest of the text was kept
    LONG_ID = "long_id"
    NUL = "nul"  # removed, the rest of the text was kept
    NUMERIC_ID = "numeric_id"
    PADDING = "padding"  # a byte order mark or odd blanks around the array
    PAYLOAD_ABSENT = "payload_absent"
    PIPELINED = "pipelined"  # a CALL before the last one was answered
    UNKNOWN_CODE = "unknown_code"  # an error code that no version defines


class CallFrame(Struct, frozen=True, kw_only=True, array_like=True, tag=2, gc=False):
    """A CALL."""

    id: MessageId
    action: str
    payload: Raw = ABSENT
    extra: Raw = ABSENT


class ResultFrame(Struct, frozen=True, kw_only=True, array_like=True, tag=3, gc=False):
    """A CALLRESULT."""

    id: MessageId
    payload: Raw = ABSENT
    extra: Raw = ABSENT


class ErrorFrame(Struct, frozen=True, kw_only=True, array_like=True, tag=4, gc=False):
    """A CALLERROR. Its words stay raw: whatever they are, they end the call.

    The payload is what the specification calls errorDetails.
    """

    id: MessageId
    code: Raw = ABSENT
    description: Raw = ABSENT
    payload: Raw = ABSENT
    extra: Raw = ABSENT


class ResultErrorFrame(Struct, frozen=True, kw_only=True, array_like=True, tag=5, gc=False):
    """A CALLRESULTERROR (2.1)."""

    id: MessageId
    code: Raw = ABSENT
    description: Raw = ABSENT
    payload: Raw = ABSENT
    extra: Raw = ABSENT


class SendFrame(Struct, frozen=True, kw_only=True, array_like=True, tag=6, gc=False):
    """A SEND (2.1)."""

    id: MessageId
    action: str
    payload: Raw = ABSENT
    extra: Raw = ABSENT


class UnknownFrame(Struct, frozen=True, kw_only=True, gc=False):
    """A well-formed array whose message type this version does not know."""

    number: int
    id: MessageId | None


class Unreadable(Struct, frozen=True, kw_only=True, gc=False):
    """Text that is no frame, or one that strict reading does not accept.

    Attributes:
        number: The message type, where it could be read.
        id: The message id, where it could be read.
        failure: What is wrong.
        description: The same in our own words; nothing of the text is in it.
    """

    number: int | None
    id: MessageId | None
    failure: Failure
    description: str


Frame: TypeAlias = CallFrame | ResultFrame | ErrorFrame | ResultErrorFrame | SendFrame
_Decoder: TypeAlias = msgspec.json.Decoder[Frame]


class Grammar(Struct, frozen=True, kw_only=True):
    """What a version's wire format has of its own.

    Attributes:
        types: The message types that it knows.
        decoder: Reads its frames.
        unreadable_id: The id of an answer to a message whose own id cannot be read; None: no
            answer. [J21 4.2.3; 1.6 has no rule]
        refuses_results: Whether a bad CALLRESULT is answered (CALLRESULTERROR). [J21 4.2.3]
        refuses_unknown_types: Whether, read strictly, an unknown message type is answered; all
            others ignore it. [J16 4.1.3; J201 4.4 against its own 4.1.3; J21 4.4]
    """

    version: Version
    types: frozenset[int]
    decoder: _Decoder
    unreadable_id: str | None
    refuses_results: bool
    refuses_unknown_types: bool


_FIRST: Final = frozenset({MessageType.CALL, MessageType.CALL_RESULT, MessageType.CALL_ERROR})
_FIRST_DECODER: Final[_Decoder] = msgspec.json.Decoder(CallFrame | ResultFrame | ErrorFrame)
GRAMMARS: Final[Mapping[Version, Grammar]] = {
    Version.V16: Grammar(
        version=Version.V16,
        types=_FIRST,
        decoder=_FIRST_DECODER,
        unreadable_id=None,
        refuses_results=False,
        refuses_unknown_types=False,
    ),
    Version.V201: Grammar(
        version=Version.V201,
        types=_FIRST,
        decoder=_FIRST_DECODER,
        unreadable_id="-1",
        refuses_results=False,
        refuses_unknown_types=True,
    ),
    Version.V21: Grammar(
        version=Version.V21,
        types=frozenset(MessageType),
        decoder=msgspec.json.Decoder(Frame),
        unreadable_id="-1",
        refuses_results=True,
        refuses_unknown_types=False,
    ),
}
