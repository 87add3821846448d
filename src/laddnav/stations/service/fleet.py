"""Stations while they are connected: claimed, loaded, kept in memory, left alone."""

import asyncio
import socket
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from msgspec.structs import replace

from laddnav.kernel import ids
from laddnav.kernel.clock import Clock
from laddnav.kernel.keys import StationKey
from laddnav.stations.live import LiveStation
from laddnav.stations.model import WHOLE_STATION, ConnectionInfo, Life, Station, TimelineKind
from laddnav.stations.service.record import entry
from laddnav.stations.store import queries, tables
from laddnav.storage.database import Database
from laddnav.storage.errors import Fenced, StorageError, StorageUnavailable
from laddnav.storage.lookup import Lookup
from laddnav.storage.write import Row, Write

_KEPT_SECONDS = 60.0
_BEAT_SECONDS = 5.0
_TICK_SECONDS = 0.5
_HEARD_GRAIN = timedelta(seconds=60)

_log = structlog.get_logger(__name__)


class Fleet:
    """The stations that this node owns.

    A station belongs to the node whose claim came last; its state stays in memory for a minute
    beyond its link, so that one which flaps is not read again.

    Whether a station is connected is never a stored flag: its stored life names the run of the
    node that holds its socket, and counts only while that run beats (`nodes`). A run that was
    killed beats no more, and the next run on the same host forgets it at once.

    Attributes:
        node: The name of this run.
        on_forgotten: Called with the key of each station whose state was dropped.
        on_taken_over: Called with each station that was claimed here while another run, named
            too, was said to hold a link of it.
        on_connected: Called with each station that a link begins to serve.
    """

    def __init__(self, database: Database, clock: Clock, *, host: str | None = None) -> None:
        self.host = host or socket.gethostname()
        self.node = f"{self.host}/{ids.new_id()}"
        self.on_forgotten: list[Callable[[StationKey], None]] = []
        self.on_taken_over: list[Callable[[LiveStation, str], None]] = []
        self.on_connected: list[Callable[[LiveStation], None]] = []
        self._database = database
        self._clock = clock
        self._started_at = clock.now()
        self._live: dict[StationKey, LiveStation] = {}
        self._loading: dict[StationKey, asyncio.Event] = {}
        self._left: deque[tuple[float, StationKey]] = deque()
        self._heard: dict[StationKey, datetime] = {}
        self._owed: dict[StationKey, Write] = {}
        self._next_beat = 0.0
        self._states = Lookup(database, *queries.states())

    async def start(self) -> None:
        """Begin to beat, and forget earlier runs of this node: their links are dead."""
        await self._database.execute(tables.former_runs(self.node, self.host))
        await self.beat()

    async def beat(self) -> None:
        """Tell the other nodes that this one lives."""
        row = tables.node_row(self.node, self.host, self._started_at, self._clock.now())
        await self._database.commit(Write(rows=(row,)))

    def live(self, key: StationKey) -> LiveStation | None:
        """Return the state of a station that this node owns, connected or just gone."""
        return self._live.get(key)

    async def claim(self, station: Station) -> LiveStation:
        """Make this node the owner of a station and return its state, read anew if need be.

        Raises:
            StorageUnavailable: The database is away.
        """
        while (live := self._live.get(station.key)) is None:
            await self._load_once(station)
        live.configure(station)
        if live.connection is None:
            self._expire_later(live)
        return live

    async def _load_once(self, station: Station) -> None:
        """Load a station, or wait for whoever does; who was cancelled leaves it to the next."""
        other = self._loading.get(station.key)
        if other is not None:
            await other.wait()
            return
        done = self._loading[station.key] = asyncio.Event()
        try:
            self._live[station.key] = await self._load(station)
        finally:
            del self._loading[station.key]
            done.set()

    async def _load(self, station: Station) -> LiveStation:
        epochs = await self._database.claim([station.key], self.node)
        live = LiveStation(epoch=epochs[station.key], station=station)
        await self._read(live)
        former = live.life.node
        if former is not None and former != self.node:
            for told in self.on_taken_over:
                told(live, former)
        return live

    async def _read(self, live: LiveStation) -> None:
        states = [queries.state_from(record) for record in await self._states.get(*live.key)]
        live.life = states[0].life if states else Life()
        known = [state.connector for state in states if state.connector is not None]
        live.connectors = {connector.ref: connector for connector in known}
        if states and live.heard_at is None:
            live.heard_at = states[0].heard_at

    async def reload(self, live: LiveStation) -> Write:
        """Read a station's state anew after a commit that failed or may have failed.

        Return what its link knows and the database may not; it belongs into the next commit.

        Raises:
            StorageUnavailable: The database is away; the state must not be used.
        """
        await self._read(live)
        live.forget_values()
        if live.connection is None:
            return Write(fence=live.fence)
        return self._linked(live, live.connection)

    def connected(self, live: LiveStation, connection: ConnectionInfo) -> Write:
        """Note that a link of the station lives from now on: it replaces any other."""
        now = self._clock.now()
        lost = self._lost(live) if live.connection is None else ()
        live.open_link(connection, now, self._clock.monotonic())
        self._live[live.key] = live
        self._owed.pop(live.key, None)
        for told in self.on_connected:
            told(live)
        line = entry(WHOLE_STATION, now, TimelineKind.CONNECTION, "connected")
        line = replace(line, info=f"OCPP {connection.version} from {connection.address}")
        rows = (*lost, tables.timeline_row(live.key, line))
        return Write(fence=live.fence, rows=rows) + self._linked(live, connection)

    def _linked(self, live: LiveStation, connection: ConnectionInfo) -> Write:
        """Return the write of what a link tells of its station."""
        live.life = replace(
            live.life,
            node=self.node,
            connected_at=live.connected_at,
            address=connection.address,
            ocpp_version=connection.version,
            password_form=connection.password_form,
            clock_skew_ms=live.clock_skew_ms,
        )
        return Write(fence=live.fence, rows=(tables.life_row(live.key, live.life),))

    def _lost(self, live: LiveStation) -> tuple[Row, ...]:
        """Return the end of a connection whose node died before it could write it."""
        life = live.life
        if life.node is None or life.connected_at is None:
            return ()
        at = max(live.heard_at or life.connected_at, life.connected_at)
        line = entry(WHOLE_STATION, at, TimelineKind.CONNECTION, "lost")
        return (tables.timeline_row(live.key, line),)

    def disconnected(self, live: LiveStation, connection_id: str, reason: str) -> Write | None:
        """Note that a link ended; None: it was no longer the station's link, nothing changes."""
        if live.connection is None or live.connection.id != connection_id:
            return None
        now = self._clock.now()
        live.life = replace(
            live.life,
            node=None,
            disconnected_at=now,
            close_reason=reason,
            clock_skew_ms=live.clock_skew_ms,
        )
        live.close_link()
        self._expire_later(live)
        self._note_heard(live)
        line = replace(
            entry(WHOLE_STATION, now, TimelineKind.CONNECTION, "disconnected"), info=reason
        )
        rows = (tables.life_row(live.key, live.life), tables.timeline_row(live.key, line))
        return Write(fence=live.fence, rows=rows)

    def _expire_later(self, live: LiveStation) -> None:
        live.left_at = self._clock.monotonic()
        self._left.append((live.left_at, live.key))

    def forget(self, key: StationKey) -> None:
        """Drop the state of a station: another node owns it, or what is known is in doubt."""
        if self._live.pop(key, None) is not None:
            for told in self.on_forgotten:
                told(key)

    def heard(self, live: LiveStation, now: datetime) -> None:
        """Note that any frame or pong came from the station (G02.FR.04)."""
        live.heard_at = now
        if live.noted_at is None or now - live.noted_at >= _HEARD_GRAIN:
            self._note_heard(live)

    def _note_heard(self, live: LiveStation) -> None:
        if live.heard_at is not None:
            live.noted_at = live.heard_at
            self._heard[live.key] = live.heard_at

    def tick(self) -> None:
        """Hand what was heard to the database, and drop stations gone for a minute."""
        if self._heard:
            heard, self._heard = self._heard, {}
            self._database.append([tables.heard_row(key, at) for key, at in heard.items()])
        gone = self._clock.monotonic() - _KEPT_SECONDS
        while self._left and self._left[0][0] <= gone:
            left, key = self._left.popleft()
            live = self._live.get(key)
            if live is not None and live.left_at == left:
                self.forget(key)

    async def run(self) -> None:
        """Tick and beat until cancelled."""
        while True:
            await asyncio.sleep(_TICK_SECONDS)
            self.tick()
            if self._clock.monotonic() >= self._next_beat:
                self._next_beat = self._clock.monotonic() + _BEAT_SECONDS
                await self._beat_once()

    async def _beat_once(self) -> None:
        try:
            await self.beat()
            await self.pay()
        except StorageError as error:
            _log.warning("no heartbeat of this node was stored", error=type(error).__name__)
        except Exception:  # noqa: BLE001 - a fault of ours must not end what keeps this node alive
            _log.exception("no heartbeat of this node was stored")

    def owe(self, live: LiveStation, write: Write) -> None:
        """Store the end of a link later, for the database is away now."""
        self._owed[live.key] = write

    async def pay(self) -> None:
        """Store what is owed.

        Raises:
            StorageUnavailable: The database is still away.
        """
        while self._owed:
            key, write = self._owed.popitem()
            try:
                await self._database.commit(write)
            except Fenced:
                continue  # it is connected elsewhere by now
            except StorageUnavailable:
                self._owed.setdefault(key, write)
                raise
