"""What must be asked before a word can be recorded: tokens, and what memory does not hold."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Final, NamedTuple

from msgspec.structs import replace

from laddnav.accounts.model import Policies
from laddnav.accounts.service import Accounts
from laddnav.kernel import ids
from laddnav.kernel.keys import ConnectorRef, StationKey
from laddnav.metering.model import Reading
from laddnav.sessions.live.draft import timed
from laddnav.sessions.live.numbers import TransactionIds
from laddnav.sessions.live.outcome import Judgement
from laddnav.sessions.live.recording import find_owner
from laddnav.sessions.live.roster import Roster
from laddnav.sessions.live.session import LiveSession
from laddnav.sessions.live.station import LiveStation
from laddnav.sessions.model import (
    MeterReported,
    StartReported,
    StartTold,
    StopReported,
    TransactionEventReported,
)
from laddnav.sessions.rules.instants import is_sane
from laddnav.sessions.rules.keys import event_key, start_key, stop_key
from laddnav.sessions.rules.places import is_at
from laddnav.sessions.rules.policy import must_be_alone, token_policy
from laddnav.sessions.rules.seen import Novelty
from laddnav.sessions.rules.stops import answer, may_stop
from laddnav.sessions.rules.story import content_mark, fold, is_stopping
from laddnav.sessions.service.rehydration import Rehydration
from laddnav.sessions.store.reading import StoredSessions, with_pauses
from laddnav.tokens.model import Purpose, TokenRef, TokenVerdict, Verdict
from laddnav.tokens.rules import uid_key
from laddnav.tokens.service import Tokens

_NO_POLICIES: Final = Policies()


class _Right(NamedTuple):
    """Whether a token may do what it was presented for.

    Attributes:
        verdict: None where no token was presented.
        holder: The session elsewhere that spoiled it.
        alone: It may start as long as it holds no other session.
    """

    verdict: TokenVerdict | None
    holder: str | None = None
    alone: bool = False


class Judge:
    """Asks what a word needs. Every method may raise `StorageUnavailable`."""

    def __init__(
        self,
        *,
        stations: dict[StationKey, LiveStation],
        roster: Roster,
        stored: StoredSessions,
        rehydration: Rehydration,
        numbers: TransactionIds,
        tokens: Tokens,
        accounts: Accounts,
        free_vend: Callable[[StationKey], bool],
    ) -> None:
        self._stations = stations
        self._roster = roster
        self._stored = stored
        self._rehydration = rehydration
        self._numbers = numbers
        self._tokens = tokens
        self._accounts = accounts
        self._free_vend = free_vend

    async def start(self, station: LiveStation, word: StartReported, now: datetime) -> Judgement:
        """Judge a 1.6 start: is it a repeat, may the token, and under which number.

        The token is asked again even after Authorize (OCPP 1.6, 4.8).
        """
        again = await self._again(station, word, now)
        if again is not None:
            return Judgement(again=again)
        right = await self._may_start(station.key, word.token, word.connector, now)
        behind = [one for one in [*station.at(word.connector), *station.surplus(1)] if one.behind]
        return Judgement(
            verdict=right.verdict,
            concurrent_with=right.holder,
            alone=right.alone,
            new_id=ids.new_id(),
            transaction_id=await self._new_transaction_id(station.key),
            stored=await self._readings(station, behind),
        )

    async def stop(self, station: LiveStation, word: StopReported, now: datetime) -> Judgement:
        """Judge a 1.6 stop: which session does it end, and had its token the right to."""
        session, guessed = await self._stopped(station, word, now)
        verdict = None
        by_other = False
        if word.token is not None:
            asked = await self._ask(station.key, word.token, "stop", now)
            verdict = asked
            if session is not None:
                story = session.story
                group = None if story.answered is None else story.answered.group
                verdict = answer(asked, word.token, story.token, group)
                by_other = verdict is not asked
        needing = [] if session is None else _in_need(session, word.readings, now, ends=True)
        return Judgement(
            verdict=verdict,
            session=session,
            guessed=guessed,
            by_other=by_other,
            stored=await self._readings(station, needing),
        )

    async def event(
        self, station: LiveStation, word: TransactionEventReported, now: datetime
    ) -> Judgement:
        """Judge a 2.x event: is it a repeat, and what may its token (E01.FR.11, C12.FR.03)."""
        session = None
        if word.transaction_id:
            session = await self._rehydration.find(station, word.transaction_id, now)
        if session is not None and await self._was_told(station.key, session, word):
            said = session.story.event_answer(word)
            verdict = None
            if word.token is not None and said is None:
                verdict = await self._ask(station.key, word.token, _purpose(word), now)
            return Judgement(session=session, told_before=True, verdict=verdict)
        right = await self._of_event(station, word, session, now)
        new_id = ids.new_id() if session is None else ""
        needing = self._older(station, word)
        if session is not None:
            needing += _in_need(session, word.readings, now, ends=word.kind == "Ended")
        if session is None or not session.is_running:
            needing += [one for one in station.surplus(1) if one.behind]
        stored = await self._readings(station, needing)
        return Judgement(
            verdict=right.verdict,
            concurrent_with=right.holder,
            alone=right.alone,
            session=session,
            new_id=new_id,
            stored=stored if session is not None else {**stored, new_id: []},
        )

    async def meter(self, station: LiveStation, word: MeterReported, now: datetime) -> Judgement:
        """Judge meter values: bring back the sessions that they belong to."""
        if word.transaction_id is not None:
            await self._rehydration.find(station, word.transaction_id, now)
        late = [
            one.at
            async for one in with_pauses(word.readings)
            if not station.knows_all_at(one.at)
            and is_sane(one.at, now)
            and find_owner(station, word, one, now) is None
        ]
        if late and word.connector.evse:
            await self._rehydration.recall(station, word.connector, late, now)
        owners = {find_owner(station, word, one, now) async for one in with_pauses(word.readings)}
        ended = [one for one in owners if one is not None and not one.is_running]
        crowded = [one for one in station.surplus(len(ended)) if one.behind]
        return Judgement(stored=await self._readings(station, [*ended, *crowded]))

    def confirmed(
        self,
        station: LiveStation,
        word: StartReported | TransactionEventReported,
        judged: Judgement,
    ) -> Judgement:
        """Return a judgement as it stands now: the token may have begun a session meanwhile."""
        if not judged.alone or word.token is None or judged.verdict is None:
            return judged
        own = None if judged.session is None else judged.session.identity.id
        holder = self._held(station.key, word.connector, word.token, own)
        if holder is None:
            return judged
        verdict = replace(judged.verdict, verdict=Verdict.CONCURRENT)
        return replace(judged, verdict=verdict, concurrent_with=holder)

    async def _again(
        self, station: LiveStation, word: StartReported, now: datetime
    ) -> tuple[str, StartTold] | None:
        """Return the session and start that this start repeats (steve#1294, steve#955)."""
        key = start_key(word)
        live = station.of_start(key)
        if live is not None and live.story.start is not None:
            return live.identity.id, live.story.start
        found = await self._stored.by_start(station.key, key)
        if found is None:
            return None
        story = fold(await self._stored.story(station.key.operator, found.session_id))
        if story.start is None or (story.end is not None and not is_sane(word.at, now)):
            return None
        return found.session_id, story.start

    async def _stopped(
        self, station: LiveStation, word: StopReported, now: datetime
    ) -> tuple[LiveSession | None, bool]:
        """Return the session that a stop ends, and whether its id did not name it."""
        session = await self._rehydration.find(station, word.transaction_id, now)
        if session is not None:
            return session, False
        session = await self._rehydration.of_stop(station, stop_key(word), now)
        if session is not None:
            return session, True
        fitting = [
            one
            for one in station.running
            if one.story.start is not None
            and not one.id_used
            and may_stop(
                word,
                one.story.start,
                last_at=one.story.last_sign or one.started_at,
                last_wh=one.highest_wh,
            )
        ]
        return (fitting[0], True) if len(fitting) == 1 else (None, False)

    async def _of_event(
        self,
        station: LiveStation,
        word: TransactionEventReported,
        session: LiveSession | None,
        now: datetime,
    ) -> _Right:
        """Return the verdict on an event's token.

        Whether the token has another session is asked of a Started event only, as the specification
        has it: a token that comes with an Updated one is never answered ConcurrentTx.
        """
        if word.token is None:
            return _Right(None)
        purpose = _purpose(word)
        if word.kind != "Started" or purpose != "start":
            return _Right(await self._ask(station.key, word.token, purpose, now))
        own = None if session is None else session.identity.id
        connector = word.connector
        return await self._may_start(station.key, word.token, connector, now, own=own)

    async def _may_start(
        self,
        key: StationKey,
        token: TokenRef,
        connector: ConnectorRef | None,
        now: datetime,
        *,
        own: str | None = None,
    ) -> _Right:
        """Return the verdict on a starting token."""
        policies = await self._policies(key.operator)
        verdict = await self._tokens.verdict(
            key.operator,
            token,
            purpose="start",
            station=key,
            now=now,
            policy=token_policy(policies, free_vend=self._free_vend(key)),
        )
        if not must_be_alone(verdict, token.uid, policies):
            return _Right(verdict)
        holder = await self._holder(key, connector, token, own)
        if holder is None:
            return _Right(verdict, alone=True)
        return _Right(replace(verdict, verdict=Verdict.CONCURRENT), holder)

    async def _holder(
        self, key: StationKey, connector: ConnectorRef | None, token: TokenRef, own: str | None
    ) -> str | None:
        """Return a running session of the token that this start does not supersede.

        One whose connector has been reported available since does not count. Of stations that
        this node owns, memory is the truth: it is ahead of the database.
        """
        held = self._held(key, connector, token, own)
        if held is not None:
            return held
        for holder in await self._stored.holders(key.operator, uid_key(token.uid)):
            live = self._stations.get(StationKey(key.operator, holder.station))
            if (live is None or not live.loaded) and not holder.freed:
                return holder.session_id
        return None

    def _held(
        self, key: StationKey, connector: ConnectorRef | None, token: TokenRef, own: str | None
    ) -> str | None:
        """Return such a session at a station that this node owns."""
        for session in self._roster.held_by(key.operator, uid_key(token.uid)):
            here = session.identity.key == key and connector is not None
            superseded = here and connector is not None and is_at(session.connector, connector)
            if session.identity.id != own and not superseded and session.freed_at is None:
                return session.identity.id
        return None

    async def _ask(
        self, key: StationKey, token: TokenRef, purpose: Purpose, now: datetime
    ) -> TokenVerdict:
        policies = await self._policies(key.operator)
        policy = token_policy(policies, free_vend=self._free_vend(key))
        return await self._tokens.verdict(
            key.operator, token, purpose=purpose, station=key, now=now, policy=policy
        )

    async def _policies(self, operator: str) -> Policies:
        found = await self._accounts.operator(operator)
        return _NO_POLICIES if found is None else found.policies

    async def _new_transaction_id(self, key: StationKey) -> int:
        while True:
            number, may_be_taken = await self._numbers.take(key.operator)
            if not may_be_taken or await self._stored.by_transaction(key, number) is None:
                return number

    async def _was_told(
        self, key: StationKey, session: LiveSession, word: TransactionEventReported
    ) -> bool:
        seen = session.story.seen
        if seen is None:
            return False
        if seen.look(word.seq_no, content_mark(word)) is Novelty.REPEAT:
            return True
        if not seen.overflown:
            return False
        told = await self._stored.told(key.operator, session.identity.id, event_key(word))
        return told is not None

    def _older(self, station: LiveStation, word: TransactionEventReported) -> list[LiveSession]:
        """Return the sessions that this event may supersede, if their energy needs readings."""
        if word.connector is None:
            return []
        evse = word.connector.evse
        return [one for one in station.running if one.behind and one.connector.evse == evse]

    async def _readings(
        self, station: LiveStation, sessions: list[LiveSession]
    ) -> dict[str, list[Reading]]:
        operator = station.key.operator
        names = [one.identity.id for one in sessions]
        found = await asyncio.gather(*(self._stored.readings(operator, name) for name in names))
        return dict(zip(names, found, strict=True))


def _purpose(word: TransactionEventReported) -> Purpose:
    return "stop" if is_stopping(word) else "start"


def _in_need(
    session: LiveSession, reported: tuple[Reading, ...], now: datetime, *, ends: bool
) -> list[LiveSession]:
    """Return the session if its exact energy can only come from all its stored readings."""
    if not session.is_running:
        return [session]
    if not ends:
        return []
    readings = [timed(one, now, session.story.drift) for one in reported]
    return [session] if session.behind or not session.comes_after(readings) else []
