"""Stations that come to this node while another holds a link of theirs: that one is told at once.

A network that changed under a station leaves a link that nobody ended. Its node would show it as
connected, and send commands into it, until its next write is fenced or its pings go unanswered.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from typing import Final

import msgspec
import structlog

from laddnav.bus.signals import Bus
from laddnav.kernel.keys import StationKey
from laddnav.stations.live import LiveStation
from laddnav.stations.service.fleet import Fleet

_TOLD_AT_ONCE: Final = 1_000
_log = structlog.get_logger(__name__)
_decode = msgspec.json.Decoder(tuple[tuple[StationKey, int], ...]).decode


class Moves:
    """Tells the former node of each station that moved here, and hears who moved away.

    A node that misses it finds out by its next write, which is fenced.

    Args:
        leave: Ends the link of a station that is connected elsewhere.
    """

    def __init__(self, fleet: Fleet, bus: Bus, *, leave: Callable[[StationKey], None]) -> None:
        self._fleet = fleet
        self._bus = bus
        self._leave = leave
        self._untold: dict[str, list[tuple[StationKey, int]]] = defaultdict(list)
        self._telling: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to tell and to listen."""
        self._fleet.on_taken_over.append(self._tell)
        await self._bus.subscribe(_subject(self._fleet.node), self._heard)

    async def close(self) -> None:
        """Finish what is being told."""
        if self._telling is not None:
            await asyncio.wait((self._telling,))

    def _tell(self, live: LiveStation, run: str) -> None:
        """Tell a run; of many stations that move together, many in one signal."""
        self._untold[run].append((live.key, live.epoch))
        if self._telling is None or self._telling.done():
            self._telling = asyncio.get_running_loop().create_task(self._tell_all())

    async def _tell_all(self) -> None:
        while self._untold:
            run, moved = self._untold.popitem()
            for start in range(0, len(moved), _TOLD_AT_ONCE):
                some = msgspec.json.encode(moved[start : start + _TOLD_AT_ONCE])
                await self._bus.publish(_subject(run), some)

    def _heard(self, payload: bytes) -> None:
        try:
            moved = _decode(payload)
        except msgspec.MsgspecError:
            _log.warning("moves.dropped", size=len(payload))
            return
        for key, epoch in moved:
            live = self._fleet.live(key)
            if live is not None and live.epoch < epoch:
                self._leave(key)


def _subject(run: str) -> str:
    """Return the subject of a run, whose name ends in an id of its own."""
    return f"node.{run.rpartition('/')[2]}.moved"
