"""Databases that a test may cut off or kill, and what a server says of them."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import httpx

from laddnav.storage.migration import statements
from tests.postgres import PostgresServer
from tests.storage.proxy import Wire
from tests.system.server import LaddnavServer

_PATIENCE_SECONDS = 120


@contextmanager
def migrated(server: PostgresServer) -> Iterator[str]:
    """Give the URL of a migrated, empty database on `server`."""
    name = server.create()
    server.run_sql(name, ";\n".join(statements("postgresql")))
    yield server.url(name)
    server.drop(name)


@asynccontextmanager
async def whole_wire(url: str) -> AsyncIterator[Wire]:
    """Give a wire to the database at `url`, whole at first."""
    wire = Wire(url)
    await wire.mend()
    yield wire
    wire.let_go()
    await wire.cut()


async def readiness(server: LaddnavServer, status: int) -> list[str]:
    """Wait until the server's `/readyz` says `status`; return the reasons that it gives."""
    async with asyncio.timeout(_PATIENCE_SECONDS), httpx.AsyncClient() as http:
        while True:
            answer = await http.get(f"{server.web}/readyz", timeout=_PATIENCE_SECONDS)
            if answer.status_code == status:
                reasons: list[str] = answer.json()["reasons"]
                return reasons
            await asyncio.sleep(0.05)
