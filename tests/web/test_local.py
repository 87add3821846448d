"""What only the owner of the server may do, over its Unix socket."""

import sqlite3
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.web.asking import everything, problem
from tests.web.house import House, asking

KEYS = "/api/v1/api-keys"
OPERATORS = "/api/v1/operators"


async def test_a_key_that_was_made_opens_the_public_api(local: httpx.AsyncClient, url: str) -> None:
    answer = await local.post(KEYS, json={"name": "billing"})
    assert answer.status_code == 201
    made = answer.json()
    assert made["key"].startswith(made["prefix"])
    assert made["name"] == "billing"
    async with asking(url, made["key"]) as client:
        assert (await client.get("/api/v1/stations")).status_code == 200
        assert (await local.delete(f"{KEYS}/{made['id']}")).status_code == 204
        problem(await client.get("/api/v1/stations"), 401)


async def test_keys_are_listed_page_by_page_without_their_text(local: httpx.AsyncClient) -> None:
    made = [(await local.post(KEYS, json={"name": str(n)})).json() for n in range(5)]
    await local.delete(f"{KEYS}/{made[0]['id']}")
    items = await everything(local, "api-keys", 2)
    assert {item["name"] for item in items} == set("01234")
    assert [item["name"] for item in items if item["revoked_at"]] == ["0"]
    assert not any("key" in item for item in items)


async def test_a_key_belongs_to_the_operator_that_is_named(local: httpx.AsyncClient) -> None:
    rival = {"X-Laddnav-Operator": "rival"}
    made = (await local.post(KEYS, json={"name": "theirs"}, headers=rival)).json()
    assert (await local.get(KEYS)).json()["items"] == []
    problem(await local.delete(f"{KEYS}/{made['id']}"), 404)
    assert (await local.delete(f"{KEYS}/{made['id']}", headers=rival)).status_code == 204


@pytest.mark.parametrize("body", [{}, {"name": " "}, {"name": "x" * 201}, {"name": "a", "b": 1}])
async def test_a_key_that_cannot_be_is_refused(
    local: httpx.AsyncClient, body: dict[str, Any]
) -> None:
    problem(await local.post(KEYS, json=body), 422)


async def test_an_operator_is_added_and_its_policies_change_one_by_one(
    local: httpx.AsyncClient,
) -> None:
    body = {"slug": "north", "name": "North", "policies": {"unknown_tokens": "accept"}}
    answer = await local.post(OPERATORS, json=body)
    assert answer.status_code == 201
    north = answer.json()
    assert (north["slug"], north["name"]) == ("north", "North")
    assert north["policies"]["unknown_tokens"] == "accept"
    assert north["policies"]["allow_profile_0"] is True
    change = {"policies": {"master_group": "boss", "allow_profile_0": False}}
    changed = (await local.patch(f"{OPERATORS}/north", json=change)).json()
    assert changed["name"] == "North"
    assert changed["policies"]["unknown_tokens"] == "accept"
    assert changed["policies"]["master_group"] == "boss"
    renamed = (await local.patch(f"{OPERATORS}/north", json={"name": "N"})).json()
    assert (renamed["name"], renamed["policies"]) == ("N", changed["policies"])


async def test_operators_are_listed_page_by_page(local: httpx.AsyncClient) -> None:
    for slug in ("a", "b", "c"):
        await local.post(OPERATORS, json={"slug": slug, "name": slug})
    items = await everything(local, "operators", 2)
    assert [item["slug"] for item in items] == ["a", "b", "c", "default", "rival"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"slug": "No Slug", "name": "x"}, 422),
        ({"slug": "ok", "name": ""}, 422),
        ({"slug": "ok"}, 422),
        ({"slug": "ok", "name": "x", "policies": {"unknown_tokens": "maybe"}}, 422),
        ({"slug": "ok", "name": "x", "policies": {"master_group": ""}}, 422),
        ({"slug": "default", "name": "x"}, 409),
    ],
)
async def test_an_operator_that_cannot_be_is_refused(
    local: httpx.AsyncClient, body: dict[str, Any], status: int
) -> None:
    problem(await local.post(OPERATORS, json=body), status)


async def test_an_operator_that_is_not_there_cannot_change(local: httpx.AsyncClient) -> None:
    problem(await local.patch(f"{OPERATORS}/nobody", json={"name": "x"}), 404)
    problem(await local.patch(f"{OPERATORS}/default", json={"policies": {"x": 1}}), 422)
    problem(await local.patch(f"{OPERATORS}/default", json={"name": " "}), 422)


async def test_the_status_shows_the_node_and_whether_it_is_ready(
    house: House, local: httpx.AsyncClient
) -> None:
    answer = (await local.get("/api/v1/status")).json()
    assert answer == {
        "ready": True, "reasons": [], "node": "here",
        "passwords_on_former_secrets": 0, "passwords_on_lost_secrets": 0,
    }  # fmt: skip
    house.obstacles = ("The server stops.",)
    answer = (await local.get("/api/v1/status")).json()
    assert (answer["ready"], answer["reasons"]) == (False, ["The server stops."])


async def test_a_backup_is_a_whole_database(local: httpx.AsyncClient, tmp_path: Path) -> None:
    await local.post("/api/v1/stations", json={"identity": "CP1"})
    path = tmp_path / "copy.db"
    answer = await local.post("/api/v1/backup", json={"path": str(path)})
    assert answer.status_code == 201, answer.text
    copy = sqlite3.connect(path)
    assert copy.execute("SELECT station FROM stations").fetchall() == [("CP1",)]
    copy.close()
    problem(await local.post("/api/v1/backup", json={"path": str(path)}), 422)
    problem(await local.post("/api/v1/backup", json={"path": "copy.db"}), 422)
    problem(await local.post("/api/v1/backup", json={"path": str(tmp_path / "no/copy.db")}), 422)
    problem(await local.post("/api/v1/backup", json={}), 422)
