"""What a call entrusts to a station is learned or withheld: over a real link, in every version."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any, NamedTuple

import pytest
from websockets.exceptions import InvalidStatus

from laddnav.gateway.control import Control
from laddnav.kernel.keys import DEFAULT_OPERATOR, StationKey
from laddnav.stations.control import Answered, CallFailed, NotConnected, NotPossible, TimedOut
from laddnav.stations.model import StationChange
from laddnav.stations.model.handover import Handover, HandoverKind, HandoverState
from laddnav.storage.errors import StorageUnavailable
from tests.gateway.hub import Charger, Hub, hub
from tests.waiting import until

KEY = StationKey(DEFAULT_OPERATOR, "CP1")
OLD, NEW = "secret-password", "0123456789abcdef0123456789abcdef01234567"
PASSWORD = {"component": {"name": "SecurityCtrlr"}, "variable": {"name": "BasicAuthPassword"}}
SLOT = {
    "component": {"name": "NetworkConfiguration", "instance": "2"},
    "variable": {"name": "BasicAuthPassword"},
}


class Way(NamedTuple):
    """How a password gets into a station: the call, and how the station answers each word."""

    version: str
    action: str
    payload: dict[str, Any]

    def answer(self, word: str) -> dict[str, Any]:
        if self.action != "SetVariables":
            return {"status": word}
        places = [
            {name: each[name] for name in ("component", "variable")}
            for each in self.payload["setVariableData"]
        ]
        return {"setVariableResult": [{"attributeStatus": word, **place} for place in places]}


def profile(number: int, password: str | None = None) -> dict[str, Any]:
    data: dict[str, Any] = {
        "ocppVersion": "OCPP20", "ocppTransport": "JSON", "ocppCsmsUrl": "wss://example.org/ocpp",
        "messageTimeout": 30, "securityProfile": number, "ocppInterface": "Wired0",
    }  # fmt: skip
    if password is not None:
        data["basicAuthPassword"] = password
    return {"configurationSlot": 2, "connectionData": data}


KEY16 = Way("ocpp1.6", "ChangeConfiguration", {"key": "AuthorizationKey", "value": NEW})
VARIABLE201 = Way(
    "ocpp2.0.1", "SetVariables", {"setVariableData": [{"attributeValue": NEW, **PASSWORD}]}
)
VARIABLE21 = VARIABLE201._replace(version="ocpp2.1")
OF_A_SLOT = Way("ocpp2.1", "SetVariables", {"setVariableData": [{"attributeValue": NEW, **SLOT}]})
NETWORK = Way("ocpp2.1", "SetNetworkProfile", profile(1, NEW))
WAYS = [KEY16, VARIABLE201, VARIABLE21, OF_A_SLOT, NETWORK]


@pytest.fixture
async def running(sqlite_url: str) -> AsyncIterator[Hub]:
    async with hub(sqlite_url, call_seconds=0.5) as opened:
        await opened.add()
        yield opened


async def calls(running: Hub, way: Way) -> Any:
    control = Control(running.links.registry)
    return await control.call(KEY, way.action, json.dumps(way.payload).encode())


async def called(running: Hub, charger: Charger, way: Way, *answer: object) -> Any:
    """Make the call, and let the station answer it with a frame."""
    await running.settled(charger)
    calling = asyncio.create_task(calls(running, way))
    call = await charger.hear()
    assert call[2] == way.action
    if answer:
        kind, *rest = answer
        await charger.tell(kind, call[1], *rest)
    return await calling


async def comes_in(running: Hub, way: Way, password: str) -> bool:
    try:
        async with running.charger(version=way.version, password=password) as charger:
            await charger.ask("Heartbeat", {})
    except InvalidStatus:
        return False
    await until(lambda: running.link() is None)
    return True


async def handover(running: Hub, kind: HandoverKind = HandoverKind.PASSWORD) -> Handover:
    page = await running.rooms.stations.handovers.page(KEY, kind, limit=1, cursor=None)
    return page.items[0]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("word", ["Accepted", "RebootRequired"])
@pytest.mark.ocpp("A01.FR.03")
async def test_a_password_that_a_station_took_by_a_raw_call_is_learned(
    running: Hub, way: Way, word: str
) -> None:
    if way is NETWORK and word != "Accepted":
        word = "Accepted"
    async with running.charger(version=way.version) as charger:
        result = await called(running, charger, way, 3, way.answer(word))
        assert isinstance(result, Answered)
    await until(lambda: running.link() is None)
    assert await comes_in(running, way, OLD) is True
    assert await comes_in(running, way, NEW) is True
    assert await comes_in(running, way, OLD) is False
    assert (await handover(running)).state is HandoverState.VERIFIED


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.ocpp("A01.FR.04")
async def test_one_that_it_refused_is_not(running: Hub, way: Way) -> None:
    async with running.charger(version=way.version) as charger:
        await called(running, charger, way, 3, way.answer("Rejected"))
    assert (await handover(running)).state is HandoverState.REJECTED
    assert await comes_in(running, way, NEW) is False
    assert await comes_in(running, way, OLD) is True


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.ocpp("A01.FR.04")
async def test_an_error_is_a_refusal(running: Hub, way: Way) -> None:
    async with running.charger(version=way.version) as charger:
        result = await called(running, charger, way, 4, "NotSupported", "no", {})
        assert isinstance(result, CallFailed)
    refused = await handover(running)
    assert refused.state is HandoverState.REJECTED
    assert "NotSupported" in (refused.reason or "")
    assert await comes_in(running, way, NEW) is False


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("password", [OLD, NEW])
async def test_where_no_answer_comes_both_are_admitted_until_the_next_login(
    running: Hub, way: Way, password: str
) -> None:
    async with running.charger(version=way.version) as charger:
        assert isinstance(await called(running, charger, way), TimedOut)
        assert (await handover(running)).state is HandoverState.UNANSWERED
    await until(lambda: running.link() is None)
    assert await comes_in(running, way, password) is True
    assert await comes_in(running, way, NEW if password == OLD else OLD) is False


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("password", [OLD, NEW])
async def test_where_the_link_breaks_before_the_answer_too(
    running: Hub, way: Way, password: str
) -> None:
    async with running.charger(version=way.version) as charger:
        await running.settled(charger)
        calling = asyncio.create_task(calls(running, way))
        await charger.hear()
        charger.socket.transport.abort()
        assert isinstance(await calling, NotConnected)
    assert (await handover(running)).state is HandoverState.UNANSWERED
    assert await comes_in(running, way, password) is True
    assert await comes_in(running, way, NEW if password == OLD else OLD) is False


async def test_an_answer_that_cannot_be_read_says_nothing(running: Hub) -> None:
    async with running.charger() as charger:
        await called(running, charger, KEY16, 3, {})
    assert (await handover(running)).state is HandoverState.UNANSWERED
    assert await comes_in(running, KEY16, NEW) is True


LOWER = [
    Way("ocpp1.6", "ChangeConfiguration", {"key": "securityprofile", "value": "0"}),
    Way("ocpp1.6", "ChangeConfiguration", {"key": "SecurityProfile", "value": "-1"}),
    Way("ocpp2.0.1", "SetNetworkProfile", profile(0)),
    Way(
        "ocpp2.1",
        "SetVariables",
        {
            "setVariableData": [
                {
                    "attributeValue": "0",
                    "component": {"name": "NetworkConfiguration", "instance": "2"},
                    "variable": {"name": "SecurityProfile"},
                }
            ]
        },
    ),
]


@pytest.mark.parametrize("way", LOWER)
@pytest.mark.ocpp("A00.FR.005")
async def test_a_lower_profile_is_never_sent_by_any_path(running: Hub, way: Way) -> None:
    async with running.charger(version=way.version) as charger:
        await running.settled(charger)
        result = await calls(running, way)
        assert isinstance(result, NotPossible)
        assert "security profile" in result.reason
        assert (await charger.ask("Heartbeat", {}))[0] == 3, "nothing was sent before"


@pytest.mark.parametrize(
    "way",
    [
        Way("ocpp1.6", "ChangeConfiguration", {"key": "SecurityProfile", "value": "1"}),
        Way("ocpp2.0.1", "SetNetworkProfile", profile(1)),
    ],
)
@pytest.mark.ocpp("A05.FR.07")
async def test_a_profile_that_a_station_took_by_a_raw_call_is_learned(
    running: Hub, way: Way
) -> None:
    await running.rooms.stations.register.change(KEY, StationChange(security_profile=0))
    async with running.charger(version=way.version, password=None) as charger:
        await called(running, charger, way, 3, way.answer("Accepted"))
    await until(lambda: running.link() is None)
    async with running.charger(version=way.version, password=None) as charger:
        await charger.ask("Heartbeat", {})
    await until(lambda: running.link() is None)
    assert await comes_in(running, way, OLD) is True
    with pytest.raises(InvalidStatus):
        async with running.charger(version=way.version, password=None):
            pass
    assert (await handover(running, HandoverKind.PROFILE)).state is HandoverState.VERIFIED


def several(*passwords: str) -> Way:
    """The password of the station, and that of a slot, in one message."""
    places = (PASSWORD, SLOT)
    data = [
        {"attributeValue": password, **place}
        for password, place in zip(passwords, places, strict=True)
    ]
    return Way("ocpp2.1", "SetVariables", {"setVariableData": data})


@pytest.mark.parametrize("words", [("Accepted", "Rejected"), ("Rejected", "Accepted")])
@pytest.mark.ocpp("A01.FR.03")
async def test_of_a_password_that_was_taken_in_part_either_is_admitted(
    running: Hub, words: tuple[str, str]
) -> None:
    way = several(NEW, NEW)
    answer = way.answer("Accepted")
    for result, word in zip(answer["setVariableResult"], words, strict=True):
        result["attributeStatus"] = word
    async with running.charger(version=way.version) as charger:
        await called(running, charger, way, 3, answer)
    await until(lambda: running.link() is None)
    assert await comes_in(running, way, OLD) is True
    assert await comes_in(running, way, NEW) is True


async def test_two_passwords_in_one_message_are_not_sent(running: Hub) -> None:
    way = several(NEW, "another-password-of-the-slot")
    async with running.charger(version=way.version) as charger:
        await running.settled(charger)
        result = await calls(running, way)
        assert isinstance(result, NotPossible)
        assert "several" in result.reason
        assert (await charger.ask("Heartbeat", {}))[0] == 3, "nothing was sent before"


async def test_nothing_is_sent_while_the_database_cannot_remember_it(running: Hub) -> None:
    async with running.charger() as charger:
        await running.settled(charger)

        def away() -> Any:
            raise StorageUnavailable

        running.rooms.stations.passage.sending = lambda *_, **__: away()  # type: ignore[method-assign]  # the store is taken away from one test
        result = await calls(running, KEY16)
        assert isinstance(result, NotPossible)
        assert "database" in result.reason


async def test_other_calls_pass_and_are_no_handover(running: Hub) -> None:
    way = Way("ocpp1.6", "ChangeConfiguration", {"key": "HeartbeatInterval", "value": "300"})
    async with running.charger() as charger:
        await called(running, charger, way, 3, {"status": "Accepted"})
    page = await running.rooms.stations.handovers.page(
        KEY, HandoverKind.PASSWORD, limit=1, cursor=None
    )
    assert page.items == ()
