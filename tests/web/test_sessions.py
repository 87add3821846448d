"""Sessions over the API: exact numbers, doubts in words, the story behind them."""

import httpx
import pytest

from tests.web.asking import everything, problem
from tests.web.charging import NOON, Charging, minutes
from tests.web.house import House

PATH = "/api/v1/sessions"


async def test_a_session_is_shown_with_exact_energy(house: House, api: httpx.AsyncClient) -> None:
    await Charging(house).session()
    answer = await api.get(PATH)
    (item,) = answer.json()["items"]
    assert '"energy_wh":2500.5,' in answer.text
    assert '"meter_start_wh":1000,' in answer.text
    assert '"meter_stop_wh":3500.5,' in answer.text
    assert (item["station"], item["evse"], item["connector"]) == ("CP1", 1, 1)
    assert item["transaction_id"] == "1"
    assert (item["token"], item["state"], item["stop_reason"]) == ("CARD1", "ended", "Remote")
    assert item["started_at"] == "2026-03-02T12:00:00.000Z"
    assert item["ended_at"] == "2026-03-02T12:15:00.000Z"
    assert item["confidence"] == "high"
    assert item["doubts"] == item["doubt_codes"] == []
    assert (await api.get(f"{PATH}/{item['id']}")).json() == item


async def test_a_running_session_has_no_end(house: House, api: httpx.AsyncClient) -> None:
    charging = Charging(house)
    key = await charging.add_station()
    await charging.add_token()
    await charging.start(key, NOON)
    (item,) = (await api.get(PATH)).json()["items"]
    assert item["state"] == "running"
    assert item["ended_at"] is item["stop_reason"] is None


async def test_doubts_are_told_in_sentences_and_in_codes(
    house: House, api: httpx.AsyncClient
) -> None:
    charging = Charging(house)
    key = await charging.add_station()
    await charging.add_token()
    number = await charging.start(key, NOON)
    await charging.stop(key, number, minutes(10), "900")
    (item,) = (await api.get(PATH)).json()["items"]
    assert "stop_below_start" in item["doubt_codes"]
    assert len(item["doubts"]) == len(item["doubt_codes"])
    assert all(text.endswith(".") and " " in text for text in item["doubts"])
    assert item["confidence"] != "high"


async def test_sessions_are_listed_newest_first_page_by_page_and_filtered(
    house: House, api: httpx.AsyncClient
) -> None:
    charging = Charging(house)
    one, two = await charging.add_station("CP1"), await charging.add_station("CP2")
    await charging.add_token("CARD1")
    await charging.add_token("CARD2")
    for turn in range(5):
        number = await charging.start(one, minutes(10 * turn))
        await charging.stop(one, number, minutes(10 * turn + 5), "2000")
    await charging.start(two, minutes(100), "CARD2")

    async def found(**query: str) -> list[str]:
        items = await everything(api, "sessions", 2, **query)
        begun = [item["started_at"] for item in items]
        assert begun == sorted(begun, reverse=True)
        return [f"{item['station']} {item['token']}" for item in items]

    assert await found() == ["CP2 CARD2", *["CP1 CARD1"] * 5]
    assert await found(station="CP1") == ["CP1 CARD1"] * 5
    assert await found(token="card2") == ["CP2 CARD2"]
    assert await found(state="running") == ["CP2 CARD2"]
    assert await found(state="ended", station="CP2") == []
    assert await found(since="2026-03-02T12:40:00Z") == ["CP2 CARD2", "CP1 CARD1"]
    assert await found(since="2026-03-02T13:40:00+01:00") == ["CP2 CARD2", "CP1 CARD1"]


@pytest.mark.parametrize("since", ["now", "2026-03-02", "2026-03-02T12:00:00", "1", ""])
async def test_since_is_a_time_with_its_offset(api: httpx.AsyncClient, since: str) -> None:
    body = problem(await api.get(PATH, params={"since": since}), 400)
    assert body["errors"][0]["field"] == "since"
    assert "2026-11-01T00:00:00Z" in body["detail"]


async def test_a_plus_that_was_not_encoded_is_understood(api: httpx.AsyncClient) -> None:
    assert (await api.get(f"{PATH}?since=2026-03-02T12:00:00+01:00")).status_code == 200


async def test_samples_are_listed_oldest_first_page_by_page(
    house: House, api: httpx.AsyncClient
) -> None:
    await Charging(house).session()
    (session,) = (await api.get(PATH)).json()["items"]
    path = f"sessions/{session['id']}/samples"
    items = await everything(api, path, 1)
    registers = [item["register_wh"] for item in items]
    assert registers[:2] == [2000, 3000.25]
    assert '"register_wh":2000,' in (await api.get(f"/api/v1/{path}")).text
    assert items[0]["at"] == "2026-03-02T12:05:00.000Z"
    assert items[0]["samples"][1] == {
        "measurand": "Power.Active.Import", "value": 11000, "unit": "W", "phase": None,
        "location": None, "context": None, "raw": None, "signed": None,
    }  # fmt: skip


async def test_the_story_tells_what_the_station_told(house: House, api: httpx.AsyncClient) -> None:
    await Charging(house).session()
    (session,) = (await api.get(PATH)).json()["items"]
    story = (await api.get(f"{PATH}/{session['id']}/story")).json()
    assert story["next"] is None
    assert [entry["kind"] for entry in story["items"]] == ["start", "stop"]
    word = story["items"][0]["told"]["word"]
    assert word["meter_start_wh"] == 1000
    assert word["connector"] == {"evse": 1, "connector": 1}
    assert word["token"] == {"uid": "CARD1", "type": None}
    assert story["items"][1]["at"] == "2026-03-02T12:15:00.000Z"


async def test_what_is_not_there_is_not_found(api: httpx.AsyncClient) -> None:
    for path in ("x", "x/samples", "x/story"):
        problem(await api.get(f"{PATH}/{path}"), 404)


async def test_evidence_is_listed_page_by_page_and_by_station(
    house: House, api: httpx.AsyncClient
) -> None:
    charging = Charging(house)
    key = await charging.add_station()
    for number in (71, 72, 73):
        await charging.stray(key, number)
    items = await everything(api, "evidence", 2, station="CP1")
    assert items
    assert items[0]["reason"] == "unknown_transaction"
    assert "StopTransaction" in items[0]["frame"]
    assert await everything(api, "evidence", 2, station="CP2") == []
