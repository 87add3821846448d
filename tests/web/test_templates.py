"""Configuration templates, drift and corrections over the API."""

from typing import Any

import httpx
import pytest

from laddnav.stations.control import CommandStatus
from laddnav.stations.model import BootReported, ConnectionInfo, NewStation, Station
from laddnav.stations.model.variables import VariableRead
from laddnav.stations.rules.variables import key_name
from tests.web.asking import everything, problem
from tests.web.house import House

TEMPLATES = "/api/v1/templates"
CORRECTIONS = "/api/v1/stations/CP1/corrections"


def body(name: str = "T", *, values: dict[str, str] | None = None, **more: Any) -> dict[str, Any]:
    told = values or {"HeartbeatInterval": "60"}
    listed = [{"name": key, "value": value} for key, value in told.items()]
    return {"name": name, "values": listed, **more}


async def added(api: httpx.AsyncClient, name: str = "T", **more: Any) -> dict[str, Any]:
    answer = await api.post(TEMPLATES, json=body(name, **more))
    assert answer.status_code == 201, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


@pytest.fixture(autouse=True)
async def station(house: House) -> None:
    """CP1, of OCPP 1.6, has booted and told its heartbeat interval."""
    new = NewStation(identity="CP1", security_profile=0)
    station = await house.stations.register.add("default", new)
    assert isinstance(station, Station)
    fleet = house.stations.fleet
    live = await fleet.claim(station)
    info = ConnectionInfo(id="1", address="127.0.0.1", version="1.6", tls=False)
    write = fleet.connected(live, info)
    now = house.clock.now()
    report = BootReported(vendor="Acme", model="Post", firmware="1")
    booted = house.stations.record_boot(live, report, now)
    told = VariableRead(
        name=key_name("HeartbeatInterval"), status=CommandStatus.ACCEPTED, value="300"
    )
    read = house.stations.variables.read(live, [told], now)
    for each in (write, booted.write, read):
        assert each is not None
        await house.rooms.database.commit(each)


async def test_a_template_is_added_shown_listed_changed_and_removed(
    api: httpx.AsyncClient,
) -> None:
    scope = {"site": None, "vendor": "Acme*", "model": None, "firmware": None, "versions": ["1.6"]}
    first = await added(api, "B", scope=scope, before_acceptance=True)
    assert (first["scope"], first["before_acceptance"], first["version"]) == (scope, True, 1)
    second = await added(api, "A")
    path = f"{TEMPLATES}/{first['id']}"
    assert (await api.get(path)).json() == first
    assert await everything(api, "templates", 1) == [second, first]
    changed = await api.put(path, json=body("C", version=1))
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    assert changed.json()["scope"]["vendor"] is None
    problem(await api.put(path, json=body("D", version=1)), 409)
    problem(await api.put(path, json=body("A")), 409)
    assert (await api.delete(path)).status_code == 204
    for gone in (api.get(path), api.delete(path), api.put(path, json=body())):
        problem(await gone, 404)


async def test_what_cannot_be_a_template_is_refused_with_the_place(api: httpx.AsyncClient) -> None:
    secret = problem(await api.post(TEMPLATES, json=body(values={"AuthorizationKey": "x"})), 422)
    assert secret["errors"][0]["field"] == "values[0].name"
    assert "rotate-password" in secret["detail"]
    nowhere = problem(await api.post(TEMPLATES, json=body(scope={"site": "?"})), 422)
    assert nowhere["errors"][0]["field"] == "scope.site"
    for wrong in (
        {"name": "T", "values": []},
        body(scope={"versions": ["1.5"]}),
        body(scope={"vendor": ""}),
        body("x" * 101),
        body(reboot=True),
    ):
        problem(await api.post(TEMPLATES, json=wrong), 422)
    await added(api)
    problem(await api.post(TEMPLATES, json=body()), 409)


