"""Stations over the API."""

from typing import Any

import httpx
import pytest

from laddnav.stations.model import NewSite, Site
from tests.web.asking import everything, problem
from tests.web.charging import Charging
from tests.web.house import House

PATH = "/api/v1/stations"


async def test_a_station_is_added_and_shown_with_all_its_fields(api: httpx.AsyncClient) -> None:
    answer = await api.post(PATH, json={"identity": "CP1", "label": "By the door"})
    assert answer.status_code == 201
    assert answer.headers["etag"] == '"1"'
    item = answer.json()
    assert item.pop("created_at") == item.pop("updated_at")
    assert item == {
        "identity": "CP1", "label": "By the door", "site": None, "security_profile": 0,
        "registration": "accepted", "connected": False, "ocpp_version": None, "vendor": None,
        "model": None, "serial": None, "firmware": None, "heard_at": None, "connected_at": None,
        "disconnected_at": None, "close_reason": None, "boot_at": None, "address": None,
        "boot_reason": None,
        "clock_skew_seconds": None, "version": 1, "connectors": [],
        "settings": {
            "assume_ocpp16": None, "deflate": None, "ping_seconds": None,
            "heartbeat_seconds": None, "free_vend": None, "settle_seconds": None,
            "triggers_at_connect": None, "deaf_after": None, "max_keys": None,
            "charging_rate_unit": None, "never_ask": None, "strict": False,
            "connector_grouping": [], "versions": [], "serial": None,
            "allow_expired_certificate": False,
        },
    }  # fmt: skip
    assert (await api.get(f"{PATH}/CP1")).json() == answer.json()


async def test_a_password_makes_profile_1_and_is_never_shown(api: httpx.AsyncClient) -> None:
    password = "correct-horse-battery"
    answer = await api.post(PATH, json={"identity": "CP1", "password": password})
    assert answer.json()["security_profile"] == 1
    shown = await api.get(f"{PATH}/CP1")
    listed = await api.get(PATH)
    for text in (answer.text, shown.text, listed.text):
        assert password not in text
        assert "password" not in text
        assert "digest" not in text


async def test_a_refused_password_is_not_repeated(api: httpx.AsyncClient) -> None:
    answer = await api.post(PATH, json={"identity": "CP1", "password": "sec\nret"})
    assert problem(answer, 422)["errors"][0]["field"] == "password"
    assert "ret" not in answer.json()["detail"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"identity": ""}, "identity"),
        ({"identity": "a:b"}, "identity"),
        ({"identity": "x" * 49}, "identity"),
        ({"identity": "CP1", "security_profile": 4}, "security_profile"),
        ({"identity": "CP1", "security_profile": 9}, "security_profile"),
        ({"identity": "CP1", "registration": "maybe"}, "registration"),
        ({"identity": "CP1", "site": "nowhere"}, "site"),
        ({"identity": "CP1", "settings": {"ping_seconds": -1}}, "settings.ping_seconds"),
        ({"identity": "CP1", "settings": {"connector_grouping": [[1], [1]]}}, "settings"),
    ],
)
async def test_a_station_that_cannot_be_is_refused_with_the_field(
    api: httpx.AsyncClient, body: dict[str, Any], field: str
) -> None:
    flaws = problem(await api.post(PATH, json=body), 422)["errors"]
    assert [flaw["field"] for flaw in flaws] == [field]
    assert (await api.get(PATH)).json()["items"] == []


async def test_an_identity_that_is_taken_is_a_conflict(api: httpx.AsyncClient) -> None:
    await api.post(PATH, json={"identity": "CP1"})
    problem(await api.post(PATH, json={"identity": "CP1"}), 409)


@pytest.mark.parametrize("identity", ["CP 1/2", "åäö", "a%2Fb", "a+b", "import", "..", "a?b#c"])
async def test_any_identity_has_a_path(api: httpx.AsyncClient, identity: str) -> None:
    assert (await api.post(PATH, json={"identity": identity})).status_code == 201
    encoded = "".join(f"%{octet:02X}" for octet in identity.encode())
    request = api.build_request("GET", "/")
    request.url = request.url.copy_with(raw_path=f"{PATH}/{encoded}".encode())
    answer = await api.send(request)
    assert answer.status_code == 200, answer.text
    assert answer.json()["identity"] == identity


async def test_only_what_is_named_changes(api: httpx.AsyncClient) -> None:
    await api.post(
        PATH,
        json={
            "identity": "CP1",
            "label": "Old",
            "settings": {"strict": True, "heartbeat_seconds": 60},
        },
    )
    changes: list[dict[str, Any]] = [
        {"registration": "pending"},
        {"settings": {"strict": False}},
        {"settings": {"ping_seconds": 30}, "label": None},
    ]
    for change in changes:
        assert (await api.patch(f"{PATH}/CP1", json=change)).status_code == 200
    answer = await api.get(f"{PATH}/CP1")
    item = answer.json()
    assert item["registration"] == "pending"
    assert item["label"] is None
    assert item["settings"]["strict"] is False
    assert item["settings"]["heartbeat_seconds"] == 60
    assert item["settings"]["ping_seconds"] == 30
    assert item["version"] == 4
    assert answer.headers["etag"] == '"4"'


