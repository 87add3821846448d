"""What a version of OCPP has to be able to say for a station, and to hear."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, Protocol, TypeVar

import msgspec

from laddnav.ocpp.action import Action, Version
from laddnav.simulator.commands import Commands
from laddnav.simulator.connector import Connector
from laddnav.simulator.ledger import Entry
from laddnav.simulator.meter import MeterReading
from laddnav.simulator.plan import StationPlan
from laddnav.simulator.story import Parcel, Step, Token, Verdict

_T = TypeVar("_T")

BootReason = Literal["PowerUp", "RemoteReset", "ScheduledReset", "FirmwareUpdate", "Triggered"]


class BootAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What the server says to a boot.

    Attributes:
        interval_s: Heartbeat interval where accepted; else the wait before the next boot.
    """

    status: Literal["Accepted", "Pending", "Rejected"]
    now: datetime
    interval_s: int


class Caller(Protocol):
    """A connection that carries a call and brings its answer."""

    async def call(
        self, action: str, request: msgspec.Struct, answer: msgspec.json.Decoder[_T]
    ) -> _T:
        """Send one call and return its answer.

        Raises:
            CallError: One of its kinds: refused, unanswered, unreadable, or the link is gone.
        """
        ...


class Speaker(Protocol):
    """One version's tongue. It keeps no state: stations share it."""

    @property
    def version(self) -> Version:
        """The version."""
        ...

    @property
    def actions(self) -> Mapping[str, Action]:
        """The version's actions."""
        ...

    async def send(self, link: Caller, action: str, request: msgspec.Struct) -> None:
        """Send a request of this version, whatever is answered."""
        ...

    async def boot(self, link: Caller, plan: StationPlan, reason: BootReason) -> BootAnswer:
        """Tell that the station has started."""
        ...

    async def heartbeat(self, link: Caller) -> datetime:
        """Give a sign of life; return the server's time."""
        ...

    @property
    def names_transactions(self) -> bool:
        """Whether the station names its transactions, not the server."""
        ...

    def shown(self, connector: Connector) -> tuple[object, ...]:
        """Return what a status message would tell: equal as long as nothing new would be told."""
        ...

    async def tell_status(self, link: Caller, connector: Connector, at: datetime) -> None:
        """Tell a connector's status."""
        ...

    async def tell_station(self, link: Caller, *, operative: bool, at: datetime) -> None:
        """Tell the status of the station as a whole, where the version has one."""
        ...

    async def authorize(self, link: Caller, token: Token) -> Verdict:
        """Ask whether a token may charge."""
        ...

    async def tell_meter(self, link: Caller, connector: Connector, reading: MeterReading) -> None:
        """Tell a reading outside of a transaction."""
        ...

    async def ask_for_certificate(self, link: Caller, csr: str, number: int) -> bool:
        """Ask for a certificate; return whether the server will see to it."""
        ...

    async def tell_event(self, link: Caller, kind: str, at: datetime) -> None:
        """Tell what happened to the station's security."""
        ...

    def entry(self, step: Step) -> Entry | None:
        """Return what the ledger notes of a step, or None where the version does not tell it."""
        ...

    def content(self, parcel: Parcel) -> msgspec.Struct:
        """Return what to send of a step; the same again when it is repeated."""
        ...

    async def deliver(self, link: Caller, parcel: Parcel) -> Verdict | None:
        """Send `parcel.content`; return what the server says of its token, if it had one."""
        ...

    def answer(self, commands: Commands, action: Action, payload: msgspec.Raw) -> msgspec.Struct:
        """Do what the server asks, or begin to, and return the answer.

        Raises:
            RemoteProtocolError: The request is unreadable or not supported.
        """
        ...
