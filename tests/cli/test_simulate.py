"""What is said when no simulated station comes in."""

import socket

from click.testing import CliRunner

from laddnav.cli.app import cli


def test_a_fleet_of_which_no_station_ever_came_in_fails_and_says_why() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens here
        url = f"ws://127.0.0.1:{taken.getsockname()[1]}/ocpp"
        arguments = ["--url", url, "--stations", "2", "--prefix", "Q", "--speed", "1000"]
        done = CliRunner().invoke(cli, ["simulate", *arguments, "--minutes", "0.08"])
    assert done.exit_code == 1
    assert "no station ever came in (" in done.stderr
    assert "none had tried" not in done.stderr
    assert "laddnav station add" in done.stderr
    assert "laddnav station import" in done.stderr
