"""Messages of OCPP 1.6 whose answer never depends on what they say."""

from typing import Final

from laddnav.gateway.notices import Notice, note_all
from laddnav.ocpp.action import Version
from laddnav.ocpp.v16 import firmware, security

NOTICES: Final = (
    Notice(
        "DiagnosticsStatusNotification",
        firmware.DiagnosticsStatusNotificationResponse(),
        ("status",),
    ),
    Notice("FirmwareStatusNotification", firmware.FirmwareStatusNotificationResponse(), ("status",)),
    Notice(
        "LogStatusNotification",
        security.LogStatusNotificationResponse(),
        ("status", "request_id"),
    ),
    Notice(
        "SignedFirmwareStatusNotification",
        security.SignedFirmwareStatusNotificationResponse(),
        ("status", "request_id"),
    ),
    # Nobody here signs: the station stays with the certificate it has (A02.FR.12).
    Notice("SignCertificate", security.SignCertificateResponse(status="Rejected")),
)

note_all(Version.V16, NOTICES)
