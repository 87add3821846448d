"""What connectors are, and the sign of life, in OCPP 1.6."""

from typing import Final

from laddnav.gateway.answers.leaves import instant, word
from laddnav.gateway.answers.telling import take_status
from laddnav.gateway.dispatch import Answer, Desk, answers
from laddnav.ocpp.action import Version
from laddnav.ocpp.v16 import core
from laddnav.stations.model import StatusReported

_TAKEN: Final = core.StatusNotificationResponse()


@answers(Version.V16, "Heartbeat")
def heartbeat(desk: Desk, _request: core.HeartbeatRequest) -> Answer:
    """Tell a station the time."""
    return Answer(response=core.HeartbeatResponse(current_time=desk.rooms.clock.now()))


@answers(Version.V16, "StatusNotification")
def status_notification(desk: Desk, request: core.StatusNotificationRequest) -> Answer:
    """Take what a connector, or the station (connector 0), has become, by any transition."""
    at = request.timestamp
    report = StatusReported(
        ref=desk.live.place(request.connector_id),
        status=word(request.status),
        at=None if at is None else instant(desk, at),
        error_code=word(request.error_code),
        vendor_error_code=request.vendor_error_code,
        vendor_id=request.vendor_id,
        info=request.info,
    )
    return Answer(response=_TAKEN, write=take_status(desk, report))
