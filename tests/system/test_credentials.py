"""Passwords and profiles handed over by a running server, with stations of every version."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from laddnav.ocpp.action import Version
from laddnav.simulator.settings import Settings
from laddnav.simulator.station import SimulatedStation
from tests.system.server import ApiClient, LaddnavServer

pytestmark = [pytest.mark.system, pytest.mark.asyncio(loop_scope="module")]

OLD = "the first password"
_QUICK = Settings(back_off_s=0.2, back_off_random_s=0, back_off_doublings=0)


async def add(api: ApiClient, identity: str, **told: object) -> None:
    await api.post("stations", {"identity": identity, "password": OLD, **told})


@asynccontextmanager
async def living(
    server: LaddnavServer, identity: str, version: Version
) -> AsyncIterator[SimulatedStation]:
    """Let a simulated station live: it comes back whenever its link ends."""
    station = SimulatedStation(identity, server.ocpp, version, password=OLD, settings=_QUICK)
    life = asyncio.create_task(station.run())
    try:
        async with asyncio.timeout(60):
            await station.ready()
        yield station
    finally:
        life.cancel()
        await asyncio.gather(life, return_exceptions=True)
        await station.close()


async def ended(api: ApiClient, path: str, state: str) -> dict[str, Any]:
    shown: dict[str, Any] = await api.until(path, lambda item: item["ended_at"] is not None)
    assert shown["state"] == state, shown
    return shown


@pytest.mark.parametrize("version", list(Version))
@pytest.mark.ocpp("A01.FR.01")
@pytest.mark.ocpp("A01.FR.02")
@pytest.mark.ocpp("A01.FR.03")
async def test_a_password_is_rotated_and_the_old_one_closed(
    shared: LaddnavServer, shared_api: ApiClient, version: Version
) -> None:
    identity = f"ROTATE-{version}"
    await add(shared_api, identity)
    async with living(shared, identity, version) as station:
        begun = await shared_api.post(f"stations/{identity}/credential-rotations", {})
        assert begun["password"] is None
        path = f"stations/{identity}/credential-rotations/{begun['handover']['id']}"
        done = await ended(shared_api, path, "verified")
        names = [step["name"] for step in done["steps"]]
        assert names[:4] == ["planned", "begun", "sent", "accepted"]
        assert names[-2:] == ["came_with_the_new_one", "old_closed"]
        new = station.presence.password
        assert new not in {OLD, None}
    messages = await shared_api.items(f"stations/{identity}/messages")
    text = new.hex() if isinstance(new, bytes) else str(new)
    assert text not in str(messages)
    assert text not in shared.log
    late = SimulatedStation(identity, shared.ocpp, version, password=OLD)
    with pytest.raises(Exception, match="401"):
        await late.connect()
    await late.close()
