"""`/metrics`: plain numbers, read when they are asked for; nothing is counted here."""

from typing import Any, Final

from litestar import Request, Response, get

from laddnav.web.rooms import WebRooms
from laddnav.web.showing import JsonResponse

_MEDIA_TYPE: Final = "text/plain; version=0.0.4"


@get("/metrics", include_in_schema=False, sync_to_thread=False)
def metrics(request: Request[Any, Any, Any]) -> Response[Any]:
    """Return all numbers in the text form of Prometheus."""
    from laddnav.web.exposition import exposition  # noqa: PLC0415 - prometheus-client loads slowly, and commands never need it

    rooms: WebRooms = request.scope["state"]["rooms"]
    return JsonResponse(exposition(rooms.measures), media_type=_MEDIA_TYPE)


ROUTES: Final = (metrics,)
