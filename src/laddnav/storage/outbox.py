"""The relay: every fact reaches every subscriber, in order, at least once and never half."""

import asyncio
from contextlib import suppress
from datetime import timedelta

import msgspec
import sqlalchemy
import structlog

from laddnav.kernel import ids
from laddnav.kernel.clock import Clock, from_micros, to_micros
from laddnav.kernel.keys import StationKey
from laddnav.storage.database import Database, Place
from laddnav.storage.errors import Fenced, StorageUnavailable
from laddnav.storage.parked import Effect, Parked
from laddnav.storage.schema import CURSORS, NEW_CURSORS, outbox_cursors
from laddnav.storage.write import Fact, Fence, Write

_FIRST_PAUSE = 0.05
_log = structlog.get_logger(__name__)


class Subscriber(msgspec.Struct, frozen=True, kw_only=True):
    """Someone to whom facts matter.

    Attributes:
        name: Stays the same for ever: under it the place is kept up to which facts were taken.
        kinds: The kinds that are wanted.
        effect: What a fact brings about. It returns rows and facts for this database (without a
            fence), which are stored together with the place: exactly once. What it does outside is
            done at least once; there the fact's id is the idempotency key. A failure is raised.
    """

    name: str
    kinds: frozenset[str]
    effect: Effect


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """How the relay works.

    Attributes:
        poll_seconds: How often it looks for facts that nobody woke it for.
        held_seconds: How long a silent node's subscribers wait before another node takes over.
        attempts: How often a fact is tried before it is parked.
        page: How many facts are read at a time.
    """

    poll_seconds: float = 1.0
    held_seconds: float = 15.0
    attempts: int = 5
    page: int = 100


class Relay:
    """Brings facts to one subscriber; on several nodes, one of them works and the others wait.

    A starting node takes over at once, and the place where the other one was: each move of the
    place is fenced, so that the other finds out before anything of its is stored twice.
    """

    def __init__(
        self, database: Database, subscriber: Subscriber, *, clock: Clock, node: str, pace: Pace
    ) -> None:
        self._database = database
        self._subscriber = subscriber
        self._clock = clock
        self._node = node
        self._pace = pace
        self._key = StationKey("", f"outbox/{subscriber.name}")
        self._epoch = 0
        self._place = Place(0, 0)
        self._held_until = 0
        self._bell = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to relay, on the running loop."""
        self._task = asyncio.create_task(self._run(), name=f"relay-{self._subscriber.name}")

    async def close(self) -> None:
        """Stop, and let another node take over at once."""
        if self._task is None:
            return
        self._task.cancel()
        await asyncio.wait((self._task,))
        cursor = outbox_cursors.c
        mine = sqlalchemy.and_(
            cursor.subscriber == self._subscriber.name, cursor.holder == self._node
        )
        with suppress(StorageUnavailable):
            await self._database.execute(
                sqlalchemy.update(outbox_cursors).where(mine).values(held_until=0)
            )

    def wake(self) -> None:
        """There may be something new."""
        self._bell.set()

    async def _run(self) -> None:
        """Take over, relay, and begin again after each time that the place was lost."""
        first = True
        while True:
            try:
                if await self._take_over(at_once=first):
                    first = False
                    await self._relay()
            except (Fenced, StorageUnavailable) as error:
                _log.info("relay paused", subscriber=self._subscriber.name, reason=str(error))
            except Exception:  # noqa: BLE001 - our own fault is logged and must not end the relay
                _log.exception("relay failed", subscriber=self._subscriber.name)
            await asyncio.sleep(self._pace.poll_seconds * (0.5 + ids.jitter()))

    async def _take_over(self, *, at_once: bool) -> bool:
        """Become the one that works for this subscriber, unless another does."""
        name = self._subscriber.name
        new = NEW_CURSORS.row(subscriber=name, txid=0, position=0, holder="", held_until=0)
        await self._database.commit(Write(rows=(new,)))
        cursor = outbox_cursors.c
        take = sqlalchemy.update(outbox_cursors).where(cursor.subscriber == name)
        if not at_once:
            now = to_micros(self._clock.now())
            take = take.where((cursor.holder == self._node) | (cursor.held_until < now))
        self._held_until = self._from_now()
        take = take.values(holder=self._node, held_until=self._held_until)
        if await self._database.execute(take) == [0]:
            return False
        self._epoch = (await self._database.claim((self._key,), self._node))[self._key]
        # Only now: nothing of whoever was at work here before can be stored any more.
        query = sqlalchemy.select(cursor.txid, cursor.position).where(cursor.subscriber == name)
        self._place = Place(*(await self._database.fetch(query))[0])
        return True

    async def _relay(self) -> None:
        """Bring one page of facts after the other, for ever."""
        while True:
            self._bell.clear()
            page = await self._database.read_outbox(self._place, self._pace.page)
            for place, fact in page:
                if fact.kind in self._subscriber.kinds:
                    await self._bring(place, fact)
            last = page[-1][0] if page else self._place
            if last != self._place or self._nearly_over():
                await self._store(Write(), last)
            if not page:
                await self._rest()

    async def _rest(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self._pace.poll_seconds):
                await self._bell.wait()

    async def _bring(self, place: Place, fact: Fact) -> None:
        """Have the effect of one fact, or park it."""
        for attempt in range(1, self._pace.attempts + 1):
            try:
                write = await self._subscriber.effect(fact) or Write()
                await self._store(write, place)
            except (Fenced, StorageUnavailable):
                raise
            except Exception as error:  # noqa: BLE001 - what a subscriber raises parks its fact, where it is shown
                if attempt == self._pace.attempts:
                    parked = Parked(
                        subscriber=self._subscriber.name,
                        fact=fact,
                        attempts=attempt,
                        error=type(error).__name__,
                        parked_at=self._clock.now(),
                    )
                    await self._store(Write(rows=(parked.row(),)), place)
                else:
                    await asyncio.sleep(_FIRST_PAUSE * 2**attempt * (0.5 + ids.jitter()))
            else:
                return

    async def _store(self, write: Write, place: Place) -> None:
        """Store an effect together with the place that it moves to."""
        self._held_until = self._from_now()
        moved = CURSORS.row(
            subscriber=self._subscriber.name,
            txid=place.txid,
            position=place.position,
            holder=self._node,
            held_until=self._held_until,
        )
        fence = Fence(self._key, self._epoch)
        await self._database.commit(write + Write(fence=fence, rows=(moved,)))
        self._place = place

    def _from_now(self) -> int:
        return to_micros(self._clock.now() + timedelta(seconds=self._pace.held_seconds))

    def _nearly_over(self) -> bool:
        left = from_micros(self._held_until) - self._clock.now()
        return left < timedelta(seconds=self._pace.held_seconds / 2)
