"""Handovers for many stations at a pace: begun, followed, stopped."""

from collections.abc import Sequence
from typing import Final

from laddnav.kernel import ids
from laddnav.kernel.keys import StationKey
from laddnav.stations.model import Problem, SecurityProfile
from laddnav.stations.model.bulk import Bulk, BulkItems, BulkPage, BulkView
from laddnav.stations.model.handover import (
    Begun,
    Handover,
    HandoverKind,
    HandoverState,
    NewHandover,
    Terms,
)
from laddnav.stations.service.handovers import Handovers
from laddnav.stations.service.ledger import Ledger
from laddnav.stations.service.upgrades import Upgrades
from laddnav.stations.store import handovers as store
from laddnav.storage.database import Statement
from laddnav.storage.write import Write

_MINUTE: Final = 60_000_000
_SLACK: Final = 10_000_000
_STOPPED_AT_ONCE: Final = 200


class Bulks:
    """Bulk operations: each is a handover for each of its stations, sent at a pace.

    A station for which none can be begun has one that has failed, and says why.
    """

    def __init__(self, ledger: Ledger, handovers: Handovers, upgrades: Upgrades) -> None:
        self._ledger = ledger
        self._handovers = handovers
        self._upgrades = upgrades

    async def plan(self, key: StationKey, new: NewHandover) -> Begun | Problem:
        """Begin a handover of one station, having checked what an upgrade needs.

        Raises:
            StorageUnavailable: The database is away.
        """
        if new.profile is not None:
            station = await self._ledger.station(key)
            if station is not None and station.handover is None:
                problem = await self._upgrades.problem(station, new.profile, new.terms)
                if problem is not None:
                    return problem
        return await self._handovers.plan(key, new)

    async def begin(
        self,
        operator: str,
        identities: Sequence[str],
        *,
        profile: SecurityProfile | None,
        terms: Terms,
        per_minute: int,
        deadline_seconds: int,
    ) -> BulkView:
        """Begin a bulk operation.

        Raises:
            StorageUnavailable: The database is away; what was begun goes on.
        """
        bulk = Bulk(
            operator=operator,
            id=ids.new_id(),
            kind=HandoverKind.PASSWORD if profile is None else HandoverKind.PROFILE,
            profile=profile,
            per_minute=per_minute,
            created_at=self._ledger.clock.now(),
            stopped_at=None,
        )
        await self._ledger.database.commit(Write(rows=(store.bulk_row(bulk),)))
        new = NewHandover(
            profile=profile, terms=terms, deadline_seconds=deadline_seconds, batch=bulk.id
        )
        for identity in dict.fromkeys(identities):
            key = StationKey(operator, identity)
            begun = await self.plan(key, new)
            if isinstance(begun, Problem):
                await self._handovers.refused(key, new, begun.text)
        return await self._viewed(bulk)

    async def one(self, operator: str, bulk_id: str) -> BulkView | None:
        """Return a bulk operation.

        Raises:
            StorageUnavailable: The database is away.
        """
        records = await self._ledger.database.fetch(store.bulk_of(operator, bulk_id))
        return await self._viewed(store.bulk_from(records[0])) if records else None

    async def page(self, operator: str, *, limit: int, cursor: str | None) -> BulkPage:
        """Return an operator's bulk operations, the newest first.

        Raises:
            StorageUnavailable: The database is away.
        """
        records = await self._ledger.database.fetch(store.bulk_list(operator, cursor, limit + 1))
        bulks = [store.bulk_from(record) for record in records[:limit]]
        counts = await self._counts(operator, [bulk.id for bulk in bulks])
        items = tuple(BulkView(bulk=bulk, counts=counts.get(bulk.id, {})) for bulk in bulks)
        return BulkPage(items=items, next=bulks[-1].id if len(records) > limit else None)

    async def items(
        self, operator: str, bulk_id: str, *, limit: int, cursor: str | None
    ) -> BulkItems:
        """Return what became of a bulk operation's stations, in their order.

        Raises:
            StorageUnavailable: The database is away.
        """
        query = store.bulk_items(operator, bulk_id, cursor or "", limit + 1)
        records = await self._ledger.database.fetch(query)
        items = tuple(map(store.handover_from, records[:limit]))
        more = len(records) > limit
        return BulkItems(items=items, next=items[-1].key.identity if more else None)

    async def stop(self, operator: str, bulk_id: str) -> BulkView | None:
        """Send nothing more; what was sent goes on. None: there is no such operation.

        Raises:
            StorageUnavailable: The database is away.
        """
        await self._ledger.database.execute(store.stop(operator, bulk_id, self._ledger.clock.now()))
        cursor: str | None = ""
        while cursor is not None:
            page = await self.items(operator, bulk_id, limit=_STOPPED_AT_ONCE, cursor=cursor)
            for each in page.items:
                if each.state is HandoverState.PLANNED:
                    await self._handovers.cancel(each.key, each.id)
            cursor = page.next
        return await self.one(operator, bulk_id)

    async def turn_of(self, handover: Handover) -> tuple[Statement, ...] | None:
        """Return what takes a handover's turn at its operation's pace; None: it has none now.

        Raises:
            StorageUnavailable: The database is away.
        """
        if handover.batch is None:
            return ()
        records = await self._ledger.database.fetch(
            store.bulk_of(handover.key.operator, handover.batch)
        )
        if not records:
            return None
        bulk = store.bulk_from(records[0])
        gap = _MINUTE // bulk.per_minute
        return (store.next_turn(bulk, self._ledger.clock.now(), _SLACK, gap),)

    async def _viewed(self, bulk: Bulk) -> BulkView:
        counts = await self._counts(bulk.operator, [bulk.id])
        return BulkView(bulk=bulk, counts=counts.get(bulk.id, {}))

    async def _counts(
        self, operator: str, bulk_ids: Sequence[str]
    ) -> dict[str, dict[HandoverState, int]]:
        found: dict[str, dict[HandoverState, int]] = {}
        if bulk_ids:
            query = store.bulk_counts(operator, bulk_ids)
            for bulk_id, state, count in await self._ledger.database.fetch(query):
                found.setdefault(bulk_id, {})[HandoverState(state)] = count
        return found
