# Generated from the official JSON schemas by `./dev codegen`: do not edit.
"""OCPP 2.0.1: messages of the block remote_control."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

from laddnav.ocpp.limits import Int64
from laddnav.ocpp.v201.datatypes import ChargingProfileType, EVSEType, IdTokenType, StatusInfoType

MessageTriggerEnumType = Literal[
    "BootNotification",
    "LogStatusNotification",
    "FirmwareStatusNotification",
    "Heartbeat",
    "MeterValues",
    "SignChargingStationCertificate",
    "SignV2GCertificate",
    "StatusNotification",
    "TransactionEvent",
    "SignCombinedCertificate",
    "PublishFirmwareStatusNotification",
]

RequestStartStopStatusEnumType = Literal["Accepted", "Rejected"]

TriggerMessageStatusEnumType = Literal["Accepted", "Rejected", "NotImplemented"]

UnlockStatusEnumType = Literal[
    "Unlocked", "UnlockFailed", "OngoingAuthorizedTransaction", "UnknownConnector"
]


class RequestStartTransactionRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """RequestStartTransaction, CSMS to station: the request."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    evse_id: Int64 | None = field(default=None, name="evseId")
    group_id_token: IdTokenType | None = field(default=None, name="groupIdToken")
    id_token: IdTokenType = field(name="idToken")
    remote_start_id: Int64 = field(name="remoteStartId")
    charging_profile: ChargingProfileType | None = field(default=None, name="chargingProfile")


class RequestStartTransactionResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """RequestStartTransaction, CSMS to station: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    status: RequestStartStopStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    transaction_id: Annotated[str, Meta(max_length=36)] | None = field(
        default=None, name="transactionId"
    )


class RequestStopTransactionRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """RequestStopTransaction, CSMS to station: the request."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    transaction_id: Annotated[str, Meta(max_length=36)] = field(name="transactionId")


class RequestStopTransactionResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """RequestStopTransaction, CSMS to station: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    status: RequestStartStopStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")


class TriggerMessageRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """TriggerMessage, CSMS to station: the request."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    evse: EVSEType | None = None
    requested_message: MessageTriggerEnumType = field(name="requestedMessage")


class TriggerMessageResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """TriggerMessage, CSMS to station: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    status: TriggerMessageStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")


class UnlockConnectorRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """UnlockConnector, CSMS to station: the request."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    evse_id: Int64 = field(name="evseId")
    connector_id: Int64 = field(name="connectorId")


class UnlockConnectorResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """UnlockConnector, CSMS to station: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    status: UnlockStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
