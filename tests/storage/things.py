"""Tables of their own for the tests of storage, and what they need to wait and to look."""

from datetime import UTC, datetime

import sqlalchemy as sa

from laddnav.kernel import ids
from laddnav.kernel.keys import StationKey
from laddnav.storage.database import Database, Place
from laddnav.storage.write import Fact, Fence, Row, Upsert, Write

metadata = sa.MetaData()

things = sa.Table(
    "things",
    metadata,
    sa.Column("operator", sa.Text, primary_key=True),
    sa.Column("station", sa.Text, primary_key=True),
    sa.Column("number", sa.BigInteger, primary_key=True),
    sa.Column("text", sa.Text),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.CheckConstraint("amount >= 0", name="not_negative"),
)

moments = sa.Table(
    "moments",
    metadata,
    sa.Column("station", sa.Text, nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False, index=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.PrimaryKeyConstraint("station", "at"),
    info={"partition_by": "at"},
)

notes = sa.Table(
    "notes",
    metadata,
    sa.Column("station", sa.Text, primary_key=True),
    sa.Column("at", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("text", sa.Text),
    sa.CheckConstraint("text <> 'unspeakable'", name="fit_to_print"),
    info={"deferred": True},
)

THINGS = Upsert(things)
FIRST_THINGS = Upsert(things, mode="keep")
MOMENTS = Upsert(moments)
NOTES = Upsert(notes)
FIRST_NOTES = Upsert(notes, mode="keep")

NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)
START = Place(0, 0)
HERE = StationKey("default", "CP-1")


def station(number: int) -> StationKey:
    return StationKey("default", f"CP-{number}")


def thing(
    key: StationKey = HERE, number: int = 1, text: str | None = "", amount: object = 0
) -> Row:
    return Row(THINGS, (*key, number, text, amount))


def write(*rows: Row, fence: Fence | None = None, facts: tuple[Fact, ...] = ()) -> Write:
    return Write(fence=fence, rows=rows, facts=facts)


def fact(kind: str = "ThingHappened", subject: str = "thing", **changes: object) -> Fact:
    fields: dict[str, object] = {
        "id": ids.new_id(), "operator": "default", "kind": kind, "subject": subject,
        "at": NOON, "payload": b'{"a":1}',
    }  # fmt: skip
    return Fact(**{**fields, **changes})  # type: ignore[arg-type]  # keyword arguments are built as a dict; a wrong one fails the test at once


async def stored(database: Database) -> list[tuple[object, ...]]:
    """Return all things: station, number, text, amount."""
    columns = things.c
    query = sa.select(columns.station, columns.number, columns.text, columns.amount)
    return await database.fetch(query.order_by(columns.station, columns.number))
