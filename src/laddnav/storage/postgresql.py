"""The database on a PostgreSQL server (15 or newer)."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import asyncpg
import sqlalchemy
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import asyncpg as asyncpg_dialect
from sqlalchemy.engine import Dialect
from typing_extensions import override

from laddnav.kernel.clock import Clock, to_micros
from laddnav.kernel.keys import StationKey
from laddnav.storage import partitions, postgresql_server
from laddnav.storage.append import Appender
from laddnav.storage.batch import (
    Epochs,
    all_or_nothing,
    fenced_out,
    fences_of,
    merge,
    merge_rows,
)
from laddnav.storage.claims import Claims, Wanted
from laddnav.storage.commit import Engine, GroupCommit
from laddnav.storage.compiling import Compiled, compiled, facts, split
from laddnav.storage.connections import PASSING, WRITING, Connections, in_transaction
from laddnav.storage.database import (
    Committed,
    Database,
    KeyedQuery,
    Limits,
    Place,
    Record,
    Statement,
    Told,
)
from laddnav.storage.errors import (
    DatabaseMisconfigured,
    Refused,
    StorageUnavailable,
    TouchedNothing,
    Unreached,
    Unstorable,
)
from laddnav.storage.putting import Putter
from laddnav.storage.url import PostgresUrl
from laddnav.storage.write import Fact, Row, Write

_DIALECT: Dialect = asyncpg_dialect.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves its dialects' constructors untyped
_ATTEMPT_SECONDS = 10.0
_UPKEEP_SECONDS = 600.0
_LOCK = 0x1ADD_0002  # any number, the same for all of us: PostgreSQL's advisory lock

_CLAIM = """
INSERT INTO ownership AS o (operator, station, epoch, node, claimed_at)
SELECT k.operator, k.station, 1, k.node, $4
FROM unnest($1::text[], $2::text[], $3::text[]) AS k(operator, station, node)
ORDER BY k.operator, k.station
ON CONFLICT (operator, station) DO UPDATE
SET epoch = o.epoch + 1, node = excluded.node, claimed_at = excluded.claimed_at
RETURNING o.operator, o.station, o.epoch
"""
_TAKE = """
INSERT INTO sequences AS s (name, next) VALUES ($1, 1 + $2::bigint)
ON CONFLICT (name) DO UPDATE SET next = s.next + $2::bigint
RETURNING s.next - $2::bigint
"""


# Transactions from xmin on may still be at work: what they commit will come behind.
_OUTBOX = """
SELECT txid, position, id, operator, kind, subject, at, payload FROM outbox
WHERE (txid, position) > ($1::bigint, $2::bigint)
    AND txid < $3::bigint + pg_snapshot_xmin(pg_current_snapshot())::text::bigint
