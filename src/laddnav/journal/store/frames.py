"""Tables of frames and links, and the queries on them: the same in a file and on PostgreSQL.

What a link says and hears within half a second is one row: a frame costs little more than its text.
A row names its link by a number, and a link names its station: so no frame is read but through the
links of one operator's station.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple, Protocol, TypeAlias

import msgspec
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
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),  # of the first
    sa.Column("at", sa.BigInteger, primary_key=True, autoincrement=False),  # of the earliest
    sa.Column("last_at", sa.BigInteger, nullable=False),
    sa.Column("noted", sa.LargeBinary, nullable=False),
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

_MOST_IN_ROW: Final = 200
_MOST_CHARS_IN_ROW: Final = 100_000

Values: TypeAlias = tuple[Any, ...]

NotedValues: TypeAlias = tuple[int, datetime, Way, FrameKind, str | None, str | None, int, str]
"""A frame as a link noted it: the fields of `Noted`, without the cost of their names."""


class Noted(NamedTuple):
    """A frame as it is kept; `seq` counts those of its link."""

    seq: int
    at: datetime
    way: Way
    kind: FrameKind
    action: str | None
    message_id: str | None
    size: int
    text: str


_ENCODER: Final = msgspec.msgpack.Encoder()
_DECODER: Final = msgspec.msgpack.Decoder(list[Noted])


class Batch(NamedTuple):
    """What one flush writes: rows of `links` to upsert, and what each link noted."""

    links: Sequence[Values]
    noted: Sequence[tuple[int, Sequence[NotedValues]]]

    def frame_rows(self) -> Iterator[Values]:
        """Yield the rows of `frames`."""
        for link, noted in self.noted:
            for part in _parts(noted):
                times = [to_micros(values[1]) for values in part]
                yield link, part[0][0], min(times), max(times), _encoded(part)


def _parts(noted: Sequence[NotedValues]) -> Iterator[Sequence[NotedValues]]:
    """Cut what one link noted into pieces that are read back without harm."""
    begin = chars = 0
    for place, values in enumerate(noted):
        chars += len(values[-1])
        if place - begin == _MOST_IN_ROW or (chars > _MOST_CHARS_IN_ROW and place > begin):
            yield noted[begin:place]
            begin, chars = place, len(values[-1])
    yield noted[begin:]


def _encoded(noted: Sequence[NotedValues]) -> bytes:
    try:
        return _ENCODER.encode(noted)
    except UnicodeEncodeError:  # halves of characters, which JSON can spell
        return _ENCODER.encode(
            [
                tuple(storable(value) if type(value) is str else value for value in values)
                for values in noted
            ]
        )


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
    """Return the query of rows with frames of a station, newest first, from behind (link, seq).

    What is `wanted` of them is for `noted_in` to say; here only what no row can have is left out.
    """
    query = (
        sa.select(frames.c.link, frames.c.seq, frames.c.noted, links.c.connection)
        .select_from(links.join(frames, frames.c.link == links.c.link))
        .where(*_of(key))
        .order_by(links.c.link.desc(), frames.c.seq.desc())
        .limit(limit)
    )
    if wanted.since is not None:
        since = to_micros(wanted.since)
        ended = sa.func.coalesce(links.c.ended_at, since)
        query = query.where(frames.c.last_at >= since, ended >= since)
    if wanted.until is not None:
        query = query.where(frames.c.at < to_micros(wanted.until))
    if before is None:
        return query
    link, seq = before
    older = sa.or_(links.c.link < link, sa.and_(links.c.link == link, frames.c.seq < seq))
    return query.where(links.c.link <= link, older)


def noted_in(
    record: Record, wanted: FrameFilter, before: tuple[int, int] | None
) -> Iterator[Frame]:
    """Yield the frames of a row of `frame_list` that are wanted, newest first, behind `before`."""
    link, _, packed, connection = record
    for noted in reversed(_DECODER.decode(packed)):
        if (before is None or (link, noted.seq) < before) and _fits(noted, wanted):
            yield Frame(
                id=f"{link}.{noted.seq}",
                at=noted.at,
                way=noted.way,
                kind=noted.kind,
                action=noted.action,
                message_id=noted.message_id,
                connection=connection,
                size=noted.size,
                text=noted.text,
            )


def _of(key: StationKey) -> tuple[sa.ColumnElement[bool], ...]:
    operator, identity = map(storable, key)
    return links.c.operator == operator, links.c.station == identity


def _fits(noted: Noted, wanted: FrameFilter) -> bool:
    return (
        wanted.action in {None, noted.action}
        and wanted.way in {None, noted.way}
        and wanted.kind in {None, noted.kind}
        and wanted.message_id in {None, noted.message_id}
        and (wanted.since is None or noted.at >= wanted.since)
        and (wanted.until is None or noted.at < wanted.until)
        and (wanted.search is None or wanted.search.lower() in noted.text.lower())
    )


def link_list(key: StationKey, before: int | None, limit: int) -> sa.Select[Any]:
    """Return the query of a station's links, newest first, from behind one."""
    query = sa.select(links).where(*_of(key))
    if before is not None:
        query = query.where(links.c.link < before)
    return query.order_by(links.c.link.desc()).limit(limit)


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
