# Generated from the official JSON schemas by `./dev codegen`: do not edit.
"""OCPP 1.6: messages of the block remote_trigger."""

from typing import Literal

from msgspec import Struct, field

from laddnav.ocpp.limits import Int64

MessageTrigger = Literal[
    "BootNotification",
    "DiagnosticsStatusNotification",
    "FirmwareStatusNotification",
    "Heartbeat",
    "MeterValues",
    "StatusNotification",
]

TriggerMessageStatus = Literal["Accepted", "Rejected", "NotImplemented"]


class TriggerMessageRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """TriggerMessage, CSMS to station: the request."""

    requested_message: MessageTrigger = field(name="requestedMessage")
    connector_id: Int64 | None = field(default=None, name="connectorId")


class TriggerMessageResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """TriggerMessage, CSMS to station: the response."""

    status: TriggerMessageStatus
