"""How a value that does not fit its type is brought into it: one shape per kind of type.

A shape changes what known chargers get wrong and notes it. It does not validate: msgspec does,
afterwards, on the tree that the shapes leave behind. Leaves are here, the rest in `mending`.
"""

import json
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Any, Final, Protocol

from msgspec import inspect

from laddnav.gateway.mending.instants import EPOCH, is_well_formed, read_instant
from laddnav.gateway.mending.mends import MendKind, Unusable, Walk

DEEPEST: Final = 32
"""Data of no declared type may nest so deep."""

_BEYOND: Final = 15
_LEAST_EXPONENT: Final = -400
_LONGEST_NUMBER: Final = 64


class Shape(Protocol):
    """One kind of type."""

    def mend(self, value: object, walk: Walk) -> Any:  # noqa: ANN401 - decoded JSON can be of any type
        """Return `value` as msgspec will take it; raise `Unusable` where there is no way."""
        ...

    def stand_in(self) -> Any:  # noqa: ANN401 - decoded JSON can be of any type
        """Return the simplest value of this type."""
        ...


class TextShape:
    """Text: numbers become text (OpenEVSE), over-long text is kept (mobilityhouse#122)."""

    __slots__ = ("_least", "_most")

    def __init__(self, kind: inspect.StrType) -> None:
        self._least = kind.min_length or 0
        self._most = kind.max_length

    def mend(self, value: object, walk: Walk) -> str:
        """Return `value` as text."""
        text = _text(value, walk)
        if self._most is not None and len(text) > self._most:
            walk.note(MendKind.TOO_LONG)
            walk.keep_raw(text)
            return text[: self._most]
        if len(text) < self._least:
            walk.note(MendKind.TOO_SHORT)
            walk.keep_raw(text)
            return self.stand_in()
        return text

    def stand_in(self) -> str:
        """Return as little as may be."""
        return " " * self._least


class WordShape:
    """A word of an enumeration: unknown ones are kept (Legrand, lbbrhzn#1248)."""

    __slots__ = ("_by_folded", "_words")

    def __init__(self, kind: inspect.LiteralType) -> None:
        self._words = tuple(kind.values)
        self._by_folded = {str(word).casefold(): word for word in reversed(kind.values)}

    def mend(self, value: object, walk: Walk) -> Any:  # noqa: ANN401 - an enumeration's words may be of any JSON type
        """Return the word that is meant, or a stand-in for one that nobody knows."""
        if isinstance(value, dict | list):
            raise Unusable
        if value in self._words:
            return value
        text = _text(value, walk)
        word = self._by_folded.get(text.strip().casefold())
        if word is not None:
            walk.note(MendKind.SPELLING)
            return word
        walk.note(MendKind.UNKNOWN_WORD)
        walk.keep_raw(text)
        return self.stand_in()

    def stand_in(self) -> Any:  # noqa: ANN401 - an enumeration's words may be of any JSON type
        """Return the first word."""
        return self._words[0]


class WholeShape:
    """A whole number within its bounds: text becomes a number, fractions are rounded."""

    __slots__ = ("_least", "_most")

    def __init__(self, kind: inspect.IntType) -> None:
        self._least = -(2**63) if kind.ge is None else kind.ge
        self._most = 2**63 - 1 if kind.le is None else kind.le

    def mend(self, value: object, walk: Walk) -> int:
        """Return `value` as a whole number."""
        if type(value) is int:
            number = value
        else:
            number = int(_number(value).to_integral_value(rounding=ROUND_HALF_EVEN))
            walk.note(MendKind.TO_NUMBER)
        if not self._least <= number <= self._most:
            raise Unusable
        return number

    def stand_in(self) -> int:
        """Return 0, or what is nearest to it."""
        return min(max(0, self._least), self._most)


