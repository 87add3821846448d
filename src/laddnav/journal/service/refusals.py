"""Refusals and knocking stations: counted in memory, stored twice a second, never waited for."""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

import structlog
from msgspec.structs import replace

from laddnav.journal.live import Likeness, RefusalLines
from laddnav.journal.model import Knocking, KnockingPage, RefusalPage, RefusalReason
from laddnav.journal.rules.hints import MASK
from laddnav.journal.rules.texts import cursor_of, place_of, storable
from laddnav.journal.store import tables
from laddnav.kernel.clock import Clock, to_micros
from laddnav.kernel.keys import DEFAULT_OPERATOR
from laddnav.storage.database import Database
from laddnav.storage.errors import StorageError, Unstorable
from laddnav.storage.lookup import Lookup
from laddnav.storage.write import Row, Write

_FLUSH_SECONDS = 0.5
_PRUNE_SECONDS = 300.0
_REMEMBERED = 2_000
_NEW_KNOCKS = 100
_ROWS_AT_ONCE = 100
_REFUSALS_KEPT = 100_000
_KNOCKING_KEPT = 1_000
_LONGEST = 200

_log = structlog.get_logger(__name__)
_Known = tuple[str, str]


class Refusals:
    """What was refused at the door, and why.

    Every refusal is counted in a line of the list, in a flood in one for its reason: see
    `RefusalLines`. Lines wait in memory for a database that is away; a crash loses the last half
    second. Of stations that knock, at most 100 that are new are listed in half a second: the
    others when they knock again. A bounded number of both is kept for each operator.

    Attributes:
        passed_over: How many knocks were not listed so far.
        counted: How many connections were refused so far, for each reason.
    """

    def __init__(self, database: Database, clock: Clock, *, kept_days: int = 90) -> None:
        self.passed_over = 0
        self.counted = dict.fromkeys(RefusalReason, 0)
        self._database = database
        self._clock = clock
        self._kept = timedelta(days=kept_days)
        self._lines = RefusalLines()
        self._knocking: OrderedDict[_Known, Knocking] = OrderedDict()
        self._knocked: dict[_Known, Knocking] = {}
        self._unstored: set[_Known] = set()
        self._operators: set[str] = set()
        self._prune_at = clock.monotonic() + _PRUNE_SECONDS
        columns = tables.knocking.c
        self._known = Lookup(database, tables.knocking, (columns.operator, columns.station))
        self._storing = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    @property
    def folded(self) -> int:
        """How many refusals were counted in the line of a flood so far."""
        return self._lines.folded

    async def start(self) -> None:
        """Begin to write what is recorded."""
        self._task = asyncio.create_task(self._run(), name="refusals")

    async def close(self) -> None:
        """Write what is left, if the database is there, and stop."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        await self._flush_if_healthy()

    def record(
        self,
        reason: RefusalReason,
        *,
        address: str,
        operator: str = "",
        identity: str = "",
        detail: str = "",
    ) -> None:
        """Count a refusal. `detail` is our own words, never the text of an exception.

        No identity has a colon; what follows one may be a password that was put into the URL.
        """
        self.counted[reason] += 1
        name, colon, _ = identity.partition(":")
        shown = f"{name}:{MASK}" if colon else name
        likeness = Likeness(_clean(operator), _clean(shown), _clean(address), reason)
        self._lines.count(likeness, self._clock.now(), _clean(detail))

    def record_knocking(self, knock: Knocking) -> None:
        """Count a knock (its `count` is 1) of a station that nobody added."""
        key = (_clean(knock.operator), _clean(knock.identity))
        before = self._knocked.get(key)
        if before is None and len(self._knocked) >= _NEW_KNOCKS:
            self.passed_over += 1
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

    async def refusals(
        self,
        operator: str,
        *,
        limit: int = 100,
        cursor: str | None = None,
        identity: str | None = None,
        addresses: Sequence[str] = (),
    ) -> RefusalPage:
        """Return an operator's refusals, the latest first.

        The default operator also sees those that came before any operator could be known.

        Args:
            operator: Whose.
            limit: The most lines.
            cursor: Behind which the list goes on.
            identity: Only those of this station, and
            addresses: those from there that failed before any identity was known.

        Raises:
            ValueError: `cursor` is none of ours.
        """
        before = None if cursor is None else place_of(cursor)
        await self._flush_if_healthy()
        seen = (operator, "") if operator == DEFAULT_OPERATOR else (operator,)
        query = tables.refusal_list(seen, before, limit + 1, identity, addresses)
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
        await self._flush_if_healthy()
        query = tables.knocking_list(operator, before, limit + 1)
        found = [tables.knocking_from(record) for record in await self._database.fetch(query)]
        onward = [cursor_of(item.last_at, item.identity) for item in found[limit - 1 : -1]]
        return KnockingPage(items=tuple(found[:limit]), next=onward[0] if onward else None)

    async def forget_knocking(self, operator: str, identity: str) -> bool:
        """Take a station off the list of those that knock; False: it was not on it."""
        await self._flush_if_healthy()
        async with self._storing:
            self._knocking.pop((operator, identity), None)
            self._unstored.discard((operator, identity))
            touched = await self._database.execute(tables.knocking_removal(operator, identity))
        return touched[0] > 0

    async def flush(self) -> None:
        """Store what was counted since the last time.

        Raises:
            StorageUnavailable: The database is away; all of it is kept for the next time.
        """
        async with self._storing:
            await self._store_lines()
            await self._store_knocks()

    async def _store_lines(self) -> None:
        lines = self._lines.take()
        self._operators.update(line.operator for line in lines)
        await self._store([tables.refusal_row(line) for line in lines])
        self._lines.stored(lines)

    async def _store_knocks(self) -> None:
        await self._sum_up()
        knocks = [self._knocking[key] for key in self._unstored]
        await self._store([tables.knocking_row(knock) for knock in knocks])
        self._unstored.clear()

    async def _sum_up(self) -> None:
        """Join what knocked since the last time with what is stored of it."""
        keys = list(self._knocked)
        new = [key for key in keys if key not in self._knocking]
        found = await asyncio.gather(*(self._known.get(*key) for key in new))
        stored = {key: rows[0] for key, rows in zip(new, found, strict=True) if rows}
        for key in keys:
            knock = self._knocked.pop(key)
            if key in stored:
                knock = _joined(tables.knocking_from(stored[key]), knock)
            elif key in self._knocking:
                knock = _joined(self._knocking[key], knock)
            self._remember(key, knock)

    def _remember(self, key: _Known, knock: Knocking) -> None:
        self._operators.add(key[0])
        self._unstored.add(key)
        self._knocking[key] = knock
        self._knocking.move_to_end(key)
        if len(self._knocking) > _REMEMBERED:
            self._unstored.discard(self._knocking.popitem(last=False)[0])

    async def _store(self, rows: list[Row]) -> None:
        """Make rows durable; what cannot be stored at all is logged, and given up."""
        for start in range(0, len(rows), _ROWS_AT_ONCE):
            try:
                await self._database.commit(Write(rows=tuple(rows[start : start + _ROWS_AT_ONCE])))
            except Unstorable as error:
                _log.error("refusals cannot be stored", error=type(error).__name__)

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

    async def _flush_if_healthy(self) -> None:
        """Store what waits, unless that would only wait for a database that is away."""
        if self._database.healthy:
            await self._flush_or_log()

    async def _flush_or_log(self) -> None:
        try:
            await self.flush()
        except StorageError as error:
            _log.warning("refusals wait to be stored", error=type(error).__name__)
        except Exception:  # noqa: BLE001 - a fault of ours must not end what stores the next ones
            _log.exception("refusals wait to be stored")


def _joined(before: Knocking, knock: Knocking) -> Knocking:
    return replace(knock, count=before.count + knock.count, first_at=before.first_at)


def _clean(text: str) -> str:
    return storable(text[:_LONGEST])
