"""The room's door: for each word of a station judge, record, commit, and only then answer.

`judge` only if `needs_judging`; and commit each outcome before the station's next word is judged,
because what memory no longer holds is read from the database. After a failed or uncertain commit
`forget` the station.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, assert_never

from laddnav.accounts.service import Accounts
from laddnav.kernel.clock import Clock
from laddnav.kernel.keys import ConnectorRef, StationKey
from laddnav.kernel.steps import Steps, at_once
from laddnav.sessions.live.draft import Draft
from laddnav.sessions.live.numbers import TransactionIds
from laddnav.sessions.live.outcome import Judgement, Outcome
from laddnav.sessions.live.recording import (
    find_owner,
    free,
    guarded,
    record_event,
    record_meter,
    record_start,
    record_stop,
    take,
)
from laddnav.sessions.live.roster import Roster
from laddnav.sessions.live.station import LiveStation
from laddnav.sessions.model import (
    EvidenceReason,
    MeterReported,
    StartReported,
    StopReported,
    TransactionEventReported,
    Word,
)
from laddnav.sessions.rules.instants import reckon
from laddnav.sessions.service.judging import Judge
from laddnav.sessions.service.orphans import NobodyElse, Orphans, Presence
from laddnav.sessions.service.rehydration import Rehydration
from laddnav.sessions.store.reading import StoredSessions
from laddnav.sessions.store.retention import forget_readings
from laddnav.storage.database import Database
from laddnav.storage.write import Write
from laddnav.tokens.service import Tokens

_NO_JUDGEMENT: Final = Judgement()
_FREED_AFTER: Final = timedelta(minutes=5)
_SILENT_AFTER: Final = timedelta(days=1)
_BUSY_SECONDS: Final = 0.005


def _never(_key: StationKey) -> bool:
    return False


class Sessions:
    """Sessions of the stations that this node owns.

    Args:
        freed_after: A session ends when its connector has been reported available for so long.
        silent_after: A session ends when its station has been silent for so long.
        free_vend: Whether a station charges without a token.
        node: This node's name, for the claims that closing sessions of lost stations takes.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        tokens: Tokens,
        accounts: Accounts,
        *,
        freed_after: timedelta = _FREED_AFTER,
        silent_after: timedelta = _SILENT_AFTER,
        free_vend: Callable[[StationKey], bool] = _never,
        node: str = "sessions",
    ) -> None:
        self._database = database
        self._clock = clock
        self._stations: dict[StationKey, LiveStation] = {}
        self._roster = Roster()
        stored = StoredSessions(database)
        self._rehydration = Rehydration(stored, self._roster)
        self._judge = Judge(
            stations=self._stations,
            roster=self._roster,
            stored=stored,
            rehydration=self._rehydration,
            numbers=TransactionIds(database),
            tokens=tokens,
            accounts=accounts,
            free_vend=free_vend,
        )
        self._orphans = Orphans(
            database=database,
            stations=self._stations,
            roster=self._roster,
            stored=stored,
            rehydration=self._rehydration,
            freed_after=freed_after,
            silent_after=silent_after,
            node=node,
        )

    async def load(self, key: StationKey, epoch: int) -> None:
        """Read a station's running sessions, once this node has claimed it at `epoch`.

        Raises:
            StorageUnavailable: The database is away; the next `judge` tries again.
        """
        self.forget(key)
        station = self._stations[key] = LiveStation(key, epoch)
        await self._rehydration.load(station, self._clock.now())

    def forget(self, key: StationKey) -> None:
        """Drop what is in memory of a station; `load` it again before its next word."""
        station = self._stations.pop(key, None)
        if station is not None:
            station.is_left = True
            self._roster.forget([*station.running, *station.ended])

    def needs_judging(self, key: StationKey, word: Word) -> bool:
        """Whether `word` can only be recorded after `judge`, because something must be asked."""
        station = self._stations[key]
        if not station.loaded or station.is_busy:
            return True
        match word:
            case MeterReported():
                return _meter_needs_judging(station, word, self._clock.now())
            case TransactionEventReported():
                return _event_needs_judging(station, word)
            case StartReported() | StopReported():
                return True
        assert_never(word)

    async def judge(self, key: StationKey, word: Word, *, now: datetime) -> Judgement:
        """Ask everything that recording `word` needs; record it before anything else happens.

        Raises:
            StorageUnavailable: The database is away, and nothing can be said.
        """
        while True:
            station = self._stations[key]
            while station.is_busy:  # noqa: ASYNC110 - seldom and shortly: a session is being closed
                await asyncio.sleep(_BUSY_SECONDS)
            if not station.loaded:
                await self._rehydration.load(station, now)
            judgement = await self._judged(station, word, now)
            if station.is_free:
                return judgement  # else it was spoiled or let go meanwhile

    async def _judged(self, station: LiveStation, word: Word, now: datetime) -> Judgement:
        match word:
            case StartReported():
                return await self._judge.start(station, word, now)
            case StopReported():
                return await self._judge.stop(station, word, now)
            case TransactionEventReported():
                return await self._judge.event(station, word, now)
            case MeterReported():
                return await self._judge.meter(station, word, now)
        assert_never(word)

    def record(
        self,
        key: StationKey,
        word: Word,
        judgement: Judgement | None = None,
        *,
        received_at: datetime,
        evidence: bytes | None = None,
    ) -> Outcome:
        """Fold `word` into memory and return what must be committed before it is answered.

        Args:
            key: The station; it was loaded.
            word: What it reported.
            judgement: What `judge` returned; None where nothing needed judging.
            received_at: When its frame came.
            evidence: The frame, to be kept as it is if no session can take the word.
        """
        station = self._stations[key]
        judged = judgement or _NO_JUDGEMENT
        draft = Draft(station, self._roster, received_at)
        return at_once(self._fold(station, word, judged, draft, evidence))

    def recording(
        self,
        key: StationKey,
        word: Word,
        judgement: Judgement,
        *,
        received_at: datetime,
        evidence: bytes | None = None,
    ) -> Steps[Outcome | None]:
        """Do as `record`, in steps of a few milliseconds: for words with many readings.

        Returns:
            None where memory was dropped meanwhile: nothing is recorded, judge the word again.
        """
        station = self._stations[key]
        draft = Draft(station, self._roster, received_at)
        return guarded(station, self._fold(station, word, judgement, draft, evidence))

    def _fold(
        self,
        station: LiveStation,
        word: Word,
        judged: Judgement,
        draft: Draft,
        evidence: bytes | None,
    ) -> Steps[Outcome]:
        match word:
            case MeterReported():
                return record_meter(station, word, judged, draft)
            case TransactionEventReported():
                judged = self._judge.confirmed(station, word, judged)
                return record_event(station, word, judged, draft, evidence)
            case StartReported():
                judged = self._judge.confirmed(station, word, judged)
                return record_start(station, word, judged, draft)
            case StopReported():
                return record_stop(word, judged, draft, evidence)
        assert_never(word)

    def keep_evidence(
        self, key: StationKey, frame: bytes, reason: EvidenceReason, *, received_at: datetime
    ) -> Write:
        """Return the write that keeps a transaction message which no story can take.

        The same message, told again under another message id, is kept once.
        """
        station = self._stations.get(key)
        draft = Draft(station or LiveStation(key, 0), self._roster, received_at)
        draft.keep(frame, reason)
        write = draft.write()
        return write if station is not None else Write(rows=write.rows, facts=write.facts)

    def connector_freed(
        self,
        key: StationKey,
        connector: ConnectorRef,
        at: datetime | None,
        *,
        received_at: datetime,
    ) -> Write | None:
        """Note that a connector is reported available: evidence against its running session.

        Returns:
            What is to be committed; None where no session is running there, or it began later.
        """
        station = self._stations.get(key)
        if station is None or not station.loaded:
            return None
        draft = Draft(station, self._roster, received_at)
        freed_at = reckon(at, received_at).at
        for session in station.at(connector):
            last_sign = session.story.last_sign or session.started_at
            if session.freed_at is None and freed_at >= last_sign:
                free(session, freed_at, draft)
        return draft.write_if_any()

    def connector_taken(
        self, key: StationKey, connector: ConnectorRef, *, received_at: datetime
    ) -> Write | None:
        """Note that a connector is reported as anything but available: that evidence is void."""
        station = self._stations.get(key)
        if station is None or not station.loaded:
            return None
        draft = Draft(station, self._roster, received_at)
        for session in station.at(connector):
            if session.freed_at is not None:
                take(session, draft)
        return draft.write_if_any()

    async def close_orphans(self, presence: Presence | None = None) -> int:
        """Close sessions whose station will not: freed, superseded or silent; return how many.

        Raises:
            StorageUnavailable: The database is away; the rest is closed next time.
        """
        return await self._orphans.close(self._clock.now(), presence or NobodyElse())

    async def forget_readings(self, before: datetime) -> None:
        """Delete the readings from before `before`, but for those of running sessions.

        Raises:
            StorageUnavailable: The database is away; the rest goes next time.
        """
        await forget_readings(self._database, before)


def _meter_needs_judging(station: LiveStation, word: MeterReported, now: datetime) -> bool:
    """Whether a reading may belong to a session that has ended or is not in memory."""
    name = word.transaction_id
    if name is not None and name > 0:
        named = station.named(name)
        if named is not None and named.is_running:
            return False
        if named is None and not station.is_unknown(name):
            return True
    for reading in word.readings:
        owner = find_owner(station, word, reading, now)
        if owner is None:
            if word.connector.evse and not station.knows_all_at(reading.at):
                return True
        elif not owner.is_running:
            return True
    return False


def _event_needs_judging(station: LiveStation, word: TransactionEventReported) -> bool:
    """Whether an event may be the first, the last or a late one, or must be asked about."""
    session = station.named(word.transaction_id)
    if session is None or not session.is_running:
        return True
    if word.token is not None or word.kind == "Ended":
        return True
    if word.connector is not None and any(one.behind for one in station.at(word.connector)):
        return True
    seen = session.story.seen
    return seen is not None and seen.overflown
