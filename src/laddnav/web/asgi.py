"""The words of ASGI that the door and the server share."""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, Final, TypeAlias

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
Application: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

_TOKENS: Final = "/api/v1/tokens/"


def shown(scope: Mapping[str, Any]) -> str:
    """Return a request's path as it may be logged: no query, and no token, which may be a code.

    C04.FR.04: a KeyCode is never logged.
    """
    path: str = scope["path"]
    return f"{_TOKENS}..." if path.startswith(_TOKENS) else path
