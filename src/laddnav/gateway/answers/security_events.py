"""Security events of stations (A04): stored, then confirmed; the grave ones are logged louder."""

from datetime import datetime
from typing import Final

import structlog
from msgspec import Struct

from laddnav.gateway.answers.leaves import instant, word
from laddnav.gateway.dispatch import Answer, Desk
from laddnav.stations.model.security import SecurityEventReported
from laddnav.stations.rules.security import LONGEST_INFO

_log: Final = structlog.get_logger(__name__)


def tell(
    desk: Desk, response: Struct, event: object, stamped: datetime, info: str | None
) -> Answer:
    """Let the stations' room take a security event, and confirm it whatever it is (A04.FR.03)."""
    report = SecurityEventReported(type=word(event), at=instant(desk, stamped), info=info)
    stations = desk.rooms.stations
    noted = stations.security.record(desk.live, report, desk.now)
    if noted.is_flood:
        stations.violations.count(desk.key, "security_flood", desk.version.value)
    elif noted.write is not None:
        log = _log.warning if noted.write.facts else _log.info
        about = {"event_type": report.type, "info": info and info[:LONGEST_INFO]}
        log("a station told of a security event", station=str(desk.key), **about)
    return Answer(response=response, write=noted.write, after=noted.confirmed)
