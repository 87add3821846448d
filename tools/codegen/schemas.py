"""Reads the official JSON schemas of one version."""

from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import msgspec

from tools.codegen.catalogue import VERSIONS
from tools.codegen.inline import ALSO_ACCEPTED, MAY_BE_EMPTY, NAMES_16
from tools.codegen.shapes import (
    Anything,
    Custom,
    Definition,
    Items,
    Moment,
    Named,
    Number,
    Object,
    Property,
    Shape,
    Text,
    Truth,
    Whole,
    Words,
)

Schema = dict[str, Any]


def message_schemas(version: str) -> Iterator[tuple[str, str, Schema]]:
    """Each message of a version: its action, its name (`...Request`, `...Response`), its schema.

    Raises:
        FileNotFoundError: The official package lacks the schema of a listed action.
    """
    suffix = "" if version == "v16" else "Request"
    for action in VERSIONS[version]:
        stem = action.name + (suffix if action.is_answered else "")
        yield action.name, f"{action.name}Request", _read(version, stem)
        if action.is_answered:
            yield action.name, f"{action.name}Response", _read(version, f"{action.name}Response")


def _read(version: str, stem: str) -> Schema:
    source = files("ocpp").joinpath(version, "schemas", f"{stem}.json")
    decoded: Schema = msgspec.json.decode(source.read_text(encoding="utf-8-sig"))
    return decoded


class Reader:
    """Collects the definitions of one version, message by message.

    Attributes:
        definitions: Every object and enumeration that messages share, by name.
        messages: Every message, by name.
    """

    def __init__(self, version: str) -> None:
        self.definitions: dict[str, Definition] = {}
        self.messages: dict[str, Object] = {}
        for _, name, schema in message_schemas(version):
            self.messages[name] = self._object(name, schema, schema)

    def _object(self, name: str, schema: Schema, root: Schema) -> Object:
        required = set(schema.get("required", ()))
        properties = tuple(
            Property(wire, self._shape(name, wire, one, root), wire in required)
            for wire, one in schema.get("properties", {}).items()
        )
        return Object(name, properties)

    def _shape(self, owner: str, wire: str, schema: Schema, root: Schema) -> Shape:
        """The shape of one property; objects and enumerations in it become definitions."""
        if "$ref" in schema:
            return self._referred(schema["$ref"].removeprefix("#/definitions/"), root)
        if "enum" in schema or schema.get("type") == "object":
            return self._named(_inline_name(owner, wire), schema, root)
        if schema.get("type") == "array":
            item = self._shape(owner, wire, schema["items"], root)
            fewest = None if f"{owner}.{wire}" in MAY_BE_EMPTY else schema.get("minItems")
            return Items(item, fewest, schema.get("maxItems"))
        return _scalar(schema)

    def _referred(self, name: str, root: Schema) -> Shape:
        if name == "CustomDataType":
            return Custom()
        return self._named(name, root["definitions"][name], root)

    def _named(self, name: str, schema: Schema, root: Schema) -> Named:
        if "enum" in schema:
            also = ALSO_ACCEPTED.get(name, ())
            words = dict.fromkeys((*schema["enum"], *also))
            self._define(Words(name, tuple(words)))
        else:
            self._define(self._object(name, schema, root))
        return Named(name)

    def _define(self, definition: Definition) -> None:
        """Keep a definition; the same name must mean the same in every schema."""
        known = self.definitions.setdefault(definition.name, definition)
        if _unordered(known) != _unordered(definition):
            message = f"{definition.name} is not the same in all schemas"
            raise ValueError(message)


def _unordered(definition: Definition) -> frozenset[object]:
    if isinstance(definition, Words):
        return frozenset(definition.words)
    return frozenset(definition.properties)


def _inline_name(owner: str, wire: str) -> str:
    """The name of a type that a schema writes in place.

    Raises:
        ValueError: The table of names does not know it.
    """
    for key in (f"{owner}.{wire}", f"{owner[0].lower()}{owner[1:]}.{wire}", wire):
        if key in NAMES_16:
            return NAMES_16[key]
    message = f"no name for the type of {owner}.{wire}"
    raise ValueError(message)


def _scalar(schema: Schema) -> Shape:
    """The shape of a schema that holds no other.

    Raises:
        ValueError: It is of no kind that the schemas had so far.
    """
    limits = (_whole(schema.get("minimum")), _whole(schema.get("maximum")))
    shapes: dict[str | None, Shape] = {
        "string": Moment()
        if schema.get("format") == "date-time"
        else Text(schema.get("maxLength")),
        "integer": Whole(*limits),
        "number": Number(*limits, _is_in_tenths(schema)),
        "boolean": Truth(),
        None: Anything(),
    }
    if schema.get("type") not in shapes:
        message = f"cannot read a schema of type {schema['type']!r}"
        raise ValueError(message)
    return shapes[schema.get("type")]


def _whole(limit: float | None) -> int | None:
    if limit is None:
        return None
    if limit != int(limit):
        message = f"a limit that is not whole: {limit}"
        raise ValueError(message)
    return int(limit)


def _is_in_tenths(schema: Schema) -> bool:
    match schema.get("multipleOf"):
        case None:
            return False
        case 0.1:
            return True
        case other:
            message = f"cannot check multipleOf {other}"
            raise ValueError(message)
