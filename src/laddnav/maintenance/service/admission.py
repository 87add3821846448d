"""What templates mean for a station that boots: fills the port `stations.upkeep`."""

from collections.abc import Awaitable, Sequence
from datetime import datetime

import structlog
from msgspec.structs import replace
from typing_extensions import override

from laddnav.kernel.clock import Clock
from laddnav.kernel.keys import StationKey
from laddnav.maintenance.model.correction import Preparation
from laddnav.maintenance.model.standing import Turn
from laddnav.maintenance.model.template import Kind, Wanted
from laddnav.maintenance.rules import corrections as rules
from laddnav.maintenance.rules.templates import concern, kind_of, mark_of, merged
from laddnav.maintenance.service.drift import Drift
from laddnav.maintenance.service.templates import Templates
from laddnav.maintenance.store import queries
from laddnav.maintenance.store.tables import (
    correction_row,
    preparation_from,
    preparation_row,
)
from laddnav.stations.live import LiveStation
from laddnav.stations.model import BootReported, Registration
from laddnav.stations.service.ports import Upkeep
from laddnav.storage.database import Database
from laddnav.storage.errors import StorageError
from laddnav.storage.lookup import Lookup
from laddnav.storage.write import Row, Write

_log = structlog.get_logger(__name__)


class Admission(Upkeep):
    """Looks at each Boot: is the station to be corrected, and before it is accepted?

    Where no template is for a station, that is known from memory, and costs nothing else. What is
    read and stored for those that boot at once is gathered.

    Args:
        after_seconds: How long a station that was accepted is left alone.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        templates: Templates,
        drift: Drift,
        after_seconds: float,
    ) -> None:
        self._database = database
        self._preparations = Lookup(database, *queries.preparations_by_station())
        self._clock = clock
        self._templates = templates
        self._drift = drift
        self._after_seconds = after_seconds

    @override
    def holds(self, live: LiveStation, report: BootReported) -> Awaitable[bool] | None:
        if live.station.registration is not Registration.ACCEPTED:
            return None
        kind = kind_of(live.station, report, _version(live))
        found = concern(self._templates.known(live.key.operator), kind)
        if not any(each.before_acceptance for each in found):
            return None
        wanted = [each for each in merged(found, kind) if each.template.before_acceptance]
        return self._holds(live.key, kind, wanted) if wanted else None

    @override
    def begun(self, live: LiveStation, now: datetime) -> tuple[Row, ...]:
        if live.station.registration is not Registration.ACCEPTED:
            return ()
        kind = kind_of(live.station, live.life, _version(live))
        if not concern(self._templates.known(live.key.operator), kind):
            return ()
        begun = rules.begun_by_boot(live.key, now, self._after_seconds, is_held=live.held)
        return (correction_row(begun),)

    async def _holds(self, key: StationKey, kind: Kind, wanted: Sequence[Wanted]) -> bool:
        try:
            return await self._is_held(key, kind, wanted)
        except StorageError as error:
            about = {"station": str(key), "why": type(error).__name__}
            _log.warning("a station is accepted before it is configured", **about)
            return False

    async def _is_held(self, key: StationKey, kind: Kind, wanted: Sequence[Wanted]) -> bool:
        now, mark = self._clock.now(), mark_of(wanted, kind)
        records = await self._preparations.get(*key)
        before = preparation_from(records[0]) if records else None
        held = rules.held(before, mark, now)
        if held is None:
            if before is not None and before.ended_at is None:
                await self._store(key, replace(before, ended_at=now))
            return False
        is_new = before is None or before.mark != mark
        if is_new and not await self._is_due(key, kind, wanted):
            held = replace(held, ended_at=now, boots=held.boots - 1)
        await self._store(key, held)
        return held.ended_at is None

    async def _is_due(self, key: StationKey, kind: Kind, wanted: Sequence[Wanted]) -> bool:
        drift = await self._drift.standing_of(key, kind, wanted)
        return any(each.turn is Turn.DUE for each in drift.standings)

    async def _store(self, key: StationKey, preparation: Preparation) -> None:
        await self._database.commit(Write(rows=(preparation_row(key, preparation),)))


def _version(live: LiveStation) -> str | None:
    link = live.connection
    return live.life.ocpp_version if link is None else link.version
