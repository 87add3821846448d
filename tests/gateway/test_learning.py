"""Variables and keys that are read and written in parts, and what is learned of them."""

import json
from collections.abc import AsyncIterator

import pytest

from laddnav.gateway.control import Control
from laddnav.stations.control import (
    Answered,
    CallFailed,
    CommandStatus,
)
from laddnav.stations.model.variables import InventoryStatus
from tests.gateway.hub import Hub, hub
from tests.gateway.telling import (
    V2,
    Json,
    answered,
    begin,
    called,
    inventory,
    read_back,
    told,
    variables,
    write_back,
)


@pytest.fixture
async def running(sqlite_url: str) -> AsyncIterator[Hub]:
    async with hub(sqlite_url, call_seconds=5.0) as opened:
        await opened.add()
        yield opened


@pytest.fixture
def control(running: Hub) -> Control:
    return Control(running.links.registry)


# ---- reading and writing ------------------------------------------------------------------


@pytest.mark.ocpp("B05.FR.11")
@pytest.mark.ocpp("B06.FR.05")
@pytest.mark.parametrize("version", V2)
async def test_variables_go_in_as_many_messages_as_the_station_can_take(
    running: Hub, control: Control, version: str
) -> None:
    async with running.charger(version=version) as charger:
        key = await running.settled(charger)
        await told(charger, control, key, version, ItemsPerMessage="GetVariables 2")
        await told(charger, control, key, version, ItemsPerMessage="SetVariables 50")
        await told(charger, control, key, version, BytesPerMessage="SetVariables 400")
        reading = begin(control.get_configuration(key, [f"A.V{number}" for number in range(5)]))
        sizes = [await read_back(charger, version) for _ in range(3)]
        assert sizes == [2, 2, 1]
        assert len((await reading).variables) == 5
        values = {f"A.V{number}": "x" * 100 for number in range(3)}
        writing = begin(control.set_configuration(key, values))
        assert [await write_back(charger, version) for _ in range(3)] == [1, 1, 1]
        assert {each.status for each in (await writing).results.values()} == {
            CommandStatus.ACCEPTED
        }
        known = await variables(running, key)
        assert (known["A.V1"].value, known["A.V4"].value) == ("x" * 100, "1")


@pytest.mark.ocpp("B06.FR.16")
@pytest.mark.ocpp("B06.FR.17")
@pytest.mark.parametrize("code", ["OccurrenceConstraintViolation", "FormatViolation"])
async def test_what_is_too_much_for_a_station_is_sent_in_halves(
    running: Hub, control: Control, code: str
) -> None:
    async with running.charger(version="ocpp2.0.1") as charger:
        key = await running.settled(charger)
        reading = begin(control.get_configuration(key, [f"A.V{number}" for number in range(5)]))
        for most in (5, 2):
            message_id, _, payload = await called(charger, "ocpp2.0.1")
            assert len(payload["getVariableData"]) == most
            await charger.tell(4, message_id, code, "too much", {})
        assert [await read_back(charger, "ocpp2.0.1") for _ in range(5)] == [1] * 5
        assert len((await reading).variables) == 5


async def test_a_single_variable_that_is_too_much_is_an_error(
    running: Hub, control: Control
) -> None:
    async with running.charger(version="ocpp2.0.1") as charger:
        key = await running.settled(charger)
        reading = begin(control.get_configuration(key, ["A.X"]))
        message_id, _, _ = await called(charger, "ocpp2.0.1")
        await charger.tell(4, message_id, "OccurrenceConstraintViolation", "", {})
        assert isinstance(await reading, CallFailed)


async def test_a_value_that_is_longer_than_the_station_takes_is_not_sent(
    running: Hub, control: Control
) -> None:
    async with running.charger(version="ocpp2.0.1") as charger:
        key = await running.settled(charger)
        reading = begin(control.get_configuration(key, ["DeviceDataCtrlr.ConfigurationValueSize"]))
        message_id, _, payload = await called(charger, "ocpp2.0.1")
        (entry,) = payload["getVariableData"]
        result = {**entry, "attributeStatus": "Accepted", "attributeValue": "10"}
        await charger.tell(3, message_id, {"getVariableResult": [result]})
        await reading
        values = {"A.X": "x" * 11, "A.Y": "y" * 10, "no name": "1"}
        writing = begin(control.set_configuration(key, values))
        assert await write_back(charger, "ocpp2.0.1") == 1
        results = (await writing).results
        assert results["no name"].status is CommandStatus.UNKNOWN
        assert results["A.Y"].status is CommandStatus.ACCEPTED
        assert results["A.X"].status is CommandStatus.REJECTED
        assert "10 characters" in (results["A.X"].reason or "")
        again = begin(control.set_configuration(key, values))
        message_id, _, _ = await called(charger, "ocpp2.0.1")
        await charger.tell(4, message_id, "InternalError", "", {})
        assert isinstance(await again, CallFailed)


