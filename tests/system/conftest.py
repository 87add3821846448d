"""System tests: a real server process, real WebSockets, real databases."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.postgres import PostgresServer
from tests.system.durable import migrated
from tests.system.server import ApiClient, LaddnavServer


@pytest.fixture
async def server(sqlite_url: str, tmp_path: Path) -> AsyncIterator[LaddnavServer]:
    """A running server on SQLite."""
    async with LaddnavServer(sqlite_url, tmp_path) as running:
        yield running


@pytest.fixture
async def api(server: LaddnavServer) -> AsyncIterator[ApiClient]:
    """The API of that server."""
    async with await server.client() as client:
        yield client


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[LaddnavServer]:
    """One running server for a module whose tests each have their own stations.

    At the end it must have logged no error: no test provokes one.
    """
    folder = tmp_path_factory.mktemp("server")
    database = shutil.copy(sqlite_template, folder / "laddnav.db")
    async with LaddnavServer(f"sqlite:///{database}", folder) as running:
        yield running
    errors = [
        line for line in running.log.splitlines() if '"level":"error"' in line.replace(" ", "")
    ]
    assert errors == []


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_api(shared: LaddnavServer) -> AsyncIterator[ApiClient]:
    """The API of the shared server."""
    async with await shared.client() as client:
        yield client


@pytest.fixture(scope="session")
def durable_postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server that keeps what it acknowledges, whatever happens to it."""
    server = PostgresServer(fsync="on", full_page_writes="on")
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture
def durable_postgres_url(durable_postgres: PostgresServer) -> Iterator[str]:
    """The URL of a migrated, empty database on it."""
    with migrated(durable_postgres) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def durable_url(request: pytest.FixtureRequest) -> str:
    """The URL of a migrated, empty database that is durable, on each engine in turn."""
    name = "sqlite_url" if request.param == "sqlite" else "durable_postgres_url"
    url: str = request.getfixturevalue(name)
    return url
