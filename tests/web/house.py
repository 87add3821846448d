"""The rooms on a real database, served over a real socket, with a control that only remembers."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from typing_extensions import override

from laddnav.accounts.model import NewApiKey, Operator
from laddnav.accounts.service import Accounts
from laddnav.gateway.quirks import catalogue
from laddnav.journal.service.journal import Journal, open_store
from laddnav.journal.service.refusals import Refusals
from laddnav.kernel.clock import SystemClock
from laddnav.kernel.keys import ConnectorRef, StationKey
from laddnav.maintenance.service import Maintenance
from laddnav.pki.service import Pki
from laddnav.pki.service.installed import Installed
from laddnav.sessions.service.archive import SessionArchive
from laddnav.stations.control import (
    Answered,
    CallResult,
    Command,
    Commanded,
    CommandResult,
    CommandStatus,
    ConfigurationRead,
    ConfigurationWritten,
    NetworkProfile,
    NoAnswer,
    ReportBase,
    ReportCriterion,
    ResetKind,
    StationControl,
    Trigger,
    Variable,
)
from laddnav.stations.service import Stations, certificate_work, handover_work
from laddnav.stations.service.bulk_runner import BulkRunner, BulkWork
from laddnav.stations.service.certificate_work import CertificateWork
from laddnav.stations.service.handover_work import HandoverWork
from laddnav.stations.service.quirks import Quirks
from laddnav.storage.database import Database
from laddnav.tokens.model import TokenRef
from laddnav.tokens.service import Tokens
from laddnav.web.application import application
from laddnav.web.rooms import Measure, WebRooms
from laddnav.web.server import WebServer, bind_tcp, bind_unix
from tests.pki.hall import Stations as CertifiedStations

SECRET = b"s" * 32
DONE = Commanded(status=CommandStatus.ACCEPTED, wire_status="Accepted")


class Remembering(StationControl):
    """A control whose answer a test sets, and that remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[tuple[Any, ...]] = []
        self.call_result: CallResult = Answered(payload=b'{"status": "Accepted"}')
        self.result: CommandResult = DONE
        self.read: ConfigurationRead | NoAnswer = ConfigurationRead(
            variables=(Variable(name="HeartbeatInterval", value="300", read_only=False),),
            unknown=("Nonsense",),
        )
        self.written: ConfigurationWritten | NoAnswer = ConfigurationWritten(
            results={"HeartbeatInterval": DONE}
        )
        self.known: tuple[Command, ...] = ()

    @override
    async def commands(self, key: StationKey) -> tuple[Command, ...]:
        return self.known

    @override
    async def call(
        self, key: StationKey, name: str, payload: bytes, seconds: float | None = None
    ) -> CallResult:
        self.told.append(("call", key, name, payload, seconds))
        return self.call_result

    @override
    async def start(
        self,
        key: StationKey,
        *,
        token: TokenRef,
        connector: ConnectorRef | None,
        remote_start_id: int,
    ) -> CommandResult:
        self.told.append(("start", key, token, connector, remote_start_id))
        return self.result

    @override
    async def stop(self, key: StationKey, *, transaction_id: str) -> CommandResult:
        self.told.append(("stop", key, transaction_id))
        return self.result

    @override
    async def reset(
        self, key: StationKey, kind: ResetKind, *, evse: int | None = None
    ) -> CommandResult:
        self.told.append(("reset", key, kind, evse))
        return self.result

    @override
    async def unlock(self, key: StationKey, connector: ConnectorRef) -> CommandResult:
        self.told.append(("unlock", key, connector))
        return self.result

    @override
    async def change_availability(
        self, key: StationKey, *, operative: bool, ref: ConnectorRef | None
    ) -> CommandResult:
        self.told.append(("change_availability", key, operative, ref))
        return self.result

    @override
    async def trigger(
        self, key: StationKey, what: Trigger, *, ref: ConnectorRef | None = None
    ) -> CommandResult:
        self.told.append(("trigger", key, what, ref))
        return self.result

    @override
    async def get_configuration(
        self, key: StationKey, names: Sequence[str]
    ) -> ConfigurationRead | NoAnswer:
        self.told.append(("get_configuration", key, tuple(names)))
        return self.read

    @override
    async def set_configuration(
        self, key: StationKey, values: Mapping[str, str]
    ) -> ConfigurationWritten | NoAnswer:
        self.told.append(("set_configuration", key, dict(values)))
        return self.written

    @override
    async def refresh(self, key: StationKey) -> CommandResult:
        self.told.append(("refresh", key))
        return self.result

    @override
    async def get_base_report(self, key: StationKey, base: ReportBase) -> CommandResult:
        self.told.append(("get_base_report", key, base))
        return self.result

    @override
    async def get_report(
        self,
        key: StationKey,
        *,
        names: Sequence[str] = (),
        criteria: Sequence[ReportCriterion] = (),
    ) -> CommandResult:
        self.told.append(("get_report", key, tuple(names), tuple(criteria)))
        return self.result

    @override
    async def set_network_profile(
        self, key: StationKey, slot: int, profile: NetworkProfile
    ) -> CommandResult:
        self.told.append(("set_network_profile", key, slot, profile))
        return self.result