@pytest.mark.ocpp("B06.FR.13")
@pytest.mark.parametrize("version", V2)
async def test_a_value_that_is_not_set_is_empty_and_one_that_is_only_written_is_untold(
    running: Hub, control: Control, version: str
) -> None:
    async with running.charger(version=version) as charger:
        key = await running.settled(charger)
        reading = begin(control.get_configuration(key, ["A.Unset", "A.Hidden", "A.Strange"]))
        message_id, _, payload = await called(charger, version)
        told = [
            {"attributeStatus": "Accepted", "attributeValue": ""},
            {"attributeStatus": "Rejected"},
            {"attributeStatus": "UnknownVariable"},
        ]
        results = [
            {**each, **said} for each, said in zip(payload["getVariableData"], told, strict=True)
        ]
        await charger.tell(3, message_id, {"getVariableResult": results})
        read = await reading
        assert {each.name: each.value for each in read.variables} == {
            "A.Unset": "", "A.Hidden": None,
        }  # fmt: skip
        assert read.unknown == ("A.Strange",)
        known = await variables(running, key)
        assert [known[name].value for name in ("A.Unset", "A.Hidden")] == ["", None]
        assert known["A.Strange"].status is CommandStatus.UNKNOWN


@pytest.mark.ocpp("B05.FR.13")
async def test_no_variable_is_named_twice_in_one_message(running: Hub, control: Control) -> None:
    async with running.charger(version="ocpp2.0.1") as charger:
        key = await running.settled(charger)
        values = {"A.X": "1", "a.x": "2", "A.X/Target": "3"}
        writing = begin(control.set_configuration(key, values))
        assert await write_back(charger, "ocpp2.0.1") == 1
        assert await write_back(charger, "ocpp2.0.1", "RebootRequired") == 2
        results = (await writing).results
        assert [results[name].status for name in values] == [
            CommandStatus.ACCEPTED, CommandStatus.REBOOT_REQUIRED, CommandStatus.REBOOT_REQUIRED,
        ]  # fmt: skip
        reading = begin(control.get_configuration(key, ["A.X", "a.X", "A.X/Target"]))
        assert await read_back(charger, "ocpp2.0.1") == 2
        assert (await reading).unknown == ()
        known = await variables(running, key)
        assert set(known) == {"A.X", "A.X/Target"}
        assert known["A.X/Target"].write is not None
        assert known["A.X/Target"].write.needs_reboot


@pytest.mark.parametrize("version", V2)
@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("Accepted", CommandStatus.ACCEPTED),
        ("Rejected", CommandStatus.REJECTED),
        ("RebootRequired", CommandStatus.REBOOT_REQUIRED),
        ("UnknownVariable", CommandStatus.UNKNOWN),
        ("NotSupportedAttributeType", CommandStatus.NOT_SUPPORTED),
    ],
)
@pytest.mark.ocpp("B05")
async def test_what_a_raw_call_sets_is_learned_too(
    running: Hub, control: Control, version: str, word: str, status: CommandStatus
) -> None:
    entry = {"component": {"name": "A"}, "variable": {"name": "X"}}
    payload = json.dumps({"setVariableData": [{**entry, "attributeValue": "7"}]}).encode()
    async with running.charger(version=version) as charger:
        key = await running.settled(charger)
        calling = begin(control.call(key, "SetVariables", payload))
        info = {"reasonCode": "Why"}
        result = {**entry, "attributeStatus": word, "attributeStatusInfo": info}
        await answered(charger, version, {"setVariableResult": [result]})
        assert isinstance(await calling, Answered)
        known = (await variables(running, key))["A.X"]
        assert known.write is not None
        assert (known.write.status, known.write.wanted, known.write.reason) == (status, "7", "Why")
        assert known.value == ("7" if word == "Accepted" else None)


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("Accepted", CommandStatus.ACCEPTED),
        ("Rejected", CommandStatus.REJECTED),
        ("RebootRequired", CommandStatus.REBOOT_REQUIRED),
        ("NotSupported", CommandStatus.NOT_SUPPORTED),
    ],
)
async def test_what_a_raw_call_sets_in_ocpp_1_6_is_learned_too(
    running: Hub, control: Control, word: str, status: CommandStatus
) -> None:
    async with running.charger() as charger:
        key = await running.settled(charger)
        calling = begin(control.call(key, "ChangeConfiguration", b'{"key": "X", "value": "7"}'))
        await answered(charger, "ocpp1.6", {"status": word})
        await calling
        known = (await variables(running, key))["X"]
        assert known.write is not None
        assert (known.write.status, known.write.wire_status) == (status, word)
        assert known.value == ("7" if word == "Accepted" else None)


@pytest.mark.ocpp("A01.FR.09")
async def test_a_password_that_is_set_is_not_stored(running: Hub, control: Control) -> None:
    async with running.charger() as charger:
        key = await running.settled(charger)
        payload = b'{"key": "AuthorizationKey", "value": "53656372657453656372657453"}'
        calling = begin(control.call(key, "ChangeConfiguration", payload))
        await answered(charger, "ocpp1.6", {"status": "Accepted"})
        await calling
        rows = [row for write in running.database.commits for row in write.rows]
        assert not any("53656372" in str(row.values) for row in rows)


