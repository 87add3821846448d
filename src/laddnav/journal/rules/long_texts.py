"""Secrets in texts too long to be parsed on the event loop: found where they stand.

The whole is only searched, which goes at the speed of C; something is done at each place where a
secret may stand, and of those there are few, or else the text is cut at the first. What stands near
is hidden with it: all values within a few thousand characters of the name of a secret, and of
tokens each one where any of them is a code.
"""

import re
from collections.abc import Iterator
from typing import Final

from laddnav.journal.rules.hints import (
    MASK,
    SECRET_WORDS,
    TOKEN,
    TOKEN_TYPE,
    VALUES,
    cut,
    lowered,
)

_NEAR: Final = 4_096
_LONGEST_SECRET: Final = 4_096
_MOST_PLACES: Final = 2_000
_NAME_IS_SHORTER: Final = 64

_TOKEN: Final = re.compile(rf'"{TOKEN}"\s*:\s*')
_VALUE: Final = re.compile(rf'"(?:{"|".join(VALUES)})"\s*:\s*')
_REST_OF_NAME: Final = re.compile(r'[^"\\]{0,100}"\s*:\s*')
_STRING: Final = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_SCALAR: Final = re.compile(r'[^\s",:{}\[\]]*')


class _TooMany(Exception):  # noqa: N818 - it is no error: the text is cut
    """There are too many places where a secret may stand."""


def masked_in_passing(text: str, *, names: bool, most: int) -> str:
    """Return the first `most` characters of JSON without codes and, with `names`, passwords."""
    codes = TOKEN_TYPE in text.lower()
    text = text[: most + _NEAR]
    try:
        places = sorted(set(_few(_places(text, codes=codes, names=names))))
    except _TooMany:
        return cut(text, names=names)
    return _without(text[:most], [place for place in places if place < most])


def _without(text: str, places: list[int]) -> str:
    """Return `text` without what stands at `places`; what never ends takes the rest with it."""
    parts: list[str] = []
    done = 0
    for place in places:
        if place < done:
            continue
        parts.append(text[done:place])
        if text[place : place + 1] == '"':
            found = _STRING.match(text, place, place + _LONGEST_SECRET)
            if found is None:
                return "".join(parts) + MASK
        else:
            found = _SCALAR.match(text, place, place + _LONGEST_SECRET)
        done = place if found is None else found.end()
        if done > place:
            parts.append(f'"{MASK}"')
    return "".join((*parts, text[done:]))


def _places(text: str, *, codes: bool, names: bool) -> Iterator[int]:
    """Yield where secrets begin, in any order."""
    if codes:
        yield from (found.end() for found in _TOKEN.finditer(text))
    if names:
        searched = 0
        for hint in sorted(_few(_hints(lowered(text)))):
            named = _REST_OF_NAME.match(text, hint)
            if named is not None:
                yield named.end()
                continue
            start, end = max(hint - _NEAR, searched), hint + _NEAR
            yield from (found.end() for found in _VALUE.finditer(text, start, end))
            searched = end - _NAME_IS_SHORTER


def _hints(low: str) -> Iterator[int]:
    """Yield where secrets are named."""
    for word in SECRET_WORDS:
        place = low.find(word)
        while place >= 0:
            yield place
            place = low.find(word, place + 1)


def _few(places: Iterator[int]) -> Iterator[int]:
    for count, place in enumerate(places):
        if count == _MOST_PLACES:
            raise _TooMany
        yield place
