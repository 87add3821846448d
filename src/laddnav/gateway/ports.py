"""What the gateway asks of others."""

from typing import Protocol

from msgspec import Struct

from laddnav.gateway.mending.packed import Packed
from laddnav.journal.model import RefusalReason
from laddnav.kernel.keys import StationKey
from laddnav.stations.model import Admitted, Knock, Refused


class Doorkeeper(Protocol):
    """Decides who may come in, and records who may not."""

    async def admit(self, knock: Knock) -> Admitted | Refused:
        """Judge a knock.

        Raises:
            StorageUnavailable: The database is away; nothing was recorded.
        """
        ...

    async def named(self, operator: str | None, identity: str) -> StationKey | None:
        """Return the station that a path names, whether it exists or not; None: no such operator.

        Raises:
            StorageUnavailable: The database is away.
        """
        ...


class RefusalBook(Protocol):
    """Where refusals are noted, with what the operator can do about them."""

    def record(
        self,
        reason: RefusalReason,
        *,
        address: str,
        operator: str = "",
        identity: str = "",
        detail: str = "",
    ) -> None:
        """Note a refusal; never waits. `detail` is our own words."""
        ...


class MendersAwayError(Exception):
    """A payload was not mended, whether it can be or not; the text says why."""


class Menders(Protocol):
    """Who mends long payloads without holding the loop."""

    async def mend(self, kind: type[Struct], raw: bytes, *, salvage: bool) -> Packed | None:
        """Do as `mending.mend`.

        Raises:
            MendersAwayError: It could not be done, or not in time.
        """
        ...
