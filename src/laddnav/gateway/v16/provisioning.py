"""The beginning of a station's life in OCPP 1.6."""

from collections.abc import Awaitable

from laddnav.gateway.answers.telling import REGISTRATIONS, tell_boot
from laddnav.gateway.dispatch import Answer, Desk, answers
from laddnav.ocpp.action import Version
from laddnav.ocpp.v16 import core
from laddnav.stations.model import BootReported


@answers(Version.V16, "BootNotification")
def boot_notification(
    desk: Desk, request: core.BootNotificationRequest
) -> Answer | Awaitable[Answer]:
    """Tell a station whether it may work, what time it is and when to come again."""
    report = BootReported(
        vendor=request.charge_point_vendor,
        model=request.charge_point_model,
        serial=request.charge_point_serial_number,
        box_serial=request.charge_box_serial_number,
        firmware=request.firmware_version,
        iccid=request.iccid,
        imsi=request.imsi,
        meter_type=request.meter_type,
        meter_serial=request.meter_serial_number,
    )
    return tell_boot(
        desk,
        report,
        lambda booted: core.BootNotificationResponse(
            status=REGISTRATIONS[booted.registration],
            current_time=desk.rooms.clock.now(),
            interval=booted.interval_seconds,
        ),
    )
