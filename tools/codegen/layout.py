"""Decides which module each type of a version stands in, and in which order."""

from collections.abc import Iterable, Mapping
from graphlib import TopologicalSorter

from tools.codegen.catalogue import VERSIONS
from tools.codegen.schemas import Reader
from tools.codegen.shapes import Definition, names_in

SHARED = "datatypes"


class Layout:
    """The modules of one version.

    Attributes:
        home: The module that each named type stands in.
        used_by: The actions whose messages hold each named type, directly or not, sorted.
        order: All named types, those referred to before those that refer.
    """

    def __init__(self, version: str, reader: Reader) -> None:
        definitions = reader.definitions
        refers = {name: names_in(definition) for name, definition in definitions.items()}
        self.order = tuple(TopologicalSorter(_sorted_values(refers)).static_order())
        blocks = {action.name: action.block for action in VERSIONS[version]}
        users: dict[str, set[str]] = {name: set() for name in definitions}
        for message, definition in reader.messages.items():
            action = message.removesuffix("Request").removesuffix("Response")
            for name in _reached(names_in(definition), refers):
                users[name].add(action)
        self.used_by = {name: sorted(actions) for name, actions in users.items()}
        self.home = {
            name: _home({blocks[action] for action in actions}) for name, actions in users.items()
        }

    def types_of(self, module: str, definitions: Mapping[str, Definition]) -> list[Definition]:
        """The named types of a module, in an order in which each is defined before its use."""
        return [definitions[name] for name in self.order if self.home[name] == module]


def _sorted_values(refers: Mapping[str, set[str]]) -> dict[str, list[str]]:
    return {name: sorted(refers[name]) for name in sorted(refers)}


def _home(blocks: set[str]) -> str:
    return blocks.pop() if len(blocks) == 1 else SHARED


def _reached(start: Iterable[str], refers: Mapping[str, set[str]]) -> set[str]:
    """All names reached from these, themselves included."""
    reached: set[str] = set()
    waiting = list(start)
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting.extend(refers[name])
    return reached
