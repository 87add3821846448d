"""What the text of a message may hold, checked before its JSON is read: depth, NUL, surrogates."""

import re
from array import array
from itertools import accumulate
from typing import Final

DEEPEST: Final = 32  # levels of nesting, the outer array included; the decoder itself allows 1000
_BRACKETS: Final = b"[]{}"
_WORTHWHILE: Final = 0.75
_ALIKE: Final = bytes.maketrans(_BRACKETS, b"()()")
_STEPS: Final = bytes.maketrans(b"()", b"\x01\xff")  # +1 and -1 as signed bytes
_ALL_BUT_BRACKETS: Final = bytes(set(range(256)) - set(_BRACKETS))
_AT_A_STRETCH: Final = 4096
_NUL: Final = r"\u0000"
_HIGH: Final = r"\\u[dD][89abAB][0-9a-fA-F]{2}"
_LOW: Final = r"\\u[dD][c-fC-F][0-9a-fA-F]{2}"
_LONE: Final = re.compile(f"{_HIGH}(?!{_LOW})|(?<!{_HIGH}){_LOW}")


def is_too_deep(text: str) -> bool:
    """Tell whether objects and lists are nested deeper than `DEEPEST`; brackets in strings aside.

    Text that is no JSON gets the answer for what a reader may meet before it stumbles.
    """
    if len(text) <= 2 * DEEPEST or text.count("[") + text.count("{") <= DEEPEST:
        return False  # most messages, at the price of two scans
    bare = text.replace("\\\\", "").replace('\\"', "")
    outside = "".join(bare.split('"')[::2]).encode("utf-8", "ignore")
    brackets = outside.translate(_ALIKE, _ALL_BUT_BRACKETS)
    levels = 0
    while len(outer := brackets.replace(b"()", b"")) <= len(brackets) * _WORTHWHILE:
        levels += 1  # a level less, for all that is deepest
        if not outer:
            return levels > DEEPEST
        brackets = outer
    return _rises_beyond(DEEPEST - levels, array("b", brackets.translate(_STEPS)))


def _rises_beyond(limit: int, steps: "array[int]") -> bool:
    """Tell whether the sum of the first few of `steps` is ever more than `limit`."""
    height = 0
    for place in range(0, len(steps), _AT_A_STRETCH):
        heights = list(accumulate(steps[place : place + _AT_A_STRETCH], initial=height))
        if max(heights) > limit:
            return True
        height = heights[-1]
    return False


def purge_nul(text: str) -> str:
    r"""Return the text without NUL, raw or written as \u0000: no database stores it.

    Text in which taking it out would make another one of broken escapes is no JSON, and is left.
    """
    text = text.replace("\0", "")
    if _NUL not in text:
        return text
    mended = _aside(text).replace(_NUL, "")
    return text if _NUL in mended else _back(mended)


def purge_surrogates(text: str) -> str:
    r"""Return the text without escapes that are half a surrogate pair, such as \ud800.

    The text must hold no raw NUL.
    """
    if "\\ud" not in text and "\\uD" not in text:
        return text
    mended = _LONE.sub("", _aside(text))
    return text if _NUL in mended else _back(mended)


def _aside(text: str) -> str:
    """Return the text with its escaped backslashes as NUL, so that each backslash left escapes."""
    return text.replace("\\\\", "\0")


def _back(text: str) -> str:
    """Undo `_aside`."""
    return text.replace("\0", "\\\\")
