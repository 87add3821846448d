"""Bulk operations of all kinds: followed and stopped."""

from collections.abc import Iterable
from typing import Annotated, Final

from litestar import delete, get
from litestar.params import PathParameter, QueryParameter

from laddnav.stations.model.bulk import BulkView, ItemState, NewBulk
from laddnav.web.api.bulk_views import (
    BulkItemList,
    BulkList,
    BulkShown,
    bulk_shown,
    item_shown,
)
from laddnav.web.api.stations import refused
from laddnav.web.paging import Paged, onward
from laddnav.web.problems import documented, not_found
from laddnav.web.visit import Visit, Visited

BULK_TEXT: Final = (
    "At a pace, at each station once it is connected; those that are not until the deadline are "
    "not reached. It goes on over restarts: see its bulk operation, and the items of that."
)
_TAGS: Final = ["Bulk operations"]
_PATH: Final = "/bulk-operations"
_Id = Annotated[str, PathParameter(description="Its id.", max_length=100)]
_State = Annotated[
    ItemState | None,
    QueryParameter(name="state", description="Only those of which it has come so far."),
]


@get(
    _PATH,
    operation_id="listBulkOperations",
    summary="List bulk operations",
    description="The newest first.",
    tags=_TAGS,
    responses=documented(),
)
async def list_bulks(visit: Visited, page: Paged) -> BulkList:
    """Return the operator's bulk operations."""
    found = await visit.rooms.bulks.page(
        visit.operator, limit=page.limit, cursor=page.behind("bulks")
    )
    return BulkList(items=tuple(map(bulk_shown, found.items)), next=onward("bulks", found.next))


@get(
    f"{_PATH}/{{bulk_id:str}}",
    operation_id="getBulkOperation",
    summary="Show a bulk operation",
    description="How many of its stations are in which state.",
    tags=_TAGS,
    responses=documented(404),
)
async def get_bulk(visit: Visited, bulk_id: _Id) -> BulkShown:
    """Return one bulk operation."""
    return bulk_shown(_there(await visit.rooms.bulks.one(visit.operator, bulk_id)))


@get(
    f"{_PATH}/{{bulk_id:str}}/items",
    operation_id="listBulkItems",
    summary="List what became of a bulk operation's stations",
    description="In the order of their identities.",
    tags=_TAGS,
    responses=documented(404),
)
async def list_bulk_items(
    visit: Visited, bulk_id: _Id, page: Paged, wanted: _State = None
) -> BulkItemList:
    """Return each station's result."""
    _there(await visit.rooms.bulks.one(visit.operator, bulk_id))
    found = await visit.rooms.bulks.items(
        visit.operator,
        bulk_id,
        limit=page.limit,
        cursor=page.behind("bulk-items"),
        state=wanted,
    )
    items = tuple(map(item_shown, found.items))
    return BulkItemList(items=items, next=onward("bulk-items", found.next))


@delete(
    f"{_PATH}/{{bulk_id:str}}",
    operation_id="stopBulkOperation",
    summary="Stop a bulk operation",
    description="Nothing more is begun; what was sent goes on at each station.",
    tags=_TAGS,
    status_code=200,
    responses=documented(404),
)
async def stop_bulk(visit: Visited, bulk_id: _Id) -> BulkShown:
    """Stop one bulk operation."""
    return bulk_shown(_there(await visit.rooms.bulks.stop(visit.operator, bulk_id)))


async def begun_bulk(visit: Visit, identities: Iterable[str], new: NewBulk) -> BulkShown:
    """Begin a bulk operation, and return it as it is shown; 409 where too many go on."""
    obstacle = await visit.rooms.bulks.obstacle(visit.operator)
    if obstacle is not None:
        raise refused(obstacle)
    return bulk_shown(await visit.rooms.bulks.begin(visit.operator, identities, new))


def _there(view: BulkView | None) -> BulkView:
    if view is None:
        message = "There is no such bulk operation."
        raise not_found(message)
    return view


ROUTES: Final = (list_bulks, get_bulk, list_bulk_items, stop_bulk)
