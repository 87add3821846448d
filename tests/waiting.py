"""Waiting for what rings no bell: rows, other processes, states in memory."""

import asyncio
from collections.abc import Awaitable, Callable
from inspect import isawaitable

_PATIENCE_SECONDS = 60


async def until(holds: Callable[[], object | Awaitable[object]]) -> None:
    """Wait until something holds, which may have to be awaited itself; not for ever."""
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while not await _found(holds):  # noqa: ASYNC110 - the condition is the caller's
            await asyncio.sleep(0.01)


async def _found(holds: Callable[[], object | Awaitable[object]]) -> object:
    found = holds()
    return await found if isawaitable(found) else found
