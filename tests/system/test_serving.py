"""The server as a process: how it starts, says so, stops, and refuses to start."""

import asyncio
import os
import signal
import socket
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

from tests.system.server import LADDNAV, ApiClient, LaddnavServer


async def test_the_ready_line_names_addresses_that_answer(
    server: LaddnavServer, api: ApiClient
) -> None:
    response = await api.http.get(f"{server.web}/readyz")
    assert response.status_code == 200


async def test_sigterm_ends_the_server_with_status_0(server: LaddnavServer) -> None:
    assert await server.stop() == 0


async def test_a_command_finds_the_running_server(server: LaddnavServer) -> None:
    await server.command("station", "add", "CP1", "--password", "a long password")
    async with await server.client() as api:
        assert [item["identity"] for item in await api.items("stations")] == ["CP1"]


async def test_a_command_works_without_a_server(sqlite_url: str, tmp_path: Path) -> None:
    stopped = LaddnavServer(sqlite_url, tmp_path)
    await stopped.command("station", "add", "CP1", "--password", "a long password")
    await stopped.command("token", "add", "04A1B2C3")
    assert "CP1" in await stopped.command("station", "list")
    assert "04A1B2C3" in await stopped.command("token", "list")


async def test_a_command_that_makes_a_database_says_where(tmp_path: Path) -> None:
    stopped = LaddnavServer(f"sqlite:///{tmp_path}/typo.db", tmp_path)
    said = []
    for _ in range(2):
        listing = await asyncio.create_subprocess_exec(
            LADDNAV, "station", "list", stdout=PIPE, stderr=PIPE, env=stopped.environment
        )
        said.append((await listing.communicate())[1].decode())
    assert said == [
        f"laddnav: there was no database: a new one was made at {tmp_path}/typo.db\n",
        "",
    ]


async def test_a_port_in_use_is_one_clear_line_and_status_2(
    sqlite_url: str, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        server = LaddnavServer(sqlite_url, tmp_path)
        for flag in ("--ocpp", "--web"):
            await server.command("serve", flag, address, status=2)


async def test_a_setting_out_of_range_is_one_clear_line_and_status_2(
    sqlite_url: str, tmp_path: Path
) -> None:
    server = LaddnavServer(sqlite_url, tmp_path, journal_days="-1")
    assert await server.command("serve", status=2) == ""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_server_that_waits_for_nats_says_so_once_and_stops_when_it_is_told_to(
    sqlite_url: str, tmp_path: Path, number: signal.Signals
) -> None:
    server = LaddnavServer(sqlite_url, tmp_path, bus="nats://user:geheim@127.0.0.1:1")
    starting = await asyncio.create_subprocess_exec(
        LADDNAV, "serve", stderr=PIPE, env=server.environment
    )
    assert starting.stderr is not None
    line = await starting.stderr.readline()
    assert b"bus.nats_awaited" in line
    assert b"127.0.0.1:1" in line
    starting.send_signal(number)
    assert await starting.stderr.read() == b""
    assert await starting.wait() == 0


async def test_a_name_in_the_environment_that_is_no_setting_is_warned_of(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with LaddnavServer(sqlite_url, tmp_path, nope="geheim") as server:
        (line,) = [line for line in server.log.splitlines() if "settings.unknown" in line]
        assert "LADDNAV_NOPE" in line
        assert "geheim" not in server.log


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_before_anything_has_begun_ends_the_start_with_status_0(
    sqlite_url: str, tmp_path: Path, number: signal.Signals
) -> None:
    config = tmp_path / "pipe.toml"
    os.mkfifo(config)
    server = LaddnavServer(sqlite_url, tmp_path, config=str(config))
    starting = await asyncio.create_subprocess_exec(LADDNAV, "serve", env=server.environment)
    with await asyncio.to_thread(config.open, "wb"):  # it reads its settings now
        starting.send_signal(number)
        assert await starting.wait() == 0
