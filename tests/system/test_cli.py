"""The command line, beside a running server and without one."""

import asyncio
import csv
import json
import shutil
import signal
import sqlite3
import subprocess
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from ocpp.exceptions import NotSupportedError

from tests.system.foreign import add, add_token, at, plugged
from tests.system.server import LADDNAV, ApiClient, LaddnavServer

FAR = "2099-01-01T00:00:00Z"
pytestmark = [pytest.mark.system, pytest.mark.asyncio(loop_scope="module")]


class Done(NamedTuple):
    """A command that ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def identities(listed: Done) -> list[str]:
    return [item["identity"] for item in listed.json]


async def run(server: LaddnavServer, *arguments: str | Path) -> Done:
    """Run a command against the server's database, which may be running or not."""
    done = await asyncio.to_thread(
        subprocess.run,
        [LADDNAV, *arguments],
        env=server.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


# ---- lists of stations and tokens --------------------------------------------------------------


async def test_stations_and_tokens_are_added_listed_shown_changed_and_removed(
    shared: LaddnavServer,
) -> None:
    added = await run(shared, "station", "add", "CP 1/2", "--password", "a long password", "--json")
    assert (added.status, added.json["security_profile"]) == (0, 1)
    assert "password" not in added.out.replace("password_form", "")
    listed, shown, told = await asyncio.gather(
        run(shared, "station", "list", "--json"),
        run(shared, "station", "show", "CP 1/2"),
        run(shared, "token", "add", "04A1", "--group", "fleet", "--valid-until", FAR),
    )
    assert "CP 1/2" in identities(listed)
    assert "CP 1/2" in shown.out
    assert (told.status, told.err) == (0, "")
    changed = await run(shared, "token", "change", "04a1", "--status", "blocked", "--json")
    assert (changed.json["status"], changed.json["group"]) == ("blocked", "fleet")
    removed = await run(shared, "station", "remove", "CP 1/2", "--yes")
    assert (removed.status, removed.out) == (0, "CP 1/2 is removed.\n")
    assert "CP 1/2" not in identities(await run(shared, "station", "list", "--json"))


async def test_a_file_of_stations_with_bad_lines_is_taken_only_where_asked(
    shared: LaddnavServer, tmp_path: Path
) -> None:
    file = tmp_path / "stations.csv"
    file.write_text(
        "identity,password,security_profile\n"
        "CSV-1,first password 1,1\n"
        "CSV:2,second password,1\n"
        "CSV-3,third password 33,9\n"
        "CSV-4,,0\n",
        encoding="utf-8-sig",
    )
    refused = await run(shared, "station", "import", file)
    assert (refused.status, refused.out) == (1, "")
    lines = refused.err.splitlines()
    assert lines[0].startswith("laddnav: Nothing was taken")
    assert [line.split(":")[0].strip() for line in lines[1:]] == ["line 3", "line 4"]
    taken = await run(shared, "station", "import", "--partial", file)
    assert (taken.status, taken.out) == (1, "2 added, 0 updated.\n")
    assert [line.split(":")[0] for line in taken.err.splitlines()] == ["line 3", "line 4"]
    listed = await run(shared, "station", "list", "--json")
    assert [name for name in identities(listed) if "CSV" in name] == ["CSV-1", "CSV-4"]


async def test_a_file_of_tokens_with_bad_lines_is_taken_only_where_asked(
    shared: LaddnavServer, tmp_path: Path
) -> None:
    file = tmp_path / "tokens.csv"
    file.write_text("uid;status;group\nCSV-A;accepted;g\nCSV-B;perhaps;g\nCSV-C;;\n", "utf-8")
    refused = await run(shared, "token", "import", file)
    assert refused.status == 1
    assert "line 3:" in refused.err
    taken = await run(shared, "token", "import", "--partial", "--json", file)
    assert taken.status == 1
    assert (taken.json["added"], [error["line"] for error in taken.json["errors"]]) == (2, [3])
    file.write_bytes("uid\nSMÖR\n".encode("latin-1"))
    latin = await run(shared, "token", "import", file)
    assert (latin.status, latin.err.count("\n")) == (1, 1)
    assert "CSV UTF-8" in latin.err


async def test_what_cannot_be_done_is_one_line_and_a_status(shared: LaddnavServer) -> None:
    wrong: list[tuple[int, str, tuple[str, ...]]] = [
        (1, "no station", ("station", "show", "NOBODY")),
        (1, "no token", ("token", "change", "NOBODY", "--status", "blocked")),
        (1, "no session", ("session", "show", "nonsense")),
        (1, "no station", ("call", "NOBODY", "Reset", '{"type":"Soft"}')),
        (1, "identity", ("station", "add", "A:B", "--password", "a long password")),
        (2, "not JSON", ("call", "NOBODY", "Reset", "{type}")),
        (2, "cannot be read", ("station", "list", "--config", "/nowhere.toml")),
        (2, "", ("station", "list", "--database", "mysql://db/x")),
        (1, "operator", ("station", "list", "--operator", "nobody")),
    ]
    answers = await asyncio.gather(*(run(shared, *arguments) for _, _, arguments in wrong))
    for (status, words, arguments), done in zip(wrong, answers, strict=True):
        assert done.status == status, (arguments, done)
        assert done.out == ""
        assert done.err.startswith("laddnav: "), arguments
        assert words.casefold() in done.err.casefold(), (arguments, done.err)
        assert "Traceback" not in done.err


async def test_a_key_opens_the_api_until_it_is_revoked(shared: LaddnavServer) -> None:
    created = await run(shared, "api-key", "create", "--name", "till", "--json")
    listed = await run(shared, "api-key", "list", "--json")
    mine = next(item for item in listed.json if item["name"] == "till")
    assert created.json["key"].startswith(mine["prefix"])
    assert created.json["key"] not in listed.out
    async with ApiClient(shared.web, created.json["key"]) as api:
        assert (await api.http.get("stations")).status_code == httpx.codes.OK
        await run(shared, "api-key", "revoke", mine["id"])
        assert (await api.http.get("stations")).status_code == httpx.codes.UNAUTHORIZED


async def test_a_backup_is_whole(shared: LaddnavServer, tmp_path: Path) -> None:
    await run(shared, "token", "add", "BACKED-UP")
    copy = tmp_path / "copy.db"
    assert (await run(shared, "db", "backup", copy)).status == 0
    connection = sqlite3.connect(copy)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        found = connection.execute("SELECT uid FROM tokens WHERE uid = 'BACKED-UP'").fetchall()
        assert found == [("BACKED-UP",)]
    finally:
        connection.close()


async def test_operators_see_only_what_is_theirs(shared: LaddnavServer) -> None:
    await run(shared, "operator", "add", "north", "--name", "Norr")
    await run(shared, "station", "add", "N-1", "--operator", "north")
    theirs, ours, policy = await asyncio.gather(
        run(shared, "station", "list", "--operator", "north", "--json"),
        run(shared, "station", "show", "N-1"),
        run(shared, "operator", "policy", "north", "--unknown-tokens", "accept", "--json"),
    )
    assert identities(theirs) == ["N-1"]
    assert ours.status == 1
    assert policy.json["policies"]["unknown_tokens"] == "accept"


# ---- without a server --------------------------------------------------------------------------


async def test_without_a_server_commands_open_the_database_themselves(
    sqlite_template: Path, tmp_path: Path
) -> None:
    database = shutil.copy(sqlite_template, tmp_path / "laddnav.db")
    stopped = LaddnavServer(f"sqlite:///{database}", tmp_path)
    file = tmp_path / "tokens.csv"
    file.write_text("uid,status\nT-1,accepted\nT-2,perhaps\n", "utf-8")
    added, taken = await asyncio.gather(
        run(stopped, "station", "add", "CP1", "--password", "a long password"),
        run(stopped, "token", "import", "--partial", file),
    )
    assert (added.status, added.err) == (0, "")
    assert (taken.status, taken.out) == (1, "1 added, 0 updated.\n")
    shown, tokens, called, foreign = await asyncio.gather(
        run(stopped, "station", "show", "CP1", "--json"),
        run(stopped, "token", "list", "--json"),
        run(stopped, "call", "CP1", "Reset", '{"type":"Soft"}'),
        run(stopped, "station", "list", "--database", "mysql://db/x"),
    )
    assert (shown.json["identity"], shown.json["connected"]) == ("CP1", False)
    assert [item["uid"] for item in tokens.json] == ["T-1"]
    assert (called.status, called.err.count("\n")) == (1, 1)
    assert "not connected" in called.err
    assert (foreign.status, foreign.err.count("\n")) == (2, 1)


async def test_a_database_of_a_newer_version_is_left_alone(
    sqlite_template: Path, tmp_path: Path
) -> None:
    database = shutil.copy(sqlite_template, tmp_path / "laddnav.db")
    connection = sqlite3.connect(database)
    try:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    finally:
        connection.close()
    newer = LaddnavServer(f"sqlite:///{database}", tmp_path)
    listed, served = await asyncio.gather(
        run(newer, "station", "list"), run(newer, "serve", "--ocpp", "127.0.0.1:0")
    )
    for done in (listed, served):
        assert (done.status, done.out, done.err.count("\n")) == (2, "", 1)
        assert "newer" in done.err


# ---- with a running server only ----------------------------------------------------------------


async def test_a_call_prints_what_the_station_answered(
    shared: LaddnavServer, shared_api: ApiClient
) -> None:
    await add(shared_api, "CALLED")
    away = await run(shared, "call", "CALLED", "Reset", '{"type":"Soft"}')
    assert (away.status, away.out) == (1, "")
    assert "not connected" in away.err
    async with plugged(shared.ocpp, "CALLED") as point:
        await point.boot()
        point.answers("Reset", status="Accepted")
        point.fails("ClearCache", NotSupportedError(description="no cache", details={}))
        done, failed, unfit, strange = await asyncio.gather(
            run(shared, "call", "CALLED", "Reset", '{"type":"Soft"}'),
            run(shared, "call", "CALLED", "ClearCache"),
            run(shared, "call", "CALLED", "Reset", '{"type":"Warm"}'),
            run(shared, "call", "CALLED", "Explode"),
        )
        listed = await run(shared, "station", "messages", "CALLED", "--action", "Reset", "--json")
    assert (done.status, done.json) == (0, {"result": {"status": "Accepted"}})
    assert (failed.status, failed.json["error"]["code"]) == (1, "NotSupported")
    assert (unfit.status, strange.status) == (1, 1)
    assert "type" in unfit.err
    assert "no such action" in strange.err
    assert [item["kind"] for item in listed.json] == ["result", "call"]


async def test_sessions_are_listed_shown_and_exported(
    shared: LaddnavServer, shared_api: ApiClient
) -> None:
    await add(shared_api, "TOLD")
    await add_token(shared_api, "=1+1")
    async with plugged(shared.ocpp, "TOLD") as point:
        fields = {"connector_id": 1, "id_tag": "=1+1", "meter_start": 0, "timestamp": at()}
        number = (await point.call("StartTransaction", **fields)).transaction_id
        ended = {"transaction_id": number, "meter_stop": 4200, "timestamp": at(60)}
        await point.call("StopTransaction", **ended)
        started = await point.call("StartTransaction", **{**fields, "timestamp": at(70)})
        assert started.id_tag_info["status"] == "Accepted"
    of_it = ("--station", "TOLD")
    listed, running, exported, lines, table = await asyncio.gather(
        run(shared, "session", "list", *of_it, "--json"),
        run(shared, "session", "list", *of_it, "--state", "running", "--json"),
        run(shared, "session", "export", *of_it),
        run(shared, "session", "export", *of_it, "--format", "jsonl", "--state", "ended"),
        run(shared, "session", "list", *of_it),
    )
    assert [item["energy_wh"] for item in listed.json] == [0, 4200]
    assert [item["state"] for item in running.json] == ["running"]
    rows = list(csv.DictReader(StringIO(exported.out)))
    assert [row["energy_wh"] for row in rows] == ["0", "4200"]
    assert rows[0]["token"] == "'=1+1"  # a spreadsheet must not run it
    assert [json.loads(line)["energy_wh"] for line in lines.out.splitlines()] == [4200]
    assert "4200" in table.out
    shown = await run(shared, "session", "show", listed.json[1]["id"], "--json")
    assert shown.json["ended_at"] == at(60)


async def test_refusals_and_knocking_stations_are_listed(
    shared: LaddnavServer, shared_api: ApiClient
) -> None:
    with pytest.raises(Exception, match="404"):
        async with plugged(shared.ocpp, "PASSER-BY"):
            pass
    await shared_api.until("knocking", lambda page: len(page["items"]) == 1)
    refused, knocking = await asyncio.gather(
        run(shared, "refusal", "list", "--json"), run(shared, "station", "knocking")
    )
    assert refused.json[0]["reason"] == "unknown_station"
    assert refused.json[0]["remedy"]
    assert "PASSER-BY" in knocking.out


async def test_the_doctor_finds_the_running_server(shared: LaddnavServer) -> None:
    done = await run(shared, "doctor", "--json")
    states = {finding["subject"]: finding["state"] for finding in done.json}
    assert (done.status, states["server"]) == (0, "ok")


async def test_simulated_stations_come_charge_and_leave(
    shared: LaddnavServer, shared_api: ApiClient
) -> None:
    for number in range(1, 4):
        await add(shared_api, f"FLEET-{number:04}", password=f"secret of FLEET-{number:04}")
    for number in range(1, 101):
        await add_token(shared_api, f"SIM{number:05}")
    process = await asyncio.create_subprocess_exec(
        LADDNAV, "simulate", "--url", shared.ocpp, "--stations", "3", "--prefix", "FLEET",
        "--password", "secret of {identity}", "--speed", "500",
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        await shared_api.until(
            "stations", lambda page: len(page["items"]) == 3, connected="true", search="FLEET-"
        )
        await shared_api.until(
            "sessions",
            lambda page: any(
                item["state"] == "ended" and item["station"].startswith("FLEET-")
                for item in page["items"]
            ),
        )
    finally:
        process.send_signal(signal.SIGINT)
        async with asyncio.timeout(60):
            _, errors = await process.communicate()
    assert (process.returncode, errors) == (0, b"")
    versions = {
        item["ocpp_version"] for item in await shared_api.items("stations", search="FLEET-")
    }
    assert versions == {"1.6", "2.0.1", "2.1"}
    await shared_api.until(
        "stations", lambda page: page["items"] == [], connected="true", search="FLEET-"
    )
