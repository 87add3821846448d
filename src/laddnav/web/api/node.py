"""The server itself: its status and its backup; only over the local socket."""

from pathlib import Path
from typing import Annotated, Any, Final

from litestar import get, post
from litestar.params import Body
from msgspec import Meta, Struct

from laddnav.storage.errors import DatabaseMisconfigured
from laddnav.web.health import obstacles
from laddnav.web.problems import bad_field, documented
from laddnav.web.visit import Visited

_TAGS: Final = ["Server"]
_RELATIVE: Final = "path: give an absolute one, for the server has a directory of its own"
_NO_PORTS: Final = "no server runs here that stations connect to"

_Path = Annotated[str, Meta(min_length=1, max_length=4_096)]


class BackupBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a copy of the database shall be."""

    path: _Path


@get(
    "/status",
    operation_id="getStatus",
    summary="Show how the server is",
    description="Node, version, addresses, counts and lag.",
    tags=_TAGS,
    responses=documented(404),
)
async def get_status(visit: Visited) -> dict[str, Any]:
    """Return how this node is."""
    reasons = obstacles(visit.rooms)
    secrets = await visit.rooms.handovers.on_former_secrets()
    return {
        "ready": not reasons,
        "reasons": reasons,
        "passwords_on_former_secrets": secrets.waiting,
        "passwords_on_lost_secrets": secrets.lost,
        **visit.rooms.status(),
    }


@post(
    "/backup",
    operation_id="backUp",
    summary="Back the database up",
    description="Writes a consistent copy (SQLite), while the server runs.",
    tags=_TAGS,
    responses=documented(404, 413, 422),
)
async def back_up(visit: Visited, data: Annotated[BackupBody, Body()]) -> BackupBody:
    """Write a copy of the database."""
    path = Path(data.path)
    if not path.is_absolute():
        raise bad_field(None, _RELATIVE)
    try:
        await visit.rooms.database.backup(path)
    except DatabaseMisconfigured as error:
        raise bad_field(None, str(error)) from None
    return data


@post(
    "/certificates/reload",
    operation_id="reloadCertificates",
    summary="Load certificates anew",
    description="Certificates of the stations' ports and trusted roots; no link is dropped.",
    tags=_TAGS,
    status_code=200,
    responses=documented(404, 422),
)
async def reload_certificates(visit: Visited) -> dict[str, Any]:
    """Use the certificate files, and the trusted roots, as they are now."""
    reload = visit.rooms.reload_certificates
    if reload is None:
        raise bad_field(None, _NO_PORTS)
    loaded = await reload()
    if isinstance(loaded, str):
        raise bad_field(None, loaded)
    return dict(loaded)


ROUTES: Final = (get_status, back_up, reload_certificates)
