"""A served house, and those who ask it: the operator, a rival, a stranger and a local."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from laddnav.kernel.clock import SystemClock
from laddnav.storage.opening import open_database
from tests.web.house import House, asking, opened, served, served_locally


@pytest.fixture
async def house(sqlite_url: str) -> AsyncIterator[House]:
    """The rooms on SQLite; what both engines must do alike is tested in their own rooms."""
    database = await open_database(sqlite_url, clock=SystemClock())
    async with opened(database, sqlite_url) as house:
        yield house
    await database.close()


@pytest.fixture
async def url(house: House) -> AsyncIterator[str]:
    """Where the public API is served."""
    async with served(house.rooms) as url:
        yield url


@pytest.fixture
async def api(house: House, url: str) -> AsyncIterator[httpx.AsyncClient]:
    """The default operator's program."""
    async with asking(url, await house.key()) as client:
        yield client


@pytest.fixture
async def rival(house: House, url: str) -> AsyncIterator[httpx.AsyncClient]:
    """Another operator's program."""
    async with asking(url, await house.key("rival")) as client:
        yield client


@pytest.fixture
async def stranger(url: str) -> AsyncIterator[httpx.AsyncClient]:
    """Who has no key."""
    async with asking(url, None) as client:
        yield client


@pytest.fixture
async def local(house: House, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """The server's owner, on the Unix socket."""
    async with served_locally(house.rooms, tmp_path / "s.sock") as client:
        yield client
