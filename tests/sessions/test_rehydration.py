"""Bringing sessions back leaves the event loop to others in between."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from typing import TypeVar

from typing_extensions import override

from laddnav.kernel.keys import StationKey
from laddnav.metering.model import Reading
from laddnav.sessions.live.roster import Roster
from laddnav.sessions.live.station import MOST_RUNNING, LiveStation
from laddnav.sessions.model import Entry
from laddnav.sessions.service.rehydration import Rehydration
from laddnav.sessions.store.reading import Found, StoredSessions
from laddnav.sessions.store.tables import STILL_LIVE
from tests.sessions.words import HERE, NOON, STATION, at, event, event_told, reading

_T = TypeVar("_T")
_AT_MOST = 500
"""Entries and readings in one turn of the loop: some 15 microseconds each."""


class _Turns:
    """Counts what is read in each turn of the loop."""

    def __init__(self) -> None:
        self._turn = 0
        self._read: Counter[int] = Counter()

    def of(self, items: list[_T]) -> "_Counted[_T]":
        return _Counted(items, self)

    def count(self) -> None:
        self._read[self._turn] += 1

    async def run(self) -> None:
        while True:
            await asyncio.sleep(0)
            self._turn += 1

    @property
    def most(self) -> int:
        return max(self._read.values())

    @property
    def all(self) -> int:
        return self._read.total()


class _Counted(list[_T]):
    def __init__(self, items: list[_T], turns: _Turns) -> None:
        super().__init__(items)
        self._turns = turns

    @override
    def __iter__(self) -> Iterator[_T]:
        for item in super().__iter__():
            self._turns.count()
            yield item


class _Shelf(StoredSessions):
    """Stored sessions that are at hand at once: nothing is waited for."""

    def __init__(self, turns: _Turns, *, sessions: int, entries: int, readings: int) -> None:
        self._names = [f"S{number}" for number in range(sessions)]
        first = event_told(event("Started", 0, at(0), connector=HERE))
        rest = [event_told(event("Updated", number, at(number))) for number in range(1, entries)]
        story: list[Entry] = [first, *rest]
        self._story = turns.of(story)
        self._curve = turns.of([reading(at(number), 1000) for number in range(readings)])

    @override
    async def of_station(self, key: StationKey) -> tuple[list[Found], int]:
        return [
            Found(
                session_id=name,
                transaction_id=name,
                start_key=None,
                stop_key=None,
                live_until=STILL_LIVE,
                freed_at=None,
                id_used=False,
                heard_at=NOON,
            )
            for name in self._names
        ], 0

    @override
    async def story(self, operator: str, session_id: str) -> list[Entry]:
        return self._story

    @override
    async def readings(self, operator: str, session_id: str) -> list[Reading]:
        return self._curve


async def _loaded(*, sessions: int, entries: int, readings: int) -> tuple[_Turns, LiveStation]:
    turns = _Turns()
    shelf = _Shelf(turns, sessions=sessions, entries=entries, readings=readings)
    station = LiveStation(STATION, 1)
    turning = asyncio.create_task(turns.run())
    await Rehydration(shelf, Roster()).load(station, NOON)
    turning.cancel()
    return turns, station


async def test_many_sessions_are_brought_back_a_few_at_a_time() -> None:
    turns, station = await _loaded(sessions=MOST_RUNNING, entries=60, readings=60)
    assert len(station.running) == MOST_RUNNING
    assert turns.all >= MOST_RUNNING * 120
    assert turns.most <= _AT_MOST


async def test_a_long_session_is_brought_back_piece_by_piece() -> None:
    turns, station = await _loaded(sessions=1, entries=3000, readings=3000)
    assert len(station.running) == 1
    assert turns.all >= 6000
    assert turns.most <= _AT_MOST
