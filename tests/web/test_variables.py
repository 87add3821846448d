"""The device model of a station through the API, and the commands about it."""

from typing import Any

import httpx
import pytest

from laddnav.kernel.keys import StationKey
from laddnav.stations.control import (
    CommandStatus,
    MobileAccess,
    NetworkProfile,
    NotConnected,
    NotPossible,
    PrivateNetwork,
    ReportBase,
    ReportCriterion,
)
from laddnav.stations.live import LiveStation
from laddnav.stations.model import ConnectionInfo
from laddnav.stations.model.variables import (
    Characteristics,
    InventoryStatus,
    VariableReported,
    VariableWritten,
)
from laddnav.stations.rules.variables import key_name, read_variable_name
from tests.web.asking import everything, problem
from tests.web.charging import Charging
from tests.web.house import House

LINK = ConnectionInfo(id="1", address="192.0.2.7", version="2.0.1", tls=False)
CP1 = StationKey("default", "CP1")
PATH = "/api/v1/stations/CP1"
SAID = {"status": "accepted", "wire_status": "Accepted", "reason": None}
HEARTBEAT = VariableReported(
    name=read_variable_name("OCPPCommCtrlr.HeartbeatInterval") or key_name(""),
    value="300",
    mutability="ReadWrite",
    persistent=True,
    constant=False,
    characteristics=Characteristics(data_type="integer", unit="s", supports_monitoring=False),
)


@pytest.fixture(autouse=True)
async def charging(house: House) -> Charging:
    charging = Charging(house)
    await charging.add_station()
    return charging


async def told(house: House, *variables: VariableReported) -> LiveStation:
    """Let the station report its whole device model."""
    stations = house.stations
    station = await stations.register.station(CP1)
    assert station is not None
    live = await stations.fleet.claim(station)
    report = await stations.inventories.begin(live, is_whole=True)
    write = stations.inventories.keep(live, report, variables, house.clock.now())
    await house.database.commit(write)
    await stations.inventories.end(CP1, report, InventoryStatus.COMPLETE)
    return live


async def test_a_variable_is_shown_with_all_that_is_known_of_it(
    house: House, api: httpx.AsyncClient
) -> None:
    live = await told(house, HEARTBEAT)
    outcome = VariableWritten(
        name=HEARTBEAT.name,
        wanted="60",
        status=CommandStatus.REBOOT_REQUIRED,
        wire_status="RebootRequired",
        reason="Later",
    )
    write = house.stations.variables.written(live, [outcome], house.clock.now())
    assert write is not None
    await house.database.commit(write)
    page = (await api.get(f"{PATH}/variables")).json()
    (item,) = page["items"]
    assert item.pop("learned_at")
    assert item["last_write"].pop("at")
    assert item == {
        "name": "OCPPCommCtrlr.HeartbeatInterval", "component": "OCPPCommCtrlr",
        "component_instance": None, "evse": None, "connector": None,
        "variable": "HeartbeatInterval", "variable_instance": None, "attribute": "Actual",
        "reported": True, "value": "300", "read_status": "accepted", "source": "read",
        "mutability": "ReadWrite", "persistent": True, "constant": False,
        "data_type": "integer", "unit": "s", "min_limit": None, "max_limit": None,
        "max_elements": None, "values_list": None, "supports_monitoring": False,
        "needs_reboot": True,
        "last_write": {
            "value": "60", "status": "reboot_required", "wire_status": "RebootRequired",
            "reason": "Later",
        },
    }  # fmt: skip
    inventory = page["inventory"]
    assert (inventory["status"], inventory["variables"]) == ("complete", 1)


async def test_variables_are_filtered_and_paged(house: House, api: httpx.AsyncClient) -> None:
    names = ["A.X", "A.Y", "EVSE@1.Power", "EVSE@2.Power", "A[i].X/Target"]
    await told(
        house,
        *(
            VariableReported(
                name=read_variable_name(name) or key_name(""), value="1", mutability="ReadOnly"
            )
            for name in names
        ),
        HEARTBEAT,
    )
    listed = await everything(api, "stations/CP1/variables", 2)
    assert sorted(item["name"] for item in listed) == sorted([*names, HEARTBEAT_NAME])
    for query, count in (
        ({"component": "evse"}, 2),
        ({"component": "EVSE", "evse": "2"}, 1),
        ({"variable": "x"}, 2),
        ({"mutability": "ReadWrite"}, 1),
        ({"needs_reboot": "true"}, 0),
        ({"component": "\0"}, 0),
    ):
        assert len(await everything(api, "stations/CP1/variables", 3, **query)) == count
    for wrong in ("mutability=Odd", "evse=-1", "cursor=x", "sort=name"):
        problem(await api.get(f"{PATH}/variables?{wrong}"), 400)


