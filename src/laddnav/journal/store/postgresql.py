"""Frames on PostgreSQL: copied into a table cut by days, over a connection of their own."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import Any

import asyncpg
import sqlalchemy as sa
from typing_extensions import override

from laddnav.journal.model import Limits
from laddnav.journal.store.frames import (
    FRAME_COLUMNS,
    Batch,
    FrameStore,
    frames,
    links,
)
from laddnav.kernel.clock import from_micros
from laddnav.storage.compiling import upsert_text
from laddnav.storage.connections import Connection, connect
from laddnav.storage.database import Database, Record
from laddnav.storage.errors import StorageUnavailable, Unstorable
from laddnav.storage.url import PostgresUrl
from laddnav.storage.write import Upsert

_MEGABYTE = 1_048_576
_WRITE_SECONDS = 10.0
_DAY = timedelta(days=1)

_PARTS = sa.table(
    "pg_inherits", sa.column("inhrelid", sa.BigInteger), sa.column("inhparent", sa.BigInteger)
)
_SIZE = sa.select(
    sa.func.coalesce(sa.func.sum(sa.func.pg_total_relation_size(_PARTS.c.inhrelid)), 0)
).where(_PARTS.c.inhparent == sa.func.to_regclass(frames.name))


class PostgresFrames(FrameStore):
    """The partitioned table `frames` of the main database."""

    def __init__(self, url: PostgresUrl, database: Database) -> None:
        self._url = url
        self._database = database
        self._connection: Connection | None = None
        self._put_link = _put_link()

    @override
    async def start(self) -> None:
        await self._database.ensure_partitions((frames,))

    @override
    async def close(self) -> None:
        if self._connection is not None:
            with suppress(Exception):
                await self._connection.close(timeout=_WRITE_SECONDS)

    @override
    async def write(self, batch: Batch) -> None:
        try:
            async with asyncio.timeout(_WRITE_SECONDS):
                await self._write(batch)
        except (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError) as error:
            raise Unstorable(type(error).__name__) from error
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            if self._connection is not None:
                self._connection.terminate()
                self._connection = None
            raise StorageUnavailable(type(error).__name__) from error

    async def _write(self, batch: Batch) -> None:
        if self._connection is None:
            self._connection = await connect(self._url)
            await self._connection.execute("SET synchronous_commit = off")
        async with self._connection.transaction():
            if batch.links:
                await self._connection.executemany(self._put_link, batch.links)
            await self._connection.copy_records_to_table(
                "frames", records=batch.frame_rows(), columns=FRAME_COLUMNS
            )

    @override
    async def read(self, query: sa.Select[Any]) -> list[Record]:
        return await self._database.fetch(query)

    @override
    async def prune(self, before_micros: int, limits: Limits) -> None:
        await self._database.ensure_partitions((frames,))
        before = from_micros(before_micros)
        await self._database.drop_partitions(frames, before)
        most = limits.megabytes * _MEGABYTE
        for day in range(1, limits.days):
            if not most or await self._size() <= most:
                break
            await self._database.drop_partitions(frames, before + day * _DAY)
        rest = sa.delete(frames).where(frames.c.at < before_micros)
        gone = sa.delete(links).where(links.c.ended_at < before_micros)
        await self._database.execute(rest, gone)

    async def _size(self) -> int:
        return int((await self._database.fetch(_SIZE))[0][0])


def _put_link() -> str:
    places = ", ".join(f"${place}" for place in range(1, len(links.columns) + 1))
    return upsert_text(Upsert(links).target, f"VALUES ({places})")
