"""What is under way beside what serves the others: so much at a time, and broken off at the end."""

import asyncio
from collections.abc import Coroutine
from typing import Any


class UnderWay:
    """Tasks by name, `most` at a time; each catches its own faults."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._tasks: dict[str, asyncio.Task[None]] = {}

    @property
    def room(self) -> int:
        """For how many more there is room."""
        return max(0, self._most - len(self._tasks))

    def count(self, start: str) -> int:
        """Return how many have a name that starts like this."""
        return sum(name.startswith(start) for name in self._tasks)

    def begin(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        """Begin one."""
        task = asyncio.create_task(work, name=name)
        self._tasks[name] = task
        task.add_done_callback(lambda _: self._tasks.pop(name, None))

    async def rested(self) -> None:
        """Wait until nothing is under way."""
        while self._tasks:
            await asyncio.gather(*self._tasks.values())

    async def close(self) -> None:
        """Break off what is under way."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
