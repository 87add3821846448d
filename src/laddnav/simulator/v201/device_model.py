"""What a simulated OCPP 2.0.1 station answers of its device model."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from laddnav.ocpp.action import Version
from laddnav.ocpp.errors import ErrorCode, RemoteProtocolError
from laddnav.ocpp.v201 import provisioning
from laddnav.ocpp.v201.datatypes import (
    ComponentType,
    ComponentVariableType,
    EVSEType,
    GenericDeviceModelStatusEnumType,
    StatusInfoType,
    VariableType,
)
from laddnav.simulator.answering import Answers
from laddnav.simulator.commands import Commands
from laddnav.simulator.knobs import Knob, KnobKind
from laddnav.simulator.routes import SLOTS
from laddnav.simulator.v201 import variables
from laddnav.simulator.v201.variables import ITEMS_PER_MESSAGE, Name

ANSWERS: Final = Answers(Version.V201)

_SHORTEST_PASSWORD: Final = 16
_LONGEST_PASSWORD: Final = 40
_PER_REPORT: Final = 20
_SLOTS: Final = ",".join(map(str, SLOTS))
_TYPES: Final[Mapping[KnobKind, provisioning.DataEnumType]] = {
    "integer": "integer",
    "boolean": "boolean",
    "list": "MemberList",
    "measurands": "MemberList",
    "text": "string",
}


def to_name(component: ComponentType, variable: VariableType) -> Name:
    """Return a variable's name in words of our own."""
    evse = component.evse
    return Name(
        component.name,
        variable.name,
        variable.instance,
        evse.id if evse is not None else None,
        evse.connector_id if evse is not None else None,
    )


def _check_count(items: Iterable[object]) -> None:
    """Refuse too many items in one message (B05.FR.11, B06.FR.05, B06.FR.16)."""
    if len(tuple(items)) > ITEMS_PER_MESSAGE:
        description = f"at most {ITEMS_PER_MESSAGE} items"
        raise RemoteProtocolError(ErrorCode.OCCURRENCE_CONSTRAINT_VIOLATION, description)


@ANSWERS.to("GetVariables", provisioning.GetVariablesRequest)
def get_variables(
    commands: Commands, request: provisioning.GetVariablesRequest
) -> provisioning.GetVariablesResponse:
    """Tell variables (B06)."""
    _check_count(request.get_variable_data)
    results = tuple(_get(commands, wanted) for wanted in request.get_variable_data)
    return provisioning.GetVariablesResponse(get_variable_result=results)


def _get(
    commands: Commands, wanted: provisioning.GetVariableDataType
) -> provisioning.GetVariableResultType:
    status, value = _read(commands, wanted)
    return provisioning.GetVariableResultType(
        attribute_status=status,
        attribute_type=wanted.attribute_type,
        attribute_value=value,
        component=wanted.component,
        variable=wanted.variable,
    )


def _read(
    commands: Commands, wanted: provisioning.GetVariableDataType
) -> tuple[provisioning.GetVariableStatusEnumType, str | None]:
    name = to_name(wanted.component, wanted.variable)
    found = variables.find(commands.plant, name)
    if found is None:
        known = variables.has_component(commands.plant, name)
        return ("UnknownVariable" if known else "UnknownComponent"), None
    if wanted.attribute_type not in (None, "Actual"):
        return "NotSupportedAttributeType", None
    if found[0] == variables.PASSWORD:
        return "Rejected", None
    return "Accepted", variables.read(commands, *found)


@ANSWERS.to("SetVariables", provisioning.SetVariablesRequest)
def set_variables(
    commands: Commands, request: provisioning.SetVariablesRequest
) -> provisioning.SetVariablesResponse:
    """Change variables (B05)."""
    _check_count(request.set_variable_data)
    results = tuple(_set(commands, wanted) for wanted in request.set_variable_data)
    return provisioning.SetVariablesResponse(set_variable_result=results)


def _set(
    commands: Commands, wanted: provisioning.SetVariableDataType
) -> provisioning.SetVariableResultType:
    status, why = _write(commands, wanted)
    return provisioning.SetVariableResultType(
        attribute_status=status,
        attribute_type=wanted.attribute_type,
        attribute_status_info=StatusInfoType(reason_code=why) if why is not None else None,
        component=wanted.component,
        variable=wanted.variable,
    )


