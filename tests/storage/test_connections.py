"""Connections to PostgreSQL: which are lent again, and what their sessions are set to."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from laddnav.storage.connections import PASSING, WRITING, Connections, connect
from laddnav.storage.errors import Refused, Unreached
from laddnav.storage.url import PostgresUrl, parse_url
from tests.postgres import PostgresServer


@pytest.fixture
def url(postgres_url: str) -> PostgresUrl:
    parsed = parse_url(postgres_url)
    assert isinstance(parsed, PostgresUrl)
    return parsed


@pytest.fixture
async def connections(url: PostgresUrl) -> AsyncIterator[Connections]:
    made = Connections(url, 1)
    yield made
    await made.close()


async def session_of(connections: Connections, statement: str) -> int:
    """Run a statement and return the number of the session that it ran in."""
    async with connections.borrow(5) as connection:
        await connection.execute(statement)
        return int(connection.get_server_pid())


async def test_a_session_that_refused_data_is_lent_again(connections: Connections) -> None:
    before = await session_of(connections, "SELECT 1")
    with pytest.raises(Refused):
        await session_of(connections, "SELECT 1 / 0")
    assert await session_of(connections, "SELECT 1") == before


async def test_a_session_that_can_no_longer_be_written_in_is_not_lent_again(
    connections: Connections,
) -> None:
    """As after a failover, on a server that another one has taken the place of."""
    before = await session_of(connections, "SET default_transaction_read_only = on")
    with pytest.raises(Unreached, match="25006"):
        await session_of(connections, "CREATE TABLE something ()")
    assert await session_of(connections, "CREATE TABLE something ()") != before


@pytest.mark.parametrize(
    "settings", [None, WRITING, PASSING], ids=["reading", "writing", "passing"]
)
async def test_what_is_set_for_others_on_the_server_does_not_matter(
    url: PostgresUrl, postgres_server: PostgresServer, settings: dict[str, str] | None
) -> None:
    name = url.dsn.rpartition("/")[2].partition("?")[0]
    for setting in ("default_transaction_isolation = 'serializable'", "statement_timeout = 1"):
        postgres_server.run_sql(name, f"ALTER DATABASE {name} SET {setting}")
    session: asyncpg.Connection[asyncpg.Record]
    session = await (connect(url) if settings is None else connect(url, settings))
    assert await session.fetchval("SHOW transaction_isolation") == "read committed"
    assert await session.fetchval("SHOW statement_timeout") == "0"
    await session.close()
