"""Security events (A04): stored before they are confirmed, floods of them as few lines."""

import asyncio
from collections import Counter, OrderedDict
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Final, NamedTuple

import msgspec
from msgspec.structs import replace

from laddnav.journal.rules.texts import cursor_of, place_of
from laddnav.kernel import ids
from laddnav.kernel.keys import StationKey
from laddnav.stations.events import SecurityEventTold
from laddnav.stations.live import LiveStation
from laddnav.stations.model.security import (
    SecurityEvent,
    SecurityEventFilter,
    SecurityEventPage,
    SecurityEventReported,
)
from laddnav.stations.rules import security as rules
from laddnav.stations.rules.security import Likeness
from laddnav.stations.store import security as store
from laddnav.storage.database import Database
from laddnav.storage.write import Fact, Write

_STATIONS: Final = 2_000
_REST_SECONDS: Final = 2.0
_MANY: Final = 60
_EVERYTHING: Final = SecurityEventFilter()


class Noted(NamedTuple):
    """What became of an event.

    Attributes:
        write: What must be durable before it is confirmed; None: nothing.
        confirmed: To be called once it is.
        is_flood: Whether it came as one of a flood.
    """

    write: Write | None
    confirmed: Callable[[], None] | None
    is_flood: bool


class _Line:
    """A line, and whether its first event was made durable."""

    __slots__ = ("event", "is_durable")

    def __init__(self, event: SecurityEvent) -> None:
        self.event = event
        self.is_durable = False

    def confirm(self) -> None:
        self.is_durable = True


class SecurityEvents:
    """What stations tell of their security.

    Events of one type with the same techInfo are one line for an hour; beyond 100 lines in an hour
    a station's events are counted by type. The first of a line is durable before it is confirmed;
    its count follows every few seconds, and a crash may lose the last of it.

    Attributes:
        told: How many came since this node started, by whether they are critical.
        on_discarded: Called with each station that discarded a renewed certificate, once in an
            hour at most for events that are alike.
    """

    def __init__(self, database: Database) -> None:
        self.told: Counter[bool] = Counter()
        self.on_discarded: list[Callable[[StationKey], None]] = []
        self._database = database
        self._lines: OrderedDict[StationKey, dict[Likeness, _Line]] = OrderedDict()
        self._risen: dict[tuple[StationKey, Likeness], _Line] = {}
        self._task: asyncio.Task[None] | None = None

    def record(self, live: LiveStation, report: SecurityEventReported, now: datetime) -> Noted:
        """Fold an event."""
        key = live.key
        lines = self._of(key, now)
        likeness = rules.likeness(lines, report)
        critical = rules.is_critical(report.type)
        self.told[critical] += 1
        line = lines.get(likeness)
        if line is None:
            line = lines[likeness] = _Line(_begun(key, likeness, report, now, critical=critical))
        else:
            line.event = replace(line.event, count=line.event.count + 1, last_at=now)
        is_flood = likeness.is_flood or line.event.count > _MANY
        if line.is_durable:
            self._risen[key, likeness] = line
            return Noted(None, None, is_flood)
        facts = (_fact(key, line.event),) if critical else ()
        rows = (store.row(key.operator, line.event),)
        confirm = line.confirm
        if report.type == rules.DISCARDED and not is_flood:
            confirm = partial(self._confirm_discarded, line, key)
        return Noted(Write(fence=live.fence, rows=rows, facts=facts), confirm, is_flood)

    def _confirm_discarded(self, line: _Line, key: StationKey) -> None:
        line.confirm()
        for told in self.on_discarded:
            told(key)

    def start(self) -> None:
        """Begin to hand over counts that have risen."""
        self._task = asyncio.create_task(self._run(), name="security events")

    async def close(self) -> None:
        """Hand over what is left, and stop."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        self.tick()

    def tick(self) -> None:
        """Hand the counts that have risen to the database."""
        risen, self._risen = self._risen, {}
        self._database.append(
            [store.row(key.operator, line.event) for (key, _), line in risen.items()]
        )

    async def listed(
        self,
        operator: str,
        wanted: SecurityEventFilter = _EVERYTHING,
        *,
        limit: int = 100,
        cursor: str | None = None,
    ) -> SecurityEventPage:
        """Return an operator's security events, newest first.

        Raises:
            ValueError: `cursor` is none of ours.
        """
        before = None if cursor is None else place_of(cursor)
        query = store.event_list(operator, wanted, before, limit + 1)
        found = [store.event_from(record) for record in await self._database.fetch(query)]
        onward = [cursor_of(item.at, item.id) for item in found[limit - 1 : -1]]
        return SecurityEventPage(items=tuple(found[:limit]), next=onward[0] if onward else None)

    async def prune(self, before: datetime) -> None:
        """Delete what last happened before then.

        Raises:
            StorageUnavailable: The database is away.
        """
        await self._database.execute(store.outdated(before))

    def _of(self, key: StationKey, now: datetime) -> dict[Likeness, _Line]:
        """Return a station's lines of the last hour."""
        lines = self._lines.setdefault(key, {})
        self._lines.move_to_end(key)
        if len(self._lines) > _STATIONS:
            self._lines.popitem(last=False)
        over = [like for like, line in lines.items() if now - line.event.at >= rules.WINDOW]
        for like in over:
            del lines[like]
        return lines

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(_REST_SECONDS)
            if self._risen:
                self.tick()


def _begun(
    key: StationKey,
    likeness: Likeness,
    report: SecurityEventReported,
    now: datetime,
    *,
    critical: bool,
) -> SecurityEvent:
    return SecurityEvent(
        id=ids.new_id(),
        station=key.identity,
        type=likeness.type,
        is_critical=critical,
        stamped_at=rules.usable(report.at),
        at=now,
        last_at=now,
        count=1,
        info=likeness.info,
        is_flood=likeness.is_flood,
    )


def _fact(key: StationKey, event: SecurityEvent) -> Fact:
    told = SecurityEventTold(
        station=key,
        at=event.at,
        stamped_at=event.stamped_at,
        type=event.type,
        info=event.info,
    )
    return Fact(
        id=ids.new_id(),
        operator=key.operator,
        kind=SecurityEventTold.__name__,
        subject=key.identity,
        at=event.at,
        payload=msgspec.json.encode(told),
    )
