"""Nobody gets in without a key, and nobody sees what is another operator's."""

from collections import defaultdict
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute
from structlog.testing import capture_logs

from laddnav.stations.model import NewSite, Site
from laddnav.web.application import application
from laddnav.web.door import OPEN, Door
from tests.web.asking import problem
from tests.web.charging import Charging
from tests.web.house import House, asking

PARAMETERS = {"identity": "CP1", "uid": "CARD1"}
EVERYBODYS = {"/api/v1/quirks"}
"""Lists of what belongs to no operator."""
OF_ANYBODY = {"/api/v1/stations/{identity}/doctor"}
"""What speaks of identities that nobody knows, too."""
BODIES: dict[str, Any] = {
    "stations/{identity}/calls": {"action": "Reset", "payload": {"type": "Soft"}},
    "stations/{identity}/commands/unlock": {"evse": 1},
    "stations/{identity}/commands/change-availability": {"operative": True},
    "stations/{identity}/commands/trigger": {"message": "boot"},
    "stations/{identity}/commands/stop": {"transaction_id": "1"},
    "stations/{identity}/commands/set-configuration": {"values": {"a": "b"}},
    "stations/{identity}/commands/set-network-profile": {
        "slot": 1,
        "url": "wss://example.org",
        "security_profile": 2,
        "interface": "Wired0",
    },
    "stations/{identity}/profile-upgrades": {"profile": 2, "unchecked": True},
    "certificates/installed/{identity}/install": {"certificate": "PEM"},
    "certificates/installed/{identity}/delete": {"serial_number": "01"},
    "sites/{site_id}": {"name": "Mine", "time_zone": "Europe/Oslo"},
    "templates/{template_id}": {
        "name": "Mine",
        "values": [{"name": "HeartbeatInterval", "value": "300"}],
    },
}


def named(parameters: dict[str, str]) -> dict[str, str]:
    """Return these parameters, and "x" for all others."""
    return defaultdict(lambda: "x", parameters)


def routes(house: House) -> list[tuple[str, str]]:
    """Every method and path that the public application knows."""
    door = application(house.rooms, local=False)
    assert isinstance(door, Door)
    inner = door.inner
    assert isinstance(inner, Litestar)
    return [
        (method, route.path_format)
        for route in inner.routes
        if isinstance(route, HTTPRoute)
        for method in sorted(route.methods)
    ]


async def test_every_route_asks_for_a_key(house: House, stranger: httpx.AsyncClient) -> None:
    known = routes(house)
    assert len(known) > 60
    for method, path in known:
        if path in OPEN:
            continue
        answer = await stranger.request(method, path.format_map(named(PARAMETERS)))
        body = problem(answer, 401)
        assert answer.headers["www-authenticate"] == "Bearer", path
        assert "api-key create" in body["detail"]


async def test_what_is_open_shows_no_data(stranger: httpx.AsyncClient) -> None:
    assert {"/healthz", "/readyz", "/metrics", "/api/v1/openapi.json"} == OPEN
    for path in OPEN:
        assert (await stranger.get(path)).status_code == 200


@pytest.mark.parametrize(
    "path",
    ["//healthz", "/healthz/", "/healthz/../api/v1/stations", "/api/v1//stations", "/%61pi", "/x"],
)
async def test_no_spelling_of_a_path_gets_past_the_door(
    stranger: httpx.AsyncClient, path: str
) -> None:
    request = stranger.build_request("GET", "/")
    request.url = request.url.copy_with(raw_path=path.encode())
    problem(await stranger.send(request), 401)


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer x", "Basic eDp5", "bearer lnv_" + "0" * 64, "lnv_" + "0" * 64]
)
async def test_what_is_no_key_opens_nothing(url: str, header: str) -> None:
    async with httpx.AsyncClient(base_url=url, headers={"Authorization": header}) as client:
        problem(await client.get("/api/v1/stations"), 401)


async def test_two_keys_at_once_open_nothing(house: House, url: str) -> None:
    keys = [("Authorization", f"Bearer {await house.key()}") for _ in range(2)]
    async with httpx.AsyncClient(base_url=url, headers=keys) as client:
        problem(await client.get("/api/v1/stations"), 401)


async def test_a_revoked_key_opens_nothing_any_more(house: House, url: str) -> None:
    async with asking(url, await house.key()) as client:
        assert (await client.get("/api/v1/stations")).status_code == 200
        (known,) = await house.accounts.list_api_keys("default")
        await house.accounts.revoke_api_key("default", known.id)
        problem(await client.get("/api/v1/stations"), 401)


