"""What is read back by key, gathered: what many stations ask at once becomes one query."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple, TypeVar

import msgspec
import sqlalchemy as sa

from laddnav.kernel.clock import from_micros, to_micros
from laddnav.kernel.keys import ConnectorRef, StationKey
from laddnav.metering.model import Reading
from laddnav.metering.rules import decode_samples
from laddnav.sessions.model import Entry
from laddnav.sessions.store.tables import (
    STILL_LIVE,
    progress,
    readings,
    session_events,
    sessions,
)
from laddnav.storage.database import Database, Record
from laddnav.storage.lookup import Lookup
from laddnav.tokens.model import Verdict

_DECODER: Final[msgspec.json.Decoder[Entry]] = msgspec.json.Decoder(Entry)
_FEW: Final = 20
"""Keys in a query whose answer may be thousands of rows to a key."""
_MOST_LIVE: Final = 8
_MOST_COVERING: Final = 8
"""As many ended sessions as memory keeps of a station."""
_MOST_AROUND: Final = 100
_AT_A_STRETCH: Final = 100
_MOST_WEIGHT: Final = 200_000
"""Characters of stored samples that are read in a few milliseconds."""
_READING_WEIGHS: Final = 1_000
_T = TypeVar("_T")


class Found(NamedTuple):
    """A stored session, as far as its story does not tell it.

    Attributes:
        live_until: In microseconds; `STILL_LIVE` while it runs.
        heard_at: When its rows were last written.
    """

    session_id: str
    transaction_id: str
    start_key: str | None
    stop_key: str | None
    live_until: int
    freed_at: datetime | None
    id_used: bool
    heard_at: datetime


class Holder(NamedTuple):
    """A running session of a token."""

    session_id: str
    station: str
    connector: ConnectorRef
    freed: bool


class Silent(NamedTuple):
    """A running session that nothing was heard of for long; `started_at` in microseconds."""

    key: StationKey
    started_at: int
    session_id: str


_SESSIONS: Final = sessions.outerjoin(
    progress,
    sa.and_(
        sessions.c.operator == progress.c.operator,
        sessions.c.session_id == progress.c.session_id,
    ),
)
_FOUND: Final = sa.select(
    sessions.c.session_id,
    sessions.c.transaction_id,
    sessions.c.start_key,
    sessions.c.stop_key,
    sessions.c.live_until,
    progress.c.freed_at,
    progress.c.id_used,
    sessions.c.updated_at,
    progress.c.updated_at,
).select_from(_SESSIONS)
_STATION: Final = (sessions.c.operator, sessions.c.station)
_NEWEST: Final = _FOUND.order_by(sessions.c.started_at.desc()).limit(1)


class StoredSessions:
    """Reads sessions by key. Every method raises `StorageUnavailable` like `Lookup.get`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._latest = Lookup(
            database, _FOUND.order_by(sessions.c.live_until.desc()).limit(_MOST_LIVE), _STATION
        )
        self._running = Lookup(database, _FOUND, (*_STATION, sessions.c.live_until))
        ended = _FOUND.where(sessions.c.live_until != STILL_LIVE)
        self._ended = Lookup(
            database, ended.order_by(sessions.c.live_until.desc()).limit(1), _STATION
        )
        ours = _NEWEST.where(sessions.c.start_key.is_not(None))
        theirs = _NEWEST.where(sessions.c.start_key.is_(None))
        by_transaction = (*_STATION, sessions.c.transaction_id)
        self._ours = Lookup(database, ours, by_transaction)
        self._theirs = Lookup(database, theirs, by_transaction)
        self._starts = Lookup(database, _NEWEST, (*_STATION, sessions.c.start_key))
        self._stops = Lookup(database, _NEWEST, (*_STATION, sessions.c.stop_key))
        self._holders = Lookup(database, _holders(), _HELD_BY)
        self._stories = Lookup(database, _stories(), _STORY, most=_FEW)
        self._told = Lookup(database, _told(), (*_STORY, session_events.c.natural_key))
        self._readings = Lookup(database, _readings(), _READ_IN, most=_FEW)

    async def of_station(self, key: StationKey) -> tuple[list[Found], int]:
        """Return a station's running sessions and when its last one ended (0: never)."""
        found = [_found(record) for record in await self._latest.get(*key)]
        running = [one for one in found if one.live_until == STILL_LIVE]
        ended = [one for one in found if one.live_until != STILL_LIVE]
        if len(running) == _MOST_LIVE:
            running = [_found(one) for one in await self._running.get(*key, STILL_LIVE)]
            ended = [_found(one) for one in await self._ended.get(*key)]
        return running, max((one.live_until for one in ended), default=0)

    async def by_transaction(self, key: StationKey, transaction_id: int | str) -> Found | None:
        """Return the latest session of that transaction: a number is ours, a text its station's."""
        lookup = self._ours if isinstance(transaction_id, int) else self._theirs
        return _first(await lookup.get(*key, str(transaction_id)))

    async def by_start(self, key: StationKey, start_key: str) -> Found | None:
        """Return the latest session that began with a start of this key."""
        return _first(await self._starts.get(*key, start_key))

    async def by_stop(self, key: StationKey, stop_key: str) -> Found | None:
        """Return the session that a stop of this key was found to belong to."""
        return _first(await self._stops.get(*key, stop_key))

    async def covering(
        self, key: StationKey, connector: ConnectorRef, instants: Sequence[datetime]
    ) -> list[Found]:
        """Return the sessions of a connector that ran at any of `instants`, the latest first.

        Of several at one instant the latest; at most 8, of the latest 100 that ran between them.
        """
        micros = [to_micros(at) for at in instants]
        places = [sessions.c.evse == connector.evse]
        if connector.connector:
            places.append(sessions.c.connector.in_((connector.connector, 0)))
        query = (
            _FOUND.add_columns(sessions.c.started_at)
            .where(
                sessions.c.operator == key.operator,
                sessions.c.station == key.identity,
                sessions.c.started_at <= max(micros),
                sessions.c.live_until >= min(micros),
                *places,
            )
            .order_by(sessions.c.started_at.desc())
            .limit(_MOST_AROUND)
        )
        around = [(record[-1], _found(record[:-1])) for record in await self._database.fetch(query)]
        latest = (
            next((one for began, one in around if began <= at <= one.live_until), None)
            for at in sorted(set(micros), reverse=True)
        )
        return list(dict.fromkeys(one for one in latest if one is not None))[:_MOST_COVERING]

    async def holders(self, operator: str, token_key: str) -> list[Holder]:
        """Return the running sessions of a token that were not refused."""
        records = await self._holders.get(operator, token_key, STILL_LIVE)
        return [
            Holder(session_id, station, ConnectorRef(evse, connector), freed_at is not None)
            for session_id, station, evse, connector, freed_at in records
        ]

    async def story(self, operator: str, session_id: str) -> list[Entry]:
        """Return a session's entries, in order of receipt."""
        records = await self._stories.get(operator, session_id)
        return [_DECODER.decode(payload) async for (payload,) in with_pauses(records)]

    async def told(self, operator: str, session_id: str, natural_key: str) -> Entry | None:
        """Return one entry of a story."""
        records = await self._told.get(operator, session_id, natural_key)
        return _DECODER.decode(records[0][0]) if records else None

    async def readings(self, operator: str, session_id: str) -> list[Reading]:
        """Return a session's readings, oldest first."""
        records = await self._readings.get(operator, session_id)
        found: list[Reading] = []
        weight = 0
        for at, samples in records:
            found.append(Reading(at=from_micros(at), samples=decode_samples(samples)))
            weight += len(samples) + _READING_WEIGHS
            if weight > _MOST_WEIGHT:
                weight = 0
                await asyncio.sleep(0)
        return found

    async def silent(
        self, before: datetime, limit: int, *, after: Silent | None = None
    ) -> list[Silent]:
        """Return running sessions that were last heard of before `before`, from behind one."""
        micros = to_micros(before)
        place = (sessions.c.operator, sessions.c.started_at, sessions.c.session_id)
        heard_at = sa.func.coalesce(progress.c.updated_at, sessions.c.updated_at)
        query = (
            sa.select(sessions.c.station, *place)
            .select_from(_SESSIONS)
            .where(
                sessions.c.live_until == STILL_LIVE,
                sessions.c.updated_at < micros,
                heard_at < micros,
            )
            .order_by(*place)
            .limit(limit)
        )
        if after is not None:
            behind = (after.key.operator, after.started_at, after.session_id)
            query = query.where(sa.tuple_(*place) > sa.tuple_(*behind))
        records = await self._database.fetch(query)
        return [
            Silent(StationKey(operator, station), started_at, session_id)
            for station, operator, started_at, session_id in records
        ]


