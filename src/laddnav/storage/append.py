"""Rows that may be lost: stored in passing, beside the durable commit."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

from laddnav.storage.errors import Refused, StorageError
from laddnav.storage.write import Row


class Appender:
    """Stores rows in larger pieces, without flushing; drops them where they cannot be kept up with.

    Args:
        append: Stores rows in one transaction that need not survive a crash.
        every_seconds: How long rows are gathered.
        most_waiting: The most rows held; more are dropped.
        most_in_batch: The most rows in one transaction.

    Attributes:
        dropped: How many rows were given up so far.
    """

    def __init__(
        self,
        append: Callable[[Sequence[Row]], Awaitable[None]],
        *,
        every_seconds: float = 0.5,
        most_waiting: int = 20_000,
        most_in_batch: int = 2_000,
    ) -> None:
        self._append = append
        self._every_seconds = every_seconds
        self._most_waiting = most_waiting
        self._most_in_batch = most_in_batch
        self._rows: deque[Row] = deque()
        self._task: asyncio.Task[None] | None = None
        self.dropped = 0

    def add(self, rows: Sequence[Row]) -> None:
        """Take `rows` to be stored soon, or drop them."""
        if len(self._rows) + len(rows) > self._most_waiting:
            self.dropped += len(rows)
            return
        self._rows.extend(rows)
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name="append")

    async def close(self) -> None:
        """Store what waits, once."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait((self._task,))
        await self._flush()

    async def _run(self) -> None:
        try:
            while self._rows:
                await asyncio.sleep(self._every_seconds)
                await self._flush()
        finally:
            self._task = None

    async def _flush(self) -> None:
        while self._rows:
            size = min(len(self._rows), self._most_in_batch)
            await self._store([self._rows.popleft() for _ in range(size)])

    async def _store(self, rows: list[Row]) -> None:
        """Store `rows`; where one is refused only that one is lost, else all of them."""
        try:
            await self._append(rows)
        except Refused:
            if len(rows) == 1:
                self.dropped += 1
                return
            middle = len(rows) // 2
            await self._store(rows[:middle])
            await self._store(rows[middle:])
        except StorageError:
            self.dropped += len(rows)
