"""The fold of one word into a station's sessions: what never waits.

It is taken in steps, because a word may hold tens of thousands of readings, and so may a session.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final, TypeVar

from msgspec.structs import replace

from laddnav.kernel.keys import ConnectorRef
from laddnav.kernel.steps import Steps
from laddnav.metering.model import Reading
from laddnav.sessions.live.draft import Draft, timed
from laddnav.sessions.live.outcome import Judgement, Outcome
from laddnav.sessions.live.session import LiveSession
from laddnav.sessions.live.station import LiveStation
from laddnav.sessions.model import (
    EventTold,
    EvidenceReason,
    MeterReported,
    OrphanReason,
    OrphanTold,
    StartReported,
    StartTold,
    StopReported,
    StopTold,
    TransactionEventReported,
)
from laddnav.sessions.rules.instants import reckon
from laddnav.sessions.rules.keys import encode, start_key, stop_key, word_key
from laddnav.sessions.rules.seen import Novelty
from laddnav.sessions.rules.stops import retold, told
from laddnav.sessions.rules.story import Story
from laddnav.sessions.rules.view import Identity

_FEW: Final = 4
_AT_A_STRETCH: Final = 500
"""Samples; a reading counts like one of them."""
_T = TypeVar("_T")


def guarded(station: LiveStation, steps: Steps[_T]) -> Steps[_T | None]:
    """Take `steps`, during which nothing else is recorded for the station.

    What is broken off half-way leaves memory to be read again.

    Returns:
        What they come to; None where memory cannot be used, or was dropped meanwhile.
    """
    if not station.is_free:
        return None
    station.is_busy = True
    try:
        while station.loaded and not station.is_left:
            try:
                next(steps)
            except StopIteration as end:
                result: _T = end.value
                return result
            yield
    except BaseException:
        station.loaded = False
        raise
    finally:
        station.is_busy = False
    return None


def record_start(
    station: LiveStation, word: StartReported, judged: Judgement, draft: Draft
) -> Steps[Outcome]:
    """Begin a session, or answer a repeated start as the first time."""
    if judged.again is not None:
        session_id, start = judged.again
        draft.retell(session_id, start)
        return Outcome(
            write=draft.write(),
            transaction_id=start.transaction_id,
            verdict=retold(start.answered),
            duplicate=True,
            session_id=session_id,
        )
    entry = StartTold(
        word=word,
        at=reckon(word.at, draft.received_at).at,
        received_at=draft.received_at,
        transaction_id=judged.transaction_id,
        answered=told(judged.verdict, judged.concurrent_with),
    )
    story = Story()
    story.tell(entry)
    identity = Identity(station.key, judged.new_id, str(judged.transaction_id))
    session = LiveSession(identity, story, heard_at=draft.received_at, start_key=start_key(word))
    draft.retell(judged.new_id, entry)
    if not story.is_refused:
        yield from supersede(station.at(word.connector), session, judged, draft)
    yield from draft.show(session, None)
    yield from make_room(station, judged, draft)
    return Outcome(
        write=draft.write(),
        transaction_id=judged.transaction_id,
        verdict=judged.verdict,
        session_id=judged.new_id,
    )


def record_stop(
    word: StopReported,
    judged: Judgement,
    draft: Draft,
    evidence: bytes | None,
) -> Steps[Outcome]:
    """End a session; a stop that belongs to none is kept as evidence."""
    session = judged.session
    if session is None:
        keep(word, draft, evidence, EvidenceReason.UNKNOWN_TRANSACTION)
        return Outcome(write=draft.write(), verdict=judged.verdict)
    at, drift = reckon(word.at, draft.received_at, session.story.drift)
    entry = StopTold(
        word=replace(word, readings=()),
        at=at if drift is None else min(at, draft.received_at),
        received_at=draft.received_at,
        guessed=judged.guessed,
        by_other=judged.by_other,
        answered=told(judged.verdict),
    )
    stored = judged.stored.get(session.identity.id)
    fresh = yield from absorb(session, session.connector, word.readings, stored, draft)
    if judged.guessed:
        session.stop_key = stop_key(word)
    repeat = draft.tell(session, entry) is Novelty.REPEAT
    if fresh or not repeat:
        yield from draft.show(session, stored)
    verdict = retold(session.story.stop_answer(word)) if repeat else judged.verdict
    return Outcome(
        write=draft.write(),
        verdict=verdict,
        duplicate=repeat,
        session_id=session.identity.id,
    )


def record_event(
    station: LiveStation,
    word: TransactionEventReported,
    judged: Judgement,
    draft: Draft,
    evidence: bytes | None,
) -> Steps[Outcome]:
    """Tell an event of a transaction, which may begin, go on or end the session, in any order."""
    if not word.transaction_id:
        keep(word, draft, evidence, EvidenceReason.NO_TRANSACTION_ID)
        return Outcome(write=draft.write(), verdict=judged.verdict)
    session = judged.session or station.named(word.transaction_id)
    if session is None:
        identity = Identity(station.key, judged.new_id, word.transaction_id)
        session = LiveSession(identity, Story(), heard_at=draft.received_at)
    at, drift = reckon(word.at, draft.received_at, session.story.drift)
    entry = EventTold(
        word=replace(word, readings=()) if word.readings else word,
        at=at if drift is None else min(at, draft.received_at),
        received_at=draft.received_at,
        answered=told(judged.verdict, judged.concurrent_with),
    )
    if judged.told_before:
        draft.retell(session.identity.id, entry)
    if judged.told_before or draft.tell(session, entry) is Novelty.REPEAT:
        return Outcome(
            write=draft.write(),
            verdict=retold(session.story.event_answer(word)) or judged.verdict,
            duplicate=True,
            session_id=session.identity.id,
        )
    session.heard_at = draft.received_at
    stored = judged.stored.get(session.identity.id)
    connector = word.connector or session.connector
    fresh = yield from absorb(session, connector, word.readings, stored, draft)
    if session.freed_at is not None and at > session.freed_at:
        take(session, draft)
    if word.connector is not None and not session.is_refused:
        yield from supersede(station.older_at(session), session, judged, draft)
    yield from _show_change(session, draft, stored, fresh=bool(fresh))
    yield from make_room(station, judged, draft)
    return Outcome(write=draft.write(), verdict=judged.verdict, session_id=session.identity.id)


def record_meter(
    station: LiveStation, word: MeterReported, judged: Judgement, draft: Draft
) -> Steps[Outcome]:
    """Store readings with the sessions that they belong to, or by themselves."""
    touched: dict[str, tuple[LiveSession, list[Reading]]] = {}
    for place, some in enumerate(stretches(word.readings)):
        if place:
            yield
        for reading in some:
            session = find_owner(station, word, reading, draft.received_at)
            if session is None:
                own = timed(reading, draft.received_at, None)
                draft.reading(None, word.connector, own, reading)
            else:
                touched.setdefault(session.identity.id, (session, []))[1].append(reading)
    for session, readings in touched.values():
        if session.name == word.transaction_id:
            session.id_used = True
        session.heard_at = draft.received_at
        stored = judged.stored.get(session.identity.id)
        fresh = yield from absorb(session, word.connector, readings, stored, draft)
        yield from _show_change(session, draft, stored, fresh=bool(fresh))
    yield from make_room(station, judged, draft)
    return Outcome(write=draft.write(), session_id=next(iter(touched), None))


def _show_change(
    session: LiveSession, draft: Draft, stored: Sequence[Reading] | None, *, fresh: bool
) -> Steps[None]:
    """Store what changed: everything where the story did, else the little that moves."""
    running = session.is_running
    if session.has_news() or (fresh and not running):
        yield from draft.show(session, stored)
    if fresh and running and session.is_running:
        draft.progress(session)


def find_owner(
    station: LiveStation, word: MeterReported, reading: Reading, received_at: datetime
) -> LiveSession | None:
    """Return the session in memory that a reading belongs to.

    The session that the transaction id names, if it runs or ran then; else the one that ran on the
    connector then (lbbrhzn#1069: ids are left out, made up or stale), or the one that runs there
    now where that one cannot have shown it; else the named one again where nothing but evidence,
    or our refusal, has ended it.
    """
    named = None if word.transaction_id is None else station.named(word.transaction_id)
    if named is not None and named.is_running:
        return named
    drift = None if named is None else named.story.drift
    at = reckon(reading.at, received_at, drift).at
    if named is not None and named.covers(at):
        return named
    there = station.owner(word.connector, at)
    if there is not None and not there.can_have_shown(reading):
        there = station.newest_at(word.connector)
    if there is not None or named is None:
        return there
    told_to_end = named.story.stop is not None
    return None if told_to_end else named


def absorb(
    session: LiveSession,
    connector: ConnectorRef,
    reported: Sequence[Reading],
    stored: list[Reading] | None,
    draft: Draft,
) -> Steps[list[Reading]]:
    """Store readings with a session and return those that it did not have.

    Where all its stored readings are at hand, they are completed; elsewhere a repeat cannot be
    told from a new reading, and does no harm.
    """
    fresh: list[Reading] = []
    known = None if stored is None else (yield from _set_of(stored))
    for place, some in enumerate(stretches(reported)):
        if place:
            yield
        for raw in some:
            reading = timed(raw, draft.received_at, session.story.drift)
            points = draft.reading(session, connector, reading, raw)
            if known is not None and stored is not None:
                if reading in known:
                    continue
                known.add(reading)
                stored.append(reading)
            session.read(reading, points)
            fresh.append(reading)
    return fresh


def _set_of(readings: Sequence[Reading]) -> Steps[set[Reading]]:
    known: set[Reading] = set()
    for some in stretches(readings):
        if known:
            yield
        known.update(some)
    return known


def stretches(readings: Sequence[Reading]) -> Iterable[Sequence[Reading]]:
    """Part readings, in their order, into what takes some milliseconds."""
    return (readings,) if len(readings) <= _FEW else _parted(readings)


def _parted(readings: Sequence[Reading]) -> Iterator[Sequence[Reading]]:
    begin = weight = 0
    for place, reading in enumerate(readings):
        if weight >= _AT_A_STRETCH:
            yield readings[begin:place]
            begin, weight = place, 0
        weight += 1 + len(reading.samples)
    yield readings[begin:]


def supersede(
    older: Iterable[LiveSession], newer: LiveSession, judged: Judgement, draft: Draft
) -> Steps[None]:
    """Close sessions whose connector now has another one."""
    for session in older:
        stored = judged.stored.get(session.identity.id)
        yield from close(session, OrphanReason.SUPERSEDED, newer.started_at, stored, draft)


def make_room(station: LiveStation, judged: Judgement, draft: Draft) -> Steps[None]:
    """Close the sessions that are too many for one station, each as of its last sign."""
    for session in station.surplus():
        at = session.story.last_sign or session.started_at
        stored = judged.stored.get(session.identity.id)
        yield from close(session, OrphanReason.CROWDED, at, stored, draft)


def close(
    session: LiveSession,
    reason: OrphanReason,
    at: datetime,
    stored: Sequence[Reading] | None,
    draft: Draft,
) -> Steps[None]:
    """Close a session by evidence, not before it last showed itself."""
    last_sign = session.story.last_sign
    entry = OrphanTold(
        reason=reason,
        at=at if last_sign is None else max(at, last_sign),
        received_at=draft.received_at,
    )
    draft.tell(session, entry)
    yield from draft.show(session, stored)


def keep(
    word: StopReported | TransactionEventReported,
    draft: Draft,
    evidence: bytes | None,
    reason: EvidenceReason,
) -> None:
    """Keep a word that belongs to no session; its repeats are kept once."""
    draft.keep(encode(word) if evidence is None else evidence, reason, name=word_key(word))


def free(session: LiveSession, at: datetime, draft: Draft) -> None:
    """Note that the connector of a running session is reported available."""
    session.freed_at = at
    session.freed_since = draft.received_at
    draft.progress(session)


def take(session: LiveSession, draft: Draft) -> None:
    """Note that the connector of a running session is not available after all."""
    session.freed_at = session.freed_since = None
    draft.progress(session)
