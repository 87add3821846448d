"""Tables of frames and links, and the queries on them: the same in a file and on PostgreSQL.

A frame names its link by a number, and a link names its station: so a frame's row and index stay
small, and no frame is read but through the links of one operator's station.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol, TypeAlias

import sqlalchemy as sa

from laddnav.journal.model import Frame, FrameFilter, FrameKind, Limits, Period, Way
from laddnav.journal.rules.texts import storable
from laddnav.journal.store.tables import metadata
from laddnav.kernel.clock import from_micros, to_micros
from laddnav.kernel.keys import StationKey
from laddnav.storage.database import Record

frames = sa.Table(
    "frames",
    metadata,
    sa.Column("link", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("at", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("way", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("action", sa.Text),
    sa.Column("message_id", sa.Text),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    info={"partition_by": "at", "partition_span": "day"},
)

links = sa.Table(
    "links",
    metadata,
    sa.Column("operator", sa.Text, primary_key=True),
    sa.Column("station", sa.Text, primary_key=True),
    sa.Column("link", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("connection", sa.Text, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("version", sa.Text, nullable=False),
    sa.Column("started_at", sa.BigInteger, nullable=False),
    sa.Column("ended_at", sa.BigInteger),
    sa.Column("reason", sa.Text),
)

FRAME_COLUMNS = tuple(column.name for column in frames.columns)
LINK_COLUMNS = tuple(column.name for column in links.columns)

Values: TypeAlias = tuple[Any, ...]


class Batch(NamedTuple):
    """What one flush writes: rows of `links` to upsert, rows of `frames` to append."""

    links: Sequence[Values]
    frames: Sequence[Values]


class FrameStore(Protocol):
    """Where frames are kept. All methods belong to one event loop."""

    async def start(self) -> None:
        """Open; raise `DatabaseMisconfigured` with one clear line."""
        ...

    async def close(self) -> None:
        """Let go of everything."""
        ...

    async def write(self, batch: Batch) -> None:
        """Store a batch, all or nothing; a crash may lose it.

        Raises:
            Unstorable: A value does not fit.
            StorageUnavailable: The store is away.
        """
        ...

    async def read(self, query: sa.Select[Any]) -> list[Record]:
        """Return the rows of a query.

        Raises:
            StorageUnavailable: The store is away.
        """
        ...

    async def prune(self, before_micros: int, limits: Limits) -> None:
        """Remove what is older than an instant, and what is beyond the limit of size.

        Raises:
            StorageUnavailable: The store is away.
        """
        ...


def frame_list(
    key: StationKey, wanted: FrameFilter, before: tuple[int, int] | None, limit: int
) -> sa.Select[Any]:
    """Return the query of a station's frames, newest first, from behind (link, seq)."""
    query = (
        sa.select(frames, links.c.connection)
        .select_from(links.join(frames, frames.c.link == links.c.link))
        .where(*_of(key))
        .where(*_conditions(wanted))
        .order_by(links.c.link.desc(), frames.c.seq.desc())
        .limit(limit)
    )
    if before is None:
        return query
    link, seq = before
    older = sa.or_(links.c.link < link, sa.and_(links.c.link == link, frames.c.seq < seq))
    return query.where(links.c.link <= link, older)


def _of(key: StationKey) -> tuple[sa.ColumnElement[bool], ...]:
    operator, identity = map(storable, key)
    return links.c.operator == operator, links.c.station == identity


def _conditions(wanted: FrameFilter) -> list[sa.ColumnElement[bool]]:
    columns = frames.c
    equal = {
        columns.action: wanted.action and storable(wanted.action),
        columns.way: wanted.way and wanted.way.value,
        columns.kind: wanted.kind and wanted.kind.value,
        columns.message_id: wanted.message_id and storable(wanted.message_id),
    }
    found: list[sa.ColumnElement[bool]] = [
        column == value for column, value in equal.items() if value is not None
    ]
    if wanted.since is not None:
        since = to_micros(wanted.since)
        found.append(columns.at >= since)
        found.append(sa.func.coalesce(links.c.ended_at, since) >= since)
    if wanted.until is not None:
        found.append(columns.at < to_micros(wanted.until))
    if wanted.search:
        text = sa.func.lower(columns.text)
        found.append(text.contains(storable(wanted.search).lower(), autoescape=True))
    return found


def link_list(key: StationKey, before: int | None, limit: int) -> sa.Select[Any]:
    """Return the query of a station's links, newest first, from behind one."""
    query = sa.select(links).where(*_of(key))
    if before is not None:
        query = query.where(links.c.link < before)
    return query.order_by(links.c.link.desc()).limit(limit)


def frame_from(record: Record) -> Frame:
    """Return the frame of a row of `frame_list`."""
    link, seq, at, way, kind, action, message_id, size, text, connection = record
    return Frame(
        id=f"{link}.{seq}",
        at=from_micros(at),
        way=Way(way),
        kind=FrameKind(kind),
        action=action,
        message_id=message_id,
        connection=connection,
        size=size,
        text=text,
    )


def period_from(record: Record) -> Period:
    """Return the link of a row of `links`."""
    _, _, link, connection, address, version, started_at, ended_at, reason = record
    return Period(
        id=str(link),
        connection=connection,
        address=address,
        version=version,
        started_at=from_micros(started_at),
        ended_at=None if ended_at is None else from_micros(ended_at),
        reason=reason,
    )
