"""The reading of OCPP-J frames: any text becomes a frame, or a word on what is wrong. No state.

A message is read in one pass; everything dear happens only after that pass has failed.
"""

import re
from collections.abc import Mapping
from typing import Final, TypeAlias, TypedDict

import msgspec
from msgspec import Raw

from laddnav.ocpp.errors import (
    LONGEST_DESCRIPTION,
    ErrorCode,
    Failure,
    from_wire_code,
)
from laddnav.ocpp.frames import (
    ABSENT,
    CallFrame,
    ErrorFrame,
    Frame,
    Grammar,
    MessageId,
    MessageType,
    ResultErrorFrame,
    ResultFrame,
    SendFrame,
    UnknownFrame,
    Unreadable,
    Violation,
)
from laddnav.ocpp.text import is_too_deep, purge_nul, purge_surrogates

LONGEST_ID: Final = 36  # characters [J16 4.1.4, J21 table 4]
_LONGEST_TOLERATED_ID: Final = 255
_LARGEST_TOLERATED_ID: Final = 10**_LONGEST_TOLERATED_ID
_EMPTY: Final = Raw(b"{}")
_NULL: Final = Raw(b"null")
_ITEMS: Final = msgspec.json.Decoder(list[Raw])
_ID: Final = msgspec.json.Decoder(MessageId)
_STRING: Final = msgspec.json.Decoder(str)
_NUMBER: Final = msgspec.json.Decoder(int)
_JSON_BLANKS: Final = " \t\r\n"
_BLANKS: Final = _JSON_BLANKS + "\ufeff\u00a0\u0085\x0b\x0c\x1c\x1d\x1e\x1f"
# The type and the id at the head of text that is no JSON further on.
_HEAD: Final = re.compile(
    r"[\s\ufeff]*\[\s*(-?\d{1,9})\s*(?=[,\]]|$)"
    r'(?:,\s*("(?:[^"\\\x00-\x1f\ufffd]|\\.){0,255}"|-?\d{1,255})\s*[,\]])?'
)
# What strict reading refuses. The rest is valid JSON or harmless, and is only counted.
_REFUSED_WHEN_STRICT: Final[Mapping[Violation, tuple[Failure, str]]] = {
    Violation.NUMERIC_ID: (Failure.FRAME, "the message id is not a string"),
    Violation.LONG_ID: (Failure.FRAME, "the message id has more than 36 characters"),
    Violation.EXTRA_ELEMENTS: (Failure.FRAME, "the message has too many elements"),
    Violation.ERROR_INCOMPLETE: (Failure.FRAME, "the message has too few elements"),
    Violation.PAYLOAD_ABSENT: (Failure.INCOMPLETE, "the payload is absent"),
}
_NUMBERS: Final[Mapping[type[Frame], MessageType]] = {
    CallFrame: MessageType.CALL,
    ResultFrame: MessageType.CALL_RESULT,
    ErrorFrame: MessageType.CALL_ERROR,
    ResultErrorFrame: MessageType.CALL_RESULT_ERROR,
    SendFrame: MessageType.SEND,
}

Violations: TypeAlias = tuple[Violation, ...]
Reading: TypeAlias = tuple[Frame | UnknownFrame | Unreadable, Violations]


def read(text: str | bytes, grammar: Grammar, *, strict: bool) -> Reading:
    """Read one message; never raises, whatever the text.

    Returns:
        The frame, or what is wrong with it; and what was wrong but tolerated. A frame that is
        returned has a usable id. Payloads are well-formed JSON of bounded depth, without NUL and
        lone surrogates, and not otherwise checked.
    """
    if not isinstance(text, str):
        try:
            text = text.decode()
        except UnicodeDecodeError as exc:
            return _headed(exc.object.decode(errors="replace"), "the message is not UTF-8"), ()
    violations: Violations = ()
    if "\\" in text or "\0" in text:
        text, violations = _purged(text, strict=strict)
    if is_too_deep(text):
        return _headed(text, "the message is nested too deep"), violations
    try:
        frame = grammar.decoder.decode(text)
    except ValueError:  # the decoder's own errors, and text that cannot be UTF-8
        return _reread(text, grammar, violations, strict=strict)
    if (
        type(frame.id) is str
        and len(frame.id) <= LONGEST_ID
        and frame.extra is ABSENT
        and frame.payload is not ABSENT
    ):
        return frame, violations
    return _judged(frame, violations + _deviations(frame), strict=strict)


def _purged(text: str, *, strict: bool) -> tuple[str, Violations]:
    """Return the text without NUL and lone surrogates. A raw NUL is left for strict reading."""
    if strict and "\0" in text:
        return text, ()
    clean = purge_nul(text)
    whole = purge_surrogates(clean)
    nul = (Violation.NUL,) if clean != text else ()
    lone = (Violation.LONE_SURROGATE,) if whole != clean else ()
    return whole, (*nul, *lone)


def _reread(text: str, grammar: Grammar, violations: Violations, *, strict: bool) -> Reading:
    """Read what was no frame of this version: mend what may be mended, or say what is wrong."""
    if not strict and (mended := _mended(text)) is not None:
        text, violation = mended
        frame, more = read(text, grammar, strict=strict)
        return frame, (*violations, violation, *more)
    try:
        items = _ITEMS.decode(text)
    except msgspec.ValidationError:
        return _unreadable(None, None, "the message is not an array"), violations
    except ValueError:
        return _headed(text, "the message is not well-formed JSON"), violations
    return _diagnosed(items, grammar), violations


