"""Stations are asked to renew their certificates for what is seen of them on their links."""

import asyncio
from asyncio import Task
from collections.abc import Coroutine

import structlog

from laddnav.gateway.line.registry import Registry
from laddnav.gateway.link import Link
from laddnav.gateway.rooms import Rooms
from laddnav.kernel.keys import StationKey
from laddnav.stations.live import LiveStation
from laddnav.storage.errors import StorageError

_log = structlog.get_logger(__name__)


class Renewing:
    """Looks at the certificates with which stations came, and at what they tell of them."""

    def __init__(self, rooms: Rooms, registry: Registry[Link]) -> None:
        self._stations = rooms.stations
        self._pki = rooms.pki
        self._renews = rooms.settings.certificate_renewal_days > 0
        self._registry = registry
        self._tasks: set[Task[None]] = set()

    def consider(self, live: LiveStation) -> None:
        """Ask a station that was let in with a certificate that has expired (A00.FR.429)."""
        link = live.connection
        if link is not None and link.certificate is not None and link.certificate.has_expired:
            self._begin(self._pki.renew_now(live.key), live.key)

    def discarded(self, key: StationKey) -> None:
        """Ask a station that went back to the certificate of before (A02.FR.29)."""
        self._begin(self._pki.renew_discarded(key), key)

    async def look(self) -> None:
        """Ask those whose certificate another authority made, if it ends soon.

        Raises:
            StorageUnavailable: The database is away.
        """
        for link in self._registry if self._renews else ():
            live = self._stations.live(link.key)
            connection = None if live is None else live.connection
            shown = None if connection is None else connection.certificate
            if shown is None or shown.valid_from is None or shown.valid_until is None:
                continue
            if not shown.has_expired:
                await self._pki.renew_foreign(
                    link.key, shown.serial, shown.valid_from, shown.valid_until
                )

    def _begin(self, work: Coroutine[object, object, object], key: StationKey) -> None:
        task = asyncio.create_task(self._done(work, key), name="renewal")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _done(self, work: Coroutine[object, object, object], key: StationKey) -> None:
        try:
            await work
        except StorageError as error:
            _log.warning("no renewal was asked for", station=str(key), why=type(error).__name__)
