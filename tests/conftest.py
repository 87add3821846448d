"""What holds in every room's tests: databases of their own, and no frame that does not fit."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from laddnav.kernel.clock import SystemClock
from laddnav.storage.database import Database
from laddnav.storage.migration import statements
from laddnav.storage.opening import open_database
from tests import official, tables
from tests.postgres import PostgresServer


@pytest.fixture(autouse=True)
def fitting_frames() -> Iterator[None]:
    """Fail the test in which Laddnav sent what the official schemas do not allow."""
    yield
    official.hold()


@pytest.fixture(scope="session", autouse=True)
def fitting_farewells() -> Iterator[None]:
    """Fail where that happened while the last test's surroundings were taken down."""
    yield
    official.hold()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL server, started when the first test asks for it."""
    server = PostgresServer()
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> str:
    """The name of a migrated database, to be copied."""
    name = postgres_server.create()
    postgres_server.run_sql(name, ";\n".join(statements("postgresql")))
    return name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    tables.run_on_sqlite(path, ";\n".join(statements("sqlite")))
    return path


@pytest.fixture
def postgres_url(postgres_server: PostgresServer, postgres_template: str) -> Iterator[str]:
    """The URL of a migrated, empty database."""
    name = postgres_server.create(postgres_template)
    yield postgres_server.url(name)
    postgres_server.drop(name)


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of a migrated, empty file."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'laddnav.db')}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a migrated, empty database, on each engine in turn."""
    name = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    url: str = request.getfixturevalue(name)
    return url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """An open, migrated, empty database, on each engine in turn."""
    opened = await open_database(database_url, clock=SystemClock())
    yield opened
    await opened.close()
