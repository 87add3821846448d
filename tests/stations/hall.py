"""A clock to turn, and the stations' room with all that it needs, on a real database."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from laddnav.accounts.service import Accounts
from laddnav.journal.service import Refusals
from laddnav.kernel.keys import StationKey
from laddnav.pki.service import Pki
from laddnav.stations.live import LiveStation
from laddnav.stations.model import (
    ConnectionInfo,
    Knock,
    NewStation,
    Registration,
    SecurityProfile,
    Station,
    StationChange,
    StationSettings,
)
from laddnav.stations.model.quirk import KnownQuirk
from laddnav.stations.service import Stations
from laddnav.stations.service.quirks import Quirks
from laddnav.storage.database import Database
from laddnav.storage.write import Write

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SECRET = b"s" * 32
KEY = StationKey("default", "CP1")


class ManualClock:
    """Stands still until it is turned."""

    def __init__(self) -> None:
        self._now = START
        self._monotonic = 1_000.0

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    def turn(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)
        self._monotonic += seconds


class Hall:
    """The room, opened; `restarted` is the next run of the same server."""

    def __init__(
        self,
        database: Database,
        clock: ManualClock,
        quirks: Sequence[KnownQuirk] = (),
        *,
        secret: bytes = SECRET,
        former: Sequence[bytes] = (),
        host: str = "here",
    ) -> None:
        self.database = database
        self.clock = clock
        self.accounts = Accounts(database, clock)
        self.refusals = Refusals(database, clock)
        self.pki = Pki(database, clock, self.accounts, secret=SECRET)
        self.stations = Stations(
            database,
            clock,
            accounts=self.accounts,
            refusals=self.refusals,
            secret=secret,
            former_secrets=former,
            host=host,
            quirks=Quirks(quirks),
            roots=self.pki.roots,
        )

    async def open(self) -> "Hall":
        await self.accounts.open()
        await self.stations.fleet.start()
        return self

    async def restarted(self, secret: bytes = SECRET, former: Sequence[bytes] = ()) -> "Hall":
        return await Hall(self.database, self.clock, secret=secret, former=former).open()

    async def add(self, **told: object) -> Station:
        new = NewStation(**{"identity": KEY.identity, "security_profile": 0, **told})  # type: ignore[arg-type]  # fields are passed on as a dict; a wrong one fails the test at once
        added = await self.stations.register.add(KEY.operator, new)
        assert isinstance(added, Station), added
        return added

    async def change(self, **told: object) -> Station:
        change = StationChange(**told)  # type: ignore[arg-type]  # fields are passed on as a dict; a wrong one fails the test at once
        changed = await self.stations.register.change(KEY, change)
        assert isinstance(changed, Station), changed
        return changed

    async def store(self, write: Write | None) -> None:
        assert write is not None
        await self.database.commit(write)

    async def connect(self, station: Station, name: str = "link-1") -> LiveStation:
        live = await self.stations.fleet.claim(station)
        await self.store(self.stations.fleet.connected(live, link(name)))
        return live


def link(name: str = "link-1", version: str = "1.6") -> ConnectionInfo:
    return ConnectionInfo(id=name, address="192.0.2.7", version=version, tls=False)


def knock(**told: object) -> Knock:
    usual = {
        "operator": None, "identity": KEY.identity, "user": None, "password": None,
        "tls": False, "address": "192.0.2.7", "offered": ("ocpp1.6",),
    }  # fmt: skip
    return Knock(**{**usual, **told})  # type: ignore[arg-type]  # fields are passed on as a dict; a wrong one fails the test at once


def station(**told: object) -> Station:
    usual = {
        "key": KEY, "version": 1, "registration": Registration.ACCEPTED,
        "security_profile": SecurityProfile.BASIC, "passwords": None,
        "settings": StationSettings(), "label": None, "site": None,
        "created_at": START, "updated_at": START,
    }  # fmt: skip
    return Station(**{**usual, **told})  # type: ignore[arg-type]  # fields are passed on as a dict; a wrong one fails the test at once


def live_station(**told: object) -> LiveStation:
    """A station that is connected since the clock's start, without any database."""
    live = LiveStation(epoch=1, station=station(**told))
    live.open_link(link(), START, 1_000.0)
    return live
