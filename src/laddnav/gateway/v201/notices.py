"""Messages of OCPP 2.0.1 and 2.1 whose answer never depends on what they say."""

from typing import Final

from laddnav.gateway.answers.notices import Notice, note_all
from laddnav.ocpp.action import Version
from laddnav.ocpp.v201 import ACTIONS

NOTICES: Final = (
    Notice("ClearedChargingLimit", {}, ("charging_limit_source", "evse_id")),
    # No vendor's messages are known (P02.FR.06).
    Notice("DataTransfer", {"status": "UnknownVendorId"}, ("vendor_id", "message_id")),
    Notice("FirmwareStatusNotification", {}, ("status", "request_id")),
    # There is no pool of contract certificates to ask, and nobody to ask an OCSP responder.
    Notice("Get15118EVCertificate", {"status": "Failed", "exi_response": ""}),
    Notice("GetCertificateStatus", {"status": "Failed"}),  # M06.FR.04
    Notice("LogStatusNotification", {}, ("status", "request_id")),
    Notice("NotifyChargingLimit", {}, ("evse_id",)),
    Notice("NotifyCustomerInformation", {}),
    Notice("NotifyDisplayMessages", {}),
    # A car's own schedule keeps within our limits, for we set none (K15.FR.11).
    Notice("NotifyEVChargingSchedule", {"status": "Accepted"}, ("evse_id",)),
    Notice("NotifyMonitoringReport", {}),
    Notice("PublishFirmwareStatusNotification", {}, ("status", "request_id")),
    Notice("ReportChargingProfiles", {}),
    Notice("ReservationStatusUpdate", {}, ("reservation_id", "reservation_update_status")),
)

note_all(
    Version.V201,
    ACTIONS,
    (
        *NOTICES,
        # No charging profile will come (K15.FR.04, K17.FR.04).
        Notice("NotifyEVChargingNeeds", {"status": "Rejected"}, ("evse_id",)),
    ),
)
