"""Point reads that are gathered: what was asked while the last query ran becomes one query."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy

from laddnav.storage.database import KeyedQuery, KeyedReads, Record
from laddnav.storage.errors import Unstorable
from laddnav.storage.gather import Rounds


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
        database: KeyedReads,
        source: sqlalchemy.Table | sqlalchemy.Select[Any],
        key: tuple[sqlalchemy.ColumnElement[Any], ...],
        *,
        most: int = 500,
        limit_seconds: float = 5.0,
    ) -> None:
        select = sqlalchemy.select(source) if isinstance(source, sqlalchemy.Table) else source
        self._database = database
        self._query = KeyedQuery(select, key)
        self._rounds = Rounds(self._ask, most=most, limit_seconds=limit_seconds)

    async def get(self, *key: object) -> list[Record]:
        """Return all rows with this key, [] where there are none.

        What was durable before the call is seen. The list may be shared with others who ask for
        the same key: read it only.

        Raises:
            StorageUnavailable: No answer within the limit.
        """
        try:
            return await self._rounds.get(key)
        except Unstorable:
            return []  # what cannot be stored is not there

    async def _ask(self, keys: Sequence[Record]) -> list[list[Record]]:
        """Ask for each key once, however many want it."""
        unique = list(dict.fromkeys(keys))
        found = await self._database.fetch_keyed(self._query, unique)
        by_key = dict(zip(unique, found, strict=True))
        return [by_key[key] for key in keys]
