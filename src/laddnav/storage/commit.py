"""Group commit: what arrived while the last commit ran becomes one transaction."""

import asyncio
from collections import deque
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import chain
from typing import Protocol

import structlog

from laddnav.kernel import ids
from laddnav.kernel.clock import Clock
from laddnav.kernel.keys import StationKey
from laddnav.storage.database import Committed, Told
from laddnav.storage.errors import Fenced, Refused, StorageUnavailable, Unreached, Unstorable
from laddnav.storage.write import Write

_log = structlog.get_logger(__name__)
_FIRST_PAUSE = 0.05
_LONGEST_PAUSE = 1.0
_SWEEP_EVERY = 0.25
_CROWD = 8
_CROWD_SECONDS = 0.01
_TOLD_AT_A_STRETCH = 128  # each answers a station, in some 20 microseconds


class Engine(Protocol):
    """What one database does for the group commit."""

    async def apply(self, writes: Sequence[Write]) -> frozenset[int]:
        """Store `writes` as one durable transaction; return the places of those fenced out.

        Must end within bounded time, and storing the same again must change nothing.

        Raises:
            Refused: The data of one or more of them cannot be stored; nothing was.
            Unreached: The database is away; they may or may not have been stored.
        """
        ...

    async def ping(self) -> None:
        """Return when the database would accept a write; raise `Unreached`."""
        ...


class _Waiting:
    """A write, who is told how it ended, and since when it waits."""

    __slots__ = ("given_up", "since", "told", "write")

    def __init__(self, write: Write, told: Told, since: float) -> None:
        self.write = write
        self.told = told
        self.since = since
        self.given_up = False

    def end(self, error: Exception | None) -> None:
        """Tell how it ended, once."""
        if self.given_up:
            return
        try:
            self.told(error)
        except Exception:  # noqa: BLE001 - whoever stumbles over the news must not end the loop
            _log.exception("what follows a commit has failed")


