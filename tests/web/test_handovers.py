"""Password rotations, profile upgrades and bulk operations over the API."""

from typing import Any

import httpx
import pytest

from laddnav.kernel.keys import StationKey
from laddnav.stations.model import NewStation
from laddnav.stations.model.handover import Taken
from laddnav.stations.service.passage import Noted
from tests.web.asking import everything, problem
from tests.web.charging import Charging
from tests.web.house import House

ROTATIONS = "/api/v1/stations/CP1/credential-rotations"
UPGRADES = "/api/v1/stations/CP1/profile-upgrades"
KEY = StationKey("default", "CP1")


@pytest.fixture(autouse=True)
async def stations(house: House) -> None:
    for identity in ("CP1", "CP2", "CP3"):
        new = NewStation(identity=identity, security_profile=1, password="a long password")
        await house.stations.register.add("default", new)


async def begun(api: httpx.AsyncClient, path: str = ROTATIONS, **body: object) -> dict[str, Any]:
    answer = await api.post(path, json=body)
    assert answer.status_code == 201, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


async def test_a_rotation_is_planned_shown_listed_and_cancelled(api: httpx.AsyncClient) -> None:
    first = await begun(api, reset=True)
    assert first["password"] is None
    rotation = first["handover"]
    assert (rotation["state"], rotation["kind"], rotation["reset"]) == ("planned", "password", True)
    assert [step["name"] for step in rotation["steps"]] == ["planned"]
    path = f"{ROTATIONS}/{rotation['id']}"
    assert (await api.get(path)).json() == rotation
    cancelled = await api.delete(path)
    assert (cancelled.status_code, cancelled.json()["state"]) == (200, "cancelled")
    problem(await api.delete(path), 409)
    await begun(api)
    items = await everything(api, "stations/CP1/credential-rotations", 1)
    assert [item["state"] for item in items] == ["planned", "cancelled"]
    assert await everything(api, "stations/CP1/profile-upgrades", 1) == []


async def test_a_second_one_conflicts_and_names_the_first(api: httpx.AsyncClient) -> None:
    first = await begun(api)
    body = problem(await api.post(ROTATIONS, json={}), 409)
    assert first["handover"]["id"] in body["detail"]
    body = problem(await api.post(UPGRADES, json={"profile": 2, "unchecked": True}), 409)
    assert first["handover"]["id"] in body["detail"]


async def test_asked_for_twice_under_one_name_it_is_one(api: httpx.AsyncClient) -> None:
    first = await begun(api, request="monday")
    again = await api.post(ROTATIONS, json={"request": "monday"})
    assert (again.status_code, again.json()) == (200, first)


async def test_a_password_to_be_typed_in_is_shown_once(api: httpx.AsyncClient) -> None:
    first = await begun(api, manual=True, request="once")
    password = first["password"]
    assert len(password) == 40
    again = (await api.post(ROTATIONS, json={"manual": True, "request": "once"})).json()
    assert again["password"] is None
    listed = (await api.get(ROTATIONS)).text
    assert password not in listed


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({"profile": 0}, 422, "lower security profile"),
        ({"profile": 1}, 422, "already"),
        ({"profile": 4}, 422, "profile"),
        ({"profile": 2}, 409, "nobody knows"),
        ({"profile": 3, "unchecked": False}, 409, "nobody knows"),
        ({"profile": 2, "unchecked": True, "url": "ws://x/ocpp"}, 422, "wss://"),
    ],
)
@pytest.mark.ocpp("A05.FR.02")
@pytest.mark.ocpp("A05.FR.03")
async def test_an_upgrade_that_lacks_something_is_refused_with_what_it_lacks(
    api: httpx.AsyncClient, body: dict[str, object], status: int, words: str
) -> None:
    detail = problem(await api.post(UPGRADES, json=body), status)["detail"]
    assert words in detail.lower()
    assert await everything(api, "stations/CP1/profile-upgrades", 1) == []


async def test_an_upgrade_to_a_password_needs_one(house: House, api: httpx.AsyncClient) -> None:
    await house.stations.register.add("default", NewStation(identity="OPEN", security_profile=0))
    path = "/api/v1/stations/OPEN/profile-upgrades"
    assert "rotate" in problem(await api.post(path, json={"profile": 1}), 409)["detail"]


