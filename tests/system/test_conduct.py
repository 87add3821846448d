"""Quirks, reports and the doctor by the command line; an operator's own quirk."""

import asyncio
import json
import shutil
from pathlib import Path

import pytest

from tests.system.server import LADDNAV, LaddnavServer
from tests.transcripts.wire import Wire

pytestmark = pytest.mark.system

QUIRK = """
name = "from-our-yard"
identity = "YARD-*"
says = { en = "It names no version, as all in our yard.", sv = "Den anger ingen version." }
does = "setting"
handling = { en = "It is taken as OCPP 1.6 here.", sv = "Den tas som OCPP 1.6 här." }
signs = ["no_subprotocol"]
[implies]
assume_ocpp16 = true
"""
BOOT = '[2,"1","BootNotification",{"chargePointVendor":"Acme\\u0000","chargePointModel":"M"}]'


async def test_an_operators_quirk_lets_a_station_in_and_the_commands_tell_of_it(
    sqlite_template: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "quirks"
    folder.mkdir()
    (folder / "from-our-yard.toml").write_text(QUIRK)
    database = shutil.copy(sqlite_template, tmp_path / "laddnav.db")
    async with LaddnavServer(
        f"sqlite:///{database}",
        tmp_path,
        quirks=str(folder),
        public_ocpp="ws://csms.example",
    ) as server:
        await server.command("station", "add", "YARD-1")
        wire = await Wire.open(server.ocpp, target="/ocpp/YARD-1", offers=[], headers={})
        wire.send(BOOT)
        assert '"Accepted"' in await wire.text()
        listed = json.loads(await server.command("quirk", "list", "--json"))
        assert (listed[0]["name"], listed[0]["origin"]) == ("from-our-yard", "operator")
        own = await server.command("station", "quirks", "YARD-1")
        assert "identity 'YARD-1' fits 'YARD-*'" in own
        assert "Set: assume_ocpp16 = yes." in own
        told = await server.command("station", "report", "YARD-1", "--language", "sv")
        assert "Den anger ingen version. [1x" in told
        await server.command("doctor", "station", "YARD-1")
        wire.drop()
        unknown = await server.command("doctor", "station", "YARD-2")
        assert "ws://csms.example/ocpp/YARD-2" in unknown
        assert "laddnav station add YARD-2 --password" in unknown
        assert "No station has told" in await server.command("security-event", "list")


async def test_a_quirk_that_cannot_be_used_is_told_in_one_line(
    sqlite_template: Path, tmp_path: Path
) -> None:
    (tmp_path / "mine.toml").write_text(QUIRK)
    database = shutil.copy(sqlite_template, tmp_path / "laddnav.db")
    server = LaddnavServer(f"sqlite:///{database}", tmp_path, quirks=str(tmp_path))
    process = await asyncio.create_subprocess_exec(
        LADDNAV,
        "serve",
        stderr=asyncio.subprocess.PIPE,
        env=server.environment,
    )
    _, error = await process.communicate()
    (line,) = error.decode().strip().splitlines()
    assert "mine.toml" in line
    assert "its name is 'from-our-yard', not 'mine'" in line
