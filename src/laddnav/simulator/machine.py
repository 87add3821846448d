"""What a simulated station does by itself: telling, delivering, obeying, sampling."""

import asyncio
import ssl
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import msgspec
from typing_extensions import override

from laddnav.ocpp.action import Version
from laddnav.ocpp.errors import ErrorCode, RemoteProtocolError
from laddnav.ocpp.events import CallReceived
from laddnav.simulator.calls import (
    CallError,
    ConnectError,
    LinkLostError,
    NoAnswerError,
    RefusedError,
)
from laddnav.simulator.cards import Cards
from laddnav.simulator.changes import Changes
from laddnav.simulator.commands import Commands, Host, Registration
from laddnav.simulator.connector import Connector
from laddnav.simulator.ledger import Ledger
from laddnav.simulator.link import FrameListener, Link
from laddnav.simulator.network import Network
from laddnav.simulator.outbox import Outbox
from laddnav.simulator.plan import StationPlan
from laddnav.simulator.plant import Plant
from laddnav.simulator.presence import Presence
from laddnav.simulator.profiles import Profiles
from laddnav.simulator.routes import Routes
from laddnav.simulator.settings import Settings
from laddnav.simulator.speaker import BootAnswer
from laddnav.simulator.story import Parcel, Reason, Step, Token, Transaction, Trigger, Verdict
from laddnav.simulator.timekeeper import FastTime, Timekeeper
from laddnav.simulator.tongues import speaker_for

if TYPE_CHECKING:
    from laddnav.simulator.vault import Vault

_IDLE_PULSE_S = 60.0
_A_DAY_S = 86_400


