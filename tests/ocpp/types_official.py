"""The official schemas, read on their own, and instances made from them."""

import json
import math
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from importlib.resources import files
from typing import Any, NamedTuple

import jsonschema_rs
from msgspec import Struct
from typing_extensions import override

from laddnav.ocpp.action import Action
from tests.official import ACTIONS, FOLDERS, validator

VERSIONS: Mapping[str, Mapping[str, Action]] = {
    FOLDERS[version]: actions for version, actions in ACTIONS.items()
}
MOST_ITEMS = 2  # in instances that show every property; the bounds have tests of their own


INTEGERS = (0, 1, -7, 2**31 - 1, 2**63 - 1, -(2**63), 3, 100)
NUMBERS = (0, 0.1, -12.3, 230, 22080.5, 99999999.9)
ANYTHING = ("text", 5, {"deep": [None, 1]}, [1, "a"], True, 0.5)

_BY_FOLDER = {folder: version for version, folder in FOLDERS.items()}

Json = Any  # whatever JSON can hold
Schema = dict[str, Any]


class Message(NamedTuple):
    """One official schema with the type that stands for it."""

    version: str
    stem: str
    schema: Schema
    kind: type[Struct]

    @override
    def __repr__(self) -> str:
        return f"{self.version}-{self.stem}"

    @property
    def oracle(self) -> jsonschema_rs.Validator:
        return validator(_BY_FOLDER[self.version], self.stem)

    def resolved(self, node: Schema) -> Schema:
        """A node of this schema, with its reference followed."""
        if "$ref" not in node:
            return node
        found: dict[str, Any] = self.schema["definitions"][node["$ref"].rpartition("/")[2]]
        return found


@cache
def messages() -> tuple[Message, ...]:
    """Every schema file of every version, whether or not a type is known to want it."""
    return tuple(_messages())


def _messages() -> Iterator[Message]:
    for version, actions in VERSIONS.items():
        for file in sorted(files("ocpp").joinpath(version, "schemas").iterdir(), key=str):
            stem = file.name.removesuffix(".json")
            schema = json.loads(file.read_text(encoding="utf-8-sig"))
            yield Message(version, stem, schema, _kind(actions, stem))


def _kind(actions: Mapping[str, Action], stem: str) -> type[Struct]:
    if stem.endswith("Response"):
        response = actions[stem.removesuffix("Response")].response
        assert response is not None
        return response
    return actions[stem.removesuffix("Request")].request


class Maker:
    """Makes instances of a schema; the same arguments make the same instance.

    Attributes:
        turn: Which word of an enumeration, which spelling of a value is taken.
        sparse: 0: every property; 1: the required ones; else about one in `sparse` of the others.
    """

    def __init__(self, message: Message, turn: int, sparse: int) -> None:
        self._message = message
        self._turn = turn
        self._sparse = sparse
        self._state = turn + 1

    def instance(self) -> dict[str, Any]:
        made: dict[str, Any] = self.value(self._message.schema)
        return made

    def value(self, node: Schema) -> Json:
        """A value for one node of the schema."""
        node = self._message.resolved(node)
        if "enum" in node:
            return node["enum"][self._turn % len(node["enum"])]
        makers: dict[str | None, Callable[[Schema], Json]] = {
            "object": self._object,
            "array": self._array,
            "string": self._string,
            "boolean": lambda _: self._turn % 2 == 0,
            "integer": partial(_number, INTEGERS, self._turn),
            "number": partial(_number, NUMBERS, self._turn),
            None: lambda _: ANYTHING[self._turn % len(ANYTHING)],
        }
        return makers[node.get("type")](node)

    def _object(self, node: Schema) -> dict[str, Any]:
        required = node.get("required", ())
        made = {
            name: self.value(one)
            for name, one in node.get("properties", {}).items()
            if name in required or self._wanted()
        }
        if not node.get("additionalProperties", True) or "properties" not in node:
            return made
        return made | ({"theirs": [1, {"any": None}, "ü"]} if "vendorId" in made else {})

    def _array(self, node: Schema) -> list[Any]:
        fewest = node.get("minItems", 0)
        wanted = fewest if self._sparse == 1 else max(fewest, self._turn % (MOST_ITEMS + 1))
        return [self.value(node["items"]) for _ in range(min(wanted, node.get("maxItems", wanted)))]

    def _string(self, node: Schema) -> str:
        match node.get("format"):
            case "date-time":
                seconds = ("", ".125", ".5")[self._turn % 2]
                return f"2026-0{self._turn % 9 + 1}-11T22:33:44{seconds}Z"
            case "uri":
                return "ftp://user@station.example/logs"
            case _:
                longest = node.get("maxLength", 300)
                spellings = ("", "a", "Ångström \\ 'q' \u2028 🔌", "é" * longest)
                return spellings[self._turn % 4][:longest]

    def _wanted(self) -> bool:
        if self._sparse < 2:
            return self._sparse == 0
        self._state = (self._state * 1103515245 + 12345) % 2**31
        return (self._state >> 16) % self._sparse == 0


def _number(choices: tuple[float, ...], turn: int, node: Schema) -> float:
    """One of these numbers, or the limit itself where none is within."""
    least, greatest = node.get("minimum", -math.inf), node.get("maximum", math.inf)
    fitting = [choice for choice in choices if least <= choice <= greatest]
    return fitting[turn % len(fitting)]
