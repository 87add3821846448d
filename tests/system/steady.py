"""Well-behaved stations that go on charging while something is done to their server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bench.processes import open_files, resident_bytes
from tests.system.books import differences
from tests.system.durable import readiness
from tests.system.load import Driver, Fleet, Tally, admit
from tests.system.server import ApiClient, LaddnavServer
from tests.waiting import until

_STATIONS = 6
_SAMPLES = 2
_SPARE_FILES = 12
_SPARE_BYTES = 80 * 1024 * 1024
"""The caches of a server fill up by 45 MiB at most; 1 KiB kept of each of 100,000 frames is 98."""


@asynccontextmanager
async def steady(server: LaddnavServer, api: ApiClient, *, seed: str) -> AsyncIterator[Tally]:
    """Let others charge again and again until the block has ended.

    Then nothing of theirs is missing, none of it was refused, and the server is as whole as it
    was before: ready, without an error in its log, with no file left open and no memory lost.
    """
    tally = Tally()
    fleet = Fleet(server.ocpp, _STATIONS, seed=seed, visits=1, tally=tally)
    await admit(api, fleet)
    is_over = asyncio.Event()
    async with fleet:
        files, memory = open_files(server.pid), resident_bytes([server.pid])
        async with asyncio.TaskGroup() as group:
            for driver in fleet.drivers:
                group.create_task(_go_on(driver, is_over))
            try:
                yield tally
            finally:
                is_over.set()
        await fleet.settled()
        await until(lambda: open_files(server.pid) <= files + _SPARE_FILES)
        assert resident_bytes([server.pid]) <= memory + _SPARE_BYTES
    assert tally.refused == []
    assert await differences(server, api, fleet) == []
    assert await readiness(server, 200) == []
    assert '"level":"error"' not in server.log.replace(" ", "")


async def _go_on(driver: Driver, is_over: asyncio.Event) -> None:
    while not is_over.is_set():
        await driver.visit(_SAMPLES)


async def goes_on(tally: Tally, count: int = 20) -> None:
    """Wait until so many more transaction messages were acknowledged."""
    await tally.reaches(tally.acknowledged + count)
