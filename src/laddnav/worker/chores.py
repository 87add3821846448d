"""Work that is due again and again: each chore at its own pace, none in another's way."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog
from msgspec import Struct

from laddnav.kernel import ids
from laddnav.storage.errors import StorageError

_log = structlog.get_logger(__name__)


class Chore(Struct, frozen=True, kw_only=True):
    """Something to be done again and again.

    Attributes:
        name: As it is logged.
        seconds: How long to rest between two times.
        work: Does it once. A database that is away is no failure: it is done the next time.
    """

    name: str
    seconds: float
    work: Callable[[], Awaitable[object]]


class Chores:
    """Does all chores until it is closed."""

    def __init__(self, chores: Sequence[Chore]) -> None:
        self._chores = chores
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin, on the running loop; the first time of each comes after its rest."""
        self._tasks = [
            asyncio.create_task(self._repeat(chore), name=chore.name) for chore in self._chores
        ]

    async def close(self) -> None:
        """Stop; a chore that is under way is broken off."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _repeat(self, chore: Chore) -> None:
        while True:
            # Spread by a tenth: the nodes of one database shall not all come at once.
            await asyncio.sleep(chore.seconds * (0.95 + ids.jitter() / 10))
            try:
                await chore.work()
            except StorageError as error:
                _log.info("chore.postponed", chore=chore.name, reason=type(error).__name__)
            except Exception:  # noqa: BLE001 - our own fault is logged and must not end the chore
                _log.exception("chore.failed", chore=chore.name)
