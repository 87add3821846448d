"""A station's state while its link lives: claimed, read, read again when in doubt, let go."""

import structlog

from laddnav.gateway.entry.reception import Arrival
from laddnav.gateway.rooms import Rooms
from laddnav.stations.live import LiveStation
from laddnav.stations.model import ConnectionInfo
from laddnav.storage.errors import Fenced, StorageError, StorageUnavailable

_log = structlog.get_logger(__name__)


class Mooring:
    """What ties one link to its station's state.

    Attributes:
        live: The state; None until it is read.
    """

    __slots__ = ("_arrival", "_link_id", "_rooms", "live")

    def __init__(self, rooms: Rooms, arrival: Arrival, link_id: str) -> None:
        self._rooms = rooms
        self._arrival: Arrival | None = arrival
        self._link_id = link_id
        self.live: LiveStation | None = None

    async def make_fast(self) -> LiveStation:
        """Own the station, read its state, and note that it is connected.

        State that outlived an earlier link is not read again, unless another node has held the
        station since.

        Raises:
            Fenced: Another node claims it at this moment.
            StorageUnavailable: The database is away.
        """
        arrival, fleet = self._arrival, self._rooms.stations.fleet
        if arrival is None:
            message = "a link is made fast once"
            raise RuntimeError(message)
        self._arrival = None  # it holds the station a second time
        outlived = fleet.live(arrival.admitted.key) is not None
        try:
            return await self._own(arrival)
        except Fenced:
            if not outlived:
                raise
            fleet.forget(arrival.admitted.key)
            return await self._own(arrival)

    async def _own(self, arrival: Arrival) -> LiveStation:
        fleet = self._rooms.stations.fleet
        known = fleet.live(arrival.admitted.key)
        live = await fleet.claim(arrival.admitted.station)
        if live is not known:
            await self._rooms.sessions.load(live.key, live.epoch)
            if fleet.live(live.key) is not live:
                message = f"{live.key} was let go while it was read: it is connected elsewhere"
                raise Fenced(message)
        self.live = live
        connection = _connection(arrival, self._link_id)
        await self._rooms.database.commit(fleet.connected(live, connection))
        return live

    async def read_again(self) -> None:
        """Read the state anew: what memory holds may not be what is stored; raises likewise."""
        if self.live is None:
            return
        write = await self._rooms.stations.fleet.reload(self.live)
        await self._rooms.sessions.load(self.live.key, self.live.epoch)
        await self._rooms.database.commit(write)

    async def let_go(self, reason: str, *, is_current: bool, is_spoiled: bool) -> None:
        """Note that the link ended.

        Args:
            reason: Why, in words.
            is_current: Whether no newer link has taken its place.
            is_spoiled: Whether the state must not be found by the next link.
        """
        live, fleet = self.live, self._rooms.stations.fleet
        if live is None:
            return
        write = fleet.disconnected(live, self._link_id, reason) if is_current else None
        if is_spoiled:
            fleet.forget(live.key)
        if write is None:
            return
        try:
            await self._rooms.database.commit(write)
        except StorageUnavailable:
            fleet.owe(live, write)
        except StorageError as error:
            _log.warning("the end of a link is not stored", why=type(error).__name__)


def _connection(arrival: Arrival, link_id: str) -> ConnectionInfo:
    return ConnectionInfo(
        id=link_id,
        address=arrival.address,
        version=arrival.version.value,
        tls=arrival.tls,
        password_form=arrival.admitted.password_form,
        certificate=arrival.admitted.certificate,
    )
