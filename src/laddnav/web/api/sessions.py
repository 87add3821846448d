"""Sessions: list, show; their readings, their story, and what belongs to none."""

from typing import Annotated, Final

from litestar import get
from litestar.params import PathParameter, QueryParameter

from laddnav.sessions.model import Session, SessionFilter, State
from laddnav.web.api.session_views import (
    EvidenceList,
    ReadingList,
    SessionItem,
    SessionList,
    StoryList,
    evidence_item,
    reading_item,
    session_item,
    story_entry,
)
from laddnav.web.paging import Paged, instant, onward, own_cursor
from laddnav.web.problems import documented, not_found
from laddnav.web.visit import Visit, Visited

_TAGS: Final = ["Sessions"]
_LONGEST: Final = 255
_NO_SESSION: Final = "There is no session with this id."

_Id = Annotated[str, PathParameter(description="The session's id.", max_length=100)]


@get(
    "/sessions",
    operation_id="listSessions",
    summary="List sessions",
    description="Newest first.",
    tags=_TAGS,
    responses=documented(),
)
async def list_sessions(
    *,
    visit: Visited,
    page: Paged,
    station: Annotated[
        str | None, QueryParameter(description="Only at this station.", max_length=_LONGEST)
    ] = None,
    session_state: Annotated[
        State | None, QueryParameter(name="state", description="Only these.")
    ] = None,
    token: Annotated[
        str | None,
        QueryParameter(description="Only of this uid, in any case.", max_length=_LONGEST),
    ] = None,
    since: Annotated[
        str | None, QueryParameter(description="Begun at or after it (RFC 3339).", max_length=100)
    ] = None,
) -> SessionList:
    """Return some of the operator's sessions."""
    wanted = SessionFilter(
        station=station, state=session_state, token=token, since=instant(since, "since")
    )
    with own_cursor():
        found = await visit.rooms.archive.list_sessions(
            visit.operator, wanted, limit=page.limit, cursor=page.behind("sessions")
        )
    items = tuple(session_item(session) for session in found.items)
    return SessionList(items=items, next=onward("sessions", found.next))


@get(
    "/sessions/{session_id:str}",
    operation_id="getSession",
    summary="Show a session",
    tags=_TAGS,
    responses=documented(404),
)
async def get_session(visit: Visited, session_id: _Id) -> SessionItem:
    """Return one session."""
    return session_item(await known_session(visit, session_id))


@get(
    "/sessions/{session_id:str}/samples",
    operation_id="listSamples",
    summary="List a session's meter readings",
    description="Oldest first; each with all quantities that were measured at that instant.",
    tags=_TAGS,
    responses=documented(404),
)
async def list_samples(visit: Visited, session_id: _Id, page: Paged) -> ReadingList:
    """Return some readings of a session."""
    await known_session(visit, session_id)
    with own_cursor():
        found = await visit.rooms.archive.samples(
            visit.operator, session_id, limit=page.limit, cursor=page.behind("samples")
        )
    items = tuple(reading_item(reading) for reading in found.items)
    return ReadingList(items=items, next=onward("samples", found.next))


@get(
    "/sessions/{session_id:str}/story",
    operation_id="getStory",
    summary="Show what was told of a session",
    description="Every message that made the session what it is, in order of receipt.",
    tags=_TAGS,
    responses=documented(404),
)
async def get_story(visit: Visited, session_id: _Id) -> StoryList:
    """Return the story of a session."""
    await known_session(visit, session_id)
    story = await visit.rooms.archive.story(visit.operator, session_id)
    return StoryList(items=tuple(story_entry(entry) for entry in story))


@get(
    "/evidence",
    operation_id="listEvidence",
    summary="List messages that belong to no session",
    description="Transaction messages that could not be told of any session, newest first.",
    tags=_TAGS,
    responses=documented(),
)
async def list_evidence(
    *,
    visit: Visited,
    page: Paged,
    station: Annotated[
        str | None, QueryParameter(description="Only of this station.", max_length=_LONGEST)
    ] = None,
) -> EvidenceList:
    """Return some of the operator's evidence."""
    with own_cursor():
        found = await visit.rooms.archive.evidence(
            visit.operator, station=station, limit=page.limit, cursor=page.behind("evidence")
        )
    items = tuple(evidence_item(each) for each in found.items)
    return EvidenceList(items=items, next=onward("evidence", found.next))


async def known_session(visit: Visit, session_id: str) -> Session:
    """Return a session of the operator's; raise a 404 where there is none."""
    session = await visit.rooms.archive.get(visit.operator, session_id)
    if session is None:
        raise not_found(_NO_SESSION)
    return session


ROUTES: Final = (list_sessions, get_session, list_samples, get_story, list_evidence)
