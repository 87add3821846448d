"""Chance that can be repeated: the same seed gives the same fleet, cars and failures."""

from collections.abc import Sequence
from random import Random  # noqa: TID251 - a simulation must be repeatable, and ids are not drawn from it
from typing import TypeVar

_T = TypeVar("_T")


class Chance:
    """A seeded source of chance.

    Args:
        seed: What it grows from; any text. Equal seeds draw equal numbers.
    """

    __slots__ = ("_random", "_seed")

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._random = Random(seed)  # noqa: S311 - a simulation's chance must be repeatable; nothing secret is drawn from it

    def fork(self, name: str) -> "Chance":
        """Return an independent source for `name`, the same however much was drawn here."""
        return Chance(f"{self._seed}/{name}")

    def between(self, low: float, high: float) -> float:
        """Return a number between `low` and `high`."""
        return self._random.uniform(low, high)

    def whole(self, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`, both included."""
        return self._random.randint(low, high)

    def pick(self, choices: Sequence[_T]) -> _T:
        """Return one of `choices`, which are not empty."""
        return self._random.choice(choices)

    def happens(self, probability: float) -> bool:
        """Return True with `probability` (0 to 1)."""
        return self._random.random() < probability

    def wait(self, mean: float) -> float:
        """Return the time to the next of events that come at random, `mean` apart on average."""
        return self._random.expovariate(1.0 / mean)
