"""The real rooms on a database, and a station's link in small: wire JSON in, wire JSON out."""

import inspect
import json
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from msgspec import Struct

from laddnav.accounts.model import Operator, Policies
from laddnav.accounts.service import Accounts
from laddnav.gateway import translators
from laddnav.gateway.dispatch import CARRIES_ENERGY, Answer, Desk, answering, apology
from laddnav.gateway.line.pace import Pace
from laddnav.gateway.mending.reading import Leniency, Read, read_request
from laddnav.gateway.rooms import Rooms
from laddnav.journal.service.journal import Journal
from laddnav.journal.service.refusals import Refusals
from laddnav.kernel.clock import SystemClock
from laddnav.kernel.keys import DEFAULT_OPERATOR, StationKey
from laddnav.ocpp.action import Version, encode
from laddnav.pki.service import Pki
from laddnav.sessions.model import Entry, EventTold, Evidence, Session, StoredReading
from laddnav.sessions.service import SessionArchive, Sessions
from laddnav.settings import Settings
from laddnav.stations.live import LiveStation
from laddnav.stations.model import (
    ConnectionInfo,
    NewStation,
    Registration,
    Station,
    StationSettings,
    TimelineEntry,
)
from laddnav.stations.service import Stations
from laddnav.storage.opening import open_database
from laddnav.tokens.model import NewToken, Token
from laddnav.tokens.service import Tokens
from tests.gateway.doubles import MendersHere
from tests.official import ACTIONS, validator

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
KEY = StationKey(DEFAULT_OPERATOR, "CP1")
Json = dict[str, Any]

assert translators.__all__, "what fills the table of answers"


class HandClock:
    """A clock that goes where it is put."""

    def __init__(self) -> None:
        self.time = NOON

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return self.time.timestamp()


