"""Whether this process lives, and whether it is ready to serve."""

from typing import Any, Final

from litestar import Request, Response, get
from msgspec import Struct

from laddnav.web.rooms import WebRooms
from laddnav.web.showing import JsonResponse

_DATABASE_AWAY: Final = "The database cannot be reached."


class Readiness(Struct, frozen=True, kw_only=True):
    """Whether this node can do its work, and if not, why."""

    ready: bool
    reasons: tuple[str, ...]


@get("/healthz", include_in_schema=False, sync_to_thread=False)
def healthz() -> dict[str, str]:
    """Say that the process lives."""
    return {"status": "alive"}


@get("/readyz", include_in_schema=False, sync_to_thread=False)
def readyz(request: Request[Any, Any, Any]) -> Response[Any]:
    """Say whether this node can do its work."""
    reasons = obstacles(request.scope["state"]["rooms"])
    body = Readiness(ready=not reasons, reasons=reasons)
    return JsonResponse(body, status_code=503 if reasons else 200)


def obstacles(rooms: WebRooms) -> tuple[str, ...]:
    """Return why this node is not ready; empty: it is."""
    away = () if rooms.database.healthy else (_DATABASE_AWAY,)
    return (*away, *rooms.obstacles())


ROUTES: Final = (healthz, readyz)
