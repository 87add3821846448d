"""The writing of OCPP-J frames: strict out. A frame that would be wrong is our defect."""

from functools import cache
from typing import Final

import msgspec
from msgspec import Struct

from laddnav.ocpp.action import Action, Version, encode
from laddnav.ocpp.errors import (
    LocalProtocolError,
    RemoteProtocolError,
    from_decode_failure,
    wire_code,
)
from laddnav.ocpp.frames import MessageId, MessageType

_EMPTY: Final = b"{}"
_ENCODER: Final = msgspec.json.Encoder(decimal_format="number")


def request_body(action: Action, payload: bytes | Struct, version: Version) -> bytes:
    """Return the payload of a request as JSON.

    Args:
        action: What is asked for.
        payload: A struct of the action's type, or JSON, which is checked against that type.
        version: The version that the connection speaks, for the error's words.

    Raises:
        LocalProtocolError: It is of another type, or does not fit.
    """
    if isinstance(payload, Struct):
        return _written(payload, action.request)
    try:
        action.decode_request(payload.decode())
    except (ValueError, RecursionError) as exc:
        message = f"{action.name}: {from_decode_failure(version, exc).description}"
        raise LocalProtocolError(message) from exc
    return payload


def response_body(action: Action, payload: bytes | Struct, version: Version) -> bytes:
    """Return the payload of a response as JSON; arguments and errors as in `request_body`."""
    if isinstance(payload, Struct):
        return _written(payload, action.response)
    if payload == _EMPTY and _may_be_empty(action):
        return payload
    try:
        action.decode_response(payload)
    except (ValueError, RecursionError) as exc:
        message = f"{action.name}: {from_decode_failure(version, exc).description}"
        raise LocalProtocolError(message) from exc
    return payload


@cache
def _may_be_empty(action: Action) -> bool:
    """Whether a response without any property fits: most answers to reports are that."""
    try:
        action.decode_response(_EMPTY)
    except msgspec.ValidationError:
        return False
    return True


def _written(payload: Struct, expected: type[Struct] | None) -> bytes:
    if expected is None or not isinstance(payload, expected):
        message = f"{type(payload).__name__} is not what this action takes"
        raise LocalProtocolError(message)
    try:
        return encode(payload)
    except (TypeError, ValueError) as exc:
        message = f"a {type(payload).__name__} cannot be written"
        raise LocalProtocolError(message) from exc


def call_text(message_id: str, action: str, payload: bytes) -> str:
    """Write a CALL; the payload is JSON."""
    return f'[2,{_json(message_id)},"{action}",{payload.decode()}]'


def send_text(message_id: str, action: str, payload: bytes) -> str:
    """Write a SEND (2.1); the payload is JSON."""
    return f'[6,{_json(message_id)},"{action}",{payload.decode()}]'


def result_text(message_id: MessageId, payload: bytes) -> str:
    """Write a CALLRESULT; the payload is JSON."""
    return f"[3,{_json(message_id)},{payload.decode()}]"


def error_text(
    number: MessageType, message_id: MessageId, version: Version, error: RemoteProtocolError
) -> str:
    """Write a CALLERROR or CALLRESULTERROR, as the number says, in the spelling of `version`.

    Raises:
        LocalProtocolError: Its details are no JSON.
    """
    code = wire_code(version, error.code)
    try:
        return _json([int(number), message_id, code, error.description, error.details])
    except (TypeError, ValueError) as exc:
        message = "an error cannot be written as JSON"
        raise LocalProtocolError(message) from exc


def _json(value: object) -> str:
    return _ENCODER.encode(value).decode()
