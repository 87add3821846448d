"""What commands print: JSON that is JSON, errors too, and lines that can be read."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from click.testing import CliRunner, Result

from laddnav.cli import client, session
from laddnav.cli.app import cli
from laddnav.cli.client import Api
from laddnav.settings import Settings

DOUBTS = ["The meter went back.", "The end was never told."]
SESSION = {"id": "1", "station": "CP1", "doubts": DOUBTS, "doubt_codes": ["reset", "no_end"]}
STATION = {
    "identity": "CP1",
    "security_profile": 0,
    "settings": {"serial": "SN-1", "strict": False, "versions": [], "ping_seconds": None},
}
EXISTS = {
    "type": "urn:laddnav:problem:conflict",
    "title": "Conflict",
    "status": 409,
    "detail": "There is a station with this identity.",
    "errors": [{"message": "there is a station with this identity"}],
}


async def answer(request: web.BaseRequest) -> web.Response:
    """Answer like the API: CP1 can be added, TWICE is there already, north has no session."""
    body = await request.json() if request.can_read_body else {}
    match request.path.removeprefix("/api/v1/"):
        case "stations" if body["identity"] == "TWICE":
            return web.json_response(EXISTS, status=409)
        case "stations":
            return web.json_response(STATION, status=201)
        case "sessions":
            empty = request.headers["X-Laddnav-Operator"] == "north"
            return web.json_response({"items": [] if empty else [SESSION] * 2, "next": None})
        case "sessions/1":
            return web.json_response(SESSION)
        case _:
            return web.Response(status=204)


@asynccontextmanager
async def connect(_: Settings, operator: str) -> AsyncIterator[Api]:
    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        headers = {"X-Laddnav-Operator": operator}
        async with aiohttp.ClientSession(site_url(runner), headers=headers) as http:
            yield Api(http, own=False)
    finally:
        await runner.cleanup()


def site_url(runner: web.ServerRunner) -> str:
    return f"http://127.0.0.1:{runner.addresses[0][1]}"


@pytest.fixture(autouse=True)
def _api(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "connect", connect)
    monkeypatch.setattr(session, "connect", connect)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments)


def test_what_promises_json_prints_json(tmp_path: Path) -> None:
    exported: list[Any] = json.loads(run("session", "export", "--json").stdout)
    assert [item["doubt_codes"] for item in exported] == [["reset", "no_end"]] * 2
    assert json.loads(run("session", "export", "--json", "--operator", "north").stdout) == []
    copy = tmp_path / "copy.db"
    assert json.loads(run("db", "backup", str(copy), "--json").stdout) == {"path": str(copy)}
    both = run("session", "export", "--json", "--format", "csv")
    assert (both.exit_code, both.stdout) == (2, "")


def test_a_failure_is_a_problem_under_json_and_each_sentence_is_told_once_without() -> None:
    told = run("station", "add", "TWICE", "--password", "a long password", "--json")
    assert (told.exit_code, told.stdout, json.loads(told.stderr)) == (1, "", EXISTS)
    said = run("station", "add", "TWICE", "--password", "a long password")
    assert (said.exit_code, said.stderr) == (1, f"laddnav: {EXISTS['detail']}\n")
    own = run("call", "CP1", "Reset", "{type}", "--json")
    assert own.exit_code == 2
    assert json.loads(own.stderr)["detail"].startswith("the payload is not JSON")


def test_a_list_names_doubts_and_one_session_says_them_line_by_line() -> None:
    listed = run("session", "list").stdout
    assert "reset, no_end" in listed
    assert DOUBTS[0] not in listed
    lines = [line.strip() for line in run("session", "show", "1").stdout.splitlines()]
    assert f"doubts       {DOUBTS[0]}" in lines
    assert DOUBTS[1] in lines


def test_a_station_is_shown_with_the_settings_that_are_not_as_usual() -> None:
    shown = run("station", "add", "CP1", "--password", "a long password")
    assert shown.stdout.splitlines()[-1].split() == ["settings", "serial:", "SN-1"]
    assert shown.stderr == ""


def test_a_station_that_anybody_may_be_is_not_made_in_silence() -> None:
    silent = run("station", "add", "CP1", "--security-profile", "0")
    warned = run("station", "add", "CP1")
    assert (silent.exit_code, silent.stderr) == (0, "")
    assert (warned.exit_code, warned.stderr.count("\n")) == (0, 1)
    assert "whoever knows its name may come as it" in warned.stderr
    assert "laddnav station change CP1 --password" in warned.stderr
