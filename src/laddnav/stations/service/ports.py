"""What handovers must know of the certificates in a station: filled from outside."""

from typing import Protocol

from typing_extensions import override

from laddnav.kernel.keys import StationKey


class StationCertificates(Protocol):
    """Knows what certificates stations have; None: nobody knows."""

    async def has_root(self, key: StationKey) -> bool | None:
        """Return whether the station has the root of this server's certificate (A05.FR.03)."""
        ...

    async def has_client(self, key: StationKey) -> bool | None:
        """Return whether the station has a client certificate of its own (A05.FR.02)."""
        ...


class UnknownCertificates(StationCertificates):
    """Where nobody keeps account of certificates."""

    @override
    async def has_root(self, key: StationKey) -> bool | None:
        return None

    @override
    async def has_client(self, key: StationKey) -> bool | None:
        return None
