"""How much of the event loop one link may take: of its long messages, half at most."""

import asyncio
from collections.abc import Callable
from typing import Final, TypeVar, TypeVarTuple

from laddnav.kernel.clock import Clock
from laddnav.kernel.steps import Steps, in_turns

LONG: Final = 8 * 1024
"""Characters of a frame beyond which it may take more than 20 ms, if all of it is done at once."""

_LONGEST_REST_SECONDS: Final = 1.0
_T = TypeVar("_T")
_Ts = TypeVarTuple("_Ts")


class Pace:
    """Lets others have the loop for as long as a link has had it, piece by piece.

    Whatever is measured here takes turns: reading a long frame, and the steps in which the one
    before it is taken.
    """

    __slots__ = ("_clock", "_free_at")

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._free_at = 0.0

    def spent(self, since: float) -> None:
        """Note that the link has had the loop since then (by `Clock.monotonic`)."""
        seconds = min(self._clock.monotonic() - since, _LONGEST_REST_SECONDS)
        self._free_at = max(self._free_at, since) + 2 * seconds

    async def rest(self) -> float:
        """Let others have the loop until it is this link's turn again, at least once.

        Returns:
            When that is, as `spent` takes it.
        """
        await asyncio.sleep(0)
        while (seconds := self._free_at - self._clock.monotonic()) > 0:  # noqa: ASYNC110 - it is time that is waited for
            await asyncio.sleep(seconds)
        return self._clock.monotonic()

    async def do(self, function: Callable[[*_Ts], _T], *arguments: *_Ts) -> _T:
        """Do something long in its turn."""
        begun = await self.rest()
        try:
            return function(*arguments)
        finally:
            self.spent(begun)

    async def unhurried(self, steps: Steps[_T]) -> _T:
        """Return what `steps` come to: the first one is taken now, each other one in its turn."""
        begun = self._clock.monotonic()

        async def rest() -> None:
            nonlocal begun
            self.spent(begun)
            begun = await self.rest()

        try:
            return await in_turns(steps, rest)
        finally:
            self.spent(begun)
