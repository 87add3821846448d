"""The stations' room on each engine in turn."""

import pytest

from laddnav.storage.database import Database
from tests.stations.hall import Hall, ManualClock


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def hall(database: Database, clock: ManualClock) -> Hall:
    return await Hall(database, clock).open()
