"""What goes wrong in OCPP: our faults, theirs, and the word each version has for them."""

import re
from collections.abc import Mapping
from enum import Enum, StrEnum
from typing import Any, Final, NamedTuple

import msgspec

from laddnav.ocpp.action import Version

LONGEST_DESCRIPTION: Final = 255  # characters [OCPP-J 2.1 table 7]


class ErrorCode(StrEnum):
    """What a CALLERROR says, whatever the version; the values are the spelling of OCPP 2.x."""

    FORMAT_VIOLATION = "FormatViolation"
    GENERIC_ERROR = "GenericError"
    INTERNAL_ERROR = "InternalError"
    MESSAGE_TYPE_NOT_SUPPORTED = "MessageTypeNotSupported"
    NOT_IMPLEMENTED = "NotImplemented"
    NOT_SUPPORTED = "NotSupported"
    OCCURRENCE_CONSTRAINT_VIOLATION = "OccurrenceConstraintViolation"
    PROPERTY_CONSTRAINT_VIOLATION = "PropertyConstraintViolation"
    PROTOCOL_ERROR = "ProtocolError"
    RPC_FRAMEWORK_ERROR = "RpcFrameworkError"
    SECURITY_ERROR = "SecurityError"
    TYPE_CONSTRAINT_VIOLATION = "TypeConstraintViolation"


# OCPP 1.6 misspells two codes, for ever [J16 table 7, J16e 5.1-5.2], and lacks two.
_SPELLING_V16: Final = {
    ErrorCode.FORMAT_VIOLATION: "FormationViolation",
    ErrorCode.OCCURRENCE_CONSTRAINT_VIOLATION: "OccurenceConstraintViolation",
    ErrorCode.RPC_FRAMEWORK_ERROR: "FormationViolation",
    ErrorCode.MESSAGE_TYPE_NOT_SUPPORTED: "NotSupported",
}
_BY_SPELLING: Final = {
    "FormationViolation": ErrorCode.FORMAT_VIOLATION,
    "OccurenceConstraintViolation": ErrorCode.OCCURRENCE_CONSTRAINT_VIOLATION,
    **{code.value: code for code in ErrorCode},
}


def wire_code(version: Version, code: ErrorCode) -> str:
    """Return the spelling of `code` that `version` defines."""
    if version is Version.V16:
        return _SPELLING_V16.get(code, code.value)
    return code.value


def from_wire_code(text: str) -> ErrorCode | None:
    """Return what a received code means, in any version's spelling, or None where none has it."""
    return _BY_SPELLING.get(text)


class LocalProtocolError(Exception):
    """We tried to do what the protocol forbids: a defect of ours, and nothing was sent."""


class CallQueueFullError(LocalProtocolError):
    """As many calls wait for their turn as may: the one that was tried is not queued."""


