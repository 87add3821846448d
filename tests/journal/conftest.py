"""The journal's room on each engine in turn."""

from collections.abc import AsyncIterator

import pytest

from laddnav.journal.service import Journal, open_store
from laddnav.storage.database import Database
from tests.stations.hall import ManualClock


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def journal(
    database_url: str, database: Database, clock: ManualClock
) -> AsyncIterator[Journal]:
    opened = Journal(open_store(database_url, database), clock)
    await opened.start()
    yield opened
    await opened.close()
