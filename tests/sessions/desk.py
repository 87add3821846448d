"""A station's link in small: it judges, records, commits, and only then answers."""

from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa

from laddnav.accounts.model import Policies
from laddnav.accounts.service import Accounts
from laddnav.kernel.keys import StationKey
from laddnav.sessions.live.outcome import Outcome
from laddnav.sessions.model import Session, SessionFilter, Word
from laddnav.sessions.service import SessionArchive, Sessions
from laddnav.storage.database import Database
from laddnav.storage.schema import outbox
from laddnav.tokens.model import NewToken, Token, TokenChange, TokenStatus
from laddnav.tokens.service import Tokens
from tests.sessions.words import NOON, STATION


class HandClock:
    """A clock that goes where it is put."""

    def __init__(self) -> None:
        self.time = NOON

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return self.time.timestamp()


class Desk:
    """The rooms that sessions need, on one database, and what a link does with them."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = HandClock()
        self.accounts = Accounts(database, self.clock)
        self.tokens = Tokens(database, self.clock, secret=b"s" * 32)
        self.archive = SessionArchive(database)
        self.restart()

    def restart(self) -> None:
        """Lose everything that was in memory only."""
        self.sessions = Sessions(self.database, self.clock, self.tokens, self.accounts)

    async def open(self, *uids: str, policies: Policies | None = None) -> None:
        await self.accounts.open()
        if policies is not None:
            await self.accounts.change_operator("default", policies=policies)
        for uid in uids:
            await self.admit(NewToken(uid=uid))

    async def admit(self, new: NewToken) -> None:
        assert isinstance(await self.tokens.add("default", new), Token)

    async def block(self, uid: str) -> None:
        blocked = TokenChange(status=TokenStatus.BLOCKED)
        assert isinstance(await self.tokens.change("default", uid, blocked), Token)

    async def connect(self, *keys: StationKey) -> None:
        """Claim stations, as their links do."""
        epochs = await self.database.claim(keys, "node")
        for key in keys:
            await self.sessions.load(key, epochs[key])

    async def tell(
        self, word: Word, when: datetime, key: StationKey = STATION, frame: bytes | None = None
    ) -> Outcome:
        """Let a word come in at `when`, and return once it is durable."""
        outcome = await self.fold(word, when, key, frame)
        await self.database.commit(outcome.write)
        return outcome

    async def fold(
        self, word: Word, when: datetime, key: StationKey = STATION, frame: bytes | None = None
    ) -> Outcome:
        """Let a word come in at `when`, and stop short of storing it."""
        self.clock.time = when
        judged = None
        if self.sessions.needs_judging(key, word):
            judged = await self.sessions.judge(key, word, now=when)
        return self.sessions.record(key, word, judged, received_at=when, evidence=frame)

    async def all(self, wanted: SessionFilter | None = None) -> list[Session]:
        """Return all stored sessions that fit, oldest first."""
        page = await self.archive.list_sessions("default", wanted or SessionFilter(), limit=1000)
        assert page.next is None
        return list(reversed(page.items))

    async def one(self) -> Session:
        """Return the only stored session."""
        (session,) = await self.all()
        return session

    async def registers(self, session_id: str) -> list[Decimal | None]:
        """Return the registers of a session's stored readings, in order of time."""
        page = await self.archive.samples("default", session_id, limit=1000)
        assert page.next is None
        return [reading.register_wh for reading in page.items]

    async def facts(self) -> list[str]:
        """Return the kinds of the facts in the outbox, oldest first."""
        rows = await self.database.fetch(sa.select(outbox.c.kind).order_by(outbox.c.position))
        return [kind for (kind,) in rows]
