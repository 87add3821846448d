"""Stations: list, add, show, change, remove, import; their history and who knocks in vain."""

from typing import Annotated, Any, Final

import msgspec
from litestar import Response, delete, get, patch, post
from litestar.params import Body, HeaderParameter, QueryParameter
from msgspec import UNSET
from msgspec.structs import asdict

from laddnav.kernel.keys import StationKey
from laddnav.stations.model import (
    NewStation,
    Problem,
    ProblemKind,
    Registration,
    Station,
    StationChange,
    StationFilter,
    StationSettings,
)
from laddnav.web.api.station_views import (
    SettingsPatch,
    StationBody,
    StationItem,
    StationList,
    StationPatch,
    TimelineList,
    ViolationList,
    station_item,
    timeline_item,
    violation_item,
)
from laddnav.web.paging import Paged, instant, onward, own_cursor
from laddnav.web.problems import (
    Flaw,
    ProblemError,
    bad_field,
    conflict,
    documented,
    not_found,
)
from laddnav.web.showing import answered
from laddnav.web.visit import Key, Visit, Visited

_TAGS: Final = ["Stations"]
_NO_STATION: Final = "There is no station with this identity."


@get(
    "/stations",
    operation_id="listStations",
    summary="List stations",
    description="In the order of their identities.",
    tags=_TAGS,
    responses=documented(),
)
async def list_stations(
    *,
    visit: Visited,
    page: Paged,
    registration: Annotated[Registration | None, QueryParameter(description="Only these.")] = None,
    site: Annotated[
        str | None, QueryParameter(description="Only at this site.", max_length=100)
    ] = None,
    connected: Annotated[
        bool | None, QueryParameter(description="Only those that are, or not.")
    ] = None,
    search: Annotated[
        str | None, QueryParameter(description="Part of the identity or label.", max_length=200)
    ] = None,
) -> StationList:
    """Return some of the operator's stations."""
    wanted = StationFilter(registration=registration, site=site, connected=connected, search=search)
    found = await visit.rooms.views.stations(
        visit.operator, wanted, limit=page.limit, cursor=page.behind("stations")
    )
    items = tuple(station_item(view) for view in found.items)
    return StationList(items=items, next=onward("stations", found.next))


@post(
    "/stations",
    operation_id="addStation",
    summary="Add a station",
    description="From now on it may connect. Answers 409 where the identity is taken.",
    tags=_TAGS,
    responses=documented(404, 409, 413, 422),
)
async def add_station(
    visit: Visited, data: Annotated[StationBody, Body()]
) -> Response[StationItem]:
    """Add a station."""
    told = _told(data)
    told.setdefault("security_profile", 0 if data.password is None else 1)
    new = NewStation(**told)
    added = _done(await visit.rooms.register.add(visit.operator, new))
    return await _shown(visit, added.key)


@get(
    "/stations/{identity:str}",
    operation_id="getStation",
    summary="Show a station",
    description="Its configuration, and what is known of it and its connectors now.",
    tags=_TAGS,
    responses=documented(404),
)
async def get_station(visit: Visited, key: Key) -> Response[StationItem]:
    """Return one station."""
    return await _shown(visit, key)


@patch(
    "/stations/{identity:str}",
    operation_id="changeStation",
    summary="Change a station",
    description=(
        "What is left out stays, settings one by one too. With `If-Match` and the station's ETag, "
        "a change made meanwhile by somebody else is answered 412 and nothing is changed."
    ),
    tags=_TAGS,
    responses=documented(404, 409, 412, 413, 422),
)
async def change_station(
    visit: Visited,
    key: Key,
    data: Annotated[StationPatch, Body()],
    if_match: Annotated[
        str | None, HeaderParameter(name="If-Match", description="The ETag that was read.")
    ] = None,
) -> Response[StationItem]:
    """Change a station."""
    wanted = _wanted_version(if_match)
    told = _told(data)
    if isinstance(data.settings, SettingsPatch):
        known = await visit.rooms.register.station(key)
        if known is None:
            raise not_found(_NO_STATION)
        told["settings"] = _merged(known.settings, data.settings)
        told["version"] = known.version
        if wanted is not None and known.version != wanted:
            raise _stale()
    if wanted is not None:
        told["version"] = wanted
    changed = await visit.rooms.register.change(key, StationChange(**told))
    if wanted is not None and isinstance(changed, Problem) and _is_conflict(changed):
        raise _stale()
    return await _shown(visit, _done(changed).key)


