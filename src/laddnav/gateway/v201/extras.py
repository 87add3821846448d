"""What messages carry beside what is folded: kept in the words of the wire."""

from operator import attrgetter
from typing import Any

import msgspec
from msgspec import Struct


class Extras:
    """Some attributes of one type of message, by their names on the wire."""

    __slots__ = ("_names", "_nothing", "_values")

    def __init__(self, kind: type[Struct], first: str, second: str, *others: str) -> None:
        attributes = (first, second, *others)
        wire = dict(zip(kind.__struct_fields__, kind.__struct_encode_fields__, strict=True))
        self._names = tuple(wire[attribute] for attribute in attributes)
        self._values = attrgetter(*attributes)
        self._nothing = (None,) * len(attributes)

    def of(self, message: Struct) -> dict[str, Any]:
        """Return those that are there, as plain JSON; numbers that are no integers as text."""
        values = self._values(message)
        if values == self._nothing:
            return {}
        return {
            name: msgspec.to_builtins(value)
            for name, value in zip(self._names, values, strict=True)
            if value is not None
        }
