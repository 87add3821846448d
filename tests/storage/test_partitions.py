"""What is too old goes in whole partitions or in slices, and a wrong clock loses no row."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from typing_extensions import override

from laddnav.kernel.clock import Clock, to_micros
from laddnav.storage import partitions
from laddnav.storage.database import Database, Limits
from laddnav.storage.postgresql import PostgresDatabase
from laddnav.storage.retention import delete_before
from laddnav.storage.url import PostgresUrl, parse_url
from laddnav.storage.write import Row
from tests import tables
from tests.postgres import PostgresServer
from tests.storage import things as own
from tests.storage.conftest import Opener
from tests.storage.things import MOMENTS, NOON, moments, write


class NoonClock(Clock):
    """It is always noon of one day."""

    @override
    def now(self) -> datetime:
        return NOON

    @override
    def monotonic(self) -> float:
        return 0.0


def moment(at: datetime, station: str = "CP-1") -> Row:
    return Row(MOMENTS, (station, to_micros(at), "text"))


async def times(store: Database) -> list[int]:
    query = sa.select(moments.c.at).order_by(moments.c.at)
    return [at for (at,) in await store.fetch(query)]


@pytest.fixture
async def cut_url(postgres_server: PostgresServer, postgres_url: str) -> str:
    """A PostgreSQL database with a table that is cut by time."""
    await tables.create(postgres_url, own.metadata)
    name = postgres_url.rpartition("/")[2]
    postgres_server.run_sql(name, "CREATE TABLE moments_default PARTITION OF moments DEFAULT")
    return postgres_url


async def test_partitions_are_made_ahead_and_take_over_what_was_stored_before_them(
    cut_url: str, postgres_server: PostgresServer, open_url: Opener
) -> None:
    name = cut_url.rpartition("/")[2]
    writer = await open_url(cut_url)
    rows = [moment(NOON), moment(NOON + timedelta(days=40)), moment(NOON + timedelta(days=4000))]
    await writer.commit(write(*rows))
    url = parse_url(cut_url)
    assert isinstance(url, PostgresUrl)
    store = PostgresDatabase(url, NoonClock(), Limits())
    await store.start()
    for _ in range(2):
        await store.ensure_partitions([moments])
    await store.commit(write(moment(NOON, "CP-2"), moment(NOON)))
    counts = postgres_server.run_sql(
        name, "SELECT tableoid::regclass::text, count(*) FROM moments GROUP BY 1 ORDER BY 1"
    )
    assert counts.split() == ["moments_default|1", "moments_p202603|2", "moments_p202604|1"]
    assert await store.drop_partitions(moments, NOON) == 0, "the month is not over"
    assert await store.drop_partitions(moments, datetime(2026, 4, 1, tzinfo=UTC)) == 1
    assert len(await times(store)) == 2
    await store.close()


async def test_nodes_that_make_partitions_at_one_moment_make_them_once(
    cut_url: str, postgres_server: PostgresServer, open_url: Opener
) -> None:
    stores = [await open_url(cut_url) for _ in range(4)]
    await asyncio.gather(*(store.ensure_partitions([moments]) for store in stores))
    children = "SELECT count(*) FROM pg_inherits WHERE inhparent = 'moments'::regclass"
    assert int(postgres_server.run_sql(cut_url.rpartition("/")[2], children)) == 4


async def test_rows_that_are_too_old_are_deleted_and_younger_ones_stay(
    things_url: str, postgres_server: PostgresServer, open_url: Opener
) -> None:
    if things_url.startswith("postgresql"):
        name = things_url.rpartition("/")[2]
        postgres_server.run_sql(name, "CREATE TABLE moments_default PARTITION OF moments DEFAULT")
    store = await open_url(things_url)
    hours = [NOON + timedelta(hours=number) for number in range(2_500)]
    at_once = [moment(hours[1_000], f"CP-{number}") for number in range(2, 500)]
    await store.commit(write(*map(moment, hours), *at_once))
    assert await delete_before(store, moments, hours[2_100]) == 2_100 + 498
    assert await times(store) == [to_micros(at) for at in hours[2_100:]]


def test_days_and_months_end_where_the_next_one_begins() -> None:
    daily = sa.Table("frames", sa.MetaData(), info={"partition_by": "at", "partition_span": "day"})
    new_year = datetime(2025, 12, 31, 23, tzinfo=UTC)
    days = partitions.spans(daily, new_year)
    assert [span.name for span in days] == [
        "frames_p20251231", "frames_p20260101", "frames_p20260102"
    ]  # fmt: skip
    months = partitions.spans(moments, new_year)
    assert [span.name for span in months] == [
        "moments_p202512", "moments_p202601", "moments_p202602"
    ]  # fmt: skip
    for before, after in zip([*days[:-1], *months[:-1]], [*days[1:], *months[1:]], strict=True):
        assert before.end == after.start == partitions.end_of(before.name)
    assert partitions.end_of("moments_default") is None
