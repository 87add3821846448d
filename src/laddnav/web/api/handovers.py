"""Handovers of passwords and security profiles: of one station, or begun for many."""

from typing import Annotated, Final

from litestar import Response, delete, get, post
from litestar.params import Body, PathParameter

from laddnav.kernel.keys import StationKey
from laddnav.stations.model import Problem, SecurityProfile
from laddnav.stations.model.handover import Begun, Handover, HandoverKind, NewHandover, Terms
from laddnav.stations.service.handover_work import handover_bulk
from laddnav.web.api.bulk_views import BulkShown
from laddnav.web.api.bulks import BULK_TEXT, begun_bulk
from laddnav.web.api.handover_views import (
    BegunItem,
    BulkRotationBody,
    BulkUpgradeBody,
    HandoverItem,
    HandoverList,
    RotationBody,
    UpgradeBody,
    begun_item,
    handover_item,
)
from laddnav.web.api.stations import known_station, refused
from laddnav.web.paging import Page, Paged, onward
from laddnav.web.problems import documented, not_found
from laddnav.web.showing import JsonResponse
from laddnav.web.visit import Key, Visit, Visited

_TAGS: Final = ["Credentials"]
_ROTATIONS: Final = "/stations/{identity:str}/credential-rotations"
_UPGRADES: Final = "/stations/{identity:str}/profile-upgrades"
_CANCEL: Final = (
    "What was not sent yet is not sent. What the station was sent already cannot be taken back: "
    "then old and new are admitted until it next comes in, and what it shows then counts."
)
Id = Annotated[str, PathParameter(description="Its id.", max_length=100)]
_NO_HANDOVER: Final = "The station has no such operation."


@post(
    _ROTATIONS,
    operation_id="beginCredentialRotation",
    summary="Give a station a new password",
    description=(
        "It is random, shown to nobody and sent as soon as the station is connected. Old and new "
        "are admitted until the station comes with the new one, or until the deadline; then the "
        "old one is closed. With `manual` it is shown once, to be typed in on site."
    ),
    tags=_TAGS,
    responses=documented(404, 409, 413, 422),
)
async def begin_rotation(
    visit: Visited, key: Key, data: Annotated[RotationBody, Body()]
) -> Response[BegunItem]:
    """Begin one."""
    new = NewHandover(
        profile=None,
        terms=data.terms(),
        deadline_seconds=data.deadline_seconds,
        request=data.request,
    )
    return await _begun(visit, key, new)


@get(
    _ROTATIONS,
    operation_id="listCredentialRotations",
    summary="List a station's password rotations",
    description="The newest first, with each step and its time; those learned from calls too.",
    tags=_TAGS,
    responses=documented(404),
)
async def list_rotations(visit: Visited, key: Key, page: Paged) -> HandoverList:
    """Return a station's."""
    return await _listed(visit, key, HandoverKind.PASSWORD, page)


@get(
    f"{_ROTATIONS}/{{handover_id:str}}",
    operation_id="getCredentialRotation",
    summary="Show a password rotation",
    description="How far it is, and what happened when.",
    tags=_TAGS,
    responses=documented(404),
)
async def get_rotation(visit: Visited, key: Key, handover_id: Id) -> HandoverItem:
    """Return one."""
    return handover_item(await _known(visit, key, handover_id, HandoverKind.PASSWORD))


@delete(
    f"{_ROTATIONS}/{{handover_id:str}}",
    operation_id="cancelCredentialRotation",
    summary="Cancel a password rotation",
    description=_CANCEL,
    tags=_TAGS,
    status_code=200,
    responses=documented(404, 409),
)
async def cancel_rotation(visit: Visited, key: Key, handover_id: Id) -> HandoverItem:
    """Stop one."""
    return await _cancelled(visit, key, handover_id, HandoverKind.PASSWORD)


@post(
    _UPGRADES,
    operation_id="beginProfileUpgrade",
    summary="Give a station another security profile",
    description=(
        "What it needs is checked first. Old and new are admitted until the station comes with the "
        "new one; then the lower is closed for ever. OCPP 2 needs the `url` of this server, and a "
        "restart."
    ),
    tags=_TAGS,
    responses=documented(404, 409, 413, 422),
)
async def begin_upgrade(
    visit: Visited, key: Key, data: Annotated[UpgradeBody, Body()]
) -> Response[BegunItem]:
    """Begin one."""
    new = NewHandover(
        profile=SecurityProfile(data.profile),
        terms=data.terms(),
        deadline_seconds=data.deadline_seconds,
        request=data.request,
    )
    return await _begun(visit, key, new)


