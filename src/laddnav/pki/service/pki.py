"""Everything that doors do with certificates, in one place."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from laddnav.accounts.service import Accounts
from laddnav.journal.rules.texts import storable
from laddnav.kernel.clock import Clock
from laddnav.kernel.keys import StationKey
from laddnav.pki.control import LocalCertificateControl
from laddnav.pki.model.authority import IssuedCertificate
from laddnav.pki.model.certificate import Purpose
from laddnav.pki.model.signing import RequestState, SigningRequest
from laddnav.pki.rules.sealing import Seal
from laddnav.pki.service.authorities import Authorities
from laddnav.pki.service.ports import OffLoop, in_thread
from laddnav.pki.service.renewals import Renewals
from laddnav.pki.service.roots import Roots
from laddnav.pki.service.signing import Signing
from laddnav.pki.store import queries, tables
from laddnav.storage.database import Database

_KEPT: Final = timedelta(days=400)


class Pki:
    """The certificates' room.

    Attributes:
        authorities: Who signs.
        signing: What stations ask for.
        roots: What is trusted.
        renewals: Who is asked to renew.
        on_revoked: Called with each station whose certificate was revoked.

    Args:
        secret: The server's secret, under which private keys are encrypted.
        former_secrets: Those of before.
        off_loop: Runs what is slow.
        certificate_days: How long a station's certificate is valid.
        renewal_days: How long before its end it is to be renewed.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        accounts: Accounts,
        *,
        secret: bytes,
        former_secrets: Sequence[bytes] = (),
        off_loop: OffLoop = in_thread,
        certificate_days: int = 365,
        renewal_days: int = 30,
    ) -> None:
        self._database = database
        self._clock = clock
        self.authorities = Authorities(
            database,
            clock,
            accounts,
            seal=Seal(secret, former_secrets),
            off_loop=off_loop,
            days=certificate_days,
        )
        self.on_revoked: list[Callable[[StationKey], None]] = []
        self.signing = Signing(database, clock, self.authorities)
        self.roots = Roots(database, clock, self.authorities)
        self.renewals = Renewals(database, clock, days=renewal_days)

    def attach(self, control: LocalCertificateControl) -> None:
        """Begin to speak with the stations that are connected here."""
        self.signing.attach(control)
        self.renewals.attach(control)

    async def start(self) -> None:
        """Seal anew what a former secret sealed."""
        await self.authorities.reseal()

    async def close(self) -> None:
        """Stop what is under way."""
        await self.signing.close()

    async def renew_now(self, key: StationKey) -> None:
        """Ask a station that is connected here to renew its certificate, if anybody signs it.

        Raises:
            StorageUnavailable: The database is away.
        """
        if await self.authorities.exists(key.operator, Purpose.STATION):
            await self.renewals.ask_now(key)

    async def renew_foreign(
        self, key: StationKey, serial: str, valid_from: datetime, valid_until: datetime
    ) -> bool:
        """Ask a station whose certificate another authority made to have the next one from ours.

        Returns:
            Whether it was asked.

        Raises:
            StorageUnavailable: The database is away.
        """
        if not self.renewals.is_time(valid_from, valid_until):
            return False
        if not await self.authorities.exists(key.operator, Purpose.STATION):
            return False
        if await self.issued_one(key.operator, serial) is not None:
            return False  # it is renewed as ours
        return await self.renewals.ask_foreign(key, serial)

    async def renew_discarded(self, key: StationKey) -> bool:
        """Ask a station again that discarded the certificate that it was given last (A02.FR.29).

        Returns:
            Whether it was asked: not where none of ours was given to it, nor too often.

        Raises:
            StorageUnavailable: The database is away.
        """
        issued = await self.last_issued(key, Purpose.STATION)
        if issued is None or not await self.authorities.exists(key.operator, Purpose.STATION):
            return False
        return await self.renewals.ask_discarded(key, issued.certificate.serial)

    async def forget(self) -> None:
        """Delete requests that are over, and certificates that ended, for more than a year."""
        await self.signing.forget(self._clock.now() - _KEPT)

    async def issued(
        self,
        operator: str,
        *,
        station: str | None = None,
        ends_before: datetime | None = None,
        after: str = "",
        limit: int = 100,
    ) -> list[IssuedCertificate]:
        """Return certificates in the order of their serial numbers, from behind `after`."""
        query = queries.issued_list(
            operator, station=station, before=ends_before, after=after, limit=limit
        )
        return [tables.issued_from(record) for record in await self._database.fetch(query)]

    async def issued_one(self, operator: str, serial: str) -> IssuedCertificate | None:
        """Return the certificate with this serial number (hex)."""
        wanted = serial.lstrip("0").lower()
        records = await self._database.fetch(queries.issued_one(operator, wanted))
        return tables.issued_from(records[0]) if records else None

    async def last_issued(self, key: StationKey, purpose: Purpose) -> IssuedCertificate | None:
        """Return the certificate that was signed last for a station."""
        records = await self._database.fetch(queries.last_issued(key, purpose))
        return tables.issued_from(records[0]) if records else None

    async def newest_request(self, key: StationKey, purpose: Purpose) -> SigningRequest | None:
        """Return what a station asked for last."""
        records = await self._database.fetch(queries.requests_of(key, purpose))
        return tables.request_from(records[0]) if records else None

    async def revoke(
        self, operator: str, serial: str, reason: str = ""
    ) -> IssuedCertificate | None:
        """Let a certificate admit nobody any more; None: there is none with this serial number.

        One that was revoked before stays so, with the reason it was given then.

        Raises:
            StorageUnavailable: The database is away.
        """
        known = await self.issued_one(operator, serial)
        if known is None:
            return None
        name, now = known.certificate.serial, self._clock.now()
        await self._database.execute(*queries.revoking(operator, name, storable(reason), now))
        if known.station:
            for told in self.on_revoked:
                told(StationKey(operator, known.station))
        return await self.issued_one(operator, name)

    async def requests(
        self,
        operator: str,
        *,
        station: str | None = None,
        state: RequestState | None = None,
        before: str | None = None,
        limit: int = 100,
    ) -> list[SigningRequest]:
        """Return requests, newest first, from behind the id `before`."""
        query = queries.request_list(
            operator, station=station, state=state, before=before, limit=limit
        )
        return [tables.request_from(record) for record in await self._database.fetch(query)]
