"""What stations do wrong: counted in memory, handed to the database now and then."""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from typing import Final

import structlog

from laddnav.kernel.clock import Clock, to_micros
from laddnav.kernel.keys import StationKey
from laddnav.stations.model.violation import Violation
from laddnav.stations.store import violations as store
from laddnav.storage.database import Database
from laddnav.storage.errors import StorageError
from laddnav.storage.lookup import Lookup
from laddnav.storage.write import Row

OTHER: Final = "other"
"""Where kinds beyond those that are told apart are counted."""

_KINDS: Final = 64
_STATIONS: Final = 20_000
_FLUSH_SECONDS: Final = 2.0
_ROWS_AT_ONCE: Final = 500

_log = structlog.get_logger(__name__)


class _Tally:
    """How often one thing was done wrong, as this node saw it."""

    __slots__ = ("count", "example", "first_at", "last_at", "unstored")

    def __init__(self, at: datetime, example: str) -> None:
        self.count = 0
        self.first_at = at
        self.last_at = at
        self.example = example
        self.unstored = True

    def told(self, kind: str) -> Violation:
        return Violation(
            kind=kind,
            count=self.count,
            first_at=self.first_at,
            last_at=self.last_at,
            example=self.example,
        )

    def add(self, earlier: Violation) -> None:
        """Add what an earlier run of this node counted."""
        self.count += earlier.count
        self.first_at = min(self.first_at, earlier.first_at)
        self.last_at = max(self.last_at, earlier.last_at)
        self.example = earlier.example or self.example


class _Counts:
    """What this node counted of one station; `whole` once what was stored of it is added."""

    __slots__ = ("tallies", "whole")

    def __init__(self) -> None:
        self.tallies: dict[str, _Tally] = {}
        self.whole = False


class Violations:
    """How often each station broke which rule; bounded in all ways.

    Each node writes rows of its own, which a reader adds up. A crash loses the last seconds.

    Args:
        node: The name that this node keeps over its runs.

    Attributes:
        counted: How often each rule was broken in this run, by all stations.
    """

    def __init__(self, database: Database, clock: Clock, *, node: str) -> None:
        self._database = database
        self._clock = clock
        self._node = node
        self.counted: dict[str, int] = {}
        self._counts: OrderedDict[StationKey, _Counts] = OrderedDict()
        self._unstored: dict[StationKey, None] = {}
        self._known = Lookup(database, *store.by_station())
        self._task: asyncio.Task[None] | None = None

    def count(self, key: StationKey, kind: str, example: str = "") -> None:
        """Count one violation; `kind` must come from a closed vocabulary, never from the wire."""
        summed = kind if kind in self.counted or len(self.counted) < _KINDS else OTHER
        self.counted[summed] = self.counted.get(summed, 0) + 1
        counts = self._counts.get(key)
        if counts is None:
            counts = self._counts[key] = _Counts()
            self._make_room()
        now = self._clock.now()
        tally = counts.tallies.get(kind)
        if tally is None:
            kind = kind if len(counts.tallies) < _KINDS else OTHER
            tally = counts.tallies.setdefault(kind, _Tally(now, example))
        tally.count += 1
        tally.last_at = now
        tally.unstored = True
        self._unstored[key] = None

    def seen(self, key: StationKey) -> dict[str, int]:
        """Return what this node has in memory of a station: kinds and counts."""
        counts = self._counts.get(key)
        return {} if counts is None else {k: tally.count for k, tally in counts.tallies.items()}

    async def of(self, key: StationKey) -> list[Violation]:
        """Return what a station did wrong, as all nodes counted it; the most frequent first.

        Raises:
            StorageUnavailable: The database is away.
        """
        records = [store.violation_from(record) for record in await self._known.get(*key)]
        counts = self._counts.get(key)
        if counts is not None:
            self._complete(counts, records)
        own = [] if counts is None else [each.told(kind) for kind, each in counts.tallies.items()]
        stored = [told for node, told in records if counts is None or node != self._node]
        return sorted(_summed([*stored, *own]), key=lambda each: (-each.count, each.kind))

    async def flush(self) -> None:
        """Hand what was counted to the database.

        Raises:
            StorageUnavailable: The database is away; nothing is forgotten.
        """
        keys = [key for key in self._unstored if key in self._counts]
        new = [key for key in keys if not self._counts[key].whole]
        found = await asyncio.gather(*(self._known.get(*key) for key in new))
        for key, records in zip(new, found, strict=True):
            if key in self._counts:
                self._complete(
                    self._counts[key], [store.violation_from(record) for record in records]
                )
        rows = [row for key in keys if key in self._counts for row in self._rows(key)]
        for start in range(0, len(rows), _ROWS_AT_ONCE):
            self._database.append(rows[start : start + _ROWS_AT_ONCE])

    async def forget(self, before: datetime) -> None:
        """Delete what last happened before then.

        Raises:
            StorageUnavailable: The database is away.
        """
        await self._database.execute(store.outdated(to_micros(before)))

    def start(self) -> None:
        """Begin to hand over what is counted."""
        self._task = asyncio.create_task(self._run(), name="violations")

    async def close(self) -> None:
        """Hand over what is left, if the database is there, and stop."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        if self._database.healthy:
            await self._flush_or_log()

    def _complete(self, counts: _Counts, records: Iterable[tuple[str, Violation]]) -> None:
        """Add what earlier runs of this node stored."""
        if counts.whole:
            return
        counts.whole = True
        for node, stored in records:
            if node == self._node:
                tally = counts.tallies.get(stored.kind)
                if tally is None:
                    tally = counts.tallies[stored.kind] = _Tally(stored.first_at, stored.example)
                    tally.unstored = False
                tally.add(stored)

    def _rows(self, key: StationKey) -> list[Row]:
        rows = []
        self._unstored.pop(key, None)
        for kind, tally in self._counts[key].tallies.items():
            if tally.unstored:
                tally.unstored = False
                rows.append(store.row(key, self._node, tally.told(kind)))
        return rows

    def _make_room(self) -> None:
        """Forget the station that is longest here: mostly, its counts are stored."""
        if len(self._counts) > _STATIONS:
            gone, _ = self._counts.popitem(last=False)
            self._unstored.pop(gone, None)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(_FLUSH_SECONDS)
            await self._flush_or_log()

    async def _flush_or_log(self) -> None:
        try:
            await self.flush()
        except StorageError as error:
            _log.info("violations wait to be stored", error=type(error).__name__)
        except Exception:  # noqa: BLE001 - a fault of ours must not end the counting
            _log.exception("violations are not stored")


def _summed(told: Iterable[Violation]) -> list[Violation]:
    """Return one violation for each kind."""
    by_kind: dict[str, Violation] = {}
    for each in told:
        before = by_kind.get(each.kind)
        by_kind[each.kind] = each if before is None else Violation(
            kind=each.kind,
            count=before.count + each.count,
            first_at=min(before.first_at, each.first_at),
            last_at=max(before.last_at, each.last_at),
            example=before.example or each.example,
        )  # fmt: skip
    return list(by_kind.values())
