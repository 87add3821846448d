"""What this room needs of others: a place for slow work, and whoever signs."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from msgspec import Struct

from laddnav.pki.model.certificate import Chain

_Result = TypeVar("_Result")


class OffLoop(Protocol):
    """Runs what takes more than 20 ms (RSA) where it does not hold up the event loop."""

    def __call__(
        self, function: Callable[..., _Result], /, *arguments: object
    ) -> Awaitable[_Result]:
        """Run a function of a module with arguments that can be pickled."""
        ...


def carried_out(function: Callable[..., _Result], /, *arguments: object) -> _Result:
    """Run a function here: what a pool of processes is given, which knows functions by name."""
    return function(*arguments)


async def in_thread(function: Callable[..., _Result], /, *arguments: object) -> _Result:
    """Run a function in a thread: OpenSSL lets the loop go on meanwhile."""
    return await asyncio.to_thread(function, *arguments)


class Later(Struct, frozen=True, kw_only=True):
    """Not signed yet: to be asked again after so many seconds."""

    seconds: float
    reason: str


class Never(Struct, frozen=True, kw_only=True):
    """Not signed, and not to be asked again."""

    reason: str


class SigningAuthority(Protocol):
    """Signs requests that were judged already (A02.FR.04: it need not be here)."""

    async def sign(self, csr: str, *, renews: bool) -> Chain | Later | Never:
        """Return the chain that was made for a request.

        Args:
            csr: PEM.
            renews: Whether the same station was given a certificate by this authority before.
        """
        ...
