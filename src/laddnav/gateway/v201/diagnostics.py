"""Events of components in OCPP 2.x: what connectors have become, and what is wrong with them."""

from collections.abc import Awaitable, Mapping
from contextlib import suppress
from typing import Final, TypeAlias

from msgspec import Struct

from laddnav.gateway.answers.leaves import instant, word
from laddnav.gateway.answers.telling import both, take_status
from laddnav.gateway.dispatch import Answer, Desk, answers
from laddnav.gateway.v201.variables import told
from laddnav.kernel.keys import ConnectorRef
from laddnav.ocpp.action import Version
from laddnav.ocpp.v21 import diagnostics as v21
from laddnav.ocpp.v201 import diagnostics as v201
from laddnav.stations.model import WHOLE_STATION, FaultReported, StatusReported
from laddnav.stations.model.variables import VariableRead
from laddnav.stations.rules.behaviour import EXTERNAL_CHANGE
from laddnav.stations.rules.variables import place_of
from laddnav.storage.errors import StorageUnavailable
from laddnav.storage.write import Write

EventData: TypeAlias = v201.EventDataType | v21.EventDataType

_TAKEN: Final[Mapping[Version, Struct]] = {
    Version.V201: v201.NotifyEventResponse(),
    Version.V21: v21.NotifyEventResponse(),
}
_STATEFUL: Final = frozenset({"chargingstation", "evse", "connector"})
_AVAILABILITY: Final = "availabilitystate"
_PROBLEM: Final = "problem"
_ALERTING: Final = "Alerting"
_TRUE: Final = frozenset({"true", "1"})
_LEAST_GRAVE: Final = 6
"""Severities beyond are notices, information and debugging; 6 is a warning."""


@answers(Version.V201, "NotifyEvent")
def notify_event(
    desk: Desk, request: v201.NotifyEventRequest | v21.NotifyEventRequest
) -> Answer | Awaitable[Answer]:
    """Take availability, problems and alerts, and the values of all variables that are told.

    Nothing in it is an error, unknown components and monitors neither (N07.FR.03, G05.FR.03).
    """
    stations, values = desk.rooms.stations, tuple(told(request.event_data))
    write = stations.variables.told(desk.live, values, desk.now)
    for event in request.event_data:
        write = both(write, _taken(desk, event))
    answer = Answer(response=_TAKEN[desk.version], write=write)
    changed = [each for each in values if place_of(each.name) in EXTERNAL_CHANGE.places]
    return _with_change(desk, changed[-1], answer) if changed else answer


async def _with_change(desk: Desk, changed: VariableRead, answer: Answer) -> Answer:
    """Take that somebody else has configured the station, before what it told then is replaced."""
    with suppress(StorageUnavailable):  # it is asked again after its next Boot
        await desk.rooms.stations.note_outside_change(desk.live, changed)
    return answer


def _taken(desk: Desk, event: EventData) -> Write | None:
    variable = event.variable.name.casefold()
    if variable == _AVAILABILITY and event.component.name.casefold() in _STATEFUL:
        return take_status(desk, _status(desk, event))
    if not _is_fault(event, variable):
        return None
    fault = _fault(desk, event, variable)
    return desk.rooms.stations.record_fault(desk.live, fault, desk.now).write


def _is_fault(event: EventData, variable: str) -> bool:
    """Whether an event tells of something wrong, or of its end.

    That is a Problem, a monitor that alerts, or whatever bears a code of the vendor's; 2.1 says how
    grave it is.
    """
    if variable == _PROBLEM:
        return True
    severity = event.severity if isinstance(event, v21.EventDataType) else None
    if severity is not None and severity > _LEAST_GRAVE:
        return False
    return event.trigger == _ALERTING or bool(event.tech_code)


def _status(desk: Desk, event: EventData) -> StatusReported:
    return StatusReported(
        ref=_place(event),
        status=word(event.actual_value),
        at=instant(desk, event.timestamp),
        info=event.tech_info,
        tech_code=event.tech_code,
    )


def _fault(desk: Desk, event: EventData, variable: str) -> FaultReported:
    """Return a problem; named by its component alone where the variable is plain Problem."""
    component = event.component.name
    is_plain = variable == _PROBLEM
    over = is_plain and event.actual_value.strip().casefold() not in _TRUE
    return FaultReported(
        ref=_place(event),
        error_code=component if is_plain else f"{component}.{event.variable.name}",
        cleared=bool(event.cleared) or over,
        at=instant(desk, event.timestamp),
        tech_code=event.tech_code,
        info=event.tech_info or (None if is_plain else event.actual_value),
    )


def _place(event: EventData) -> ConnectorRef:
    """Return where an event is; the station itself where its component names no EVSE."""
    evse = event.component.evse
    return WHOLE_STATION if evse is None else ConnectorRef(evse.id, evse.connector_id or 0)
