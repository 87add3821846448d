"""Security events of stations (A04): told to whoever reads the log, the grave ones louder."""

from typing import Final

import structlog

from laddnav.gateway.dispatch import Desk
from laddnav.gateway.leaves import word

_LONGEST_INFO: Final = 255
_log: Final = structlog.get_logger(__name__)

CRITICAL: Final = frozenset({
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


def tell(desk: Desk, event: object, info: str | None) -> None:
    """Log one security event of a station."""
    kind = word(event)
    shown = None if info is None else info[:_LONGEST_INFO]
    log = _log.warning if kind in CRITICAL else _log.info
    log("a station told of a security event", station=str(desk.key), event_type=kind, info=shown)
