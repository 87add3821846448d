"""Transaction ids for stations that leave them to us: taken in blocks, given out one by one."""

import asyncio
from typing import Final

from laddnav.storage.database import Database

HIGHEST: Final = 2**31 - 1
_BLOCK: Final = 1_000


class TransactionIds:
    """Numbers from 1 to 2^31 - 1, unique per operator until they begin anew, never time-based.

    They survive restarts, which leave gaps; 0 and -1 mean "none" to stations and never occur
    (steve#156, lbbrhzn#2123).
    """

    def __init__(self, database: Database, *, block: int = _BLOCK) -> None:
        self._database = database
        self._block = block
        self._left: dict[str, range] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def take(self, operator: str) -> tuple[int, bool]:
        """Return the next number and whether an old session may bear it still.

        Raises:
            StorageUnavailable: A new block is needed and the database is away.
        """
        async with self._locks.setdefault(operator, asyncio.Lock()):
            left = self._left.get(operator)
            if not left:
                first = await self._database.take_block(f"transaction_id:{operator}", self._block)
                left = range(first, first + self._block)
            self._left[operator] = left[1:]
        return (left[0] - 1) % HIGHEST + 1, left[0] > HIGHEST
