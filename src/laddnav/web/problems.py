"""Every error of the API as problem+json (RFC 9457): what is wrong, and what to do about it."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Annotated, Final

import msgspec
from litestar.openapi import ResponseSpec
from msgspec import Meta, Struct

MEDIA_TYPE: Final = "application/problem+json"

_TYPE: Final = "urn:laddnav:problem:"
_RETRY_SECONDS: Final = "5"


def _described(text: str) -> Meta:
    return Meta(extra_json_schema={"description": text})


class Flaw(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that is wrong with a request."""

    message: Annotated[str, _described("What is wrong, in words.")]
    field: Annotated[str | None, _described("The field or parameter.")] = None
    line: Annotated[int | None, _described("The line of an imported file, from 1.")] = None


class Problem(Struct, frozen=True, kw_only=True):
    """An error in the form of RFC 9457."""

    type: Annotated[str, _described("What kind of problem it is; never changes.")]
    title: str
    status: int
    detail: Annotated[str, _described("What is wrong and what to do about it.")]
    errors: Annotated[tuple[Flaw, ...], _described("The single flaws, where there are some.")] = ()
    request_id: Annotated[str | None, _described("Names this request in the server's log.")] = None


class ProblemError(Exception):
    """Ends a request with a problem."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        errors: Sequence[Flaw] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.errors = tuple(errors)
        self.headers = dict(headers or {})


def bad_request(detail: str, *errors: Flaw) -> ProblemError:
    """Return the problem of a request that cannot be understood."""
    return ProblemError(HTTPStatus.BAD_REQUEST, detail, errors=errors)


def not_found(detail: str) -> ProblemError:
    """Return the problem of something that is not there (or is another operator's)."""
    return ProblemError(HTTPStatus.NOT_FOUND, detail)


def conflict(detail: str, *errors: Flaw) -> ProblemError:
    """Return the problem of what cannot be done as things stand."""
    return ProblemError(HTTPStatus.CONFLICT, detail, errors=errors)


def unacceptable(detail: str, *errors: Flaw) -> ProblemError:
    """Return the problem of a well-formed request whose values cannot be taken."""
    return ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, detail, errors=errors)


def bad_field(field: str | None, message: str) -> ProblemError:
    """Return the problem of one field that holds what it must not."""
    detail = message if field is None else f"{field}: {message}"
    return unacceptable(detail, Flaw(field=field, message=message))


def unavailable() -> ProblemError:
    """Return the problem of a database that is away."""
    detail = "The database cannot be reached just now: try again in a few seconds."
    headers = {"Retry-After": _RETRY_SECONDS}
    return ProblemError(HTTPStatus.SERVICE_UNAVAILABLE, detail, headers=headers)


def failed() -> ProblemError:
    """Return the problem of a fault of ours; its text stays in the log."""
    detail = "A fault of this server: its log tells more under the request's id."
    return ProblemError(HTTPStatus.INTERNAL_SERVER_ERROR, detail)


def problem_of(error: ProblemError, request_id: str | None) -> Problem:
    """Return the body that tells of an error."""
    status = HTTPStatus(error.status)
    return Problem(
        type=_TYPE + status.phrase.lower().replace(" ", "-"),
        title=status.phrase,
        status=status.value,
        detail=error.detail,
        errors=error.errors,
        request_id=request_id,
    )


def encoded(error: ProblemError, request_id: str | None) -> bytes:
    """Return the body that tells of an error, as JSON."""
    return msgspec.json.encode(problem_of(error, request_id))


_WHEN: Final = {
    400: "The request cannot be understood.",
    401: "There is no key, or it is none of ours.",
    404: "There is no such thing.",
    408: "The request did not arrive within 30 seconds.",
    409: "It cannot be done as things stand.",
    412: "It was changed meanwhile: read it again.",
    413: "The body is too large.",
    422: "A value cannot be taken.",
    500: "A fault of this server, recorded in its log under the request's id.",
    503: "The database cannot be reached: try again after the seconds in Retry-After.",
    504: "The station did not answer in time; it may still have acted.",
}


def documented(*statuses: int) -> dict[int, ResponseSpec]:
    """Return how an operation may fail, for the OpenAPI document; some apply to all."""
    return {
        status: ResponseSpec(
            data_container=Problem,
            description=_WHEN[status],
            media_type=MEDIA_TYPE,
            generate_examples=False,
        )
        for status in sorted({400, 401, 408, 500, 503, *statuses})
    }
