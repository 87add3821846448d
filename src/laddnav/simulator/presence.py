"""A station's presence at the server: connecting, booting, beating, coming back."""

import asyncio
import ssl
from collections.abc import Callable
from datetime import datetime
from itertools import count
from typing import TYPE_CHECKING

import aiohttp
import msgspec

from laddnav.kernel.ids import jitter, new_id
from laddnav.ocpp.events import CallReceived
from laddnav.simulator.calls import CallError, ConnectError, LinkLostError
from laddnav.simulator.changes import Changes
from laddnav.simulator.commands import Registration
from laddnav.simulator.link import FrameListener, Link
from laddnav.simulator.network import Network
from laddnav.simulator.plan import StationPlan
from laddnav.simulator.routes import CERTIFIED, ENCRYPTED, Routes
from laddnav.simulator.settings import Settings
from laddnav.simulator.speaker import BootAnswer, BootReason, Speaker
from laddnav.simulator.timekeeper import Timekeeper

if TYPE_CHECKING:
    from laddnav.simulator.vault import Vault

_BOOT_AGAIN_S = 30.0  # where the server leaves the wait to the station
_A_DAY_S = 86_400.0


class Presence:
    """Keeps one station connected, or not, as it is told.

    Args:
        vault: Its certificates; None: it has none of its own.
        answer: Answers the server's calls.
        ready: Called when the station may say everything: with the answer that accepted it,
            or with None after a mere reconnect.
        lost: Called when a connection is gone.
        set_clock: Hears the server's time.

    Attributes:
        routes: By which ways it may reach the server.
        discarded: Whether it has gone back to its former certificate, and not told so yet.
        link: The connection; None while there is none.
        registration: What the server said to the last boot; kept over connections.
        boot_due: Why the station has to boot; None once it was accepted.
        offline: Whether it stays away from the server.
        refusals: Connections that were refused or failed.
        refusal: Why the last of them was.
    """

    def __init__(
        self,
        identity: str,
        routes: Routes,
        speaker: Speaker,
        *,
        vault: "Vault | None",
        plan: StationPlan,
        settings: Settings,
        time: Timekeeper,
        network: Network,
        changes: Changes,
        answer: Callable[[CallReceived], msgspec.Struct],
        ready: Callable[[BootAnswer | None], None],
        lost: Callable[[], None],
        set_clock: Callable[[datetime], None],
        listener: FrameListener | None,
    ) -> None:
        self.identity = identity
        self.routes = routes
        self.discarded = False
        self.vault = vault
        self._speaker = speaker
        self._plan = plan
        self._settings = settings
        self._time = time
        self._network = network
        self._changes = changes
        self._answer = answer
        self._ready = ready
        self._lost = lost
        self._set_clock = set_clock
        self._listener = listener
        self._reader: asyncio.Task[None] | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._supervised = False
        self._sent = 0
        self._received = 0
        self.link: Link | None = None
        self.registration: Registration = "Unknown"
        self.boot_due: BootReason | None = "PowerUp"
        self.offline = False
        self.refusals = 0
        self.refusal = ""

    @property
    def accepted(self) -> bool:
        """Whether the station may say everything now."""
        return self.link is not None and self.registration == "Accepted" and self.boot_due is None

    @property
    def sent(self) -> int:
        """Frames sent, over all connections."""
        return self._sent + (self.link.sent if self.link is not None else 0)

    @property
    def received(self) -> int:
        """Frames received, over all connections."""
        return self._received + (self.link.received if self.link is not None else 0)

    def live_link(self) -> Link:
        """Return the connection.

        Raises:
            LinkLostError: There is none.
        """
        if self.link is None:
            raise LinkLostError(self.identity)
        return self.link

    async def connect(self) -> None:
        """Connect, if it is not; a station that is registered already does not boot again.

        Raises:
            ConnectError: It did not succeed.
        """
        if self.link is not None:
            return
        websocket = await self._open()
        ids = map(str, count(1)).__next__ if self._plan.counts_ids else new_id
        self.link = Link(
            websocket,
            self._speaker,
            answer=self._answer,
            answer_s=self._settings.answer_s,
            new_message_id=ids,
            listener=self._listener,
        )
        self._reader = asyncio.create_task(self._read(self.link))
        if self._plan.boots_always and self.boot_due is None:
            self.boot_due = "PowerUp"
        self._changes.tell()
        if self.accepted:
            self._ready(None)

    async def _open(self) -> aiohttp.ClientWebSocketResponse[bool]:
        route = self.routes.current
        try:
            websocket = await self._network.open(
                route.url,
                self.identity,
                self._speaker.version,
                password=self.routes.shown(),
                ping_s=self._settings.ping_s,
                compress=self._plan.compresses,
                tls=await self._tls(route.profile),
            )
        except ConnectError:
            if self.routes.missed() and route.profile == CERTIFIED and self.vault is not None:
                self.discarded = self.vault.discard() or self.discarded
            raise
        if self.routes.reached() and self.boot_due is None:
            self.boot_due = "PowerUp"  # by another network profile it boots again (B10.FR.10)
        if self.vault is not None and route.profile == CERTIFIED:
            self.vault.proven()
        return websocket

    async def _tls(self, profile: int) -> ssl.SSLContext | None:
        """Return what verifies the server by the station's own roots, where it has any."""
        vault = self.vault
        if vault is None or profile < ENCRYPTED:
            return None
        return await asyncio.to_thread(vault.context, shows_own=profile == CERTIFIED)

    async def boot(self, reason: BootReason | None = None) -> BootAnswer:
        """Tell that the station has started, and obey the answer.

        Raises:
            CallError: There was no usable answer.
        """
        reason = reason or self.boot_due or "PowerUp"
        answer = await self._speaker.boot(self.live_link(), self._plan, reason)
        self.registration = answer.status
        self._set_clock(answer.now)
        if answer.status == "Accepted":
            self.boot_due = None
            if answer.interval_s > 0:
                self._settings.heartbeat_s = answer.interval_s
            self._ready(answer)
            self.beat_anew()
        self._changes.tell()
        return answer

    async def heartbeat(self) -> datetime:
        """Give a sign of life and set the clock by the answer.

        Raises:
            CallError: There was no usable answer.
        """
        now = await self._speaker.heartbeat(self.live_link())
        self._set_clock(now)
        return now

    def beat_anew(self) -> None:
        """Begin the heartbeat's interval anew, since it changed or a trigger booted."""
        keeper = self._keeper
        if keeper is not None and keeper is not asyncio.current_task():
            keeper.cancel()
            self._keeper = asyncio.create_task(self._keep())

    async def run(self) -> None:
        """Stay connected until cancelled: connect, boot, beat, and come back after each loss."""
        self._supervised = True
        failures = 0
        try:
            while True:
                await self._changes.until(lambda: not self.offline)
                failures = 0 if await self._try_connect() else failures + 1
                if self._reader is not None:
                    await self._stay(self._reader)
                await self._wait_unless_called(self._back_off_s(failures))
        finally:
            self._supervised = False

    async def go_online(self) -> None:
        """Come back: at once, and with a boot where one is due.

        Raises:
            ConnectError: It did not succeed; not while `run` is at work, which tries again.
            CallError: The boot brought no answer; likewise.
        """
        self.offline = False
        self._changes.tell()
        if self._supervised:
            await self._changes.until(lambda: self.accepted)
            return
        if self.link is None:
            await self._connect_anyhow()
        if self.boot_due is not None:
            await self.boot()

    async def _connect_anyhow(self) -> None:
        """Connect by whichever way leads to the server."""
        renewed = self.vault is not None and self.vault.is_unproven
        for _ in range(self.routes.tries if renewed or self.routes.has_others else 0):
            if await self._try_connect():
                return
            await self._time.wait(self._settings.back_off_s)
        await self.connect()

    async def go_offline(self, *, kill: bool = True) -> None:
        """Lose the connection, or with `kill` False close it, and stay away."""
        self.offline = True
        await self.disconnect(kill=kill)

    async def disconnect(self, *, kill: bool = False) -> None:
        """End the connection and wait until it is gone; `run` will come back."""
        link, reader = self.link, self._reader
        if link is None or reader is None:
            return
        if kill:
            link.kill()
        else:
            await link.close()
        await asyncio.wait({reader})

    async def close(self) -> None:
        """End the connection for good."""
        self.offline = True
        if self._keeper is not None:
            self._keeper.cancel()
        await self.disconnect()

    async def _read(self, link: Link) -> None:
        try:
            await link.read()
        finally:
            self._sent += link.sent
            self._received += link.received
            if self.link is link:
                self.link = None
                self._reader = None
            self._lost()
            self._changes.tell()

    async def _try_connect(self) -> bool:
        if self.link is not None:
            return True
        try:
            await self.connect()
        except ConnectError as error:
            self.refusals += 1
            self.refusal = str(error)
            return False
        return True

    async def _stay(self, reader: asyncio.Task[None]) -> None:
        """Boot and beat until the connection is gone."""
        self._keeper = asyncio.create_task(self._keep())
        try:
            await asyncio.wait({reader})
        finally:
            self._keeper.cancel()
            self._keeper = None

    async def _keep(self) -> None:
        while (wait_s := await self._boot_if_due()) is not None:
            await self._time.wait(wait_s)
        while True:
            await self._time.wait(self._settings.heartbeat_s or _A_DAY_S)
            try:
                await self.heartbeat()
            except CallError:
                continue  # the next one may be heard; a lost link cancels this task

    async def _boot_if_due(self) -> float | None:
        """Return the seconds to wait before the next try; None where no boot is due any more."""
        if self.boot_due is None:
            return None
        try:
            answer = await self.boot()
        except CallError:
            return _BOOT_AGAIN_S
        return None if answer.status == "Accepted" else answer.interval_s or _BOOT_AGAIN_S

    def _back_off_s(self, failures: int) -> float:
        settings = self._settings
        doubled: float = settings.back_off_s * 2 ** min(failures, settings.back_off_doublings)
        return doubled + jitter() * settings.back_off_random_s

    async def _wait_unless_called(self, seconds: float) -> None:
        """Wait; a call to come back online after having been offline ends it."""
        waiter = asyncio.ensure_future(self._time.wait(seconds))
        if not self.offline:
            await waiter
            return
        caller = asyncio.ensure_future(self._changes.until(lambda: not self.offline))
        try:
            await asyncio.wait({waiter, caller}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiter.cancel()
            caller.cancel()
