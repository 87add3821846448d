"""Security events in OCPP 2.x (A04)."""

from typing import Final

from laddnav.gateway.answers import security_events
from laddnav.gateway.dispatch import Answer, Desk, answers
from laddnav.ocpp.action import Version
from laddnav.ocpp.v21 import security as v21
from laddnav.ocpp.v201 import security as v201

_CONFIRMED: Final = {
    Version.V201: v201.SecurityEventNotificationResponse(),
    Version.V21: v21.SecurityEventNotificationResponse(),
}


@answers(Version.V201, "SecurityEventNotification")
def security_event_notification(
    desk: Desk,
    request: v201.SecurityEventNotificationRequest | v21.SecurityEventNotificationRequest,
) -> Answer:
    """Confirm a security event, whatever it is (A04.FR.03)."""
    return security_events.tell(
        desk, _CONFIRMED[desk.version], request.type, request.timestamp, request.tech_info
    )
