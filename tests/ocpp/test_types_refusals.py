"""What is invalid is refused by the types wherever the official schema refuses it.

Named tolerances: unknown properties, null for what is optional, unknown content of customData,
the units Celcius, Celsius and Hertz everywhere, a 1.6 meter value without samples, and a number
that stands in a string. Stricter than the schemas: integers beyond 64 bits, numbers of 10^15 and
more, and 1.0 where an integer is asked for.
"""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple

import msgspec
import pytest

from laddnav.ocpp import v16, v21, v201
from laddnav.ocpp.action import Action
from tests.ocpp.types_official import VERSIONS, Json, Maker, Message, Schema, messages

MISSING = object()
FAR = 1100  # longer than any list that has a limit


class Place(NamedTuple):
    """Where a value stands in an instance, with its schema."""

    container: Json
    key: Json
    node: Schema
    required: bool


def places(message: Message, node: Schema, value: Json, seen: set[str]) -> Iterator[Place]:
    """Every place below a node, each definition of a version once."""
    if "$ref" in node:
        if node["$ref"] in seen or node["$ref"].endswith("/CustomDataType"):
            return
        seen.add(node["$ref"])
    node = message.resolved(node)
    if isinstance(value, list):
        for index, item in enumerate(value[:1]):
            yield Place(value, index, message.resolved(node["items"]), required=True)
            yield from places(message, node["items"], item, seen)
    elif isinstance(value, dict) and "properties" in node:
        for name, inner in list(value.items()):
            one = node["properties"][name]
            yield Place(value, name, message.resolved(one), name in node.get("required", ()))
            yield from places(message, one, inner, seen)


NEVER: tuple[Json, ...] = (5, 1.5, True, [], {})
CHANGES: dict[str, tuple[Json, ...]] = {
    "enum": ("Nonsense", "", *NEVER),
    "date-time": (
        *("yesterday", "", *NEVER, "2026-11-20", "2026-11-20T08:30:00", "2026-13-01T00:00:00Z"),
        *("2026-02-30T00:00:00Z", "2026-11-20T08:30:00+02:00"),
    ),
    "string": NEVER,
    "integer": ("x", "5", 1.5, True, [], {}, 2**31, 2**63 - 1, -(2**63)),
    "number": ("x", "", True, [], {}, 0, 1e14, -1e14, 7, 0.1, 16.35, 1e-7, 2.675),
    "boolean": ("true", 0, 1, [], {}),
    "array": ({}, "x", 5, True),
    "object": ([], "x", 5, True),
    "anything": ("x", 5, 1.5, True, [], {}),
}


def changes(place: Place) -> Iterator[Json]:
    """What is put into a place: some of it valid, most of it not."""
    node, value = place.node, place.container[place.key]
    kind: str = node.get("format") or node.get("type") or "anything"
    kind = "enum" if "enum" in node else kind
    yield from CHANGES["string" if kind == "uri" else kind]
    yield [value]
    if place.required and isinstance(place.container, dict):
        yield from (MISSING, None)
    if kind == "enum":
        yield from (value.swapcase(), f" {value}")
    if longest := node.get("maxLength"):
        yield from ("🔌" * longest, "🔌" * (longest + 1), "x" * (longest + 1))
    if kind == "array":
        yield from (value[:1] * count for count in counts(node))
    yield from around(node)


def around(node: Schema) -> Iterator[int]:
    for limit in (node.get("minimum"), node.get("maximum")):
        if limit is not None:
            yield from (int(limit) - 1, int(limit), int(limit) + 1)


def counts(node: Schema) -> set[int]:
    fewest, most = node.get("minItems", 0), node.get("maxItems", FAR)
    return {max(0, fewest - 1), fewest, most, most + 1}


def accepts(message: Message, instance: Json) -> bool:
    try:
        msgspec.json.decode(json.dumps(instance), type=message.kind)
    except msgspec.ValidationError:
        return False
    return True


def tolerated(message: Message, place: Place, change: Json) -> bool:
    """Whether this is one of the named tolerances."""
    return (message.version, place.key, change) == ("v16", "sampledValue", [])


