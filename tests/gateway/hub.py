"""The whole gateway on real rooms and a real SQLite file, whose failures can be ordered."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, cast

from aiohttp.web import Server
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from laddnav.accounts.service import Accounts
from laddnav.gateway.entry.proxies import TrustedProxies
from laddnav.gateway.entry.reception import Reception
from laddnav.gateway.line.wire import WireLimits
from laddnav.gateway.link import Link
from laddnav.gateway.links import Links
from laddnav.gateway.listener import Doorway, Listener
from laddnav.gateway.ports import Menders
from laddnav.gateway.rooms import Rooms
from laddnav.journal.service.journal import Journal, open_store
from laddnav.journal.service.refusals import Refusals
from laddnav.kernel.clock import Clock, SystemClock
from laddnav.kernel.keys import DEFAULT_OPERATOR, StationKey
from laddnav.pki.service import Pki
from laddnav.sessions.service.sessions import Sessions
from laddnav.settings import Settings
from laddnav.stations.model import NewStation
from laddnav.stations.service.stations import Stations
from laddnav.storage.database import Database, Told
from laddnav.storage.opening import open_database
from laddnav.storage.write import Write
from laddnav.tokens.service import Tokens
from tests.gateway.doubles import MendersHere, basic
from tests.official import OverheardConnection


class FaultyDatabase:
    """A database that fails when it is told to.

    Attributes:
        commits: What was stored through it.
        waiting: How many commits wait before the gate.
        on_commit: Called before each commit; what it raises is the commit's.
        gate: While it is closed, commits wait before it.
    """

    def __init__(self, real: Database) -> None:
        self._real = real
        self.commits: list[Write] = []
        self.waiting = 0
        self.on_commit: Callable[[Write], None] = lambda _: None
        self.gate = asyncio.Event()
        self.gate.set()
        self._tasks: set[asyncio.Future[None]] = set()

    def __getattr__(self, name: str) -> object:
        return getattr(self._real, name)

    async def commit(self, write: Write) -> None:
        self.waiting += 1
        await self.gate.wait()
        self.waiting -= 1
        self.on_commit(write)
        await self._real.commit(write)
        self.commits.append(write)

    def submit(self, write: Write, told: Told) -> None:
        self._tasks.add(asyncio.ensure_future(self._commit_and_tell(write, told)))

    async def _commit_and_tell(self, write: Write, told: Told) -> None:
        error: Exception | None = None
        try:
            await self.commit(write)
        except Exception as failure:  # noqa: BLE001 - whatever it is, it is handed to the caller
            error = failure
        told(error)


class Charger:
    """A station on a WebSocket that is not ours, speaking JSON."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self._next = 0

    async def tell(self, *frame: object) -> None:
        """Send a frame."""
        await self.socket.send(json.dumps(frame))

    async def hear(self) -> list[Any]:
        """Return the next frame."""
        frame: list[Any] = json.loads(await self.socket.recv())
        return frame

    async def ask(self, action: str, payload: object) -> list[Any]:
        """Call, and return the frame that answers."""
        self._next += 1
        await self.tell(2, str(self._next), action, payload)
        answer = await self.hear()
        assert answer[1] == str(self._next)
        return answer

    async def answers(self, *answers: dict[str, Any]) -> list[list[Any]]:
        """Answer the calls that come, and return them: action and payload."""
        calls = []
        for answer in answers:
            call = await self.hear()
            await self.tell(3, call[1], answer)
            calls.append(call[2:])
        return calls

    async def closed(self) -> tuple[int, str]:
        """Wait for the end, and return how it was said."""
        await self.socket.wait_closed()
        assert self.socket.close_code is not None
        return self.socket.close_code, self.socket.close_reason or ""


