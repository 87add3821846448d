# Generated from the official JSON schemas by `./dev codegen`: do not edit.
"""OCPP 2.1: messages of the block remote_control."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

from laddnav.ocpp.limits import Int64, Natural64
from laddnav.ocpp.v21.datatypes import ChargingProfileType, EVSEType, IdTokenType, StatusInfoType

MessageTriggerEnumType = Literal[
    "BootNotification",
    "LogStatusNotification",
    "FirmwareStatusNotification",
    "Heartbeat",
    "MeterValues",
    "SignChargingStationCertificate",
    "SignV2GCertificate",
    "SignV2G20Certificate",
    "StatusNotification",
    "TransactionEvent",
    "SignCombinedCertificate",
    "PublishFirmwareStatusNotification",
    "CustomTrigger",
]

RequestStartStopStatusEnumType = Literal["Accepted", "Rejected"]

TriggerMessageStatusEnumType = Literal["Accepted", "Rejected", "NotImplemented"]

UnlockStatusEnumType = Literal[
    "Unlocked", "UnlockFailed", "OngoingAuthorizedTransaction", "UnknownConnector"
]


class RequestStartTransactionRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """RequestStartTransaction, CSMS to station: the request."""

    evse_id: Annotated[int, Meta(ge=1, le=2**63 - 1)] | None = field(default=None, name="evseId")
    group_id_token: IdTokenType | None = field(default=None, name="groupIdToken")
    id_token: IdTokenType = field(name="idToken")
    remote_start_id: Int64 = field(name="remoteStartId")
    charging_profile: ChargingProfileType | None = field(default=None, name="chargingProfile")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class RequestStartTransactionResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """RequestStartTransaction, CSMS to station: the response."""

    status: RequestStartStopStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    transaction_id: Annotated[str, Meta(max_length=36)] | None = field(
        default=None, name="transactionId"
    )
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class RequestStopTransactionRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """RequestStopTransaction, CSMS to station: the request."""

    transaction_id: Annotated[str, Meta(max_length=36)] = field(name="transactionId")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class RequestStopTransactionResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """RequestStopTransaction, CSMS to station: the response."""

    status: RequestStartStopStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class TriggerMessageRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """TriggerMessage, CSMS to station: the request."""

    evse: EVSEType | None = None
    requested_message: MessageTriggerEnumType = field(name="requestedMessage")
    custom_trigger: Annotated[str, Meta(max_length=50)] | None = field(
        default=None, name="customTrigger"
    )
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class TriggerMessageResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """TriggerMessage, CSMS to station: the response."""

    status: TriggerMessageStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class UnlockConnectorRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """UnlockConnector, CSMS to station: the request."""

    evse_id: Natural64 = field(name="evseId")
    connector_id: Natural64 = field(name="connectorId")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class UnlockConnectorResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """UnlockConnector, CSMS to station: the response."""

    status: UnlockStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")
