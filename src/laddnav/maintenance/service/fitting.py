"""Corrections are carried out: stations are asked, told, asked again, and restarted if wanted."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

import structlog

from laddnav.kernel.clock import Clock
from laddnav.kernel.keys import StationKey
from laddnav.maintenance.model.correction import Correction, CorrectionState
from laddnav.maintenance.model.standing import Standing, State, StationDrift
from laddnav.maintenance.rules import corrections as rules
from laddnav.maintenance.service.corrections import Corrections
from laddnav.maintenance.service.drift import Drift
from laddnav.maintenance.service.telling import Telling
from laddnav.maintenance.store import queries
from laddnav.stations.control import (
    CallFailed,
    Commanded,
    CommandResult,
    CommandStatus,
    ConfigurationRead,
    InvalidPayload,
    NotPossible,
    ResetKind,
    StationControl,
    Trigger,
)
from laddnav.stations.model import StationView
from laddnav.stations.service.views import Views
from laddnav.storage.database import Database
from laddnav.storage.errors import StorageError

_AT_ONCE: Final = 16
_LOOKED_AT: Final = 200
_TAKEN: Final = frozenset({CommandStatus.ACCEPTED, CommandStatus.SCHEDULED})
_OFFLINE: Final = "the station is not connected"
_UNDECIDED: Final = "the template is gone, or decides nothing here any more"
_BROKEN: Final = "something is wrong here: see the log"
_log = structlog.get_logger(__name__)

IsCharging = Callable[[StationKey], Awaitable[bool]]
"""Whether a station has a session that runs."""


class Fitting:
    """Carries out what is due at stations that are connected, to any node, a few at a time.

    Args:
        is_charging: Whether a station has a session: then it is not restarted.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        corrections: Corrections,
        drift: Drift,
        views: Views,
        control: StationControl,
        is_charging: IsCharging,
    ) -> None:
        self._database = database
        self._clock = clock
        self._corrections = corrections
        self._drift = drift
        self._views = views
        self._control = control
        self._is_charging = is_charging
        self._telling = Telling(database, clock, control)
        self._tasks: dict[StationKey, asyncio.Task[None]] = {}
        self._forgetting: set[asyncio.Task[None]] = set()

    async def work(self) -> None:
        """Begin what is due, and put off what cannot be begun.

        Raises:
            StorageUnavailable: The database is away.
        """
        room = _AT_ONCE - len(self._tasks)
        due = await self._corrections.due(_LOOKED_AT) if room > 0 else []
        views = await self._views.some([each.key for each in due])
        here = [each for each in due if (view := views.get(each.key)) and view.connected]
        await self._put_off([each for each in due if each not in here], views)
        for each in here:
            if each.key not in self._tasks and len(self._tasks) < _AT_ONCE:
                self._begin(each, views[each.key])

    async def rested(self) -> None:
        """Wait until nothing is under way here."""
        while tasks := [*self._tasks.values(), *self._forgetting]:
            await asyncio.gather(*tasks)

    async def close(self) -> None:
        """Break off what is under way: it is begun again later, or at the station's next Boot."""
        tasks = [*self._tasks.values(), *self._forgetting]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def forget(self, key: StationKey) -> None:
        """Forget a station that was removed."""
        task = asyncio.create_task(self._guarded(key, self._forgotten(key)))
        self._forgetting.add(task)
        task.add_done_callback(self._forgetting.discard)

    async def _forgotten(self, key: StationKey) -> None:
        await self._database.execute(*queries.departure(key))

    async def _put_off(
        self, due: Sequence[Correction], views: Mapping[StationKey, StationView]
    ) -> None:
        """Look again in a while at stations that are not connected; those removed are forgotten."""
        later = [each for each in due if each.key in views]
        await self._corrections.put_off(later, _OFFLINE)
        for key in {each.key for each in due} - views.keys():
            await self._database.execute(*queries.departure(key))

    def _begin(self, correction: Correction, view: StationView) -> None:
        if correction.state is CorrectionState.WAITING_FOR_IDLE:
            self._spawn(correction.key, self._restart(correction))
        else:
            self._spawn(correction.key, self._correct(correction, view))

    def _spawn(self, key: StationKey, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(self._guarded(key, work), name=f"correction of {key}")
        self._tasks[key] = task
        task.add_done_callback(lambda _: self._tasks.pop(key, None))

    async def _guarded(self, key: StationKey, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except StorageError as error:
            _log.warning("a correction is not stored", station=str(key), why=type(error).__name__)
        except Exception:  # noqa: BLE001 - a fault of ours must not end what serves the others
            _log.exception("a correction failed", station=str(key))

    # ---- one correction ---------------------------------------------------------------------

    async def _correct(self, before: Correction, view: StationView) -> None:
        taken = rules.claimed(before, self._clock.now())
        if not await self._corrections.store(before, taken):
            return
        try:
            after = await self._corrected(taken, view)
        except StorageError:
            raise  # what it came to is not known: it is begun again
        except Exception:
            failed = rules.ended(taken, self._clock.now(), CorrectionState.FAILED, _BROKEN)
            with suppress(StorageError):
                await self._end(taken, failed)
            raise
        await self._end(taken, after)

    async def _corrected(self, correction: Correction, view: StationView) -> Correction:
        """Ask the station for what is wanted of it, tell it what differs, and see."""
        drift = await self._drift.station(correction.key)
        wanted = [] if drift is None else rules.in_scope(correction, drift.standings)
        if correction.template is not None and not wanted:
            done = CorrectionState.DONE
            return rules.ended(correction, self._clock.now(), done, _UNDECIDED)
        why = await self._read(correction.key, wanted)
        if why is not None:
            return rules.interrupted(correction, self._clock.now(), why)
        drift = await self._drift.station(correction.key, is_settled=True)
        told = [] if drift is None else rules.in_scope(correction, drift.standings)
        differing = [each for each in told if each.drifts]
        to_be_set = [each for each in differing if rules.is_to_be_set(correction, each)]
        why = await self._telling.tell(view, to_be_set)
        if why is not None:
            return rules.interrupted(correction, self._clock.now(), why)
        now = await self._drift.station(correction.key, is_settled=True)
        return rules.concluded(correction, self._clock.now(), _same(now, differing))

    async def _read(self, key: StationKey, wanted: Sequence[Standing]) -> str | None:
        """Read what is wanted; return why that is not to be gone on with.

        A station that does not answer such questions is judged by what is known of it.
        """
        if not wanted:
            return None
        names = [each.wanted.name for each in wanted]
        outcome = await self._control.get_configuration(key, names)
        if isinstance(outcome, ConfigurationRead | CallFailed | InvalidPayload):
            return None
        return outcome.reason if isinstance(outcome, NotPossible) else "no answer came"

    async def _end(self, before: Correction, after: Correction) -> None:
        """Store what became of a correction; a station that was held for it may boot again."""
        if not await self._corrections.store(before, after):
            return  # it has booted meanwhile, which began another
        if before.is_held and not after.is_open:
            key = before.key
            await self._database.execute(queries.prepared(key, self._clock.now()))
            await self._control.trigger(key, Trigger.BOOT)  # else it comes by itself

    # ---- its restart ------------------------------------------------------------------------

    async def _restart(self, before: Correction) -> None:
        """Restart the station once it has no session; that this is done is stored before."""
        now = self._clock.now()
        if before.reset_at is not None:
            await self._corrections.store(before, rules.reset_unheard(before, now))
            return
        drift = await self._drift.station(before.key, is_settled=True)
        told = [] if drift is None else rules.in_scope(before, drift.standings)
        if not any(each.state is State.NEEDS_REBOOT for each in told):
            left = [each for each in told if each.drifts]  # it was restarted by another hand
            await self._corrections.store(before, rules.concluded(before, now, left))
            return
        if await self._is_charging(before.key):
            await self._corrections.store(before, rules.busy(before, now))
            return
        resetting = rules.resetting(before, now)
        if not await self._corrections.store(before, resetting):
            return
        outcome = await self._control.reset(before.key, ResetKind.ON_IDLE)
        is_taken = isinstance(outcome, Commanded) and outcome.status in _TAKEN
        words = "restart asked for" if is_taken else "restart refused"
        state = CorrectionState.NEEDS_REBOOT
        reason = f"{words}: {_words(outcome)}"
        after = rules.ended(resetting, self._clock.now(), state, reason)
        await self._corrections.store(resetting, after)


def _same(drift: StationDrift | None, differing: Sequence[Standing]) -> list[Standing]:
    """Return what differed, as it stands now."""
    names = {each.wanted.name for each in differing}
    return [] if drift is None else [e for e in drift.standings if e.wanted.name in names]


def _words(outcome: CommandResult) -> str:
    match outcome:
        case Commanded(wire_status=word, reason=reason):
            return ": ".join(filter(None, (word, reason)))
        case NotPossible(reason=reason):
            return reason
        case CallFailed(code=code):
            return code
        case _:
            return "no answer came"
