"""What a security event means (A04), and into which line it goes."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from laddnav.journal.rules.texts import storable
from laddnav.stations.model.security import SecurityEventReported

CRITICAL: Final = frozenset({
    "DiscardedRenewedClientCertificate",
    "FirmwareUpdated",
    "InvalidCentralSystemCertificate",
    "InvalidChargePointCertificate",
    "InvalidChargingStationCertificate",
    "InvalidCsmsCertificate",
    "InvalidFirmwareSignature",
    "InvalidFirmwareSigningCertificate",
    "InvalidTLSCipherSuite",
    "InvalidTLSVersion",
    "MaintenanceLoginAccepted",
    "MaintenanceLoginFailed",
    "MemoryExhaustion",
    "ResetOrReboot",
    "SecurityLogWasCleared",
    "SettingSystemTime",
    "StartupOfTheDevice",
    "TamperDetectionActivated",
})  # fmt: skip
"""What the specifications call critical, in the words of all versions; any other text may come."""

DISCARDED: Final = "DiscardedRenewedClientCertificate"
"""The station went back to the certificate of before: it wants another (A02.FR.29)."""

LONGEST_INFO: Final = 255
WINDOW: Final = timedelta(hours=1)
LINES_IN_WINDOW: Final = 100
"""So many lines a station may begin in an hour; beyond, its events are counted by type."""

_LONGEST_TYPE: Final = 50
_TYPES: Final = 50
_OTHER: Final = "Other"
_EARLIEST: Final = datetime(1971, 1, 1, tzinfo=UTC)


class Likeness(NamedTuple):
    """What the events of a line have in common."""

    type: str
    info: str | None
    is_flood: bool


def likeness(lines: Collection[Likeness], report: SecurityEventReported) -> Likeness:
    """Return into which line an event goes, of those that its station has had within the hour."""
    kind = storable(report.type[:_LONGEST_TYPE])
    info = storable(report.info[:LONGEST_INFO]) if report.info else None
    alike = Likeness(kind, info, is_flood=False)
    if alike in lines or len(lines) < LINES_IN_WINDOW:
        return alike
    flood = Likeness(kind, None, is_flood=True)
    if flood in lines or len(lines) < LINES_IN_WINDOW + _TYPES:
        return flood
    return Likeness(_OTHER, None, is_flood=True)


def is_critical(kind: str) -> bool:
    """Return whether the specifications call an event critical."""
    return kind in CRITICAL


def usable(stamped: datetime | None) -> datetime | None:
    """Return a station's own time; None where its clock was never set."""
    return stamped if stamped is not None and stamped >= _EARLIEST else None
