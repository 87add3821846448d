"""Stations are told values, a few at a time, and each answer is remembered at once."""

from collections.abc import Mapping, Sequence
from typing import Final

from laddnav.kernel.clock import Clock
from laddnav.maintenance.model.standing import Standing
from laddnav.maintenance.rules import standings as rules
from laddnav.maintenance.rules.corrections import restarted_at
from laddnav.maintenance.rules.standings import Moment
from laddnav.maintenance.rules.templates import wanted_slot
from laddnav.maintenance.store.tables import attempt_row
from laddnav.stations.control import (
    CallFailed,
    Commanded,
    CommandStatus,
    ConfigurationWritten,
    InvalidPayload,
    NoAnswer,
    NotPossible,
    StationControl,
)
from laddnav.stations.model import StationView
from laddnav.storage.database import Database
from laddnav.storage.write import Write

_V16: Final = "1.6"
_PART: Final = 10
_UNHEARD: Final = "no answer came"
_NEVER: Final = frozenset({"NotImplemented", "NotSupported"})


class Telling:
    """Tells a station values.

    Where a message with several values fails, each is told alone: one that a station stumbles over
    must not keep the others from it. So is what came to nothing before, at the end.
    """

    def __init__(self, database: Database, clock: Clock, control: StationControl) -> None:
        self._database = database
        self._clock = clock
        self._control = control

    async def tell(self, view: StationView, values: Sequence[Standing]) -> str | None:
        """Tell a station values; return why it was not told them all. Refusals are answers.

        Raises:
            StorageUnavailable: What it answered is not stored.
        """
        size = 1 if view.life.ocpp_version == _V16 else _PART
        doubted = [each for each in values if _failed(each)]
        fresh = [each for each in values if each not in doubted]
        parts = [fresh[first : first + size] for first in range(0, len(fresh), size)]
        for part in (*parts, *([each] for each in doubted)):
            why = await self._part(view, part)
            if why is not None:
                return why
        return None

    async def _part(self, view: StationView, part: Sequence[Standing]) -> str | None:
        names = {each.wanted.name: each.wanted.value for each in part}
        outcome = await self._control.set_configuration(view.station.key, names)
        if isinstance(outcome, ConfigurationWritten):
            return await self._answered(view, part, outcome.results)
        if len(part) > 1 and isinstance(outcome, CallFailed | InvalidPayload):
            return await self._alone(view, part)
        if isinstance(outcome, NotPossible):
            return outcome.reason
        await self._note(view, part, dict.fromkeys(names, _meant(outcome)))
        return None if isinstance(outcome, CallFailed | InvalidPayload) else _UNHEARD

    async def _answered(
        self, view: StationView, part: Sequence[Standing], results: Mapping[str, Commanded]
    ) -> str | None:
        unheard = [each for each in part if not results[each.wanted.name].wire_status]
        if len(part) == 1:
            await self._note(view, part, results)
            return None
        await self._note(view, [each for each in part if each not in unheard], results)
        return await self._alone(view, unheard)

    async def _alone(self, view: StationView, part: Sequence[Standing]) -> str | None:
        for each in part:
            why = await self._part(view, [each])
            if why is not None:
                return why
        return None

    async def _note(
        self, view: StationView, told: Sequence[Standing], results: Mapping[str, Commanded]
    ) -> None:
        life = view.life
        moment = Moment(
            now=self._clock.now(), firmware=life.firmware, restarted_at=restarted_at(life)
        )
        rows = tuple(
            attempt_row(
                view.station.key,
                wanted_slot(each.wanted, life.ocpp_version or ""),
                rules.after(each.wanted, each.attempt, results[each.wanted.name], moment),
            )
            for each in told
        )
        if rows:
            await self._database.commit(Write(rows=rows))


def _failed(value: Standing) -> bool:
    return value.attempt is not None and value.attempt.status is CommandStatus.FAILED


def _meant(outcome: NoAnswer) -> Commanded:
    """Return what it means that a value was not answered with a word of its own."""
    match outcome:
        case CallFailed(code=code, description=description):
            status = CommandStatus.NOT_SUPPORTED if code in _NEVER else CommandStatus.FAILED
            return Commanded(status=status, wire_status=code, reason=description or None)
        case InvalidPayload(problem=problem):
            return Commanded(status=CommandStatus.REJECTED, wire_status="not sent", reason=problem)
        case _:
            return Commanded(
                status=CommandStatus.FAILED, wire_status=type(outcome).__name__, reason=_UNHEARD
            )
