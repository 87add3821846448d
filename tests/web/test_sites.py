"""Sites over the API."""

from typing import Any

import httpx
import pytest

from tests.web.asking import everything, problem

PATH = "/api/v1/sites"
DEPOT = {"name": "Depot", "time_zone": "Europe/Stockholm", "city": "Kiruna"}


async def test_a_site_is_added_shown_changed_and_removed(api: httpx.AsyncClient) -> None:
    answer = await api.post(PATH, json=DEPOT)
    assert answer.status_code == 201
    site = answer.json()
    assert (site["name"], site["time_zone"], site["city"]) == tuple(DEPOT.values())
    path = f"{PATH}/{site['id']}"
    assert (await api.get(path)).json() == site
    changed = (await api.put(path, json={"name": "D2", "time_zone": "UTC"})).json()
    assert (changed["id"], changed["name"], changed["city"]) == (site["id"], "D2", None)
    assert changed["created_at"] == site["created_at"]
    assert (await api.delete(path)).status_code == 204
    problem(await api.get(path), 404)
    problem(await api.put(path, json=DEPOT), 404)
    problem(await api.delete(path), 404)


async def test_a_removed_site_leaves_its_stations(api: httpx.AsyncClient) -> None:
    site = (await api.post(PATH, json=DEPOT)).json()
    await api.post("/api/v1/stations", json={"identity": "CP1", "site": site["id"]})
    await api.delete(f"{PATH}/{site['id']}")
    assert (await api.get("/api/v1/stations/CP1")).json()["site"] is None


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "A"}, None),
        ({"name": "A", "time_zone": "Mars/Olympus"}, "time_zone"),
        ({"name": "x" * 201, "time_zone": "UTC"}, "name"),
        ({"name": "A", "time_zone": "UTC", "planet": "Mars"}, None),
    ],
)
async def test_a_site_that_cannot_be_is_refused(
    api: httpx.AsyncClient, body: dict[str, Any], field: str | None
) -> None:
    assert problem(await api.post(PATH, json=body), 422)["errors"][0].get("field") == field


async def test_sites_are_listed_by_name_page_by_page(api: httpx.AsyncClient) -> None:
    for name in ("C", "A", "B", "A", "D"):
        await api.post(PATH, json={"name": name, "time_zone": "UTC"})
    items = await everything(api, "sites", 2)
    assert [item["name"] for item in items] == ["A", "A", "B", "C", "D"]
