"""Every message of every version, decoded and encoded again, with the official schema as oracle."""

import json
from decimal import Decimal

import msgspec
import pytest

from laddnav.ocpp.action import encode
from tests.ocpp.types_official import Json, Maker, Message, messages

ALL = pytest.mark.parametrize("message", messages(), ids=repr)


def exact(text: str | bytes) -> Json:
    return json.loads(text, parse_float=Decimal)


def assert_survives(message: Message, instance: Json) -> None:
    oracle, text = message.oracle, json.dumps(instance)
    oracle.validate(instance)  # else the test's own input is at fault
    again = encode(msgspec.json.decode(text, type=message.kind))
    oracle.validate(json.loads(again))
    assert exact(again) == exact(text)


def longest_enumeration(node: Json) -> int:
    if isinstance(node, dict):
        own = len(node["enum"]) if isinstance(node.get("enum"), list) else 0
        return max([own, *map(longest_enumeration, node.values())])
    return 0


def test_every_official_schema_has_a_type_of_its_own() -> None:
    kinds = {message.kind for message in messages()}
    assert len(kinds) == len(messages()) == 2 * (39 + 64 + 91) - 1


@ALL
def test_the_least_that_is_allowed_survives(message: Message) -> None:
    for turn in range(4):
        assert_survives(message, Maker(message, turn, sparse=1).instance())


@ALL
def test_every_property_and_every_word_of_every_enumeration_survives(message: Message) -> None:
    for turn in range(max(12, longest_enumeration(message.schema))):
        assert_survives(message, Maker(message, turn, sparse=0).instance())


@ALL
def test_any_mixture_of_optional_properties_survives(message: Message) -> None:
    for turn in range(12):
        assert_survives(message, Maker(message, turn, sparse=2 + turn % 3).instance())


@ALL
def test_what_is_unknown_is_ignored_and_null_stands_for_what_is_absent(message: Message) -> None:
    lean = Maker(message, 1, sparse=1).instance()
    text = json.dumps(lean)
    padded = json.loads(text)
    optional = set(message.schema.get("properties", {})) - set(lean)
    padded.update(dict.fromkeys(optional), neverHeardOf=[{"of": "it"}])
    assert not message.oracle.is_valid(padded)
    again = encode(msgspec.json.decode(json.dumps(padded), type=message.kind))
    assert exact(again) == exact(text)
