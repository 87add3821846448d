"""Configuration templates: simulated stations of all versions, and one that is not ours."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from ocpp.exceptions import NotSupportedError

from laddnav.ocpp.action import Version
from laddnav.simulator.station import SimulatedStation
from tests.official import Overheard
from tests.system.foreign import add, plugged
from tests.system.server import ApiClient, LaddnavServer

pytestmark = pytest.mark.system

KEY = "HeartbeatInterval"
VARIABLE = "OCPPCommCtrlr.HeartbeatInterval"
WANTED = {"name": "all", "values": [{"name": n, "value": "777"} for n in (KEY, VARIABLE)]}


@pytest.fixture
async def server(sqlite_url: str, tmp_path: Path) -> AsyncIterator[LaddnavServer]:
    """A server that looks at stations soon after their Boot."""
    async with LaddnavServer(
        sqlite_url, tmp_path, survey_seconds="0.2", call_seconds="2"
    ) as running:
        yield running


async def as_wanted(api: ApiClient, identity: str) -> dict[str, Any]:
    """How the one value of a station stands, once it is as it is wanted."""
    found = await api.until(
        f"stations/{identity}/drift",
        lambda drift: [each["state"] for each in drift["values"]] == ["as_wanted"],
    )
    standing: dict[str, Any] = found["values"][0]
    return standing


@pytest.mark.ocpp("B02.FR.01")
@pytest.mark.ocpp("B05.FR.11")
async def test_simulated_stations_are_configured_before_they_are_accepted(
    server: LaddnavServer,
) -> None:
    async with await server.client() as api, AsyncExitStack() as stack:
        await api.post("templates", {**WANTED, "before_acceptance": True})
        for version in Version:
            await api.post("stations", {"identity": version.value, "security_profile": 0})
            station = SimulatedStation(
                version.value,
                server.ocpp,
                version,
                listener=Overheard(version, vouches=True).hear,
            )
            stack.push_async_callback(station.close)
            life = asyncio.create_task(station.run())
            stack.callback(life.cancel)
        for version in Version:
            assert (await as_wanted(api, version.value))["value"] == "777"
            timeline = await api.until(
                f"stations/{version.value}/timeline",
                lambda page: (
                    [e["value"] for e in page["items"] if e["kind"] == "boot"][:1] == ["accepted"]
                ),
            )
            boots = [each["value"] for each in timeline["items"] if each["kind"] == "boot"]
            assert boots[-1] == "pending"
    assert '"level":"error"' not in server.log.replace(" ", "")


async def test_a_charge_point_that_is_not_ours_refuses_and_is_corrected_on_request(
    server: LaddnavServer,
) -> None:
    key = {"key": KEY, "readonly": False, "value": "300"}
    async with await server.client() as api:
        await api.post("templates", WANTED)
        await add(api, "F1")
        async with plugged(server.ocpp, "F1") as point:
            point.answers("GetConfiguration", configuration_key=[key])
            point.answers_in_turn(
                "ChangeConfiguration", {"status": "Rejected"}, {"status": "RebootRequired"}
            )
            point.answers("Reset", status="Accepted")
            assert (await point.boot()).status == "Accepted"
            refused = await api.until(
                "stations/F1/drift", lambda drift: drift["values"][0]["state"] == "rejected"
            )
            assert refused["values"][0]["detail"] == "Rejected"
            drift = json.loads(await server.command("template", "drift", "all", "--json"))
            assert [(row["station"], row["state"]) for row in drift] == [("F1", "rejected")]
            await server.command("station", "correct", "F1", "--reboot", "when-idle")
            page = await api.until(
                "stations/F1/corrections",
                lambda page: page["items"][-1]["reset_at"] and page["items"][-1]["ended_at"],
            )
            assert page["items"][-1]["reason"] == "restart asked for: Accepted"
            shown = await server.command("station", "drift", "F1")
            assert "needs_reboot" in shown
        key["value"] = "777"
        async with plugged(server.ocpp, "F1") as point:
            point.answers("GetConfiguration", configuration_key=[key])
            await point.boot()
            await as_wanted(api, "F1")
    assert "All is as templates want it." in await server.command("station", "drift", "F1")


@pytest.mark.ocpp("B02.FR.01")
@pytest.mark.parametrize("version", ["2.0.1", "2.1"])
async def test_a_charge_point_that_is_not_ours_is_pending_until_it_was_told(
    server: LaddnavServer, version: str
) -> None:
    place = {"component": {"name": "OCPPCommCtrlr"}, "variable": {"name": KEY}}
    async with await server.client() as api:
        await api.post("templates", {**WANTED, "before_acceptance": True})
        await add(api, "F2")
        async with plugged(server.ocpp, "F2", version) as point:
            point.fails("GetVariables", NotSupportedError())
            taken = {"attribute_status": "Accepted", **place}
            point.answers("SetVariables", set_variable_result=[taken])
            point.answers("TriggerMessage", status="Accepted")
            assert (await point.boot()).status == "Pending"
            asked, told, triggered = [await point.told() for _ in range(3)]
            assert (asked.action, triggered.action) == ("GetVariables", "TriggerMessage")
            assert told.fields["set_variable_data"][0]["attribute_value"] == "777"
            assert triggered.fields["requested_message"] == "BootNotification"
            assert (await point.boot()).status == "Accepted"
            assert (await as_wanted(api, "F2"))["value"] == "777"


async def test_templates_are_kept_by_command(server: LaddnavServer) -> None:
    async with await server.client() as api:
        put = ("template", "put", "Acme", f"{KEY}=60", "--vendor", "Acme*", "--version", "1.6")
        first = json.loads(await server.command(*put, "--json"))
        assert first["scope"]["vendor"] == "Acme*"
        again = json.loads(await server.command("template", "put", "Acme", "A=1", "--json"))
        assert (again["id"], again["version"]) == (first["id"], 2)
        assert again["scope"]["vendor"] is None
        assert "A=1" in await server.command("template", "list")
        assert json.loads(await server.command("template", "show", "Acme")) == again
        await server.command("template", "put", "Acme", "no value", status=2)
        await server.command("template", "put", "Acme", "AuthorizationKey=1", status=1)
        begun = json.loads(await server.command("template", "correct", "Acme", "--json"))
        assert (begun["kind"], begun["total"]) == ("correction", 0)
        await server.command("template", "remove", "Acme")
        await server.command("template", "show", "Acme", status=1)
        assert (await api.get("templates"))["items"] == []
        await add(api, "S1")
        assert "no template is for" in await server.command("station", "drift", "S1")
        await server.command("station", "correct", "S1")
        listed = json.loads(await server.command("station", "corrections", "S1", "--json"))
        await server.command("station", "cancel-correction", "S1", listed[0]["id"])
        assert "cancelled" in await server.command("station", "corrections", "S1")
