"""Everything that doors and higher rooms do with stations, in one place."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime

from msgspec.structs import replace

from laddnav.accounts.rules import Keyring
from laddnav.accounts.service import Accounts
from laddnav.journal.model import RefusalReason
from laddnav.journal.service.refusals import Refusals
from laddnav.kernel.clock import Clock
from laddnav.kernel.keys import StationKey
from laddnav.pki.service.roots import Roots
from laddnav.stations.live import LiveStation
from laddnav.stations.model import (
    Admitted,
    BootReported,
    FaultReported,
    Intervals,
    Knock,
    Refused,
    Station,
    StatusReported,
)
from laddnav.stations.model.variables import VariableRead
from laddnav.stations.rules import behaviour
from laddnav.stations.rules.admission import belies
from laddnav.stations.rules.reports import is_unset
from laddnav.stations.service import record
from laddnav.stations.service.bulks import Bulks
from laddnav.stations.service.certified import Certificates
from laddnav.stations.service.door import Door
from laddnav.stations.service.fleet import Fleet
from laddnav.stations.service.handovers import Handovers
from laddnav.stations.service.inventories import Inventories
from laddnav.stations.service.ledger import Ledger
from laddnav.stations.service.passage import Passage
from laddnav.stations.service.ports import NoUpkeep, Upkeep
from laddnav.stations.service.quirks import Quirks, told_traits, traits_of
from laddnav.stations.service.record import Booted, Recorded
from laddnav.stations.service.register import Register
from laddnav.stations.service.security import SecurityEvents
from laddnav.stations.service.upgrades import Upgrades
from laddnav.stations.service.variables import Variables
from laddnav.stations.service.views import Views
from laddnav.stations.service.violations import Violations
from laddnav.storage.database import Database
from laddnav.storage.errors import StorageError


class Stations:
    """The stations' room.

    Attributes:
        fleet: Who is connected: claim, load, connected, disconnected, forget.
        register: What operators configure: stations and sites.
        views: What may be shown.
        variables: Their device models: what is known of variables and configuration keys.
        inventories: The reports that fill them.
        quirks: What kinds of stations are known to do wrong.
        security: What stations told of their security.
        violations: What stations did wrong, counted.
        handovers: How their passwords and profiles are handed over.
        upgrades: What a higher profile needs.
        bulks: What is done at many of them, at a pace.
        passage: What is learned of both where they pass.
        upkeep: Knows how stations shall be configured; set by whoever keeps account of that.
        on_booted: Called with each station of which a Boot is recorded.
        on_outdated: Called with each that somebody else has configured.
        on_belied: Called with each whose Boot names another serial number than its certificate:
            its link must end.

    Args:
        roots: What the certificates of stations come from; None: profile 3 lets nobody in.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        accounts: Accounts,
        refusals: Refusals,
        secret: bytes,
        former_secrets: Sequence[bytes] = (),
        intervals: Intervals | None = None,
        host: str | None = None,
        quirks: Quirks | None = None,
        roots: Roots | None = None,
    ) -> None:
        self.fleet = Fleet(database, clock, host=host)
        keys = Keyring(secret, former_secrets)
        self.register = Register(database, clock, refusals=refusals, keys=keys)
        self.views = Views(database, clock, self.fleet)
        self.variables = Variables(database)
        self.security = SecurityEvents(database)
        self.violations = Violations(database, clock, node=self.fleet.host)
        ledger = Ledger(database, clock, keys)
        self.upgrades = Upgrades(self.variables)
        self.handovers = Handovers(ledger, self.upgrades)
        self.bulks = Bulks(database, clock)
        self.passage = Passage(ledger, self.variables)
        self.inventories = Inventories(database, clock, self.fleet.live)
        self.upkeep: Upkeep = NoUpkeep()
        self.on_booted: list[Callable[[LiveStation], None]] = []
        self.on_outdated: list[Callable[[LiveStation], None]] = []
        self.on_belied: list[Callable[[StationKey], None]] = []
        self._refusals = refusals
        self.quirks = quirks or Quirks()
        self._intervals = intervals or Intervals()
        self._door = Door(
            database,
            clock,
            accounts=accounts,
            refusals=refusals,
            register=self.register,
            keys=keys,
            passage=self.passage,
            quirks=self.quirks,
            certificates=None if roots is None else Certificates(roots, clock),
        )
        self._task: asyncio.Task[None] | None = None
        self.register.on_changed.append(self.configure)
        ledger.on_changed = self.register.on_changed
        self.fleet.on_forgotten.append(self.inventories.forget)

    async def start(self) -> None:
        """Begin to own stations: from now on the other nodes see this one live.

        Raises:
            StorageUnavailable: The database is away.
        """
        await self.fleet.start()
        self.violations.start()
        self.security.start()
        self._task = asyncio.create_task(self.fleet.run(), name="fleet")

    async def close(self) -> None:
        """Stop; the links are closed already."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        await self.inventories.close()
        await self.violations.close()
        await self.security.close()
        with suppress(StorageError):  # else it is noted again when they next come in
            await self.passage.flush()
        self.fleet.tick()

    async def admit(self, knock: Knock) -> Admitted | Refused:
        """Return whether a station may come in; a refusal is recorded already.

        Raises:
            StorageUnavailable: The database is away; nothing is recorded.
        """
        return await self._door.admit(knock)

    async def named(self, operator: str | None, identity: str) -> StationKey | None:
        """Return the station that a path names, whether it exists or not; None: no such operator.

        Raises:
            StorageUnavailable: The database is away.
        """
        return await self._door.named(operator, identity)

    def live(self, key: StationKey) -> LiveStation | None:
        """Return the state of a station that this node owns, connected or just gone."""
        return self.fleet.live(key)

    def is_of_another_kind(self, live: LiveStation, report: BootReported) -> bool:
        """Return whether a Boot tells that a station has other quirks than those that count."""
        before, told = traits_of(live.station, live.life), told_traits(live.station, report)
        return self.quirks.telling(before) != self.quirks.telling(told)

    async def suit(self, live: LiveStation, report: BootReported) -> None:
        """Speak with a station as its kind wants it, before its Boot is answered.

        Raises:
            StorageUnavailable: The database is away.
        """
        station = await self.register.station(live.key)
        if station is not None:
            live.configure(self.quirks.suited(station, told_traits(station, report)))

    def awaiting(self, live: LiveStation, report: BootReported) -> Awaitable[None] | None:
        """Return what must be waited for before a Boot is recorded; None: nothing.

        By then it is known whether the station is configured before it is accepted (B02).
        """
        live.held = False
        held = self.upkeep.holds(live, report)
        return None if held is None else _hold(live, held)

    def record_boot(self, live: LiveStation, report: BootReported, now: datetime) -> Booted:
        """Fold a BootNotification; the answer goes out once its write is durable.

        One that belies the station's certificate is not taken (B01.FR.11).
        """
        if self._is_belied(live, report):
            return record.turned_away(self._intervals)
        booted = record.record_boot(live, report, now, self._intervals)
        if booted.write is not None:
            for told in self.on_booted:
                told(live)
            rows = booted.write.rows + self.upkeep.begun(live, now)
            return replace(booted, write=replace(booted.write, rows=rows))
        return booted

    async def note_outside_change(self, live: LiveStation, told: VariableRead) -> None:
        """Let a station be asked for all again, if somebody else configured it (B07.FR.14).

        Args:
            live: The station.
            told: When that last happened, as it tells before this is stored.

        Raises:
            Fenced: Another node owns the station.
            StorageUnavailable: The database is away.
        """
        date = behaviour.EXTERNAL_CHANGE
        known = date.of(await self.variables.values(live.key, date))
        if known in {None, told.value} or not await self.inventories.outdate(live):
            return
        for outdated in self.on_outdated:
            outdated(live)

    def _is_belied(self, live: LiveStation, report: BootReported) -> bool:
        link = live.connection
        if link is None or link.certificate is None:
            return False
        told = (report.serial, report.box_serial)
        if not belies(live.station, link.certificate, told):
            return False
        self._refusals.record(
            RefusalReason.CERTIFICATE_MISNAMED,
            address=link.address,
            operator=live.key.operator,
            identity=live.key.identity,
            detail="the serial number that it tells at Boot is not that of its certificate",
        )
        for shut_out in self.on_belied:
            shut_out(live.key)
        return True

    def record_status(
        self, live: LiveStation, report: StatusReported, received: datetime
    ) -> Recorded:
        """Fold a status of a connector or of the station; a repetition gives nothing to write."""
        if report.at is not None and is_unset(report.at):
            self.violations.count(live.key, "clock_unset", "StatusNotification $.timestamp")
        return record.record_status(live, report, received)

    def record_fault(
        self, live: LiveStation, report: FaultReported, received: datetime
    ) -> Recorded:
        """Fold a problem, or its end, that was told apart from any status (NotifyEvent)."""
        return record.record_fault(live, report, received)

    def configure(self, station: Station) -> None:
        """Take over what the operator changed, where the station is known here."""
        live = self.fleet.live(station.key)
        if live is not None:
            live.configure(self.quirks.suited(station, traits_of(station, live.life)))


async def _hold(live: LiveStation, held: Awaitable[bool]) -> None:
    live.held = await held