ORDER BY txid, position LIMIT $4
"""


class PostgresDatabase(Database, Engine):
    """A PostgreSQL database that is migrated; see `Database`."""

    def __init__(self, url: PostgresUrl, clock: Clock, limits: Limits) -> None:
        self._url = url
        self._clock = clock
        self._limits = limits
        self._writing = Connections(url, 1, WRITING, sole=True)
        self._passing = Connections(url, 1, PASSING)
        self._reading = Connections(url, limits.readers)
        self._pointing = Connections(url, limits.point_readers)
        self._putter = Putter(_DIALECT)
        self._group = GroupCommit(self, clock, hold_seconds=limits.hold_seconds)
        self._appender = Appender(self._append)
        self._claims = Claims(self._claim, limit_seconds=limits.read_seconds)
        self._keyed: dict[KeyedQuery, Compiled] = {}
        self._era = 0

    @property
    @override
    def committed(self) -> Committed:
        return self._group.committed

    @property
    @override
    def healthy(self) -> bool:
        return self._group.healthy

    @override
    async def start(self) -> None:
        async with postgresql_server.exclusive(self._url, _LOCK) as connection:
            self._era = await postgresql_server.era(connection)
        self._group.start()

    @override
    async def close(self) -> None:
        await self._group.close()
        await self._appender.close()
        for connections in (self._writing, self._passing, self._reading, self._pointing):
            await connections.close()

    @override
    async def commit(self, write: Write) -> None:
        await self._group.commit(write)

    @override
    def submit(self, write: Write, told: Told) -> None:
        self._group.submit(write, told)

    @override
    def append(self, rows: Sequence[Row]) -> None:
        self._appender.add(rows)

    @override
    async def fetch(self, query: sqlalchemy.Select[Any]) -> list[Record]:
        made = compiled(query, _DIALECT)
        rows = await self._read(made.text, made.arguments(), self._reading)
        return [tuple(row) for row in rows]

    @override
    async def fetch_keyed(self, query: KeyedQuery, keys: Sequence[Record]) -> list[list[Record]]:
        made = self._keyed.get(query)
        if made is None:
            made = self._keyed[query] = _compiled_keyed(query)
        parts = {f"key_{place}": list(part) for place, part in enumerate(zip(*keys, strict=True))}
        return split(keys, await self._read(made.text, made.arguments(parts), self._pointing))

    @override
    async def execute(self, *statements: Statement, then: Write | None = None) -> list[int]:
        made = [compiled(statement, _DIALECT) for statement in statements]
        touched: list[int] = []
        with suppress(TouchedNothing), _away():
            async with self._reading.borrow(_ATTEMPT_SECONDS) as connection:
                if then is not None:
                    await self._putter.declare(connection, merge((then,)))
                async with in_transaction(connection):
                    touched += [
                        _count(await connection.execute(each.text, *each.arguments()))
                        for each in made
                    ]
                    if then is not None:
                        batch = all_or_nothing(touched, then)
                        await self._putter.put(connection, batch, era=self._era)
        return touched

    @override
    async def take_block(self, sequence: str, size: int) -> int:
        return int((await self._read(_TAKE, (sequence, size), self._pointing))[0][0])

    @override
    async def claim(self, keys: Sequence[StationKey], node: str) -> Epochs:
        return await self._claims.claim(keys, node)

    @override
    async def read_outbox(self, after: Place, most: int) -> list[tuple[Place, Fact]]:
        return facts(await self._read(_OUTBOX, (*after, self._era, most), self._reading))

    @override
    async def ensure_partitions(self, tables: Sequence[sqlalchemy.Table]) -> None:
        with _away():
            async with self._reading.borrow(_UPKEEP_SECONDS) as connection:
                await partitions.ensure(connection, tables, self._clock.now())

    @override
    async def drop_partitions(self, table: sqlalchemy.Table, before: datetime) -> int:
        with _away():
            async with self._reading.borrow(_UPKEEP_SECONDS) as connection:
                return len(await partitions.drop(connection, table, before))

    @override
    async def backup(self, path: Path) -> None:
        message = "a PostgreSQL database is backed up by its own tools, such as pg_dump"
        raise DatabaseMisconfigured(message)

    @override
    async def apply(self, writes: Sequence[Write]) -> frozenset[int]:
        left_out: frozenset[int] = frozenset()
        async with self._writing.borrow(_ATTEMPT_SECONDS) as connection:
            while True:
                batch, fences = merge(writes, left_out), fences_of(writes, left_out)
                epochs = await self._putter.put(connection, batch, fences, era=self._era)
                if epochs is None:
                    return left_out
                left_out |= fenced_out(writes, epochs)

    @override
    async def ping(self) -> None:
        async with self._writing.borrow(self._limits.read_seconds) as connection:
            await connection.execute("SELECT 1")

    async def _append(self, rows: Sequence[Row]) -> None:
        async with self._passing.borrow(_ATTEMPT_SECONDS) as connection:
            await self._putter.put(connection, merge_rows(rows), era=self._era)

    async def _claim(self, wanted: Wanted) -> Epochs:
        operators = [key.operator for key in wanted]
        stations = [key.identity for key in wanted]
        now = to_micros(self._clock.now())
        values = operators, stations, list(wanted.values()), now
        rows = await self._read(_CLAIM, values, self._pointing)
        return {StationKey(operator, station): epoch for operator, station, epoch in rows}

    async def _read(
        self, text: str, values: Sequence[Any], connections: Connections
    ) -> list[asyncpg.Record]:
        """Return the rows that one statement returns."""
        with _away():
            async with connections.borrow(self._limits.read_seconds) as connection:
                rows: list[asyncpg.Record] = await connection.fetch(text, *values)
                return rows


@contextmanager
def _away() -> Iterator[None]:
    """Say what an engine's verdict means to those who do not commit in groups."""
    try:
        yield
    except Refused as error:
        raise Unstorable(str(error)) from error
    except Unreached as error:
        raise StorageUnavailable(str(error)) from error


def _array_of(kind: sqlalchemy.types.TypeEngine[Any]) -> ARRAY[Any]:
    """Return the array type for values of `kind`: a cast to a limited text would cut it short."""
    return ARRAY(sqlalchemy.Text() if isinstance(kind, sqlalchemy.String) else kind)


def _compiled_keyed(query: KeyedQuery) -> Compiled:
    """Return the query that reads, for each of the keys in arrays, the rows of `query.select`."""
    arrays = [
        sqlalchemy.bindparam(f"key_{place}", None, type_=_array_of(column.type))
        for place, column in enumerate(query.key)
    ]
    names = [array.key for array in arrays]
    keys = (
        sqlalchemy.func.unnest(*arrays)
        .table_valued(*names, with_ordinality="place", name="keys")
        .render_derived()
    )
    conditions = [column == keys.c[name] for column, name in zip(query.key, names, strict=True)]
    found = query.select.where(*conditions).lateral("found")
    joined = keys.join(found, sqlalchemy.true())
    return compiled(sqlalchemy.select(keys.c.place, *found.c).select_from(joined), _DIALECT)


def _count(status: str) -> int:
    """Return how many rows a statement touched, from what it answered (`UPDATE 3`)."""
    return int(status.rpartition(" ")[2])
