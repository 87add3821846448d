"""Everything that can go wrong behind the door, as problems."""

from typing import Any, Final

import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.params import ParameterKwarg
from litestar.types import ExceptionHandlersMap

from laddnav.storage.errors import StorageUnavailable, Unstorable
from laddnav.web.asgi import shown
from laddnav.web.problems import (
    MEDIA_TYPE,
    Flaw,
    ProblemError,
    bad_request,
    encoded,
    failed,
    unacceptable,
    unavailable,
)

_log = structlog.get_logger(__name__)

_Request = Request[Any, Any, Any]

_WORDS: Final = {
    404: "There is nothing at this path: /api/v1/openapi.json lists what there is.",
    405: "This path does not know the method {method}.",
    413: "The body is larger than what is taken here: send less at once.",
}


def told(request: _Request, error: ProblemError) -> Response[bytes]:
    """Answer with a problem."""
    request_id = request.scope["state"].get("request_id")
    return Response(
        encoded(error, request_id),
        status_code=error.status,
        headers=error.headers,
        media_type=MEDIA_TYPE,
    )


def refused(request: _Request, error: HTTPException) -> Response[bytes]:
    """Answer what the framework refused; its own words are not repeated."""
    if isinstance(error, ValidationException):
        return told(request, _invalid(request, error))
    if error.status_code >= 500:  # noqa: PLR2004 - in HTTP, statuses from 500 on are faults of the server
        return broken(request, error)
    words = _WORDS.get(error.status_code, "The request cannot be understood.")
    detail = words.format(method=request.method)
    problem = ProblemError(error.status_code, detail, headers=error.headers)
    return told(request, problem)


def away(request: _Request, _: StorageUnavailable) -> Response[bytes]:
    """Answer that the database is away."""
    return told(request, unavailable())


def unstorable(request: _Request, _: Unstorable) -> Response[bytes]:
    """Answer that a value fits no column."""
    detail = "A value cannot be stored or looked up: it holds a NUL, or a number that is too large."
    return told(request, unacceptable(detail))


def broken(request: _Request, error: Exception) -> Response[bytes]:
    """Answer that the fault is ours; what it was, only the log tells."""
    request_id = request.scope["state"].get("request_id")
    _log.error("a request failed", request=request_id, path=shown(request.scope), exc_info=error)
    return told(request, failed())


def _invalid(request: _Request, error: ValidationException) -> ProblemError:
    """Return which parameters are wrong."""
    extra = error.extra if isinstance(error.extra, list) else []
    flaws = [_flaw(request, item) for item in extra if isinstance(item, dict)]
    if any(flaw.field == "data" for flaw in flaws):
        return bad_request("The request needs a body: JSON, or CSV for an import.")
    named = "; ".join(f"{flaw.field}: {flaw.message}" for flaw in flaws)
    return bad_request(f"The request does not fit: {named or 'see the API document'}.", *flaws)


def _flaw(request: _Request, item: dict[str, Any]) -> Flaw:
    """Return what is wrong with a parameter, under the name that it has outside."""
    message = str(item.get("message", "it does not fit"))
    name = item.get("key")
    field = request.route_handler.parsed_fn_signature.parameters.get(name or "")
    if field is not None and isinstance(field.kwarg_definition, ParameterKwarg):
        name = field.kwarg_definition.name or name
    return Flaw(field=name, message=message[:1].lower() + message[1:])


EXCEPTION_HANDLERS: Final[ExceptionHandlersMap] = {
    ProblemError: told,
    HTTPException: refused,
    StorageUnavailable: away,
    Unstorable: unstorable,
    Exception: broken,
}
