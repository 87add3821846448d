"""The journal of frames: a tuple kept for each, written twice a second, never waited for."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from laddnav.journal.model import (
    Frame,
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
from laddnav.journal.store.frames import Batch, FrameStore, NotedValues, Values
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
_ROWS_AT_ONCE = 100
_MOST_LINKS = 50_000
"""Beginnings and ends of links that wait, while the store is away: beyond, they are dropped."""

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


class _Desk:
    """What the links have noted and nobody has written yet.

    Attributes:
        frames: How many went each way so far, by their kind; kept or not.
        links: Those that have noted something.
        size: About how many octets wait, or are being written.
        most: Beyond that many frames are dropped.
        dropped: How many were.
    """

    __slots__ = ("dropped", "frames", "links", "most", "size")

    def __init__(self, most: int) -> None:
        self.frames = {way: dict.fromkeys(FrameKind, 0) for way in Way}
        self.links: list[LinkJournal] = []
        self.size = 0
        self.most = most
        self.dropped = 0


class LinkJournal:
    """What one link writes into the journal."""

    __slots__ = ("_desk", "_enabled", "_most_chars", "_noted", "_seq", "identity")

    def __init__(self, desk: _Desk, limits: Limits, identity: Values) -> None:
        self.identity = identity
        self._desk = desk
        self._enabled = limits.enabled
        self._most_chars = limits.frame_chars
        self._noted: list[NotedValues] = []
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
        self._desk.frames[way][kind] += 1
        if not self._enabled:
            return
        self._seq += 1
        desk, shown = self._desk, masked(text, action, self._most_chars)
        size = desk.size + len(shown) + _OVERHEAD
        if size > desk.most:
            desk.dropped += 1
            return
        desk.size = size
        if message_id is not None and len(message_id) > _LONGEST_WORD:
            message_id = message_id[:_LONGEST_WORD]
        if not self._noted:
            desk.links.append(self)
        self._noted.append((self._seq, at, way, kind, action, message_id, len(text), shown))

    def take(self) -> tuple[int, list[NotedValues]]:
        """Return this link's number and what it has noted, which is then no longer its own."""
        taken, self._noted = self._noted, []
        return self.identity[2], taken

    def put_back(self, noted: list[NotedValues]) -> None:
        """Let it have what was taken and could not be written."""
        if not self._noted:
            self._desk.links.append(self)
        self._noted[:0] = noted


class Journal:
    """Every frame and every link: kept by days and bytes, outside the durable commit.

    What waits to be written is bounded; what comes beyond is dropped and counted. A crash loses
    the last half second.
    """

    def __init__(self, store: FrameStore, clock: Clock, limits: Limits | None = None) -> None:
        self._store = store
        self._clock = clock
        self._limits = limits or Limits()
        self._desk = _Desk(self._limits.pending_megabytes * _MEGABYTE)
        self._links: list[Values] = []
        self._flushing = asyncio.Lock()
        self._prune_at = clock.monotonic()
        self._task: asyncio.Task[None] | None = None

    @property
    def dropped(self) -> int:
        """How many frames were given up so far."""
        return self._desk.dropped

    @property
    def frames(self) -> Mapping[Way, Mapping[FrameKind, int]]:
        """How many frames went each way so far, by their kind; kept or not."""
        return self._desk.frames

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
        self._note_link((*identity, None, None))
        return LinkJournal(self._desk, self._limits, identity)

    def close_link(self, link: LinkJournal, reason: str) -> None:
        """Note that a link ended, and why."""
        now = to_micros(self._clock.now())
        self._note_link((*link.identity, now, _clean(reason)))

    def _note_link(self, values: Values) -> None:
        if len(self._links) < _MOST_LINKS:
            self._links.append(values)

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
        found = await self._found(key, wanted or FrameFilter(), before, limit + 1)
        onward = [frame.id for frame in found[limit - 1 : -1]]
        return FramePage(items=tuple(found[:limit]), next=onward[0] if onward else None)

    async def _found(
        self, key: StationKey, wanted: FrameFilter, before: tuple[int, int] | None, most: int
    ) -> list[Frame]:
        """Return at most so many frames that are wanted, newest first, from behind `before`."""
        found: list[Frame] = []
        place, size = before, min(most, _ROWS_AT_ONCE)
        while True:
            rows = await self._store.read(frames.frame_list(key, wanted, place, size))
            for row in rows:
                found += frames.noted_in(row, wanted, before)
                if len(found) >= most:
                    return found[:most]
            if len(rows) < size:
                return found
            place, size = (rows[-1][0], rows[-1][1]), _ROWS_AT_ONCE

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
            desk = self._desk
            links, desk.links = desk.links, []
            begun, self._links = self._links, []
            if not links and not begun:
                return
            size = desk.size
            noted = [link.take() for link in links]
            try:
                await self._store.write(Batch(begun, noted))
            except StorageUnavailable:
                size = 0  # it all waits on
                self._links[:0] = begun
                for link, (_, values) in zip(links, noted, strict=True):
                    link.put_back(values)
                raise
            except Exception as error:  # noqa: BLE001 - whatever it is, what comes next is journaled
                count = sum(len(values) for _, values in noted)
                desk.dropped += count
                show = _log.warning if isinstance(error, Unstorable) else _log.exception
                show("frames could not be journaled", frames=count, why=str(error))
            finally:
                desk.size -= size

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
