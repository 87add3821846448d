"""The device model of stations: learned by the node that owns them, shown by every node."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from laddnav.kernel.keys import StationKey
from laddnav.stations.live import LiveStation
from laddnav.stations.model.variables import (
    ACTUAL,
    Source,
    Variable,
    VariableFilter,
    VariableName,
    VariablePage,
    VariableRead,
    VariableWritten,
)
from laddnav.stations.rules import behaviour
from laddnav.stations.rules.behaviour import Reader
from laddnav.stations.rules.variables import is_storable, place_of
from laddnav.stations.store import forgetting
from laddnav.stations.store import variables as store
from laddnav.storage.database import Database
from laddnav.storage.lookup import Lookup
from laddnav.storage.write import Row, Write

_SEPARATOR = "\n"
_MOST_WAITING = 1_000
_MOST_UNREPORTED = 5_000


class Variables:
    """What is known of stations' variables (2.x) and configuration keys (1.6).

    What is learned comes as a `Write`, for whoever commits; values of secrets are left out.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._awaiting = Lookup(database, *store.awaiting_reboot())
        self._at_places = Lookup(database, *store.by_place())

    # ---- learning --------------------------------------------------------------------------

    def read(self, live: LiveStation, told: Iterable[VariableRead], at: datetime) -> Write | None:
        """Take what came of reading variables; names that are unknown are remembered (B06)."""
        told = tuple(told)
        for each in told:
            live.learned(each.name)
        rows = [
            row
            for each in told
            if is_storable(each.name)
            for row in store.read_rows(live.key, each, Source.READ, at)
        ]
        return _write(live, rows)

    def written(
        self, live: LiveStation, told: Iterable[VariableWritten], at: datetime
    ) -> Write | None:
        """Take what came of writing variables, by whatever path they were written (B05)."""
        told = tuple(told)
        for each in told:
            live.learned(each.name)
        rows = [
            row
            for each in told
            if is_storable(each.name)
            for row in store.written_rows(live.key, each, at)
        ]
        return _write(live, rows)

    def told(self, live: LiveStation, told: Iterable[VariableRead], at: datetime) -> Write | None:
        """Take values that the station told of itself (NotifyEvent); None: nothing is new."""
        rows = [
            row
            for each in told
            if each.value is not None
            and is_storable(each.name)
            and live.is_new_value(place_of(each.name), each.name.attribute, each.value)
            for row in store.read_rows(live.key, each, Source.EVENT, at)
        ]
        return _write(live, rows)

    async def restarted(self, key: StationKey, before: datetime) -> None:
        """Note that what was written before then has taken effect: the station has restarted.

        Raises:
            StorageUnavailable: The database is away.
        """
        await self._database.execute(*forgetting.restart(key, before))

    async def prune(self) -> None:
        """Forget what stations told of variables that no report has, where that is too much.

        Raises:
            StorageUnavailable: The database is away.
        """
        for operator, identity in await self._database.fetch(forgetting.overfull(_MOST_UNREPORTED)):
            key = StationKey(operator, identity)
            await self._database.execute(*forgetting.removal_of_unreported(key))

    # ---- showing ---------------------------------------------------------------------------

    async def list_variables(
        self,
        key: StationKey,
        wanted: VariableFilter,
        *,
        limit: int = 100,
        cursor: str | None = None,
    ) -> VariablePage:
        """Return a station's variables, those of one component together.

        Raises:
            ValueError: `cursor` is none of ours.
            StorageUnavailable: The database is away.
        """
        query = store.listing(key, wanted, _behind(cursor), limit + 1)
        found = [store.variable_from(record) for record in await self._database.fetch(query)]
        items = tuple(found[:limit])
        return VariablePage(items=items, next=_cursor(items[-1]) if len(found) > limit else None)

    async def known(
        self, key: StationKey, names: Sequence[VariableName]
    ) -> dict[tuple[str, str], Variable]:
        """Return what is known of some variables, by place and attribute.

        Raises:
            StorageUnavailable: The database is away.
        """
        found = await self._some(key, [place_of(name) for name in names])
        return {(place_of(each.name), each.name.attribute): each for each in found}

    async def known_of(
        self, operator: str, identities: Sequence[str], places: Sequence[str]
    ) -> dict[str, dict[tuple[str, str], Variable]]:
        """Return what is known at some places of some stations, by station, place and attribute.

        Raises:
            StorageUnavailable: The database is away.
        """
        found: dict[str, dict[tuple[str, str], Variable]] = {}
        if places:
            query = store.some_of(operator, identities, places)
            for record in await self._database.fetch(query):
                each = store.variable_from(record)
                slot = place_of(each.name), each.name.attribute
                found.setdefault(record[1], {})[slot] = each
        return found

    async def known_at(
        self, key: StationKey, places: Sequence[str]
    ) -> dict[tuple[str, str], Variable]:
        """Return what is known at some places of a station; it may be asked for thousands.

        Raises:
            StorageUnavailable: The database is away.
        """
        found = await asyncio.gather(*(self._at_places.get(*key, place) for place in places))
        read = [store.variable_from(record) for records in found for record in records]
        return {(place_of(each.name), each.name.attribute): each for each in read}

    async def values(self, key: StationKey, *readers: Reader[Any]) -> dict[str, str]:
        """Return what these readers read from, at once (see `rules.behaviour`).

        Raises:
            StorageUnavailable: The database is away.
        """
        places = [place for reader in readers for place in reader.places]
        return behaviour.values_of(await self._some(key, places))

    async def awaits_reboot(self, key: StationKey) -> bool:
        """Return whether any variable's value waits for a restart; it may be asked for thousands.

        Raises:
            StorageUnavailable: The database is away.
        """
        return bool(await self._awaiting.get(key.operator, key.identity))

    async def awaiting_reboot(self, key: StationKey, before: datetime) -> tuple[VariableName, ...]:
        """Return the variables whose value, written before then, waits for a restart.

        Raises:
            StorageUnavailable: The database is away.
        """
        page = await self.list_variables(
            key, VariableFilter(needs_reboot=True), limit=_MOST_WAITING
        )
        return tuple(
            each.name for each in page.items if each.write is not None and each.write.at < before
        )

    async def _some(self, key: StationKey, places: list[str]) -> list[Variable]:
        if not places:
            return []
        records = await self._database.fetch(store.some(key, sorted(set(places))))
        return [store.variable_from(record) for record in records]


def _write(live: LiveStation, rows: list[Row]) -> Write | None:
    return Write(fence=live.fence, rows=tuple(rows)) if rows else None


def _cursor(last: Variable) -> str:
    return f"{last.name.attribute or ACTUAL}{_SEPARATOR}{place_of(last.name)}"


def _behind(cursor: str | None) -> tuple[str, str] | None:
    if cursor is None:
        return None
    attribute, separator, place = cursor.partition(_SEPARATOR)
    if not separator:
        message = "no cursor of this list"
        raise ValueError(message)
    return place, attribute
