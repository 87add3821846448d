"""Writes the Python source of one version's modules, still unformatted."""

import json
from collections.abc import Iterable
from types import MappingProxyType

from tools.codegen.catalogue import VERSIONS, Listed
from tools.codegen.layout import SHARED, Layout
from tools.codegen.naming import attribute
from tools.codegen.schemas import Reader
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
    names_in,
)

_SPELT = {"v16": "1.6", "v201": "2.0.1", "v21": "2.1"}
_SENT = {
    "STATION_TO_CSMS": "station to CSMS",
    "CSMS_TO_STATION": "CSMS to station",
    "BOTH": "either way",
}
_GENERATED = "# Generated from the official JSON schemas by `./dev codegen`: do not edit.\n"
_NAMED_ACTIONS = 2


def version_modules(version: str) -> dict[str, str]:
    """The source of every module of a version, by file name."""
    reader = Reader(version)
    layout = Layout(version, reader)
    blocks = sorted({action.block for action in VERSIONS[version]})
    modules = {f"{block}.py": _block(version, block, reader, layout) for block in blocks}
    modules[f"{SHARED}.py"] = _shared(version, reader, layout)
    modules["__init__.py"] = _package(version, blocks)
    return modules


def _block(version: str, block: str, reader: Reader, layout: Layout) -> str:
    own = layout.types_of(block, reader.definitions)
    actions = sorted(action for action in VERSIONS[version] if action.block == block)
    messages = [
        (action, message)
        for action in actions
        for message in (f"{action.name}Request", f"{action.name}Response")
        if message in reader.messages
    ]
    parts = [_definition(one, layout) for one in own]
    parts += [
        _struct(reader.messages[message], _message_doc(action, message))
        for action, message in messages
    ]
    everything: list[Definition] = [*own, *(reader.messages[message] for _, message in messages)]
    title = f"OCPP {_SPELT[version]}: messages of the block {block}."
    return _module(title, _imports(version, everything, layout, block), parts)


def _shared(version: str, reader: Reader, layout: Layout) -> str:
    own = layout.types_of(SHARED, reader.definitions)
    parts = [_definition(one, layout) for one in own]
    title = f"OCPP {_SPELT[version]}: types that several blocks use."
    return _module(title, _imports(version, own, layout, SHARED), parts)


def _module(title: str, imports: str, parts: Iterable[str]) -> str:
    return f'{_GENERATED}"""{title}"""\n\n{imports}\n\n' + "\n\n".join(parts) + "\n"


_IMPORTS = """\
from decimal import Decimal
from typing import Annotated, Any, Literal
from msgspec import Meta, Struct, field
from laddnav.ocpp.limits import Int64, Moment, Natural64, check_decimals
"""


def _imports(version: str, definitions: list[Definition], layout: Layout, module: str) -> str:
    """Every import that a module may need; ruff takes out what it does not use."""
    used = set().union(*map(names_in, definitions))
    shared = sorted(name for name in used if layout.home[name] != module)
    line = f"from laddnav.ocpp.{version}.{SHARED} import {', '.join(shared)}\n" if shared else ""
    return _IMPORTS + line


def _definition(definition: Definition, layout: Layout) -> str:
    match definition:
        case Words(name=name, words=words):
            return f"{name} = Literal[{', '.join(map(json.dumps, words))}]"
        case Object(name=name):
            return _struct(definition, _type_doc(layout.used_by[name]))


def _type_doc(actions: list[str]) -> str:
    """A sentence that says which actions hold a type."""
    more = len(actions) - _NAMED_ACTIONS
    named = [*actions[:_NAMED_ACTIONS], *([f"{more} more"] if more > 0 else [])]
    listed = named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"
    return f"Part of {listed}."


def _message_doc(action: Listed, message: str) -> str:
    """A sentence that says who sends a message."""
    part = "the response" if message.endswith("Response") else "the request"
    if not action.is_answered:
        part = "never answered"
    return f"{action.name}, {_SENT[action.direction]}: {part}."


def _struct(definition: Object, doc: str) -> str:
    attributes = [attribute(prop.wire) for prop in definition.properties]
    if len(set(attributes)) != len(attributes):
        message = f"attributes of {definition.name} collide"
        raise ValueError(message)
    head = f"class {definition.name}(Struct, frozen=True, kw_only=True, omit_defaults=True):"
    body = [f'"""{doc}"""', ""]
    body += [_attribute(prop) for prop in definition.properties]
    if checks := _checks(definition.properties):
        body += ["", "def __post_init__(self) -> None:", *(f"    {check}" for check in checks)]
    return head + "\n" + "\n".join(f"    {line}" for line in body) + "\n"


