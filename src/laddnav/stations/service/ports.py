"""What the room needs of others: filled from outside."""

from collections.abc import Awaitable
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol

from msgspec import Struct
from typing_extensions import override

from laddnav.kernel.keys import StationKey
from laddnav.stations.live import LiveStation
from laddnav.stations.model import BootReported
from laddnav.stations.model.handover import Need
from laddnav.storage.write import Row


class Supply(StrEnum):
    """How a need stands."""

    MET = "met"
    UNDER_WAY = "under_way"
    """The station was asked for something that takes it a while."""
    QUEUED = "queued"
    """Who signs has said that it takes a while."""
    REFUSED = "refused"
    """By the station, or here: asking again does not help."""
    UNHEARD = "unheard"
    """No answer came, or an error: it may be asked again."""
    AWAY = "away"
    """The station is not connected."""


class Supplied(Struct, frozen=True, kw_only=True):
    """What became of a need, with what the station, or who refused, said."""

    supply: Supply
    detail: str = ""


class StationCertificates(Protocol):
    """Sees to it that stations have the certificates that they need."""

    async def obstacle(self, key: StationKey, need: Need) -> str | None:
        """Return why nobody can see to it, in words; None: it can be tried."""
        ...

    async def organization(self, key: StationKey) -> str:
        """Return the organisation that the station's certificate must name (A00.FR.404)."""
        ...

    async def supply(self, key: StationKey, need: Need) -> Supplied:
        """See to it that a connected station has it, as far as that can be done at once."""
        ...

    async def progress(self, key: StationKey, since: datetime) -> Supplied:
        """Return how a certificate stands that the station was asked for then."""
        ...


_UNKNOWN: Final = (
    "nobody knows whether the station has the certificates that it needs: make sure of it, and say "
    "`unchecked`"
)


class NoCertificates(StationCertificates):
    """Where nobody keeps account of certificates."""

    @override
    async def obstacle(self, key: StationKey, need: Need) -> str | None:
        return _UNKNOWN

    @override
    async def organization(self, key: StationKey) -> str:
        return key.operator

    @override
    async def supply(self, key: StationKey, need: Need) -> Supplied:
        return Supplied(supply=Supply.REFUSED, detail=_UNKNOWN)

    @override
    async def progress(self, key: StationKey, since: datetime) -> Supplied:
        return await self.supply(key, Need.CERTIFICATE)


class Upkeep(Protocol):
    """Knows how stations shall be configured."""

    def holds(self, live: LiveStation, report: BootReported) -> Awaitable[bool] | None:
        """Return whether a station is to be configured before it is accepted (B02); None: not.

        Nothing is raised: where that cannot be known, it is accepted.
        """
        ...

    def begun(self, live: LiveStation, now: datetime) -> tuple[Row, ...]:
        """Return what is stored together with a Boot that was just taken."""
        ...


class NoUpkeep(Upkeep):
    """Where nobody configures stations."""

    @override
    def holds(self, live: LiveStation, report: BootReported) -> Awaitable[bool] | None:
        return None

    @override
    def begun(self, live: LiveStation, now: datetime) -> tuple[Row, ...]:
        return ()
