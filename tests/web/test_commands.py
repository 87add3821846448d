"""Commands in words that no OCPP version owns."""

from typing import Any

import httpx
import pytest

from laddnav.kernel.keys import ConnectorRef, StationKey
from laddnav.stations.control import (
    CallFailed,
    Command,
    Commanded,
    CommandResult,
    CommandStatus,
    NotConnected,
    NotPossible,
    ResetKind,
    TimedOut,
    Trigger,
)
from laddnav.tokens.model import TokenRef
from tests.web.asking import problem
from tests.web.charging import NOON, Charging
from tests.web.house import House

CP1 = StationKey("default", "CP1")
SAID = {"status": "accepted", "wire_status": "Accepted", "reason": None}


def path(name: str, identity: str = "CP1") -> str:
    return f"/api/v1/stations/{identity}/commands/{name}"


@pytest.fixture(autouse=True)
async def charging(house: House) -> Charging:
    charging = Charging(house)
    await charging.add_station()
    return charging


@pytest.mark.parametrize(
    ("name", "body", "told"),
    [
        ("stop", {"transaction_id": "7"}, ("stop", CP1, "7")),
        ("reset", {}, ("reset", CP1, ResetKind.ON_IDLE, None)),
        ("reset", {"kind": "immediate", "evse": 2}, ("reset", CP1, ResetKind.IMMEDIATE, 2)),
        ("unlock", {"evse": 2}, ("unlock", CP1, ConnectorRef(2, 1))),
        ("unlock", {"evse": 1, "connector": 2}, ("unlock", CP1, ConnectorRef(1, 2))),
        (
            "change-availability",
            {"operative": False},
            ("change_availability", CP1, False, None),
        ),
        (
            "change-availability",
            {"operative": True, "evse": 2},
            ("change_availability", CP1, True, ConnectorRef(2, 0)),
        ),
        ("trigger", {"message": "boot"}, ("trigger", CP1, Trigger.BOOT, None)),
        (
            "trigger",
            {"message": "status", "evse": 1, "connector": 1},
            ("trigger", CP1, Trigger.STATUS, ConnectorRef(1, 1)),
        ),
    ],
)
async def test_a_command_is_told_in_our_own_words(
    house: House, api: httpx.AsyncClient, name: str, body: dict[str, Any], told: tuple[Any, ...]
) -> None:
    answer = await api.post(path(name), json=body)
    assert answer.status_code == 200, answer.text
    assert answer.json() == SAID
    assert house.control.told == [told]


async def test_a_start_bears_a_known_token_as_it_is_registered(
    house: House, api: httpx.AsyncClient
) -> None:
    await api.post("/api/v1/tokens", json={"uid": "Abc", "type": "eMAID"})
    answer = await api.post(path("start"), json={"token": "ABC", "evse": 1})
    assert answer.json() == {"token": "Abc", "remote_start_id": 1, **SAID}
    ref = TokenRef("Abc", "eMAID")
    assert house.control.told == [("start", CP1, ref, ConnectorRef(1, 1), 1)]


async def test_a_start_may_name_an_unknown_token_and_its_type(
    house: House, api: httpx.AsyncClient
) -> None:
    await api.post(path("start"), json={"token": "X"})
    await api.post(path("start"), json={"token": "X", "token_type": "Central"})
    refs = [call[2] for call in house.control.told]
    assert refs == [TokenRef("X", "ISO14443"), TokenRef("X", "Central")]
    assert [call[4] for call in house.control.told] == [1, 2]


@pytest.mark.ocpp("C04.FR.04")
@pytest.mark.parametrize("named", [{"token_type": "keycode"}, {}])
async def test_a_code_goes_to_the_station_and_is_shown_as_its_digest_only(
    house: House, api: httpx.AsyncClient, named: dict[str, str]
) -> None:
    added = (await api.post("/api/v1/tokens", json={"uid": "314159", "type": "KeyCode"})).json()
    answer = await api.post(path("start"), json={"token": "314159", **named})
    assert answer.json()["token"] == added["uid"]
    assert [call[2] for call in house.control.told] == [TokenRef("314159", "KeyCode")]
    flaws = problem(await api.post(path("start"), json={"token": added["uid"], **named}), 422)
    assert [flaw["field"] for flaw in flaws["errors"]] == ["token"]
    assert len(house.control.told) == 1


async def test_a_start_without_a_token_gets_one_of_ours_for_a_day(api: httpx.AsyncClient) -> None:
    uid = (await api.post(path("start"), json={})).json()["token"]
    token = (await api.get(f"/api/v1/tokens/{uid}")).json()
    assert (token["type"], token["status"]) == ("Central", "accepted")
    assert token["valid_until"]


async def test_a_start_that_never_left_leaves_no_token(
    house: House, api: httpx.AsyncClient
) -> None:
    house.control.result = NotConnected()
    problem(await api.post(path("start"), json={}), 409)
    assert (await api.get("/api/v1/tokens")).json()["items"] == []
    house.control.result = TimedOut()
    problem(await api.post(path("start"), json={}), 504)
    assert len((await api.get("/api/v1/tokens")).json()["items"]) == 1


