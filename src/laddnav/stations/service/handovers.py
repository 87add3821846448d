"""Passwords and profiles that are handed over: asked for, sent, waited for, ended."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from msgspec.structs import replace

from laddnav.kernel import ids
from laddnav.kernel.clock import to_micros
from laddnav.kernel.keys import StationKey
from laddnav.stations.model import Awaited, Problem, ProblemKind, Station
from laddnav.stations.model.bulk import Bulk
from laddnav.stations.model.handover import (
    Begun,
    Handover,
    HandoverKind,
    HandoverPage,
    HandoverState,
    NewHandover,
    Origin,
    Step,
    Taken,
)
from laddnav.stations.rules import handovers as rules
from laddnav.stations.rules import reports
from laddnav.stations.rules.handovers import Turn
from laddnav.stations.rules.passwords import NEW_BYTES
from laddnav.stations.service.ledger import FormerSecrets, Ledger
from laddnav.stations.service.upgrades import Upgrades
from laddnav.stations.store import handovers as store

_AT_ONCE: Final = 100
_RETRY_AFTER: Final = timedelta(seconds=60)
_ANSWERED_WITHIN: Final = timedelta(minutes=15)
UNSETTLED: Final = (
    "nobody knows which password or profile it was left with: that shows when it next comes in"
)
BUSY: Final = (
    "the station's password or profile is being handed over already: wait for that, or cancel it"
)


class Handovers:
    """What operators ask for, and what becomes of it."""

    def __init__(self, ledger: Ledger, upgrades: Upgrades) -> None:
        self._ledger = ledger
        self._upgrades = upgrades

    # ---- what operators ask for -------------------------------------------------------------

    async def plan(self, key: StationKey, new: NewHandover) -> Begun | Problem:
        """Begin a handover, of which a station has one at a time; an upgrade is checked first.

        Asked for again under the same `request`, it is the one that was begun then.

        Raises:
            StorageUnavailable: The database is away.
        """
        if new.request is not None:
            known = await self._ledger.database.fetch(store.requested(key, new.request))
            if known:
                return Begun(handover=store.handover_from(known[0]), is_new=False)
        station = await self._ledger.station(key)
        if station is None:
            return _problem(ProblemKind.UNKNOWN, "identity", "no station has this identity")
        if station.handover is not None:
            return _problem(ProblemKind.CONFLICT, "handover", f"{BUSY} ({station.handover})")
        if new.profile is not None:
            problem = await self._upgrades.problem(station, new.profile, new.terms)
            if problem is not None:
                return problem
        return await self._begin(station, new)

    async def _begin(self, station: Station, new: NewHandover) -> Begun | Problem:
        handover = made(station.key, new, self._ledger.clock.now())
        after = replace(
            station, handover=handover.id, version=station.version + 1,
            updated_at=handover.created_at,
        )  # fmt: skip
        password = None
        if new.terms.is_manual:
            password = ids.new_secret(NEW_BYTES)
            awaited = Awaited(
                passwords=self._ledger.digests(station.key, password), is_taken=True, is_stored=True
            )
            after = rules.lifted(after, awaited, handover.created_at)
            handover = rules.stepped(handover, HandoverState.WAITING, "shown", handover.created_at)
        if not await self._ledger.store(Turn(station, None), Turn(after, handover)):
            return _problem(ProblemKind.CONFLICT, "handover", BUSY)
        return Begun(handover=handover, password=password)

    async def cancel(self, key: StationKey, handover_id: str) -> Handover | Problem:
        """Stop a handover; one that has ended is a conflict.

        Raises:
            StorageUnavailable: The database is away.
        """
        known = await self._ledger.one(key, handover_id)
        if known is None:
            return _problem(ProblemKind.UNKNOWN, "id", "the station has no such handover")
        now = self._ledger.clock.now()
        turn = await self._ledger.apply(key, handover_id, lambda turn: rules.cancelled(turn, now))
        if turn is None or turn.handover is None:
            return _problem(ProblemKind.CONFLICT, "id", f"it has ended already ({known.state})")
        return turn.handover

    async def page(
        self, key: StationKey, kind: HandoverKind, *, limit: int, cursor: str | None
    ) -> HandoverPage:
        """Return a station's handovers of a kind, the newest first.

        Raises:
            StorageUnavailable: The database is away.
        """
        records = await self._ledger.database.fetch(store.listing(key, kind, cursor, limit + 1))
        items = tuple(map(store.handover_from, records[:limit]))
        return HandoverPage(items=items, next=items[-1].id if len(records) > limit else None)

    async def one(self, key: StationKey, handover_id: str) -> Handover | None:
        """Return one handover of a station.

        Raises:
            StorageUnavailable: The database is away.
        """
        return await self._ledger.one(key, handover_id)

    async def of_bulk(self, bulk: Bulk, identities: Sequence[str]) -> list[Handover]:
        """Return the handovers of some of a bulk operation's stations.

        Raises:
            StorageUnavailable: The database is away.
        """
        query = store.of_bulk(bulk.operator, bulk.id, identities)
        return [store.handover_from(each) for each in await self._ledger.database.fetch(query)]

    async def on_former_secrets(self) -> FormerSecrets:
        """Return how many stations' passwords do not hang on the present secret yet.

        Raises:
            StorageUnavailable: The database is away.
        """
        return await self._ledger.on_former_secrets()

    # ---- what time brings -------------------------------------------------------------------

    async def due(self, limit: int) -> list[Handover]:
        """Return what is to be sent to stations that are connected, at most so much.

        Raises:
            StorageUnavailable: The database is away.
        """
        now = self._ledger.clock.now()
        alive, tried = to_micros(now - reports.ALIVE_FOR), to_micros(now - _RETRY_AFTER)
        records = await self._ledger.database.fetch(store.due(alive, tried, limit))
        return [store.handover_from(record) for record in records]

    async def claim(self, handover: Handover) -> Handover | None:
        """Take a planned handover, so that no other node sends it; None: it is taken.

        Raises:
            StorageUnavailable: The database is away.
        """
        now = self._ledger.clock.now()
        taken = rules.stepped(handover, HandoverState.SENDING, rules.BEGUN, now)
        (touched,) = await self._ledger.database.execute(store.change(handover, taken))
        return taken if touched else None

    async def put_back(self, handover: Handover, why: str) -> None:
        """Plan a handover again of which nothing was sent.

        Raises:
            StorageUnavailable: The database is away.
        """
        now = self._ledger.clock.now()

        await self._ledger.apply(
            handover.key, handover.id, lambda turn: rules.put_back(turn, now, why)
        )

    async def interrupted(self, handover: Handover, why: str) -> None:
        """Note that only a part of a handover was done.

        Raises:
            StorageUnavailable: The database is away.
        """
        now = self._ledger.clock.now()
        await self._ledger.apply(
            handover.key, handover.id, lambda turn: rules.interrupted(turn, now, why)
        )

    async def note(self, handover: Handover, step: str, detail: str = "") -> None:
        """Add a step to a handover that goes on.

        Raises:
            StorageUnavailable: The database is away.
        """
        now = self._ledger.clock.now()

        def fold(turn: Turn) -> Turn:
            station, before = turn
            if before is None:
                return turn
            return Turn(station, rules.stepped(before, before.state, step, now, detail=detail))

        await self._ledger.apply(handover.key, handover.id, fold)

    async def fail(self, handover: Handover, reason: str) -> None:
        """End a handover that cannot be done.

        Raises:
            StorageUnavailable: The database is away.
        """
        now = self._ledger.clock.now()
        await self._ledger.apply(
            handover.key, handover.id, lambda turn: rules.failed(turn, now, reason)
        )

    async def expire(self) -> None:
        """End what has taken too long, and note what will never be answered.

        Raises:
            StorageUnavailable: The database is away.
        """
        now = self._ledger.clock.now()
        sent, alive = to_micros(now - _ANSWERED_WITHIN), to_micros(now - reports.ALIVE_FOR)
        for query in (
            store.overdue(to_micros(now), _AT_ONCE),
            store.orphaned(sent, alive, _AT_ONCE),
        ):
            for record in await self._ledger.database.fetch(query):
                await self._expire(store.handover_from(record), now)

    async def _expire(self, late: Handover, now: datetime) -> None:
        station = await self._ledger.station(late.key)
        if station is None or station.handover != late.id:  # one of its name was added since
            gone = rules.stepped(
                late, HandoverState.CANCELLED, "removed", now, reason="the station was removed"
            )
            await self._ledger.database.execute(store.change(late, gone))
        elif late.deadline_at <= now:
            await self._ledger.apply(late.key, late.id, lambda turn: rules.expired(turn, now))
        else:
            await self._ledger.apply(late.key, late.id, self._unheard)

    def _unheard(self, turn: Turn) -> Turn:
        now, why = self._ledger.clock.now(), "the server was stopped meanwhile"
        back = rules.put_back(turn, now, why)
        return rules.answered(turn, Taken.UNHEARD, now, why) if back is turn else back


def made(
    key: StationKey, new: NewHandover, now: datetime, origin: Origin = Origin.OPERATOR
) -> Handover:
    """Return a handover that has just been asked for."""
    return Handover(
        id=ids.new_id(),
        key=key,
        version=1,
        kind=HandoverKind.PASSWORD if new.profile is None else HandoverKind.PROFILE,
        state=HandoverState.PLANNED,
        origin=origin,
        profile=new.profile,
        terms=new.terms,
        batch=new.batch,
        request=new.request,
        reason=None,
        attempts=0,
        steps=(Step(name="planned", at=now),),
        created_at=now,
        updated_at=now,
        deadline_at=now + timedelta(seconds=new.deadline_seconds),
        ended_at=None,
    )


def _problem(kind: ProblemKind, field: str, text: str) -> Problem:
    return Problem(kind=kind, field=field, text=text)
