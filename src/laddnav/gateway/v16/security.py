"""Security events in OCPP 1.6 (security whitepaper, A04)."""

from typing import Final

from laddnav.gateway.answers import security_events
from laddnav.gateway.dispatch import Answer, Desk, answers
from laddnav.ocpp.action import Version
from laddnav.ocpp.v16 import security

_CONFIRMED: Final = security.SecurityEventNotificationResponse()


@answers(Version.V16, "SecurityEventNotification")
def security_event_notification(
    desk: Desk, request: security.SecurityEventNotificationRequest
) -> Answer:
    """Confirm a security event, whatever it is (A04.FR.03)."""
    return security_events.tell(
        desk, _CONFIRMED, request.type, request.timestamp, request.tech_info
    )
