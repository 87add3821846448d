"""Corrections: asked for, listed, cancelled, and whose turn it is."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from laddnav.kernel import ids
from laddnav.kernel.clock import Clock
from laddnav.kernel.keys import StationKey
from laddnav.maintenance.model.correction import (
    Correction,
    CorrectionPage,
    CorrectionState,
    Reboot,
)
from laddnav.maintenance.rules import corrections as rules
from laddnav.maintenance.service.drift import Drift
from laddnav.maintenance.store import queries
from laddnav.maintenance.store.tables import correction_from, correction_row
from laddnav.stations.model import Problem, ProblemKind
from laddnav.storage.database import Database
from laddnav.storage.write import Write

_NO_STATION: Final = Problem(
    kind=ProblemKind.UNKNOWN, field="identity", text="no station has this identity"
)
_NO_CORRECTION: Final = Problem(
    kind=ProblemKind.UNKNOWN, field="id", text="the station has no such correction"
)
_BUSY: Final = Problem(
    kind=ProblemKind.CONFLICT,
    field=None,
    text="the station is being corrected already: wait for that, or cancel it",
)


class Corrections:
    """What operators ask for, and what Boots begin."""

    def __init__(self, database: Database, clock: Clock, drift: Drift) -> None:
        self._database = database
        self._clock = clock
        self._drift = drift

    # ---- what operators ask for -------------------------------------------------------------

    async def plan(
        self,
        key: StationKey,
        reboot: Reboot,
        *,
        template: str | None = None,
        correction_id: str | None = None,
    ) -> Correction | Problem:
        """Begin to correct a station, also in what it refused before; one at a time.

        Args:
            key: Which station.
            reboot: Whether it may be restarted.
            template: Only what the template of this id wants; None: what all want.
            correction_id: The correction's; begun again under it, it is the one that was begun
                then. None: a new one.

        Raises:
            StorageUnavailable: The database is away.
        """
        if await self._drift.station(key) is None:
            return _NO_STATION
        known = None if correction_id is None else await self.one(key, correction_id)
        if known is not None:
            return known
        if await self._is_asked(key):
            return _BUSY
        now = self._clock.now()
        correction = Correction(
            id=ids.new_id() if correction_id is None else correction_id,
            key=key,
            version=1,
            state=CorrectionState.PLANNED,
            template=template,
            reboot=reboot,
            next_at=now,
            created_at=now,
            updated_at=now,
        )
        await self._database.commit(Write(rows=(correction_row(correction),)))
        return correction

    async def _is_asked(self, key: StationKey) -> bool:
        """Return whether somebody asked for a station to be corrected, and it is not yet."""
        records = await self._database.fetch(queries.open_at(key.operator, [key.identity]))
        return any(correction_from(record).is_forced for record in records)

    async def cancel(self, key: StationKey, correction_id: str) -> Correction | Problem:
        """Stop a correction; what was set already stays.

        Raises:
            StorageUnavailable: The database is away.
        """
        known = await self.one(key, correction_id)
        if known is None:
            return _NO_CORRECTION
        after = rules.ended(known, self._clock.now(), CorrectionState.CANCELLED)
        is_planned = known.state in {CorrectionState.PLANNED, CorrectionState.WAITING_FOR_IDLE}
        if not is_planned or known.is_held or not await self.store(known, after):
            text = f"it cannot be cancelled now ({known.state})"
            return Problem(kind=ProblemKind.CONFLICT, field="id", text=text)
        return after

    async def one(self, key: StationKey, correction_id: str) -> Correction | None:
        """Return one correction of a station.

        Raises:
            StorageUnavailable: The database is away.
        """
        records = await self._database.fetch(queries.correction_of(key, correction_id))
        return correction_from(records[0]) if records else None

    async def page(self, key: StationKey, *, limit: int, cursor: str | None) -> CorrectionPage:
        """Return a station's corrections: that of its last Boot, then the newest first.

        Raises:
            StorageUnavailable: The database is away.
        """
        records = await self._database.fetch(queries.station_list(key, cursor, limit + 1))
        items = tuple(map(correction_from, records[:limit]))
        return CorrectionPage(items=items, next=items[-1].id if len(records) > limit else None)

    async def of(
        self, operator: str, correction_id: str, identities: Sequence[str]
    ) -> list[Correction]:
        """Return the corrections of some stations that have one id: that of a bulk operation.

        Raises:
            StorageUnavailable: The database is away.
        """
        query = queries.same_id(operator, correction_id, identities)
        return [correction_from(record) for record in await self._database.fetch(query)]

    # ---- what time brings -------------------------------------------------------------------

    async def due(self, limit: int) -> list[Correction]:
        """Return the corrections whose turn has come, of stations connected or not.

        Raises:
            StorageUnavailable: The database is away.
        """
        records = await self._database.fetch(queries.due(self._clock.now(), limit))
        return [correction_from(record) for record in records]

    async def store(self, before: Correction, after: Correction) -> bool:
        """Store what became of a correction; False: it was changed meanwhile, and stays so.

        Raises:
            StorageUnavailable: The database is away.
        """
        touched = await self._database.execute(queries.change(before, after))
        return bool(touched[0])

    async def put_off(self, due: Sequence[Correction], why: str) -> None:
        """Look at some corrections later again, but at those that somebody takes meanwhile.

        Raises:
            StorageUnavailable: The database is away.
        """
        if due:
            await self._database.execute(queries.postponement(due, self._clock.now(), why))

    async def forget(self, ended_before: datetime) -> None:
        """Forget what ended before then.

        Raises:
            StorageUnavailable: The database is away.
        """
        await self._database.execute(queries.oblivion(ended_before))
