"""The API as one application: routes, errors, document; the door stands before it."""

from collections.abc import Sequence
from functools import cache
from typing import Any, Final, cast

from litestar import Litestar, Router
from litestar.types import ControllerRouterHandler

from laddnav.web import health, metrics, paging, visit
from laddnav.web.api import (
    accounts,
    bulks,
    calls,
    certificate_authorities,
    certificates,
    checkups,
    commands,
    conduct,
    handovers,
    imports,
    installed_certificates,
    journal,
    node,
    refusals,
    security_events,
    sessions,
    sites,
    stations,
    templates,
    tokens,
    variables,
)
from laddnav.web.asgi import Application
from laddnav.web.document import PlainTypes, config, serve_document
from laddnav.web.door import Door, admit_by_key, admit_locally
from laddnav.web.failures import EXCEPTION_HANDLERS
from laddnav.web.reading import StrictRequest, refuse_unknown_parameters
from laddnav.web.rooms import WebRooms
from laddnav.web.showing import JsonResponse

MOST_BYTES: Final = 1024 * 1024
"""The largest body that is read, but for imported files."""

_SHARED: Final = (
    stations,
    imports,
    tokens,
    sessions,
    calls,
    commands,
    variables,
    templates,
    handovers,
    bulks,
    conduct,
    checkups,
    security_events,
    journal,
    refusals,
    sites,
    certificates,
    installed_certificates,
)
_LOCAL: Final = (accounts, node, certificate_authorities)


def application(rooms: WebRooms, *, local: bool) -> Application:
    """Return the API.

    Args:
        rooms: What it shows and changes.
        local: True for the Unix socket: no key is asked for, `X-Laddnav-Operator` names the
            operator, and what only the server's owner may do is there too.
    """
    admit = admit_locally if local else admit_by_key
    return Door(cast("Application", _routes(local=local)), rooms, admit)


@cache
def _routes(*, local: bool) -> Litestar:
    """Return what is behind the door: it knows no rooms, each request brings them along."""
    return Litestar(
        route_handlers=[_api(local=local), *health.ROUTES, *metrics.ROUTES],
        dependencies={**visit.DEPENDENCIES, **paging.DEPENDENCIES},
        exception_handlers=EXCEPTION_HANDLERS,
        request_class=StrictRequest,
        response_class=JsonResponse,
        before_request=refuse_unknown_parameters,
        request_max_body_size=MOST_BYTES,
        openapi_config=config(local=local),
        plugins=[PlainTypes()],
        logging_config=None,
        debug=False,
    )


def _api(*, local: bool) -> Router:
    rooms: Sequence[Any] = (*_SHARED, *_LOCAL) if local else _SHARED
    handlers: list[ControllerRouterHandler] = [route for room in rooms for route in room.ROUTES]
    return Router("/api/v1", route_handlers=[*handlers, serve_document])
