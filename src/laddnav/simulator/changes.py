"""Waiting for a condition without looking at it all the time."""

import asyncio
from collections.abc import Callable


class Changes:
    """Tells those who wait that something changed, so that they look again."""

    __slots__ = ("_changed",)

    def __init__(self) -> None:
        self._changed: asyncio.Future[None] | None = None

    def tell(self) -> None:
        """Let everyone who waits look again."""
        changed, self._changed = self._changed, None
        if changed is not None and not changed.done():
            changed.set_result(None)

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until `holds()` is true; it is asked at once and after each change."""
        while not holds():
            if self._changed is None or self._changed.done():
                self._changed = asyncio.get_running_loop().create_future()
            await asyncio.shield(self._changed)
