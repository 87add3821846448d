"""The verbs of remote control in OCPP 1.6."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from laddnav.gateway.commands import Command, NumberOf, Said, Written, commanded, outcome_of
from laddnav.kernel.keys import ConnectorRef
from laddnav.ocpp.v16 import core
from laddnav.stations.control import (
    Commanded,
    ConfigurationRead,
    InvalidPayload,
    NotPossible,
    ResetKind,
    Trigger,
    Variable,
)
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

    def reads(self, names: Sequence[str]) -> list[Command[ConfigurationRead]]:
        """Ask for keys; none: for all."""
        fields = {"key": list(names)} if names else {}
        return [Command(action="GetConfiguration", fields=fields, outcome=_configuration)]

    def writes(self, values: Mapping[str, str]) -> list[Command[Written]]:
        """Set keys, one after the other."""
        return [
            Command(
                action="ChangeConfiguration",
                fields={"key": key, "value": value},
                outcome=partial(_written, key),
            )
            for key, value in values.items()
        ]


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


def _written(key: str, answer: core.ChangeConfigurationResponse) -> Written:
    return {key: outcome_of(answer.status)}
