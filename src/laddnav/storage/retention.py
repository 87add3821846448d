"""What is too old goes, a little at a time: no transaction that others would wait for."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy
from sqlalchemy import ColumnElement, Table, and_, or_, tuple_

from laddnav.kernel.clock import to_micros
from laddnav.storage.database import Database, Place
from laddnav.storage.schema import outbox, outbox_cursors, outbox_parked

_SLICE = 200


async def delete_before(
    database: Database,
    table: Table,
    before: datetime,
    *,
    keep: ColumnElement[bool] | None = None,
    whole_before: datetime | None = None,
) -> int:
    """Delete the rows of `table` that are older than `before`; return how many rows it deleted.

    The table says in its `info["partition_by"]` which column (indexed, microseconds) counts. On
    PostgreSQL whole partitions are dropped first, and not counted.

    Args:
        database: Where.
        table: Which.
        before: When.
        keep: Rows that stay all the same.
        whole_before: No row that stays is older.

    Raises:
        StorageUnavailable: Not all of it now; begin again later.
    """
    await database.drop_partitions(table, before if whole_before is None else whole_before)
    at: ColumnElement[int] = table.c[table.info["partition_by"]]
    end = to_micros(before)
    goes = sqlalchemy.true() if keep is None else sqlalchemy.not_(keep)
    rest = sqlalchemy.select(at).where(at < end, goes).order_by(at).offset(_SLICE - 1).limit(1)
    total = 0
    while True:
        found = await database.fetch(rest)
        last = found[0][0] if found else end - 1
        (count,) = await database.execute(sqlalchemy.delete(table).where(at <= last, goes))
        total += count
        if not found:
            return total


async def forget_relayed(database: Database, subscribers: Iterable[str], before: datetime) -> int:
    """Delete the facts older than `before` that all `subscribers` have taken; return how many.

    What was parked and has been resolved since goes too.

    Raises:
        StorageUnavailable: Not all of it now; begin again later.
    """
    cursor = outbox_cursors.c
    query = sqlalchemy.select(cursor.subscriber, cursor.txid, cursor.position)
    places = {name: Place(*place) for name, *place in await database.fetch(query)}
    await delete_matching(database, outbox_parked, outbox_parked.c.resolved_at < to_micros(before))
    taken = min((places.get(name, Place(0, 0)) for name in subscribers), default=Place(0, 0))
    fact = outbox.c
    relayed = or_(
        fact.txid < taken.txid, and_(fact.txid == taken.txid, fact.position <= taken.position)
    )
    return await delete_matching(database, outbox, and_(fact.at < to_micros(before), relayed))


async def delete_matching(database: Database, table: Table, condition: ColumnElement[bool]) -> int:
    """Delete what meets `condition`, slice by slice.

    What to delete is looked for where reads are made: the search may be long, and on SQLite every
    writer would wait for it.
    """
    columns = list(table.primary_key.columns)
    chosen = sqlalchemy.select(*columns).where(condition).limit(_SLICE)
    total = 0
    while keys := await database.fetch(chosen):
        if len(columns) == 1:
            among = columns[0].in_([key for (key,) in keys])
        else:
            among = tuple_(*columns).in_(keys)
        (count,) = await database.execute(sqlalchemy.delete(table).where(among, condition))
        total += count
        if len(keys) < _SLICE or not count:
            break
    return total
