"""The door: who asks, for which operator, under which request id; nothing behind it is open."""

import re
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from laddnav.kernel import ids
from laddnav.kernel.keys import DEFAULT_OPERATOR
from laddnav.storage.errors import StorageUnavailable
from laddnav.web.asgi import Application, Message, Receive, Scope, Send, shown
from laddnav.web.problems import MEDIA_TYPE, ProblemError, encoded, failed, unavailable
from laddnav.web.rooms import WebRooms
from laddnav.web.visit import Visit

OPEN: Final = frozenset({"/healthz", "/readyz", "/metrics", "/api/v1/openapi.json"})

_REQUEST_ID: Final = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_NO_KEY: Final = (
    "Send `Authorization: Bearer KEY`; `laddnav api-key create` makes a key, and "
    "/api/v1/openapi.json describes this API."
)
_BAD_KEY: Final = "This key is none of ours or was revoked: `laddnav api-key create` makes another."

_log = structlog.get_logger(__name__)

Admission = Callable[[WebRooms, Scope], Awaitable[str]]


async def admit_by_key(rooms: WebRooms, scope: Scope) -> str:
    """Return the operator whose key a request bears; raise a 401 otherwise."""
    scheme, _, key = _header(scope, b"authorization").partition(" ")
    if scheme.casefold() != "bearer":
        raise _unauthorized(_NO_KEY)
    known = await rooms.accounts.verify_api_key(key.strip())
    if known is None:
        raise _unauthorized(_BAD_KEY)
    return known.operator


async def admit_locally(rooms: WebRooms, scope: Scope) -> str:
    """Return the operator that a local request names: whoever may open the socket may do all."""
    slug = _header(scope, b"x-laddnav-operator") or DEFAULT_OPERATOR
    if await rooms.accounts.operator(slug) is None:
        detail = f"There is no operator {slug[:63]!r}: `laddnav operator add` adds one."
        raise ProblemError(404, detail)
    return slug


class Door:
    """Stands before an application: names each request, asks who it is, and answers for failures.

    Paths stay percent-encoded behind it, so that a name may hold a slash.

    Attributes:
        inner: The application behind it.
    """

    def __init__(self, inner: Application, rooms: WebRooms, admit: Admission) -> None:
        self.inner = inner
        self._rooms = rooms
        self._admit = admit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        scope["path"] = scope["raw_path"].decode("latin-1")
        state = scope.setdefault("state", {})
        state["request_id"] = _request_id(scope)
        state["rooms"] = self._rooms
        answer = _Answer(send, state["request_id"])
        begun = self._rooms.clock.monotonic()
        try:
            if scope["path"] not in OPEN:
                operator = await self._admit(self._rooms, scope)
                state["visit"] = Visit(rooms=self._rooms, operator=operator)
            await self.inner(scope, receive, answer)
        except ProblemError as error:
            await answer.problem(error)
        except StorageUnavailable:
            await answer.problem(unavailable())
        except Exception:  # noqa: BLE001 - whatever it is, it is logged here and answered with a 500
            _log.exception("a request failed", request=state["request_id"], path=shown(scope))
            await answer.problem(failed())
        _log.debug(
            "answered",
            request=state["request_id"],
            method=scope["method"],
            path=shown(scope),
            status=answer.status,
            milliseconds=round(1000 * (self._rooms.clock.monotonic() - begun), 1),
        )


class _Answer:
    """Sends what the application answers, with the request's id; and problems of the door's own."""

    def __init__(self, send: Send, request_id: str) -> None:
        self.status: int | None = None
        self._send = send
        self._request_id = request_id

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = int(message["status"])
            own = (
                (b"x-request-id", self._request_id.encode()),
                (b"cache-control", b"no-store"),
                (b"x-content-type-options", b"nosniff"),
            )
            message["headers"] = [*message.get("headers", ()), *own]
        await self._send(message)

    async def problem(self, error: ProblemError) -> None:
        if self.status is not None:
            return  # the answer has begun: the connection's end tells that it is not whole
        body = encoded(error, self._request_id)
        headers = {"Content-Type": MEDIA_TYPE, "Content-Length": str(len(body)), **error.headers}
        lines = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        await self({"type": "http.response.start", "status": error.status, "headers": lines})
        await self._send({"type": "http.response.body", "body": body})


def _unauthorized(detail: str) -> ProblemError:
    return ProblemError(401, detail, headers={"WWW-Authenticate": "Bearer"})


def _request_id(scope: Scope) -> str:
    given = _header(scope, b"x-request-id").encode("latin-1")
    return given.decode() if _REQUEST_ID.fullmatch(given) else ids.new_id()


def _header(scope: Scope, name: bytes) -> str:
    """Return a header's value; "" where it is missing or there twice."""
    found = [value for header, value in scope["headers"] if header == name]
    return found[0].decode("latin-1") if len(found) == 1 else ""
