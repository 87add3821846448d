"""Databases with the tables of these tests, and a second door to the same database."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import TypeAlias

import pytest

from laddnav.kernel.clock import SystemClock
from laddnav.storage.database import Database, Limits
from laddnav.storage.opening import open_database
from tests import tables
from tests.storage import things

Opener: TypeAlias = Callable[..., Awaitable[Database]]


@pytest.fixture
async def open_url() -> AsyncIterator[Opener]:
    """What opens databases, and closes them when the test is over."""
    async with AsyncExitStack() as stack:

        async def opener(url: str, **limits: float) -> Database:
            wanted = Limits(**limits)  # type: ignore[arg-type]  # keyword arguments are built as a dict; a wrong one fails the test at once
            opened = await open_database(url, clock=SystemClock(), limits=wanted)
            stack.push_async_callback(opened.close)
            return opened

        yield opener


@pytest.fixture
async def things_url(database_url: str) -> str:
    """A migrated database that has the things too, on each engine in turn."""
    await tables.create(database_url, things.metadata)
    return database_url


@pytest.fixture
async def store(things_url: str, open_url: Opener) -> Database:
    """The same, open."""
    return await open_url(things_url)
