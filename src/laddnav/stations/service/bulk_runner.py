"""What brings bulk operations to their stations, on every node."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, Protocol

import structlog
from msgspec.structs import replace

from laddnav.kernel.clock import Clock, to_micros
from laddnav.kernel.keys import StationKey
from laddnav.stations.model.bulk import Bulk, BulkItem, ItemState, Result
from laddnav.stations.rules import reports
from laddnav.stations.service.bulks import Bulks
from laddnav.stations.service.under_way import UnderWay
from laddnav.stations.store import bulks as store
from laddnav.storage.database import Database
from laddnav.storage.errors import StorageError
from laddnav.storage.write import Write

_BULKS_AT_ONCE: Final = 100
_AT_ONCE: Final = 64
_AT_ONCE_EACH: Final = 16
_FOLLOWED_AT_ONCE: Final = 200
_MINUTE: Final = 60_000_000
_SLACK: Final = 10_000_000
_PAUSE: Final = timedelta(minutes=1)
_REST: Final = timedelta(seconds=10)
_LONGEST_PAUSE: Final = timedelta(minutes=10)
_DONE_WITHIN: Final = timedelta(minutes=15)
_LOST: Final = Result(state=ItemState.WAITING, reason="the node that was at it was stopped")
_FAULT: Final = Result(state=ItemState.FAILED, reason="something is wrong here: see the log")
_AWAY: Final = Result(state=ItemState.WAITING, reason="the database was away")
_LATE: Final = Result(
    state=ItemState.NOT_REACHED, reason="it was not connected when its turn came, to the end"
)
_STOPPED: Final = Result(state=ItemState.STOPPED)
_log = structlog.get_logger(__name__)


class BulkWork(Protocol):
    """What a kind of bulk operation does at a station; `wiring` names one for each kind."""

    async def begin(self, bulk: Bulk, key: StationKey) -> Result:
        """Do it, or begin it, at one station that was connected just now.

        It takes 15 minutes at most, and may happen twice: the node may die over it, or the answer
        be lost. What is worth another try is `WAITING`: that the station was not connected after
        all, or did not answer.

        Raises:
            StorageUnavailable: The database is away: it is tried again.
        """
        ...

    async def progress(self, bulk: Bulk, items: Mapping[str, BulkItem]) -> Mapping[str, Result]:
        """Return what came of those that were `BEGUN` (by station), and are over now.

        Where the operation was stopped (`bulk.stopped_at`) what can still be taken back is.

        Raises:
            StorageUnavailable: The database is away: it is asked again.
        """
        ...


class BulkRunner:
    """Turns to the stations of all bulk operations, a few at a time.

    Nobody owns an operation: each living node takes single stations, by a statement that only one
    of them wins together with the operation's next turn. What a node had begun when it died is
    begun again by another.

    Args:
        node: The name of this run of this node.
        works: By the kind of bulk operation; those of other kinds are left to newer nodes.
    """

    def __init__(
        self,
        bulks: Bulks,
        database: Database,
        clock: Clock,
        *,
        node: str,
        works: Mapping[str, BulkWork],
    ) -> None:
        self._bulks = bulks
        self._database = database
        self._clock = clock
        self._node = node
        self._works = works
        self._under_way = UnderWay(_AT_ONCE)
        self._behind = ""
        self._rounds = 0
        self._followed: dict[str, str] = {}
        self._resting: dict[str, datetime] = {}

    async def work(self) -> None:
        """Begin what is due, ask what came of what was begun, and end what is over.

        Raises:
            StorageUnavailable: The database is away.
        """
        for bulk in await self._round():
            work = self._works.get(bulk.kind)
            if work is not None:
                await self._guarded(bulk, work)

    async def _round(self) -> list[Bulk]:
        """Return the operations whose turn it is, each time another first: all get their share."""
        query = store.going_on(self._behind, _BULKS_AT_ONCE)
        bulks = [store.bulk_from(record) for record in await self._database.fetch(query)]
        if not self._behind and not bulks:
            self._followed.clear()
            self._resting.clear()
        self._behind = bulks[-1].id if len(bulks) == _BULKS_AT_ONCE else ""
        self._rounds += 1
        first = self._rounds % max(1, len(bulks))
        return [*bulks[first:], *bulks[:first]]

    async def rested(self) -> None:
        """Wait until nothing is under way here."""
        await self._under_way.rested()

    async def close(self) -> None:
        """Break off what is under way: another node, or the next run, begins it again."""
        await self._under_way.close()

    async def _guarded(self, bulk: Bulk, work: BulkWork) -> None:
        try:
            await self._go_on(bulk, work)
        except StorageError:
            raise
        except Exception:  # noqa: BLE001 - a fault of ours in one operation must not end what serves the others
            _log.exception("bulk.failed", bulk=bulk.id)

    async def _go_on(self, bulk: Bulk, work: BulkWork) -> None:
        [has] = await self._database.fetch(store.open_states(bulk))
        open_states = {each for each, found in zip(store.OPEN_IN_ORDER, has, strict=True) if found}
        now = self._clock.now()
        if ItemState.RUNNING in open_states:
            lost = to_micros(now - _DONE_WITHIN)
            await self._database.execute(store.take_back(bulk, _alive_since(now), lost, _LOST, now))
        if ItemState.BEGUN in open_states:
            await self._follow(bulk, work)
        if ItemState.WAITING in open_states:
            await self._turn(bulk, work, now)
        if not open_states:
            self._followed.pop(bulk.id, None)
            self._resting.pop(bulk.id, None)
            await self._database.execute(store.end(bulk, now))

    async def _turn(self, bulk: Bulk, work: BulkWork, now: datetime) -> None:
        """Begin at the stations whose turn it is, or end what waits where the time is over."""
        if bulk.stopped_at is not None or bulk.deadline_at <= now:
            over = _LATE if bulk.stopped_at is None else _STOPPED
            await self._database.execute(store.give_up(bulk, over, now))
            return
        room = min(self._under_way.room, _AT_ONCE_EACH - self._under_way.count(bulk.id))
        if room <= 0 or max(bulk.next_at, self._resting.get(bulk.id, now)) > now:
            return
        due = await self._database.fetch(store.due(bulk, to_micros(now), _alive_since(now), room))
        if len(due) < room:  # all others are not connected, which changes slowly
            self._resting[bulk.id] = now + _REST
        gap = _MINUTE // bulk.per_minute
        for item in map(store.item_from, due):
            turn = store.next_turn(bulk, self._clock.now(), _SLACK, gap)
            taken = replace(
                item,
                state=ItemState.RUNNING,
                node=self._node,
                attempts=item.attempts + 1,
                updated_at=now,
            )
            if not all(await self._database.execute(turn, store.take(item, taken), then=Write())):
                self._resting.pop(bulk.id, None)
                return
            self._under_way.begin(f"{bulk.id} {item.station}", self._run(bulk, work, taken))

    async def _run(self, bulk: Bulk, work: BulkWork, item: BulkItem) -> None:
        about = {"bulk": bulk.id, "station": item.station}
        key = StationKey(bulk.operator, item.station)
        try:
            result = await work.begin(bulk, key)
        except StorageError:
            result = _AWAY
        except Exception:  # noqa: BLE001 - a fault of ours at one station must not end what serves the others
            _log.exception("bulk.failed", **about)
            result = _FAULT
        try:
            await self._settle(item, result)
        except StorageError as error:  # it is begun again once it has taken too long
            _log.warning("bulk.not_stored", why=type(error).__name__, **about)

    async def _follow(self, bulk: Bulk, work: BulkWork) -> None:
        """Ask what came of some of those that were begun, the next time of the next."""
        page = await self._bulks.items(
            bulk.operator,
            bulk.id,
            limit=_FOLLOWED_AT_ONCE,
            cursor=self._followed.pop(bulk.id, None),
            state=ItemState.BEGUN,
        )
        items = {item.station: item for item in page.items}
        if page.next is not None:
            self._followed[bulk.id] = page.next
        for station, result in (await work.progress(bulk, items)).items():
            await self._settle(items[station], result)

    async def _settle(self, item: BulkItem, result: Result) -> None:
        now = self._clock.now()
        pause = min(_PAUSE * 2 ** min(item.attempts - 1, 8), _LONGEST_PAUSE)
        await self._database.execute(store.settle(item, result, now + pause, now))


def _alive_since(now: datetime) -> int:
    return to_micros(now - reports.ALIVE_FOR)