class RemoteProtocolError(Exception):
    """The peer's message cannot be accepted, or ours was refused; it becomes a CALLERROR.

    Attributes:
        code: What is wrong.
        description: The same in words, cut at 255 characters.
        details: What to send as errorDetails; must be encodable as JSON.
    """

    def __init__(
        self, code: ErrorCode, description: str = "", details: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(f"{code}: {description}" if description else code.value)
        self.code = code
        self.description = description[:LONGEST_DESCRIPTION]
        self.details: Mapping[str, Any] = {} if details is None else details


class Failure(Enum):
    """The ways in which a received message can be wrong."""

    FRAME = "the array around the payload is wrong"
    MESSAGE_TYPE = "the number of the message type is unknown"
    ACTION = "the action is unknown"
    DIRECTION = "the action is known, but not for this sender or not in this way"
    MALFORMED = "the payload is not well-formed JSON, or nested too deep"
    INCOMPLETE = "the payload is absent or ends too early"
    STRUCTURE = "the payload is not an object"
    ABSENT = "a required property is absent"
    COUNT = "a list has too few or too many items"
    TYPE = "a property has the wrong type"
    VALUE = "a property has a value that is not allowed"


# The one table from failure to code: J201 and J21 section 4.3, J16 table 7. A wrong direction is
# what they call recognized but not supported (so does citrineos-core#996).
_CODES: Final[Mapping[Failure, ErrorCode]] = {
    Failure.FRAME: ErrorCode.RPC_FRAMEWORK_ERROR,
    Failure.MESSAGE_TYPE: ErrorCode.MESSAGE_TYPE_NOT_SUPPORTED,
    Failure.ACTION: ErrorCode.NOT_IMPLEMENTED,
    Failure.DIRECTION: ErrorCode.NOT_SUPPORTED,
    Failure.MALFORMED: ErrorCode.FORMAT_VIOLATION,
    Failure.INCOMPLETE: ErrorCode.PROTOCOL_ERROR,
    Failure.STRUCTURE: ErrorCode.PROTOCOL_ERROR,
    Failure.ABSENT: ErrorCode.OCCURRENCE_CONSTRAINT_VIOLATION,
    Failure.COUNT: ErrorCode.OCCURRENCE_CONSTRAINT_VIOLATION,
    Failure.TYPE: ErrorCode.TYPE_CONSTRAINT_VIOLATION,
    Failure.VALUE: ErrorCode.PROPERTY_CONSTRAINT_VIOLATION,
}
# Where 1.6 differs: it has no code for the frame, and its ProtocolError is "incomplete" only.
_CODES_V16: Final[Mapping[Failure, ErrorCode]] = {
    **_CODES,
    Failure.FRAME: ErrorCode.FORMAT_VIOLATION,
    Failure.MESSAGE_TYPE: ErrorCode.NOT_SUPPORTED,
    Failure.STRUCTURE: ErrorCode.FORMAT_VIOLATION,
}


def refusal(version: Version, failure: Failure, description: str) -> RemoteProtocolError:
    """Return the error that `version` asks for where a message fails so."""
    codes = _CODES_V16 if version is Version.V16 else _CODES
    return RemoteProtocolError(codes[failure], description)


class _Sentence(NamedTuple):
    """One thing the decoder says: how it begins, what it means, and our words for it."""

    pattern: re.Pattern[str]
    failure: Failure
    words: str  # {limit} and {type} take what the pattern caught; `name` is one step below the path


def _sentence(pattern: str, failure: Failure, words: str) -> _Sentence:
    return _Sentence(re.compile(pattern), failure, words)


_FOR = r"(?: for `(?P<name>[^`]*)`)?$"
# The first that matches counts.
_SENTENCES: Final = (
    _sentence(r"Object missing required field `(?P<name>[^`]*)`", Failure.ABSENT, "is required"),
    _sentence(
        r"Expected `(?:array|object)` of length >= (?P<limit>\d+)",
        Failure.COUNT,
        "{limit} or more items are expected",
    ),
    _sentence(
        r"Expected `(?:array|object)` of length <= (?P<limit>\d+)",
        Failure.COUNT,
        "{limit} or fewer items are expected",
    ),
    _sentence(
        r"Expected `str` of length >= (?P<limit>\d+)",
        Failure.VALUE,
        "{limit} or more characters are expected",
    ),
    _sentence(
        r"Expected `str` of length <= (?P<limit>\d+)",
        Failure.VALUE,
        "{limit} or fewer characters are expected",
    ),
    _sentence(r"Expected `str` matching", Failure.VALUE, "the text has not the expected form"),
    _sentence(r"Expected `datetime` with", Failure.VALUE, "the time lacks its time zone"),
    _sentence(
        rf"Expected `\w+` (?P<limit>[<>]=? \S+?){_FOR}",
        Failure.VALUE,
        "a number {limit} is expected",
    ),
    _sentence(
        rf"Expected `\w+` that's a multiple of (?P<limit>\S+?){_FOR}",
        Failure.VALUE,
        "a multiple of {limit} is expected",
    ),
    _sentence(
        rf"Expected `\w+` within 10\^15{_FOR}", Failure.VALUE, "a number below 10^15 is expected"
    ),
    _sentence(r"Expected `(?P<type>[^`]*)`", Failure.TYPE, "{type} is expected"),
    _sentence(r"Invalid enum value", Failure.VALUE, "the value is not one of those allowed"),
    _sentence(r"Invalid RFC3339", Failure.VALUE, "a date-time of RFC 3339 is expected"),
    _sentence(
        r"Integer value out|Number out|Invalid decimal",
        Failure.VALUE,
        "the number is not one that can be stored",
    ),
    _sentence("", Failure.VALUE, "the value is not allowed"),
)
_NAMES: Final[Mapping[str, str]] = {
    "int": "an integer",
    "float": "a number",
    "decimal": "a number",
    "str": "a string",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
    "datetime": "a date-time",
}
_AT: Final = " - at `"


def from_decode_failure(version: Version, exc: Exception) -> RemoteProtocolError:
    """Return the error for a payload that `Action.decode_request` or `decode_response` refused.

    The description is ours and names the path, such as "$.connectorId: an integer is expected";
    no text of the decoder and no value that the peer sent is passed on.

    Args:
        version: The version that the connection speaks.
        exc: What the decoder raised: a msgspec error, or UnicodeError, RecursionError, ValueError.
    """
    if not isinstance(exc, msgspec.ValidationError):
        if "truncated" in str(exc):
            return refusal(version, Failure.INCOMPLETE, "$: the payload ends too early")
        return refusal(version, Failure.MALFORMED, "$: the payload is not well-formed JSON")
    said, _, at = str(exc).rpartition(_AT)
    path = at.removesuffix("`") if said else "$"
    sentence, match = _recognised(said or at)
    failure = sentence.failure
    if failure is Failure.TYPE and path == "$":
        failure = Failure.STRUCTURE
    caught = match.groupdict(default="")
    place = f"{path}.{caught['name']}" if caught.get("name") else path
    words = sentence.words.format(
        limit=caught.get("limit"), type=_type_words(caught.get("type", ""))
    )
    return refusal(version, failure, f"{place}: {words}")


def _recognised(said: str) -> tuple[_Sentence, re.Match[str]]:
    """Return the first sentence that fits what the decoder said; the last one always does."""
    matches = ((sentence, sentence.pattern.match(said)) for sentence in _SENTENCES)
    return next((sentence, match) for sentence, match in matches if match is not None)


def _type_words(said: str) -> str:
    """Return what we call a type that the decoder calls "int | null"."""
    names = (_NAMES.get(name, name) for name in said.split(" | ") if name != "null")
    return " or ".join(names) or "null"
