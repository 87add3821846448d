"""Steps of a fold, between which others have the loop."""

import asyncio
from typing import TypeVar

from laddnav.kernel.steps import Steps

_T = TypeVar("_T")


async def taking_turns(steps: Steps[_T]) -> _T:
    """Return what `steps` come to; the first one is taken before anything else happens."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: _T = end.value
            return result
        await asyncio.sleep(0)
