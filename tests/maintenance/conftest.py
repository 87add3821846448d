"""The room of upkeep on each engine in turn."""

import pytest

from laddnav.storage.database import Database
from tests.maintenance.workshop import Workshop
from tests.stations.hall import Hall, ManualClock


@pytest.fixture
async def workshop(database: Database) -> Workshop:
    return Workshop(await Hall(database, ManualClock()).open())
