"""Messages, connections, refusals and who knocks."""

import httpx

from tests.web.asking import everything, problem, settled
from tests.web.charging import Charging
from tests.web.house import House


async def test_messages_are_listed_newest_first_page_by_page_and_filtered(
    house: House, api: httpx.AsyncClient
) -> None:
    charging = Charging(house)
    charging.talk(await charging.add_station(), 3)

    async def found(**query: str) -> list[str]:
        items = await everything(api, "stations/CP1/messages", 2, **query)
        return [f"{item['direction']} {item['message_id']}" for item in items]

    assert await found() == ["out 2", "in 2", "out 1", "in 1", "out 0", "in 0"]
    assert await found(direction="in") == ["in 2", "in 1", "in 0"]
    assert await found(kind="result") == ["out 2", "out 1", "out 0"]
    assert await found(message_id="1") == ["out 1", "in 1"]
    assert await found(action="Heartbeat", search="[2,") == ["in 2", "in 1", "in 0"]
    assert await found(action="Reset") == []
    assert await found(since="2999-01-01T00:00:00Z") == []
    assert await found(until="1999-01-01T00:00:00Z") == []


async def test_a_message_is_shown_with_all_its_fields(house: House, api: httpx.AsyncClient) -> None:
    charging = Charging(house)
    charging.talk(await charging.add_station())
    item = (await api.get("/api/v1/stations/CP1/messages?direction=in")).json()["items"][0]
    assert item.pop("id")
    assert item.pop("at").endswith("Z")
    assert item == {
        "direction": "in", "kind": "call", "action": "Heartbeat", "message_id": "0",
        "connection": "link-1", "size": 22, "text": '[2,"0","Heartbeat",{}]',
    }  # fmt: skip


async def test_connections_are_listed_page_by_page(house: House, api: httpx.AsyncClient) -> None:
    charging = Charging(house)
    key = await charging.add_station()
    for _ in range(3):
        charging.talk(key)
    items = await everything(api, "stations/CP1/connections", 2)
    assert len(items) == 3
    assert (items[0]["address"], items[0]["version"]) == ("192.0.2.7", "1.6")
    assert items[0]["reason"] == "gone"
    assert items[0]["ended_at"]


async def test_messages_of_what_is_not_there_are_not_found(api: httpx.AsyncClient) -> None:
    for name in ("messages", "connections"):
        problem(await api.get(f"/api/v1/stations/CP1/{name}"), 404)


async def test_filters_of_messages_are_checked(house: House, api: httpx.AsyncClient) -> None:
    await Charging(house).add_station()
    for query in ("direction=up", "kind=x", "since=x", "cursor=x", "search=" + "x" * 201):
        problem(await api.get(f"/api/v1/stations/CP1/messages?{query}"), 400)


async def test_refusals_are_listed_with_their_remedy_page_by_page(
    house: House, api: httpx.AsyncClient
) -> None:
    charging = Charging(house)
    for number in range(5):
        charging.knock(f"CP{number}")
    charging.knock("CP0")
    items = await settled(api, "refusals", 5)
    first = next(item for item in items if item["identity"] == "CP0")
    assert first["count"] == 2
    assert first["reason"] == "unknown_station"
    assert first["remedy"].endswith(".")
    assert first["detail"] == "offered ocpp1.6"
    assert (first["address"], first["addresses"]) == ("192.0.2.9", 1)
    assert "operator" not in first


async def test_a_flood_of_refusals_is_one_line_with_its_number_of_addresses(
    house: House, api: httpx.AsyncClient
) -> None:
    charging = Charging(house)
    for number in range(103):
        charging.knock(f"CP{number}", f"203.0.113.{number}")
    items = await settled(api, "refusals", 101)
    flood = next(item for item in items if not item["identity"])
    assert (flood["count"], flood["addresses"], flood["address"]) == (3, 3, "203.0.113.100")
    assert flood["first_at"] <= flood["last_at"]


async def test_who_knocks_is_listed_until_it_is_added(house: House, api: httpx.AsyncClient) -> None:
    charging = Charging(house)
    for number in range(5):
        charging.knock(f"CP{number}")
    items = await settled(api, "knocking", 5)
    assert items[0]["offered"] == ["ocpp1.6"]
    assert items[0]["user_agent"] == "charger/1"
    assert items[0]["remedy"]
    await api.post("/api/v1/stations", json={"identity": "CP3"})
    left = {item["identity"] for item in await everything(api, "knocking", 2)}
    assert left == {"CP0", "CP1", "CP2", "CP4"}
