"""Where keys are made and certificates signed: RSA would hold the event loop up."""

from collections.abc import Callable
from typing import Any, Final, TypeVar, cast

from laddnav.pki.service.ports import carried_out, in_thread
from laddnav.worker.pool import Pool, PoolError

_SECONDS: Final = 20.0
_Result = TypeVar("_Result")


class PoolOffLoop:
    """Runs it in a process of the pool; in a thread where there is none to be had."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def __call__(self, function: Callable[..., _Result], /, *arguments: object) -> _Result:
        """Run a function of a module with arguments that can be pickled."""
        run: Callable[..., Any] = carried_out
        try:
            told = await self._pool.run(run, function, *arguments, seconds=_SECONDS)
        except PoolError:
            return await in_thread(function, *arguments)
        return cast("_Result", told)
