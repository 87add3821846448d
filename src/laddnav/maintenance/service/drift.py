"""How stations stand beside what templates want of them."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from laddnav.kernel.clock import Clock
from laddnav.kernel.keys import StationKey
from laddnav.maintenance.model.standing import Attempt, DriftPage, StationDrift
from laddnav.maintenance.model.template import Kind, Template, Wanted
from laddnav.maintenance.rules import standings as rules
from laddnav.maintenance.rules.corrections import restarted_at
from laddnav.maintenance.rules.standings import Moment
from laddnav.maintenance.rules.templates import Slot, is_for, kind_of, merged, wanted_slot
from laddnav.maintenance.service.templates import Templates
from laddnav.maintenance.store import queries
from laddnav.maintenance.store.tables import attempt_from, correction_from
from laddnav.stations.model import StationFilter, StationView
from laddnav.stations.model.variables import Variable
from laddnav.stations.service.variables import Variables
from laddnav.stations.service.views import Views
from laddnav.storage.database import Database, Record
from laddnav.storage.lookup import Lookup

_AT_ONCE: Final = 100

_Pair = tuple[Wanted, Slot]


class Drift:
    """Compares what is wanted with what is known: nothing of it is stored, so it is never stale."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        templates: Templates,
        views: Views,
        variables: Variables,
    ) -> None:
        self._database = database
        self._attempted = Lookup(database, *queries.attempts_by_station())
        self._clock = clock
        self._templates = templates
        self._views = views
        self._variables = variables

    async def station(self, key: StationKey, *, is_settled: bool = False) -> StationDrift | None:
        """Return how a station stands; None: there is no such station.

        Args:
            key: Which one.
            is_settled: Whether what is about to be set is left out of account.

        Raises:
            StorageUnavailable: The database is away.
        """
        view = await self._views.station(key)
        if view is None:
            return None
        templates = await self._templates.all(key.operator)
        pending = set() if is_settled else await self._pending(key.operator, [key.identity])
        return (await self._compared(key.operator, templates, [view], pending))[0]

    async def page(self, template: Template, *, limit: int, cursor: str | None) -> DriftPage:
        """Return how the stations stand that a template is for, in what it decides.

        Raises:
            ValueError: `cursor` is none of ours.
            StorageUnavailable: The database is away.
        """
        operator = template.operator
        site = StationFilter(site=template.scope.site)
        most = min(limit, _AT_ONCE)
        found = await self._views.stations(operator, site, limit=most, cursor=cursor)
        views = [each for each in found.items if is_for(template.scope, _kind(each))]
        templates = await self._templates.all(operator)
        identities = [each.station.key.identity for each in views]
        pending = await self._pending(operator, identities) if identities else set()
        drifts = await self._compared(operator, templates, views, pending, only=template.id)
        return DriftPage(items=tuple(drifts), next=found.next)

    async def drifting(self, template: Template) -> AsyncIterator[str]:
        """Yield the identities of the stations that drift in what a template decides.

        Raises:
            StorageUnavailable: The database is away.
        """
        cursor: str | None = None
        while True:
            page = await self.page(template, limit=_AT_ONCE, cursor=cursor)
            for each in page.items:
                if each.drifts:
                    yield each.key.identity
            cursor = page.next
            if cursor is None:
                return

    async def standing_of(
        self, key: StationKey, kind: Kind, wanted: Sequence[Wanted]
    ) -> StationDrift:
        """Return how a station of this kind, which has just restarted, stands in some values.

        It may be asked for thousands at once.

        Raises:
            StorageUnavailable: The database is away.
        """
        pairs = _pairs(wanted, kind)
        known = await self._variables.known_at(key, _places(pairs))
        attempts = _by_station(await self._attempted.get(*key)).get(key.identity, {})
        now = self._clock.now()
        moment = Moment(now=now, firmware=kind.firmware, restarted_at=now)
        return _drift(key, pairs, known, attempts, moment)

    async def _compared(
        self,
        operator: str,
        templates: Sequence[Template],
        views: Sequence[StationView],
        pending: AbstractSet[str],
        only: str | None = None,
    ) -> list[StationDrift]:
        if not views:
            return []
        by_kind: dict[Kind, list[_Pair]] = {}
        for kind in map(_kind, views):
            if kind not in by_kind:
                pairs = _pairs(merged(templates, kind), kind)
                by_kind[kind] = [each for each in pairs if only in {None, each[0].template.id}]
                await asyncio.sleep(0)  # others get their turn
        wanted = {view.station.key.identity: by_kind[_kind(view)] for view in views}
        places = _places([pair for pairs in by_kind.values() for pair in pairs])
        known = await self._variables.known_of(operator, list(wanted), places)
        attempts = await self._attempts(operator, list(wanted))
        drifts = []
        for view in views:
            key = view.station.key
            moment = Moment(
                now=self._clock.now(),
                firmware=view.life.firmware,
                restarted_at=restarted_at(view.life),
                is_pending=key.identity in pending,
            )
            about = known.get(key.identity, {}), attempts.get(key.identity, {})
            drifts.append(_drift(key, wanted[key.identity], *about, moment))
            await asyncio.sleep(0)  # others get their turn
        return drifts

    async def _attempts(
        self, operator: str, identities: Sequence[str]
    ) -> dict[str, dict[Slot, Attempt]]:
        return _by_station(await self._database.fetch(queries.attempts_at(operator, identities)))

    async def _pending(self, operator: str, identities: Sequence[str]) -> set[str]:
        records = await self._database.fetch(queries.open_at(operator, identities))
        return {correction_from(record).key.identity for record in records}


def _by_station(records: Sequence[Record]) -> dict[str, dict[Slot, Attempt]]:
    found: dict[str, dict[Slot, Attempt]] = {}
    for record in records:
        key, slot, attempt = attempt_from(record)
        found.setdefault(key.identity, {})[slot] = attempt
    return found


def _kind(view: StationView) -> Kind:
    return kind_of(view.station, view.life, view.life.ocpp_version)


def _pairs(wanted: Sequence[Wanted], kind: Kind) -> list[_Pair]:
    return [(each, wanted_slot(each, kind.version or "")) for each in wanted]


def _places(pairs: Sequence[_Pair]) -> list[str]:
    return sorted({place for _, (place, _) in pairs})


def _drift(
    key: StationKey,
    pairs: Sequence[_Pair],
    known: Mapping[Slot, Variable],
    attempts: Mapping[Slot, Attempt],
    moment: Moment,
) -> StationDrift:
    standings = tuple(
        rules.standing(wanted, known.get(slot), attempts.get(slot), moment)
        for wanted, slot in pairs
    )
    return StationDrift(key=key, standings=standings)