@get(
    _UPGRADES,
    operation_id="listProfileUpgrades",
    summary="List a station's profile upgrades",
    description="The newest first, with each step and its time; those learned from calls too.",
    tags=_TAGS,
    responses=documented(404),
)
async def list_upgrades(visit: Visited, key: Key, page: Paged) -> HandoverList:
    """Return a station's."""
    return await _listed(visit, key, HandoverKind.PROFILE, page)


@get(
    f"{_UPGRADES}/{{handover_id:str}}",
    operation_id="getProfileUpgrade",
    summary="Show a profile upgrade",
    description="How far it is, and what happened when.",
    tags=_TAGS,
    responses=documented(404),
)
async def get_upgrade(visit: Visited, key: Key, handover_id: Id) -> HandoverItem:
    """Return one."""
    return handover_item(await _known(visit, key, handover_id, HandoverKind.PROFILE))


@delete(
    f"{_UPGRADES}/{{handover_id:str}}",
    operation_id="cancelProfileUpgrade",
    summary="Cancel a profile upgrade",
    description=_CANCEL,
    tags=_TAGS,
    status_code=200,
    responses=documented(404, 409),
)
async def cancel_upgrade(visit: Visited, key: Key, handover_id: Id) -> HandoverItem:
    """Stop one."""
    return await _cancelled(visit, key, handover_id, HandoverKind.PROFILE)


@post(
    "/credential-rotations",
    operation_id="beginBulkRotation",
    summary="Give many stations new passwords",
    description=BULK_TEXT,
    tags=_TAGS,
    responses=documented(409, 413, 422),
)
async def begin_bulk_rotation(
    visit: Visited, data: Annotated[BulkRotationBody, Body()]
) -> BulkShown:
    """Begin to rotate passwords."""
    new = handover_bulk(
        None,
        Terms(reset=data.reset, url=data.url),
        per_minute=data.per_minute,
        deadline_seconds=data.deadline_seconds,
    )
    return await begun_bulk(visit, data.stations, new)


@post(
    "/profile-upgrades",
    operation_id="beginBulkUpgrade",
    summary="Give many stations another security profile",
    description=BULK_TEXT,
    tags=_TAGS,
    responses=documented(409, 413, 422),
)
async def begin_bulk_upgrade(visit: Visited, data: Annotated[BulkUpgradeBody, Body()]) -> BulkShown:
    """Begin to raise profiles."""
    new = handover_bulk(
        SecurityProfile(data.profile),
        Terms(reset=data.reset, url=data.url, is_unchecked=data.unchecked),
        per_minute=data.per_minute,
        deadline_seconds=data.deadline_seconds,
    )
    return await begun_bulk(visit, data.stations, new)


async def _begun(visit: Visit, key: StationKey, new: NewHandover) -> Response[BegunItem]:
    begun = _done(await visit.rooms.handovers.plan(key, new))
    return JsonResponse(begun_item(begun), status_code=201 if begun.is_new else 200)


async def _listed(visit: Visit, key: StationKey, kind: HandoverKind, page: Page) -> HandoverList:
    await known_station(visit, key)
    name = f"handovers {kind}"
    found = await visit.rooms.handovers.page(key, kind, limit=page.limit, cursor=page.behind(name))
    items = tuple(map(handover_item, found.items))
    return HandoverList(items=items, next=onward(name, found.next))


async def _known(visit: Visit, key: StationKey, handover_id: str, kind: HandoverKind) -> Handover:
    found = await visit.rooms.handovers.one(key, handover_id)
    if found is None or found.kind is not kind:
        raise not_found(_NO_HANDOVER)
    return found


async def _cancelled(
    visit: Visit, key: StationKey, handover_id: str, kind: HandoverKind
) -> HandoverItem:
    await _known(visit, key, handover_id, kind)
    outcome = await visit.rooms.handovers.cancel(key, handover_id)
    if isinstance(outcome, Problem):
        raise refused(outcome)
    return handover_item(outcome)


def _done(outcome: Begun | Problem) -> Begun:
    if isinstance(outcome, Problem):
        raise refused(outcome)
    return outcome


ROUTES: Final = (
    begin_rotation,
    list_rotations,
    get_rotation,
    cancel_rotation,
    begin_upgrade,
    list_upgrades,
    get_upgrade,
    cancel_upgrade,
    begin_bulk_rotation,
    begin_bulk_upgrade,
)
