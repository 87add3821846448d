"""The fold of a session's story: entries in, the session as it stands out.

Entries of a 2.x transaction may be told in any order and any number of times: the fold is the
same. Of starts and stops (1.6) the order of receipt matters where stops differ.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final, assert_never

from laddnav.kernel.keys import ConnectorRef
from laddnav.sessions.model import (
    NO_CONNECTOR,
    Answered,
    Entry,
    EventTold,
    OrphanTold,
    SessionDoubt,
    StartTold,
    StopReported,
    StopTold,
    TransactionEventReported,
)
from laddnav.sessions.rules.keys import event_key, stop_key
from laddnav.sessions.rules.seen import Novelty, SeenEvents
from laddnav.sessions.rules.stops import effective
from laddnav.tokens.model import TokenRef, Verdict

_PHASES: Final = {"Started": 0, "Updated": 1, "Ended": 2}
_STOPPING: Final = frozenset({"StopAuthorized", "Deauthorized"})
_MOST_ANSWERS: Final = 64
_MOST_STOPS: Final = 32

_Rank = tuple[Any, ...]
_Ranked = tuple[_Rank, Any]


def is_stopping(word: TransactionEventReported) -> bool:
    """Whether a token in this event was presented to stop, not to start."""
    return word.kind == "Ended" or word.trigger in _STOPPING


def content_mark(word: TransactionEventReported) -> int:
    """Return what tells two events with one sequence number apart; good in this process only."""
    return hash((word.kind, word.at, word.trigger))


class Story:
    """One session's story so far, in a form that does not grow with the session.

    Attributes:
        start: How it began, where we gave the transaction id.
        stops: The stops told of it, each once, in order of receipt; no more than the first 32.
        answers: By event key, what the station was told about its tokens.
        seen: Which events were told.
        orphaned: The latest closure by evidence; `end` tells whether it holds.
        last_sign: The latest instant at which the session showed itself.
        drift: What corrects this session's impossible timestamps.
        version: Rises whenever an entry changed what the session is.
    """

    __slots__ = (
        "_charging",
        "_connector",
        "_doubts",
        "_ended",
        "_first_at",
        "_offline",
        "_remote",
        "_reservation",
        "_started",
        "_token",
        "answers",
        "drift",
        "last_sign",
        "orphaned",
        "seen",
        "start",
        "stops",
        "version",
    )

    def __init__(self) -> None:
        self.start: StartTold | None = None
        self.stops: tuple[StopTold, ...] = ()
        self.answers: dict[str, Answered | None] | None = None
        self.seen: SeenEvents | None = None
        self.orphaned: OrphanTold | None = None
        self.last_sign: datetime | None = None
        self.drift: timedelta | None = None
        self.version = 0
        self._doubts: frozenset[SessionDoubt] = frozenset()
        self._first_at: datetime | None = None
        self._offline = False
        self._started: _Ranked | None = None
        self._ended: _Ranked | None = None
        self._token: _Ranked | None = None
        self._connector: _Ranked | None = None
        self._charging: _Ranked | None = None
        self._remote: _Ranked | None = None
        self._reservation: _Ranked | None = None

    def tell(self, entry: Entry) -> Novelty:
        """Add `entry` and tell whether it was new; a repeat changes nothing."""
        match entry:
            case EventTold():
                novelty = self._tell_event(entry)
            case StartTold():
                novelty = self._tell_start(entry)
            case StopTold():
                novelty = self._tell_stop(entry)
            case OrphanTold():
                novelty = self._tell_orphan(entry)
            case _:
                assert_never(entry)
        return novelty

    def sign(self, at: datetime) -> None:
        """Note that the session showed itself at `at`: an earlier closure by evidence is void."""
        if self.last_sign is None or at > self.last_sign:
            self.last_sign = at
            if self.orphaned is not None:
                self.version += 1

    def stop_answer(self, word: StopReported) -> Answered | None:
        """Return what was said about the token of a stop that was told before."""
        key = stop_key(word)
        same = (stop.answered for stop in self.stops if stop_key(stop.word) == key)
        return next(same, None)

    def event_answer(self, word: TransactionEventReported) -> Answered | None:
        """Return what was said about the token of an event that was told before."""
        return None if self.answers is None else self.answers.get(event_key(word))

    def _tell_start(self, entry: StartTold) -> Novelty:
        if self.start is not None:
            return Novelty.REPEAT
        self.start = entry
        self.version += 1
        self._note_time(entry)
        self.sign(entry.at)
        return Novelty.NEW

    def _tell_stop(self, entry: StopTold) -> Novelty:
        key = stop_key(entry.word)
        if any(stop_key(stop.word) == key for stop in self.stops):
            return Novelty.REPEAT
        novelty = Novelty.CONFLICT if self.stops else Novelty.NEW
        if len(self.stops) >= _MOST_STOPS:
            return novelty
        self.stops = (*self.stops, entry)
        self.version += 1
        self._note_time(entry)
        return novelty

    def _tell_orphan(self, entry: OrphanTold) -> Novelty:
        if self.orphaned is not None and entry.at <= self.orphaned.at:
            return Novelty.REPEAT
        self.orphaned = entry
        self.version += 1
        return Novelty.NEW

    def _tell_event(self, entry: EventTold) -> Novelty:
        word = entry.word
        if self.seen is None:
            self.seen = SeenEvents()
            self.version += 1
        had_gaps = self.seen.has_gaps
        novelty = self.seen.note(word.seq_no, content_mark(word))
        if novelty is Novelty.REPEAT:
            return novelty
        if self.seen.has_gaps is not had_gaps:
            self.version += 1
        if novelty is Novelty.CONFLICT:
            self._doubt(SessionDoubt.EVENTS_CONFLICT)
        if word.seq_no < 0:
            self._doubt(SessionDoubt.EVENTS_MISSING)
        self._note_time(entry)
        self.sign(entry.at)
        if self._first_at is None or entry.at < self._first_at:
            self._first_at = entry.at
            self.version += 1
        self._rank_event(entry)
        return novelty

    def _rank_event(self, entry: EventTold) -> None:
        """Let each field be that of the first, or the last, event that bears it."""
        word = entry.word
        rank: _Rank = (_PHASES[word.kind], entry.at, word.seq_no, word.trigger)
        if word.kind == "Started":
            self._first("_started", rank, entry.at)
        elif word.kind == "Ended":
            self._last("_ended", rank, (entry.at, word.stop_reason or "Local"))
        if word.token is not None:
            self._rank_token(entry, word.token, rank)
        self._first("_connector", rank, word.connector)
        self._last("_charging", rank, word.charging_state)
        self._first("_remote", rank, word.remote_start_id)
        self._first("_reservation", rank, word.reservation_id)
        if word.offline and not self._offline:
            self._offline = True
            self.version += 1

    def _rank_token(self, entry: EventTold, token: TokenRef, rank: _Rank) -> None:
        """The first token that was accepted for starting is the session's; else the first one."""
        word, answered = entry.word, entry.answered
        refused = answered is None or answered.verdict is not Verdict.ACCEPTED
        self._first("_token", (is_stopping(word), refused, *rank), (token, answered))
        self.answers = {} if self.answers is None else self.answers
        if len(self.answers) < _MOST_ANSWERS:
            self.answers[event_key(word)] = answered

    def _first(self, field: str, rank: _Rank, value: object) -> None:
        if value is None:
            return
        held: _Ranked | None = getattr(self, field)
        if held is None or rank < held[0]:
            setattr(self, field, (rank, value))
            self.version += held is None or held[1] != value

    def _last(self, field: str, rank: _Rank, value: object) -> None:
        if value is None:
            return
        held: _Ranked | None = getattr(self, field)
        if held is None or rank > held[0]:
            setattr(self, field, (rank, value))
            self.version += held is None or held[1] != value

    def _note_time(self, entry: StartTold | StopTold | EventTold) -> None:
        raw = entry.word.at
        if raw is None:
            self._doubt(SessionDoubt.TIME_MISSING)
        elif raw != entry.at:
            self._doubt(SessionDoubt.CLOCK_CORRECTED)
            if self.drift is None:
                self.drift = entry.at - raw

    def _doubt(self, doubt: SessionDoubt) -> None:
        if doubt not in self._doubts:
            self._doubts |= {doubt}
            self.version += 1

    # ---- what the session is ------------------------------------------------------------

    @property
    def stop(self) -> StopTold | None:
        """The stop that counts."""
        return effective(self.stops, self.start)

    @property
    def token(self) -> TokenRef | None:
        """The session's token: the first that was accepted, else the first presented."""
        if self.start is not None:
            return self.start.word.token
        return None if self._token is None else self._token[1][0]

    @property
    def answered(self) -> Answered | None:
        """What the session's token was answered."""
        if self.start is not None:
            return self.start.answered
        return None if self._token is None else self._token[1][1]

    @property
    def is_refused(self) -> bool:
        """Whether its token was not accepted."""
        answered = self.answered
        return answered is not None and answered.verdict is not Verdict.ACCEPTED

    @property
    def connector(self) -> ConnectorRef:
        """Where it is; `NO_CONNECTOR` until the station has said."""
        if self.start is not None:
            return self.start.word.connector
        return NO_CONNECTOR if self._connector is None else self._connector[1]

    @property
    def started_at(self) -> datetime:
        """When it began; the earliest that is known of it where the station never said."""
        if self.start is not None:
            return self.start.at
        if self._started is not None:
            at: datetime = self._started[1]
            return at
        if self._first_at is not None:
            return self._first_at
        return min(stop.at for stop in self.stops)

    @property
    def end(self) -> tuple[datetime, str | None] | None:
        """When it ended and why; None while it runs. A station's word goes before evidence."""
        if self._ended is not None:
            at, reason = self._ended[1]
            return at, reason
        stop = self.stop
        if stop is not None:
            return stop.at, stop.word.reason
        closed = self.closed_by_evidence
        return None if closed is None else (closed.at, None)

    @property
    def closed_by_evidence(self) -> OrphanTold | None:
        """The closure by evidence, where it holds: no word of the station speaks against it."""
        orphaned = self.orphaned
        if orphaned is None or self.stops or self._ended is not None:
            return None
        shown_later = self.last_sign is not None and self.last_sign > orphaned.at
        return None if shown_later else orphaned

    @property
    def charging_state(self) -> str | None:
        """As last told; None where it never was."""
        return None if self._charging is None else self._charging[1]

    @property
    def remote_start_id(self) -> int | None:
        """The id of the command that it obeys."""
        return None if self._remote is None else self._remote[1]

    @property
    def reservation_id(self) -> int | None:
        """The reservation that it used up."""
        if self.start is not None:
            return self.start.word.reservation_id
        return None if self._reservation is None else self._reservation[1]

    @property
    def offline(self) -> bool:
        """Whether some of it happened while the station was not connected."""
        return self._offline

    @property
    def noted(self) -> frozenset[SessionDoubt]:
        """The doubts that entries brought along; `rules.view` adds those of the whole."""
        return self._doubts

    @property
    def start_is_missing(self) -> bool:
        """Whether nobody told how it began."""
        return self.start is None and self._started is None


def fold(entries: Iterable[Entry]) -> Story:
    """Return the story of all `entries`."""
    story = Story()
    for entry in entries:
        story.tell(entry)
    return story