def _attribute(prop: Property) -> str:
    """One attribute; its wire name is declared wherever it differs."""
    name, annotation = attribute(prop.wire), _annotation(prop.shape)
    if not prop.required and annotation != "Any":
        annotation += " | None"
    declared = [] if name == prop.wire else [f'name="{prop.wire}"']
    if not prop.required and declared:
        declared.insert(0, "default=None")
    if declared:
        return f"{name}: {annotation} = field({', '.join(declared)})"
    return f"{name}: {annotation}" + ("" if prop.required else " = None")


def _checks(properties: tuple[Property, ...]) -> list[str]:
    """The checks of an object's numbers, whose limits msgspec cannot check."""
    numbers = [(prop.wire, prop.shape) for prop in properties if isinstance(prop.shape, Number)]
    free = [_given(wire) for wire, shape in numbers if not _limits(shape)]
    limited = [(_given(wire), _limits(shape)) for wire, shape in numbers if _limits(shape)]
    together = [f"check_decimals({', '.join(free)})"] if free else []
    return together + [f"check_decimals({', '.join(limits)}, {one})" for one, limits in limited]


def _given(wire: str) -> str:
    return f"{wire}=self.{attribute(wire)}"


def _limits(number: Number) -> list[str]:
    return [
        *([] if number.least is None else [f"ge={number.least}"]),
        *([] if number.greatest is None else [f"le={number.greatest}"]),
        *(["tenths=True"] if number.tenths else []),
    ]


_PLAIN = MappingProxyType(
    {
        Number: "Decimal",
        Truth: "bool",
        Moment: "Moment",
        Anything: "Any",
        Custom: "dict[str, Any]",
    }
)


def _annotation(shape: Shape) -> str:
    match shape:
        case Named(name=name):
            return name
        case Text(longest=longest):
            return "str" if longest is None else f"Annotated[str, Meta(max_length={longest})]"
        case Whole(least=least, greatest=greatest):
            return _whole(least, greatest)
        case Items(item=item, fewest=fewest, most=most):
            return _items(_annotation(item), fewest, most)
        case _:
            return _PLAIN[type(shape)]


def _whole(least: int | None, greatest: int | None) -> str:
    match least, greatest:
        case None, None:
            return "Int64"
        case 0, None:
            return "Natural64"
        case _, None:
            return f"Annotated[int, Meta(ge={least}, le=2**63 - 1)]"
        case None, _:
            return f"Annotated[int, Meta(ge=-(2**63), le={greatest})]"
        case _:
            return f"Annotated[int, Meta(ge={least}, le={greatest})]"


def _items(item: str, fewest: int | None, most: int | None) -> str:
    bounds = [
        *([] if fewest is None else [f"min_length={fewest}"]),
        *([] if most is None else [f"max_length={most}"]),
    ]
    plain = f"tuple[{item}, ...]"
    return f"Annotated[{plain}, Meta({', '.join(bounds)})]" if bounds else plain


_PACKAGE = """\
from collections.abc import Mapping
from types import MappingProxyType

from laddnav.ocpp.action import Action, Direction, Version
from laddnav.ocpp.{package} import {blocks}

VERSION = Version.{version}

_ALL = (
{rows}
)
ACTIONS: Mapping[str, Action] = MappingProxyType({{action.name: action for action in _ALL}})
"""


def _package(version: str, blocks: list[str]) -> str:
    actions = sorted(VERSIONS[version])
    title = f'"""OCPP {_SPELT[version]}: its {len(actions)} actions."""'
    rows = "\n".join(map(_row, actions))
    body = _PACKAGE.format(
        package=version, blocks=", ".join(blocks), version=version.upper(), rows=rows
    )
    return f"{_GENERATED}{title}\n\n{body}"


def _row(action: Listed) -> str:
    stem = f"{action.block}.{action.name}"
    response = f"{stem}Response" if action.is_answered else "None"
    return (
        f'Action(name="{action.name}", block="{action.block}", '
        f"direction=Direction.{action.direction}, request={stem}Request, response={response}),"
    )