async def test_drift_is_shown_of_a_station_and_of_a_template(api: httpx.AsyncClient) -> None:
    template = await added(api, values={"HeartbeatInterval": "60", "Unread": "1"})
    shown = (await api.get("/api/v1/stations/CP1/drift")).json()
    assert (shown["station"], shown["drifts"]) == ("CP1", True)
    first, second = shown["values"]
    assert (first["state"], first["wanted"], first["value"]) == ("differs", "60", "300")
    assert (first["template"], first["template_name"]) == (template["id"], "T")
    assert (second["state"], second["value"], second["tried_at"]) == ("unknown", None, None)
    assert await everything(api, f"templates/{template['id']}/drift", 1) == [shown]
    problem(await api.get("/api/v1/stations/CP2/drift"), 404)
    problem(await api.get(f"{TEMPLATES}/none/drift"), 404)
    problem(await api.get(f"{TEMPLATES}/{template['id']}/drift", params={"cursor": "x"}), 400)


async def test_a_correction_is_planned_shown_listed_and_cancelled(api: httpx.AsyncClient) -> None:
    await added(api)
    answer = await api.post(CORRECTIONS, json={"reboot": "when_idle"})
    assert answer.status_code == 201, answer.text
    begun = answer.json()
    assert (begun["state"], begun["reboot"], begun["template"]) == ("planned", "when_idle", None)
    shown = (await api.get("/api/v1/stations/CP1/drift")).json()
    assert shown["values"][0]["state"] == "pending"
    problem(await api.post(CORRECTIONS, json={}), 409)
    path = f"{CORRECTIONS}/{begun['id']}"
    assert (await api.get(path)).json() == begun
    cancelled = await api.delete(path)
    assert (cancelled.status_code, cancelled.json()["state"]) == (200, "cancelled")
    problem(await api.delete(path), 409)
    assert await everything(api, "stations/CP1/corrections", 1) == [cancelled.json()]
    problem(await api.get(f"{CORRECTIONS}/none"), 404)
    problem(await api.delete(f"{CORRECTIONS}/none"), 404)
    problem(await api.post(CORRECTIONS, json={"reboot": "always"}), 422)
    problem(await api.post("/api/v1/stations/CP2/corrections", json={}), 404)


async def test_all_that_drift_are_corrected_by_a_bulk_operation(api: httpx.AsyncClient) -> None:
    drifting, content = await added(api, "1"), await added(api, "2", values={"Other": "1"})
    path = f"{TEMPLATES}/{drifting['id']}/corrections"
    begun = await api.post(path, json={"per_minute": 10})
    assert begun.status_code == 201, begun.text
    shown = begun.json()
    assert (shown["kind"], shown["total"], shown["per_minute"]) == ("correction", 1, 10)
    assert shown["what"] == "configuration by the template 1"
    changed = body("2", values={"HeartbeatInterval": "300"}, scope={"model": "Post"})
    assert (await api.put(f"{TEMPLATES}/{content['id']}", json=changed)).status_code == 200
    none = await api.post(f"{TEMPLATES}/{content['id']}/corrections", json={})
    assert none.json()["total"] == 0
    problem(await api.post(f"{TEMPLATES}/none/corrections", json={}), 404)


async def test_nothing_of_it_is_anybody_elses(
    api: httpx.AsyncClient, rival: httpx.AsyncClient
) -> None:
    mine = await added(api)
    begun = (await api.post(CORRECTIONS, json={})).json()
    assert await everything(rival, "templates", 5) == []
    path = f"{TEMPLATES}/{mine['id']}"
    for asked in (
        rival.get(path),
        rival.put(path, json=body()),
        rival.delete(path),
        rival.get(f"{path}/drift"),
        rival.post(f"{path}/corrections", json={}),
        rival.get("/api/v1/stations/CP1/drift"),
        rival.get(CORRECTIONS),
        rival.post(CORRECTIONS, json={}),
        rival.get(f"{CORRECTIONS}/{begun['id']}"),
        rival.delete(f"{CORRECTIONS}/{begun['id']}"),
    ):
        problem(await asked, 404)
    assert (await api.get(path)).json() == mine
