"""Refusals in memory: those alike are one line, and those of a flood one line for each reason."""

from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from msgspec.structs import replace

from laddnav.journal.model import Refusal, RefusalReason
from laddnav.journal.rules.crowd import Crowd
from laddnav.journal.rules.verdicts import VERDICTS
from laddnav.kernel import ids

FLOOD: Final = "different ones of a flood, as one"
"""What the line of a flood says in place of a detail."""

_WINDOW: Final = timedelta(hours=1)
_NEW_AT_ONCE: Final = 100
_NEW_IN_WINDOW: Final = 2_000
_REMEMBERED: Final = 2_000
_FLOODS: Final = 200


class Likeness(NamedTuple):
    """What the refusals of a line have in common; those of a flood only operator and reason."""

    operator: str
    identity: str
    address: str
    reason: RefusalReason


class RefusalLines:
    """Lines that grow, in bounded memory: whatever comes, each refusal is counted in one of them.

    Refusals alike share a line for an hour. Between two `take`s 100 lines may be begun, 2,000 in an
    hour, and as many may wait to be stored; what comes beyond is counted in one line for its
    operator and reason, with the number of addresses and the first of them.

    Attributes:
        folded: How many refusals were counted in lines of floods so far.
    """

    def __init__(self) -> None:
        self.folded = 0
        self._lines: OrderedDict[Likeness, Refusal] = OrderedDict()
        self._floods: dict[Likeness, tuple[Refusal, Crowd]] = {}
        self._unstored: dict[str, Refusal] = {}
        self._begun = 0
        self._begun_in_window = 0
        self._window_ends: datetime | None = None

    def count(self, likeness: Likeness, now: datetime, detail: str) -> None:
        """Count one refusal."""
        line = self._lines.get(likeness)
        if line is None or now - line.first_at >= _WINDOW:
            if not self._may_begin(now):
                self._fold(likeness, now)
                return
            line = _line(likeness, now)
        line = replace(line, count=line.count + 1, last_at=now, detail=detail)
        self._lines[likeness] = self._unstored[line.id] = line
        self._lines.move_to_end(likeness)
        if len(self._lines) > _REMEMBERED:
            self._lines.popitem(last=False)

    def take(self) -> list[Refusal]:
        """Return the lines that are not stored as they are now."""
        self._begun = 0
        return list(self._unstored.values())

    def stored(self, lines: Iterable[Refusal]) -> None:
        """Note that lines were stored, as `take` returned them."""
        for line in lines:
            if self._unstored.get(line.id) is line:
                del self._unstored[line.id]

    def _may_begin(self, now: datetime) -> bool:
        """Return whether there is room for one more line, and take it."""
        if self._window_ends is None or now >= self._window_ends:
            self._window_ends = now + _WINDOW
            self._begun_in_window = 0
        if (
            self._begun >= _NEW_AT_ONCE
            or self._begun_in_window >= _NEW_IN_WINDOW
            or len(self._unstored) >= _REMEMBERED
        ):
            return False
        self._begun += 1
        self._begun_in_window += 1
        return True

    def _fold(self, likeness: Likeness, now: datetime) -> None:
        """Count a refusal in the line of its flood."""
        self.folded += 1
        key = likeness._replace(identity="", address="")
        if key not in self._floods and len(self._floods) >= _FLOODS:
            self._forget_floods(now)
            if len(self._floods) >= _FLOODS:
                key = key._replace(operator="")
        line, crowd = self._floods.get(key) or (None, Crowd())
        if line is None or self._is_over(line, now):
            line, crowd = _line(key._replace(address=likeness.address), now), Crowd()
        crowd.add(likeness.address)
        line = replace(line, count=line.count + 1, last_at=now, addresses=crowd.size, detail=FLOOD)
        self._floods[key] = line, crowd
        self._unstored[line.id] = line

    def _is_over(self, flood: Refusal, now: datetime) -> bool:
        """Whether a flood's hour is over; as long as its line is not stored, it goes on."""
        return now - flood.first_at >= _WINDOW and flood.id not in self._unstored

    def _forget_floods(self, now: datetime) -> None:
        over = [key for key, (line, _) in self._floods.items() if self._is_over(line, now)]
        for key in over:
            del self._floods[key]


def _line(likeness: Likeness, now: datetime) -> Refusal:
    """Return a line in which nothing is counted yet."""
    return Refusal(
        id=ids.new_id(),
        operator=likeness.operator,
        identity=likeness.identity,
        address=likeness.address,
        reason=likeness.reason,
        remedy=VERDICTS[likeness.reason].remedy,
        detail="",
        count=0,
        first_at=now,
        last_at=now,
    )