# ---- configuration keys -------------------------------------------------------------------


def keys(**values: str) -> list[Json]:
    return [
        {"key": key, "readonly": key.endswith("Keys"), "value": value}
        for key, value in values.items()
    ]


async def test_a_refresh_reads_all_keys_of_ocpp_1_6(running: Hub, control: Control) -> None:
    async with running.charger() as charger:
        key = await running.settled(charger)
        for told_keys in (keys(A="1", B="2"), keys(B="3", GetConfigurationMaxKeys="50")):
            asking = begin(control.refresh(key))
            call = await answered(charger, "ocpp1.6", {"configurationKey": told_keys})
            assert call == ("GetConfiguration", {})
            assert (await asking).status is CommandStatus.ACCEPTED
        known = await variables(running, key)
        assert {name: each.value for name, each in known.items()} == {
            "B": "3", "GetConfigurationMaxKeys": "50",
        }  # fmt: skip
        assert [each.mutability for each in known.values()] == ["ReadWrite", "ReadOnly"]
        assert (await inventory(running, key)).status is InventoryStatus.COMPLETE


async def test_a_station_that_tells_only_so_many_keys_is_asked_for_the_others_by_name(
    running: Hub, control: Control
) -> None:
    async with running.charger() as charger:
        key = await running.settled(charger)
        asking = begin(control.refresh(key))
        first = keys(GetConfigurationMaxKeys="10", **{f"K{number}": "1" for number in range(9)})
        await answered(charger, "ocpp1.6", {"configurationKey": first})
        asked: list[str] = []
        while len(asked) < 48:
            message_id, _, payload = await called(charger, "ocpp1.6")
            assert len(payload["key"]) <= 10
            asked += payload["key"]
            entries = keys(HeartbeatInterval="60") if "HeartbeatInterval" in payload["key"] else []
            rest = [name for name in payload["key"] if name != "HeartbeatInterval"]
            await charger.tell(3, message_id, {"configurationKey": entries, "unknownKey": rest})
        assert (await asking).status is CommandStatus.ACCEPTED
        assert "GetConfigurationMaxKeys" not in asked
        known = await variables(running, key)
        assert (known["HeartbeatInterval"].value, known["K8"].value) == ("60", "1")
        assert known["BlinkRepeat"].status is CommandStatus.UNKNOWN


async def test_keys_are_asked_for_as_many_at_a_time_as_the_station_takes(
    running: Hub, control: Control
) -> None:
    async with running.charger() as charger:
        key = await running.settled(charger)
        asking = begin(control.refresh(key))
        told_keys = keys(GetConfigurationMaxKeys="3", A="1")
        await answered(charger, "ocpp1.6", {"configurationKey": told_keys})
        await asking
        reading = begin(control.get_configuration(key, list("ABCDE")))
        sizes = []
        for _ in range(2):
            message_id, _, payload = await called(charger, "ocpp1.6")
            sizes.append(len(payload["key"]))
            await charger.tell(3, message_id, {"unknownKey": payload["key"]})
        assert sizes == [3, 2]
        assert (await reading).unknown == tuple("ABCDE")


async def test_a_station_without_keys_is_not_asked_again(running: Hub, control: Control) -> None:
    async with running.charger() as charger:
        key = await running.settled(charger)
        asking = begin(control.refresh(key))
        await answered(charger, "ocpp1.6", {})
        for _ in range(3):
            message_id, _, payload = await called(charger, "ocpp1.6")
            await charger.tell(3, message_id, {"unknownKey": payload["key"]})
        await asking
        found = await inventory(running, key)
        assert (found.status, found.detail) == (InventoryStatus.REFUSED, "no keys")


async def test_an_answer_of_which_the_end_is_missing_removes_no_key(
    running: Hub, control: Control
) -> None:
    """Grizzl-E (lbbrhzn#442)."""
    async with running.charger() as charger:
        key = await running.settled(charger)
        asking = begin(control.refresh(key))
        await answered(charger, "ocpp1.6", {"configurationKey": keys(A="1", B="2")})
        await asking
        asking = begin(control.refresh(key))
        message_id, _, _ = await called(charger, "ocpp1.6")
        told = '{"key":"A","readonly":true,"value":"3"},{"key":"B","reado'
        await charger.socket.send(f'[3,"{message_id}",{{"configurationKey":[{told}')
        await asking
        known = await variables(running, key)
        assert {name: each.value for name, each in known.items()} == {"A": "3", "B": "2"}
        assert (await inventory(running, key)).status is InventoryStatus.INCOMPLETE


async def test_more_keys_than_any_station_has_are_not_learned(
    running: Hub, control: Control
) -> None:
    async with running.charger() as charger:
        key = await running.settled(charger)
        calling = begin(control.call(key, "GetConfiguration", b'{"key": ["A"]}'))
        many = keys(**{f"K{number}": "1" for number in range(2_500)})
        await answered(charger, "ocpp1.6", {"configurationKey": many})
        await calling
        rows = [row for write in running.database.commits for row in write.rows]
        assert sum(row.into.table.name == "variables" for row in rows) == 2_000
