"""Commands to stations: in every version, held while a station settles, and each with one end."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from laddnav.gateway.control import Control
from laddnav.kernel.keys import StationKey
from laddnav.stations.control import (
    Answered,
    CallFailed,
    ConfigurationRead,
    InvalidPayload,
    NotConnected,
    NotPossible,
    ResetKind,
    TimedOut,
    Trigger,
)
from laddnav.stations.model import Registration
from laddnav.tokens.model import TokenRef
from tests.gateway.hub import Hub, hub

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


# ---- any action ---------------------------------------------------------------------------


async def test_any_action_is_called_by_its_json(running: Hub, control: Control) -> None:
    async with running.charger() as charger:
        key = await running.settled(charger)
        calling = asyncio.create_task(control.call(key, "ClearCache", b"{}"))
        assert await charger.answers({"status": "Accepted"}) == [["ClearCache", {}]]
        assert await calling == Answered(payload=b'{"status": "Accepted"}')


async def test_an_error_of_the_station_is_told(running: Hub, control: Control) -> None:
    async with running.charger() as charger:
        key = await running.settled(charger)
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
        key = await running.settled(charger)
        result = await control.call(key, name, payload)
        assert isinstance(result, InvalidPayload)
        assert problem in result.problem
        assert (await charger.ask("Heartbeat", {}))[0] == 3  # and nothing came before


@pytest.mark.parametrize("name", ["Nonsense", "Heartbeat", "GetVariables", "TransactionEvent"])
async def test_what_is_no_command_of_the_version_is_not_sent(
    running: Hub, control: Control, name: str
) -> None:
    async with running.charger() as charger:
        key = await running.settled(charger)
        assert isinstance(await control.call(key, name, b"{}"), NotPossible)


async def test_a_station_that_is_not_connected_is_not_called(control: Control) -> None:
    assert await control.call(NOBODY, "Reset", b'{"type":"Soft"}') == NotConnected()
    assert await control.reset(NOBODY, ResetKind.IMMEDIATE) == NotConnected()
    assert await control.get_configuration(NOBODY, ()) == NotConnected()
    assert await control.commands(NOBODY) == ()


async def test_a_call_that_is_not_answered_times_out(running: Hub, control: Control) -> None:
    async with running.charger() as charger:
        key = await running.settled(charger)
        assert await control.call(key, "ClearCache", b"{}", 0.05) == TimedOut()
        late = await charger.hear()
        await charger.tell(3, late[1], {"status": "Accepted"})
        assert (await charger.ask("Heartbeat", {}))[0] == 3
        assert running.links.violations.seen(key)["late_answer"] == 1


async def test_a_station_that_answers_no_call_must_reconnect(
    running: Hub, control: Control
) -> None:
    async with running.charger() as charger:
        key = await running.settled(charger)
        for _ in range(4):
            assert await control.call(key, "ClearCache", b"{}", 0.05) == TimedOut()
        for _ in range(4):
            await charger.hear()
        assert await charger.closed() == (1001, "commands are not answered")


async def test_a_link_that_ends_ends_its_calls(running: Hub, control: Control) -> None:
    async with running.charger() as charger:
        key = await running.settled(charger)
        calling = [asyncio.create_task(control.call(key, "ClearCache", b"{}")) for _ in range(3)]
        await charger.hear()
    assert [await one for one in calling] == [NotConnected()] * 3


async def test_one_call_is_outstanding_and_the_others_wait(running: Hub, control: Control) -> None:
    async with running.charger() as charger:
        key = await running.settled(charger)
        calling = [
            asyncio.create_task(control.call(key, "UnlockConnector", b'{"connectorId":%d}' % one))
            for one in (1, 2, 3)
        ]
        first = await charger.hear()
        assert (await charger.ask("Heartbeat", {}))[0] == 3  # calls of both sides may cross
        await charger.tell(3, first[1], {"status": "Unlocked"})
        assert len(await charger.answers({"status": "Unlocked"}, {"status": "Unlocked"})) == 2
        assert {type(result) for result in await asyncio.gather(*calling)} == {Answered}


@pytest.mark.ocpp("J21 4.2.3")
async def test_an_answer_that_does_not_fit_fails_the_call_and_is_refused_in_2_1_only(
    running: Hub, control: Control
) -> None:
    for version in ("ocpp1.6", *V2):
        async with running.charger(version=version) as charger:
            key = await running.settled(charger)
            calling = asyncio.create_task(control.call(key, "ClearCache", b"{}"))
            await charger.answers({"status": {}})
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
        key = await running.settled(charger)
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
        await charger.answers({"status": "Accepted"})
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
        key = await running.settled(charger, "CP2")
        await charger.ask("BootNotification", boot)
        live = running.rooms.stations.live(key)
        assert live is not None
        live.commands_from = 0.0
        assert (await charger.ask("Heartbeat", {}))[2] == "SecurityError"
        calling = asyncio.create_task(control.trigger(key, Trigger.HEARTBEAT))
        await charger.answers({"status": "Accepted"})
        await calling
        assert (await charger.ask("Heartbeat", {}))[0] == 3
        started = await control.start(key, token=TokenRef("TAG"), connector=None, remote_start_id=1)
        assert isinstance(started, NotPossible)
