"""Questions that are asked together: what came while the last round ran makes the next one."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, NamedTuple, TypeVar

from laddnav.kernel import ids
from laddnav.storage.errors import StorageUnavailable

_Q = TypeVar("_Q")
_A = TypeVar("_A")

_FIRST_PAUSE = 0.05
_LONGEST_PAUSE = 1.0


class _Asked(NamedTuple, Generic[_Q, _A]):
    """A question and who waits for its answer."""

    question: _Q
    future: "asyncio.Future[_A]"


class Rounds(Generic[_Q, _A]):
    """Asks many callers' questions at once.

    Args:
        ask: Answers a round of questions, in their order; `StorageUnavailable` means that they may
            be asked again.
        most: The most questions in a round.
        limit_seconds: How long a caller waits while the database is away.
    """

    def __init__(
        self,
        ask: Callable[[Sequence[_Q]], Awaitable[Sequence[_A]]],
        *,
        most: int,
        limit_seconds: float,
    ) -> None:
        self._ask = ask
        self._most = most
        self._limit_seconds = limit_seconds
        self._asked: deque[_Asked[_Q, _A]] = deque()
        self._task: asyncio.Task[None] | None = None

    async def get(self, question: _Q) -> _A:
        """Return the answer to `question`, of a round that begins after this call.

        Raises:
            StorageUnavailable: No answer within the limit.
        """
        future: asyncio.Future[_A] = asyncio.get_running_loop().create_future()
        self._asked.append(_Asked(question, future))
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name="gathered-reads")
        try:
            async with asyncio.timeout(self._limit_seconds):
                return await future
        except TimeoutError:
            message = f"no answer from the database in {self._limit_seconds:g} s"
            raise StorageUnavailable(message) from None

    async def _run(self) -> None:
        """Hold round after round until nobody waits; pause longer after each that failed."""
        pause = _FIRST_PAUSE
        try:
            await asyncio.sleep(0)  # so that the first round gathers too
            while self._asked:
                if await self._hold(self._take()):
                    pause = _FIRST_PAUSE
                    continue
                await asyncio.sleep(pause * (0.5 + ids.jitter()))
                pause = min(2 * pause, _LONGEST_PAUSE)
        finally:
            self._task = None

    def _take(self) -> list[_Asked[_Q, _A]]:
        """Take up to `most` questions, without those that nobody waits for any more."""
        taken = [self._asked.popleft() for _ in range(min(len(self._asked), self._most))]
        return [asked for asked in taken if not asked.future.done()]

    async def _hold(self, asked: list[_Asked[_Q, _A]]) -> bool:
        """Ask once; return whether there was an answer. What got none waits for the next round."""
        if not asked:
            return True
        try:
            answers = await self._ask([each.question for each in asked])
        except StorageUnavailable:
            self._asked.extendleft(reversed(asked))
            return False
        except Exception as error:  # noqa: BLE001 - one of the questions is at fault, and halving finds out whose
            return await self._halve(asked, error)
        for each, answer in zip(asked, answers, strict=True):
            if not each.future.done():
                each.future.set_result(answer)
        return True

    async def _halve(self, asked: list[_Asked[_Q, _A]], error: Exception) -> bool:
        """Ask each half by itself: who asks something impossible fails alone."""
        if len(asked) > 1:
            middle = len(asked) // 2
            later = await self._hold(asked[middle:])
            return await self._hold(asked[:middle]) and later
        (alone,) = asked
        if not alone.future.done():
            alone.future.set_exception(error)
            alone.future.exception()  # whoever was cancelled in this very moment never asks
        return True
