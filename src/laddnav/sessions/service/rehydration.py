"""Sessions from the database back into memory."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from laddnav.kernel.keys import ConnectorRef
from laddnav.metering.rules import register_points
from laddnav.sessions.live.roster import Roster
from laddnav.sessions.live.session import LiveSession
from laddnav.sessions.live.station import LiveStation
from laddnav.sessions.model import Entry
from laddnav.sessions.rules.story import Story
from laddnav.sessions.rules.view import Identity
from laddnav.sessions.service.turns import taking_turns
from laddnav.sessions.store.reading import Found, StoredSessions, with_pauses

_AT_ONCE: Final = 4
"""Sessions that are brought back together: each works some 2 ms before it lets go of the loop."""


class Rehydration:
    """Brings back what a station's memory needs; every method may raise `StorageUnavailable`."""

    def __init__(self, stored: StoredSessions, roster: Roster) -> None:
        self._stored = stored
        self._roster = roster

    async def load(self, station: LiveStation, now: datetime) -> None:
        """Read a station's running sessions, with their stories and readings."""
        running, horizon = await self._stored.of_station(station.key)
        sessions = await self._revive_all(station, running, now)
        self._roster.forget([*station.running, *station.ended])
        station.clear()
        station.horizon = horizon
        for session in sessions:
            self._enter(station, session)
        station.loaded = True

    async def find(
        self, station: LiveStation, name: int | str, now: datetime
    ) -> LiveSession | None:
        """Return the session of a transaction id (a number is ours, a text its station's)."""
        session = station.named(name)
        if session is not None:
            return session
        if isinstance(name, int) and (name <= 0 or station.is_unknown(name)):
            return None
        found = await self._stored.by_transaction(station.key, name)
        if found is not None:
            return self._enter(station, await self._revive(station, found, now))
        if isinstance(name, int):
            station.note_unknown(name)
        return None

    async def of_stop(
        self, station: LiveStation, stop_key: str, now: datetime
    ) -> LiveSession | None:
        """Return the session that a stop without a valid transaction id was found to end."""
        live = (one for one in [*station.ended, *station.running] if one.stop_key == stop_key)
        session = next(live, None)
        if session is not None:
            return session
        found = await self._stored.by_stop(station.key, stop_key)
        if found is None:
            return None
        return self._enter(station, await self._revive(station, found, now))

    async def recall(
        self,
        station: LiveStation,
        connector: ConnectorRef,
        instants: Sequence[datetime],
        now: datetime,
    ) -> None:
        """Bring back the sessions that ran on a connector at `instants`, a few of the latest."""
        found = await self._stored.covering(station.key, connector, instants)
        for session in reversed(await self._revive_all(station, found, now)):
            self._enter(station, session)

    async def _revive_all(
        self, station: LiveStation, found: Sequence[Found], now: datetime
    ) -> list[LiveSession]:
        sessions: list[LiveSession] = []
        for place in range(0, len(found), _AT_ONCE):
            some = found[place : place + _AT_ONCE]
            sessions += await asyncio.gather(*(self._revive(station, one, now) for one in some))
        return sessions

    async def _revive(self, station: LiveStation, found: Found, now: datetime) -> LiveSession:
        """Return a session as its story and readings make it."""
        operator = station.key.operator
        entries = await self._stored.story(operator, found.session_id)
        readings = await self._stored.readings(operator, found.session_id)
        identity = Identity(station.key, found.session_id, found.transaction_id)
        session = LiveSession(
            identity,
            await _folded(entries),
            heard_at=max(found.heard_at, *(one.received_at for one in entries[-1:])),
            start_key=found.start_key,
        )
        async for reading in with_pauses(readings):
            session.read(reading, register_points(reading))
        session.stop_key = found.stop_key
        session.id_used = found.id_used
        session.freed_at = found.freed_at
        session.freed_since = None if found.freed_at is None else now
        await taking_turns(session.show(readings, now))
        return session

    def _enter(self, station: LiveStation, session: LiveSession) -> LiveSession:
        """Put a session among its station's, unless the station was let go meanwhile."""
        there = station.named(session.name)
        if there is not None and there.identity.id == session.identity.id:
            return there  # memory is never behind
        if not station.is_left:
            station.place(session)
            self._roster.note(session)
        return session


async def _folded(entries: Iterable[Entry]) -> Story:
    """Return the story of all `entries`."""
    story = Story()
    async for entry in with_pauses(entries):
        story.tell(entry)
    return story
