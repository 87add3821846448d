"""Many variables in as many messages as a station can take (B05.FR.11, B06.FR.05, B08.FR.06)."""

from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Final, Generic, NamedTuple, TypeVar

import msgspec

from laddnav.gateway.commands.making import Command
from laddnav.stations.control import CallFailed, NoAnswer
from laddnav.stations.model.variables import VariableName
from laddnav.stations.rules.variables import place_of

_Outcome = TypeVar("_Outcome")
_Item = TypeVar("_Item")

_FRAME_BYTES: Final = 100
_UNTOLD_ITEMS: Final = 20
_TOO_MUCH: Final = frozenset({
    "FormatViolation",
    "FormationViolation",
    "OccurenceConstraintViolation",
    "OccurrenceConstraintViolation",
})  # fmt: skip

Slot = tuple[str, str]
"""A variable and its attribute, as they are compared."""


class Limits(NamedTuple):
    """How much a station takes in one message; None: not told.

    Attributes:
        characters: Of a value that is written.
    """

    items: int = _UNTOLD_ITEMS
    octets: int | None = None
    characters: int | None = None


class Way(NamedTuple, Generic[_Item, _Outcome]):
    """How some items go to a station.

    Attributes:
        send: Sends them in one message, and returns what became of it.
        octets: Returns how long the payload of that message is.
        name_of: Returns which variable an item is about.
    """

    send: Callable[[Sequence[_Item]], Awaitable[_Outcome | NoAnswer]]
    octets: Callable[[Sequence[_Item]], int]
    name_of: Callable[[_Item], VariableName]


def slot_of(name: VariableName) -> Slot:
    """Return which attribute a name means."""
    return place_of(name), name.attribute


def octets_of(order: Command[_Outcome]) -> int:
    """Return how long the payload of a command is."""
    return len(msgspec.json.encode(order.fields))


async def in_parts(
    items: Sequence[_Item], way: Way[_Item, _Outcome], limits: Limits
) -> AsyncIterator[tuple[Sequence[_Item], _Outcome | NoAnswer]]:
    """Yield items with what became of them, as many at a time as the station takes.

    What is too much for it is sent again in halves (B06.FR.16, B06.FR.17).
    """
    waiting, most = deque(items), limits.items
    while waiting:
        part = _taken(waiting, way, limits._replace(items=most))
        outcome = await way.send(part)
        if len(part) > 1 and isinstance(outcome, CallFailed) and outcome.code in _TOO_MUCH:
            most = len(part) // 2
            waiting.extendleft(reversed(part))
            continue
        yield part, outcome


def _taken(waiting: deque[_Item], way: Way[_Item, _Outcome], limits: Limits) -> list[_Item]:
    """Take what fits into one message, which never names a variable twice (B05.FR.13)."""
    part = [waiting.popleft()]
    slots, octets = {slot_of(way.name_of(part[0]))}, _FRAME_BYTES + way.octets(part)
    while waiting and len(part) < limits.items:
        slot, size = slot_of(way.name_of(waiting[0])), way.octets([waiting[0]])
        if slot in slots or (limits.octets is not None and octets + size > limits.octets):
            break
        part.append(waiting.popleft())
        slots.add(slot)
        octets += size
    return part
