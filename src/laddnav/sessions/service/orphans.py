"""Sessions that nobody ended, closed by evidence."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Protocol

import structlog
from typing_extensions import override

from laddnav.kernel.keys import StationKey
from laddnav.kernel.steps import Steps
from laddnav.metering.model import Reading
from laddnav.sessions.live.draft import Draft
from laddnav.sessions.live.recording import close, guarded
from laddnav.sessions.live.roster import Roster
from laddnav.sessions.live.session import LiveSession
from laddnav.sessions.live.station import LiveStation
from laddnav.sessions.model import OrphanReason
from laddnav.sessions.service.rehydration import Rehydration
from laddnav.sessions.service.turns import taking_turns
from laddnav.sessions.store.reading import Silent, StoredSessions, with_pauses
from laddnav.storage.database import Database
from laddnav.storage.errors import Fenced, StorageError, StorageUnavailable
from laddnav.storage.write import Write

_REMEMBERED = timedelta(hours=1)
_AT_ONCE = 200
_log = structlog.get_logger(__name__)


class Presence(Protocol):
    """Who knows whether a station that is not connected here is connected at all."""

    async def silent_since(self, key: StationKey) -> datetime | None:
        """Return when a station was last heard of; None: it is connected, somewhere."""
        ...


class NobodyElse(Presence):
    """The presence of a single node: what is not connected here has been silent for ever."""

    @override
    async def silent_since(self, key: StationKey) -> datetime | None:
        return datetime.min.replace(tzinfo=UTC)


class Orphans:
    """Closes sessions whose station will not.

    Args:
        freed_after: How long a connector must have been reported available.
        silent_after: How long a station, or a session without an EVSE, must have been silent.
        node: In whose name stations that nobody owns are claimed for the length of a write.
    """

    def __init__(
        self,
        *,
        database: Database,
        stations: dict[StationKey, LiveStation],
        roster: Roster,
        stored: StoredSessions,
        rehydration: Rehydration,
        freed_after: timedelta,
        silent_after: timedelta,
        node: str,
    ) -> None:
        self._database = database
        self._stations = stations
        self._roster = roster
        self._stored = stored
        self._rehydration = rehydration
        self._freed_after = freed_after
        self._silent_after = silent_after
        self._node = node
        self._looked_at: Silent | None = None

    async def close(self, now: datetime, presence: Presence) -> int:
        """Close what the evidence of `now` allows, and return how many sessions that were.

        Raises:
            StorageUnavailable: The database is away; the rest is closed next time.
        """
        closed = 0
        async for station in with_pauses(list(self._stations.values())):
            if station.is_idle or not station.is_free:
                continue
            station.drop_ended(now - _REMEMBERED)
            for session in station.running:
                if self.reason(station, session, now) is not None:
                    with _alone(station.key):
                        closed += await self._close_here(station, session, now)
        for one in await self._next_silent(now - self._silent_after):
            with _alone(one.key):
                if await self._is_silent(one.key, now, presence):
                    closed += await self._close_elsewhere(one.key, one.session_id, now)
        return closed

    async def _next_silent(self, before: datetime) -> list[Silent]:
        """Return some of the silent sessions, all of them in turn: many may have to stay open."""
        found = await self._stored.silent(before, _AT_ONCE, after=self._looked_at)
        self._looked_at = found[-1] if len(found) == _AT_ONCE else None
        return found

    def reason(
        self, station: LiveStation, session: LiveSession, now: datetime
    ) -> tuple[OrphanReason, datetime] | None:
        """Return why a running session of a connected station is over, and since when."""
        due = now - self._freed_after
        if not session.connector.evse:  # then nothing can be said of its connector
            silent = session.heard_at <= now - self._silent_after
            return (OrphanReason.SILENT, _last_sign(session)) if silent else None
        if session.freed_at is not None and session.freed_since is not None:
            return (OrphanReason.FREED, session.freed_at) if session.freed_since <= due else None
        if session.shown is None or session.shown.updated_at > due:
            return None
        newer = [one.started_at for one in station.newer_at(session) if not one.is_refused]
        return (OrphanReason.SUPERSEDED, min(newer)) if newer else None

    async def _close_here(self, station: LiveStation, session: LiveSession, now: datetime) -> int:
        stored = await self._needed(session)
        evidence = self.reason(station, session, now)
        if evidence is None or not session.is_running:
            return 0  # its station has spoken while we read
        return await self._commit(station, session, evidence, stored, now)

    async def _is_silent(self, key: StationKey, now: datetime, presence: Presence) -> bool:
        if key in self._stations:
            return False
        since = await presence.silent_since(key)
        return since is not None and since <= now - self._silent_after

    async def _close_elsewhere(self, key: StationKey, session_id: str, now: datetime) -> int:
        """Close a session of a station that nobody owns: claim it for the length of the write."""
        epochs = await self._database.claim([key], self._node)
        station = LiveStation(key, epochs[key])
        await self._rehydration.load(station, now)
        try:
            session = next((one for one in station.running if one.identity.id == session_id), None)
            if session is None:
                return 0
            stored = await self._needed(session)
            evidence = OrphanReason.SILENT, _last_sign(session)
            return await self._commit(station, session, evidence, stored, now)
        finally:
            self._roster.forget([*station.running, *station.ended])

    async def _needed(self, session: LiveSession) -> list[Reading] | None:
        if not session.behind:
            return None
        return await self._stored.readings(session.identity.key.operator, session.identity.id)

    async def _commit(
        self,
        station: LiveStation,
        session: LiveSession,
        evidence: tuple[OrphanReason, datetime],
        stored: list[Reading] | None,
        now: datetime,
    ) -> int:
        closing = _closing(session, evidence, stored, Draft(station, self._roster, now))
        write = await taking_turns(guarded(station, closing))
        if write is None:
            return 0  # it was let go, or its station is speaking
        try:
            await self._database.commit(write)
        except StorageError:
            # Memory is ahead of the database: it is read again before the station's next word.
            self._roster.forget([*station.running, *station.ended])
            station.clear()
            raise
        return 1


@contextmanager
def _alone(key: StationKey) -> Iterator[None]:
    """Let whatever fails for one station not reach the others; a database that is away does."""
    try:
        yield
    except StorageUnavailable:
        raise
    except Fenced:
        pass  # another node has the station, or it has come back
    except Exception:  # noqa: BLE001 - whatever it is, the sessions of the others are closed all the same
        _log.exception("a session cannot be closed", station=str(key))


def _closing(
    session: LiveSession,
    evidence: tuple[OrphanReason, datetime],
    stored: list[Reading] | None,
    draft: Draft,
) -> Steps[Write]:
    yield from close(session, *evidence, stored, draft)
    return draft.write()


def _last_sign(session: LiveSession) -> datetime:
    return session.story.last_sign or session.started_at