async def with_pauses(items: Iterable[_T]) -> AsyncIterator[_T]:
    """Yield `items` and let others have the loop after each hundred, some 2 ms of readings."""
    for count, item in enumerate(items, 1):
        if count % _AT_A_STRETCH == 0:
            await asyncio.sleep(0)
        yield item


_HELD_BY: Final = (sessions.c.operator, sessions.c.token_key, sessions.c.live_until)
_STORY: Final = (session_events.c.operator, session_events.c.session_id)
_READ_IN: Final = (readings.c.operator, readings.c.session_id)


def _holders() -> sa.Select[Any]:
    query = sa.select(
        sessions.c.session_id,
        sessions.c.station,
        sessions.c.evse,
        sessions.c.connector,
        progress.c.freed_at,
    )
    accepted = sa.or_(sessions.c.verdict.is_(None), sessions.c.verdict == Verdict.ACCEPTED.value)
    return query.select_from(_SESSIONS).where(accepted)


def _stories() -> sa.Select[Any]:
    return _told().order_by(session_events.c.received_at, session_events.c.natural_key)


def _told() -> sa.Select[Any]:
    return sa.select(session_events.c.payload)


def _readings() -> sa.Select[Any]:
    return sa.select(readings.c.at, readings.c.samples).order_by(readings.c.at)


def _first(records: list[Record]) -> Found | None:
    return _found(records[0]) if records else None


def _found(record: Record) -> Found:
    session_id, transaction_id, start_key, stop_key, live_until, *moving = record
    freed_at, id_used, shown_at, moved_at = moving
    return Found(
        session_id,
        transaction_id,
        start_key,
        stop_key,
        live_until,
        None if freed_at is None else from_micros(freed_at),
        bool(id_used),
        from_micros(max(shown_at, moved_at or shown_at)),
    )
