"""The sessions of one station in memory: those that run, and the last that ended."""

from datetime import datetime
from heapq import nsmallest
from operator import attrgetter
from typing import Final

from laddnav.kernel.clock import to_micros
from laddnav.kernel.keys import ConnectorRef, StationKey
from laddnav.sessions.live.session import LiveSession
from laddnav.sessions.rules.places import is_at, owner

MOST_RUNNING: Final = 64
"""Running sessions of one station. One that begins ever more and ends none would grow for ever.

A station that has more EVSEs, all of them in use, loses nothing by it: what was closed goes on
with its next message, which closes the one that has been silent for longest then.
"""
_MOST_AT_ONCE: Final = 8
_MOST_ENDED: Final = 8
_MOST_UNKNOWN: Final = 32


class LiveStation:
    """What a node keeps of a station's sessions while it owns the station.

    Every running session is here. An ended one that is not here ended at or before `horizon`.

    Attributes:
        key: The station.
        epoch: The claim behind which its rows are written.
        loaded: Whether the rest holds; if not, it is read before the next message.
        is_busy: Something is being recorded in steps: nobody else may record meanwhile.
        is_left: This node no longer looks after the station: nothing may come of this any more.
        horizon: In microseconds.
    """

    __slots__ = (
        "_ended",
        "_running",
        "_unknown",
        "epoch",
        "horizon",
        "is_busy",
        "is_left",
        "key",
        "loaded",
    )

    def __init__(self, key: StationKey, epoch: int) -> None:
        self.key = key
        self.epoch = epoch
        self.loaded = False
        self.is_busy = False
        self.is_left = False
        self.horizon = 0
        self._running: dict[int | str, LiveSession] | None = None
        self._ended: dict[int | str, LiveSession] | None = None
        self._unknown: set[int] | None = None

    def clear(self) -> None:
        """Forget everything but the claim."""
        self.loaded = False
        self.horizon = 0
        self._running = self._ended = self._unknown = None

    @property
    def is_free(self) -> bool:
        """Whether something may be recorded."""
        return self.loaded and not self.is_left and not self.is_busy

    @property
    def is_idle(self) -> bool:
        """Whether no session of it is in memory."""
        return self._running is None and self._ended is None

    @property
    def running(self) -> list[LiveSession]:
        """The running sessions, in no order that matters."""
        return [] if self._running is None else list(self._running.values())

    @property
    def ended(self) -> list[LiveSession]:
        """Sessions that ended, those touched last at the end."""
        return [] if self._ended is None else list(self._ended.values())

    def named(self, name: int | str) -> LiveSession | None:
        """Return the session of that transaction id: a number is ours, a text its station's."""
        if self._running is not None and name in self._running:
            return self._running[name]
        return None if self._ended is None else self._ended.get(name)

    def surplus(self, coming: int = 0) -> list[LiveSession]:
        """Return the running sessions that are too many: those unheard of for longest, a few.

        Args:
            coming: How many more are about to run.
        """
        if self._running is None or len(self._running) + coming <= MOST_RUNNING:
            return []
        count = min(len(self._running) + coming - MOST_RUNNING, _MOST_AT_ONCE)
        return nsmallest(count, self._running.values(), key=attrgetter("heard_at"))

    def of_start(self, start_key: str) -> LiveSession | None:
        """Return the running session that began with a start of this key."""
        return next((one for one in self.running if one.start_key == start_key), None)

    def at(self, connector: ConnectorRef) -> list[LiveSession]:
        """Return the running sessions of a connector."""
        return [one for one in self.running if is_at(one.connector, connector)]

    def newest_at(self, connector: ConnectorRef) -> LiveSession | None:
        """Return the running session of a connector that began last."""
        return max(self.at(connector), key=attrgetter("started_at"), default=None)

    def older_at(self, session: LiveSession) -> list[LiveSession]:
        """Return the running sessions on the EVSE of `session` that began before it."""
        evse = session.connector.evse
        return [
            one
            for one in self.running
            if evse and one.connector.evse == evse and one.started_at < session.started_at
        ]

    def newer_at(self, session: LiveSession) -> list[LiveSession]:
        """Return the running sessions on the EVSE of `session` that began after it."""
        return [
            one
            for one in self.running
            if one is not session
            and is_at(one.connector, session.connector)
            and one.started_at > session.started_at
        ]

    def owner(self, connector: ConnectorRef, at: datetime) -> LiveSession | None:
        """Return the session in memory that ran on `connector` at `at`."""
        running = self._running
        if running is None and self._ended is None:
            return None
        return owner(self.running, connector, at) or owner(self.ended, connector, at)

    def knows_all_at(self, at: datetime) -> bool:
        """Whether no session can have run at `at` but those in memory."""
        return to_micros(at) > self.horizon

    def place(self, session: LiveSession) -> None:
        """Put `session` where it belongs: with the running or with the ended ones."""
        name = session.name
        self._unknown = None
        if session.is_running:
            if self._ended is not None:
                self._ended.pop(name, None)
            self._running = {} if self._running is None else self._running
            self._running[name] = session
            return
        if self._running is not None:
            self._running.pop(name, None)
            self._running = self._running or None
        self._ended = {} if self._ended is None else self._ended
        self._ended.pop(name, None)
        self._ended[name] = session
        if len(self._ended) > _MOST_ENDED:
            self._evict(next(iter(self._ended)))

    def drop_ended(self, before: datetime) -> None:
        """Forget the ended sessions that were last heard of before `before`."""
        for session in self.ended:
            if session.shown is not None and session.shown.updated_at < before:
                self._evict(session.name)

    def _evict(self, name: int | str) -> None:
        if self._ended is None:
            return
        session = self._ended.pop(name)
        if session.shown is not None and session.shown.ended_at is not None:
            self.horizon = max(self.horizon, to_micros(session.shown.ended_at))
        if not self._ended:
            self._ended = None

    def is_unknown(self, transaction_id: int) -> bool:
        """Whether the database has already said that it knows no such transaction of ours."""
        return self._unknown is not None and transaction_id in self._unknown

    def note_unknown(self, transaction_id: int) -> None:
        """Remember that, until a session of the station is stored anew."""
        if self._unknown is None or len(self._unknown) >= _MOST_UNKNOWN:
            self._unknown = set()
        self._unknown.add(transaction_id)
