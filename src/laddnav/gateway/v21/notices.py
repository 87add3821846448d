"""Messages of OCPP 2.1 whose answer never depends on what they say."""

from typing import Final

from laddnav.gateway.answers.notices import Notice, note_all
from laddnav.gateway.v201 import notices as v201
from laddnav.ocpp.action import Version
from laddnav.ocpp.v21 import ACTIONS

NOTICES: Final = (
    *v201.NOTICES,
    Notice("BatterySwap", {}, ("event_type", "request_id")),
    Notice("ClosePeriodicEventStream", {}, ("id",)),
    Notice("NotifyDERAlarm", {}, ("control_type", "grid_event_fault", "alarm_ended")),
    Notice("NotifyDERStartStop", {}, ("control_id", "started")),
    Notice("NotifyPeriodicEventStream", {}),
    Notice("NotifyPriorityCharging", {}, ("transaction_id", "activated")),
    Notice("NotifySettlement", {}, ("transaction_id", "status")),
    # The station falls back to NotifyEvent (N11.FR.05).
    Notice("OpenPeriodicEventStream", {"status": "Rejected"}),
    # No dynamic profile was ever set (K28.FR.12).
    Notice("PullDynamicScheduleUpdate", {"status": "Rejected"}, ("charging_profile_id",)),
    Notice("ReportDERControl", {}),
)

note_all(Version.V21, ACTIONS, NOTICES)
