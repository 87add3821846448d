"""What is known of stations, as it may be shown."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from msgspec.structs import replace

from laddnav.journal.rules.texts import cursor_of, place_of
from laddnav.kernel.clock import Clock, from_micros, to_micros
from laddnav.kernel.keys import StationKey
from laddnav.stations.live import LiveStation, without_passwords
from laddnav.stations.model import (
    Connector,
    ConnectorView,
    Life,
    Station,
    StationFilter,
    StationPage,
    StationView,
    TimelinePage,
)
from laddnav.stations.rules import reports
from laddnav.stations.rules.admission import is_identity
from laddnav.stations.service.fleet import Fleet
from laddnav.stations.store import queries, tables
from laddnav.storage.database import Database, Record


class Views:
    """Shows stations: from memory where this node holds them, else as they were last stored.

    What a station that is not connected said of its connectors is marked stale.
    """

    def __init__(self, database: Database, clock: Clock, fleet: Fleet) -> None:
        self._database = database
        self._clock = clock
        self._fleet = fleet

    async def station(self, key: StationKey) -> StationView | None:
        """Return all that is known of a station; None: there is none."""
        records = await self._database.fetch(queries.view_of(key))
        shown = await self._shown(key.operator, records)
        return shown[0] if shown else None

    async def some(self, keys: Sequence[StationKey]) -> dict[StationKey, StationView]:
        """Return all that is known of some stations, of several operators."""
        found: dict[StationKey, StationView] = {}
        for operator in {key.operator for key in keys}:
            identities = [key.identity for key in keys if key.operator == operator]
            records = await self._database.fetch(queries.some_views(operator, identities))
            shown = await self._shown(operator, records)
            found |= {view.station.key: view for view in shown}
        return found

    async def holder(self, key: StationKey) -> str | None:
        """Return the run of the node that holds a station's socket; None: none does."""
        view = await self.station(key)
        return view.life.node if view is not None and view.connected else None

    async def stations(
        self,
        operator: str,
        wanted: StationFilter,
        *,
        limit: int = 100,
        cursor: str | None = None,
    ) -> StationPage:
        """Return an operator's stations in the order of their identities.

        Raises:
            ValueError: `cursor` is none of ours.
        """
        if cursor is not None and not is_identity(cursor):
            message = "no cursor of this list"
            raise ValueError(message)
        alive_since = to_micros(self._clock.now() - reports.ALIVE_FOR)
        query = queries.view_list(operator, wanted, cursor or "", limit + 1, alive_since)
        records = await self._database.fetch(query)
        items = await self._shown(operator, records[:limit])
        more = len(records) > limit
        return StationPage(
            items=tuple(items), next=items[-1].station.key.identity if more else None
        )

    async def timeline(
        self,
        key: StationKey,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 100,
        cursor: str | None = None,
    ) -> TimelinePage:
        """Return a station's history, newest first.

        Raises:
            ValueError: `cursor` is none of ours.
        """
        query = queries.timeline_list(
            key,
            since=None if since is None else to_micros(since),
            until=None if until is None else to_micros(until),
            before=None if cursor is None else place_of(cursor),
            limit=limit + 1,
        )
        found = [tables.timeline_from(record) for record in await self._database.fetch(query)]
        onward = [cursor_of(line.at, line.id) for line in found[limit - 1 : -1]]
        return TimelinePage(items=tuple(found[:limit]), next=onward[0] if onward else None)

    async def _shown(self, operator: str, records: list[Record]) -> list[StationView]:
        identities = [record[1] for record in records]
        rows = await self._database.fetch(queries.connectors_of(operator, identities))
        stored: dict[str, list[Connector]] = {}
        for row in rows:
            stored.setdefault(row[1], []).append(tables.connector_from(row))
        return [self._view(record, stored.get(record[1], [])) for record in records]

    def _view(self, record: Record, stored: list[Connector]) -> StationView:
        station = without_passwords(tables.station_from(record[: queries.LIFE]))
        live = self._fleet.live(station.key)
        if live is not None and live.connection is not None:
            return _live_view(station, live)
        life_record = record[queries.LIFE : queries.HEARD]
        life = Life() if life_record[0] is None else tables.life_from(life_record)
        heard, beaten = (
            None if micros is None else from_micros(micros) for micros in record[queries.HEARD :]
        )
        # A run that is our own holds no socket of a station that it does not know.
        connected = life.node != self._fleet.node and reports.is_connected(
            life, beaten, self._clock.now()
        )
        if live is not None and not connected:  # it left, and no other node holds it
            return _live_view(station, live)
        return StationView(
            station=station,
            life=life,
            connected=connected,
            heard_at=heard,
            connectors=_connectors(stored, connected=connected),
        )


def _live_view(station: Station, live: LiveStation) -> StationView:
    connected = live.connection is not None
    known = sorted(live.connectors.values(), key=lambda connector: connector.ref)
    return StationView(
        station=station,
        life=replace(live.life, clock_skew_ms=live.clock_skew_ms),
        connected=connected,
        heard_at=live.heard_at,
        connectors=_connectors(known, connected=connected),
    )


def _connectors(known: Iterable[Connector], *, connected: bool) -> tuple[ConnectorView, ...]:
    return tuple(
        ConnectorView(
            connector=connector, stale=not connected, fault=reports.explain_fault(connector)
        )
        for connector in known
    )
