"""What connectors are, and the sign of life, in OCPP 2.x."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from laddnav.gateway.answers.leaves import instant, word
from laddnav.gateway.answers.telling import take_status
from laddnav.gateway.dispatch import Answer, Desk, answers
from laddnav.kernel.keys import ConnectorRef
from laddnav.ocpp.action import Version
from laddnav.ocpp.v21 import availability as v21
from laddnav.ocpp.v201 import availability as v201
from laddnav.stations.model import StatusReported

_BEATS: Final[Mapping[Version, type[v201.HeartbeatResponse | v21.HeartbeatResponse]]] = {
    Version.V201: v201.HeartbeatResponse,
    Version.V21: v21.HeartbeatResponse,
}
_TAKEN: Final[Mapping[Version, Struct]] = {
    Version.V201: v201.StatusNotificationResponse(),
    Version.V21: v21.StatusNotificationResponse(),
}


@answers(Version.V201, "Heartbeat")
def heartbeat(desk: Desk, _request: v201.HeartbeatRequest | v21.HeartbeatRequest) -> Answer:
    """Tell a station the time (G02.FR.03)."""
    return Answer(response=_BEATS[desk.version](current_time=desk.rooms.clock.now()))


@answers(Version.V201, "StatusNotification")
def status_notification(
    desk: Desk, request: v201.StatusNotificationRequest | v21.StatusNotificationRequest
) -> Answer:
    """Take what a connector has become; 2.1 prefers NotifyEvent for it, and may still send this."""
    report = StatusReported(
        ref=ConnectorRef(request.evse_id, request.connector_id),
        status=word(request.connector_status),
        at=instant(desk, request.timestamp),
    )
    return Answer(response=_TAKEN[desk.version], write=take_status(desk, report))
