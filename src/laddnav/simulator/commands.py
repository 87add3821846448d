"""What a server may ask of a station, without its version's words.

Each command answers at once; what it leads to happens after the answer has gone out.
"""

from collections.abc import Coroutine, Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol

import msgspec

from laddnav.simulator.cards import Cards
from laddnav.simulator.connector import Connector, Reservation
from laddnav.simulator.plant import Plant
from laddnav.simulator.profiles import Profile, Profiles
from laddnav.simulator.routes import Routes
from laddnav.simulator.story import Reason, Token, Trigger

if TYPE_CHECKING:
    from laddnav.simulator.vault import Vault

Registration = Literal["Unknown", "Pending", "Rejected", "Accepted"]
Triggered = Literal["Accepted", "Rejected", "NotImplemented"]
_FLOW_S = 2.0  # between two steps of an upload or an installation


class Host(Protocol):
    """The station that carries the commands out."""

    @property
    def registration(self) -> Registration:
        """What the server answered to the last boot."""
        ...

    def is_waiting(self, transaction_id: str | None) -> bool:
        """Return whether messages of a transaction, or of any with None, wait to be delivered."""
        ...

    def soon(self, doing: Coroutine[Any, Any, None]) -> None:
        """Do something once the answer has gone out; a lost link ends it quietly."""
        ...

    async def allow(self, connector: Connector, token: Token, remote_start_id: int | None) -> None:
        """Start for a driver whom the server sent; asks first if the settings say so."""
        ...

    async def disallow(self, connector: Connector, reason: Reason, trigger: Trigger) -> None:
        """Stop at the server's wish."""
        ...

    async def restart(self, *, scheduled: bool, reason: Reason) -> None:
        """End what runs, close the link, and come back with a boot."""
        ...

    async def tell(self, word: str, connectors: Sequence[Connector]) -> None:
        """Send what a trigger asks for."""
        ...

    async def tell_changes(self) -> None:
        """Tell each status that the server does not know yet."""
        ...

    async def send(self, action: str, request: msgspec.Struct) -> None:
        """Send one request, whatever is answered."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait for `seconds` of life."""
        ...

    def set_password(self, password: str | bytes) -> None:
        """Use another password from the next connection on, and connect anew."""
        ...

    @property
    def routes(self) -> Routes:
        """By which ways it may reach the server."""
        ...

    @property
    def vault(self) -> "Vault | None":
        """Its certificates; None: it keeps none."""
        ...

    def change_route(self) -> None:
        """Connect anew, by the first way in the order, or with the new certificate."""
        ...

    async def ask_for_certificate(self, organization: str) -> None:
        """Make a new key, and ask the server for its certificate."""
        ...


