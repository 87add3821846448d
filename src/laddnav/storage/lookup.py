"""Point reads that are gathered: what was asked while the last query ran becomes one query."""

import asyncio
from itertools import islice
from typing import Any, TypeAlias

import sqlalchemy

from laddnav.kernel import ids
from laddnav.storage.database import Database, KeyedQuery, Record
from laddnav.storage.errors import StorageUnavailable

_Asked: TypeAlias = dict[Record, list["asyncio.Future[list[Record]]"]]

_FIRST_PAUSE = 0.05
_LONGEST_PAUSE = 1.0


class Lookup:
    """Reads rows by key, many callers' keys to a query.

    Args:
        database: Where to read.
        source: A table (all its columns) or a select; a select's filter, order and limit hold for
            each key by itself.
        key: The columns that `get`'s arguments are compared with.
        most: The most keys in one query.
        limit_seconds: How long a caller waits while the database is away.
    """

    def __init__(
        self,
        database: Database,
        source: sqlalchemy.Table | sqlalchemy.Select[Any],
        key: tuple[sqlalchemy.ColumnElement[Any], ...],
        *,
        most: int = 500,
        limit_seconds: float = 5.0,
    ) -> None:
        select = sqlalchemy.select(source) if isinstance(source, sqlalchemy.Table) else source
        self._database = database
        self._query = KeyedQuery(select, key)
        self._most = most
        self._limit_seconds = limit_seconds
        self._asked: _Asked = {}
        self._rounds: asyncio.Task[None] | None = None

    async def get(self, *key: object) -> list[Record]:
        """Return all rows with this key, [] where there are none.

        The list may be shared with others who ask for the same key: read it only.

        Raises:
            StorageUnavailable: No answer within the limit.
        """
        future: asyncio.Future[list[Record]] = asyncio.get_running_loop().create_future()
        self._asked.setdefault(key, []).append(future)
        if self._rounds is None:
            self._rounds = asyncio.create_task(self._run(), name="lookup")
        try:
            async with asyncio.timeout(self._limit_seconds):
                return await future
        except TimeoutError:
            message = f"no answer from the database in {self._limit_seconds:g} s"
            raise StorageUnavailable(message) from None

    async def _run(self) -> None:
        """Ask round after round until nobody waits; pause longer after each that failed."""
        pause = _FIRST_PAUSE
        try:
            await asyncio.sleep(0)  # so that the first round gathers too
            while self._asked:
                if await self._ask(self._take()):
                    pause = _FIRST_PAUSE
                    continue
                await asyncio.sleep(pause * (0.5 + ids.jitter()))
                pause = min(2 * pause, _LONGEST_PAUSE)
        finally:
            self._rounds = None

    def _take(self) -> _Asked:
        """Take up to `most` keys off the list: whoever asks for them from now on reads anew."""
        chosen = list(islice(self._asked, self._most))
        taken = {key: self._asked.pop(key) for key in chosen}
        waiting = {
            key: [future for future in futures if not future.done()]
            for key, futures in taken.items()
        }
        return {key: futures for key, futures in waiting.items() if futures}

    async def _ask(self, asked: _Asked) -> bool:
        """Ask once; return whether the database answered. What it did not is asked again."""
        if not asked:
            return True
        try:
            answers = await self._database.fetch_keyed(self._query, list(asked))
        except StorageUnavailable:
            for key, futures in asked.items():
                self._asked.setdefault(key, []).extend(futures)
            return False
        except Exception as error:  # noqa: BLE001 - whatever it is belongs to those who asked
            _fail(asked, error)
            return True
        for futures, rows in zip(asked.values(), answers, strict=True):
            for future in futures:
                if not future.done():
                    future.set_result(rows)
        return True


def _fail(asked: _Asked, error: Exception) -> None:
    """Give `error` to everyone who asked."""
    for futures in asked.values():
        for future in futures:
            if not future.done():
                future.set_exception(error)
