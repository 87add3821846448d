"""Nothing is lost: the server is killed under load, and its books agree with the stations' own."""

import asyncio
import os
import signal
from itertools import pairwise
from pathlib import Path

import pytest

from laddnav.simulator.chance import Chance
from tests.system.books import differences
from tests.system.load import Fleet, Tally, admit, least_messages
from tests.system.server import LaddnavServer

pytestmark = pytest.mark.system

STATIONS = 200
VISITS = 3
KILLS = 5
SEED = os.environ.get("LADDNAV_TEST_SEED", "1")


class Killer:
    """Kills a server and starts it again, whenever it is told to.

    Attributes:
        kills: How often it did.
    """

    def __init__(self, server: LaddnavServer) -> None:
        self._server = server
        self._struck = asyncio.Event()
        self.kills = 0

    def strike(self) -> None:
        """Send SIGKILL now."""
        os.kill(self._server.pid, signal.SIGKILL)
        self.kills += 1
        self._struck.set()

    async def run(self) -> None:
        """Start the server again after each strike, until cancelled."""
        while True:
            await self._struck.wait()
            self._struck.clear()
            assert await self._server.ended() == -signal.SIGKILL
            await self._server.start()


def drawn(total: int) -> frozenset[int]:
    """Return after how many acknowledgements the server is killed: five times, all over the run."""
    chance = Chance(SEED)
    edges = [total * kill // KILLS for kill in range(KILLS + 1)]
    points = [chance.whole(low + 1, (low + 3 * high) // 4) for low, high in pairwise(edges)]
    print(f"LADDNAV_TEST_SEED={SEED}: killed after {points} acknowledgements")  # noqa: T201 - pytest shows it where the test fails, so that the run can be repeated with this seed
    return frozenset(points)


async def test_every_acknowledged_message_is_there_once_however_often_the_server_is_killed(
    durable_url: str, tmp_path: Path
) -> None:
    async with LaddnavServer(durable_url, tmp_path) as server, await server.client() as api:
        killer = Killer(server)
        tally = Tally(killer.strike)
        fleet = Fleet(server.ocpp, STATIONS, seed=SEED, visits=VISITS, tally=tally)
        tally.at = drawn(sum(least_messages(driver.sizes) for driver in fleet.drivers))
        await admit(api, fleet)
        async with fleet, asyncio.TaskGroup() as group:
            reviving = group.create_task(killer.run())
            await fleet.live()
            await fleet.ready()
            reviving.cancel()
        assert killer.kills == KILLS
        assert tally.refused == []
        assert await differences(server, api, fleet) == []
