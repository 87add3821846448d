"""What this room must ask of stations: filled by the gateway, in any OCPP version."""

from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from laddnav.kernel.keys import StationKey
from laddnav.pki.model.certificate import CertificateHash, Purpose, Use
from laddnav.pki.model.signing import Delivery


class Outcome(StrEnum):
    """What became of a question to a station."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    FAILED = "failed"
    NOT_FOUND = "not_found"
    NOT_SUPPORTED = "not_supported"
    NOT_POSSIBLE = "not_possible"
    """Nothing was sent: see the reason."""
    NOT_CONNECTED = "not_connected"
    TIMED_OUT = "timed_out"
    ERROR = "error"
    """The station answered with an error, or with what is no answer."""


UNHEARD = frozenset({Outcome.NOT_CONNECTED, Outcome.TIMED_OUT, Outcome.ERROR})
"""These say nothing of what the station thinks of it: it may be asked again."""


class Said(Struct, frozen=True, kw_only=True, tag=True):
    """What a station said.

    Attributes:
        wire_status: Its own word; "": it gave none.
        reason: In words: its reasonCode and additionalInfo, its error, or why nothing was sent.
    """

    outcome: Outcome
    wire_status: str = ""
    reason: str = ""


class HeldCertificate(Struct, frozen=True, kw_only=True):
    """A certificate that a station says it has; a child hangs on the one before it."""

    use: Use
    name: CertificateHash
    is_child: bool = False


class Held(Struct, frozen=True, kw_only=True, tag=True):
    """All that a station says it has."""

    certificates: tuple[HeldCertificate, ...]


class CertificateControl(Protocol):
    """Questions to stations, each awaited until its answer."""

    async def deliver_certificate(self, key: StationKey, delivery: Delivery) -> Said:
        """Give a station the certificate that it asked for (CertificateSigned)."""
        ...

    async def ask_for_request(self, key: StationKey, purpose: Purpose) -> Said:
        """Ask a station to ask for a new certificate (SignCertificate)."""
        ...

    async def install_certificate(self, key: StationKey, use: Use, pem: str) -> Said:
        """Put a root into a station."""
        ...

    async def delete_certificate(self, key: StationKey, name: CertificateHash) -> Said:
        """Take a certificate out of a station, by the name that the station gave it."""
        ...

    async def installed_certificates(self, key: StationKey) -> Held | Said:
        """Ask a station what it has."""
        ...


class LocalCertificateControl(CertificateControl, Protocol):
    """Questions to the stations that are connected to this node."""

    def reaches(self, key: StationKey) -> bool:
        """Return whether the station is connected here."""
        ...
