"""The device model of OCPP 2.x: what reports, events and answers tell of variables (B05-B08)."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from laddnav.gateway.commands.hearing import MOST_TOLD, Asked, Heard
from laddnav.gateway.commands.making import outcome_of
from laddnav.gateway.v201.naming import name_of
from laddnav.stations.control import CommandStatus
from laddnav.stations.model.variables import (
    ACTUAL,
    Characteristics,
    Mutability,
    VariableName,
    VariableRead,
    VariableReported,
    VariableWritten,
)
from laddnav.stations.rules.variables import place_of

_FULL: Final = "FullInventory"
_ACCEPTED: Final = "Accepted"


def asked(name: str, request: Any) -> Asked | None:  # noqa: ANN401 - each action has a request type of its own
    """Return what report a call asks a station for."""
    match name:
        case "GetBaseReport":
            return Asked(request.request_id, request.report_base == _FULL)
        case "GetReport":
            return Asked(request.request_id, is_whole=False)
        case _:
            return None


def heard(name: str, request: Any, answer: Any) -> Heard:  # noqa: ANN401 - each action has types of its own
    """Return what the answer to a call tells of variables."""
    match name:
        case "GetVariables":
            return Heard(
                read=tuple(_read(entry) for entry in answer.get_variable_result[:MOST_TOLD])
            )
        case "SetVariables":
            return Heard(written=_written(request, answer))
        case _:
            status = str(answer.status)
            return Heard(refusal=None if status == _ACCEPTED else status)


def described(report_data: Any) -> Iterator[VariableReported]:  # noqa: ANN401 - 2.0.1 and 2.1 have types of their own
    """Take a part of a report apart, as far as it is wanted."""
    for entry in report_data:
        name = name_of(entry)
        traits = _characteristics(entry.variable_characteristics)
        for attribute in entry.variable_attribute:
            yield VariableReported(
                name=name._replace(attribute=attribute.type or ACTUAL),
                value=attribute.value,
                mutability=attribute.mutability or Mutability.READ_WRITE,
                persistent=attribute.persistent or False,
                constant=attribute.constant or False,
                characteristics=traits,
            )


def told(event_data: Any) -> Iterator[VariableRead]:  # noqa: ANN401 - 2.0.1 and 2.1 have types of their own
    """Return the values that events tell."""
    for event in event_data[:MOST_TOLD]:
        yield VariableRead(
            name=name_of(event), status=CommandStatus.ACCEPTED, value=event.actual_value
        )


def _read(entry: Any) -> VariableRead:  # noqa: ANN401 - 2.0.1 and 2.1 have types of their own
    status = outcome_of(entry.attribute_status).status
    is_told = status is CommandStatus.ACCEPTED
    return VariableRead(
        name=name_of(entry), status=status, value=entry.attribute_value if is_told else None
    )


def _written(request: Any, answer: Any) -> tuple[VariableWritten, ...]:  # noqa: ANN401 - 2.0.1 and 2.1 have types of their own
    """Return the outcomes, which may come in any order, with what was to be written."""
    wanted: Mapping[tuple[str, str], str] = {
        _slot(name_of(entry)): entry.attribute_value for entry in request.set_variable_data
    }
    outcomes = [
        (name_of(entry), outcome_of(entry.attribute_status, entry.attribute_status_info))
        for entry in answer.set_variable_result[:MOST_TOLD]
    ]
    return tuple(
        VariableWritten(
            name=name,
            wanted=wanted[_slot(name)],
            status=outcome.status,
            wire_status=outcome.wire_status,
            reason=outcome.reason,
        )
        for name, outcome in outcomes
        if _slot(name) in wanted
    )


def _slot(name: VariableName) -> tuple[str, str]:
    return place_of(name), name.attribute


def _characteristics(told: Any) -> Characteristics:  # noqa: ANN401 - 2.0.1 and 2.1 have types of their own
    if told is None:
        return Characteristics()
    return Characteristics(
        data_type=told.data_type,
        unit=told.unit,
        min_limit=_decimal(told.min_limit),
        max_limit=_decimal(told.max_limit),
        max_elements=getattr(told, "max_elements", None),
        values_list=told.values_list,
        supports_monitoring=told.supports_monitoring,
    )


def _decimal(value: object) -> str | None:
    return f"{value:f}" if isinstance(value, Decimal) else None
