"""Passwords and profiles handed over by a running server, with stations of every version."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from laddnav.ocpp.action import Version
from laddnav.simulator.settings import Settings
from laddnav.simulator.station import SimulatedStation
from tests.official import Overheard
from tests.system.server import ApiClient, LaddnavServer
from tests.waiting import until

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
    overheard = Overheard(version, vouches=True)
    station = SimulatedStation(
        identity,
        server.ocpp,
        version,
        password=OLD,
        settings=_QUICK,
        listener=overheard.hear,
    )
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
        assert names[:3] == ["planned", "begun", "sent"]
        assert names[-2:] == ["came_with_the_new_one", "old_closed"]
        new = station.routes.password
        assert new not in {OLD, None}
    messages = await shared_api.items(f"stations/{identity}/messages")
    text = new.hex() if isinstance(new, bytes) else str(new)
    assert text not in str(messages)
    assert text not in shared.log
    late = SimulatedStation(identity, shared.ocpp, version, password=OLD)
    with pytest.raises(Exception, match="401"):
        await late.connect()
    await late.close()


async def test_a_secret_is_changed_while_passwords_follow_it(
    sqlite_url: str, tmp_path: Path
) -> None:
    old, new = "the secret of yesterday", "the secret of today"

    async def said(server: LaddnavServer, status: int = 0) -> dict[str, str]:
        findings = json.loads(await server.command("doctor", "--json", status=status))
        return {each["subject"]: f"{each['state']}: {each['text']}" for each in findings}

    before = LaddnavServer(sqlite_url, tmp_path, secret=old)
    async with before, await before.client() as api:
        await add(api, "CP1")
        assert (await said(before))["passwords"].startswith("ok")
    lost = LaddnavServer(sqlite_url, tmp_path, secret=new)
    assert (await said(lost, status=1))["passwords"].startswith("wrong: 1 ")
    after = LaddnavServer(sqlite_url, tmp_path, secret=new, former_secrets=old)
    async with after:
        assert (await said(after))["passwords"].startswith("warning: 1 ")

        async def followed() -> bool:
            return (await said(after))["passwords"].startswith("ok")

        async with living(after, "CP1", Version.V16):
            await until(followed)
    alone = LaddnavServer(sqlite_url, tmp_path, secret=new)
    async with alone, living(alone, "CP1", Version.V16):
        assert (await said(alone))["passwords"].startswith("ok")


async def test_it_is_done_by_the_command_line(shared: LaddnavServer, shared_api: ApiClient) -> None:
    for identity in ("SHELL-1", "SHELL-2"):
        await add(shared_api, identity)
    assert f"{shared.ocpp}/SHELL-1" in await shared.command("doctor", "station", "SHELL-1")
    shown = await shared.command("station", "rotate-password", "SHELL-1", "--manual")
    assert "not shown again: " in shown
    password = shown.split("not shown again: ")[1].split()[0]
    station = SimulatedStation(
        "SHELL-1",
        shared.ocpp,
        Version.V201,
        password=password,
        listener=Overheard(Version.V201, vouches=True).hear,
    )
    await station.connect()
    await station.close()
    listed = json.loads(await shared.command("station", "handovers", "SHELL-1", "--json"))
    assert [each["state"] for each in listed] == ["verified"]
    begun = json.loads(await shared.command("station", "rotate-password", "SHELL-2", "--json"))
    stopped = json.loads(
        await shared.command(
            "station", "cancel-handover", "SHELL-2", begun["handover"]["id"], "--json"
        )
    )
    assert stopped["state"] == "cancelled"
    upgrade = ("station", "upgrade-profile", "2", "SHELL-2", "--unchecked", "--json")
    begun = json.loads(await shared.command(*upgrade))
    ended = ("station", "cancel-handover", "SHELL-2", begun["handover"]["id"], "--kind", "profile")
    await shared.command(*ended)
    listed = json.loads(await shared.command("station", "handovers", "SHELL-2", "--json"))
    assert [each["kind"] for each in listed] == ["profile", "password"]
    narrowed = ("station", "handovers", "SHELL-2", "--kind", "password", "--json")
    assert [each["kind"] for each in json.loads(await shared.command(*narrowed))] == ["password"]
    bulk = json.loads(
        await shared.command(
            "station", "upgrade-profile", "2", "SHELL-1", "SHELL-2", "--unchecked", "--json"
        )
    )
    assert bulk["counts"] == {"waiting": 2}
    refused = await shared.command("station", "upgrade-profile", "0", "SHELL-1", status=1)
    assert refused == ""


async def test_a_rotation_goes_on_over_a_restart_of_the_server(
    sqlite_url: str, tmp_path: Path
) -> None:
    server = LaddnavServer(sqlite_url, tmp_path)
    async with server, await server.client() as api:
        await add(api, "CP1")
        begun = await api.post("stations/CP1/credential-rotations", {})
        path = f"stations/CP1/credential-rotations/{begun['handover']['id']}"
        await server.kill()
        await server.start()
        async with living(server, "CP1", Version.V21) as station:
            await ended(api, path, "verified")
            assert station.routes.password != OLD
