"""What is remembered of wrong codes, so that nobody can try them all (C04.FR.06)."""

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