def _write(
    commands: Commands, wanted: provisioning.SetVariableDataType
) -> tuple[provisioning.SetVariableStatusEnumType, str | None]:
    """Return how a change went, and why it was rejected."""
    name = to_name(wanted.component, wanted.variable)
    found = variables.find(commands.plant, name)
    if found is None:
        known = variables.has_component(commands.plant, name)
        return ("UnknownVariable" if known else "UnknownComponent"), None
    if wanted.attribute_type not in (None, "Actual"):
        return "NotSupportedAttributeType", None
    if not found[1].writable:
        return "Rejected", "ReadOnly"
    if not _change(commands, *found, wanted.attribute_value):
        return "Rejected", "InvalidValue"
    return ("RebootRequired" if found[1].restarts else "Accepted"), None


def _change(commands: Commands, name: Name, knob: Knob, text: str) -> bool:
    if name != variables.PASSWORD:
        return variables.write(commands, name, knob, text)
    fits = _SHORTEST_PASSWORD <= len(text) <= _LONGEST_PASSWORD
    if fits:
        commands.host.set_password(text)
    return fits


@ANSWERS.to("GetBaseReport", provisioning.GetBaseReportRequest)
def get_base_report(
    commands: Commands, request: provisioning.GetBaseReportRequest
) -> provisioning.GetBaseReportResponse:
    """Report the device model after the answer (B07)."""
    found = list(variables.inventory(commands.plant))
    if request.report_base == "ConfigurationInventory":
        found = [(name, knob) for name, knob in found if knob.writable]
    elif request.report_base == "SummaryInventory":
        found = [(name, knob) for name, knob in found if name.variable == "AvailabilityState"]
    status = _report(commands, request.request_id, found)
    return provisioning.GetBaseReportResponse(status=status)


@ANSWERS.to("GetReport", provisioning.GetReportRequest)
def get_report(
    commands: Commands, request: provisioning.GetReportRequest
) -> provisioning.GetReportResponse:
    """Report chosen variables after the answer (B08)."""
    wanted = request.component_variable or ()
    _check_count(wanted)
    found = [
        (name, knob)
        for name, knob in variables.inventory(commands.plant)
        if not wanted or any(_is_wanted(name, each) for each in wanted)
    ]
    if request.component_criteria is not None:
        told = set(request.component_criteria)
        found = [(name, knob) for name, knob in found if name.variable in told]
    return provisioning.GetReportResponse(status=_report(commands, request.request_id, found))


def _is_wanted(name: Name, wanted: ComponentVariableType) -> bool:
    """Return whether a variable is asked for; what is left out widens (B08.FR.20-25)."""
    component, variable = wanted.component, wanted.variable
    key = to_name(component, variable or VariableType(name=name.variable)).key
    return (
        name.key.component == key.component
        and name.key.variable == key.variable
        and key.instance in (None, name.key.instance)
        and key.evse in (None, name.evse)
        and key.connector in (None, name.connector)
    )


def _report(
    commands: Commands, request_id: int, found: list[tuple[Name, Knob]]
) -> GenericDeviceModelStatusEnumType:
    if not found:
        return "EmptyResultSet"
    commands.host.soon(_send(commands, list(_messages(commands, request_id, found))))
    return "Accepted"


async def _send(commands: Commands, messages: list[provisioning.NotifyReportRequest]) -> None:
    for message in messages:
        await commands.host.send("NotifyReport", message)


def _messages(
    commands: Commands, request_id: int, found: list[tuple[Name, Knob]]
) -> Iterator[provisioning.NotifyReportRequest]:
    for seq_no, first in enumerate(range(0, len(found), _PER_REPORT)):
        part = found[first : first + _PER_REPORT]
        yield provisioning.NotifyReportRequest(
            request_id=request_id,
            generated_at=commands.plant.now(),
            seq_no=seq_no,
            tbc=first + _PER_REPORT < len(found),
            report_data=tuple(_report_data(commands, name, knob) for name, knob in part),
        )


def _report_data(commands: Commands, name: Name, knob: Knob) -> provisioning.ReportDataType:
    secret = name == variables.PASSWORD
    evse = EVSEType(id=name.evse, connector_id=name.connector) if name.evse is not None else None
    mutability: provisioning.MutabilityEnumType = "ReadWrite" if knob.writable else "ReadOnly"
    return provisioning.ReportDataType(
        component=ComponentType(name=name.component, evse=evse),
        variable=VariableType(name=name.variable, instance=name.instance),
        variable_attribute=(
            provisioning.VariableAttributeType(
                value=None if secret else variables.read(commands, name, knob),
                mutability="WriteOnly" if secret else mutability,
            ),
        ),
        variable_characteristics=provisioning.VariableCharacteristicsType(
            data_type=_TYPES[knob.kind],
            supports_monitoring=False,
            values_list=_SLOTS if name == variables.PRIORITY else None,
        ),
    )
