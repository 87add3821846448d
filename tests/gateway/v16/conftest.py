"""A connected station, and the rooms behind its link."""

from collections.abc import AsyncIterator

import pytest

from laddnav.ocpp.action import Version
from tests.gateway.office import Office


@pytest.fixture
async def lobby(sqlite_url: str) -> AsyncIterator[Office]:
    """The rooms, before the station comes."""
    opened = await Office(Version.V16).open(sqlite_url)
    yield opened
    await opened.database.close()


@pytest.fixture
async def office(lobby: Office) -> Office:
    await lobby.connect()
    return lobby
