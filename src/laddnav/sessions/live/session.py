"""One session in memory: its story, its energy so far, and what was last stored of it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from msgspec.structs import replace

from laddnav.kernel.keys import ConnectorRef
from laddnav.kernel.steps import Steps
from laddnav.metering.model import Billable, Doubt, Reading, RegisterPoint
from laddnav.metering.rules import (
    RegisterFold,
    billable_in_steps,
    is_beyond,
    register_points,
    result,
    so_far,
)
from laddnav.metering.rules.readings import intervals
from laddnav.metering.rules.registers import energy
from laddnav.sessions.model import Session, StartTold
from laddnav.sessions.rules.gauges import NO_GAUGES, gauge
from laddnav.sessions.rules.places import covers
from laddnav.sessions.rules.story import Story
from laddnav.sessions.rules.view import Identity, meter_start_wh, meter_stop_wh, view

_NOTHING: Final = Decimal(0)
_NO_DOUBTS: Final[frozenset[Doubt]] = frozenset()


class LiveSession:
    """A session of a station that this node owns.

    Attributes:
        identity: Its names.
        story: Its story so far.
        fold: Its energy so far.
        last_at: The time of its latest reading.
        behind: A reading came that was not younger than the one before: `fold` is good for a
            picture, and the exact energy needs all stored readings.
        gauges: Power and state of charge as last measured.
        shown: The session as last stored; None: not yet.
        start_key: The natural key of its start; None where its station makes transaction ids.
        stop_key: The natural key of a stop that did not name it.
        freed_at: Since when its connector is reported available, by the station's clock.
        freed_since: When we heard so.
        id_used: The station has used the transaction id that we gave.
        heard_at: When we last heard of it.
    """

    __slots__ = (
        "_doubts",
        "_version",
        "behind",
        "fold",
        "freed_at",
        "freed_since",
        "gauges",
        "heard_at",
        "id_used",
        "identity",
        "last_at",
        "shown",
        "start_key",
        "stop_key",
        "story",
    )

    def __init__(
        self,
        identity: Identity,
        story: Story,
        *,
        heard_at: datetime,
        start_key: str | None = None,
    ) -> None:
        self.identity = identity
        self.story = story
        self.heard_at = heard_at
        started_at = None if story.start is None else story.start.at
        self.fold = RegisterFold.begin(meter_start_wh(story), started_at)
        self.last_at: datetime | None = None
        self.behind = False
        self.gauges = NO_GAUGES
        self.shown: Session | None = None
        self.start_key = start_key
        self.stop_key: str | None = None
        self.freed_at: datetime | None = None
        self.freed_since: datetime | None = None
        self.id_used = False
        self._version = -1
        self._doubts = _NO_DOUBTS

    @property
    def name(self) -> int | str:
        """How its station names it: by our number, or by its own text."""
        start: StartTold | None = self.story.start
        return self.identity.transaction_id if start is None else start.transaction_id

    @property
    def connector(self) -> ConnectorRef:
        """Where it is, as far as is known."""
        return self.story.connector

    @property
    def started_at(self) -> datetime:
        """When it began."""
        return self.story.started_at

    @property
    def ended_at(self) -> datetime | None:
        """When it ended, as last stored; None while it runs."""
        return None if self.shown is None else self.shown.ended_at

    @property
    def is_refused(self) -> bool:
        """Whether its token was not accepted."""
        return self.story.is_refused

    @property
    def is_running(self) -> bool:
        """Whether it was running when it was last stored."""
        return self.shown is not None and self.shown.ended_at is None

    @property
    def highest_wh(self) -> Decimal:
        """The highest register that it has shown."""
        seen = self.fold.seen
        start = self.fold.start_wh or _NOTHING
        return start if seen is None else max(start, seen.high_wh)

    def covers(self, at: datetime) -> bool:
        """Whether it was running at `at`."""
        return covers(self, at)

    def can_have_shown(self, reading: Reading) -> bool:
        """Whether a reading of its time may be its own: it may be of a clock that was set back."""
        end = self.story.end
        if end is None:
            return True
        points, stop_wh = register_points(reading), meter_stop_wh(self.story)
        return not is_beyond(self.fold, points, stop_wh=stop_wh, ended_at=end[0])

    def comes_after(self, readings: Iterable[Reading]) -> bool:
        """Whether `readings` are each younger than the one before: then `fold` stays exact."""
        last = self.last_at
        for reading in readings:
            if last is not None and reading.at <= last:
                return False
            last = reading.at
        return True

    def read(self, reading: Reading, points: Sequence[RegisterPoint]) -> None:
        """Take in one more reading, whose billing register is `points`."""
        at = reading.at
        last = self.last_at
        if last is not None and at <= last:
            self.behind = True
            if at < last:
                return
        self.last_at = at
        for point in points:
            self.fold = self.fold.add(point)
        shown = gauge(reading)
        if shown.has_intervals:
            for wh, on_the_clock in intervals(reading):
                self.fold = self.fold.add_interval(at, wh, on_the_clock=on_the_clock)
        self.gauges = self.gauges.renewed(shown)
        self.story.sign(at)
        if self.freed_at is not None and at > self.freed_at:
            self.freed_at = self.freed_since = None

    def energy_so_far(self) -> Decimal:
        """Return what has flowed for certain, in Wh: for show while it runs."""
        line = self.fold.line
        return so_far(self.fold).energy_wh if line is None else energy(line)

    def energy(self, stored: Sequence[Reading] | None) -> Steps[Billable]:
        """Return its energy: what is known while it runs, exact when it has ended.

        Args:
            stored: All its readings, needed when it has ended and `behind` is set.
        """
        story = self.story
        end = story.end
        if end is None:
            return so_far(self.fold)
        if stored is None:
            return result(self.fold, meter_stop_wh(story), end[0])
        fold = RegisterFold.begin(meter_start_wh(story), story.started_at)
        stop_wh, ended_at = meter_stop_wh(story), end[0]
        return (yield from billable_in_steps(fold, stored, stop_wh=stop_wh, ended_at=ended_at))

    def has_news(self) -> bool:
        """Whether its story, or what is odd about its register, has changed since last shown."""
        return self._version != self.story.version or self._oddities() != self._doubts

    def _oddities(self) -> frozenset[Doubt]:
        line = self.fold.line
        return _NO_DOUBTS if line is None else line.doubts

    def show(self, stored: Sequence[Reading] | None, updated_at: datetime) -> Steps[Session]:
        """Return the session as it now stands, and remember that as what is stored."""
        self._version, self._doubts = self.story.version, self._oddities()
        if self.fold.started_at != self.story.started_at:  # it may be told after the readings
            self.fold = replace(self.fold, started_at=self.story.started_at)
        energy = yield from self.energy(stored)
        self.shown = view(
            self.identity,
            self.story,
            energy,
            gauges=self.gauges,
            updated_at=updated_at,
        )
        return self.shown
