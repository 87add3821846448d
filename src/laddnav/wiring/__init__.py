"""Who is given to whom: the rooms are built here, from the ground up, and told of each other."""

from datetime import timedelta
from typing import Final

from aiohttp import WSCloseCode
from aiohttp.web import Server
from msgspec import Struct

from laddnav.accounts.rules import station_secret
from laddnav.accounts.service import Accounts
from laddnav.bus.signals import Bus
from laddnav.gateway.answers.elsewhere import MendersElsewhere
from laddnav.gateway.certificate_words import certificates_anywhere, certificates_here
from laddnav.gateway.control import Control
from laddnav.gateway.entry.proxies import TrustedProxies
from laddnav.gateway.entry.reception import Reception
from laddnav.gateway.entry.tls_ports import TlsPort, TlsPorts, TlsTerms
from laddnav.gateway.line.wire import WireLimits
from laddnav.gateway.links import Links
from laddnav.gateway.listener import Doorway, Listener
from laddnav.gateway.quirks import catalogue
from laddnav.gateway.renewing import Renewing
from laddnav.gateway.rooms import Rooms
from laddnav.gateway.routing import RoutedControl, serve_control
from laddnav.gateway.survey import Survey
from laddnav.journal.model import Limits as JournalLimits
from laddnav.journal.service.journal import Journal, open_store
from laddnav.journal.service.refusals import Refusals
from laddnav.journal.store.frames import frames
from laddnav.kernel.clock import Clock
from laddnav.kernel.keys import StationKey
from laddnav.maintenance.service import Maintenance, correction_work
from laddnav.maintenance.service.fitting import Fitting
from laddnav.pki.service import Pki
from laddnav.pki.service.installed import Installed
from laddnav.sessions.service.archive import SessionArchive
from laddnav.sessions.service.sessions import Sessions
from laddnav.sessions.store.tables import readings
from laddnav.settings import Settings
from laddnav.stations.control import StationControl
from laddnav.stations.model import Intervals
from laddnav.stations.service import certificate_work, handover_work
from laddnav.stations.service.bulk_runner import BulkRunner
from laddnav.stations.service.certificate_work import CertificateWork
from laddnav.stations.service.deliveries import Deliveries
from laddnav.stations.service.equipment import Equipment
from laddnav.stations.service.handover_work import HandoverWork
from laddnav.stations.service.preparations import Preparations
from laddnav.stations.service.quirks import Quirks
from laddnav.stations.service.stations import Stations
from laddnav.storage.database import Database
from laddnav.storage.outbox import Pace, Relay, Subscriber
from laddnav.tokens.service import Tokens
from laddnav.worker.chores import Chore
from laddnav.worker.moves import Moves
from laddnav.worker.narrator import narrator
from laddnav.worker.news import ConfigurationNews
from laddnav.worker.off_loop import PoolOffLoop
from laddnav.worker.pool import Pool

PARTITIONED: Final = (readings, frames)
"""The tables that PostgreSQL cuts by time."""


class House(Struct, frozen=True, kw_only=True):
    """All rooms, built and connected; nothing of it runs yet."""

    rooms: Rooms
    refusals: Refusals
    archive: SessionArchive
    maintenance: Maintenance
    bus: Bus
    pool: Pool

    @property
    def node(self) -> str:
        """The name of this run of this node."""
        return self.rooms.stations.fleet.node


