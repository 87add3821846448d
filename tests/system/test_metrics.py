"""The numbers of a running server, and their description."""

import re
from base64 import b64encode
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from tests.system.rough import rough
from tests.system.server import ApiClient, LaddnavServer

DOCUMENT = Path(__file__).parents[2] / "docs/reference/metrics.md"
AUTHORIZATION = f"Basic {b64encode(b'CP1:a long password').decode()}"
BOOT = {"chargePointVendor": "V", "chargePointModel": 7}


async def numbers(api: ApiClient, server: LaddnavServer) -> dict[str, float]:
    """Return our own numbers, each by its name and the values of its labels."""
    text = (await api.http.get(f"{server.web}/metrics")).text
    return {
        " ".join([sample.name, *sample.labels.values()]): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name.startswith("laddnav_")
    }


async def test_frames_refusals_mends_and_commits_are_counted(
    server: LaddnavServer, api: ApiClient
) -> None:
    await server.command("station", "add", "CP1", "--password", "a long password")
    before = await numbers(api, server)
    async with rough(server.ocpp, "CP1", Authorization=AUTHORIZATION) as point:
        await point.ask("BootNotification", BOOT)
        point.wire.send("nonsense")
        await point.ask("Heartbeat", {})
    nowhere = server.ocpp.replace("ws://", "http://").replace("/ocpp", "/nowhere")
    assert (await api.http.get(nowhere)).status_code == 404
    after = await numbers(api, server)
    grown = {name for name, value in after.items() if value > before.get(name, 0)}
    assert {
        "laddnav_frames_total in call",
        "laddnav_frames_total in malformed",
        "laddnav_frames_total out result",
        "laddnav_refusals_total bad_path",
        "laddnav_commits_total",
        "laddnav_commit_writes_total",
        "laddnav_commit_rows_total",
    } <= grown
    assert [name for name in grown if name.startswith("laddnav_violations_total ")]
    assert after["laddnav_refusals_total bad_path"] == 1


async def test_every_number_is_described(server: LaddnavServer, api: ApiClient) -> None:
    described = set(re.findall(r"^\| `(laddnav_\w+)`", DOCUMENT.read_text("utf-8"), re.MULTILINE))
    shown = {name.split()[0] for name in await numbers(api, server)}
    assert described == shown | {"laddnav_violations_total"}  # none has been done yet
