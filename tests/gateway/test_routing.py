"""Commands to stations that another node holds: asked over the bus, each verb and each result."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import pytest

from laddnav.gateway.control import Control
from laddnav.gateway.routing import RoutedControl, control_subject, serve_control
from laddnav.kernel.keys import ConnectorRef, StationKey
from laddnav.stations.control import (
    Answered,
    CallFailed,
    Command,
    Commanded,
    CommandResult,
    CommandStatus,
    ConfigurationRead,
    ConfigurationWritten,
    InvalidPayload,
    MobileAccess,
    NetworkProfile,
    NoAnswer,
    NotConnected,
    NotPossible,
    PrivateNetwork,
    ReportBase,
    ReportCriterion,
    ResetKind,
    StationControl,
    TimedOut,
    Trigger,
    Variable,
)
from laddnav.tokens.model import TokenRef
from tests.gateway.neighbours import NarrowBus, Stations

HERE, THERE = "here.example/0001", "there example/0002"
KEY = StationKey("default", "CP 1/ö")
PLUG = ConnectorRef(2, 1)
TOKEN = TokenRef("04A1", "ISO14443")
UNTYPED = TokenRef("04A1", None)

NO_ANSWERS: tuple[NoAnswer, ...] = (
    CallFailed(
        code="NotSupported", description="«no»", details={"a": [1, 2.5, None], "b": {"c": 10**30}}
    ),
    NotConnected(),
    TimedOut(),
    InvalidPayload(problem="$.evse.id is missing"),
    NotPossible(reason="OCPP 1.6 has no command X"),
)
COMMANDED = Commanded(status=CommandStatus.SCHEDULED, wire_status="Scheduled", reason="busy: later")
COMMAND_RESULTS: tuple[CommandResult, ...] = (
    *(Commanded(status=status, wire_status=status.name) for status in CommandStatus),
    COMMANDED,
    *NO_ANSWERS,
)
READ = ConfigurationRead(
    variables=(
        Variable(name="A", value="1", read_only=True),
        Variable(name="B.C", value=None),
    ),
    unknown=("D",),
)
WRITTEN = ConfigurationWritten(results={"A": COMMANDED})
PROFILE = NetworkProfile(
    url="wss://example.org/ocpp",
    security_profile=2,
    interface="Wireless0",
    password="secret-password",
    mobile=MobileAccess(apn="internet", authentication="AUTO", sim_pin=1234),
    vpn=PrivateNetwork(server="v", user="u", password="p", key="k", kind="IKEv2"),
)
COMMANDS = (
    Command(name="Reset", schema={"type": "object", "$defs": {}}, obstacle=None),
    Command(name="Unlock", schema={}, obstacle="not now"),
)


class Nodes:
    """Two nodes on one bus; the API is asked at the first, the station is at the second."""

    def __init__(self) -> None:
        self.bus = NarrowBus()
        self.here = Stations()
        self.there = Stations(KEY)
        self.holders: list[str | None] = [THERE]
        self.control = RoutedControl(
            self.here,
            holder=self._holder,
            bus=self.bus,
            run=HERE,
            call_seconds=30,
            look_seconds=0.01,
        )

    async def _holder(self, _: StationKey) -> str | None:
        """The holder of the station; the last that was named stays."""
        return self.holders.pop(0) if len(self.holders) > 1 else self.holders[0]


@pytest.fixture
async def nodes() -> Nodes:
    nodes = Nodes()
    await serve_control(nodes.bus, HERE, nodes.here)
    await serve_control(nodes.bus, THERE, nodes.there)
    return nodes


Ask = Callable[[StationControl], Awaitable[object]]


def asked(verb: str, *arguments: Any, **more: Any) -> Ask:
    return lambda control: getattr(control, verb)(KEY, *arguments, **more)


VERBS: dict[str, tuple[Ask, tuple[Any, ...], tuple[object, ...]]] = {
    "commands": (asked("commands"), (), ((), COMMANDS)),
    "call": (
        asked("call", "Reset", b'{"type": "Soft"}', 12.5),
        ("Reset", b'{"type": "Soft"}', 12.5),
        (Answered(payload=b'{"x": 1.10, "\xc3\xb6": "\\u0000"}'), *NO_ANSWERS),
    ),
    "call without a time": (asked("call", "X", b"{}"), ("X", b"{}", None), (TimedOut(),)),
    "start": (
        asked("start", token=TOKEN, connector=PLUG, remote_start_id=7),
        (TOKEN, PLUG, 7),
        COMMAND_RESULTS,
    ),
    "start anywhere": (
        asked("start", token=UNTYPED, connector=None, remote_start_id=2**31 - 1),
        (UNTYPED, None, 2**31 - 1),
        (COMMANDED,),
    ),
    "stop": (asked("stop", transaction_id="17"), ("17",), COMMAND_RESULTS),
    "reset": (
        asked("reset", ResetKind.IMMEDIATE, evse=2),
        (ResetKind.IMMEDIATE, 2),
        COMMAND_RESULTS,
    ),
    "reset a station": (asked("reset", ResetKind.ON_IDLE), (ResetKind.ON_IDLE, None), (COMMANDED,)),
    "unlock": (asked("unlock", PLUG), (PLUG,), COMMAND_RESULTS),
    "change_availability": (
        asked("change_availability", operative=False, ref=PLUG),
        (False, PLUG),
        COMMAND_RESULTS,
    ),
    "change_availability of a station": (
        asked("change_availability", operative=True, ref=None),
        (True, None),
        (COMMANDED,),
    ),
    "trigger": (
        asked("trigger", Trigger.STATUS, ref=PLUG),
        (Trigger.STATUS, PLUG),
        COMMAND_RESULTS,
    ),
    "trigger a station": (asked("trigger", Trigger.BOOT), (Trigger.BOOT, None), (COMMANDED,)),
    "get_configuration": (
        asked("get_configuration", ("A", "B.C", "D")),
        (("A", "B.C", "D"),),
        (READ, *NO_ANSWERS),
    ),
    "set_configuration": (
        asked("set_configuration", {"A": "1", "ö": ""}),
        ({"A": "1", "ö": ""},),
        (WRITTEN, *NO_ANSWERS),
    ),
    "refresh": (asked("refresh"), (), COMMAND_RESULTS),
    "get_base_report": (
        asked("get_base_report", ReportBase.SUMMARY),
        (ReportBase.SUMMARY,),
        COMMAND_RESULTS,
    ),
    "get_report": (
        asked("get_report", names=("A", "B.C"), criteria=(ReportCriterion.PROBLEM,)),
        (("A", "B.C"), (ReportCriterion.PROBLEM,)),
        COMMAND_RESULTS,
    ),
    "set_network_profile": (
        asked("set_network_profile", 2, PROFILE),
        (2, PROFILE),
        COMMAND_RESULTS,
    ),
}


def verb_of(name: str) -> str:
    return name.partition(" ")[0]


def test_every_verb_of_the_port_is_held_here() -> None:
    verbs = {name for name, member in vars(StationControl).items() if not name.startswith("_")}
    assert {verb_of(name) for name in VERBS} == verbs


@pytest.mark.parametrize("name", VERBS)
async def test_a_verb_reaches_the_node_that_holds_the_station_and_its_result_comes_back(
    name: str, nodes: Nodes
) -> None:
    ask, arguments, results = VERBS[name]
    for result in results:
        nodes.there.result = result
        assert await ask(nodes.control) == result
    assert nodes.there.told == [(verb_of(name), KEY, *arguments)] * len(results)
    assert nodes.here.told == []


@pytest.mark.parametrize("name", VERBS)
async def test_a_verb_for_a_station_that_is_connected_here_asks_nobody(
    name: str, nodes: Nodes
) -> None:
    ask, arguments, results = VERBS[name]
    nodes.here.connected.add(KEY)
    nodes.here.result = results[0]
    assert await ask(nodes.control) is results[0]
    assert nodes.here.told == [(verb_of(name), KEY, *arguments)]
    assert nodes.bus.waits == []


@pytest.mark.parametrize("holder", [None, HERE, "dead/0003"])
async def test_a_station_that_no_node_reaches_is_not_connected(
    holder: str | None, nodes: Nodes
) -> None:
    nodes.there.connected.clear()
    nodes.holders = [holder, None]
    for ask, *_ in VERBS.values():
        assert await ask(nodes.control) in ((), NotConnected())


async def test_a_station_that_moves_while_it_is_looked_for_is_found(nodes: Nodes) -> None:
    nodes.there.connected.clear()
    nodes.here.result = COMMANDED

    async def moving(_: StationKey) -> str:
        nodes.here.connected.add(KEY)
        return THERE

    control = RoutedControl(nodes.here, holder=moving, bus=nodes.bus, run=HERE, call_seconds=30)
    assert await control.stop(KEY, transaction_id="1") == COMMANDED
    assert (nodes.there.told, len(nodes.here.told)) == ([], 1)


async def test_a_node_that_says_it_does_not_hold_the_station_is_not_asked_for_ever(
    nodes: Nodes,
) -> None:
    nodes.there.connected.clear()
    assert await nodes.control.stop(KEY, transaction_id="1") == NotConnected()
    assert nodes.there.told == []


async def test_no_answer_from_a_node_that_holds_the_station_is_a_time_out(nodes: Nodes) -> None:
    nodes.holders = ["silent/0003"]
    assert await nodes.control.stop(KEY, transaction_id="1") == TimedOut()


async def test_a_node_that_dies_while_it_is_asked_ends_the_wait(nodes: Nodes) -> None:
    asked_for = asyncio.Event()

    async def never(_: bytes) -> bytes:
        asked_for.set()
        await asyncio.Event().wait()
        return b""

    await nodes.bus.serve(control_subject("dying/0003"), never)
    nodes.holders = ["dying/0003"]
    waiting = asyncio.ensure_future(nodes.control.stop(KEY, transaction_id="1"))
    await asked_for.wait()
    nodes.holders = [None]
    assert await waiting == NotConnected()


@pytest.mark.parametrize(
    ("ask", "least"),
    [
        (asked("call", "Reset", b"{}", 600), 10 + 2 * 600),
        (asked("call", "Reset", b"{}", None), 10 + 2 * 30),
        (asked("unlock", PLUG), 10 + 2 * 30),
        (asked("set_configuration", {"A": "", "B": "", "C": ""}), 10 + 3 * 2 * 30),
        (asked("get_configuration", ("A", "B")), 10 + 2 * 2 * 30),
        (asked("get_configuration", ()), 10 + 2 * 30),
        (asked("refresh"), 10 + 10 * 2 * 30),
        (asked("commands"), 0),
    ],
)
async def test_a_node_is_given_as_long_as_it_may_take(ask: Ask, least: float, nodes: Nodes) -> None:
    nodes.there.result = ()
    await ask(nodes.control)
    (waited,) = nodes.bus.waits
    assert least < waited <= least + 10


async def test_what_is_too_large_for_the_bus_is_said_in_words(nodes: Nodes) -> None:
    nodes.bus.most = 1_000
    refused = await nodes.control.call(KEY, "DataTransfer", b"x" * 1_000)
    assert isinstance(refused, NotPossible)
    assert nodes.there.told == []
    nodes.there.result = Answered(payload=b"x" * 1_000)
    failed = await nodes.control.call(KEY, "GetDiagnostics", b"{}")
    assert isinstance(failed, CallFailed)
    assert "too large" in failed.description
    nodes.there.result = (Command(name="A", schema={"x": "x" * 1_000}, obstacle=None),)
    assert await nodes.control.commands(KEY) == ()


@pytest.mark.parametrize(
    "question",
    [
        b"",
        b"\xff",
        b"[" * 100_000,
        b'{"verb":"stop","key":["default","CP1"]}',
        b'{"verb":"_commanded","key":["default","CP1"],"arguments":{}}',
        b'{"verb":"reaches","key":["default","CP1"],"arguments":{}}',
        b'{"verb":"__class__","key":["default","CP1"],"arguments":{}}',
        b'{"verb":"stop","key":["default","CP1"],"arguments":{}}',
        b'{"verb":"stop","key":["default","CP1"],"arguments":{"transaction_id":1}}',
        b'{"verb":"stop","key":["default","CP1"],"arguments":{"transaction_id":"1","force":true}}',
        b'{"verb":"stop","key":["default"],"arguments":{"transaction_id":"1"}}',
        b'{"verb":"stop","key":["default","CP1"],"arguments":{"transaction_id":"1"},"as":"x"}',
        b'{"verb":"reset","key":["default","CP1"],"arguments":{"kind":"explode"}}',
    ],
)
async def test_a_question_that_does_not_fit_a_verb_exactly_is_not_understood(
    question: bytes, nodes: Nodes
) -> None:
    nodes.there.connected.add(StationKey("default", "CP1"))
    reply = await nodes.bus.request(control_subject(THERE), question, seconds=5)
    assert msgspec.json.decode(reply)["obstacle"] == "not_understood"
    assert nodes.there.told == []


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (b'{"type":"untold","obstacle":"not_understood"}', NotPossible),
        (b'{"type":"untold","obstacle":"a newer one"}', CallFailed),
        (b'{"type":"told","result":{"type":"NewResult"}}', CallFailed),
        (b'{"type":"told","result":null}', CallFailed),
        (b"nonsense", CallFailed),
    ],
)
async def test_a_node_of_another_release_is_told_from_one_that_does_not_answer(
    reply: bytes, kind: type, nodes: Nodes
) -> None:
    async def other(_: bytes) -> bytes:
        return reply

    await nodes.bus.serve(control_subject(THERE), other)
    outcome = await nodes.control.unlock(KEY, PLUG)
    assert isinstance(outcome, kind)
    assert "another release" in str(outcome)


async def test_without_any_link_nothing_is_reached_here() -> None:
    assert not Control().reaches(KEY)
