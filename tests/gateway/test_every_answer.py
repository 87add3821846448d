"""Whatever a station may say in any version has an answer, and the answer is as it must be."""

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from laddnav.gateway.dispatch import CARRIES_ENERGY, answering, apology
from laddnav.ocpp.action import Direction, Version
from laddnav.ocpp.errors import RemoteProtocolError
from tests.gateway.office import Office
from tests.ocpp.types_official import Json, Maker, Message, messages
from tests.official import ACTIONS, FOLDERS

COUNTS = {Version.V16: 14, Version.V201: 25, Version.V21: 37}
SPOILT: tuple[object, ...] = (None, "", {}, [], -1, "x" * 300)


def from_stations(version: Version) -> list[str]:
    return [
        name
        for name, action in ACTIONS[version].items()
        if action.direction is not Direction.CSMS_TO_STATION
    ]


def requests() -> list[Any]:
    """Every message that a station may send, with its official schema."""
    kinds = {
        (name, action): version
        for version, name in FOLDERS.items()
        for action in from_stations(version)
    }
    cases = []
    for message in messages():
        action = message.stem.removesuffix("Request")
        version = kinds.get((message.version, action))
        if version is not None:
            cases.append(pytest.param(version, action, message, id=f"{message.version}-{action}"))
    return cases


EVERY_MESSAGE = pytest.mark.parametrize(("version", "action", "message"), requests())


@pytest.fixture
async def office(version: Version, sqlite_url: str) -> AsyncIterator[Office]:
    opened = await Office(version).open(sqlite_url)
    await opened.connect()
    yield opened
    await opened.database.close()


@pytest.mark.parametrize("version", Version)
def test_every_action_of_a_station_has_its_answering_function(version: Version) -> None:
    actions = from_stations(version)
    assert len(actions) == COUNTS[version]
    assert [action for action in actions if action not in answering(version)] == []


@pytest.mark.parametrize("version", Version)
def test_messages_that_carry_energy_can_always_be_answered(version: Version) -> None:
    actions = ACTIONS[version]
    for action in CARRIES_ENERGY & actions.keys():
        response = actions[action].response
        assert response is not None
        needs = any(name for name in _required(response))
        assert needs == (apology(version, action) is not None)


def _required(kind: type[Any]) -> Iterator[str]:
    schema = next(one.schema for one in messages() if one.kind is kind)
    yield from schema.get("required", ())


@pytest.mark.ocpp("J01.FR.18")
@pytest.mark.ocpp("J02.FR.19")
@EVERY_MESSAGE
async def test_the_least_and_the_most_that_may_be_said_is_answered_as_the_schema_says(
    office: Office, version: Version, action: str, message: Message
) -> None:
    for sparse in (1, 0, 2):
        for turn in range(4):
            instance = Maker(message, turn, sparse).instance()
            assert isinstance(await office.say(action, instance), dict)


def spoilt(node: Json, root: Json) -> Iterator[str]:
    """The texts of `root` with one value after the other replaced by what it must not be."""
    items = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in list(items):
        for wrong in SPOILT:
            node[key] = wrong
            yield json.dumps(root)
        node[key] = value
        if isinstance(value, dict | list):
            yield from spoilt(value, root)


@pytest.mark.parametrize(
    ("version", "action", "message"),
    [case for case in requests() if case.values[1] in CARRIES_ENERGY],
)
async def test_whatever_is_salvaged_of_a_message_that_carries_energy_is_answered(
    office: Office, version: Version, action: str, message: Message
) -> None:
    taken = 0
    instance = Maker(message, 2, sparse=0).instance()
    for text in spoilt(instance, instance):
        try:
            office.read(action, text)
        except RemoteProtocolError:
            continue
        await office.say(action, text)
        taken += 1
    assert taken