async def test_a_stop_may_name_a_session(
    house: House, api: httpx.AsyncClient, charging: Charging
) -> None:
    await charging.add_token()
    number = await charging.start(CP1, NOON)
    (session,) = (await api.get("/api/v1/sessions")).json()["items"]
    await charging.add_station("CP2")
    body = {"session": session["id"]}
    problem(await api.post(path("stop", "CP2"), json=body), 404)
    problem(await api.post(path("stop"), json={"session": "x"}), 404)
    assert (await api.post(path("stop"), json=body)).json() == SAID
    assert house.control.told == [("stop", CP1, str(number))]


async def test_configuration_is_read(house: House, api: httpx.AsyncClient) -> None:
    answer = await api.post(path("get-configuration"), json={"names": ["A", "B"]})
    assert answer.json() == {
        "variables": [{"name": "HeartbeatInterval", "value": "300", "read_only": False}],
        "unknown": ["Nonsense"],
    }
    assert house.control.told == [("get_configuration", CP1, ("A", "B"))]


async def test_configuration_is_written(house: House, api: httpx.AsyncClient) -> None:
    values = {"HeartbeatInterval": "300"}
    answer = await api.post(path("set-configuration"), json={"values": values})
    assert answer.json() == {"results": {"HeartbeatInterval": SAID}}
    assert house.control.told == [("set_configuration", CP1, values)]


async def test_what_a_station_can_be_told_is_listed(house: House, api: httpx.AsyncClient) -> None:
    house.control.known = (Command(name="Reset", schema={"type": "object"}, obstacle="not now"),)
    answer = await api.get("/api/v1/stations/CP1/commands")
    item = {"name": "Reset", "schema": {"type": "object"}, "obstacle": "not now"}
    assert answer.json() == {"items": [item], "next": None}


GOOD: dict[str, dict[str, Any]] = {
    "start": {}, "stop": {"transaction_id": "1"}, "reset": {}, "unlock": {"evse": 1},
    "change-availability": {"operative": True}, "trigger": {"message": "boot"},
    "get-configuration": {}, "set-configuration": {"values": {"A": "1"}},
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
async def test_a_stations_no_and_its_errors_are_answered_200(
    house: House, api: httpx.AsyncClient, name: str
) -> None:
    failed = CallFailed(code="InternalError", description="broken", details={"a": 1})
    house.control.result = failed
    house.control.read = failed
    house.control.written = failed
    answer = await api.post(path(name), json=GOOD[name])
    assert answer.status_code == 200
    error = {"code": "InternalError", "description": "broken", "details": {"a": 1}}
    assert answer.json()["error"] == error
    assert "status" not in answer.json()


async def test_a_stations_no_is_answered_200(house: House, api: httpx.AsyncClient) -> None:
    house.control.result = Commanded(
        status=CommandStatus.REJECTED, wire_status="Rejected", reason="busy"
    )
    answer = await api.post(path("reset"), json={})
    assert answer.json() == {"status": "rejected", "wire_status": "Rejected", "reason": "busy"}


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize(
    ("outcome", "status"),
    [(NotConnected(), 409), (TimedOut(), 504), (NotPossible(reason="not now"), 409)],
)
async def test_a_command_that_did_not_arrive_is_a_problem(
    house: House, api: httpx.AsyncClient, name: str, outcome: CommandResult, status: int
) -> None:
    assert not isinstance(outcome, Commanded)
    house.control.result = outcome
    house.control.read = outcome
    house.control.written = outcome
    problem(await api.post(path(name), json=GOOD[name]), status)


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("start", {"connector": 1}),
        ("start", {"evse": 0}),
        ("start", {"token": ""}),
        ("stop", {}),
        ("stop", {"session": "x", "transaction_id": "1"}),
        ("reset", {"kind": "hard"}),
        ("unlock", {}),
        ("unlock", {"evse": -1}),
        ("change-availability", {}),
        ("change-availability", {"operative": True, "connector": 1}),
        ("trigger", {"message": "song"}),
        ("get-configuration", {"names": [""]}),
        ("set-configuration", {"values": {}}),
        ("set-configuration", {"values": {"A": 1}}),
    ],
)
async def test_a_command_that_cannot_be_is_refused(
    house: House, api: httpx.AsyncClient, name: str, body: dict[str, Any]
) -> None:
    problem(await api.post(path(name), json=body), 422)
    assert house.control.told == []


@pytest.mark.parametrize("name", GOOD)
async def test_a_station_that_is_not_there_is_not_found(
    house: House, api: httpx.AsyncClient, name: str
) -> None:
    problem(await api.post(path(name, "CP9"), json=GOOD[name]), 404)
    assert house.control.told == []
    assert (await api.get("/api/v1/tokens")).json()["items"] == []
