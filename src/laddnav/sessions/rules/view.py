"""The session as it stands: a story and its energy, put together."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final, NamedTuple

from laddnav.kernel.keys import StationKey
from laddnav.metering.model import Billable
from laddnav.sessions.model import OrphanReason, Session, SessionDoubt, State
from laddnav.sessions.rules.doubts import ORPHANS, confidence
from laddnav.sessions.rules.gauges import NO_GAUGES, Gauges
from laddnav.sessions.rules.story import Story
from laddnav.tokens.model import Verdict

_NOTHING: Final = Decimal(0)
_AT_ONCE: Final = timedelta(seconds=10)
"""A session may end so long after the next one began: their clocks, or messages, are not exact."""


class Identity(NamedTuple):
    """What never changes about a session."""

    key: StationKey
    id: str
    transaction_id: str


def meter_start_wh(story: Story) -> Decimal | None:
    """Return the register at the start, where a start message bore it."""
    return None if story.start is None else story.start.word.meter_start_wh


def meter_stop_wh(story: Story) -> Decimal | None:
    """Return the register at the stop, where a stop message bore it."""
    stop = story.stop
    return None if stop is None else stop.word.meter_stop_wh


def end_of(story: Story, energy_wh: Decimal) -> tuple[datetime, str | None] | None:
    """Return when and why the session ended, None while it runs.

    A 1.6 start that we refused has no session unless energy flows all the same: until then it
    ended when it began.
    """
    end = story.end
    if end is None and story.start is not None and story.is_refused and energy_wh <= _NOTHING:
        return story.start.at, None
    return end


def doubts_of(story: Story) -> frozenset[SessionDoubt]:
    """Return everything that speaks against the story."""
    doubts = set(story.noted) | _of_place(story)
    if story.start_is_missing:
        doubts.add(SessionDoubt.START_MISSING)
    if story.seen is not None and story.seen.has_gaps:
        doubts.add(SessionDoubt.EVENTS_MISSING)
    if len(story.stops) > 1:
        doubts.add(SessionDoubt.STOPS_DIFFER)
    stop = story.stop
    if stop is not None and stop.guessed:
        doubts.add(SessionDoubt.STOP_GUESSED)
    if stop is not None and stop.by_other:
        doubts.add(SessionDoubt.STOPPED_BY_OTHER)
    end = story.end
    if end is not None and end[0] < story.started_at:
        doubts.add(SessionDoubt.TIMES_DISORDERED)
    return frozenset(doubts)


def _of_place(story: Story) -> set[SessionDoubt]:
    """Return what evidence from its place says: it is over, or went on beside a newer session."""
    told, end = story.orphaned, story.end
    if told is None:
        return set()
    if told is story.closed_by_evidence:
        return {ORPHANS[told.reason]}
    last = story.last_sign if end is None else end[0]
    overlaps = last is not None and last > told.at + _AT_ONCE
    newer = told.reason is OrphanReason.SUPERSEDED
    return {SessionDoubt.OVERLAPPED} if newer and overlaps else set()


def view(
    identity: Identity,
    story: Story,
    energy: Billable,
    *,
    gauges: Gauges = NO_GAUGES,
    updated_at: datetime,
) -> Session:
    """Return the session of `story`, whose readings are worth `energy`."""
    end = end_of(story, energy.energy_wh)
    own = doubts_of(story)
    token, answered = story.token, story.answered
    return Session(
        operator=identity.key.operator,
        id=identity.id,
        station=identity.key.identity,
        evse=story.connector.evse,
        connector=story.connector.connector,
        transaction_id=identity.transaction_id,
        token=None if token is None else token.uid,
        token_type=None if token is None else token.type,
        token_group=None if answered is None else answered.group,
        verdict=None if answered is None else answered.verdict,
        concurrent_with=None if answered is None else answered.concurrent_with,
        state=State.RUNNING if end is None else State.ENDED,
        started_at=story.started_at,
        ended_at=None if end is None else max(end[0], story.started_at),
        meter_start_wh=energy.meter_start_wh,
        meter_stop_wh=None if end is None else energy.meter_stop_wh,
        energy_wh=energy.energy_wh,
        stop_reason=None if end is None else end[1],
        confidence=confidence(energy.confidence, own),
        doubts=tuple(sorted({*energy.doubts, *own})),
        offline=story.offline,
        charging_state=story.charging_state,
        remote_start_id=story.remote_start_id,
        reservation_id=story.reservation_id,
        power_w=gauges.power_w if end is None else None,
        soc_percent=gauges.soc_percent,
        updated_at=updated_at,
    )


def is_refused(session: Session) -> bool:
    """Whether the session's token was not accepted."""
    return session.verdict is not None and session.verdict is not Verdict.ACCEPTED


def differs(before: Session, after: Session) -> bool:
    """Whether an ended session has changed in what somebody may have billed or shown."""
    return any(getattr(before, field) != getattr(after, field) for field in _BILLED)


_BILLED: Final = (
    "state",
    "evse",
    "connector",
    "token",
    "token_group",
    "verdict",
    "started_at",
    "ended_at",
    "meter_start_wh",
    "meter_stop_wh",
    "energy_wh",
    "stop_reason",
    "confidence",
    "doubts",
)
