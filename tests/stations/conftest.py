"""The stations' room on each engine in turn."""

from collections.abc import AsyncIterator

import pytest

from laddnav.storage.database import Database
from tests.stations.hall import Hall, ManualClock, open_with_tables


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = await open_with_tables(database_url)
    yield opened
    await opened.close()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def hall(database: Database, clock: ManualClock) -> Hall:
    return await Hall(database, clock).open()
