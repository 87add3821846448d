"""The journal of frames: a tuple appended per frame, written twice a second, never waited for."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from laddnav.journal.model import (
    FrameFilter,
    FrameKind,
    FramePage,
    Limits,
    PeriodPage,
    Way,
)
from laddnav.journal.rules.masking import masked
from laddnav.journal.rules.texts import storable
from laddnav.journal.store import frames
from laddnav.journal.store.frames import Batch, FrameStore, Values
from laddnav.kernel import ids
from laddnav.kernel.clock import Clock, to_micros
from laddnav.kernel.keys import StationKey
from laddnav.storage.database import Database
from laddnav.storage.errors import StorageError, StorageUnavailable, Unstorable
from laddnav.storage.url import SqliteUrl, parse_url

_FLUSH_SECONDS = 0.5
_PRUNE_SECONDS = 600.0
_LONGEST_WORD = 100
_LINK_NOISE = 1 << 10
_LONGEST_NUMBER = 19
_MEGABYTE = 1_048_576
_OVERHEAD = 400

_log = structlog.get_logger(__name__)


def open_store(url: str, database: Database) -> FrameStore:
    """Return where the frames of the database at `url` are kept.

    Beside a SQLite file `x.db` it is the file `x-journal.db`, which may be deleted while no server
    runs (`x.db-journal` is a name that SQLite itself uses); on PostgreSQL a table.
    """
    parsed = parse_url(url)
    if isinstance(parsed, SqliteUrl):
        from laddnav.journal.store.sqlite import SqliteFrames  # noqa: PLC0415 - loaded only for the engine that is in use

        return SqliteFrames(journal_path(parsed.path))
    from laddnav.journal.store.postgresql import PostgresFrames  # noqa: PLC0415 - loaded only for the engine that is in use

    return PostgresFrames(parsed, database)


def journal_path(database: Path) -> Path:
    """Return the file of the journal beside a database file."""
    return database.with_name(f"{database.stem}-journal{database.suffix or '.db'}")


class LinkJournal:
    """What one link writes into the journal."""

    __slots__ = ("_append", "_limits", "_link", "_seq", "identity")

    def __init__(self, append: Callable[[Values], None], limits: Limits, identity: Values) -> None:
        self.identity = identity
        self._append = append
        self._limits = limits
        self._link: int = identity[2]
        self._seq = 0

    def note(
        self,
        way: Way,
        kind: FrameKind,
        text: str,
        *,
        action: str | None,
        message_id: str | None,
        at: datetime,
    ) -> None:
        """Keep a frame; `action` of an answer is that of its call.

        Secrets are masked here, before anything is kept.
        """
        if not self._limits.enabled:
            return
        self._seq += 1
        shown = masked(text, action)[: self._limits.frame_chars]
        self._append((self._link, self._seq, at, way, kind, action, message_id, len(text), shown))


class Journal:
    """Every frame and every link: kept by days and bytes, outside the durable commit.

    What waits to be written is bounded; what comes beyond is dropped and counted. A crash loses
    the last half second.

    Attributes:
        dropped: How many frames were given up so far.
    """

    def __init__(self, store: FrameStore, clock: Clock, limits: Limits | None = None) -> None:
        self.dropped = 0
        self._store = store
        self._clock = clock
        self._limits = limits or Limits()
        self._frames: list[Values] = []
        self._links: list[Values] = []
        self._waiting = 0
        self._flushing = asyncio.Lock()
        self._prune_at = clock.monotonic()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Open the store and begin to write.

        Raises:
            DatabaseMisconfigured: The store cannot be opened: one line that says what to do.
        """
        await self._store.start()
        self._task = asyncio.create_task(self._run(), name="journal")

    async def close(self) -> None:
        """Write what waits, and close the store."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        await self._flush_or_drop()
        await self._store.close()

    def open_link(
        self, key: StationKey, *, connection: str, address: str, version: str
    ) -> LinkJournal:
        """Return what a new link writes with; `connection` is its id, as the logs name it."""
        now = to_micros(self._clock.now())
        # Rises with time, and differs between nodes: 10 bits of noise below the microseconds.
        link = now * _LINK_NOISE + int(ids.jitter() * _LINK_NOISE)
        identity = (*key, link, connection, _clean(address), version, now)
        self._links.append((*identity, None, None))
        return LinkJournal(self._take, self._limits, identity)

    def close_link(self, link: LinkJournal, reason: str) -> None:
        """Note that a link ended, and why."""
        now = to_micros(self._clock.now())
        self._links.append((*link.identity, now, _clean(reason)))

    def _take(self, values: Values) -> None:
        """Take a frame to be written, or drop it."""
        size = len(values[-1]) + _OVERHEAD
        if self._waiting + size > self._limits.pending_megabytes * _MEGABYTE:
            self.dropped += 1
            return
        self._waiting += size
        self._frames.append(values)

    async def messages(
        self,
        key: StationKey,
        wanted: FrameFilter | None = None,
        *,
        limit: int = 100,
        cursor: str | None = None,
    ) -> FramePage:
        """Return a station's frames, newest first.

        Raises:
            ValueError: `cursor` is none of ours.
            StorageUnavailable: The store is away.
        """
        before = None if cursor is None else _place(cursor)
        await self._flush_or_drop()
        query = frames.frame_list(key, wanted or FrameFilter(), before, limit + 1)
        found = [frames.frame_from(record) for record in await self._store.read(query)]
        onward = [frame.id for frame in found[limit - 1 : -1]]
        return FramePage(items=tuple(found[:limit]), next=onward[0] if onward else None)

    async def periods(
        self, key: StationKey, *, limit: int = 100, cursor: str | None = None
    ) -> PeriodPage:
        """Return a station's links, newest first.

        Raises:
            ValueError: `cursor` is none of ours.
            StorageUnavailable: The store is away.
        """
        before = None if cursor is None else _number(cursor)
        await self._flush_or_drop()
        query = frames.link_list(key, before, limit + 1)
        found = [frames.period_from(record) for record in await self._store.read(query)]
        onward = [period.id for period in found[limit - 1 : -1]]
        return PeriodPage(items=tuple(found[:limit]), next=onward[0] if onward else None)

    async def flush(self) -> None:
        """Write what waits.

        Raises:
            StorageUnavailable: The store is away; it waits on.
        """
        async with self._flushing:
            waiting, self._frames = self._frames, []
            begun, self._links = self._links, []
            self._waiting = 0
            if not waiting and not begun:
                return
            try:
                await self._store.write(Batch(begun, [_row(values) for values in waiting]))
            except Unstorable as error:
                self.dropped += len(waiting)
                _log.warning("frames could not be journaled", frames=len(waiting), why=str(error))
            except StorageUnavailable:
                self._links[:0] = begun
                self._put_back(waiting)
                raise

    def _put_back(self, waiting: list[Values]) -> None:
        """Let frames wait again before those that came meanwhile, as far as there is room."""
        newer, self._frames, self._waiting = self._frames, [], 0
        for values in (*waiting, *newer):
            self._take(values)

    async def prune(self) -> None:
        """Remove what is old and what is too much.

        Raises:
            StorageUnavailable: The store is away.
        """
        before = self._clock.now() - timedelta(days=self._limits.days)
        await self._store.prune(to_micros(before), self._limits)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(_FLUSH_SECONDS)
            await self._flush_or_drop()
            if self._clock.monotonic() >= self._prune_at:
                self._prune_at = self._clock.monotonic() + _PRUNE_SECONDS
                with suppress(StorageError):  # next time, then
                    await self.prune()

    async def _flush_or_drop(self) -> None:
        try:
            await self.flush()
        except StorageUnavailable as error:
            _log.warning("the journal waits for its store", why=str(error))


def _row(values: Values) -> Values:
    """Return the row of a frame: times in microseconds, and nothing that PostgreSQL refuses."""
    link, seq, at, way, kind, action, message_id, size, text = values
    word = action and _clean(action)
    name = message_id and _clean(message_id)
    return (link, seq, to_micros(at), way.value, kind.value, word, name, size, storable(text))


def _clean(text: str) -> str:
    return storable(text[:_LONGEST_WORD])


def _place(cursor: str) -> tuple[int, int]:
    link, _, seq = cursor.partition(".")
    return _number(link), _number(seq)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or len(text) > _LONGEST_NUMBER:
        message = "no cursor of this list"
        raise ValueError(message)
    return int(text)
