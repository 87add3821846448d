"""Bulk operations over restarts and deaths of servers, with real stations and the command line."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from laddnav.ocpp.action import Version
from laddnav.pki.rules import reading
from laddnav.simulator.settings import Settings
from laddnav.simulator.station import SimulatedStation
from laddnav.simulator.vault import Vault
from tests.official import Overheard
from tests.pki.making import name, self_signed
from tests.system.server import ApiClient, LaddnavServer

pytestmark = [pytest.mark.system, pytest.mark.asyncio(loop_scope="module")]

PASSWORD = "a good password"
_QUICK = Settings(back_off_s=0.2, back_off_random_s=0, back_off_doublings=0)


async def add(api: ApiClient, *identities: str) -> None:
    for identity in identities:
        await api.post("stations", {"identity": identity, "password": PASSWORD})


@asynccontextmanager
async def living(server: LaddnavServer, identity: str) -> AsyncIterator[None]:
    station = SimulatedStation(
        identity, server.ocpp, Version.V201, password=PASSWORD, vault=Vault(), settings=_QUICK,
        listener=Overheard(Version.V201, vouches=True).hear,
    )  # fmt: skip
    life = asyncio.create_task(station.run())
    try:
        async with asyncio.timeout(60):
            await station.ready()
        yield
    finally:
        life.cancel()
        await asyncio.gather(life, return_exceptions=True)
        await station.close()


async def results(api: ApiClient, bulk: str) -> dict[str, str]:
    items = await api.items(f"bulk-operations/{bulk}/items")
    return {item["station"]: item["state"] for item in items}


async def over(api: ApiClient, bulk: str) -> dict[str, Any]:
    found: dict[str, Any] = await api.until(
        f"bulk-operations/{bulk}", lambda item: item["ended_at"] is not None
    )
    return found


async def test_a_root_comes_into_stations_that_come_back_after_a_restart(
    sqlite_url: str, tmp_path: Path
) -> None:
    root = tmp_path / "root.pem"
    lasting = self_signed(name("Root"), ca=True, lasts=timedelta(days=20_000))
    root.write_text(reading.as_pem(lasting))
    server = LaddnavServer(sqlite_url, tmp_path)
    async with server, await server.client() as api:
        await add(api, "CP1", "CP2")
        begun = json.loads(
            await server.command("pki", "install", str(root), "CP1", "CP2", "NONE", "--json")
        )
        async with living(server, "CP1"):
            await api.until(
                f"bulk-operations/{begun['id']}", lambda item: item["counts"].get("done") == 1
            )
        await server.kill()
        shown = json.loads(await server.command("bulk", "show", begun["id"], "--json"))
        assert shown["counts"] == {"done": 1, "failed": 1, "waiting": 1}, "without any server"
        await server.start()
        async with living(server, "CP2"):
            assert (await over(api, begun["id"]))["state"] == "done"
        expected = {"CP1": "done", "CP2": "done", "NONE": "failed"}
        assert await results(api, begun["id"]) == expected
        held = await api.get("certificates/installed/CP2")
        assert [item["use"] for item in held["items"]] == ["csms_root"]
        await check_the_command_line(server, begun["id"])


async def check_the_command_line(server: LaddnavServer, bulk: str) -> None:
    [listed] = json.loads(await server.command("bulk", "list", "--json"))
    assert (listed["id"], listed["what"]) == (bulk, "install csms_root")
    failed = await server.command("bulk", "items", bulk, "--state", "failed", "--json")
    assert [item["reason"] for item in json.loads(failed)] == ["no station has this identity"]
    begun = json.loads(await server.command("pki", "renew", "CP1", "CP2", "--json"))
    stopped = json.loads(await server.command("bulk", "stop", begun["id"], "--json"))
    assert (stopped["state"], stopped["counts"]) == ("stopped", {"stopped": 2})


async def test_what_one_node_began_another_does_when_it_is_dead(
    postgres_url: str, tmp_path: Path
) -> None:
    for folder in "ab":
        (tmp_path / folder).mkdir()
    first, second = (LaddnavServer(postgres_url, tmp_path / each, node=each) for each in "ab")
    async with first, await first.client() as api:
        await add(api, "CP1")
        async with second, await second.client() as other:
            body = {"stations": ["CP1"], "read": True}
            bulk = (await api.post("certificates/bulk", body))["id"]
            await first.kill()
            async with living(second, "CP1"):
                await over(other, bulk)
                [item] = await other.items(f"bulk-operations/{bulk}/items")
                assert (item["state"], item["reason"]) == ("done", "0 certificates")
