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
    return {"ready": not reasons, "reasons": reasons, **visit.rooms.status()}


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


ROUTES: Final = (get_status, back_up)