async def test_a_key_never_names_another_operator(api: httpx.AsyncClient, house: House) -> None:
    await Charging(house, "rival").add_station()
    answer = await api.get("/api/v1/stations", headers={"X-Laddnav-Operator": "rival"})
    assert answer.json()["items"] == []


async def test_local_routes_are_not_served_to_keys(api: httpx.AsyncClient) -> None:
    for path in ("api-keys", "operators", "status", "backup", "certificates/reload"):
        problem(await api.get(f"/api/v1/{path}"), 404)


async def test_another_operator_sees_and_changes_nothing(
    house: House, api: httpx.AsyncClient, rival: httpx.AsyncClient
) -> None:
    charging = Charging(house)
    key = await charging.session()
    await charging.connect(key)
    await charging.stray(key, 77)
    charging.talk(key)
    charging.knock("CP9")
    site = await house.stations.register.put_site("default", NewSite(name="A", time_zone="UTC"))
    assert isinstance(site, Site)
    (session,) = (await api.get("/api/v1/sessions")).json()["items"]
    names = {**PARAMETERS, "session_id": session["id"], "site_id": site.id}
    before = await state(api)
    for method, path in routes(house):
        if path in OPEN or method == "OPTIONS":
            continue
        answer = await ask(rival, method, path, names)
        if path in OF_ANYBODY:
            told = answer.json()
            assert (told["known"], told["attempts"], told["links"]) == (False, [], []), path
        elif "{" in path:
            problem(answer, 404)
        elif method == "GET" and path not in EVERYBODYS:
            told = answer.json()
            assert (told["items"], told["next"]) == ([], None), path
    assert await state(api) == before
    assert house.control.told == []


async def ask(
    client: httpx.AsyncClient, method: str, path: str, names: dict[str, str]
) -> httpx.Response:
    quoted = {name: quote(value, safe="") for name, value in names.items()}
    filled = path.format_map(named(quoted))
    if method in {"GET", "DELETE"}:
        return await client.request(method, filled)
    return await client.request(method, filled, json=BODIES.get(path.removeprefix("/api/v1/"), {}))


async def state(client: httpx.AsyncClient) -> list[Any]:
    """All that an operator has."""
    lists = ("stations", "tokens", "sessions", "refusals", "knocking", "sites", "evidence")
    return [(await client.get(f"/api/v1/{name}")).json() for name in lists]


async def test_a_local_caller_names_its_operator(house: House, local: httpx.AsyncClient) -> None:
    await Charging(house, "rival").add_station("R1")
    answer = await local.get("/api/v1/stations")
    assert answer.json()["items"] == []
    answer = await local.get("/api/v1/stations", headers={"X-Laddnav-Operator": "rival"})
    assert [item["identity"] for item in answer.json()["items"]] == ["R1"]


@pytest.mark.parametrize("slug", ["nobody", "../default", "Ünknown"])
async def test_a_local_caller_cannot_name_an_operator_that_is_none(
    local: httpx.AsyncClient, slug: str
) -> None:
    headers = {b"X-Laddnav-Operator": slug.encode()}
    body = problem(await local.get("/api/v1/stations", headers=headers), 404)
    assert "operator" in body["detail"]


async def test_every_answer_bears_the_request_id(api: httpx.AsyncClient) -> None:
    answer = await api.get("/api/v1/stations", headers={"X-Request-Id": "mine-1"})
    assert answer.headers["x-request-id"] == "mine-1"
    answer = await api.get("/api/v1/stations", headers={"X-Request-Id": "not one of <mine>"})
    assert len(answer.headers["x-request-id"]) == 36
    assert answer.headers["cache-control"] == "no-store"
    assert "server" not in answer.headers


async def test_the_log_holds_neither_keys_nor_queries_nor_tokens(house: House, url: str) -> None:
    key = await house.key()
    with capture_logs() as logs:
        async with asking(url, key) as client:
            await client.get("/api/v1/stations?search=s3cret")
            await client.get("/api/v1/tokens/s3cret")
            await client.get("/api/v1/tokens/s3cret", headers={"Authorization": "s3cret"})
    answered = [line for line in logs if line["event"] == "answered"]
    assert [(line["path"], line["status"]) for line in answered] == [
        ("/api/v1/stations", 200),
        ("/api/v1/tokens/...", 404),
        ("/api/v1/tokens/...", 401),
    ]
    assert {line["log_level"] for line in answered} == {"debug"}
    assert "s3cret" not in str(logs)
    assert key not in str(logs)
