"""Stations that were let in with a certificate that has expired are asked to renew it at once."""

import asyncio
from asyncio import Task

import structlog

from laddnav.kernel.keys import StationKey
from laddnav.pki.service import Pki
from laddnav.stations.live import LiveStation
from laddnav.storage.errors import StorageError

_log = structlog.get_logger(__name__)


class ExpiredCertificates:
    """Looks at each station that has connected (A00.FR.429).

    Args:
        pki: Asks for the renewal, once the station may be commanded.
    """

    def __init__(self, pki: Pki) -> None:
        self._pki = pki
        self._tasks: set[Task[None]] = set()

    def consider(self, live: LiveStation) -> None:
        """Ask a station, if its certificate has expired."""
        link = live.connection
        if link is None or link.certificate is None or not link.certificate.has_expired:
            return
        task = asyncio.create_task(self._ask(live.key), name="renewal")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _ask(self, key: StationKey) -> None:
        try:
            await self._pki.renew_now(key)
        except StorageError as error:
            _log.warning("no renewal was asked for", station=str(key), why=type(error).__name__)
