"""A charging station made of code: for scripts, and with a life of its own."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

import msgspec

from laddnav.simulator.car import Car
from laddnav.simulator.commands import is_for
from laddnav.simulator.connector import Fault
from laddnav.simulator.ledger import Account
from laddnav.simulator.secured import Secured
from laddnav.simulator.speaker import BootAnswer
from laddnav.simulator.story import Reason, Token, Trigger

_OBJECT: Final = msgspec.json.Decoder(dict[str, Any])


class SimulatedStation(Secured):
    """One station and its users: every doing tells the server what a real station would tell.

    A doing returns when the server has acknowledged all transaction messages, or they
    were given up, or there is no connection; `settled` waits for the first two only.

    Args:
        identity: Its OCPP identity.
        url: The server's endpoint, without the identity.
        version: What it speaks.
        password: For Basic authentication.
        secure_url: The endpoint over TLS, where it is told a security profile alone (OCPP 1.6).
        vault: Its certificates, where it can be given some; None: it cannot.
        plan: What it is made of.
        settings: How it behaves.
        time: What tells it the time; the machine's own where none is given.
        network: The pool of sockets; its own where none is given.
        tls: Used for `wss` by a pool of its own; None takes the system's.
        listener: Hears every frame.
        keep: How many finished transactions its ledger keeps; None keeps all.
    """

    async def connect(self) -> None:
        """Connect, once.

        Raises:
            ConnectError: It did not succeed.
        """
        await self.presence.connect()
        await self._caught_up()

    async def boot(self) -> BootAnswer:
        """Tell that it has started, once, and where it is accepted, all statuses.

        Raises:
            CallError: There was no usable answer.
        """
        answer = await self.presence.boot()
        await self._caught_up()
        return answer

    async def heartbeat(self) -> datetime:
        """Give a sign of life; return the server's time.

        Raises:
            CallError: There was no usable answer.
        """
        return await self.presence.heartbeat()

    async def say(self, action: str, payload: Mapping[str, Any]) -> dict[str, Any]:
        """Call the server with any request, by wire names; return its answer.

        Raises:
            CallError: There was no usable answer.
            msgspec.ValidationError: The payload is not of the action's type.
        """
        link = self.presence.live_link()
        request = msgspec.convert(payload, self._speaker.actions[action].request)
        answer: dict[str, Any] = await link.call(action, request, _OBJECT)
        return answer

    async def run(self) -> None:
        """Live until cancelled: stay connected, boot, beat, and sample what charges."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.presence.run())
            group.create_task(self._pulse())

    async def go_offline(self) -> None:
        """Lose the connection without a word and stay away; life goes on."""
        await self.presence.go_offline()

    async def go_online(self) -> None:
        """Come back and deliver what waited.

        Raises:
            ConnectError: It did not succeed; not while `run` is at work, which tries again.
            CallError: A boot that was due brought no answer; likewise.
        """
        await self.presence.go_online()
        await self._caught_up()
        await self._settle()

    async def kill_link(self) -> None:
        """Lose the connection without a word; `run` brings a new one."""
        await self.presence.disconnect(kill=True)

    async def ready(self) -> None:
        """Wait until the server has accepted it."""
        await self.changes.until(lambda: self.presence.accepted)
        await self._caught_up()

    async def settled(self) -> None:
        """Wait until every transaction message is acknowledged or given up."""
        await self.changes.until(lambda: len(self._outbox) == 0)

    async def _caught_up(self) -> None:
        if self._resuming is not None:
            await asyncio.wait({self._resuming})

    # What drivers and cars do ---------------------------------------------------------------

    async def plug_in(self, number: int, car: Car) -> None:
        """Plug `car` in at a connector.

        Raises:
            ValueError: A car is there, or at another connector of that EVSE.
        """
        connector = self.plant.connector(number)
        if any(each.car is not None for each in self._commands.at(connector.evse)):
            message = f"EVSE {connector.evse} has a car"
            raise ValueError(message)
        self.plant.plug_in(connector, car)
        await self._settle()

    async def start(self, number: int, token: Token) -> Account | None:
        """Let an authorised driver charge; return the account of the transaction.

        None means that none began, because no car is plugged in yet, for example.

        Raises:
            ValueError: The connector is promised to another, or somebody charges at its EVSE.
        """
        connector = self.plant.connector(number)
        busy = any(each.token is not None for each in self._commands.at(connector.evse))
        if busy or not is_for(connector.reservation, token, None):
            message = f"connector {number} is not free for {token.uid}"
            raise ValueError(message)
        self._present(connector, token)
        transaction = connector.transaction
        await self._settle()
        return transaction.account if transaction is not None else None

    async def sample(self, number: int | None = None) -> None:
        """Tell the meters of the transactions that run, or that of one connector."""
        for connector in self.plant.connectors:
            if number in (None, connector.number):
                self.plant.sample(connector)
        await self._settle()

    async def stop(
        self, number: int, *, token: Token | None = None, reason: Reason = "Local"
    ) -> None:
        """Stop charging: a driver presents `token`, or `reason` says why."""
        trigger: Trigger = "StopAuthorized" if reason == "Local" else "AbnormalCondition"
        self.plant.withdraw(self.plant.connector(number), reason, trigger, token)
        await self._settle()

    async def unplug(self, number: int) -> None:
        """Pull the plug; a transaction ends if the stop points say so."""
        self.plant.unplug(self.plant.connector(number))
        await self._settle()

    async def fail(self, number: int, fault: Fault | None) -> None:
        """Let a fault come, or with None go."""
        self.plant.fail(self.plant.connector(number), fault)
        await self._settle()

    async def lose_power(self) -> None:
        """Lose the power without a word, and come back with a boot.

        Raises:
            ConnectError: Coming back did not succeed; not while `run` is at work.
            CallError: Likewise.
        """
        await self.presence.go_offline()
        self.presence.boot_due = "PowerUp"
        self.routes.restart()
        for connector in self.plant.connectors:
            self.plant.end(connector, "PowerLoss", "AbnormalCondition")
        await self._time.wait(self.plant.plan.reboot_s)
        await self.go_online()

    @property
    def energy_wh(self) -> Decimal:
        """Everything its meters have counted since the simulation began."""
        counted = {each.evse: each.meter.register_wh for each in self.plant.connectors}
        return sum(counted.values(), Decimal(0)) - self.plant.plan.start_wh * len(counted)
