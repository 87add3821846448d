"""New passwords and security profiles for many stations."""

from collections.abc import Mapping
from typing import Final

import msgspec
from msgspec import Struct
from typing_extensions import override

from laddnav.kernel.clock import Clock
from laddnav.kernel.keys import StationKey
from laddnav.stations.model import Problem, SecurityProfile
from laddnav.stations.model.bulk import Bulk, BulkItem, ItemState, NewBulk, Result
from laddnav.stations.model.handover import Handover, HandoverState, NewHandover, Terms
from laddnav.stations.service.bulk_runner import BulkWork
from laddnav.stations.service.handovers import Handovers

KIND: Final = "handover"
_ENDS: Final = {
    HandoverState.VERIFIED: ItemState.DONE,
    HandoverState.ACCEPTED: ItemState.DONE,
    HandoverState.CANCELLED: ItemState.STOPPED,
}


class _Details(Struct, frozen=True, kw_only=True):
    profile: SecurityProfile | None
    terms: Terms


def handover_bulk(
    profile: SecurityProfile | None, terms: Terms, *, per_minute: int, deadline_seconds: int
) -> NewBulk:
    """Return the bulk operation that gives stations a profile; None: new passwords."""
    return NewBulk(
        kind=KIND,
        what="new passwords" if profile is None else f"security profile {profile.value}",
        details=msgspec.to_builtins(_Details(profile=profile, terms=terms)),
        per_minute=per_minute,
        deadline_seconds=deadline_seconds,
    )


class HandoverWork(BulkWork):
    """Begins a handover at each station, which then goes on by itself."""

    def __init__(self, handovers: Handovers, clock: Clock) -> None:
        self._handovers = handovers
        self._clock = clock

    @override
    async def begin(self, bulk: Bulk, key: StationKey) -> Result:
        details = msgspec.convert(bulk.details, _Details)
        left = bulk.deadline_at - self._clock.now()
        new = NewHandover(
            profile=details.profile,
            terms=details.terms,
            deadline_seconds=max(1, int(left.total_seconds())),
            batch=bulk.id,
            request=f"bulk {bulk.id}",
        )
        begun = await self._handovers.plan(key, new)
        if isinstance(begun, Problem):
            return Result(state=ItemState.FAILED, reason=begun.text)
        return Result(state=ItemState.BEGUN, ref=begun.handover.id)

    @override
    async def progress(self, bulk: Bulk, items: Mapping[str, BulkItem]) -> Mapping[str, Result]:
        found: dict[str, Result] = {}
        for handover in await self._handovers.of_bulk(bulk, list(items)):
            after = await self._stopped(handover) if bulk.stopped_at is not None else handover
            if not after.is_open:
                found[handover.key.identity] = _result(after)
        return found

    async def _stopped(self, handover: Handover) -> Handover:
        """Stop what was not sent yet."""
        if handover.state is not HandoverState.PLANNED:
            return handover
        after = await self._handovers.cancel(handover.key, handover.id)
        return handover if isinstance(after, Problem) else after


def _result(handover: Handover) -> Result:
    state = _ENDS.get(handover.state, ItemState.FAILED)
    if handover.state is HandoverState.EXPIRED and handover.attempts == 0:
        state = ItemState.NOT_REACHED
    return Result(state=state, reason=handover.reason or "")
