"""Commands to stations: in every version, held while a station settles, and each with one end."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, NamedTuple

import pytest

from laddnav.gateway.commands import read_variable_name
from laddnav.gateway.control import Control
from laddnav.kernel.keys import ConnectorRef, StationKey
from laddnav.stations.control import (
    Answered,
    CallFailed,
    Commanded,
    CommandStatus,
    ConfigurationRead,
    ConfigurationWritten,
    InvalidPayload,
    NotConnected,
    NotPossible,
    ResetKind,
    TimedOut,
    Trigger,
)
from laddnav.stations.model import Registration, StationSettings
from laddnav.tokens.model import TokenRef
from tests.gateway.doubles import until
from tests.gateway.hub import Charger, Hub, hub

V2 = ("ocpp2.0.1", "ocpp2.1")
NOBODY = StationKey("default", "NOBODY")


@pytest.fixture
async def running(sqlite_url: str) -> AsyncIterator[Hub]:
    async with hub(sqlite_url, call_seconds=5.0) as opened:
        await opened.add()
        yield opened


@pytest.fixture
def control(running: Hub) -> Control:
    return Control(running.links.registry)


async def settled(running: Hub, charger: Charger, identity: str = "CP1") -> StationKey:
    """Wait until a station may be commanded, and return its key."""
    await charger.ask("Heartbeat", {})
    link = running.link(identity)
    assert link is not None
    live = running.rooms.stations.live(link.key)
    assert live is not None
    live.commands_from = 0.0
    return link.key


async def answering(charger: Charger, *answers: dict[str, Any]) -> list[list[Any]]:
    """Answer the calls that come, and return them."""
    calls = []
    for answer in answers:
        call = await charger.hear()
        await charger.tell(3, call[1], answer)
        calls.append(call[2:])
    return calls


# ---- any action ---------------------------------------------------------------------------


async def test_any_action_is_called_by_its_json(running: Hub, control: Control) -> None:
    async with running.charger() as charger:
        key = await settled(running, charger)
        calling = asyncio.create_task(control.call(key, "ClearCache", b"{}"))
        assert await answering(charger, {"status": "Accepted"}) == [["ClearCache", {}]]
        assert await calling == Answered(payload=b'{"status": "Accepted"}')


async def test_an_error_of_the_station_is_told(running: Hub, control: Control) -> None:
    async with running.charger() as charger:
        key = await settled(running, charger)
        calling = asyncio.create_task(control.call(key, "ClearCache", b"{}"))
        call = await charger.hear()
        await charger.tell(4, call[1], "OccurenceConstraintViolation", "no cache", {"a": 1})
        assert await calling == CallFailed(
            code="OccurenceConstraintViolation", description="no cache", details={"a": 1}
        )


@pytest.mark.parametrize(
    ("name", "payload", "problem"),
    [
        ("ChangeAvailability", b'{"connectorId":"x","type":"Operative"}', "$.connectorId"),
        ("ChangeAvailability", b'{"connectorId":1}', "$.type: is required"),
        ("ClearCache", b"[]", "$"),
        ("ClearCache", b"{", "$"),
        ("Reset", b'{"type":"Soft","force":true}', "$.force is not known"),
    ],
)
async def test_what_does_not_fit_its_type_is_not_sent(
    running: Hub, control: Control, name: str, payload: bytes, problem: str
) -> None:
    async with running.charger() as charger:
        key = await settled(running, charger)
        result = await control.call(key, name, payload)
        assert isinstance(result, InvalidPayload)
        assert problem in result.problem
        assert (await charger.ask("Heartbeat", {}))[0] == 3  # and nothing came before


@pytest.mark.parametrize("name", ["Nonsense", "Heartbeat", "GetVariables", "TransactionEvent"])
async def test_what_is_no_command_of_the_version_is_not_sent(
    running: Hub, control: Control, name: str
) -> None:
    async with running.charger() as charger:
        key = await settled(running, charger)
        assert isinstance(await control.call(key, name, b"{}"), NotPossible)


async def test_a_station_that_is_not_connected_is_not_called(control: Control) -> None:
    assert await control.call(NOBODY, "Reset", b'{"type":"Soft"}') == NotConnected()
    assert await control.reset(NOBODY, ResetKind.IMMEDIATE) == NotConnected()
    assert await control.get_configuration(NOBODY, ()) == NotConnected()
    assert await control.commands(NOBODY) == ()


async def test_a_call_that_is_not_answered_times_out(running: Hub, control: Control) -> None:
    async with running.charger() as charger:
        key = await settled(running, charger)
        assert await control.call(key, "ClearCache", b"{}", 0.05) == TimedOut()
        late = await charger.hear()
        await charger.tell(3, late[1], {"status": "Accepted"})
        assert (await charger.ask("Heartbeat", {}))[0] == 3
        assert running.links.violations.of(key)["late_answer"] == 1


async def test_a_station_that_answers_no_call_must_reconnect(
    running: Hub, control: Control
) -> None:
    async with running.charger() as charger:
        key = await settled(running, charger)
        for _ in range(4):
            assert await control.call(key, "ClearCache", b"{}", 0.05) == TimedOut()
        for _ in range(4):
            await charger.hear()
        assert await charger.closed() == (1001, "commands are not answered")


async def test_a_link_that_ends_ends_its_calls(running: Hub, control: Control) -> None:
    async with running.charger() as charger:
        key = await settled(running, charger)
        calling = [asyncio.create_task(control.call(key, "ClearCache", b"{}")) for _ in range(3)]
        await charger.hear()
    assert [await one for one in calling] == [NotConnected()] * 3


async def test_one_call_is_outstanding_and_the_others_wait(running: Hub, control: Control) -> None:
    async with running.charger() as charger:
        key = await settled(running, charger)
        calling = [
            asyncio.create_task(control.call(key, "UnlockConnector", b'{"connectorId":%d}' % one))
            for one in (1, 2, 3)
        ]
        first = await charger.hear()
        assert (await charger.ask("Heartbeat", {}))[0] == 3  # calls of both sides may cross
        await charger.tell(3, first[1], {"status": "Unlocked"})
        assert len(await answering(charger, {"status": "Unlocked"}, {"status": "Unlocked"})) == 2
        assert {type(result) for result in await asyncio.gather(*calling)} == {Answered}


@pytest.mark.ocpp("J21 4.2.3")
async def test_an_answer_that_does_not_fit_fails_the_call_and_is_refused_in_2_1_only(
    running: Hub, control: Control
) -> None:
    for version in ("ocpp1.6", *V2):
        async with running.charger(version=version) as charger:
            key = await settled(running, charger)
            calling = asyncio.create_task(control.call(key, "ClearCache", b"{}"))
            await answering(charger, {"status": {}})
            result = await calling
            assert isinstance(result, CallFailed)
            assert result.code == "TypeConstraintViolation"
            await charger.tell(2, "h", "Heartbeat", {})
            heard = [await charger.hear()]
            if version == "ocpp2.1":
                assert heard[0][0] == 5
                heard = [await charger.hear()]
            assert heard[0][:2] == [3, "h"]


async def test_an_answer_of_which_the_end_is_missing_is_read_as_far_as_it_goes(
    running: Hub, control: Control
) -> None:
    async with running.charger() as charger:
        key = await settled(running, charger)
        calling = asyncio.create_task(control.get_configuration(key, ()))
        call = await charger.hear()
        keys = '{"key":"A","readonly":true,"value":"1"},{"key":"B","reado'
        await charger.socket.send(f'[3,"{call[1]}",{{"configurationKey":[{keys}')
        read = await calling
        assert isinstance(read, ConfigurationRead)
        assert [(v.name, v.value, v.read_only) for v in read.variables] == [("A", "1", True)]


# ---- settling and registration ------------------------------------------------------------


async def test_a_command_to_a_station_that_settles_is_held_not_refused(
    running: Hub, control: Control
) -> None:
    async with running.charger() as charger:
        await charger.ask("Heartbeat", {})
        link = running.link()
        assert link is not None
        live = running.rooms.stations.live(link.key)
        assert live is not None
        calling = asyncio.create_task(control.call(link.key, "ClearCache", b"{}"))
        assert (await charger.ask("Heartbeat", {}))[0] == 3
        assert not calling.done()
        live.commands_from = 0.0
        await answering(charger, {"status": "Accepted"})
        assert isinstance(await calling, Answered)


async def test_a_station_that_leaves_while_it_settles_was_not_connected(
    running: Hub, control: Control
) -> None:
    async with running.charger() as charger:
        await charger.ask("Heartbeat", {})
        link = running.link()
        assert link is not None
        calling = asyncio.create_task(control.call(link.key, "ClearCache", b"{}"))
        await asyncio.sleep(0)
    assert await calling == NotConnected()


@pytest.mark.ocpp("B02.FR.09")
async def test_a_pending_station_is_heard_when_it_says_what_it_was_asked_for(
    running: Hub, control: Control
) -> None:
    await running.add("CP2", registration=Registration.PENDING)
    async with running.charger("CP2") as charger:
        boot = {"chargePointVendor": "Vendor", "chargePointModel": "Model"}
        key = await settled(running, charger, "CP2")
        await charger.ask("BootNotification", boot)
        live = running.rooms.stations.live(key)
        assert live is not None
        live.commands_from = 0.0
        assert (await charger.ask("Heartbeat", {}))[2] == "SecurityError"
        calling = asyncio.create_task(control.trigger(key, Trigger.HEARTBEAT))
        await answering(charger, {"status": "Accepted"})
        await calling
        assert (await charger.ask("Heartbeat", {}))[0] == 3
        started = await control.start(key, token=TokenRef("TAG"), connector=None, remote_start_id=1)
        assert isinstance(started, NotPossible)


# ---- the verbs ----------------------------------------------------------------------------

EV1 = ConnectorRef(1, 1)
EV2 = ConnectorRef(2, 1)


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
        key = await settled(running, charger)
        commanding = asyncio.create_task(getattr(control, case.verb)(key, **case.arguments))
        assert await answering(charger, case.answer) == [case.call]
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
    ],
)
async def test_each_verb_in_ocpp_2(
    running: Hub, control: Control, version: str, case: Case
) -> None:
    await one_verb(running, control, version, case)


@pytest.mark.parametrize(
    ("verb", "arguments"),
    [
        ("reset", {"kind": ResetKind.ON_IDLE, "evse": 1}),
        ("trigger", {"what": Trigger.TRANSACTION}),
        ("unlock", {"connector": ConnectorRef(1, 2)}),
        ("start", {"token": TokenRef("x" * 21), "connector": None, "remote_start_id": 1}),
        ("stop", {"transaction_id": "abc"}),
    ],
)
async def test_what_ocpp_1_6_cannot_say_is_told_and_not_sent(
    running: Hub, control: Control, verb: str, arguments: dict[str, Any]
) -> None:
    async with running.charger() as charger:
        key = await settled(running, charger)
        result = await getattr(control, verb)(key, **arguments)
        assert isinstance(result, NotPossible | InvalidPayload)
        assert (await charger.ask("Heartbeat", {}))[0] == 3


async def test_connectors_of_ocpp_1_6_have_the_numbers_of_their_grouping(
    running: Hub, control: Control
) -> None:
    await running.add("CP2", settings=StationSettings(connector_grouping=((1, 2), (3,))))
    async with running.charger("CP2") as charger:
        key = await settled(running, charger, "CP2")
        unlocking = asyncio.create_task(control.unlock(key, ConnectorRef(1, 2)))
        calls = await answering(charger, {"status": "Unlocked"})
        assert calls == [["UnlockConnector", {"connectorId": 2}]]
        await unlocking


async def test_configuration_in_ocpp_1_6(running: Hub, control: Control) -> None:
    async with running.charger() as charger:
        key = await settled(running, charger)
        reading = asyncio.create_task(control.get_configuration(key, ("HeartbeatInterval", "X")))
        entry = {"key": "HeartbeatInterval", "readonly": False, "value": "300"}
        calls = await answering(charger, {"configurationKey": [entry], "unknownKey": ["X"]})
        assert calls == [["GetConfiguration", {"key": ["HeartbeatInterval", "X"]}]]
        read = await reading
        assert isinstance(read, ConfigurationRead)
        assert [v.name for v in read.variables] == ["HeartbeatInterval"]
        assert read.unknown == ("X",)

        writing = asyncio.create_task(control.set_configuration(key, {"A": "1", "B": "2"}))
        await answering(charger, {"status": "Accepted"}, {"status": "RebootRequired"})
        written = await writing
        assert isinstance(written, ConfigurationWritten)
        assert {name: one.status for name, one in written.results.items()} == {
            "A": CommandStatus.ACCEPTED,
            "B": CommandStatus.REBOOT_REQUIRED,
        }


@pytest.mark.parametrize("version", V2)
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
        key = await settled(running, charger)
        reading = asyncio.create_task(control.get_configuration(key, (*names, "nonsense")))
        first = {**places[0], "attributeStatus": "Accepted", "attributeValue": "300"}
        second = {**places[1], "attributeStatus": "UnknownVariable"}
        calls = await answering(charger, {"getVariableResult": [first, second]})
        assert calls == [["GetVariables", {"getVariableData": places}]]
        read = await reading
        assert isinstance(read, ConfigurationRead)
        assert [(v.name, v.value) for v in read.variables] == [(names[0], "300")]
        assert read.unknown == (names[1], "nonsense")

        writing = asyncio.create_task(control.set_configuration(key, dict.fromkeys(names, "1")))
        results = [{**places[0], "attributeStatus": "Accepted"}]
        results.append({**places[1], "attributeStatus": "RebootRequired"})
        await answering(charger, {"setVariableResult": results})
        written = await writing
        assert isinstance(written, ConfigurationWritten)
        assert [written.results[name].status for name in names] == [
            CommandStatus.ACCEPTED,
            CommandStatus.REBOOT_REQUIRED,
        ]


def test_names_of_variables_are_taken_apart() -> None:
    assert read_variable_name("A.B") == ("A", None, None, None, "B", None)
    assert read_variable_name("A[i]@3.B[j]") == ("A", "i", 3, None, "B", "j")
    assert read_variable_name("A@1.2.B") == ("A", None, 1, 2, "B", None)
    for wrong in ("", "A", "A.", ".B", "A@x.B", "A..B", "A[i.B"):
        assert read_variable_name(wrong) is None


async def test_the_commands_of_a_version_come_with_their_schema(
    running: Hub, control: Control
) -> None:
    for version, count, name in (("ocpp1.6", 26, "Reset"), ("ocpp2.1", 55, "SetVariables")):
        async with running.charger(version=version) as charger:
            key = await settled(running, charger)
            commands = {one.name: one for one in await control.commands(key)}
            assert len(commands) == count
            assert commands[name].obstacle is None
            assert "$defs" in commands[name].schema
        await until(lambda: running.link() is None)
