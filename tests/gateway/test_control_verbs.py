"""The verbs of remote control, in the words of each version."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, NamedTuple

import pytest

from laddnav.gateway.control import Control
from laddnav.kernel.keys import ConnectorRef
from laddnav.stations.control import (
    Commanded,
    CommandStatus,
    ConfigurationRead,
    ConfigurationWritten,
    InvalidPayload,
    MobileAccess,
    NetworkProfile,
    NotPossible,
    PrivateNetwork,
    ResetKind,
    Trigger,
)
from laddnav.stations.model import StationSettings
from laddnav.tokens.model import TokenRef
from tests.gateway.hub import Hub, hub
from tests.waiting import until

V2 = ("ocpp2.0.1", "ocpp2.1")


@pytest.fixture
async def running(sqlite_url: str) -> AsyncIterator[Hub]:
    async with hub(sqlite_url, call_seconds=5.0) as opened:
        await opened.add()
        yield opened


@pytest.fixture
def control(running: Hub) -> Control:
    return Control(running.links.registry)


EV1 = ConnectorRef(1, 1)
EV2 = ConnectorRef(2, 1)
PROFILE = NetworkProfile(
    url="wss://example.org/ocpp",
    security_profile=2,
    interface="Wireless0",
    version="OCPP20",
    mobile=MobileAccess(apn="net", authentication="AUTO", sim_pin=1234),
    vpn=PrivateNetwork(server="v", user="u", password="p", key="k", kind="IKEv2"),
)


class Case(NamedTuple):
    """A verb with its arguments, the call that it becomes, its answer and what that means."""

    verb: str
    arguments: dict[str, Any]
    call: list[Any]
    answer: dict[str, Any]
    status: CommandStatus


@pytest.mark.parametrize(
    "case",
    [
        Case(
            "start",
            {"token": TokenRef("TAG"), "connector": EV2, "remote_start_id": 7},
            ["RemoteStartTransaction", {"connectorId": 2, "idTag": "TAG"}],
            {"status": "Accepted"},
            CommandStatus.ACCEPTED,
        ),
        Case(
            "stop",
            {"transaction_id": "42"},
            ["RemoteStopTransaction", {"transactionId": 42}],
            {"status": "Rejected"},
            CommandStatus.REJECTED,
        ),
        Case(
            "reset",
            {"kind": ResetKind.ON_IDLE},
            ["Reset", {"type": "Soft"}],
            {"status": "Accepted"},
            CommandStatus.ACCEPTED,
        ),
        Case(
            "reset",
            {"kind": ResetKind.IMMEDIATE},
            ["Reset", {"type": "Hard"}],
            {"status": "Rejected"},
            CommandStatus.REJECTED,
        ),
        Case(
            "unlock",
            {"connector": EV1},
            ["UnlockConnector", {"connectorId": 1}],
            {"status": "NotSupported"},
            CommandStatus.NOT_SUPPORTED,
        ),
        Case(
            "change_availability",
            {"operative": False, "ref": None},
            ["ChangeAvailability", {"connectorId": 0, "type": "Inoperative"}],
            {"status": "Scheduled"},
            CommandStatus.SCHEDULED,
        ),
        Case(
            "trigger",
            {"what": Trigger.METER_VALUES, "ref": EV2},
            ["TriggerMessage", {"connectorId": 2, "requestedMessage": "MeterValues"}],
            {"status": "NotImplemented"},
            CommandStatus.NOT_SUPPORTED,
        ),
        Case(
            "trigger",
            {"what": Trigger.LOG_STATUS},
            ["ExtendedTriggerMessage", {"requestedMessage": "LogStatusNotification"}],
            {"status": "Accepted"},
            CommandStatus.ACCEPTED,
        ),
    ],
)
async def test_each_verb_in_ocpp_1_6(running: Hub, control: Control, case: Case) -> None:
    await one_verb(running, control, "ocpp1.6", case)


async def one_verb(running: Hub, control: Control, version: str, case: Case) -> None:
    async with running.charger(version=version) as charger:
        key = await running.settled(charger)
        commanding = asyncio.create_task(getattr(control, case.verb)(key, **case.arguments))
        assert await charger.answers(case.answer) == [case.call]
        result = await commanding
        assert isinstance(result, Commanded)
        assert (result.status, result.wire_status) == (case.status, case.answer["status"])
        if "statusInfo" in case.answer:
            assert result.reason == "Busy: a car is here"


@pytest.mark.parametrize("version", V2)
@pytest.mark.parametrize(
    "case",
    [
        Case(
            "start",
            {"token": TokenRef("TAG"), "connector": EV2, "remote_start_id": 7},
            [
                "RequestStartTransaction",
                {
                    "evseId": 2,
                    "idToken": {"idToken": "TAG", "type": "Central"},
                    "remoteStartId": 7,
                },
            ],
            {
                "status": "Rejected",
                "statusInfo": {"reasonCode": "Busy", "additionalInfo": "a car is here"},
            },
            CommandStatus.REJECTED,
        ),
        Case(
            "stop",
            {"transaction_id": "abc"},
            ["RequestStopTransaction", {"transactionId": "abc"}],
            {"status": "Accepted"},
            CommandStatus.ACCEPTED,
        ),
        Case(
            "reset",
            {"kind": ResetKind.IMMEDIATE, "evse": 2},
            ["Reset", {"type": "Immediate", "evseId": 2}],
            {"status": "Scheduled"},
            CommandStatus.SCHEDULED,
        ),
        Case(
            "reset",
            {"kind": ResetKind.ON_IDLE},
            ["Reset", {"type": "OnIdle"}],
            {"status": "Accepted"},
            CommandStatus.ACCEPTED,
        ),
        Case(
            "set_network_profile",
            {"slot": 2, "profile": PROFILE},
            [
                "SetNetworkProfile",
                {
                    "configurationSlot": 2,
                    "connectionData": {
                        "apn": {"apn": "net", "apnAuthentication": "AUTO", "simPin": 1234},
                        "messageTimeout": 30,
                        "ocppCsmsUrl": "wss://example.org/ocpp",
                        "ocppInterface": "Wireless0",
                        "ocppTransport": "JSON",
                        "ocppVersion": "OCPP20",
                        "securityProfile": 2,
                        "vpn": {
                            "key": "k",
                            "password": "p",
                            "server": "v",
                            "type": "IKEv2",
                            "user": "u",
                        },
                    },
                },
            ],
            {"status": "Failed"},
            CommandStatus.FAILED,
        ),
        Case(
            "unlock",
            {"connector": EV1},
            ["UnlockConnector", {"evseId": 1, "connectorId": 1}],
            {"status": "UnlockFailed"},
            CommandStatus.FAILED,
        ),
        Case(
            "change_availability",
            {"operative": True, "ref": ConnectorRef(2, 0)},
            ["ChangeAvailability", {"evse": {"id": 2}, "operationalStatus": "Operative"}],
            {"status": "Accepted"},
            CommandStatus.ACCEPTED,
        ),
        Case(
            "trigger",
            {"what": Trigger.TRANSACTION, "ref": EV1},
            [
                "TriggerMessage",
                {"evse": {"connectorId": 1, "id": 1}, "requestedMessage": "TransactionEvent"},
            ],
            {"status": "Accepted"},
            CommandStatus.ACCEPTED,
        ),
        Case(
            "trigger",
            {"what": Trigger.STATUS, "ref": ConnectorRef(2, 0)},
            [
                "TriggerMessage",
                {"evse": {"connectorId": 1, "id": 2}, "requestedMessage": "StatusNotification"},
            ],
            {"status": "Accepted"},
            CommandStatus.ACCEPTED,
        ),
    ],
)
@pytest.mark.ocpp("F01.FR.04")
@pytest.mark.ocpp("F03.FR.01")
@pytest.mark.ocpp("F04.FR.01")
@pytest.mark.ocpp("F06.FR.01")
@pytest.mark.ocpp("F06.FR.02")
@pytest.mark.ocpp("F06.FR.13")
@pytest.mark.ocpp("B11")
@pytest.mark.ocpp("B12")
async def test_each_verb_in_ocpp_2(
    running: Hub, control: Control, version: str, case: Case
) -> None:
    await one_verb(running, control, version, case)


@pytest.mark.parametrize(
    ("verb", "arguments"),
    [
        ("reset", {"kind": ResetKind.RESUME}),
        ("set_network_profile", {"slot": 1, "profile": PROFILE}),
        ("reset", {"kind": ResetKind.ON_IDLE, "evse": 1}),
        ("trigger", {"what": Trigger.TRANSACTION}),
        ("unlock", {"connector": ConnectorRef(1, 2)}),
        ("start", {"token": TokenRef("x" * 21), "connector": None, "remote_start_id": 1}),
        (
            "start",
            {"token": TokenRef("12", "KeyCode"), "connector": None, "remote_start_id": 1},
        ),
        ("stop", {"transaction_id": "abc"}),
    ],
)
async def test_what_ocpp_1_6_cannot_say_is_told_and_not_sent(
    running: Hub, control: Control, verb: str, arguments: dict[str, Any]
) -> None:
    async with running.charger() as charger:
        key = await running.settled(charger)
        result = await getattr(control, verb)(key, **arguments)
        assert isinstance(result, NotPossible | InvalidPayload)
        assert (await charger.ask("Heartbeat", {}))[0] == 3


@pytest.mark.ocpp("F06.FR.13")
@pytest.mark.parametrize("version", V2)
async def test_a_status_is_asked_for_at_a_connector(
    running: Hub, control: Control, version: str
) -> None:
    async with running.charger(version=version) as charger:
        key = await running.settled(charger)
        refused = await control.trigger(key, Trigger.STATUS)
        assert isinstance(refused, NotPossible)
        assert "name it" in refused.reason
        assert (await charger.ask("Heartbeat", {}))[0] == 3


async def test_connectors_of_ocpp_1_6_have_the_numbers_of_their_grouping(
    running: Hub, control: Control
) -> None:
    await running.add("CP2", settings=StationSettings(connector_grouping=((1, 2), (3,))))
    async with running.charger("CP2") as charger:
        key = await running.settled(charger, "CP2")
        unlocking = asyncio.create_task(control.unlock(key, ConnectorRef(1, 2)))
        calls = await charger.answers({"status": "Unlocked"})
        assert calls == [["UnlockConnector", {"connectorId": 2}]]
        await unlocking


async def test_configuration_in_ocpp_1_6(running: Hub, control: Control) -> None:
    async with running.charger() as charger:
        key = await running.settled(charger)
        reading = asyncio.create_task(control.get_configuration(key, ("HeartbeatInterval", "X")))
        entry = {"key": "HeartbeatInterval", "readonly": False, "value": "300"}
        calls = await charger.answers({"configurationKey": [entry], "unknownKey": ["X"]})
        assert calls == [["GetConfiguration", {"key": ["HeartbeatInterval", "X"]}]]
        read = await reading
        assert isinstance(read, ConfigurationRead)
        assert [v.name for v in read.variables] == ["HeartbeatInterval"]
        assert read.unknown == ("X",)

        writing = asyncio.create_task(control.set_configuration(key, {"A": "1", "B": "2"}))
        await charger.answers({"status": "Accepted"}, {"status": "RebootRequired"})
        written = await writing
        assert isinstance(written, ConfigurationWritten)
        assert {name: one.status for name, one in written.results.items()} == {
            "A": CommandStatus.ACCEPTED,
            "B": CommandStatus.REBOOT_REQUIRED,
        }


@pytest.mark.parametrize("version", V2)
@pytest.mark.ocpp("B05")
@pytest.mark.ocpp("B06")
async def test_variables_in_ocpp_2(running: Hub, control: Control, version: str) -> None:
    places: list[dict[str, Any]] = [
        {"component": {"name": "OCPPCommCtrlr"}, "variable": {"name": "HeartbeatInterval"}},
        {
            "component": {
                "name": "Connector",
                "instance": "a",
                "evse": {"id": 1, "connectorId": 2},
            },
            "variable": {"name": "Available", "instance": "b"},
        },
    ]
    names = ("OCPPCommCtrlr.HeartbeatInterval", "Connector[a]@1.2.Available[b]")
    async with running.charger(version=version) as charger:
        key = await running.settled(charger)
        reading = asyncio.create_task(control.get_configuration(key, (*names, "nonsense")))
        first = {**places[0], "attributeStatus": "Accepted", "attributeValue": "300"}
        second = {**places[1], "attributeStatus": "UnknownVariable"}
        calls = await charger.answers({"getVariableResult": [first, second]})
        assert calls == [["GetVariables", {"getVariableData": places}]]
        read = await reading
        assert isinstance(read, ConfigurationRead)
        assert [(v.name, v.value) for v in read.variables] == [(names[0], "300")]
        assert read.unknown == (names[1], "nonsense")

        writing = asyncio.create_task(control.set_configuration(key, dict.fromkeys(names, "1")))
        results = [{**places[0], "attributeStatus": "Accepted"}]
        results.append({**places[1], "attributeStatus": "RebootRequired"})
        await charger.answers({"setVariableResult": results})
        written = await writing
        assert isinstance(written, ConfigurationWritten)
        assert [written.results[name].status for name in names] == [
            CommandStatus.ACCEPTED,
            CommandStatus.REBOOT_REQUIRED,
        ]


async def test_the_commands_of_a_version_come_with_their_schema(
    running: Hub, control: Control
) -> None:
    for version, count, name in (("ocpp1.6", 26, "Reset"), ("ocpp2.1", 55, "SetVariables")):
        async with running.charger(version=version) as charger:
            key = await running.settled(charger)
            commands = {one.name: one for one in await control.commands(key)}
            assert len(commands) == count
            assert commands[name].obstacle is None
            assert "$defs" in commands[name].schema
        await until(lambda: running.link() is None)
