"""Reports of variables as they come in: part by part, mixed, interrupted, repeated."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import partial
from itertools import chain, islice
from typing import Any, Final, NamedTuple

import structlog
from msgspec.structs import replace

from laddnav.kernel.clock import Clock
from laddnav.kernel.keys import StationKey
from laddnav.stations.live import LiveStation, OpenReport
from laddnav.stations.model.variables import (
    Inventory,
    InventoryStatus,
    Source,
    VariableReported,
)
from laddnav.stations.rules import variables as rules
from laddnav.stations.store import forgetting
from laddnav.stations.store import variables as store
from laddnav.storage.database import Database
from laddnav.storage.errors import Fenced, StorageError
from laddnav.storage.lookup import Lookup
from laddnav.storage.write import Row, Write

REPORT_SECONDS: Final = 60.0
"""How long the next part of a report is waited for."""

_SEQUENCE: Final = "variable_report"
_HIGHEST: Final = 2**31 - 1
_SLICE: Final = 50
_PER_STATION: Final = 16
_log = structlog.get_logger(__name__)


class Part(NamedTuple):
    """What a part of a report comes to: what must be durable, and what follows once it is."""

    write: Write | None
    after: Callable[[], None] | None


_UNASKED: Final = Part(None, None)


class Inventories:
    """The reports that stations were asked for, and what came of them.

    Each part is stored as it comes; only when the last part of a report on the whole device
    model is durable, and none is missing, what it did not have is forgotten (B07). A report
    outlives its link: stations go on with it over the next one.

    Args:
        live_of: Returns the state of a station that this node owns.
        seconds: How long the next part is waited for.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        live_of: Callable[[StationKey], LiveStation | None],
        *,
        seconds: float = REPORT_SECONDS,
    ) -> None:
        self._database = database
        self._inventories = Lookup(
            database, store.inventories, (store.inventories.c.operator, store.inventories.c.station)
        )
        self._clock = clock
        self._live_of = live_of
        self._seconds = seconds
        self._open: dict[StationKey, list[OpenReport]] = {}
        self._settled: dict[StationKey, asyncio.Event] = {}
        self._watching: set[asyncio.Task[None]] = set()
        self._ending: set[asyncio.Task[None]] = set()

    async def inventory(self, key: StationKey) -> Inventory | None:
        """Return how the last reading of a station's device model went; None: there was none.

        It may be asked for thousands at once.

        Raises:
            StorageUnavailable: The database is away.
        """
        records = await self._inventories.get(key.operator, key.identity)
        return store.inventory_from(records[0]) if records else None

    async def outdate(self, live: LiveStation) -> bool:
        """Note that a station was configured otherwise since it told all; False: it never did.

        Raises:
            Fenced: Another node owns the station.
            StorageUnavailable: The database is away.
        """
        last = await self.inventory(live.key)
        if last is None or last.status is not InventoryStatus.COMPLETE:
            return False
        row = store.inventory_row(live.key, replace(last, status=InventoryStatus.OUTDATED))
        await self._database.commit(Write(fence=live.fence, rows=(row,)))
        return True

    # ---- asking ----------------------------------------------------------------------------

    async def next_request_id(self) -> int:
        """Return a number by which no report was asked for before, of any station, ever.

        Raises:
            StorageUnavailable: The database is away.
        """
        return _request_id(await self._database.take_block(_SEQUENCE, 1))

    async def begin(
        self, live: LiveStation, *, is_whole: bool, request_id: int | None = None
    ) -> OpenReport:
        """Expect a report: call it before the station is asked.

        Args:
            live: The station.
            is_whole: Whether it is of the whole device model; that it was asked is remembered.
            request_id: By which the station will name it; None: a new number that it never had.

        Raises:
            Fenced: Another node owns the station.
            StorageUnavailable: The database is away.
        """
        serial = await self._database.take_block(_SEQUENCE, 1)
        if is_whole:
            await self._note_asked(live, serial)
        report = OpenReport(
            serial=serial,
            request_id=_request_id(serial) if request_id is None else request_id,
            is_whole=is_whole,
            deadline=self._clock.monotonic() + self._seconds,
        )
        others = [
            each for each in self._open.get(live.key, []) if each.request_id != report.request_id
        ]
        self._open[live.key] = [*others[1 - _PER_STATION :], report]
        self._spawn(self._watch(live.key, report), self._watching)
        return report

    async def _note_asked(self, live: LiveStation, serial: int) -> None:
        last, make = await self.inventory(live.key), rules.make_of(live.life)
        stored = await self._database.fetch(store.count_of(live.key))
        if stored[0][0] > 2 * rules.VARIABLES_PER_REPORT:  # of many reports that never ended
            await self._database.execute(*forgetting.removal(live.key))
        attempts = 1
        if last is not None and last.make != make:
            await self._database.execute(*forgetting.renewal(live.key))
        elif last is not None:
            attempts = last.attempts + 1
        asked = Inventory(
            serial=serial,
            status=InventoryStatus.ASKED,
            detail="",
            asked_at=self._clock.now(),
            ended_at=None,
            attempts=attempts,
            variables=0,
            make=make,
        )
        await self._database.commit(
            Write(fence=live.fence, rows=(store.inventory_row(live.key, asked),))
        )

    def prolong(self, report: OpenReport) -> None:
        """Wait for the next part from now on: the station has answered that it will come."""
        report.prolong(self._clock.monotonic() + self._seconds)

    async def end(
        self,
        key: StationKey,
        report: OpenReport,
        status: InventoryStatus,
        detail: str = "",
        *,
        replaces: bool = True,
    ) -> None:
        """Note how a report ended; a complete one of everything replaces what was stored.

        Args:
            key: The station.
            report: Which of its reports; one that has ended already stays as it is.
            status: How it ended.
            detail: In words.
            replaces: Whether a complete one can be trusted to name all that there is.

        Raises:
            Fenced: Another node owns the station.
            StorageUnavailable: The database is away.
        """
        if not self._drop(key, report) or not report.is_whole:
            return
        live, asked = self._live_of(key), await self.inventory(key)
        if live is None or asked is None or asked.serial != report.serial:
            return
        is_over = status in {InventoryStatus.COMPLETE, InventoryStatus.REFUSED}
        if status is InventoryStatus.COMPLETE and replaces:
            await self._database.execute(*forgetting.replacement(key, report.serial))
        ended = replace(
            asked,
            status=status,
            detail=detail,
            ended_at=self._clock.now(),
            attempts=0 if is_over else asked.attempts,
            variables=report.variables,
        )
        row = store.inventory_row(key, ended)
        await self._database.commit(Write(fence=live.fence, rows=(row,)))

    async def settled(self, key: StationKey) -> None:
        """Wait until no report of a station is expected any more."""
        while key in self._open:
            await self._settled.setdefault(key, asyncio.Event()).wait()

    # ---- parts -----------------------------------------------------------------------------

    def part(
        self,
        live: LiveStation,
        request_id: int,
        seq_no: int,
        *,
        more: bool,
        told: Iterator[VariableReported],
        at: datetime,
    ) -> Part | Awaitable[Part]:
        """Take a part of a report; one that nobody asked for is left alone.

        Where it is long it is stored slice by slice, so that others get their turn.

        Args:
            live: The station.
            request_id: Which report it belongs to.
            seq_no: Its number, from 0.
            more: Whether others follow it.
            told: What it tells, taken apart as it is needed.
            at: When it came.
        """
        report = self._find(live.key, request_id)
        if report is None:
            return _UNASKED
        self.prolong(report)
        live.expect("NotifyReport", report.deadline)
        slices = self._slices(live, report, told, at)
        end = partial(self._last, live, report, seq_no, more=more)
        rows, following = next(slices, []), next(slices, None)
        if following is None:
            return end(rows)
        return self._sliced(live, rows, chain((following,), slices), end)

    def keep(
        self, live: LiveStation, report: OpenReport, told: Iterable[VariableReported], at: datetime
    ) -> Write:
        """Return the write of a report that came all at once (1.6), and was read."""
        rows = self._rows(live, report, told, at, Source.READ)
        return Write(fence=live.fence, rows=tuple(rows))

    def _rows(
        self,
        live: LiveStation,
        report: OpenReport,
        told: Iterable[VariableReported],
        at: datetime,
        source: Source = Source.REPORT,
    ) -> list[Row]:
        """Return the rows of what is told.

        They bear the serial of the latest report that is expected: what is told now is there now,
        also where an older report is slower than a newer one.
        """
        serial = max((each.serial for each in self._open.get(live.key, [])), default=report.serial)
        rows: list[Row] = []
        for each in told:
            if report.variables >= rules.VARIABLES_PER_REPORT:
                report.is_cut = True
                break
            if not rules.is_storable(each.name):
                continue
            report.variables += 1
            live.learned(each.name)
            rows += store.reported_rows(live.key, each, serial, at, source)
        return rows

    def _slices(
        self,
        live: LiveStation,
        report: OpenReport,
        told: Iterator[VariableReported],
        at: datetime,
    ) -> Iterator[list[Row]]:
        while some := list(islice(told, _SLICE)):
            yield self._rows(live, report, some, at)

    async def _sliced(
        self,
        live: LiveStation,
        rows: list[Row],
        following: Iterator[list[Row]],
        end: Callable[[list[Row]], Part],
    ) -> Part:
        for others in following:
            with suppress(Fenced):  # the last slice will meet the same, and its link ends
                await self._database.commit(Write(fence=live.fence, rows=tuple(rows)))
            rows = others
        return end(rows)

    def _last(
        self, live: LiveStation, report: OpenReport, seq_no: int, rows: list[Row], *, more: bool
    ) -> Part:
        report.take(seq_no, more=more)
        write = Write(fence=live.fence, rows=tuple(rows)) if rows else None
        if not report.is_complete and not report.is_cut:
            return Part(write, None)
        return Part(write, lambda: self._spawn(self._finish(live.key, report), self._ending))

    async def _finish(self, key: StationKey, report: OpenReport) -> None:
        status, why = InventoryStatus.COMPLETE, ""
        if report.is_cut:
            status, why = InventoryStatus.INCOMPLETE, "there are too many"
        with _told(key):
            await self.end(key, report, status, why)

    # ---- their end -------------------------------------------------------------------------

    def forget(self, key: StationKey) -> None:
        """Expect no report of a station any more: its state is dropped."""
        for report in tuple(self._open.get(key, ())):
            self._drop(key, report)

    async def rested(self) -> None:
        """Wait until what was complete is stored as such."""
        await asyncio.gather(*self._ending)

    async def close(self) -> None:
        """Stop expecting anything."""
        for key in tuple(self._open):
            self.forget(key)
        tasks = [*self._watching, *self._ending]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _watch(self, key: StationKey, report: OpenReport) -> None:
        """Give a report up when no part has come for too long."""
        while self._is_open(key, report):
            left = report.deadline - self._clock.monotonic()
            if left > 0:
                await asyncio.sleep(left)
                continue
            with _told(key):
                await self.end(key, report, InventoryStatus.INCOMPLETE, "parts are missing")

    def _find(self, key: StationKey, request_id: int) -> OpenReport | None:
        reports = self._open.get(key, ())
        return next((each for each in reports if each.request_id == request_id), None)

    def _is_open(self, key: StationKey, report: OpenReport) -> bool:
        return report in self._open.get(key, ())

    def _drop(self, key: StationKey, report: OpenReport) -> bool:
        """Expect a report no more; False: nobody did."""
        if not self._is_open(key, report):
            return False
        self._open[key].remove(report)
        if not self._open[key]:
            del self._open[key]
            settled = self._settled.pop(key, None)
            if settled is not None:
                settled.set()
        return True

    def _spawn(self, work: Coroutine[Any, Any, None], tasks: set[asyncio.Task[None]]) -> None:
        task = asyncio.create_task(work)
        tasks.add(task)
        task.add_done_callback(tasks.discard)


def _request_id(serial: int) -> int:
    return (serial - 1) % _HIGHEST + 1


@contextmanager
def _told(key: StationKey) -> Iterator[None]:
    """Log what could not be stored: the station will be asked again."""
    try:
        yield
    except StorageError as error:
        _log.warning("an inventory is not stored", station=str(key), why=type(error).__name__)