class Machine(Host):
    """One station, without the people who use it.

    Attributes:
        plant: Its hardware.
        presence: Its connection.
        ledger: What it told of its transactions, and what was acknowledged.
        changes: Told whenever something happened that somebody may wait for.
        cards: The tokens it knows by itself.
    """

    def __init__(
        self,
        identity: str,
        url: str,
        version: Version,
        *,
        password: str | bytes | None = None,
        secure_url: str | None = None,
        vault: "Vault | None" = None,
        plan: StationPlan | None = None,
        settings: Settings | None = None,
        time: Timekeeper | None = None,
        network: Network | None = None,
        tls: ssl.SSLContext | None = None,
        listener: FrameListener | None = None,
        keep: int | None = None,
    ) -> None:
        self.identity = identity
        self.version = version
        self.settings = settings or Settings()
        self.ledger = Ledger(keep)
        self.changes = Changes()
        self.cards = Cards()
        self._time = time or FastTime()
        plan = plan or StationPlan()
        self._speaker = speaker_for(version, plan)
        self._network = network or Network(tls)
        self._owns_network = network is None
        self._delivery: asyncio.Task[None] | None = None
        self._resuming: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._lost_at = 0.0
        self._aligning = False
        self._profiles = Profiles()
        self.plant = Plant(
            plan,
            self.settings,
            self._time,
            identity=identity,
            tell=self._note,
            limits=self._limit_mw,
        )
        self._outbox = Outbox(
            self.settings, self._time, self._speaker, settled=self._heard, changes=self.changes
        )
        self._commands = Commands(self, self.plant, self.cards, self._profiles)
        certified = vault is not None and vault.own is not None
        routes = Routes(url, password, secure_url=secure_url, certified=certified)
        self.presence = self._make_presence(routes, vault, listener)

    def _make_presence(
        self, routes: Routes, vault: "Vault | None", listener: FrameListener | None
    ) -> Presence:
        return Presence(
            self.identity,
            routes,
            self._speaker,
            vault=vault,
            plan=self.plant.plan,
            settings=self.settings,
            time=self._time,
            network=self._network,
            changes=self.changes,
            answer=self._answer,
            ready=self._resume,
            lost=self._lose,
            set_clock=self.plant.set_clock,
            listener=listener,
        )

    def _limit_mw(self, connector: Connector) -> int | None:
        return self._profiles.limit_mw(connector, self.plant.now())

    async def close(self) -> None:
        """Go away for good."""
        for task in (*self._tasks, self._delivery, self._resuming):
            if task is not None:
                task.cancel()
        await self.presence.close()
        if self._owns_network:
            await self._network.close()

    # The connection comes and goes ----------------------------------------------------------

    def _resume(self, answer: BootAnswer | None) -> None:
        """The server will hear everything now: after a boot, or after a mere reconnect."""
        away_s = asyncio.get_running_loop().time() - self._lost_at
        if answer is not None or away_s > self.settings.offline_s:
            for connector in self.plant.connectors:
                connector.reported = None
        self._resuming = asyncio.create_task(self._catch_up(booted=answer is not None))
        self._resuming.add_done_callback(self._done)

    async def _catch_up(self, *, booted: bool) -> None:
        if booted:
            link = self.presence.live_link()
            operative = self.plant.operative
            with suppress(RefusedError, NoAnswerError):
                await self._speaker.tell_station(link, operative=operative, at=self.plant.now())
        self._deliver()
        await self.tell_changes()

    def _lose(self) -> None:
        self._lost_at = asyncio.get_running_loop().time()
        self._outbox.go_offline()
        if self._delivery is not None and self._outbox.pausing:
            self._delivery.cancel()

    def _deliver(self) -> None:
        """See to it that what waits is being delivered, if it can be."""
        link = self.presence.link
        if self._delivery is not None or link is None or len(self._outbox) == 0:
            return
        if self.presence.accepted:
            self._delivery = asyncio.create_task(self._deliver_to(link))
            self._delivery.add_done_callback(self._done)

    async def _deliver_to(self, link: Link) -> None:
        try:
            await self._outbox.deliver(link)
        except LinkLostError:
            pass  # what was not answered is still in the queue
        finally:
            self._delivery = None
        if self.presence.link is not link:
            self._deliver()

    async def _settle(self) -> None:
        """Tell what happened; wait until it is acknowledged, given up, or cannot be told."""
        self._deliver()
        await asyncio.sleep(0)  # a transaction message goes out before the status it leads to
        await self.tell_changes()
        await self.changes.until(lambda: not (len(self._outbox) and self.presence.accepted))
        self._commands.restart_if_due()

    # What happens at the connectors ---------------------------------------------------------

    def _note(self, transaction: Transaction, step: Step) -> None:
        """Enter a step into the ledger and put it on its way."""
        account = transaction.account
        if step.kind == "Started":
            account.transaction_id = transaction.id if self._speaker.names_transactions else None
            self.ledger.open(account)
        entry = self._speaker.entry(step)
        if entry is None:
            return
        account.entries.append(entry)
        offline = not self.presence.accepted
        parcel = Parcel(transaction=transaction, step=step, entry=entry, offline=offline)
        self._outbox.put(parcel)

    def _heard(self, parcel: Parcel, verdict: Verdict | None) -> None:
        """Obey what the server says of a token in the middle of a transaction."""
        transaction, token = parcel.transaction, parcel.step.token
        if verdict is None or token is None:
            return
        transaction.account.verdict = verdict.word
        self.cards.remember(token, verdict)
        connector = self.plant.connector(transaction.place)
        if verdict.accepted or connector.transaction is not transaction or not connector.token:
            return
        if self.settings.stops_on_refusal:
            self.plant.withdraw(connector, "DeAuthorized", "Deauthorized")
        else:
            self.plant.hold(connector)
        self.soon(self._settle())

    def _present(
        self,
        connector: Connector,
        token: Token,
        trigger: Trigger = "Authorized",
        remote_start_id: int | None = None,
    ) -> None:
        """Let an accepted driver charge; they have a limited time to plug in."""
        self.plant.present(connector, token, trigger=trigger, remote_start_id=remote_start_id)
        if connector.car is None:
            self.soon(self._expire(connector, token))

    async def _expire(self, connector: Connector, token: Token) -> None:
        await self._time.sleep(self.settings.connect_s)
        if connector.token is token and connector.car is None:
            self.plant.withdraw(connector, "Timeout", "EVConnectTimeout")
            await self._settle()

    async def authorize(self, token: Token) -> Verdict:
        """Ask the server about a token, or decide alone where it cannot be asked."""
        known = self.cards.known(token)
        if self.settings.prefers_list and known is not None and known.accepted:
            return known
        if self.presence.accepted:
            with suppress(CallError):
                verdict = await self._speaker.authorize(self.presence.live_link(), token)
                self.cards.remember(token, verdict)
                return verdict
        return self.cards.offline(token, self.settings)

    async def _pulse(self) -> None:
        """Sample what charges, again and again."""
        while True:
            if self.settings.aligned_s and not self._aligning:
                self.soon(self._align())
            await self._time.sleep(self.settings.sample_s or _IDLE_PULSE_S)
            if self.settings.sample_s:
                for connector in self.plant.connectors:
                    self.plant.sample(connector)
                self._deliver()
                await self._tell_news()

    async def _align(self) -> None:
        """Read the meters at each multiple of the interval since midnight."""
        self._aligning = True
        while interval_s := self.settings.aligned_s:
            midnight_s = self.plant.now().timestamp() % _A_DAY_S
            await self._time.wait(interval_s - midnight_s % interval_s)
            for connector in self.plant.connectors:
                await self._read_aligned(connector)
        self._aligning = False

    async def _read_aligned(self, connector: Connector) -> None:
        link, measurands = self.presence.link, self.settings.aligned
        if connector.transaction is not None:
            self.plant.sample(
                connector, context="Sample.Clock", trigger="MeterValueClock", measurands=measurands
            )
            self._deliver()
        elif link is not None and self.presence.accepted:
            reading = self.plant.read(connector, "Sample.Clock", measurands)
            with suppress(CallError):
                await self._speaker.tell_meter(link, connector, reading)

    # Host: what the server's commands need --------------------------------------------------

    def _answer(self, call: CallReceived) -> msgspec.Struct:
        if self.registration == "Rejected" and self.version is not Version.V16:
            raise RemoteProtocolError(ErrorCode.SECURITY_ERROR, "not registered")  # B03.FR.08
        beat_s = self.settings.heartbeat_s
        response = self._speaker.answer(self._commands, call.action, call.payload)
        if beat_s != self.settings.heartbeat_s:
            self.presence.beat_anew()
        return response

    @property
    @override
    def registration(self) -> Registration:
        return self.presence.registration

    @property
    def waiting(self) -> int:
        """How many transaction messages wait to be delivered."""
        return len(self._outbox)

    @override
    def is_waiting(self, transaction_id: str | None) -> bool:
        return self._outbox.holds(transaction_id)

    @override
    def soon(self, doing: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(doing)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        """Let a lost connection end a doing quietly, and nothing else."""
        self._tasks.discard(task)
        if task.cancelled() or isinstance(task.exception(), CallError | ConnectError | None):
            return
        context = {"message": f"{self.identity} failed", "exception": task.exception()}
        task.get_loop().call_exception_handler(context)

    @override
    async def allow(self, connector: Connector, token: Token, remote_start_id: int | None) -> None:
        if self.settings.authorizes_remote and not (await self.authorize(token)).accepted:
            return
        if connector.token is None:
            self._present(connector, token, "RemoteStart", remote_start_id)
        await self._settle()

    @override
    async def disallow(self, connector: Connector, reason: Reason, trigger: Trigger) -> None:
        self.plant.withdraw(connector, reason, trigger)
        await self._settle()

    @override
    async def restart(self, *, scheduled: bool, reason: Reason) -> None:
        for connector in self.plant.connectors:
            self.plant.end(connector, reason, "ResetCommand")
        if reason != "ImmediateReset":
            await self._settle()
        self.presence.boot_due = "ScheduledReset" if scheduled else "RemoteReset"
        self.presence.routes.restart()
        await self.presence.go_offline(kill=False)
        await self._time.wait(self.plant.plan.reboot_s)
        await self.presence.go_online()

    @override
    async def tell(self, word: str, connectors: Sequence[Connector]) -> None:
        link = self.presence.live_link()
        match word:
            case "BootNotification":
                await self.presence.boot("Triggered")
            case "Heartbeat":
                await self.presence.heartbeat()
            case "StatusNotification":
                for connector in connectors:
                    await self._speaker.tell_status(link, connector, self.plant.now())
            case "MeterValues":
                for connector in connectors:
                    self.plant.live(connector)
                    reading = self.plant.read(connector, "Trigger", self.settings.aligned)
                    await self._speaker.tell_meter(link, connector, reading)
            case _:
                for connector in connectors:
                    self.plant.sample(connector, context="Trigger", trigger="Trigger")
                await self._settle()

    @override
    async def tell_changes(self) -> None:
        for connector in self.plant.connectors:
            self.plant.look(connector)
        await self._tell_news()

    async def _tell_news(self) -> None:
        for connector in self.plant.connectors:
            shown = self._speaker.shown(connector)
            link = self.presence.link
            if link is None or not self.presence.accepted or connector.reported == shown:
                continue
            connector.reported = shown
            with suppress(CallError):
                await self._speaker.tell_status(link, connector, self.plant.now())

    @override
    async def send(self, action: str, request: msgspec.Struct) -> None:
        await self._speaker.send(self.presence.live_link(), action, request)

    @override
    async def sleep(self, seconds: float) -> None:
        await self._time.sleep(seconds)
