"""Sessions as people and programs read them: lists, curves, evidence; from every node."""

import re
from collections.abc import AsyncIterator
from typing import Final

from laddnav.kernel.keys import StationKey
from laddnav.sessions.model import (
    Entry,
    EvidencePage,
    ReadingPage,
    Session,
    SessionFilter,
    SessionPage,
    State,
)
from laddnav.sessions.store import listing
from laddnav.sessions.store.reading import StoredSessions
from laddnav.storage.database import Database, Record

_MOST: Final = 1_000
_CURSOR: Final = re.compile(r"(?P<micros>-?[0-9]{1,18})\.(?P<name>[0-9a-f-]{1,64})")
_EVERYTHING: Final = SessionFilter()


class SessionArchive:
    """Reads what is stored. Every method may raise `StorageUnavailable`.

    A cursor comes from the page before; one that does not is a `ValueError`.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._stored = StoredSessions(database)

    async def list_sessions(
        self,
        operator: str,
        wanted: SessionFilter = _EVERYTHING,
        *,
        limit: int = 100,
        cursor: str | None = None,
    ) -> SessionPage:
        """Return at most `limit` (1 to 1000) sessions, newest first."""
        size = _size(limit)
        query = listing.session_list(operator, wanted, _place(cursor), size + 1)
        records = await self._database.fetch(query)
        items = tuple(listing.session_from(record) for record in records[:size])
        return SessionPage(items=items, next=_next_session(records, size))

    async def export(
        self, operator: str, wanted: SessionFilter = _EVERYTHING
    ) -> AsyncIterator[Session]:
        """Yield all sessions that fit, newest first, read page by page."""
        cursor: str | None = None
        while True:
            page = await self.list_sessions(operator, wanted, limit=_MOST, cursor=cursor)
            for session in page.items:
                yield session
            cursor = page.next
            if cursor is None:
                return

    async def get(self, operator: str, session_id: str) -> Session | None:
        """Return one session; None: there is none of that id."""
        records = await self._database.fetch(listing.one_session(operator, session_id))
        return listing.session_from(records[0]) if records else None

    async def is_charging(self, key: StationKey) -> bool:
        """Return whether a station has a session that runs."""
        running = SessionFilter(station=key.identity, state=State.RUNNING)
        return bool((await self.list_sessions(key.operator, running, limit=1)).items)

    async def story(self, operator: str, session_id: str) -> list[Entry]:
        """Return what was told of a session, in order of receipt; [] if there is none."""
        return await self._stored.story(operator, session_id)

    async def samples(
        self, operator: str, session_id: str, *, limit: int = 100, cursor: str | None = None
    ) -> ReadingPage:
        """Return at most `limit` (1 to 1000) readings of a session, oldest first."""
        size = _size(limit)
        query = listing.reading_list(operator, session_id, _place(cursor), size + 1)
        records = await self._database.fetch(query)
        items = tuple(listing.reading_from(record) for record in records[:size])
        return ReadingPage(items=items, next=_next(records, size))

    async def evidence(
        self,
        operator: str,
        *,
        station: str | None = None,
        limit: int = 100,
        cursor: str | None = None,
    ) -> EvidencePage:
        """Return at most `limit` (1 to 1000) messages that no story tells, newest first."""
        size = _size(limit)
        query = listing.evidence_list(operator, station, _place(cursor), size + 1)
        records = await self._database.fetch(query)
        items = tuple(listing.evidence_from(record) for record in records[:size])
        return EvidencePage(items=items, next=_next(records, size))


def _size(limit: int) -> int:
    return min(max(limit, 1), _MOST)


def _next(records: list[Record], size: int) -> str | None:
    """Return the cursor behind the last row shown; the rows begin with instant and name."""
    return f"{records[size - 1][0]}.{records[size - 1][1]}" if len(records) > size else None


def _next_session(records: list[Record], size: int) -> str | None:
    if len(records) <= size:
        return None
    instant, name = listing.place_of(records[size - 1])
    return f"{instant}.{name}"


def _place(cursor: str | None) -> listing.Place | None:
    if cursor is None:
        return None
    match = _CURSOR.fullmatch(cursor)
    if match is None:
        message = "no cursor of this list"
        raise ValueError(message)
    return int(match["micros"]), match["name"]
