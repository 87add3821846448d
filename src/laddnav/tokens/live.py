"""What is remembered of codes: how many wrong ones came, and what right ones were known by."""

from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from laddnav.kernel.keys import StationKey

_FREE_GUESSES: Final = 5
_FIRST_LOCK: Final = timedelta(minutes=1)
_LONGEST_LOCK: Final = timedelta(hours=1)
_MOST_DOUBLINGS: Final = 6


class _Count(NamedTuple):
    wrong: int
    last_at: datetime


class FormerDigests:
    """The former digests of codes by their present one, until the code has been judged.

    At most `most_codes` are remembered; what is oldest goes first.
    """

    def __init__(self, most_codes: int = 1_000) -> None:
        self._most_codes = most_codes
        self._former: OrderedDict[str, tuple[str, ...]] = OrderedDict()

    def note(self, uid: str, former: tuple[str, ...]) -> None:
        """Remember what a code was known by before, if anything."""
        if former:
            self._former[uid] = former
            self._former.move_to_end(uid)
            if len(self._former) > self._most_codes:
                self._former.popitem(last=False)

    def of(self, uid: str) -> tuple[str, ...]:
        """Return what the code of a present digest was known by before."""
        return self._former.get(uid, ())


class WrongCodes:
    """Counts wrong codes per station.

    From the fifth in a row on the station's codes are refused for a minute, which doubles with
    each further one up to an hour; a right code, or two hours in peace, clear the count. At most
    `most_stations` are remembered: the one whose last wrong code is the oldest goes first.
    """

    def __init__(self, most_stations: int = 10_000) -> None:
        self._most_stations = most_stations
        self._counts: OrderedDict[StationKey, _Count] = OrderedDict()

    def __len__(self) -> int:
        return len(self._counts)

    def locked(self, station: StationKey, now: datetime) -> bool:
        """Say whether a code from this station must be refused unread."""
        count = self._counts.get(station)
        if count is None or count.wrong < _FREE_GUESSES:
            return False
        doublings = min(count.wrong - _FREE_GUESSES, _MOST_DOUBLINGS)
        return now < count.last_at + min(_FIRST_LOCK * (1 << doublings), _LONGEST_LOCK)

    def note_wrong(self, station: StationKey, now: datetime) -> None:
        """Count a wrong code."""
        before = self._counts.get(station)
        fresh = before is not None and now - before.last_at < 2 * _LONGEST_LOCK
        wrong = before.wrong + 1 if before is not None and fresh else 1
        self._counts[station] = _Count(wrong, now)
        self._counts.move_to_end(station)
        if len(self._counts) > self._most_stations:
            self._counts.popitem(last=False)

    def note_right(self, station: StationKey) -> None:
        """Forget a station's wrong codes."""
        self._counts.pop(station, None)
