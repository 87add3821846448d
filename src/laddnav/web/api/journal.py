"""The journal: a station's messages, as they went over the wire."""

from typing import Annotated, Final

from litestar import get
from litestar.params import QueryParameter
from msgspec import Meta, Struct

from laddnav.journal.model import Frame, FrameFilter, FrameKind, Period, Way
from laddnav.web.api.stations import known_station
from laddnav.web.paging import Paged, instant, onward, own_cursor
from laddnav.web.problems import documented
from laddnav.web.showing import Time, time, time_or_none
from laddnav.web.visit import Key, Visited

_TAGS: Final = ["Journal"]


def _says(text: str) -> Meta:
    return Meta(extra_json_schema={"description": text})


class MessageItem(Struct, frozen=True, kw_only=True):
    """One frame; secrets in it are masked."""

    id: str
    at: Time
    direction: Annotated[Way, _says("in: from the station; out: to it.")]
    kind: FrameKind
    action: Annotated[str | None, _says("Of an answer: that of its call.")]
    message_id: str | None
    connection: Annotated[str, _says("Which connection it went over, as the logs name it.")]
    size: Annotated[int, _says("Of the whole frame, in characters.")]
    text: Annotated[str, _says("Cut at the journal's limit.")]


class MessageList(Struct, frozen=True, kw_only=True):
    """Some messages, newest first."""

    items: tuple[MessageItem, ...]
    next: str | None


class ConnectionItem(Struct, frozen=True, kw_only=True):
    """One connection of a station, from its upgrade to its close."""

    id: str
    connection: Annotated[str, _says("As messages and logs name it.")]
    address: str
    version: str
    started_at: Time
    ended_at: Time | None
    reason: Annotated[str | None, _says("Why it ended.")]


class ConnectionList(Struct, frozen=True, kw_only=True):
    """Some connections, newest first."""

    items: tuple[ConnectionItem, ...]
    next: str | None


@get(
    "/stations/{identity:str}/messages",
    operation_id="listMessages",
    summary="List a station's OCPP messages",
    description="The journal, newest first. It is kept by days and bytes and may have gaps.",
    tags=_TAGS,
    responses=documented(404),
)
async def list_messages(
    *,
    visit: Visited,
    key: Key,
    page: Paged,
    action: Annotated[
        str | None, QueryParameter(description="Only this action, answers too.", max_length=100)
    ] = None,
    direction: Annotated[
        Way | None, QueryParameter(description="Only from or to the station.")
    ] = None,
    kind: Annotated[FrameKind | None, QueryParameter(description="Only these.")] = None,
    message_id: Annotated[
        str | None, QueryParameter(description="Only with this id.", max_length=100)
    ] = None,
    search: Annotated[
        str | None, QueryParameter(description="Part of the text, in any case.", max_length=200)
    ] = None,
    since: Annotated[str | None, QueryParameter(description="From then on (RFC 3339).")] = None,
    until: Annotated[str | None, QueryParameter(description="Before then (RFC 3339).")] = None,
) -> MessageList:
    """Return some of a station's frames."""
    await known_station(visit, key)
    wanted = FrameFilter(
        action=action,
        way=direction,
        kind=kind,
        message_id=message_id,
        search=search,
        since=instant(since, "since"),
        until=instant(until, "until"),
    )
    with own_cursor():
        found = await visit.rooms.journal.messages(
            key, wanted, limit=page.limit, cursor=page.behind("messages")
        )
    items = tuple(message_item(frame) for frame in found.items)
    return MessageList(items=items, next=onward("messages", found.next))


@get(
    "/stations/{identity:str}/connections",
    operation_id="listConnections",
    summary="List a station's connections",
    description="Newest first; one that has not ended lives, or its node died.",
    tags=_TAGS,
    responses=documented(404),
)
async def list_connections(visit: Visited, key: Key, page: Paged) -> ConnectionList:
    """Return some of a station's links."""
    await known_station(visit, key)
    with own_cursor():
        found = await visit.rooms.journal.periods(
            key, limit=page.limit, cursor=page.behind("connections")
        )
    items = tuple(connection_item(period) for period in found.items)
    return ConnectionList(items=items, next=onward("connections", found.next))


def message_item(frame: Frame) -> MessageItem:
    """Return a frame as the API shows it."""
    return MessageItem(
        id=frame.id,
        at=time(frame.at),
        direction=frame.way,
        kind=frame.kind,
        action=frame.action,
        message_id=frame.message_id,
        connection=frame.connection,
        size=frame.size,
        text=frame.text,
    )


def connection_item(period: Period) -> ConnectionItem:
    """Return a link as the API shows it."""
    return ConnectionItem(
        id=period.id,
        connection=period.connection,
        address=period.address,
        version=period.version,
        started_at=time(period.started_at),
        ended_at=time_or_none(period.ended_at),
        reason=period.reason,
    )


ROUTES: Final = (list_messages, list_connections)