@pytest.mark.parametrize(
    "change", [{"label": "New"}, {"settings": {"strict": True}}, {"password": "another-one-16"}]
)
async def test_a_change_on_an_old_version_is_refused(
    api: httpx.AsyncClient, change: dict[str, Any]
) -> None:
    await api.post(PATH, json={"identity": "CP1", "password": "s" * 16})
    old = {"If-Match": '"1"'}
    assert (await api.patch(f"{PATH}/CP1", json={"label": "A"}, headers=old)).status_code == 200
    problem(await api.patch(f"{PATH}/CP1", json=change, headers=old), 412)
    problem(await api.patch(f"{PATH}/CP1", json=change, headers={"If-Match": "junk"}), 412)
    shown = (await api.get(f"{PATH}/CP1")).json()
    assert (shown["label"], shown["version"]) == ("A", 2)
    any_version = {"If-Match": "*"}
    answer = await api.patch(f"{PATH}/CP1", json=change, headers=any_version)
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"identity": "CP2"}, None),
        ({"security_profile": 7}, "security_profile"),
        ({"settings": {"heartbeat_seconds": 10**9}}, "settings.heartbeat_seconds"),
        ({"settings": {"versions": ["1.5"]}}, "settings.versions[0]"),
        ({"site": "nowhere"}, "site"),
    ],
)
async def test_a_change_that_cannot_be_is_refused(
    api: httpx.AsyncClient, change: dict[str, Any], field: str | None
) -> None:
    await api.post(PATH, json={"identity": "CP1"})
    flaws = problem(await api.patch(f"{PATH}/CP1", json=change), 422)["errors"]
    assert flaws[0].get("field") == field
    assert (await api.get(f"{PATH}/CP1")).json()["version"] == 1


async def test_what_is_not_there_is_not_found(api: httpx.AsyncClient) -> None:
    problem(await api.get(f"{PATH}/CP1"), 404)
    problem(await api.patch(f"{PATH}/CP1", json={"label": "x"}), 404)
    problem(await api.patch(f"{PATH}/CP1", json={"settings": {"strict": True}}), 404)
    problem(await api.delete(f"{PATH}/CP1"), 404)
    problem(await api.get(f"{PATH}/CP1/timeline"), 404)


async def test_a_removed_station_is_gone(api: httpx.AsyncClient) -> None:
    await api.post(PATH, json={"identity": "CP1"})
    answer = await api.delete(f"{PATH}/CP1")
    assert (answer.status_code, answer.content) == (204, b"")
    problem(await api.get(f"{PATH}/CP1"), 404)


async def test_stations_are_listed_page_by_page_and_filtered(
    house: House, api: httpx.AsyncClient
) -> None:
    site = await house.stations.register.put_site("default", NewSite(name="A", time_zone="UTC"))
    assert isinstance(site, Site)
    for number in range(7):
        body = {"identity": f"CP{number}", "registration": "pending" if number > 4 else "accepted"}
        await api.post(PATH, json={**body, "site": site.id if number < 2 else None})

    async def found(**query: str) -> list[str]:
        items = await everything(api, "stations", 3, **query)
        return [item["identity"][2:] for item in items]

    assert await found() == list("0123456")
    assert await found(registration="pending") == list("56")
    assert await found(site=site.id) == list("01")
    assert await found(search="p3") == ["3"]
    assert await found(connected="false") == list("0123456")
    assert await found(connected="true") == []


async def test_what_a_connected_station_told_is_shown(house: House, api: httpx.AsyncClient) -> None:
    charging = Charging(house)
    key = await charging.add_station()
    await charging.connect(key)
    item = (await api.get(f"{PATH}/CP1")).json()
    assert item["connected"] is True
    assert item["ocpp_version"] == "1.6"
    assert (item["vendor"], item["model"], item["serial"]) == ("Vendor", "Model", "S1")
    assert item["address"] == "192.0.2.7"
    assert item["heard_at"].endswith("Z")
    (connector,) = item["connectors"]
    assert connector.pop("at").endswith("Z")
    assert connector.pop("fault")
    assert connector == {
        "evse": 1, "connector": 1, "status": "faulted", "stale": False, "wire_status": "Faulted",
        "error_code": "GroundFailure", "vendor_error_code": None, "tech_code": None, "info": "wet",
    }  # fmt: skip
    assert [each["identity"] for each in await everything(api, "stations", 5, connected="true")]


async def test_the_timeline_is_listed_page_by_page_and_bounded(
    house: House, api: httpx.AsyncClient
) -> None:
    charging = Charging(house)
    await charging.connect(await charging.add_station())
    lines = await everything(api, "stations/CP1/timeline", 2)
    kinds = {line["kind"] for line in lines}
    assert {"connection", "boot", "status", "fault"} <= kinds
    assert len({line["id"] for line in lines}) == len(lines)
    future = {"since": "2999-01-01T00:00:00Z"}
    assert await everything(api, "stations/CP1/timeline", 2, **future) == []
    assert await everything(api, "stations/CP1/timeline", 2, until="2999-01-01T00:00:00Z") == lines
    problem(await api.get(f"{PATH}/CP1/timeline?since=yesterday"), 400)
    problem(await api.get(f"{PATH}/CP1/timeline?until=2026-01-01T00:00:00"), 400)
