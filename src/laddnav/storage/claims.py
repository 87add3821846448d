"""Claims of stations, gathered: a storm of reconnects makes few statements."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from laddnav.kernel.keys import StationKey
from laddnav.storage.batch import Epochs
from laddnav.storage.gather import Rounds

Wanted: TypeAlias = Mapping[StationKey, str]
"""Stations and the node that claims each."""


class Claim(NamedTuple):
    """What one caller claims."""

    keys: tuple[StationKey, ...]
    node: str


class Claims:
    """Gathers claims; of two claims of one station each gets an epoch of its own.

    Args:
        claim: Makes all of `Wanted` one transaction and returns the new epochs.
        limit_seconds: How long a caller waits while the database is away.
    """

    def __init__(
        self, claim: Callable[[Wanted], Awaitable[Epochs]], *, limit_seconds: float
    ) -> None:
        self._claim = claim
        self._rounds = Rounds(self._ask, most=500, limit_seconds=limit_seconds)

    async def claim(self, keys: Sequence[StationKey], node: str) -> Epochs:
        """Return the new epochs of `keys`; see `Database.claim`."""
        return await self._rounds.get(Claim(tuple(keys), node)) if keys else {}

    async def _ask(self, claims: Sequence[Claim]) -> list[Epochs]:
        answers: list[Epochs] = []
        for wave in waves(claims):
            wanted = {key: claim.node for claim in wave for key in claim.keys}
            epochs = await self._claim(wanted)
            answers += [{key: epochs[key] for key in claim.keys} for claim in wave]
        return answers


def waves(claims: Sequence[Claim]) -> list[list[Claim]]:
    """Return `claims` in their order, cut wherever a station would come twice in one piece."""
    cut: list[list[Claim]] = [[]]
    seen: set[StationKey] = set()
    for claim in claims:
        if not seen.isdisjoint(claim.keys):
            cut.append([])
            seen = set()
        cut[-1].append(claim)
        seen.update(claim.keys)
    return cut
