"""The same question to many stations: one after the other, at a pace, until it is stopped."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final

import structlog
from msgspec import Struct

from laddnav.kernel import ids
from laddnav.kernel.clock import Clock
from laddnav.kernel.keys import StationKey
from laddnav.pki.control import Outcome, Said
from laddnav.storage.errors import StorageError

MOST_STATIONS: Final = 10_000
_REMEMBERED: Final = 100
_log = structlog.get_logger(__name__)

Work = Callable[[StationKey], Awaitable[Said]]


class BulkState(StrEnum):
    """How far a job is."""

    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"


class StationResult(Struct, frozen=True, kw_only=True):
    """What one station said."""

    station: str
    said: Said
    at: datetime


class BulkView(Struct, frozen=True, kw_only=True):
    """A job as it stands.

    Attributes:
        what: In words.
        results: Of the stations that were asked, in that order.
        waiting: How many are still to be asked.
    """

    id: str
    what: str
    state: BulkState
    per_minute: int
    started_at: datetime
    results: tuple[StationResult, ...]
    waiting: int


class _Job:
    def __init__(
        self, operator: str, what: str, stations: Sequence[str], per_minute: int, now: datetime
    ) -> None:
        self.id = ids.new_id()
        self.operator = operator
        self.what = what
        self.stations = stations
        self.per_minute = per_minute
        self.started_at = now
        self.state = BulkState.RUNNING
        self.results: list[StationResult] = []
        self.stopped = asyncio.Event()
        self.task: asyncio.Task[None] | None = None

    @property
    def view(self) -> BulkView:
        return BulkView(
            id=self.id,
            what=self.what,
            state=self.state,
            per_minute=self.per_minute,
            started_at=self.started_at,
            results=tuple(self.results),
            waiting=len(self.stations) - len(self.results),
        )


class Bulk:
    """Runs jobs, and remembers the last hundred; they end with this process."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._jobs: OrderedDict[str, _Job] = OrderedDict()

    async def close(self) -> None:
        """Stop all jobs."""
        tasks = [job.task for job in self._jobs.values() if job.task is not None]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def start(
        self, operator: str, what: str, stations: Sequence[str], work: Work, *, per_minute: int
    ) -> BulkView:
        """Begin to ask stations, `per_minute` at most; each is asked once."""
        unique = list(dict.fromkeys(stations))
        job = _Job(operator, what, unique, per_minute, self._clock.now())
        self._jobs[job.id] = job
        job.task = asyncio.create_task(self._run(job, work), name=f"bulk {job.id}")
        for name, old in list(self._jobs.items()):
            if len(self._jobs) <= _REMEMBERED:
                break
            if old.state is not BulkState.RUNNING:
                del self._jobs[name]
        return job.view

    def of(self, operator: str) -> list[BulkView]:
        """Return an operator's jobs, newest first."""
        jobs = reversed(self._jobs.values())
        return [job.view for job in jobs if job.operator == operator]

    def get(self, operator: str, name: str) -> BulkView | None:
        """Return a job; None: there is none here."""
        job = self._jobs.get(name)
        return None if job is None or job.operator != operator else job.view

    def stop(self, operator: str, name: str) -> BulkView | None:
        """Ask no further station; the one that is being asked may still answer."""
        job = self._jobs.get(name)
        if job is None or job.operator != operator:
            return None
        if job.state is BulkState.RUNNING:
            job.state = BulkState.STOPPED
            job.stopped.set()
        return job.view

    async def _run(self, job: _Job, work: Work) -> None:
        for station in job.stations:
            if job.stopped.is_set():
                return
            said = await _asked(work, StationKey(job.operator, station))
            result = StationResult(station=station, said=said, at=self._clock.now())
            job.results.append(result)
            if len(job.results) < len(job.stations):
                await self._pause(job)
        if job.state is BulkState.RUNNING:
            job.state = BulkState.DONE

    async def _pause(self, job: _Job) -> None:
        try:
            async with asyncio.timeout(60 / job.per_minute):
                await job.stopped.wait()
        except TimeoutError:
            return


async def _asked(work: Work, key: StationKey) -> Said:
    """Ask one station; what fails there does not end the job."""
    try:
        return await work(key)
    except StorageError:
        return Said(outcome=Outcome.ERROR, reason="the database is away")
    except Exception:  # noqa: BLE001 - our own fault with one station must not keep the others from being asked
        _log.exception("pki.bulk_failed", station=str(key))
        return Said(outcome=Outcome.ERROR, reason="a fault of this server")