def disagreements(message: Message, seen: set[str]) -> tuple[list[str], int]:
    """Where the type and the oracle differ, and how many changes were tried."""
    oracle, wrong, tried = message.oracle, [], 0
    whole = Maker(message, 5, sparse=0).instance()
    for place in places(message, message.schema, whole, seen):
        kept = place.container[place.key]
        for change in changes(place):
            tried += 1
            if change is MISSING:
                del place.container[place.key]
            else:
                place.container[place.key] = change
            if accepts(message, whole) != oracle.is_valid(whole) and not tolerated(
                message, place, change
            ):
                wrong.append(f"{message!r} {place.key}: {str(change)[:80]}")
            place.container[place.key] = kept
    return wrong, tried


@pytest.mark.parametrize("version", VERSIONS)
def test_what_the_schema_refuses_is_refused_and_nothing_else(version: str) -> None:
    seen: set[str] = set()
    total = 0
    wrong = []
    for message in messages():
        if message.version == version:
            differing, tried = disagreements(message, seen)
            wrong += differing
            total += tried
    assert wrong == []
    assert total > 2000


@pytest.mark.parametrize("unit", ["Celcius", "Celsius", "Hertz", "Percent"])
@pytest.mark.parametrize(
    ("action", "outer"), [("MeterValues", "meterValue"), ("StopTransaction", "transactionData")]
)
def test_either_spelling_of_celsius_is_read_in_every_message_of_1_6(
    unit: str, action: str, outer: str
) -> None:
    values = [{"timestamp": "2026-11-20T08:30:00Z", "sampledValue": [{"value": "1", "unit": unit}]}]
    payload: dict[str, Json] = {outer: values}
    if action == "MeterValues":
        payload |= {"connectorId": 1}
    else:
        payload |= {"transactionId": 1, "meterStop": 1, "timestamp": "2026-11-20T08:30:00Z"}
    request = v16.ACTIONS[action].decode_request(json.dumps(payload))
    assert f"unit='{unit}'" in repr(request)


def sample(value: str) -> str:
    moment = "2026-11-20T08:30:00Z"
    return f'{{"evseId":1,"meterValue":[{{"timestamp":"{moment}","sampledValue":[{value}]}}]}}'


@pytest.mark.parametrize(
    "number", ["1e15", "-1000000000000000", "1E+999999999", "1E-999999999", '"NaN"', '"Infinity"']
)
@pytest.mark.parametrize("actions", [v201.ACTIONS, v21.ACTIONS])
def test_a_number_that_cannot_be_reckoned_with_is_refused_by_name(
    actions: Mapping[str, Action], number: str
) -> None:
    text = sample(f'{{"value":{number}}}')
    with pytest.raises(msgspec.ValidationError, match=r"`value` - at `\$\.meterValue\[0\]\.sam"):
        actions["MeterValues"].decode_request(text)


def test_a_number_is_read_digit_by_digit() -> None:
    request = v201.ACTIONS["MeterValues"].decode_request(sample('{"value":100000000000000.10}'))
    assert isinstance(request, v201.metering.MeterValuesRequest)
    assert str(request.meter_value[0].sampled_value[0].value) == "100000000000000.10"


def test_an_integer_beyond_64_bits_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError, match="connectorId"):
        v16.ACTIONS["UnlockConnector"].decode_request(f'{{"connectorId":{2**63}}}')


@pytest.mark.parametrize("limit", ["16.35", "0.00001", "1E-9", "16.3000001"])
def test_a_limit_finer_than_tenths_is_refused_when_it_is_built_too(limit: str) -> None:
    with pytest.raises(ValueError, match=r"multiple of 0\.1 for `limit`"):
        v16.datatypes.ChargingSchedulePeriod(start_period=0, limit=Decimal(limit))


@pytest.mark.parametrize("limit", ["16", "16.3", "16.300", "1E+3", "0", "0.000", "-0.1"])
def test_a_limit_in_tenths_is_taken_however_it_is_written(limit: str) -> None:
    period = v16.datatypes.ChargingSchedulePeriod(start_period=0, limit=Decimal(limit))
    assert period.limit == Decimal(limit)
