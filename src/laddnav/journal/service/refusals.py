"""Refusals and knocking stations: counted in memory, written twice a second, never waited for."""

import asyncio
from collections import OrderedDict
from contextlib import suppress
from datetime import timedelta

import structlog
from msgspec.structs import replace

from laddnav.journal.model import Knocking, KnockingPage, Refusal, RefusalPage, RefusalReason
from laddnav.journal.rules.texts import cursor_of, place_of, storable
from laddnav.journal.rules.verdicts import VERDICTS
from laddnav.journal.store import tables
from laddnav.kernel import ids
from laddnav.kernel.clock import Clock, to_micros
from laddnav.kernel.keys import DEFAULT_OPERATOR
from laddnav.storage.database import Database
from laddnav.storage.errors import StorageError
from laddnav.storage.lookup import Lookup

_FLUSH_SECONDS = 0.5
_PRUNE_SECONDS = 300.0
_WINDOW = timedelta(hours=1)
_REMEMBERED = 2_000
_NEW_PER_FLUSH = 100
_REFUSALS_KEPT = 10_000
_KNOCKING_KEPT = 1_000
_LONGEST = 200

_log = structlog.get_logger(__name__)


class Refusals:
    """What was refused at the door, and why.

    Refusals of one operator, identity, address and reason are one line for an hour. Whatever
    floods us, at most 100 new lines are begun in half a second (the rest is only counted in
    `dropped`), and a bounded number is kept for each operator. A crash loses the last half second.
    """

    def __init__(self, database: Database, clock: Clock, *, kept_days: int = 90) -> None:
        self.dropped = 0
        self._database = database
        self._clock = clock
        self._kept = timedelta(days=kept_days)
        self._refusals: OrderedDict[tuple[str, ...], Refusal] = OrderedDict()
        self._changed: set[tuple[str, ...]] = set()
        self._knocking: OrderedDict[tuple[str, str], Knocking] = OrderedDict()
        self._knocked: dict[tuple[str, str], Knocking] = {}
        self._new = 0
        self._operators: set[str] = set()
        self._prune_at = clock.monotonic() + _PRUNE_SECONDS
        columns = tables.knocking.c
        self._known = Lookup(database, tables.knocking, (columns.operator, columns.station))
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to write what is recorded."""
        self._task = asyncio.create_task(self._run(), name="refusals")

    async def close(self) -> None:
        """Write what is left, and stop."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        await self._flush_or_log()

    def record(
        self,
        reason: RefusalReason,
        *,
        address: str,
        operator: str = "",
        identity: str = "",
        detail: str = "",
    ) -> None:
        """Count a refusal. `detail` is our own words, never the text of an exception."""
        now = self._clock.now()
        parts = (operator, identity, address)
        key = (*(_clean(part) for part in parts), reason.value)
        known = self._refusals.get(key)
        if known is None or now - known.first_at >= _WINDOW:
            if not self._begin():
                return
            known = Refusal(
                id=ids.new_id(),
                operator=key[0],
                identity=key[1],
                address=key[2],
                reason=reason,
                remedy=VERDICTS[reason].remedy,
                detail="",
                count=0,
                first_at=now,
                last_at=now,
            )
        self._refusals[key] = replace(
            known, count=known.count + 1, last_at=now, detail=_clean(detail)
        )
        self._refusals.move_to_end(key)
        self._changed.add(key)
        self._operators.add(key[0])

    def record_knocking(self, knock: Knocking) -> None:
        """Count a knock (its `count` is 1) of a station that nobody added."""
        key = (_clean(knock.operator), _clean(knock.identity))
        before = self._knocked.get(key)
        if before is None and not self._begin():
            return
        clean = replace(
            knock,
            operator=key[0],
            identity=key[1],
            address=_clean(knock.address),
            offered=tuple(_clean(name) for name in knock.offered[:8]),
            user_agent=None if knock.user_agent is None else _clean(knock.user_agent),
        )
        self._knocked[key] = clean if before is None else _joined(before, clean)

    def _begin(self) -> bool:
        """Return whether one more line may be begun before the next flush."""
        self._new += 1
        if self._new > _NEW_PER_FLUSH:
            self.dropped += 1
            return False
        return True

    async def refusals(
        self, operator: str, *, limit: int = 100, cursor: str | None = None
    ) -> RefusalPage:
        """Return an operator's refusals, the latest first.

        The default operator also sees those that came before any operator could be known.

        Raises:
            ValueError: `cursor` is none of ours.
        """
        before = None if cursor is None else place_of(cursor)
        await self._flush_or_log()
        seen = (operator, "") if operator == DEFAULT_OPERATOR else (operator,)
        query = tables.refusal_list(seen, before, limit + 1)
        found = [tables.refusal_from(record) for record in await self._database.fetch(query)]
        onward = [cursor_of(item.last_at, item.id) for item in found[limit - 1 : -1]]
        return RefusalPage(items=tuple(found[:limit]), next=onward[0] if onward else None)

    async def knocking(
        self, operator: str, *, limit: int = 100, cursor: str | None = None
    ) -> KnockingPage:
        """Return the stations that knock at an operator's door, the latest first.

        Raises:
            ValueError: `cursor` is none of ours.
        """
        before = None if cursor is None else place_of(cursor)
        await self._flush_or_log()
        query = tables.knocking_list(operator, before, limit + 1)
        found = [tables.knocking_from(record) for record in await self._database.fetch(query)]
        onward = [cursor_of(item.last_at, item.identity) for item in found[limit - 1 : -1]]
        return KnockingPage(items=tuple(found[:limit]), next=onward[0] if onward else None)

    async def forget_knocking(self, operator: str, identity: str) -> bool:
        """Take a station off the list of those that knock; False: it was not on it."""
        await self._flush_or_log()
        self._knocking.pop((operator, identity), None)
        touched = await self._database.execute(tables.knocking_removal(operator, identity))
        return touched[0] > 0

    async def flush(self) -> None:
        """Hand what was counted since the last time to the database.

        Raises:
            StorageUnavailable: The database is away; what knocked is kept for the next time.
        """
        self._new = 0
        changed, self._changed = self._changed, set()
        rows = [tables.refusal_row(self._refusals[key]) for key in changed]
        while len(self._refusals) > _REMEMBERED:
            self._refusals.popitem(last=False)
        self._database.append(rows)
        for key in list(self._knocked):
            await self._write_knock(key)

    async def _write_knock(self, key: tuple[str, str]) -> None:
        known = self._knocking.get(key)
        if known is None:
            records = await self._known.get(*key)
            known = tables.knocking_from(records[0]) if records else None
        knock = self._knocked.pop(key, None)
        if knock is None:
            return  # another flush took it while this one read
        known = self._knocking.get(key, known)
        self._knocking[key] = knock if known is None else _joined(known, knock)
        self._knocking.move_to_end(key)
        if len(self._knocking) > _REMEMBERED:
            self._knocking.popitem(last=False)
        self._database.append((tables.knocking_row(self._knocking[key]),))
        self._operators.add(key[0])

    async def prune(self) -> None:
        """Delete what is old, and what is too much of those operators that had any lately."""
        operators, self._operators = self._operators, set()
        before = to_micros(self._clock.now() - self._kept)
        statements = [
            tables.outdated(tables.refusals, before),
            tables.outdated(tables.knocking, before),
        ]
        for operator in sorted(operators):
            statements.append(tables.surplus(tables.refusals, operator, _REFUSALS_KEPT))
            statements.append(tables.surplus(tables.knocking, operator, _KNOCKING_KEPT))
        await self._database.execute(*statements)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(_FLUSH_SECONDS)
            await self._flush_or_log()
            if self._clock.monotonic() >= self._prune_at:
                self._prune_at = self._clock.monotonic() + _PRUNE_SECONDS
                with suppress(StorageError):  # next time, then
                    await self.prune()

    async def _flush_or_log(self) -> None:
        try:
            await self.flush()
        except StorageError as error:
            _log.warning("knocking stations wait to be stored", error=type(error).__name__)


def _joined(before: Knocking, knock: Knocking) -> Knocking:
    return replace(knock, count=before.count + knock.count, first_at=before.first_at)


def _clean(text: str) -> str:
    return storable(text[:_LONGEST])