class RemoteStart(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a remote start, with the transaction that already ran there, if one did."""

    accepted: bool
    transaction_id: str | None = None


_REFUSED = RemoteStart(accepted=False)


class Commands:
    """The commands of one station.

    Attributes:
        values: Settings that are kept but change nothing, by their name in the version.
        restart_due: Whether it restarts as soon as no transaction runs.
        told: The last word of each upload or installation that goes on, by action.
    """

    def __init__(self, host: Host, plant: Plant, cards: Cards, profiles: Profiles) -> None:
        self.host = host
        self.plant = plant
        self.cards = cards
        self.profiles = profiles
        self.values: dict[str, str] = {}
        self.restart_due = False
        self.told: dict[str, msgspec.Struct] = {}

    # Finding connectors ---------------------------------------------------------------------

    def number(self, number: int) -> Connector | None:
        """Return the connector with this number over the whole station, if there is one."""
        connectors = self.plant.connectors
        return connectors[number - 1] if 0 < number <= len(connectors) else None

    def at(self, evse: int | None, place: int | None = None) -> list[Connector]:
        """Return the connectors of an EVSE, or one of them; all where no EVSE is named."""
        return [
            connector
            for connector in self.plant.connectors
            if evse in (None, 0, connector.evse) and place in (None, connector.place)
        ]

    def running(self, transaction_id: str | int) -> Connector | None:
        """Return where a transaction runs: by the station's id, or by the server's number."""
        for connector in self.plant.connectors:
            transaction = connector.transaction
            if transaction is not None and transaction_id in (transaction.id, transaction.number):
                return connector
        return None

    # Starting and stopping ------------------------------------------------------------------

    def remote_start(
        self,
        candidates: Iterable[Connector],
        token: Token,
        *,
        group: str | None = None,
        remote_start_id: int | None = None,
        profile: Profile | None = None,
    ) -> RemoteStart:
        """Start at the first of `candidates` that can; one with a car is preferred."""
        if self.host.registration != "Accepted":
            return _REFUSED
        able = [each for each in candidates if self._may_start(each, token, group)]
        if not able:
            return _REFUSED
        connector = min(able, key=lambda each: (each.car is None, each.number))
        if profile is not None:
            self.profiles.set(msgspec.structs.replace(profile, number=connector.number))
        self.host.soon(self.host.allow(connector, token, remote_start_id))
        transaction = connector.transaction
        return RemoteStart(
            accepted=True, transaction_id=transaction.id if transaction is not None else None
        )

    def remote_stop(self, transaction_id: str | int) -> bool:
        """Stop a transaction; return whether it runs."""
        connector = self.running(transaction_id)
        if connector is None or self.host.registration != "Accepted":
            return False
        self.host.soon(self.host.disallow(connector, "Remote", "RemoteStop"))
        return True

    def unlock(self, connector: Connector, *, stops: bool) -> bool:
        """Unlock a connector; return False where a driver charges there and it `stops` nothing."""
        if connector.token is not None:
            if not stops:
                return False
            self.host.soon(self.host.disallow(connector, "UnlockCommand", "UnlockCommand"))
        return True

    def _may_start(self, connector: Connector, token: Token, group: str | None) -> bool:
        if not (connector.operative and connector.station_operative):
            return False
        if connector.fault is not None or connector.token is not None or connector.finished:
            return False
        others = (each for each in self.at(connector.evse) if each is not connector)
        if any(each.car is not None or each.token is not None for each in others):
            return False
        return is_for(connector.reservation, token, group)

    # Service and settings -------------------------------------------------------------------

    def serve(
        self, connectors: Sequence[Connector], *, whole: bool, operative: bool
    ) -> Literal["Accepted", "Scheduled"]:
        """Put connectors, or the `whole` station, into service or out of it."""
        if whole:
            self.plant.serve(None, operative=operative)
        else:
            for connector in connectors:
                self.plant.serve(connector, operative=operative)
        self.host.soon(self.host.tell_changes())
        busy = any(connector.transaction is not None for connector in connectors)
        return "Scheduled" if busy and not operative else "Accepted"

    def set_profile(self, profile: Profile) -> None:
        """Keep a charging profile; it holds at once."""
        self.profiles.set(profile)
        for connector in self.plant.connectors:
            self.plant.look(connector)
        self.host.soon(self.host.tell_changes())

    def reset(self, *, at_once: bool, reason: Reason) -> Literal["Accepted", "Scheduled"]:
        """Restart: `at_once`, ending what runs, or when no transaction runs any more."""
        if at_once or not any(self._transactions()):
            self.host.soon(self.host.restart(scheduled=False, reason=reason))
            return "Accepted"
        self.restart_due = True
        return "Scheduled"

    def restart_if_due(self) -> None:
        """Carry out a reset that waited for the last transaction to end."""
        if self.restart_due and not any(self._transactions()):
            self.restart_due = False
            self.host.soon(self.host.restart(scheduled=True, reason="Reboot"))

    def _transactions(self) -> Iterator[bool]:
        return (connector.transaction is not None for connector in self.plant.connectors)

    def trigger(self, word: str, connectors: Sequence[Connector]) -> Triggered:
        """Send what is asked for, after the answer."""
        if word == "BootNotification" and self.host.registration == "Accepted":
            return "Rejected"
        self.host.soon(self.host.tell(word, connectors))
        return "Accepted"

    def request_certificate(self, organization: str) -> Triggered:
        """Ask for a certificate, after the answer, if there is a place to keep it."""
        if self.host.vault is None:
            return "NotImplemented"
        self.host.soon(self.host.ask_for_certificate(organization))
        return "Accepted"

    def progress(self, action: str, requests: Sequence[msgspec.Struct]) -> None:
        """Tell the steps of an upload or an installation, one after the other."""
        self.host.soon(self._go_on(action, requests))

    async def _go_on(self, action: str, requests: Sequence[msgspec.Struct]) -> None:
        try:
            for request in requests:
                self.told[action] = request
                await self.host.send(action, request)
                await self.host.sleep(_FLOW_S)
        finally:
            self.told.pop(action, None)

    def repeat(self, action: str, idle: msgspec.Struct) -> Triggered:
        """Tell again where an upload or an installation stands, or that it is `idle`."""
        self.host.soon(self.host.send(action, self.told.get(action, idle)))
        return "Accepted"

    # Reservations ---------------------------------------------------------------------------

    def reserve(
        self, candidates: Sequence[Connector], reservation: Reservation, until: datetime
    ) -> Literal["Accepted", "Faulted", "Occupied", "Unavailable", "Rejected"]:
        """Promise the first of `candidates` that is free to a token."""
        self.cancel(reservation.id)
        connector = next((each for each in candidates if each.status == "Available"), None)
        if connector is not None:
            connector.reservation = reservation
            self.host.soon(self._expire(connector, reservation, until))
            self.host.soon(self.host.tell_changes())
            return "Accepted"
        statuses = {each.status for each in candidates}
        if not statuses:
            return "Rejected"
        if statuses <= {"Faulted", "Unavailable"}:
            return "Faulted" if "Faulted" in statuses else "Unavailable"
        return "Occupied"

    async def _expire(
        self, connector: Connector, reservation: Reservation, until: datetime
    ) -> None:
        await self.host.sleep(max(0.0, (until - self.plant.now()).total_seconds()))
        if connector.reservation is reservation:
            connector.reservation = None
            await self.host.tell_changes()

    def cancel(self, reservation_id: int) -> bool:
        """Drop a reservation; return whether it was there."""
        for connector in self.plant.connectors:
            held = connector.reservation
            if held is not None and held.id == reservation_id:
                connector.reservation = None
                self.host.soon(self.host.tell_changes())
                return True
        return False


def is_for(reservation: Reservation | None, token: Token, group: str | None) -> bool:
    """Return whether a reservation leaves the connector to `token`, or to its group."""
    if reservation is None or reservation.token.uid.casefold() == token.uid.casefold():
        return True
    return group is not None and group == reservation.group