@delete(
    "/stations/{identity:str}",
    operation_id="removeStation",
    summary="Remove a station",
    description="Its sessions and history stay; it may no longer connect.",
    tags=_TAGS,
    responses=documented(404),
)
async def remove_station(visit: Visited, key: Key) -> None:
    """Remove a station."""
    if not await visit.rooms.register.remove(key):
        raise not_found(_NO_STATION)


@get(
    "/stations/{identity:str}/timeline",
    operation_id="listTimeline",
    summary="List a station's history",
    description="Status, faults, connections, boots and registrations, newest first.",
    tags=_TAGS,
    responses=documented(404),
)
async def list_timeline(
    visit: Visited,
    key: Key,
    page: Paged,
    since: Annotated[str | None, QueryParameter(description="From then on (RFC 3339).")] = None,
    until: Annotated[str | None, QueryParameter(description="Before then (RFC 3339).")] = None,
) -> TimelineList:
    """Return some lines of a station's history."""
    await known_station(visit, key)
    with own_cursor():
        found = await visit.rooms.views.timeline(
            key,
            since=instant(since, "since"),
            until=instant(until, "until"),
            limit=page.limit,
            cursor=page.behind("timeline"),
        )
    items = tuple(timeline_item(entry) for entry in found.items)
    return TimelineList(items=items, next=onward("timeline", found.next))


@get(
    "/stations/{identity:str}/violations",
    operation_id="listViolations",
    summary="List what a station does wrong",
    description="By kind, on all nodes; the most frequent first. `/report` says it in words.",
    tags=_TAGS,
    responses=documented(404),
)
async def list_violations(visit: Visited, key: Key, page: Paged) -> ViolationList:
    """Return how often a station broke which rule."""
    await known_station(visit, key)
    found = await visit.rooms.violations.of(key)
    return ViolationList(items=tuple(map(violation_item, found[: page.limit])), next=None)


async def known_station(visit: Visit, key: StationKey) -> None:
    """Raise a 404 where the operator has no such station."""
    if await visit.rooms.register.station(key) is None:
        raise not_found(_NO_STATION)


def refused(problem: Problem) -> ProblemError:
    """Return a refusal of the register as a problem."""
    match problem.kind:
        case ProblemKind.UNKNOWN if problem.field == "identity":
            return not_found(_NO_STATION)
        case ProblemKind.EXISTS | ProblemKind.CONFLICT:
            return conflict(
                _sentence(problem.text), Flaw(field=problem.field, message=problem.text)
            )
        case _:
            return bad_field(problem.field, problem.text)


async def _shown(visit: Visit, key: StationKey) -> Response[Any]:
    view = await visit.rooms.views.station(key)
    if view is None:
        raise not_found(_NO_STATION)
    return answered(station_item(view), {"ETag": f'"{view.station.version}"'})


def _told(body: StationBody | StationPatch | SettingsPatch) -> dict[str, Any]:
    """Return the fields that a body holds."""
    return {name: value for name, value in asdict(body).items() if value is not UNSET}


def _done(outcome: Station | Problem) -> Station:
    if isinstance(outcome, Problem):
        raise refused(outcome)
    return outcome


def _wanted_version(if_match: str | None) -> int | None:
    """Return the version that an If-Match header asks for; None: any."""
    if if_match is None or if_match.strip() == "*":
        return None
    text = if_match.strip().strip('"')
    if not text.isdecimal() or not text.isascii() or len(text) > 18:  # noqa: PLR2004 - numbers of 18 digits fit into an int64
        raise _stale()
    return int(text)


def _merged(before: StationSettings, patch: SettingsPatch) -> StationSettings:
    try:
        return msgspec.convert({**asdict(before), **_told(patch)}, StationSettings)
    except msgspec.ValidationError as error:
        what, _, place = str(error).partition(" - at ")
        field = "settings" + place.strip("`").removeprefix("$")
        raise bad_field(field, what[:1].lower() + what[1:]) from None


def _is_conflict(problem: Problem) -> bool:
    return problem.kind is ProblemKind.CONFLICT


def _stale() -> ProblemError:
    detail = "The station was changed meanwhile: read it again and repeat the change."
    return ProblemError(412, detail)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."


ROUTES: Final = (
    list_stations,
    add_station,
    get_station,
    change_station,
    remove_station,
    list_timeline,
    list_violations,
)
