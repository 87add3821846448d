"""System tests: a real server process, real WebSockets, real databases."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

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
