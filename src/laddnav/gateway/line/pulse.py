"""Whether stations are still there: pings, and the end of links on which nobody answers them."""

import asyncio
from asyncio import TimerHandle
from typing import Final

from laddnav.gateway.line.wire import End, Wire

PONG_SECONDS: Final = 30.0
LEAST_IDLE_SECONDS: Final = 900.0
_UNTOLD_HEARTBEAT_SECONDS: Final = 86_400.0
_BEATS: Final = 2.5
_ROUND_SECONDS: Final = 1.0


class Pulse:
    """Feels one link's pulse.

    A station that has answered pings and stops doing so is gone. Some never answer any
    (mobilityhouse#338): those are believed gone only after more than two of the heartbeat
    intervals that they were given; the system's own keep-alive finds most of them before.

    Args:
        wire: The link's.
        ping_seconds: Between pings to a station that is silent; 0: none are sent.
        now: On the clock that all methods are given.

    Attributes:
        due: When it is to be felt next.
    """

    __slots__ = ("_heard_at", "_heartbeat", "_ping_seconds", "_waiting", "_wire", "due")

    def __init__(self, wire: Wire, ping_seconds: float, now: float) -> None:
        self._wire = wire
        self._ping_seconds = ping_seconds
        self._heard_at = now
        self._heartbeat = 0.0
        self._waiting: tuple[asyncio.Event, ...] = ()
        self.due = now + self._every

    def heard(self, now: float) -> None:
        """Note a sign of life."""
        self._heard_at = now
        for alive in self._waiting:
            alive.set()

    def promise(self, heartbeat_seconds: float) -> None:
        """Note the heartbeat interval that the station was given."""
        self._heartbeat = max(self._heartbeat, heartbeat_seconds)

    async def shows_life(self, seconds: float) -> bool:
        """Ask for a sign of life, and wait for one; False at once where no pings may be sent."""
        if not self._ping_seconds:
            return False
        alive = asyncio.Event()
        self._waiting += (alive,)
        self._wire.ping()
        try:
            async with asyncio.timeout(seconds):
                return await alive.wait()
        except TimeoutError:
            return False
        finally:
            self._waiting = tuple(other for other in self._waiting if other is not alive)

    def feel(self, now: float) -> None:
        """Ping a station that has been silent for a while; end a link that is dead."""
        silent = now - self._heard_at
        answers = self._ping_seconds > 0 and self._wire.pongs
        limit = self._every + PONG_SECONDS if answers else self._idle_seconds
        if silent >= limit:
            self._wire.abort(End.SILENT)
        elif silent < self._every:
            self.due = self._heard_at + self._every
        else:
            if self._ping_seconds:
                self._wire.ping()
            self.due = now + min(PONG_SECONDS if answers else self._every, limit - silent)

    @property
    def _every(self) -> float:
        return self._ping_seconds or LEAST_IDLE_SECONDS

    @property
    def _idle_seconds(self) -> float:
        return max(LEAST_IDLE_SECONDS, _BEATS * (self._heartbeat or _UNTOLD_HEARTBEAT_SECONDS))


class Ward:
    """Feels all pulses in turn: one timer for all links, for a timer each costs half a KB."""

    def __init__(self) -> None:
        self._pulses: set[Pulse] = set()
        self._timer: TimerHandle | None = None

    def admit(self, pulse: Pulse) -> None:
        """Feel a pulse from now on."""
        self._pulses.add(pulse)
        if self._timer is None:
            self._go_on()

    def discharge(self, pulse: Pulse) -> None:
        """Feel it no more."""
        self._pulses.discard(pulse)

    def _go_on(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(_ROUND_SECONDS, self._round)

    def _round(self) -> None:
        self._timer = None
        now = asyncio.get_running_loop().time()
        for pulse in [pulse for pulse in self._pulses if pulse.due <= now]:
            pulse.feel(now)
        if self._pulses:
            self._go_on()
