"""What stations told of their security."""

from typing import Annotated, Final

from litestar import get
from litestar.params import QueryParameter
from msgspec import Meta, Struct

from laddnav.stations.model.security import SecurityEvent, SecurityEventFilter
from laddnav.web.paging import Paged, instant, onward, own_cursor
from laddnav.web.problems import documented
from laddnav.web.showing import Time, time, time_or_none
from laddnav.web.visit import Visited


def _says(text: str, *examples: object) -> Meta:
    return Meta(extra_json_schema={"description": text, "examples": list(examples)})


class SecurityEventItem(Struct, frozen=True, kw_only=True):
    """Security events of one type and techInfo within an hour, as one line."""

    id: str
    station: str
    type: Annotated[str, _says("Of the specifications, or any other.", "TamperDetectionActivated")]
    critical: Annotated[bool, _says("Whether the specifications call it critical.")]
    info: Annotated[str | None, _says("Its techInfo, 255 characters of it.")]
    count: int
    flood: Annotated[
        bool, _says("Events that differ in their techInfo are counted here: there were too many.")
    ]
    stamped_at: Annotated[Time | None, _says("The station's own time of the first.")]
    at: Annotated[Time, _says("When the first came.")]
    last_at: Annotated[Time, _says("When the latest came.")]


class SecurityEventList(Struct, frozen=True, kw_only=True):
    """Some security events, newest first."""

    items: tuple[SecurityEventItem, ...]
    next: str | None


@get(
    "/security-events",
    operation_id="listSecurityEvents",
    summary="List security events",
    description="What stations told of their security, newest first.",
    tags=["Stations"],
    responses=documented(),
)
async def list_security_events(
    visit: Visited,
    page: Paged,
    station: Annotated[
        str | None, QueryParameter(description="Only of this station.", max_length=1000)
    ] = None,
    critical: Annotated[bool | None, QueryParameter(description="Only those, or others.")] = None,
    since: Annotated[
        str | None, QueryParameter(description="Last told then or later (RFC 3339).")
    ] = None,
) -> SecurityEventList:
    """Return some of the operator's security events."""
    wanted = SecurityEventFilter(station=station, critical=critical, since=instant(since, "since"))
    with own_cursor():
        found = await visit.rooms.security.listed(
            visit.operator, wanted, limit=page.limit, cursor=page.behind("security-events")
        )
    items = tuple(map(_item, found.items))
    return SecurityEventList(items=items, next=onward("security-events", found.next))


def _item(event: SecurityEvent) -> SecurityEventItem:
    return SecurityEventItem(
        id=event.id,
        station=event.station,
        type=event.type,
        critical=event.is_critical,
        info=event.info,
        count=event.count,
        flood=event.is_flood,
        stamped_at=time_or_none(event.stamped_at),
        at=time(event.at),
        last_at=time(event.last_at),
    )


ROUTES: Final = (list_security_events,)
