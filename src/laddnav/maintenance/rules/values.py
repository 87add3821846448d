"""Whether two texts are the same value: stations write what they were told in their own way."""

import re
from collections import Counter
from decimal import Decimal
from typing import Final

_NUMBER: Final = re.compile(r"[+-]?(\d{1,30}(\.\d{0,30})?|\.\d{1,30})([eE][+-]?\d{1,2})?")
_TRUTH: Final = {"true": "true", "1": "true", "false": "false", "0": "false"}
_WORDS: Final = frozenset({"true", "false"})
_TEXTS: Final = frozenset({"string", "datetime"})
_NUMBERS: Final = frozenset({"integer", "decimal"})
_ORDERED: Final = "sequencelist"
_LISTS: Final = frozenset({"memberlist", "sequencelist"})


def is_same(wanted: str, told: str, data_type: str | None = None) -> bool:
    """Return whether a station that tells `told` has the value `wanted`.

    Blanks around a value never count. Case counts in what the station calls a string only, the
    spelling of a number or of true and false nowhere else. The order of a list counts where the
    station calls it a SequenceList; the keys of OCPP 1.6 have no type, and their lists no order.

    Args:
        wanted: What the template says.
        told: What the station says.
        data_type: What the station says that it is, in the words of OCPP 2; None: nothing.
    """
    one, other, kind = wanted.strip(), told.strip(), (data_type or "").casefold()
    if one == other:
        return True
    if kind in _TEXTS:
        return False
    is_list = kind in _LISTS or (not kind and ("," in one or "," in other))
    if not is_list:
        return _is_same_word(one, other, kind)
    ours, theirs = _elements(one), _elements(other)
    return ours == theirs if kind == _ORDERED else Counter(ours) == Counter(theirs)


def _is_same_word(one: str, other: str, kind: str) -> bool:
    first, second = one.casefold(), other.casefold()
    if first == second:
        return True
    if kind not in _NUMBERS and (kind == "boolean" or {first, second} & _WORDS):
        return first in _TRUTH and _TRUTH[first] == _TRUTH.get(second)
    return _number(first) == _number(second)


def _elements(text: str) -> list[object]:
    return [_number(part.strip().casefold()) for part in text.split(",") if part.strip()]


def _number(text: str) -> object:
    """Return a number as such, of a bounded size; any other text as it is."""
    return Decimal(text) if _NUMBER.fullmatch(text) else text
