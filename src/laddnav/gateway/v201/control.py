"""The verbs of remote control in OCPP 2.0.1 and 2.1, which share their words."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import asdict

from laddnav.gateway.commands.making import (
    Command,
    NumberOf,
    Said,
    Written,
    commanded,
    outcome_of,
)
from laddnav.gateway.v201.naming import (
    attribute_fields,
    component_fields,
    name_of,
    place_fields,
)
from laddnav.kernel.keys import ConnectorRef
from laddnav.stations.control import (
    Commanded,
    ConfigurationRead,
    NetworkProfile,
    NotPossible,
    ReportBase,
    ReportCriterion,
    ResetKind,
    Trigger,
    Variable,
)
from laddnav.stations.model.variables import VariableName
from laddnav.stations.rules.variables import read_variable_name, text_of
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
_BASES: Final = {
    ReportBase.FULL: "FullInventory",
    ReportBase.CONFIGURATION: "ConfigurationInventory",
    ReportBase.SUMMARY: "SummaryInventory",
}
_MOBILE: Final = {
    "authentication": "apnAuthentication",
    "user": "apnUserName",
    "password": "apnPassword",
    "sim_pin": "simPin",
    "preferred_network": "preferredNetwork",
    "only_preferred": "useOnlyPreferredNetwork",
}
_VPN: Final = {"kind": "type"}
_OWN_VERSION: Final = "OCPP20"
_UNKNOWN: Final = frozenset({"UnknownComponent", "UnknownVariable"})


class Tongue201:
    """OCPP 2.0.1, and most of 2.1."""

    resets: Mapping[ResetKind, str] = _RESETS

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
        if kind not in self.resets:
            return NotPossible(reason="a station resumes its sessions in OCPP 2.1 only")
        fields: dict[str, object] = {"type": self.resets[kind]}
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
        """Ask for a message; for a status, at one connector (F06.FR.13)."""
        del number
        if what is Trigger.STATUS:
            if ref is None or not ref.evse:
                return NotPossible(reason="OCPP 2.x asks for the status of one connector: name it")
            ref = ConnectorRef(ref.evse, max(ref.connector, 1))
        return _command("TriggerMessage", {"requestedMessage": _TRIGGERS[what], **_evse(ref)})

    def name_of(self, text: str) -> VariableName | None:
        """Take the name of a variable apart."""
        return read_variable_name(text)

    def read(self, names: Sequence[VariableName]) -> Command[ConfigurationRead]:
        """Ask for variables (B06)."""
        fields = {"getVariableData": [attribute_fields(name) for name in names]}
        return Command(action="GetVariables", fields=fields, outcome=_configuration)

    def write(self, values: Sequence[tuple[VariableName, str]]) -> Command[Written]:
        """Set variables (B05)."""
        wanted = [{"attributeValue": value, **attribute_fields(name)} for name, value in values]
        return Command(action="SetVariables", fields={"setVariableData": wanted}, outcome=_written)

    def all_keys(self) -> Command[ConfigurationRead] | None:
        """Return nothing: a station reports its variables."""
        return None

    def others(self, read: ConfigurationRead) -> Sequence[str]:
        """Return nothing: a report is complete, or known not to be."""
        del read
        return ()

    def base_report(self, base: ReportBase, request_id: int) -> Command[Commanded]:
        """Ask for a standard report (B07)."""
        fields = {"requestId": request_id, "reportBase": _BASES[base]}
        return _command("GetBaseReport", fields)

    def report(
        self, names: Sequence[VariableName], criteria: Sequence[ReportCriterion], request_id: int
    ) -> Command[Commanded]:
        """Ask for a report of some components or variables (B08)."""
        fields: dict[str, object] = {"requestId": request_id}
        if names:
            fields["componentVariable"] = [
                place_fields(name) if name.variable else {"component": component_fields(name)}
                for name in names
            ]
        if criteria:
            fields["componentCriteria"] = [criterion.capitalize() for criterion in criteria]
        return _command("GetReport", fields)

    def network_profile(self, slot: int, profile: NetworkProfile) -> Said:
        """Store a way to connect (B09); 2.0.1 has no place for identity and password."""
        if profile.identity is not None or profile.password is not None:
            return NotPossible(reason="identity and password of a profile are set in OCPP 2.1 only")
        version = profile.version or _OWN_VERSION
        return network_profile_command(slot, {"ocppVersion": version, **profile_fields(profile)})


def _command(action: str, fields: Mapping[str, object]) -> Command[Commanded]:
    return Command(action=action, fields=fields, outcome=commanded)


def _evse(ref: ConnectorRef | None) -> dict[str, object]:
    """Return the field that names a part of the station; none means all of it."""
    if ref is None or not ref.evse:
        return {}
    evse = {"id": ref.evse, "connectorId": ref.connector} if ref.connector else {"id": ref.evse}
    return {"evse": evse}


def profile_fields(profile: NetworkProfile) -> dict[str, object]:
    """Return what of a network profile both versions spell alike; what is None is left out."""
    mobile, vpn = profile.mobile, profile.vpn
    return {
        "ocppTransport": "JSON",
        "ocppCsmsUrl": profile.url,
        "messageTimeout": profile.message_timeout_seconds,
        "securityProfile": profile.security_profile,
        "ocppInterface": profile.interface,
        **_told("apn", mobile and _renamed(mobile, _MOBILE)),
        **_told("vpn", vpn and _renamed(vpn, _VPN)),
    }


def network_profile_command(slot: int, data: Mapping[str, object]) -> Command[Commanded]:
    """Return the command that stores a way to connect."""
    return _command("SetNetworkProfile", {"configurationSlot": slot, "connectionData": data})


def _told(name: str, value: object) -> dict[str, object]:
    return {} if value is None else {name: value}


def _renamed(told: Struct, names: Mapping[str, str]) -> dict[str, object]:
    return {
        names.get(name, name): value for name, value in asdict(told).items() if value is not None
    }


def _configuration(answer: Any) -> ConfigurationRead:  # noqa: ANN401 - 2.0.1 and 2.1 have types of their own
    results = answer.get_variable_result
    return ConfigurationRead(
        variables=tuple(
            Variable(name=text_of(name_of(entry)), value=entry.attribute_value)
            for entry in results
            if entry.attribute_status not in _UNKNOWN
        ),
        unknown=tuple(
            text_of(name_of(entry)) for entry in results if entry.attribute_status in _UNKNOWN
        ),
    )


def _written(answer: Any) -> Written:  # noqa: ANN401 - 2.0.1 and 2.1 have types of their own
    return {
        name_of(entry): outcome_of(entry.attribute_status, entry.attribute_status_info)
        for entry in answer.set_variable_result
    }
