"""Long payloads that are mended in other processes."""

from collections.abc import Callable
from typing import Final, Protocol, TypeVar

from msgspec import Struct
from typing_extensions import TypeVarTuple, override

from laddnav.gateway.mending.packed import Packed, mend_packed
from laddnav.gateway.ports import Menders, MendersAwayError

_Result = TypeVar("_Result")
_Arguments = TypeVarTuple("_Arguments")
_MEND_SECONDS: Final = 20.0


class Elsewhere(Protocol):
    """Runs functions where they do not hold the loop."""

    async def run(
        self,
        function: Callable[[*_Arguments], _Result],
        *arguments: *_Arguments,
        seconds: float,
    ) -> _Result:
        """Return what a function of a module returns; raises also where it took too long."""
        ...


class MendersElsewhere(Menders):
    """Mends long payloads in other processes."""

    def __init__(self, pool: Elsewhere) -> None:
        self._pool = pool

    @override
    async def mend(self, kind: type[Struct], raw: bytes, *, salvage: bool) -> Packed | None:
        try:
            return await self._pool.run(mend_packed, kind, raw, salvage, seconds=_MEND_SECONDS)
        except Exception as error:  # a fault in mending must not cost the message either
            raise MendersAwayError(str(error)) from error