class Office:
    """One station, connected, and the rooms behind its link."""

    live: LiveStation
    rooms: Rooms

    def __init__(self, version: Version) -> None:
        self.version = version
        self.clock = HandClock()
        self.answers: list[Answer] = []

    async def open(self, url: str) -> "Office":
        self.database = await open_database(url, clock=SystemClock())
        accounts = Accounts(self.database, self.clock)
        await accounts.open()
        tokens = Tokens(self.database, self.clock, secret=b"s" * 32)
        refusals = Refusals(self.database, self.clock)
        self.rooms = Rooms(
            accounts=accounts,
            clock=self.clock,
            database=self.database,
            journal=cast("Journal", None),  # nothing here writes into it
            menders=MendersHere(),
            pki=Pki(self.database, self.clock, accounts, secret=b"key"),
            sessions=Sessions(
                self.database,
                self.clock,
                tokens,
                accounts,
                free_vend=lambda _: self.live.settings.free_vend is True,
            ),
            settings=Settings(),
            stations=Stations(
                self.database, self.clock, accounts=accounts, refusals=refusals, secret=b"s" * 32
            ),
            tokens=tokens,
        )
        self.archive = SessionArchive(self.database)
        return self

    async def connect(
        self,
        registration: Registration = Registration.ACCEPTED,
        settings: StationSettings | None = None,
    ) -> None:
        """Add the station and open its link."""
        new = NewStation(
            identity=KEY.identity,
            security_profile=0,
            registration=registration,
            settings=settings or StationSettings(),
        )
        station = await self.rooms.stations.register.add(KEY.operator, new)
        assert isinstance(station, Station), station
        fleet = self.rooms.stations.fleet
        self.live = await fleet.claim(station)
        link = ConnectionInfo(id="1", address="192.0.2.7", version=self.version.value, tls=False)
        await self.database.commit(fleet.connected(self.live, link))
        await self.rooms.sessions.load(KEY, self.live.epoch)

    async def admit(self, uid: str, **told: object) -> None:
        """Register a token."""
        new = NewToken(**{"uid": uid, **told})  # type: ignore[arg-type]  # fields are passed on as a dict; a wrong one fails the test at once
        added = await self.rooms.tokens.add(KEY.operator, new)
        assert isinstance(added, Token), added

    async def decide(self, **told: object) -> None:
        """Change the operator's policies."""
        policies = Policies(**told)  # type: ignore[arg-type]  # fields are passed on as a dict; a wrong one fails the test at once
        changed = await self.rooms.accounts.change_operator(KEY.operator, policies=policies)
        assert isinstance(changed, Operator), changed

    def read(self, action: str, payload: Json | str) -> Read:
        """Read a payload as the link does."""
        text = payload if isinstance(payload, str) else json.dumps(payload)
        leniency = Leniency.SALVAGE if action in CARRIES_ENERGY else Leniency.MEND
        return read_request(self.version, ACTIONS[self.version][action], text.encode(), leniency)

    def desk(self, action: str, payload: Json | str, read: Read) -> Desk:
        text = payload if isinstance(payload, str) else json.dumps(payload)
        return Desk(
            key=KEY,
            version=self.version,
            now=self.clock.now(),
            raw=f'[2,"7","{action}",{text}]',
            live=self.live,
            rooms=self.rooms,
            pace=Pace(self.clock),
            mends=read.mends,
        )

    def answer(self, action: str, payload: Json | str) -> Answer | Awaitable[Answer]:
        """Let a message come in; an awaitable is what has to wait for the database."""
        answer_to = answering(self.version).get(action)
        assert answer_to is not None, f"nobody answers {action}"
        read = self.read(action, payload)
        return answer_to(self.desk(action, payload, read), read.payload)

    async def fold(self, action: str, payload: Json | str) -> Answer:
        """Let a message come in, and stop short of storing it."""
        answered = self.answer(action, payload)
        answer = await answered if inspect.isawaitable(answered) else answered
        self.answers.append(answer)
        return answer

    async def say(self, action: str, payload: Json | str, *, after: float = 0.0) -> Json:
        """Let a message come in `after` seconds; return the answer's JSON once it is durable."""
        self.clock.time += timedelta(seconds=after)
        answer = await self.fold(action, payload)
        if answer.write is not None:
            assert answer.write.fence == self.live.fence
            await self.database.commit(answer.write)
        return self.written(action, answer.response)

    async def apologise(self, action: str) -> Json:
        """Let the gateway apologise for a message that could not be taken."""
        apologise = apology(self.version, action)
        assert apologise is not None
        made = apologise(self.desk(action, "{}", Read(payload=cast("Any", None))))
        return self.written(action, await made if inspect.isawaitable(made) else made)

    def written(self, action: str, response: Struct | None) -> Json:
        """Return a response as it goes over the wire, having held it against its schema."""
        kind = ACTIONS[self.version][action].response
        if kind is None:
            assert response is None
            return {}
        assert isinstance(response, kind)
        written: Json = json.loads(encode(response))
        validator(self.version, f"{action}Response").validate(written)
        return written

    async def sessions(self) -> list[Session]:
        """The stored sessions, oldest first."""
        page = await self.archive.list_sessions(KEY.operator, limit=1000)
        return list(reversed(page.items))

    async def session(self) -> Session:
        """The only stored session."""
        (session,) = await self.sessions()
        return session

    async def readings(self) -> list[StoredReading]:
        """The readings of the only session, oldest first."""
        page = await self.archive.samples(KEY.operator, (await self.session()).id, limit=1000)
        return list(page.items)

    async def story(self) -> list[Entry]:
        """The entries of the only session."""
        return await self.archive.story(KEY.operator, (await self.session()).id)

    async def event(self) -> EventTold:
        """The only entry of the only session."""
        (told,) = await self.story()
        assert isinstance(told, EventTold)
        return told

    async def evidence(self) -> list[Evidence]:
        """What was kept beside the sessions."""
        return list((await self.archive.evidence(KEY.operator)).items)

    async def timeline(self) -> list[TimelineEntry]:
        """The station's timeline, oldest first."""
        page = await self.rooms.stations.views.timeline(KEY)
        return list(reversed(page.items))
