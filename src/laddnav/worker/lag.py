"""How late the event loop is: the first sign that something on it takes too long."""

import asyncio
from contextlib import suppress

_SECONDS = 0.25
_REMEMBERED = 240


class LagMeter:
    """Measures the loop's lag four times a second and remembers the last minute."""

    def __init__(self) -> None:
        self._lags: list[float] = []
        self._next = 0
        self._task: asyncio.Task[None] | None = None

    @property
    def worst(self) -> float:
        """The longest lag of the last minute, in seconds."""
        return max(self._lags, default=0.0)

    @property
    def mean(self) -> float:
        """The mean lag of the last minute, in seconds."""
        return sum(self._lags) / len(self._lags) if self._lags else 0.0

    def start(self) -> None:
        """Begin to measure the running loop."""
        self._task = asyncio.create_task(self._measure(), name="lag")

    async def close(self) -> None:
        """Stop."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _measure(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + _SECONDS
            await asyncio.sleep(_SECONDS)
            self._note(max(0.0, loop.time() - due))

    def _note(self, lag: float) -> None:
        if len(self._lags) < _REMEMBERED:
            self._lags.append(lag)
        else:
            self._lags[self._next] = lag
            self._next = (self._next + 1) % _REMEMBERED
