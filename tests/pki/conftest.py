"""The room on SQLite and on PostgreSQL."""

from collections.abc import AsyncIterator

import pytest

from laddnav.storage.database import Database
from tests.pki.hall import Hall


@pytest.fixture
async def hall(database: Database) -> AsyncIterator[Hall]:
    opened = await Hall(database).open()
    yield opened
    await opened.pki.close()