class GroupCommit:
    """Makes writes durable, many to a transaction, in the order in which they come.

    A crowd of writes shares what each transaction costs: after one of several writes the next
    begins a hundredth of a second later at the earliest. A lone write is never held up.

    A batch that fails on its data is halved until the guilty write stands alone. A batch that
    fails because the database is away is tried again until its writes are too old.

    Args:
        engine: Where batches go.
        clock: Tells how old a write is.
        hold_seconds: How long a write is tried before its caller is told `StorageUnavailable`.
        probe_seconds: How often an idle database is asked whether it is there.
        most_waiting: The most writes held; more are refused at once.
        most_in_batch: The most writes in one transaction.
    """

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        *,
        hold_seconds: float = 25.0,
        probe_seconds: float = 5.0,
        most_waiting: int = 100_000,
        most_in_batch: int = 1_000,
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._hold_seconds = hold_seconds
        self._probe_seconds = probe_seconds
        self._most_waiting = most_waiting
        self._most_in_batch = most_in_batch
        self._new: deque[_Waiting] = deque()
        self._groups: deque[list[_Waiting]] = deque()
        self._trying: list[_Waiting] = []
        self._count = 0
        self._pause_seconds = _FIRST_PAUSE
        self._closing = False
        self._not_before = 0.0
        self._bell = asyncio.Event()
        self._sweeper: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None
        self.healthy = True
        self.committed = Committed(0, 0, 0)

    def start(self) -> None:
        """Begin to commit, on the running loop."""
        self._loop = asyncio.get_running_loop()
        self._task = self._loop.create_task(self._run(), name="group-commit")

    async def close(self) -> None:
        """Refuse new writes, finish those that wait (within the hold time), then stop."""
        self._closing = True
        self._bell.set()
        if self._task is not None:
            await self._task
        if self._sweeper is not None:
            self._sweeper.cancel()

    @property
    def waiting(self) -> int:
        """How many writes are not yet settled."""
        return self._count

    async def commit(self, write: Write) -> None:
        """Return when `write` is durable; see `Database.commit`."""
        future = self._loop.create_future()
        self.submit(write, partial(_tell, future))
        await future

    def submit(self, write: Write, told: Told) -> None:
        """Store `write`, and call `told` when it is durable; see `Database.submit`."""
        if not isinstance(write, Write):
            message = f"a Write is stored, no {type(write).__name__}"
            raise TypeError(message)
        if self._closing or self._count >= self._most_waiting:
            message = "closing" if self._closing else f"{self._count} writes are waiting"
            self._loop.call_soon(told, StorageUnavailable(message))
            return
        self._new.append(_Waiting(write, told, self._clock.monotonic()))
        self._count += 1
        self._bell.set()
        if self._sweeper is None:
            self._sweeper = self._loop.call_later(_SWEEP_EVERY, self._sweep)

    async def _run(self) -> None:
        while True:
            # So that everyone who is ready joins, and in a crowd those of the next moment.
            await asyncio.sleep(max(self._not_before - self._loop.time(), 0))
            group = self._next_group()
            if group:
                await self._try(group)
            elif self._closing:
                return
            elif not self._new:
                await self._rest()

    def _next_group(self) -> list[_Waiting]:
        """Return what to try next: what was tried before, else what is new."""
        if self._groups:
            group = self._groups.popleft()
        else:
            self._bell.clear()
            group = [self._new.popleft() for _ in range(min(len(self._new), self._most_in_batch))]
        return [waiting for waiting in group if not waiting.given_up]

    async def _try(self, group: list[_Waiting]) -> None:
        """Try one transaction and draw the consequences for its writes."""
        self._trying = group
        if len(group) >= _CROWD:
            self._not_before = self._loop.time() + _CROWD_SECONDS
        try:
            left_out = await self._engine.apply([waiting.write for waiting in group])
        except Refused as error:
            self._recovered()
            self._halve(group, Unstorable(str(error)))
        except Unreached:
            self._groups.appendleft(group)
            await self._pause()
        except Exception as error:  # noqa: BLE001 - our own fault is logged and must not end the loop
            if len(group) == 1:
                _log.exception("a write cannot be tried at all")
            self._halve(group, error)
        else:
            self._trying = []
            await self._settle(group, left_out)
        finally:
            self._trying = []

    async def _settle(self, group: list[_Waiting], left_out: frozenset[int]) -> None:
        """The transaction is durable: tell everyone, a few at a stretch."""
        self._recovered()
        self._tally(group, left_out)
        self._count -= sum(not waiting.given_up for waiting in group)
        for place, waiting in enumerate(group):
            if place % _TOLD_AT_A_STRETCH == _TOLD_AT_A_STRETCH - 1:
                await asyncio.sleep(0)
            if place in left_out:
                fence = waiting.write.fence
                waiting.end(Fenced(f"{fence and fence.key} has been claimed by another owner"))
            else:
                waiting.end(None)

    def _tally(self, group: list[_Waiting], left_out: frozenset[int]) -> None:
        transactions, writes, rows = self.committed
        rows += sum(
            len(waiting.write.rows) for place, waiting in enumerate(group) if place not in left_out
        )
        self.committed = Committed(transactions + 1, writes + len(group) - len(left_out), rows)

    def _halve(self, group: list[_Waiting], error: Exception) -> None:
        """Try each half by itself; what stands alone is guilty of `error`."""
        if len(group) > 1:
            middle = len(group) // 2
            self._groups.extendleft((group[middle:], group[:middle]))
        else:
            self._count -= not group[0].given_up
            group[0].end(error)

    async def _rest(self) -> None:
        """Wait for something to do; meanwhile ask now and then whether the database is there."""
        seconds = self._probe_seconds if self.healthy else 0
        probe = self._loop.call_later(seconds, self._bell.set)
        await self._bell.wait()
        probe.cancel()
        if self._new or self._closing:
            return
        try:
            await self._engine.ping()
        except Exception:  # noqa: BLE001 - whatever a ping raises, the database is not well
            await self._pause()
        else:
            self._recovered()

    def _recovered(self) -> None:
        self.healthy = True
        self._pause_seconds = _FIRST_PAUSE

    async def _pause(self) -> None:
        """The database is away: wait, longer each time."""
        self.healthy = False
        await asyncio.sleep(self._pause_seconds * (0.5 + ids.jitter()))
        self._pause_seconds = min(2 * self._pause_seconds, _LONGEST_PAUSE)

    def _held(self) -> Iterator[_Waiting]:
        """Return all that is not settled, oldest first."""
        held = chain(self._trying, *self._groups, self._new)
        return (waiting for waiting in held if not waiting.given_up)

    def _sweep(self) -> None:
        """Now and then, as long as anything is held: give up what would get too old."""
        limit = self._clock.monotonic() + _SWEEP_EVERY - self._hold_seconds
        oldest = next(self._held(), None)
        if oldest is not None and oldest.since <= limit:
            self._give_up_since(limit)
        self._sweeper = self._loop.call_later(_SWEEP_EVERY, self._sweep) if self._count else None

    def _give_up_since(self, limit: float) -> None:
        """Give up what was handed in before `limit`, and what the same station handed in later.

        The later writes of that station were made on top of the one that is given up: stored
        without it, they would hide that it is missing.
        """
        given_up: set[StationKey] = set()
        for waiting in self._held():
            fence = waiting.write.fence
            if waiting.since > limit and not (fence is not None and fence.key in given_up):
                continue
            if fence is not None:
                given_up.add(fence.key)
            self._give_up(waiting)

    def _give_up(self, waiting: _Waiting) -> None:
        self._count -= 1
        waiting.end(StorageUnavailable(f"not stored within {self._hold_seconds:g} s"))
        waiting.given_up = True


def _tell(future: "asyncio.Future[None]", error: Exception | None) -> None:
    """Wake who waits in `commit`, unless it was cancelled."""
    if future.done():
        return
    if error is None:
        future.set_result(None)
    else:
        future.set_exception(error)
        future.exception()  # whoever is cancelled in this very moment never asks
