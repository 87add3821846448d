"""Messages of OCPP 1.6 whose answer never depends on what they say."""

from typing import Final

from laddnav.gateway.answers.notices import Notice, note_all
from laddnav.ocpp.action import Version
from laddnav.ocpp.v16 import ACTIONS

NOTICES: Final = (
    Notice("DiagnosticsStatusNotification", {}, ("status",)),
    Notice("FirmwareStatusNotification", {}, ("status",)),
    Notice("LogStatusNotification", {}, ("status", "request_id")),
    Notice("SignedFirmwareStatusNotification", {}, ("status", "request_id")),
)

note_all(Version.V16, ACTIONS, NOTICES)