class Hub:
    """A running gateway."""

    def __init__(
        self, rooms: Rooms, links: Links, listener: Listener, database: FaultyDatabase
    ) -> None:
        self.rooms = rooms
        self.links = links
        self.listener = listener
        self.database = database

    async def add(self, identity: str = "CP1", **settings: object) -> StationKey:
        """Add a station with the password "secret-password"."""
        fresh = NewStation(identity=identity, password="secret-password", **settings)  # type: ignore[arg-type]  # fields are passed on as a dict; a wrong one fails the test at once
        await self.rooms.stations.register.add(DEFAULT_OPERATOR, fresh)
        return StationKey(DEFAULT_OPERATOR, identity)

    @asynccontextmanager
    async def charger(
        self,
        identity: str = "CP1",
        version: str = "ocpp1.6",
        password: str | bytes | None = "secret-password",  # noqa: S107 - it is the password of the stations that tests add
        **options: Any,
    ) -> AsyncIterator[Charger]:
        """Connect as a station."""
        headers = {} if password is None else {"Authorization": basic(identity, password)}
        async with connect(
            f"ws://127.0.0.1:{self.listener.address[1]}/ocpp/{identity}",
            subprotocols=[Subprotocol(version)],
            additional_headers=headers,
            **{"create_connection": OverheardConnection, **options},
        ) as socket:
            yield Charger(socket)

    async def settled(self, charger: Charger, identity: str = "CP1") -> StationKey:
        """Wait until a station is connected, let it be commanded, and return its key."""
        await charger.ask("Heartbeat", {})
        key = StationKey(DEFAULT_OPERATOR, identity)
        live = self.rooms.stations.live(key)
        assert live is not None
        live.commands_from = 0.0
        return key

    def violations(self, identity: str = "CP1") -> Mapping[str, int]:
        """Return what a station did wrong."""
        return self.links.violations.seen(StationKey(DEFAULT_OPERATOR, identity))

    def evidence(self) -> list[str]:
        """Return the reasons for which frames are kept as evidence."""
        rows = [row for write in self.database.commits for row in write.rows]
        return [
            str(row.values[row.into.columns.index("reason")])
            for row in rows
            if row.into.table.name == "session_evidence"
        ]

    def link(self, identity: str = "CP1") -> Link | None:
        """Return a station's link."""
        return self.links.registry.get(StationKey(DEFAULT_OPERATOR, identity))


@asynccontextmanager
async def hub(
    url: str, menders: Menders | None = None, clock: Clock | None = None, **settings: object
) -> AsyncIterator[Hub]:
    """Run a gateway on the database at `url`."""
    clock = clock or SystemClock()
    real = await open_database(url, clock=clock)
    faulty = FaultyDatabase(real)
    database = cast("Database", faulty)
    accounts = Accounts(database, clock)
    await accounts.open()
    refusals = Refusals(database, clock)
    tokens = Tokens(database, clock, secret=b"key")
    rooms = Rooms(
        accounts=accounts,
        clock=clock,
        database=database,
        journal=Journal(open_store(url, real), clock),
        menders=menders or MendersHere(),
        pki=Pki(database, clock, accounts, secret=b"key"),
        sessions=Sessions(database, clock, tokens, accounts),
        settings=Settings(**settings),  # type: ignore[arg-type]  # fields are passed on as a dict; a wrong one fails the test at once
        stations=Stations(database, clock, accounts=accounts, refusals=refusals, secret=b"key"),
        tokens=tokens,
    )
    rooms.stations.fleet.on_forgotten.append(rooms.sessions.forget)
    await rooms.stations.start()
    await rooms.journal.start()
    links = Links(rooms)
    proxies = TrustedProxies(())
    reception = Reception(
        doorkeeper=rooms.stations,
        book=refusals,
        harbour=links,
        proxies=proxies,
        limits=WireLimits(),
    )
    listener = Listener(Server(reception), Doorway(proxies=proxies), refusals)
    listener.open("127.0.0.1", 0)
    try:
        yield Hub(rooms, links, listener, faulty)
    finally:
        faulty.on_commit = lambda _: None
        faulty.gate.set()
        await listener.close()
        await links.close(0)
        await rooms.stations.close()
        await rooms.journal.close()
        await real.close()
