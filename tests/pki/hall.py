"""The room on a real database, with stations that answer as a test says."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from typing_extensions import override

from laddnav.accounts.model import Operator
from laddnav.accounts.service import Accounts
from laddnav.kernel.keys import StationKey
from laddnav.pki.control import Held, LocalCertificateControl, Outcome, Said
from laddnav.pki.model.authority import Authority
from laddnav.pki.model.certificate import CertificateHash, Purpose, Use
from laddnav.pki.model.signing import Delivery, Refused, SigningRequest
from laddnav.pki.service import Pki
from laddnav.pki.service.installed import Installed
from laddnav.pki.service.signing import Asked, Taken
from laddnav.storage.database import Database
from laddnav.storage.write import Write
from tests.pki.making import NOON, ORGANIZATION, SERIAL
from tests.waiting import until

KEY = StationKey("default", "CP1")
YES = Said(outcome=Outcome.ACCEPTED, wire_status="Accepted")
NO = Said(outcome=Outcome.REJECTED, wire_status="Rejected")


class HandClock:
    """A clock that goes where it is put."""

    def __init__(self) -> None:
        self.time = NOON

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return self.time.timestamp()


class Stations(LocalCertificateControl):
    """Stations that are connected here, and say what they are told to."""

    def __init__(self) -> None:
        self.here = {KEY}
        self.says: Said = YES
        self.holds: Held | Said = Held(certificates=())
        self.delivered: list[tuple[StationKey, Delivery]] = []
        self.told: list[tuple[object, ...]] = []

    @override
    def reaches(self, key: StationKey) -> bool:
        return key in self.here

    @override
    async def deliver_certificate(self, key: StationKey, delivery: Delivery) -> Said:
        self.delivered.append((key, delivery))
        return self.says

    @override
    async def ask_for_request(self, key: StationKey, purpose: Purpose) -> Said:
        self.told.append(("ask", key, purpose))
        return self.says

    @override
    async def install_certificate(self, key: StationKey, use: Use, pem: str) -> Said:
        self.told.append(("install", key, use, pem))
        return self.says

    @override
    async def delete_certificate(self, key: StationKey, name: CertificateHash) -> Said:
        self.told.append(("delete", key, name))
        return self.says

    @override
    async def installed_certificates(self, key: StationKey) -> Held | Said:
        self.told.append(("read", key))
        return self.holds


class Hall:
    """The room, open."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = HandClock()
        self.stations = Stations()
        self.accounts = Accounts(database, self.clock)
        self.pki = self.room()
        self.installed = Installed(database, self.clock, self.stations)

    def room(self, secret: bytes = b"the secret", former: tuple[bytes, ...] = ()) -> Pki:
        made = Pki(self.database, self.clock, self.accounts, secret=secret, former_secrets=former)
        made.attach(self.stations)
        return made

    async def open(self) -> "Hall":
        await self.accounts.open()
        added = await self.accounts.add_operator("rival", "Rival AB")
        assert isinstance(added, Operator)
        return self

    async def init(
        self, purpose: Purpose = Purpose.STATION, operator: str = "default"
    ) -> Authority:
        made = await self.pki.authorities.init(operator, purpose, organization=ORGANIZATION)
        assert isinstance(made, Authority), made
        return made

    async def ask(
        self,
        csr: str,
        *,
        key: StationKey = KEY,
        wire_id: int | None = None,
        refused: Refused | None = None,
    ) -> Taken:
        """Let a station ask, and do what follows once that is durable."""
        asked = Asked(
            csr=csr, purpose=Purpose.STATION, names=(SERIAL,), wire_id=wire_id, refused=refused
        )
        taken = await self.pki.signing.take(key, asked)
        await self.database.commit(Write(rows=taken.rows))
        if taken.then is not None:
            taken.then()
        return taken

    async def resume(self, **later: float) -> None:
        """Let time pass, and go on with what is open."""
        await until(lambda: not self.pki.signing.under_way)
        self.clock.time += timedelta(**later)
        await self.pki.signing.resume()

    async def requests(self) -> list[SigningRequest]:
        return await self.pki.requests("default")

    async def until(self, holds: Callable[[SigningRequest], object]) -> SigningRequest:
        """Wait until the newest request is so."""
        async with asyncio.timeout(20):
            while True:
                found = await self.requests()
                if found and holds(found[0]):
                    return found[0]
                await asyncio.sleep(0.01)
