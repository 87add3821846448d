"""The verbs of remote control in OCPP 2.0.1 and 2.1, which share their words."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from laddnav.gateway.commands import (
    Command,
    NumberOf,
    Said,
    VariableName,
    Written,
    commanded,
    outcome_of,
    read_variable_name,
)
from laddnav.kernel.keys import ConnectorRef
from laddnav.stations.control import (
    Commanded,
    ConfigurationRead,
    ResetKind,
    Trigger,
    Variable,
)
from laddnav.tokens.model import CENTRAL, TokenRef

_RESETS: Final = {ResetKind.ON_IDLE: "OnIdle", ResetKind.IMMEDIATE: "Immediate"}
_TRIGGERS: Final = {
    Trigger.BOOT: "BootNotification",
    Trigger.HEARTBEAT: "Heartbeat",
    Trigger.STATUS: "StatusNotification",
    Trigger.METER_VALUES: "MeterValues",
    Trigger.TRANSACTION: "TransactionEvent",
    Trigger.FIRMWARE_STATUS: "FirmwareStatusNotification",
    Trigger.LOG_STATUS: "LogStatusNotification",
}
_UNKNOWN: Final = frozenset({"UnknownComponent", "UnknownVariable"})


class Tongue201:
    """OCPP 2.0.1 and 2.1."""

    def start(
        self, token: TokenRef, number: NumberOf, ref: ConnectorRef | None, start_id: int
    ) -> Said:
        """Ask for a session; which connector of the EVSE is the station's to know."""
        del number
        fields: dict[str, object] = {
            "idToken": {"idToken": token.uid, "type": token.type or CENTRAL},
            "remoteStartId": start_id,
        }
        if ref is not None:
            fields["evseId"] = ref.evse
        return _command("RequestStartTransaction", fields)

    def stop(self, transaction_id: str) -> Said:
        """Ask for the end of a session."""
        return _command("RequestStopTransaction", {"transactionId": transaction_id})

    def reset(self, kind: ResetKind, evse: int | None) -> Said:
        """Restart the station, or one EVSE."""
        fields: dict[str, object] = {"type": _RESETS[kind]}
        if evse is not None:
            fields["evseId"] = evse
        return _command("Reset", fields)

    def unlock(self, number: NumberOf, ref: ConnectorRef) -> Said:
        """Release a plug."""
        del number
        fields = {"evseId": ref.evse, "connectorId": max(ref.connector, 1)}
        return _command("UnlockConnector", fields)

    def change_availability(
        self, number: NumberOf, ref: ConnectorRef | None, *, operative: bool
    ) -> Said:
        """Take a connector, an EVSE or the station in or out of service."""
        del number
        status = "Operative" if operative else "Inoperative"
        fields = {"operationalStatus": status, **_evse(ref)}
        return _command("ChangeAvailability", fields)

    def trigger(self, what: Trigger, number: NumberOf, ref: ConnectorRef | None) -> Said:
        """Ask for a message."""
        del number
        return _command("TriggerMessage", {"requestedMessage": _TRIGGERS[what], **_evse(ref)})

    def reads(self, names: Sequence[str]) -> list[Command[ConfigurationRead]]:
        """Ask for variables; those whose names are none are not asked for."""
        wanted = [_place(name) for name in names if read_variable_name(name) is not None]
        if not wanted:
            return []
        return [
            Command(
                action="GetVariables",
                fields={"getVariableData": wanted},
                outcome=_configuration,
            )
        ]

    def writes(self, values: Mapping[str, str]) -> list[Command[Written]]:
        """Set variables, all at once."""
        wanted = [
            {"attributeValue": value, **_place(name)}
            for name, value in values.items()
            if read_variable_name(name) is not None
        ]
        if not wanted:
            return []
        return [
            Command(action="SetVariables", fields={"setVariableData": wanted}, outcome=_written)
        ]


def _command(action: str, fields: Mapping[str, object]) -> Command[Commanded]:
    return Command(action=action, fields=fields, outcome=commanded)


def _evse(ref: ConnectorRef | None) -> dict[str, object]:
    """Return the field that names a part of the station; none means all of it."""
    if ref is None or not ref.evse:
        return {}
    evse = {"id": ref.evse, "connectorId": ref.connector} if ref.connector else {"id": ref.evse}
    return {"evse": evse}


def _place(name: str) -> dict[str, object]:
    """Return the component and the variable that a name means."""
    parts = read_variable_name(name) or VariableName(name, None, None, None, name, None)
    component: dict[str, object] = {"name": parts.component}
    if parts.component_instance is not None:
        component["instance"] = parts.component_instance
    if parts.evse is not None:
        component |= _evse(ConnectorRef(parts.evse, parts.connector or 0))
    variable = {"name": parts.variable}
    if parts.variable_instance is not None:
        variable["instance"] = parts.variable_instance
    return {"component": component, "variable": variable}


def _name(entry: Any) -> str:  # noqa: ANN401 - 2.0.1 and 2.1 have result types of their own
    """Return the name that `_place` would take apart again."""
    component, variable = entry.component, entry.variable
    text: str = component.name
    if component.instance is not None:
        text += f"[{component.instance}]"
    if component.evse is not None:
        text += f"@{component.evse.id}"
        if component.evse.connector_id is not None:
            text += f".{component.evse.connector_id}"
    text += f".{variable.name}"
    return text if variable.instance is None else f"{text}[{variable.instance}]"


def _configuration(answer: Any) -> ConfigurationRead:  # noqa: ANN401 - 2.0.1 and 2.1 have types of their own
    results = answer.get_variable_result
    return ConfigurationRead(
        variables=tuple(
            Variable(name=_name(entry), value=entry.attribute_value)
            for entry in results
            if entry.attribute_status not in _UNKNOWN
        ),
        unknown=tuple(_name(entry) for entry in results if entry.attribute_status in _UNKNOWN),
    )


def _written(answer: Any) -> Written:  # noqa: ANN401 - 2.0.1 and 2.1 have types of their own
    return {
        _name(entry): outcome_of(entry.attribute_status, entry.attribute_status_info)
        for entry in answer.set_variable_result
    }