def _mended(text: str) -> tuple[str, Violation] | None:
    """Return the text as it may be read again, or None where there is nothing to mend."""
    if (whole := text.encode("utf-8", "ignore").decode()) != text:
        return whole, Violation.LONE_SURROGATE
    if (bare := text.strip(_BLANKS)) != text.strip(_JSON_BLANKS):
        return bare, Violation.PADDING
    return None


def _diagnosed(items: list[Raw], grammar: Grammar) -> UnknownFrame | Unreadable:
    """Say what is wrong with an array that is no frame of this version."""
    number = _number(items[0]) if items else None
    message_id = _message_id(items[1]) if len(items) > 1 else None
    if number is None:
        return _unreadable(None, None, "the message type is not an integer")
    if number not in grammar.types:
        return UnknownFrame(number=number, id=message_id)
    if message_id is None:
        return _unreadable(number, None, "the message id cannot be read")
    return _unreadable(number, message_id, "the action cannot be read")


def _headed(text: str, description: str) -> Unreadable:
    """Say what is wrong with text that cannot be read as a whole, by what its head still tells.

    Where the id is readable, the fault is behind it: the payload's.
    """
    head = _HEAD.match(text)
    if head is None:
        return _unreadable(None, None, description)
    message_id = None if head[2] is None else _message_id(head[2])
    failure = Failure.FRAME if message_id is None else Failure.MALFORMED
    return _unreadable(int(head[1]), message_id, description, failure)


def _unreadable(
    number: int | None,
    message_id: MessageId | None,
    description: str,
    failure: Failure = Failure.FRAME,
) -> Unreadable:
    return Unreadable(number=number, id=message_id, failure=failure, description=description)


def _number(raw: Raw) -> int | None:
    try:
        return _NUMBER.decode(raw)
    except ValueError:
        return None


def _message_id(raw: Raw | str) -> MessageId | None:
    """Return a message id, or None where it is neither a string nor an integer, or is too long."""
    try:
        message_id = _ID.decode(raw)
    except ValueError:
        return None
    return message_id if _is_tolerable(message_id) else None


def _is_tolerable(message_id: MessageId) -> bool:
    if isinstance(message_id, int):
        return -_LARGEST_TOLERATED_ID < message_id < _LARGEST_TOLERATED_ID
    return len(message_id) <= _LONGEST_TOLERATED_ID


def _deviations(frame: Frame) -> Violations:
    """Return what is wrong with a frame that could be read."""
    is_error = isinstance(frame, ErrorFrame | ResultErrorFrame)
    found = {
        Violation.NUMERIC_ID: isinstance(frame.id, int),
        Violation.LONG_ID: len(str(frame.id)) > LONGEST_ID,
        Violation.EXTRA_ELEMENTS: frame.extra is not ABSENT,
        Violation.ERROR_INCOMPLETE: is_error and frame.payload is ABSENT,
        Violation.PAYLOAD_ABSENT: not is_error and frame.payload is ABSENT,
    }
    return tuple(violation for violation, is_so in found.items() if is_so)


def _judged(frame: Frame, violations: Violations, *, strict: bool) -> Reading:
    """Accept a frame that deviates, unless it is read strictly or its id is out of all bounds."""
    number = _NUMBERS[type(frame)]
    if not _is_tolerable(frame.id):
        return _unreadable(number, None, "the message id cannot be read"), violations
    refused = [_REFUSED_WHEN_STRICT[v] for v in violations if v in _REFUSED_WHEN_STRICT]
    if not (strict and refused):
        return frame, violations
    failure, description = refused[0]
    return _unreadable(number, frame.id, description, failure), violations


def is_valid_id(message_id: MessageId) -> bool:
    """Tell whether the specifications allow this message id: a string of 36 at most."""
    return isinstance(message_id, str) and len(message_id) <= LONGEST_ID


def payload_of(frame: Frame) -> Raw:
    """Return the payload; an absent one and null mean the empty object [J16, J21 4.1.5]."""
    return _EMPTY if frame.payload is ABSENT or frame.payload == _NULL else frame.payload


class ErrorWords(TypedDict):
    """What a CALLERROR or CALLRESULTERROR says; see `ErrorReceived`."""

    code: ErrorCode
    wire_code: str
    description: str
    details: Raw
    violations: Violations


def error_words(frame: ErrorFrame | ResultErrorFrame, violations: Violations) -> ErrorWords:
    """Return what an error frame says, whatever it is: an error has to end its call."""
    wire_code = _text(frame.code)
    code = from_wire_code(wire_code)
    if code is None:
        violations = (*violations, Violation.UNKNOWN_CODE)
    return ErrorWords(
        code=code or ErrorCode.GENERIC_ERROR,
        wire_code=wire_code,
        description=_text(frame.description),
        details=payload_of(frame),
        violations=violations,
    )


def _text(raw: Raw) -> str:
    """Return a string as far as an error's words may go; "" for what is no string."""
    try:
        return _STRING.decode(raw)[:LONGEST_DESCRIPTION]
    except ValueError:
        return ""
