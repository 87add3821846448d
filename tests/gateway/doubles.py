"""Small stand-ins for the rooms behind the door, and clients that are not ours."""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from ssl import SSLContext
from typing import NamedTuple

from aiohttp.web import Server
from msgspec import Struct

from laddnav.accounts.model import Policies
from laddnav.gateway.entry.proxies import TrustedProxies
from laddnav.gateway.entry.reception import Arrival, Reception
from laddnav.gateway.entry.tls import Asks
from laddnav.gateway.entry.tls_ports import TlsPort
from laddnav.gateway.line.wire import Incoming, Wire, WireLimits
from laddnav.gateway.listener import Doorway, Listener
from laddnav.gateway.mending.packed import Packed, mend_packed
from laddnav.journal.model import RefusalReason
from laddnav.kernel.keys import DEFAULT_OPERATOR, StationKey
from laddnav.stations.model import (
    Admitted,
    Knock,
    Refused,
    Registration,
    SecurityProfile,
    Station,
    StationSettings,
)

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
UPGRADE = (
    "Host: hub\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)
OCPP16 = "Sec-WebSocket-Protocol: ocpp1.6\r\n"


def basic(user: str | bytes, password: str | bytes) -> str:
    """Return the value of an Authorization header."""
    parts = [part if isinstance(part, bytes) else part.encode() for part in (user, password)]
    return "Basic " + b64encode(b":".join(parts)).decode()


def station(
    identity: str = "CP1",
    *,
    operator: str = DEFAULT_OPERATOR,
    settings: StationSettings | None = None,
    profile: SecurityProfile = SecurityProfile.BASIC,
    registration: Registration = Registration.ACCEPTED,
) -> Station:
    """Return a station as its operator could have configured it."""
    return Station(
        key=StationKey(operator, identity),
        version=1,
        registration=registration,
        security_profile=profile,
        passwords=None,
        settings=settings or StationSettings(),
        label=None,
        site=None,
        created_at=LONG_AGO,
        updated_at=LONG_AGO,
    )


class Noted(NamedTuple):
    """One refusal in the book."""

    reason: RefusalReason
    address: str
    operator: str
    identity: str
    detail: str


class Book:
    """Notes refusals in a list."""

    def __init__(self) -> None:
        self.noted: list[Noted] = []

    def record(
        self,
        reason: RefusalReason,
        *,
        address: str,
        operator: str = "",
        identity: str = "",
        detail: str = "",
    ) -> None:
        self.noted.append(Noted(reason, address, operator, identity, detail))

    @property
    def reasons(self) -> list[RefusalReason]:
        return [refusal.reason for refusal in self.noted]


class Doorkeeper:
    """Admits the stations it is given, with the password "secret" where their profile asks."""

    def __init__(self, *stations: Station) -> None:
        self.stations = {known.key: known for known in stations}
        self.knocks: list[Knock] = []
        self.fault: Exception | None = None

    async def admit(self, knock: Knock) -> Admitted | Refused:
        self.knocks.append(knock)
        key = await self.named(knock.operator, knock.identity) or StationKey("", knock.identity)
        known = self.stations.get(key)
        if known is None:
            return self._refused(key, RefusalReason.UNKNOWN_STATION, 404)
        if known.security_profile and knock.password != b"secret":
            return self._refused(key, RefusalReason.WRONG_PASSWORD, 401)
        return Admitted(station=known, policies=Policies(), password_form=None)

    async def named(self, operator: str | None, identity: str) -> StationKey | None:
        if self.fault is not None:
            raise self.fault
        slug = operator or DEFAULT_OPERATOR
        if slug in {DEFAULT_OPERATOR, *(key.operator for key in self.stations)}:
            return StationKey(slug, identity)
        return StationKey(DEFAULT_OPERATOR, identity) if slug == identity else None

    def _refused(self, key: StationKey, reason: RefusalReason, status: int) -> Refused:
        return Refused(
            reason=reason, status=status, remedy="", operator=key.operator, identity=key.identity
        )


class MendersHere:
    """Mend at once."""

    async def mend(self, kind: type[Struct], raw: bytes, *, salvage: bool) -> Packed | None:
        return mend_packed(kind, raw, salvage)


class EchoBerth:
    """Answers every frame with itself."""

    def __init__(self, arrival: Arrival) -> None:
        self.arrival = arrival
        self.deflate = False
        self.wire: Wire | None = None

    def begin(self, wire: Wire) -> None:
        self.wire = wire
        wire.begin(self)

    def take(self, incoming: Incoming) -> None:
        assert self.wire is not None
        self.wire.send(incoming.text)

    def lives(self) -> None:
        pass

    def ended(self) -> None:
        pass


class EchoHarbour:
    """Has room for everyone, unless it is taken."""

    def __init__(self) -> None:
        self.is_taken = False
        self.berths: list[EchoBerth] = []

    async def berth(self, arrival: Arrival) -> EchoBerth | None:
        if self.is_taken:
            return None
        self.berths.append(EchoBerth(arrival))
        return self.berths[-1]


class House:
    """A listener with doubles behind it."""

    def __init__(self, listener: Listener, doorkeeper: Doorkeeper, book: Book) -> None:
        self.listener = listener
        self.doorkeeper = doorkeeper
        self.book = book
        self.harbour = EchoHarbour()

    @property
    def port(self) -> int:
        return self.listener.address[1]

    async def ask(self, text: str | bytes) -> bytes:
        """Send raw bytes and return everything that comes back until the end."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(text if isinstance(text, bytes) else text.encode())
        try:
            return await reader.read()
        except ConnectionResetError:
            return b""
        finally:
            writer.close()


@asynccontextmanager
async def house(
    *stations: Station,
    doorway: Callable[[TrustedProxies], Doorway] = lambda proxies: Doorway(proxies=proxies),
    trusted: tuple[str, ...] = (),
    limits: WireLimits | None = None,
    tls: SSLContext | None = None,
    tls_port: TlsPort | None = None,
    profiles: frozenset[int] | None = None,
) -> AsyncIterator[House]:
    """Open a listener on a free port."""
    doorkeeper, book, harbour = Doorkeeper(*(stations or (station(),))), Book(), EchoHarbour()
    proxies = TrustedProxies(trusted)
    reception = Reception(
        doorkeeper=doorkeeper,
        book=book,
        harbour=harbour,
        proxies=proxies,
        limits=limits or WireLimits(),
    )
    listener = Listener(
        Server(reception), doorway(proxies), book, tls=tls_port or port_with(tls), profiles=profiles
    )
    listener.open("127.0.0.1", 0)
    opened = House(listener, doorkeeper, book)
    opened.harbour = harbour
    try:
        yield opened
    finally:
        await listener.close()


def port_with(context: SSLContext | None) -> TlsPort | None:
    """Return a port's TLS with this context; None: without."""
    if context is None:
        return None
    port = TlsPort(Asks.NEVER)
    port.context = context
    return port
