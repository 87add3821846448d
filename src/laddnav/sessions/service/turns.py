"""Steps of a fold, between which others have the loop."""

import asyncio
from functools import partial
from typing import TypeVar

from laddnav.kernel.steps import Steps, in_turns

_T = TypeVar("_T")


async def taking_turns(steps: Steps[_T]) -> _T:
    """Return what `steps` come to; the first one is taken before anything else happens."""
    return await in_turns(steps, partial(asyncio.sleep, 0))
