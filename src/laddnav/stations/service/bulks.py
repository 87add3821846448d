"""Bulk operations as operators see them: begun, followed, stopped."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Final

from laddnav.journal.rules.texts import storable
from laddnav.kernel import ids
from laddnav.kernel.clock import Clock, to_micros
from laddnav.stations.model import Problem, ProblemKind
from laddnav.stations.model.bulk import (
    Bulk,
    BulkItem,
    BulkItems,
    BulkPage,
    BulkView,
    ItemState,
    NewBulk,
    Result,
)
from laddnav.stations.store import bulks as store
from laddnav.storage.database import Database
from laddnav.storage.retention import delete_matching
from laddnav.storage.write import Write

MOST_STATIONS: Final = 10_000
MOST_AT_ONCE: Final = 50
_KEPT: Final = timedelta(days=400)
_AT_ONCE: Final = 500
_UNKNOWN: Final = Result(state=ItemState.FAILED, reason="no station has this identity")
_TOO_MANY: Final = Problem(
    kind=ProblemKind.CONFLICT,
    field="stations",
    text=f"{MOST_AT_ONCE} bulk operations go on already: stop one, or wait until one is over",
)
_WAITING: Final = Result(state=ItemState.WAITING)
_STOPPED: Final = Result(state=ItemState.STOPPED)


class Bulks:
    """The one way to do something at many stations.

    `begin` stores it and returns. From then on the living nodes turn to its stations, each when it
    is connected, at its pace, through the `BulkWork` that `wiring` gives its kind; a node that dies
    loses nothing (`BulkRunner`). Stations that come back before the deadline get their turn; the
    others end as not reached.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def obstacle(self, operator: str) -> Problem | None:
        """Return why an operator cannot begin another one now; None: it can.

        Raises:
            StorageUnavailable: The database is away.
        """
        [(count,)] = await self._database.fetch(store.how_many_go_on(operator))
        return _TOO_MANY if count >= MOST_AT_ONCE else None

    async def begin(self, operator: str, identities: Iterable[str], new: NewBulk) -> BulkView:
        """Begin a bulk operation; stations that do not exist have failed at once.

        Raises:
            StorageUnavailable: The database is away: nothing is begun.
        """
        names = list(dict.fromkeys(map(storable, identities)))
        now = self._clock.now()
        bulk = Bulk(
            operator=operator,
            id=ids.new_id(),
            kind=new.kind,
            what=new.what,
            details=new.details,
            per_minute=new.per_minute,
            total=len(names),
            created_at=now,
            next_at=now,
            deadline_at=now + timedelta(seconds=new.deadline_seconds),
        )
        for start in range(0, len(names), _AT_ONCE):
            await self._put(bulk, names[start : start + _AT_ONCE])
        # Last: until then its items mean nothing, and nobody turns to half of them.
        await self._database.commit(Write(rows=(store.bulk_row(bulk),)))
        return await self._viewed(bulk)

    async def _put(self, bulk: Bulk, identities: Sequence[str]) -> None:
        records = await self._database.fetch(store.known(bulk.operator, identities))
        known = {identity for (identity,) in records}
        items = (
            _item(bulk, identity, _WAITING if identity in known else _UNKNOWN)
            for identity in identities
        )
        await self._database.commit(Write(rows=tuple(map(store.item_row, items))))

    async def one(self, operator: str, bulk_id: str) -> BulkView | None:
        """Return a bulk operation.

        Raises:
            StorageUnavailable: The database is away.
        """
        records = await self._database.fetch(store.one(operator, bulk_id))
        return await self._viewed(store.bulk_from(records[0])) if records else None

    async def page(self, operator: str, *, limit: int, cursor: str | None) -> BulkPage:
        """Return an operator's bulk operations, the newest first.

        Raises:
            StorageUnavailable: The database is away.
        """
        records = await self._database.fetch(store.listing(operator, cursor, limit + 1))
        bulks = [store.bulk_from(record) for record in records[:limit]]
        counts = await self.counts(operator, [bulk.id for bulk in bulks])
        items = tuple(BulkView(bulk=bulk, counts=counts.get(bulk.id, {})) for bulk in bulks)
        return BulkPage(items=items, next=bulks[-1].id if len(records) > limit else None)

    async def items(
        self,
        operator: str,
        bulk_id: str,
        *,
        limit: int,
        cursor: str | None = None,
        state: ItemState | None = None,
    ) -> BulkItems:
        """Return what became of a bulk operation's stations, in their order.

        Raises:
            StorageUnavailable: The database is away.
        """
        query = store.items(operator, bulk_id, cursor or "", limit + 1, state)
        records = await self._database.fetch(query)
        items = tuple(map(store.item_from, records[:limit]))
        return BulkItems(items=items, next=items[-1].station if len(records) > limit else None)

    async def stop(self, operator: str, bulk_id: str) -> BulkView | None:
        """Turn to no further station; where it has begun it goes on. None: there is no such one.

        Raises:
            StorageUnavailable: The database is away.
        """
        records = await self._database.fetch(store.one(operator, bulk_id))
        if not records:
            return None
        bulk, now = store.bulk_from(records[0]), self._clock.now()
        await self._database.execute(
            store.stop(operator, bulk_id, now), store.give_up(bulk, _STOPPED, now)
        )
        return await self.one(operator, bulk_id)

    async def counts(
        self, operator: str, bulk_ids: Sequence[str]
    ) -> dict[str, dict[ItemState, int]]:
        """Return how many stations are in which state, by bulk operation.

        Raises:
            StorageUnavailable: The database is away.
        """
        found: dict[str, dict[ItemState, int]] = {}
        if bulk_ids:
            query = store.counts(operator, bulk_ids)
            for bulk_id, state, count in await self._database.fetch(query):
                found.setdefault(bulk_id, {})[ItemState(state)] = count
        return found

    async def forget(self) -> None:
        """Delete what was begun more than 400 days ago.

        Raises:
            StorageUnavailable: Not all of it now.
        """
        before = to_micros(self._clock.now() - _KEPT)
        await delete_matching(
            self._database, store.bulk_items, store.bulk_items.c.updated_at < before
        )
        await delete_matching(self._database, store.bulks, store.bulks.c.created_at < before)

    async def _viewed(self, bulk: Bulk) -> BulkView:
        counts = await self.counts(bulk.operator, [bulk.id])
        return BulkView(bulk=bulk, counts=counts.get(bulk.id, {}))


def _item(bulk: Bulk, identity: str, result: Result) -> BulkItem:
    return BulkItem(
        operator=bulk.operator,
        bulk=bulk.id,
        station=identity,
        state=result.state,
        reason=result.reason,
        ref=None,
        node=None,
        attempts=0,
        not_before=bulk.created_at,
        updated_at=bulk.created_at,
    )