class NumberShape:
    """A decimal number; one that is of no use stays as its text where a message is salvaged."""

    __slots__ = ()

    def mend(self, value: object, walk: Walk) -> Decimal:
        """Return `value` as a number."""
        try:
            number = _number(value)
        except Unusable:
            if not walk.salvage or isinstance(value, dict | list):
                raise
            walk.note(MendKind.UNUSABLE)
            walk.keep_raw(str(value)[:_LONGEST_NUMBER])
            return self.stand_in()
        if isinstance(value, str):
            walk.note(MendKind.TO_NUMBER)
        return number

    def stand_in(self) -> Decimal:
        """Return 0."""
        return Decimal(0)


class FlagShape:
    """True or false."""

    __slots__ = ()

    def mend(self, value: object, walk: Walk) -> bool:
        """Return `value` as a truth value."""
        if isinstance(value, bool):
            return value
        walk.note(MendKind.TO_FLAG)
        match str(value)[:8].strip().casefold():
            case "true" | "1":
                return True
            case "false" | "0":
                return False
            case _:
                raise Unusable

    def stand_in(self) -> bool:
        """Return false."""
        return False


class InstantShape:
    """A time; one that means nothing becomes that of an unset clock."""

    __slots__ = ()

    def mend(self, value: object, walk: Walk) -> str:
        """Return `value` as msgspec reads times."""
        if not isinstance(value, str) or (instant := read_instant(value)) is None:
            walk.note(MendKind.NO_TIME)
            return self.stand_in()
        if not is_well_formed(value):
            walk.note(MendKind.TIME_FORM)
        return instant.isoformat()

    def stand_in(self) -> str:
        """Return the time of an unset clock."""
        return EPOCH.isoformat()


class OpenShape:
    """Data of no declared type (customData, DataTransfer of 2.x): taken unless it nests deeper."""

    __slots__ = ("_empty",)

    def __init__(self, empty: Any) -> None:  # noqa: ANN401 - decoded JSON can be of any type
        self._empty = empty

    def mend(self, value: object, walk: Walk) -> Any:  # noqa: ANN401, ARG002 - every shape has this signature; this one takes any JSON and needs no walk
        """Return `value`."""
        if isinstance(self._empty, dict) and not isinstance(value, dict):
            raise Unusable
        if nests_deeper_than(DEEPEST, value):
            raise Unusable
        return value

    def stand_in(self) -> Any:  # noqa: ANN401 - decoded JSON can be of any type
        """Return nothing, in the form that is asked for."""
        return self._empty


def nests_deeper_than(most: int, value: object) -> bool:
    """Whether `value` holds lists and objects within each other beyond `most`."""
    level: list[object] = [value]
    for _ in range(most):
        level = [inner for outer in level for inner in _inner(outer)]
        if not level:
            return False
    return any(isinstance(value, dict | list) for value in level)


def _inner(value: object) -> "list[object]":
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _text(value: object, walk: Walk) -> str:
    """Return `value` as text without NUL, which no database holds (Wallbe, evcc#3685)."""
    if value is None:
        raise Unusable
    if isinstance(value, str):
        text = value
    else:
        walk.note(MendKind.NOT_TEXT if isinstance(value, dict | list) else MendKind.TO_TEXT)
        is_number = isinstance(value, int | Decimal) and not isinstance(value, bool)
        text = str(value) if is_number else json.dumps(value, default=str)
    if "\0" in text:
        walk.note(MendKind.NUL)
        text = text.replace("\0", "")
    return text


def _number(value: object) -> Decimal:
    """Return `value` as a number that is safe to reckon with: `int(Decimal("1E+1000000"))` is not.

    Raises:
        Unusable: It is none, or |x| is 10^15 or more.
    """
    if value is None or isinstance(value, bool | dict | list):
        raise Unusable
    text = str(value).strip()
    try:
        number = Decimal(text) if len(text) <= _LONGEST_NUMBER else Decimal("NaN")
    except InvalidOperation:
        raise Unusable from None
    if not number.is_finite() or not _LEAST_EXPONENT < number.adjusted() < _BEYOND:
        raise Unusable
    return number
