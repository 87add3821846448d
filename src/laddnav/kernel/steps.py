"""Long work in steps, so that others can have their turn in between."""

from collections.abc import Awaitable, Callable, Generator
from typing import TypeAlias, TypeVar

_T = TypeVar("_T")

Steps: TypeAlias = Generator[None, None, _T]
"""Work that yields after each step of some milliseconds, and returns what it comes to."""


def at_once(steps: Steps[_T]) -> _T:
    """Return what `steps` come to, without a pause."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: _T = end.value
            return result


async def in_turns(steps: Steps[_T], rest: Callable[[], Awaitable[object]]) -> _T:
    """Return what `steps` come to, with a `rest` after each; the first one is taken at once."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: _T = end.value
            return result
        await rest()
