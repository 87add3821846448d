"""A desk with two admitted cards and two connected stations, on each engine."""

import pytest

from laddnav.storage.database import Database
from tests.sessions.desk import Desk
from tests.sessions.words import OTHER_STATION, STATION


@pytest.fixture
async def desk(database: Database) -> Desk:
    made = Desk(database)
    await made.open("CARD1", "CARD2")
    await made.connect(STATION, OTHER_STATION)
    return made
