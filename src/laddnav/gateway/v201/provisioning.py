"""The beginning of a station's life in OCPP 2.x, and the reports of its device model."""

from collections.abc import Awaitable, Mapping
from typing import Final

from msgspec import Struct

from laddnav.gateway.answers.leaves import word
from laddnav.gateway.answers.telling import REGISTRATIONS, tell_boot
from laddnav.gateway.dispatch import Answer, Desk, answers
from laddnav.gateway.v201.variables import described
from laddnav.ocpp.action import Version
from laddnav.ocpp.v21 import provisioning as v21
from laddnav.ocpp.v201 import provisioning as v201
from laddnav.stations.model import BootReported
from laddnav.stations.service.inventories import Part

_RESPONSES: Final[
    Mapping[Version, type[v201.BootNotificationResponse | v21.BootNotificationResponse]]
] = {
    Version.V201: v201.BootNotificationResponse,
    Version.V21: v21.BootNotificationResponse,
}
_TAKEN: Final[Mapping[Version, Struct]] = {
    Version.V201: v201.NotifyReportResponse(),
    Version.V21: v21.NotifyReportResponse(),
}


@answers(Version.V201, "BootNotification")
def boot_notification(
    desk: Desk, request: v201.BootNotificationRequest | v21.BootNotificationRequest
) -> Answer | Awaitable[Answer]:
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
    return tell_boot(
        desk,
        report,
        lambda booted: _RESPONSES[desk.version](
            status=REGISTRATIONS[booted.registration],
            current_time=desk.rooms.clock.now(),
            interval=booted.interval_seconds,
        ),
    )


@answers(Version.V201, "NotifyReport")
def notify_report(
    desk: Desk, request: v201.NotifyReportRequest | v21.NotifyReportRequest
) -> Answer | Awaitable[Answer]:
    """Take a part of a report that the station was asked for (B07, B08)."""
    part = desk.rooms.stations.inventories.part(
        desk.live,
        request.request_id,
        request.seq_no,
        more=request.tbc is True,
        told=described(request.report_data or ()),
        at=desk.now,
    )
    return _taken(desk, part) if isinstance(part, Part) else _taken_later(desk, part)


async def _taken_later(desk: Desk, part: Awaitable[Part]) -> Answer:
    return _taken(desk, await part)


def _taken(desk: Desk, part: Part) -> Answer:
    return Answer(response=_TAKEN[desk.version], write=part.write, after=part.after)
