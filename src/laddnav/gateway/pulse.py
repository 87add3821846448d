"""Whether a station is still there: pings, and the end of a link on which nobody answers them."""

import asyncio
from asyncio import TimerHandle
from collections.abc import Callable
from typing import Final

from laddnav.gateway.wire import End, Wire

_PONG_SECONDS: Final = 30.0
_LEAST_IDLE_SECONDS: Final = 900.0
_UNTOLD_HEARTBEAT_SECONDS: Final = 86_400.0
_BEATS: Final = 2.5


class Pulse:
    """Feels one link's pulse.

    A station that has answered pings and stops doing so is gone. Some never answer any
    (mobilityhouse#338): those are believed gone only after more than two of the heartbeat
    intervals that they were given, and the system's own keep-alive finds most of them before.

    Args:
        wire: The link's.
        ping_seconds: Between pings to a station that is silent; 0: none are sent.

    Attributes:
        heard_at: When the station last showed that it is there, on the loop's clock.
    """

    __slots__ = ("_heartbeat", "_loop", "_ping_seconds", "_timer", "_waiting", "_wire", "heard_at")

    def __init__(self, wire: Wire, ping_seconds: float) -> None:
        self._wire = wire
        self._ping_seconds = ping_seconds
        self._loop = asyncio.get_running_loop()
        self._heartbeat = 0.0
        self._waiting: Callable[[], None] | None = None
        self.heard_at = self._loop.time()
        self._timer: TimerHandle | None = self._at(ping_seconds or _LEAST_IDLE_SECONDS)

    def heard(self, now: float) -> None:
        """Note a sign of life."""
        self.heard_at = now
        if self._waiting is not None:
            self._waiting()

    def promise(self, heartbeat_seconds: float) -> None:
        """Note the heartbeat interval that the station was given."""
        self._heartbeat = max(self._heartbeat, heartbeat_seconds)

    async def shows_life(self, seconds: float) -> bool:
        """Ask for a sign of life, and wait for one; False at once where no pings may be sent."""
        if not self._ping_seconds:
            return False
        alive = asyncio.Event()
        self._waiting = alive.set
        self._wire.ping()
        try:
            async with asyncio.timeout(seconds):
                return await alive.wait()
        except TimeoutError:
            return False
        finally:
            self._waiting = None

    def stop(self) -> None:
        """Feel it no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    @property
    def _idle_seconds(self) -> float:
        return max(_LEAST_IDLE_SECONDS, _BEATS * (self._heartbeat or _UNTOLD_HEARTBEAT_SECONDS))

    def _at(self, seconds: float) -> TimerHandle:
        return self._loop.call_later(seconds, self._feel)

    def _feel(self) -> None:
        """Ping a station that has been silent for a while; end a link that is dead."""
        self._timer = None
        if self._wire.end is not None:
            return
        silent = self._loop.time() - self.heard_at
        every = self._ping_seconds or _LEAST_IDLE_SECONDS
        answers_pings = self._ping_seconds > 0 and self._wire.pongs
        limit = every + _PONG_SECONDS if answers_pings else self._idle_seconds
        if silent >= limit:
            self._wire.abort(End.SILENT)
        elif silent < every:
            self._timer = self._at(every - silent)
        else:
            if self._ping_seconds:
                self._wire.ping()
            again = _PONG_SECONDS if answers_pings else every
            self._timer = self._at(min(again, limit - silent))
