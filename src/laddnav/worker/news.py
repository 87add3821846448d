"""Configuration that one process changed, told to the node whose memory holds the station."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Final

import msgspec
import structlog

from laddnav.bus.signals import Bus
from laddnav.kernel.keys import StationKey
from laddnav.stations.model import Station
from laddnav.stations.service.stations import Stations
from laddnav.storage.errors import StorageUnavailable

CHANGED: Final = "station.changed"
REVOKED: Final = "station.revoked"
_log = structlog.get_logger(__name__)
_decode = msgspec.json.Decoder(StationKey).decode


class ConfigurationNews:
    """Tells all nodes which station was changed or removed, and hears it from them.

    A node that misses the news goes on with what it knew until the station reconnects.

    Args:
        dismiss: Ends the link of a station that was removed.
        turn_out: Ends the link of a station whose certificate was revoked.
    """

    def __init__(
        self,
        stations: Stations,
        bus: Bus,
        *,
        dismiss: Callable[[StationKey], None],
        turn_out: Callable[[StationKey], None],
    ) -> None:
        self._stations = stations
        self._bus = bus
        self._dismiss = dismiss
        self._turn_out = turn_out
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Begin to tell and to listen; the bus may be started before or after."""
        register = self._stations.register
        register.on_changed.append(self._tell_changed)
        register.on_removed.append(self._tell)
        await self._bus.subscribe(CHANGED, self._heard)
        await self._bus.subscribe(REVOKED, self._heard_revoked)

    def tell_revoked(self, key: StationKey) -> None:
        """Tell all nodes that a station's certificate was revoked."""
        self._run(self._bus.publish(REVOKED, msgspec.json.encode(key)))

    async def close(self) -> None:
        """Finish what is being told or read."""
        if self._tasks:
            await asyncio.wait(self._tasks)

    def _tell_changed(self, station: Station) -> None:
        self._tell(station.key)

    def _tell(self, key: StationKey) -> None:
        self._run(self._bus.publish(CHANGED, msgspec.json.encode(key)))

    def _heard(self, payload: bytes) -> None:
        try:
            key = _decode(payload)
        except msgspec.MsgspecError:
            _log.warning("news.dropped", size=len(payload))
            return
        if self._stations.live(key) is not None:
            self._run(self._read(key))

    def _heard_revoked(self, payload: bytes) -> None:
        try:
            key = _decode(payload)
        except msgspec.MsgspecError:
            _log.warning("news.dropped", size=len(payload))
            return
        self._turn_out(key)

    async def _read(self, key: StationKey) -> None:
        try:
            station = await self._stations.register.station(key)
        except StorageUnavailable:
            _log.info("news.postponed", station=str(key))
            return
        live = self._stations.live(key)
        if station is None:
            self._dismiss(key)
        elif live is not None:
            self._stations.configure(station)

    def _run(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
