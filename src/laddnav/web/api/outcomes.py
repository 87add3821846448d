"""What became of a command, in the words of HTTP."""

from typing import Annotated, Any

from msgspec import Meta, Struct

from laddnav.stations.control import (
    CallFailed,
    InvalidPayload,
    NoAnswer,
    NotConnected,
    NotPossible,
    TimedOut,
)
from laddnav.web.problems import ProblemError, bad_field, conflict


class StationError(Struct, frozen=True, kw_only=True):
    """The station's own error (CALLERROR): no error of this API."""

    code: Annotated[str, Meta(extra_json_schema={"examples": ["NotSupported"]})]
    description: str
    details: dict[str, Any] = {}


def station_error(outcome: NoAnswer) -> StationError:
    """Return the station's own error.

    Raises:
        ProblemError: There is none: the command never reached the station or got no answer.
    """
    if isinstance(outcome, CallFailed):
        return StationError(
            code=outcome.code, description=outcome.description, details=outcome.details
        )
    raise _unanswered(outcome)


def _unanswered(
    outcome: NotConnected | TimedOut | InvalidPayload | NotPossible,
) -> ProblemError:
    match outcome:
        case NotConnected():
            return conflict("The station is not connected: it was not sent.")
        case TimedOut():
            detail = "The station did not answer in time; it may still have acted."
            return ProblemError(504, detail)
        case InvalidPayload():
            return bad_field("payload", outcome.problem)
        case NotPossible():
            return conflict(f"{outcome.reason[:1].upper()}{outcome.reason[1:]}.")
