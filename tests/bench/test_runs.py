"""Tiny runs from end to end: what they measure means nothing, that they end well does."""

import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import psutil  # type: ignore[import-untyped]  # published without type information
import pytest

from bench import fleet, messages, scale, soak, startup
from bench.__main__ import main
from bench.contenders import CONTENDERS, peer
from bench.figures import LADDNAV_POSTGRESQL, LADDNAV_SQLITE, PEER, Figures
from bench.processes import BenchError, Child, allow_connections, cpu_seconds, load, running

pytestmark = pytest.mark.system


def test_laddnav_on_postgresql_answers_every_message_of_the_mix() -> None:
    measured = messages.measure_once(CONTENDERS[LADDNAV_POSTGRESQL], stations=3, messages=60)
    assert measured.batch.messages == 60
    assert 0 <= measured.database_cpu_s <= measured.cpu_s
    assert measured.batch.p50_ms <= measured.batch.p99_ms


def test_laddnav_on_sqlite_answers_while_a_profile_is_taken(tmp_path: Path) -> None:
    stacks = tmp_path / "stacks"
    opening = CONTENDERS[LADDNAV_SQLITE]
    measured = messages.measure_once(opening, stations=3, messages=2_000, profile=stacks)
    assert measured.batch.messages == 2_000
    assert stacks.read_text(encoding="utf-8").strip()


def test_a_fleet_connects_is_cut_off_and_comes_back() -> None:
    measured = fleet.measure(stations=20)
    assert (measured.cold.stations, measured.warm.stations) == (20, 20)


def test_no_process_and_no_folder_is_left_behind() -> None:
    with peer(stations=2) as server, load(server.url, 2, server.folder) as generator:
        generator.connect()
        pid, folder = server.pid, server.folder
        assert folder.exists()
    assert not psutil.pid_exists(pid)
    assert not folder.exists()


def test_a_refused_station_voids_the_measurement() -> None:
    with (
        peer(1) as server,
        load(server.url, 2, server.folder) as generator,
        pytest.raises(BenchError, match="401"),
    ):
        generator.connect()


def test_a_server_that_does_not_start_is_told_with_its_last_words(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import sys; sys.exit('no disk')"]
    with (
        running(Child(command, tmp_path / "log")) as child,
        pytest.raises(BenchError, match="has ended: no disk"),
    ):
        child.line(60)


def test_the_cpu_time_of_descendants_that_have_ended_is_not_lost() -> None:
    burn = "sum(range(3_000_000))"
    script = f"import subprocess, sys; subprocess.run([sys.executable, '-c', '{burn}'])"
    script += "; print('done', flush=True); input()"
    command = [sys.executable, "-c", script]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        parent.stdout.readline()
        own = psutil.Process(parent.pid).cpu_times()
        assert cpu_seconds([parent.pid]) > own.user + own.system
        parent.communicate("\n")


def test_more_connections_than_files_is_said_clearly() -> None:
    with pytest.raises(BenchError, match="hard limit"):
        allow_connections(10**9)


def test_help_is_timed() -> None:
    assert startup.measure(runs=1) > 0


def test_the_command_prints_and_writes_what_it_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = signal.getsignal(signal.SIGTERM)
    file = tmp_path / "figures.json"
    try:
        status = main(
            ["messages", "--only", "peer", "--stations", "2", "--messages", "200",
             "--rounds", "1", "--json", str(file)]
        )  # fmt: skip
    finally:
        signal.signal(signal.SIGTERM, before)
    figures = msgspec.json.decode(file.read_bytes(), type=Figures)
    assert status == 0
    assert [one.name for one in figures.contenders] == [PEER]
    assert PEER in capsys.readouterr().out


def test_a_soak_of_seconds_finds_nothing_lost(capsys: pytest.CaptureFixture[str]) -> None:
    assert soak.main(["--minutes", "0.1", "--stations", "6", "--every", "2"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "lag ms" in lines[0]
    assert len(lines) >= 4
    assert lines[-1] == "0 lost"


def test_a_full_database_and_idle_stations_are_measured() -> None:
    measured = scale.measure(stations=3, messages=60, rows=50, idle=4, rounds=1)
    assert (measured.rows, measured.idle) == (50, 4)
    assert min(measured.empty_us, measured.full_us, measured.alone_us, measured.together_us) >= 0
