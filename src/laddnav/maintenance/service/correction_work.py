"""Corrections of many stations."""

from collections.abc import Mapping
from typing import Final

import msgspec
from msgspec import Struct
from typing_extensions import override

from laddnav.kernel.keys import StationKey
from laddnav.maintenance.model.correction import Correction, CorrectionState, Reboot
from laddnav.maintenance.model.standing import State
from laddnav.maintenance.model.template import Template
from laddnav.maintenance.service.corrections import Corrections
from laddnav.stations.model import Problem
from laddnav.stations.model.bulk import Bulk, BulkItem, ItemState, NewBulk, Result
from laddnav.stations.service.bulk_runner import BulkWork

KIND: Final = "correction"
_ENDS: Final = {
    CorrectionState.DONE: ItemState.DONE,
    CorrectionState.NEEDS_REBOOT: ItemState.DONE,
    CorrectionState.INCOMPLETE: ItemState.FAILED,
    CorrectionState.FAILED: ItemState.NOT_REACHED,
    CorrectionState.CANCELLED: ItemState.STOPPED,
}


class _Details(Struct, frozen=True, kw_only=True):
    template: str
    reboot: Reboot


def correction_bulk(
    template: Template, reboot: Reboot, *, per_minute: int, deadline_seconds: int
) -> NewBulk:
    """Return the bulk operation that corrects stations in what a template wants."""
    return NewBulk(
        kind=KIND,
        what=f"configuration by the template {template.name}",
        details=msgspec.to_builtins(_Details(template=template.id, reboot=reboot)),
        per_minute=per_minute,
        deadline_seconds=deadline_seconds,
    )


class CorrectionWork(BulkWork):
    """Begins a correction at each station, which then goes on by itself."""

    def __init__(self, corrections: Corrections) -> None:
        self._corrections = corrections

    @override
    async def begin(self, bulk: Bulk, key: StationKey) -> Result:
        details = msgspec.convert(bulk.details, _Details)
        begun = await self._corrections.plan(
            key, details.reboot, template=details.template, correction_id=bulk.id
        )
        if isinstance(begun, Problem):
            return Result(state=ItemState.FAILED, reason=begun.text)
        return Result(state=ItemState.BEGUN, ref=begun.id)

    @override
    async def progress(self, bulk: Bulk, items: Mapping[str, BulkItem]) -> Mapping[str, Result]:
        found: dict[str, Result] = {}
        for each in await self._corrections.of(bulk.operator, bulk.id, list(items)):
            after = await self._stopped(each) if bulk.stopped_at is not None else each
            if not after.is_open:
                found[each.key.identity] = _result(after)
        return found

    async def _stopped(self, correction: Correction) -> Correction:
        after = await self._corrections.cancel(correction.key, correction.id)
        return correction if isinstance(after, Problem) else after


def _result(correction: Correction) -> Result:
    left = [each for each in correction.results if each.state != State.AS_WANTED]
    said = [f"{each.name}: {each.state}" for each in left]
    reason = "; ".join(filter(None, (correction.reason, *said)))
    return Result(state=_ENDS[correction.state], reason=reason)
