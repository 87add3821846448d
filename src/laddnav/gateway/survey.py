"""Stations are asked for their device models: when it is due, a few at a time, never at connect."""

import asyncio
from collections import deque
from heapq import heappop, heappush
from typing import Final

import structlog

from laddnav.gateway.control import Control
from laddnav.kernel import ids
from laddnav.kernel.clock import Clock
from laddnav.kernel.keys import StationKey
from laddnav.stations.live import LiveStation
from laddnav.stations.model import Registration
from laddnav.stations.rules.variables import is_due, is_secret, text_of
from laddnav.stations.service.stations import Stations
from laddnav.storage.errors import StorageError

_AT_ONCE: Final = 4
_LOOKS_AT_ONCE: Final = 256
_TICK_SECONDS: Final = 0.2
_TRIGGERED: Final = "Triggered"
_log = structlog.get_logger(__name__)


class Survey:
    """Asks stations for their variables after a first Boot, and when their make changed.

    A station that has just connected is left alone for a while, for some drop the link when much
    is asked of them then (lbbrhzn#1510, ConnectorIO#211); a fleet that comes back at once is asked
    a few at a time, each until it has told all.

    Args:
        control: Commands the stations that are connected here.
        stations: Their room.
        clock: Tells when.
        after_seconds: How long a station is left alone; up to as long again is added by chance.
            0: none is asked unless somebody wants it.
    """

    def __init__(
        self, control: Control, stations: Stations, clock: Clock, *, after_seconds: float
    ) -> None:
        self._control = control
        self._stations = stations
        self._clock = clock
        self._after_seconds = after_seconds
        self._waiting: list[tuple[float, StationKey]] = []
        self._known: set[StationKey] = set()
        self._due: list[StationKey] = []
        self._wanted: deque[StationKey] = deque()
        self._asking: set[asyncio.Task[None]] = set()
        self._task: asyncio.Task[None] | None = None

    @property
    def is_quiet(self) -> bool:
        """Whether it has looked at all stations that it was told of, and asked what was due."""
        return not (self._known or self._due or self._wanted or self._asking)

    def consider(self, live: LiveStation) -> None:
        """Look at a station in a while: it has connected, or booted."""
        if live.key not in self._known:
            self._known.add(live.key)
            wait = self._after_seconds * (1 + ids.jitter())
            heappush(self._waiting, (self._clock.monotonic() + wait, live.key))

    async def start(self) -> None:
        """Begin to look."""
        self._task = asyncio.create_task(self._run(), name="survey")

    async def close(self) -> None:
        """Stop; what is asked for is not waited for."""
        self._wanted.clear()
        tasks = [*self._asking, *([] if self._task is None else [self._task])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(_TICK_SECONDS)
            self._take_due()
            await asyncio.gather(*map(self._look, self._due))
            self._due.clear()
            self._go_on()

    def _take_due(self) -> None:
        """Take out those that were left alone for long enough, some hundreds at most."""
        now = self._clock.monotonic()
        while self._waiting and self._waiting[0][0] <= now and len(self._due) < _LOOKS_AT_ONCE:
            self._due.append(heappop(self._waiting)[1])
        self._known.difference_update(self._due)

    async def _look(self, key: StationKey) -> None:
        """Let a station be asked if anything is due; of most nothing is."""
        live = self._stations.live(key)
        if live is None or live.connection is None or live.registration is Registration.REJECTED:
            return
        try:
            if await self._is_due(live) or await self._may_have_restarted(live):
                self._wanted.append(key)
        except StorageError as error:
            _note_failure(key, error)

    def _go_on(self) -> None:
        """Ask the next ones, a few at a time."""
        while self._wanted and len(self._asking) < _AT_ONCE:
            task = asyncio.create_task(self._ask(self._wanted.popleft()))
            self._asking.add(task)
            task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._asking.discard(task)
        self._go_on()

    async def _ask(self, key: StationKey) -> None:
        """Ask a station for what is due."""
        live = self._stations.live(key)
        if live is None or live.connection is None:
            return
        try:
            await self._take_effect(live)
            if await self._is_due(live):
                await self._control.refresh(live.key)
                await self._stations.inventories.settled(live.key)
        except StorageError as error:
            _note_failure(key, error)

    async def _is_due(self, live: LiveStation) -> bool:
        """Return whether a station is to be asked for its whole device model."""
        if not self._after_seconds:
            return False
        return is_due(live.life, await self._stations.inventories.inventory(live.key))

    async def _may_have_restarted(self, live: LiveStation) -> bool:
        """Return whether something that was written waits for a restart, and there may be one."""
        return live.booted and await self._stations.variables.awaits_reboot(live.key)

    async def _take_effect(self, live: LiveStation) -> None:
        """Read again what was to take effect with a restart, once there was one."""
        life, variables = live.life, self._stations.variables
        if not live.booted or life.boot_at is None or life.boot_reason == _TRIGGERED:
            return
        names = await variables.awaiting_reboot(live.key, life.boot_at)
        if names:
            await variables.restarted(live.key, life.boot_at)
            shown = [text_of(name) for name in names if not is_secret(name)]
            if shown:
                await self._control.get_configuration(live.key, shown)


def _note_failure(key: StationKey, error: StorageError) -> None:
    _log.warning("no survey of a station", station=str(key), why=type(error).__name__)