async def test_an_upgrade_is_planned(api: httpx.AsyncClient) -> None:
    first = await begun(api, UPGRADES, profile=2, unchecked=True, url="wss://x/ocpp")
    assert (first["handover"]["kind"], first["handover"]["profile"]) == ("profile", 2)
    problem(await api.get(f"{ROTATIONS}/{first['handover']['id']}"), 404)


async def test_what_a_call_carried_is_listed_with_its_origin(
    house: House, api: httpx.AsyncClient
) -> None:
    noted = await house.stations.passage.sending(KEY, password="x" * 16, profile=None)
    assert isinstance(noted, Noted)
    await house.stations.passage.answered(KEY, noted, Taken.REJECTED, "Rejected")
    (item,) = (await api.get(ROTATIONS)).json()["items"]
    assert (item["origin"], item["state"], item["reason"]) == ("call", "rejected", "Rejected")


async def test_many_stations_have_their_results_and_can_be_stopped(
    house: House, api: httpx.AsyncClient
) -> None:
    await Charging(house).connect(KEY)
    await begun(api)
    body = {"stations": ["CP1", "CP2", "CP3", "NONE"], "per_minute": 5}
    answer = await api.post("/api/v1/credential-rotations", json=body)
    assert answer.status_code == 201, answer.text
    bulk = answer.json()
    assert (bulk["what"], bulk["state"], bulk["total"]) == ("new passwords", "running", 4)
    assert bulk["counts"] == {"failed": 1, "waiting": 3}
    await house.bulk_operations_go_on()
    path = f"bulk-operations/{bulk['id']}"
    items = await everything(api, f"{path}/items", 1)
    assert [(item["station"], item["state"]) for item in items] == [
        ("CP1", "failed"), ("CP2", "waiting"), ("CP3", "waiting"), ("NONE", "failed"),
    ]  # fmt: skip
    assert "handed over already" in items[0]["reason"]
    waiting = (await api.get(f"/api/v1/{path}/items?state=waiting")).json()["items"]
    assert [item["station"] for item in waiting] == ["CP2", "CP3"]
    stopped = (await api.delete(f"/api/v1/{path}")).json()
    assert (stopped["state"], stopped["counts"]) == ("stopped", {"stopped": 2, "failed": 2})
    assert stopped["stopped_at"] is not None
    assert (await api.get(f"/api/v1/{path}")).json() == stopped
    listed = await everything(api, "bulk-operations", 1)
    assert [item["id"] for item in listed] == [bulk["id"]]


async def test_many_upgrades_are_checked_one_by_one(house: House, api: httpx.AsyncClient) -> None:
    await Charging(house).connect(KEY)
    body = {"stations": ["CP1"], "profile": 2}
    bulk = (await api.post("/api/v1/profile-upgrades", json=body)).json()
    await house.bulk_operations_go_on()
    (item,) = await everything(api, f"bulk-operations/{bulk['id']}/items", 1)
    assert (item["state"], "certificates" in item["reason"]) == ("failed", True)


async def test_another_operator_sees_nothing_of_it(
    api: httpx.AsyncClient, rival: httpx.AsyncClient
) -> None:
    rotation = (await begun(api))["handover"]
    body = {"stations": ["CP2"]}
    bulk = (await api.post("/api/v1/credential-rotations", json=body)).json()
    for path in (ROTATIONS, f"{ROTATIONS}/{rotation['id']}"):
        problem(await rival.get(path), 404)
    problem(await rival.post(ROTATIONS, json={}), 404)
    problem(await rival.delete(f"{ROTATIONS}/{rotation['id']}"), 404)
    for path in (f"bulk-operations/{bulk['id']}", f"bulk-operations/{bulk['id']}/items"):
        problem(await rival.get(f"/api/v1/{path}"), 404)
    problem(await rival.delete(f"/api/v1/bulk-operations/{bulk['id']}"), 404)
    assert await everything(rival, "bulk-operations", 1) == []