HEARTBEAT_NAME = "OCPPCommCtrlr.HeartbeatInterval"


async def test_nothing_is_known_of_a_station_that_was_never_asked(api: httpx.AsyncClient) -> None:
    page = (await api.get(f"{PATH}/variables")).json()
    assert page == {"items": [], "next": None, "inventory": None}
    problem(await api.get("/api/v1/stations/NOBODY/variables"), 404)


async def test_another_operator_sees_nothing(
    house: House, api: httpx.AsyncClient, rival: httpx.AsyncClient
) -> None:
    await told(house, HEARTBEAT)
    problem(await rival.get(f"{PATH}/variables"), 404)
    problem(await rival.post(f"{PATH}/variables/refresh"), 404)
    assert house.control.told == []


@pytest.mark.parametrize(
    ("path", "body", "command"),
    [
        ("variables/refresh", None, ("refresh", CP1)),
        ("commands/base-report", {}, ("get_base_report", CP1, ReportBase.FULL)),
        (
            "commands/base-report",
            {"base": "summary"},
            ("get_base_report", CP1, ReportBase.SUMMARY),
        ),
        (
            "commands/report",
            {"names": ["Connector@1.1"], "criteria": ["problem"]},
            ("get_report", CP1, ("Connector@1.1",), (ReportCriterion.PROBLEM,)),
        ),
        (
            "commands/set-network-profile",
            {
                "slot": 2, "url": "wss://x", "security_profile": 2, "interface": "Wireless0",
                "identity": "CP2", "password": "secret-password",
                "mobile": {"apn": "net", "sim_pin": 1234},
                "vpn": {"server": "v", "user": "u", "password": "p", "key": "k", "kind": "L2TP"},
            },
            (
                "set_network_profile", CP1, 2,
                NetworkProfile(
                    url="wss://x", security_profile=2, interface="Wireless0", identity="CP2",
                    password="secret-password",
                    mobile=MobileAccess(apn="net", authentication="AUTO", sim_pin=1234),
                    vpn=PrivateNetwork(server="v", user="u", password="p", key="k", kind="L2TP"),
                ),
            ),
        ),
    ],
)  # fmt: skip
async def test_a_command_about_variables_is_told_in_our_own_words(
    house: House,
    api: httpx.AsyncClient,
    path: str,
    body: dict[str, Any] | None,
    command: tuple[Any, ...],
) -> None:
    answer = await api.post(f"{PATH}/{path}", json=body)
    assert answer.status_code == 200, answer.text
    assert answer.json() == SAID
    assert house.control.told == [command]
    assert "secret-password" not in answer.text


@pytest.mark.parametrize("path", ["variables/refresh", "commands/base-report", "commands/report"])
async def test_a_command_that_could_not_be_sent_says_why(
    house: House, api: httpx.AsyncClient, path: str
) -> None:
    house.control.result = NotConnected()
    problem(await api.post(f"{PATH}/{path}", json={}), 409)
    house.control.result = NotPossible(reason="OCPP 1.6 has no reports")
    refused = problem(await api.post(f"{PATH}/{path}", json={}), 409)
    assert refused["detail"] == "OCPP 1.6 has no reports."


async def test_a_network_profile_must_fit(api: httpx.AsyncClient) -> None:
    body = {"slot": 1, "url": "wss://x", "security_profile": 2, "interface": "Wired9"}
    refused = problem(await api.post(f"{PATH}/commands/set-network-profile", json=body), 422)
    assert [flaw["field"] for flaw in refused["errors"]] == ["interface"]


async def test_the_reason_of_a_boot_is_shown(house: House, api: httpx.AsyncClient) -> None:
    live = await told(house)
    live.life = type(live.life)(boot_reason="RemoteReset")
    live.open_link(LINK, house.clock.now(), 0.0)
    assert (await api.get(PATH)).json()["boot_reason"] == "RemoteReset"
