"""The verbs of remote control in OCPP 1.6."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from laddnav.gateway.commands.making import Command, NumberOf, Said, Written, commanded, outcome_of
from laddnav.gateway.v16.variables import untold_keys
from laddnav.kernel.keys import ConnectorRef
from laddnav.ocpp.v16 import core
from laddnav.stations.control import (
    Commanded,
    ConfigurationRead,
    InvalidPayload,
    NetworkProfile,
    NotPossible,
    ReportBase,
    ReportCriterion,
    ResetKind,
    Trigger,
    Variable,
)
from laddnav.stations.model.variables import VariableName
from laddnav.stations.rules.variables import key_name
from laddnav.tokens.model import KEY_CODE, TokenRef

_RESETS: Final = {ResetKind.ON_IDLE: "Soft", ResetKind.IMMEDIATE: "Hard"}
_TRIGGERS: Final = {
    Trigger.BOOT: "BootNotification",
    Trigger.HEARTBEAT: "Heartbeat",
    Trigger.STATUS: "StatusNotification",
    Trigger.METER_VALUES: "MeterValues",
    Trigger.FIRMWARE_STATUS: "FirmwareStatusNotification",
    Trigger.LOG_STATUS: "LogStatusNotification",
}
_ONLY_EXTENDED: Final = frozenset({Trigger.LOG_STATUS})
_NO_REPORTS: Final = NotPossible(reason="OCPP 1.6 has no reports: read its configuration keys")
_NO_CONNECTOR: Final = NotPossible(reason="this station has no such connector")
_NO_CODES: Final = NotPossible(reason="OCPP 1.6 has no codes: it would show one as a card")


class Tongue16:
    """OCPP 1.6."""

    def start(
        self, token: TokenRef, number: NumberOf, ref: ConnectorRef | None, start_id: int
    ) -> Said:
        """Ask for a session; 1.6 has no place for the id of the wish."""
        del start_id
        if token.type == KEY_CODE:
            return _NO_CODES
        fields: dict[str, object] = {"idTag": token.uid}
        if ref is not None:
            connector = number(ref)
            if not connector:
                return _NO_CONNECTOR
            fields["connectorId"] = connector
        return _command("RemoteStartTransaction", fields)

    def stop(self, transaction_id: str) -> Said:
        """Ask for the end of the session with this number."""
        if not transaction_id.removeprefix("-").isdecimal():
            return InvalidPayload(problem="a transaction of OCPP 1.6 has a number")
        return _command("RemoteStopTransaction", {"transactionId": int(transaction_id)})

    def reset(self, kind: ResetKind, evse: int | None) -> Said:
        """Restart the station."""
        if evse is not None:
            return NotPossible(reason="OCPP 1.6 restarts whole stations only")
        if kind not in _RESETS:
            return NotPossible(reason="a station resumes its sessions in OCPP 2.1 only")
        return _command("Reset", {"type": _RESETS[kind]})

    def unlock(self, number: NumberOf, ref: ConnectorRef) -> Said:
        """Release a plug."""
        connector = number(ref)
        if not connector:
            return _NO_CONNECTOR
        return _command("UnlockConnector", {"connectorId": connector})

    def change_availability(
        self, number: NumberOf, ref: ConnectorRef | None, *, operative: bool
    ) -> Said:
        """Take a connector, or the station (0), in or out of service."""
        connector = 0 if ref is None else number(ref)
        if connector is None:
            return _NO_CONNECTOR
        kind = "Operative" if operative else "Inoperative"
        return _command("ChangeAvailability", {"connectorId": connector, "type": kind})

    def trigger(self, what: Trigger, number: NumberOf, ref: ConnectorRef | None) -> Said:
        """Ask for a message."""
        if what not in _TRIGGERS:
            return NotPossible(reason="OCPP 1.6 has no such message to ask for")
        fields: dict[str, object] = {"requestedMessage": _TRIGGERS[what]}
        if ref is not None:
            connector = number(ref)
            if not connector:
                return _NO_CONNECTOR
            fields["connectorId"] = connector
        action = "ExtendedTriggerMessage" if what in _ONLY_EXTENDED else "TriggerMessage"
        return _command(action, fields)

    def name_of(self, text: str) -> VariableName | None:
        """Return the key; any text is one."""
        return key_name(text)

    def read(self, names: Sequence[VariableName]) -> Command[ConfigurationRead]:
        """Ask for keys."""
        fields = {"key": [name.variable for name in names]}
        return Command(action="GetConfiguration", fields=fields, outcome=_configuration)

    def write(self, values: Sequence[tuple[VariableName, str]]) -> Command[Written]:
        """Set a key: one in each message."""
        ((name, value),) = values
        return Command(
            action="ChangeConfiguration",
            fields={"key": name.variable, "value": value},
            outcome=partial(_written, name),
        )

    def all_keys(self) -> Command[ConfigurationRead] | None:
        """Ask for all keys."""
        return Command(action="GetConfiguration", fields={}, outcome=_configuration)

    def others(self, read: ConfigurationRead) -> Sequence[str]:
        """Return keys that there may be beside those that were told."""
        return untold_keys(read)

    def base_report(self, base: ReportBase, request_id: int) -> Said:
        """Ask for a report, which 1.6 has not."""
        del base, request_id
        return _NO_REPORTS

    def report(
        self, names: Sequence[VariableName], criteria: Sequence[ReportCriterion], request_id: int
    ) -> Said:
        """Ask for a report, which 1.6 has not."""
        del names, criteria, request_id
        return _NO_REPORTS

    def network_profile(self, slot: int, profile: NetworkProfile) -> Said:
        """Store a way to connect, of which 1.6 knows nothing."""
        del slot, profile
        return NotPossible(reason="OCPP 1.6 has no network profiles")


def _command(action: str, fields: Mapping[str, object]) -> Command[Commanded]:
    return Command(action=action, fields=fields, outcome=commanded)


def _configuration(answer: core.GetConfigurationResponse) -> ConfigurationRead:
    return ConfigurationRead(
        variables=tuple(
            Variable(name=entry.key, value=entry.value, read_only=entry.readonly)
            for entry in answer.configuration_key or ()
        ),
        unknown=answer.unknown_key or (),
    )


def _written(name: VariableName, answer: core.ChangeConfigurationResponse) -> Written:
    return {name: outcome_of(answer.status)}
