"""The beginning of a station's life in OCPP 2.x."""

from collections.abc import Mapping
from typing import Final

from laddnav.gateway.dispatch import Answer, Desk, answers
from laddnav.gateway.leaves import word
from laddnav.gateway.telling import REGISTRATIONS
from laddnav.ocpp.action import Version
from laddnav.ocpp.v21 import provisioning as v21
from laddnav.ocpp.v201 import provisioning as v201
from laddnav.stations.model import BootReported

_RESPONSES: Final[
    Mapping[Version, type[v201.BootNotificationResponse | v21.BootNotificationResponse]]
] = {
    Version.V201: v201.BootNotificationResponse,
    Version.V21: v21.BootNotificationResponse,
}


@answers(Version.V201, "BootNotification")
def boot_notification(
    desk: Desk, request: v201.BootNotificationRequest | v21.BootNotificationRequest
) -> Answer:
    """Tell a station whether it may work, what time it is and when to come again (B01.FR.02)."""
    station = request.charging_station
    modem = station.modem
    report = BootReported(
        vendor=station.vendor_name,
        model=station.model,
        serial=station.serial_number,
        firmware=station.firmware_version,
        iccid=None if modem is None else modem.iccid,
        imsi=None if modem is None else modem.imsi,
        reason=word(request.reason),
    )
    booted = desk.rooms.stations.record_boot(desk.live, report, desk.now)
    response = _RESPONSES[desk.version](
        status=REGISTRATIONS[booted.registration],
        current_time=desk.rooms.clock.now(),
        interval=booted.interval_seconds,
    )
    return Answer(response=response, write=booted.write)
