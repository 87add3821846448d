"""Many variables in as many messages as a station can take (B05.FR.11, B06.FR.05)."""

from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Final, NamedTuple, Protocol, TypeVar

import msgspec

from laddnav.gateway.commands import Command
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


class Ask(Protocol):
    """Sends one command and returns what became of it."""

    def __call__(self, order: Command[_Outcome], /) -> Awaitable[_Outcome | NoAnswer]:
        """Send it."""
        ...


class Limits(NamedTuple):
    """How much a station takes in one message; octets None: not told."""

    items: int = _UNTOLD_ITEMS
    octets: int | None = None


def slot_of(name: VariableName) -> Slot:
    """Return which attribute a name means."""
    return place_of(name), name.attribute


async def in_parts(
    ask: Ask,
    make: Callable[[Sequence[_Item]], Command[_Outcome]],
    items: Sequence[_Item],
    name_of: Callable[[_Item], VariableName],
    limits: Limits,
) -> AsyncIterator[tuple[Sequence[_Item], _Outcome | NoAnswer]]:
    """Yield items with what became of them, as many at a time as the station takes.

    What is too much for it is sent again in halves (B06.FR.16, B06.FR.17).
    """
    waiting, most = deque(items), limits.items
    while waiting:
        part = _taken(waiting, make, name_of, Limits(most, limits.octets))
        outcome = await ask(make(part))
        if len(part) > 1 and isinstance(outcome, CallFailed) and outcome.code in _TOO_MUCH:
            most = len(part) // 2
            waiting.extendleft(reversed(part))
            continue
        yield part, outcome


def _taken(
    waiting: deque[_Item],
    make: Callable[[Sequence[_Item]], Command[_Outcome]],
    name_of: Callable[[_Item], VariableName],
    limits: Limits,
) -> list[_Item]:
    """Take what fits into one message, which never names a variable twice (B05.FR.13)."""
    part = [waiting.popleft()]
    slots, octets = {slot_of(name_of(part[0]))}, _FRAME_BYTES + _size(make(part))
    while waiting and len(part) < limits.items:
        slot, size = slot_of(name_of(waiting[0])), _size(make([waiting[0]]))
        if slot in slots or (limits.octets is not None and octets + size > limits.octets):
            break
        part.append(waiting.popleft())
        slots.add(slot)
        octets += size
    return part


def _size(order: Command[_Outcome]) -> int:
    return len(msgspec.json.encode(order.fields))