def build(
    settings: Settings, *, database: Database, bus: Bus, clock: Clock, secret: bytes
) -> House:
    """Return the house on an open database.

    Raises:
        QuirksMisconfiguredError: A quirk's file cannot be used.
    """
    accounts = Accounts(database, clock)
    former = [station_secret(each.encode()) for each in settings.former_secrets]
    tokens = Tokens(database, clock, secret=secret, former_secrets=former)
    refusals = Refusals(database, clock, kept_days=settings.refusal_days)
    pool = Pool()
    pki = Pki(
        database,
        clock,
        accounts,
        secret=secret,
        former_secrets=former,
        off_loop=PoolOffLoop(pool),
        certificate_days=settings.certificate_days,
        renewal_days=settings.certificate_renewal_days,
    )
    stations = Stations(
        database,
        clock,
        accounts=accounts,
        refusals=refusals,
        secret=secret,
        former_secrets=former,
        intervals=Intervals(heartbeat_seconds=settings.heartbeat_seconds),
        host=settings.node or None,
        quirks=Quirks(catalogue.load(settings.quirks)),
        roots=pki.roots,
    )
    sessions = Sessions(
        database,
        clock,
        tokens,
        accounts,
        freed_after=timedelta(seconds=settings.orphan_available_seconds),
        silent_after=timedelta(seconds=settings.orphan_silent_seconds),
        free_vend=lambda key: _is_free_vend(stations, key),
        node=stations.fleet.node,
    )
    stations.fleet.on_forgotten.append(sessions.forget)
    rooms = Rooms(
        accounts=accounts,
        clock=clock,
        database=database,
        journal=Journal(open_store(settings.database, database), clock, _journal_limits(settings)),
        menders=MendersElsewhere(pool),
        pki=pki,
        sessions=sessions,
        settings=settings,
        stations=stations,
        tokens=tokens,
    )
    return House(
        rooms=rooms,
        refusals=refusals,
        archive=SessionArchive(database),
        maintenance=Maintenance(database, clock, stations, after_seconds=settings.survey_seconds),
        bus=bus,
        pool=pool,
    )


class Door:
    """The stations' door: who may come in, which links live, and how they are commanded.

    Attributes:
        control: Commands the stations that came in by this door.
        tls: The certificates of its ports.
        renewing: Asks them to renew their certificates.
    """

    def __init__(self, house: House) -> None:
        rooms, settings = house.rooms, house.rooms.settings
        proxies = TrustedProxies(settings.trusted_proxies)
        self._house = house
        self.links = Links(rooms)
        self.control = Control(self.links.registry)
        variables = rooms.stations.variables
        rooms.pki.attach(certificates_here(self.control, self.links.registry, variables))
        self.tls = TlsPorts(
            TlsTerms(certificates=settings.tls_certificates, old_suites=settings.tls_old_suites),
            roots=rooms.pki.roots.client_roots,
        )
        self.renewing = Renewing(rooms, self.links.registry)
        rooms.stations.fleet.on_connected.append(self.renewing.consider)
        rooms.stations.security.on_discarded.append(self.renewing.discarded)
        rooms.stations.on_belied.append(self.shut_out)
        self._book = house.refusals
        self._doorway = Doorway(
            proxies=proxies,
            handshake_seconds=settings.handshake_seconds,
            proxy_protocol=settings.proxy_protocol,
        )
        self._server = Server(
            Reception(
                doorkeeper=rooms.stations,
                book=house.refusals,
                harbour=self.links,
                proxies=proxies,
                limits=WireLimits(frame_bytes=settings.frame_bytes),
            )
        )

    def listener(self, tls: TlsPort | None, profiles: frozenset[int] | None) -> Listener:
        """Return a new port on which stations knock; `profiles` None: of any security profile."""
        return Listener(self._server, self._doorway, self._book, tls=tls, profiles=profiles)

    async def serve_control(self) -> None:
        """Let the other nodes command the stations that are connected here."""
        await serve_control(self._house.bus, self._house.node, self.control)

    def dismiss(self, key: StationKey) -> None:
        """End the link of a station that was removed."""
        self._end(key, "the station was removed")

    def turn_out(self, key: StationKey) -> None:
        """End the link of a station whose certificate was revoked, if it may have come with one."""
        link = self.links.registry.get(key)
        if link is not None and link.may_show_certificate:
            self._end(key, "its certificate was revoked")

    def shut_out(self, key: StationKey) -> None:
        """End the link of a station that is not the one its certificate is for (B01.FR.11)."""
        self._end(key, "the serial number is not that of the certificate")

    def _end(self, key: StationKey, why: str) -> None:
        link = self.links.registry.get(key)
        if link is not None:
            link.close(WSCloseCode.POLICY_VIOLATION, why)

    def leave(self, key: StationKey) -> None:
        """End the link, and forget the state, of a station that is connected elsewhere.

        A link that has not begun to use that state may be newer still, and goes on.
        """
        fleet = self._house.rooms.stations.fleet
        link, live = self.links.registry.get(key), fleet.live(key)
        connection = None if live is None else live.connection
        if link is not None and connection is not None and connection.id == link.id:
            link.give_up(WSCloseCode.OK, "replaced by a newer connection")
        else:
            fleet.forget(key)


