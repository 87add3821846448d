"""Answers that repeat a part of the question."""

from typing import TypeVar

import msgspec
from msgspec import Struct

from laddnav.gateway.dispatch import Desk
from laddnav.ocpp.errors import from_decode_failure

_Response = TypeVar("_Response", bound=Struct)


def repeating(desk: Desk, response: _Response) -> _Response:
    """Return a response that repeats a part of the request.

    What was mended may not fit its own type, and what is sent always does.

    Raises:
        RemoteProtocolError: The part to be repeated is not what may be sent.
    """
    if desk.mends:
        try:
            msgspec.convert(msgspec.to_builtins(response), type(response))
        except msgspec.ValidationError as failure:
            raise from_decode_failure(desk.version, failure) from failure
    return response