class House:
    """All rooms that the API shows, on one database."""

    def __init__(self, database: Database, url: str) -> None:
        self.database = database
        self.clock = SystemClock()
        self.accounts = Accounts(database, self.clock)
        self.tokens = Tokens(database, self.clock, secret=SECRET)
        self.refusals = Refusals(database, self.clock)
        self.journal = Journal(open_store(url, database), self.clock)
        self.control = Remembering()
        self.obstacles: tuple[str, ...] = ()
        self.measures: Iterable[Measure] = ()
        self.stations = Stations(
            database,
            self.clock,
            accounts=self.accounts,
            refusals=self.refusals,
            secret=SECRET,
            host="here",
            quirks=Quirks(catalogue.load()),
        )
        self.pki = Pki(database, self.clock, self.accounts, secret=SECRET)
        self.certificates = CertifiedStations()
        self.rooms = WebRooms(
            clock=self.clock,
            database=database,
            accounts=self.accounts,
            tokens=self.tokens,
            register=self.stations.register,
            views=self.stations.views,
            archive=SessionArchive(database),
            journal=self.journal,
            refusals=self.refusals,
            variables=self.stations.variables,
            inventories=self.stations.inventories,
            control=self.control,
            pki=self.pki,
            maintenance=Maintenance(database, self.clock, self.stations, after_seconds=0),
            installed=Installed(database, self.clock, self.certificates),
            handovers=self.stations.handovers,
            bulks=self.stations.bulks,
            quirks=self.stations.quirks,
            violations=self.stations.violations,
            security=self.stations.security,
            status=lambda: {"node": "here"},
            obstacles=lambda: self.obstacles,
            measures=lambda: self.measures,
        )

    async def open(self) -> None:
        await self.accounts.open()
        assert isinstance(await self.accounts.add_operator("rival", "The others"), Operator)
        await self.journal.start()
        await self.stations.start()

    async def close(self) -> None:
        await self.pki.close()
        await self.stations.close()
        await self.journal.close()

    async def bulk_operations_go_on(self) -> None:
        """Let all stations have their turn that are connected and may have it."""
        works: dict[str, BulkWork] = {
            handover_work.KIND: HandoverWork(self.stations.handovers, self.clock),
            certificate_work.KIND: CertificateWork(self.rooms.installed),
        }
        runner = BulkRunner(
            self.stations.bulks, self.database, self.clock,
            node=self.stations.fleet.node, works=works,
        )  # fmt: skip
        await runner.work()
        await runner.rested()

    async def key(self, operator: str = "default") -> str:
        made = await self.accounts.create_api_key(operator, "test")
        assert isinstance(made, NewApiKey)
        return made.key


@asynccontextmanager
async def opened(database: Database, url: str) -> AsyncIterator[House]:
    """The rooms, open."""
    house = House(database, url)
    await house.open()
    yield house
    await house.close()


@asynccontextmanager
async def served(rooms: WebRooms) -> AsyncIterator[str]:
    """The public API on a port of its own; its URL."""
    listening = bind_tcp("127.0.0.1", 0)
    port = listening.getsockname()[1]
    server = WebServer(application(rooms, local=False), listening)
    await server.start()
    yield f"http://127.0.0.1:{port}"
    await server.close()


@asynccontextmanager
async def served_locally(rooms: WebRooms, path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """The local API on a Unix socket, and who speaks to it."""
    server = WebServer(application(rooms, local=True), bind_unix(path))
    await server.start()
    transport = httpx.AsyncHTTPTransport(uds=str(path))
    async with httpx.AsyncClient(transport=transport, base_url="http://laddnav") as client:
        yield client
    await server.close()


def asking(url: str, key: str | None) -> httpx.AsyncClient:
    """Return who speaks to the API with a key."""
    headers = {} if key is None else {"Authorization": f"Bearer {key}"}
    return httpx.AsyncClient(base_url=url, headers=headers, timeout=30)
