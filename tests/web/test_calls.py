"""Any action, by its JSON."""

import httpx
import pytest

from laddnav.kernel.keys import StationKey
from laddnav.stations.control import (
    Answered,
    CallFailed,
    CallResult,
    Command,
    InvalidPayload,
    NotConnected,
    NotPossible,
    TimedOut,
)
from tests.web.asking import problem
from tests.web.charging import Charging
from tests.web.house import House

PATH = "/api/v1/stations/CP1/calls"
RESET = {"action": "Reset", "payload": {"type": "Soft"}}


@pytest.fixture(autouse=True)
async def station(house: House) -> StationKey:
    return await Charging(house).add_station()


async def test_a_result_is_given_as_it_came(house: House, api: httpx.AsyncClient) -> None:
    house.control.call_result = Answered(payload=b'{"status": "Accepted", "x": 1.10}')
    answer = await api.post(PATH, json=RESET)
    assert answer.status_code == 200
    assert answer.text == '{"result":{"status": "Accepted", "x": 1.10}}'


async def test_the_payload_reaches_the_station_octet_for_octet(
    house: House, api: httpx.AsyncClient, station: StationKey
) -> None:
    content = b'{"payload": {"limit": 22.10, "big": 12345678901234567890}, "action": "X"}'
    await api.post(PATH, content=content)
    payload = b'{"limit": 22.10, "big": 12345678901234567890}'
    assert house.control.told == [("call", station, "X", payload, None)]


async def test_payload_and_time_may_be_left_out_or_given(
    house: House, api: httpx.AsyncClient, station: StationKey
) -> None:
    await api.post(PATH, json={"action": "ClearCache"})
    await api.post(PATH, json={"action": "ClearCache", "timeout_seconds": 5})
    told = [("call", station, "ClearCache", b"{}", seconds) for seconds in (None, 5.0)]
    assert house.control.told == told


async def test_the_stations_own_error_is_no_error_of_the_api(
    house: House, api: httpx.AsyncClient
) -> None:
    house.control.call_result = CallFailed(code="NotSupported", description="no", details={})
    answer = await api.post(PATH, json=RESET)
    assert answer.status_code == 200
    assert answer.json() == {"error": {"code": "NotSupported", "description": "no", "details": {}}}


@pytest.mark.parametrize(
    ("outcome", "status", "words"),
    [
        (NotConnected(), 409, "not connected"),
        (TimedOut(), 504, "may still have acted"),
        (InvalidPayload(problem="$.type is missing"), 422, "$.type is missing"),
        (NotPossible(reason="the station is rejected"), 409, "The station is rejected."),
    ],
)
async def test_what_became_of_a_call_is_told_by_its_status(
    house: House, api: httpx.AsyncClient, outcome: CallResult, status: int, words: str
) -> None:
    house.control.call_result = outcome
    assert words in problem(await api.post(PATH, json=RESET), status)["detail"]


async def test_an_action_that_the_version_lacks_is_a_bad_field(
    house: House, api: httpx.AsyncClient
) -> None:
    house.control.known = (Command(name="Reset", schema={}, obstacle=None),)
    house.control.call_result = NotPossible(reason="OCPP 1.6 has no command Jump")
    body = problem(await api.post(PATH, json={"action": "Jump"}), 422)
    assert body["errors"][0]["field"] == "action"
    problem(await api.post(PATH, json=RESET), 409)


async def test_a_station_that_is_not_there_is_not_found(
    house: House, api: httpx.AsyncClient
) -> None:
    problem(await api.post("/api/v1/stations/CP9/calls", json=RESET), 404)
    assert house.control.told == []


@pytest.mark.parametrize(
    "body",
    [
        {"payload": {}},
        {"action": 3},
        {"action": "Reset", "payload": []},
        {"action": "Reset", "payload": "x"},
        {"action": "Reset", "payload": None},
        {"action": "Reset", "timeout_seconds": 0},
        {"action": "Reset", "timeout_seconds": 601},
        {"action": "Reset", "message_id": "1"},
    ],
)
async def test_a_call_that_cannot_be_is_refused(
    house: House, api: httpx.AsyncClient, body: dict[str, object]
) -> None:
    problem(await api.post(PATH, json=body), 422)
    assert house.control.told == []