def control(house: House, local: Control | None = None) -> RoutedControl:
    """Return what commands stations at whichever node; `local` those that are connected here."""
    rooms = house.rooms
    return RoutedControl(
        local or Control(),
        holder=rooms.stations.views.holder,
        bus=house.bus,
        run=house.node,
        call_seconds=rooms.settings.call_seconds,
    )


def deliveries(house: House, commands: StationControl) -> Deliveries:
    """Return what brings new passwords and profiles to stations, wherever they are connected."""
    rooms = house.rooms
    stations, files = rooms.stations, rooms.settings.tls_certificates
    equipment = Equipment(rooms.pki, installed(house, commands), rooms.clock, files=files)
    stations.upgrades.certificates = equipment
    return Deliveries(
        stations.handovers,
        control=commands,
        views=stations.views,
        variables=stations.variables,
        preparations=Preparations(
            stations.handovers, equipment, control=commands, clock=rooms.clock
        ),
    )


def delivering(
    deliveries: Deliveries, runner: BulkRunner, fitting: Fitting, door: Door
) -> list[Chore]:
    """Return what looks for the stations whose turn it is."""
    return [
        Chore(name="bulk operations", seconds=2, work=runner.work),
        Chore(name="handovers", seconds=2, work=deliveries.work),
        Chore(name="foreign certificates", seconds=3600, work=door.renewing.look),
        Chore(name="corrections", seconds=2, work=fitting.work),
    ]


def bulk_runner(house: House, commands: StationControl) -> BulkRunner:
    """Return what turns to the stations of bulk operations: one work for each kind."""
    rooms, stations = house.rooms, house.rooms.stations
    return BulkRunner(
        stations.bulks,
        rooms.database,
        rooms.clock,
        node=house.node,
        works={
            correction_work.KIND: correction_work.CorrectionWork(house.maintenance.corrections),
            certificate_work.KIND: CertificateWork(installed(house, commands)),
            handover_work.KIND: HandoverWork(stations.handovers, rooms.clock),
        },
    )


def fitting(house: House, commands: StationControl) -> Fitting:
    """Return what brings stations to what templates want of them, wherever they are connected."""
    return house.maintenance.fitting(commands, house.archive.is_charging)


def installed(house: House, commands: StationControl) -> Installed:
    """Return what asks stations, wherever they are connected, for the certificates they have."""
    rooms = house.rooms
    stations = rooms.stations
    anywhere = certificates_anywhere(commands, stations.views, stations.variables)
    return Installed(rooms.database, rooms.clock, anywhere)


def news(house: House, door: Door | None = None) -> ConfigurationNews:
    """Return what tells the nodes of changed configuration; no station comes in without a door."""
    told = ConfigurationNews(
        house.rooms.stations,
        house.bus,
        dismiss=_dismiss_nobody if door is None else door.dismiss,
        turn_out=_dismiss_nobody if door is None else door.turn_out,
    )
    house.rooms.pki.on_revoked.append(told.tell_revoked)
    return told


def moves(house: House, door: Door) -> Moves:
    """Return what ends the links of stations that have connected to another node."""
    return Moves(house.rooms.stations.fleet, house.bus, leave=door.leave)


def _dismiss_nobody(_: StationKey) -> None:
    """Where no station can be connected."""


def survey(house: House, door: Door) -> Survey:
    """Return what reads the variables of stations that connect or boot here."""
    rooms, stations = house.rooms, house.rooms.stations
    seconds = rooms.settings.survey_seconds
    asking = Survey(door.control, stations, rooms.clock, after_seconds=seconds)
    stations.fleet.on_connected.append(asking.consider)
    stations.on_booted.append(asking.consider)
    stations.on_outdated.append(asking.consider)
    return asking


def subscribers() -> tuple[Subscriber, ...]:
    """Return who hears of facts."""
    return (narrator(),)


def relays(house: House) -> list[Relay]:
    """Return what brings facts to each subscriber."""
    rooms = house.rooms
    return [
        Relay(rooms.database, subscriber, clock=rooms.clock, node=house.node, pace=Pace())
        for subscriber in subscribers()
    ]


def _is_free_vend(stations: Stations, key: StationKey) -> bool:
    live = stations.live(key)
    return live is not None and live.settings.free_vend is True


def _journal_limits(settings: Settings) -> JournalLimits:
    return JournalLimits(
        enabled=settings.journal_days > 0,
        days=settings.journal_days,
        megabytes=settings.journal_megabytes,
    )
