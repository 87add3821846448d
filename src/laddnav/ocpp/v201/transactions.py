# Generated from the official JSON schemas by `./dev codegen`: do not edit.
"""OCPP 2.0.1: messages of the block transactions."""

from decimal import Decimal
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

from laddnav.ocpp.limits import Int64, Moment, check_decimals
from laddnav.ocpp.v201.datatypes import (
    EVSEType,
    IdTokenInfoType,
    IdTokenType,
    MessageContentType,
    MeterValueType,
)

ChargingStateEnumType = Literal["Charging", "EVConnected", "SuspendedEV", "SuspendedEVSE", "Idle"]

ReasonEnumType = Literal[
    "DeAuthorized",
    "EmergencyStop",
    "EnergyLimitReached",
    "EVDisconnected",
    "GroundFault",
    "ImmediateReset",
    "Local",
    "LocalOutOfCredit",
    "MasterPass",
    "Other",
    "OvercurrentFault",
    "PowerLoss",
    "PowerQuality",
    "Reboot",
    "Remote",
    "SOCLimitReached",
    "StoppedByEV",
    "TimeLimitReached",
    "Timeout",
]

TransactionEventEnumType = Literal["Ended", "Started", "Updated"]

TriggerReasonEnumType = Literal[
    "Authorized",
    "CablePluggedIn",
    "ChargingRateChanged",
    "ChargingStateChanged",
    "Deauthorized",
    "EnergyLimitReached",
    "EVCommunicationLost",
    "EVConnectTimeout",
    "MeterValueClock",
    "MeterValuePeriodic",
    "TimeLimitReached",
    "Trigger",
    "UnlockCommand",
    "StopAuthorized",
    "EVDeparted",
    "EVDetected",
    "RemoteStop",
    "RemoteStart",
    "AbnormalCondition",
    "SignedDataReceived",
    "ResetCommand",
]


class TransactionType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of TransactionEvent."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    transaction_id: Annotated[str, Meta(max_length=36)] = field(name="transactionId")
    charging_state: ChargingStateEnumType | None = field(default=None, name="chargingState")
    time_spent_charging: Int64 | None = field(default=None, name="timeSpentCharging")
    stopped_reason: ReasonEnumType | None = field(default=None, name="stoppedReason")
    remote_start_id: Int64 | None = field(default=None, name="remoteStartId")


class GetTransactionStatusRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GetTransactionStatus, CSMS to station: the request."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    transaction_id: Annotated[str, Meta(max_length=36)] | None = field(
        default=None, name="transactionId"
    )


class GetTransactionStatusResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GetTransactionStatus, CSMS to station: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    ongoing_indicator: bool | None = field(default=None, name="ongoingIndicator")
    messages_in_queue: bool = field(name="messagesInQueue")


class TransactionEventRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """TransactionEvent, station to CSMS: the request."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    event_type: TransactionEventEnumType = field(name="eventType")
    meter_value: Annotated[tuple[MeterValueType, ...], Meta(min_length=1)] | None = field(
        default=None, name="meterValue"
    )
    timestamp: Moment
    trigger_reason: TriggerReasonEnumType = field(name="triggerReason")
    seq_no: Int64 = field(name="seqNo")
    offline: bool | None = None
    number_of_phases_used: Int64 | None = field(default=None, name="numberOfPhasesUsed")
    cable_max_current: Int64 | None = field(default=None, name="cableMaxCurrent")
    reservation_id: Int64 | None = field(default=None, name="reservationId")
    transaction_info: TransactionType = field(name="transactionInfo")
    evse: EVSEType | None = None
    id_token: IdTokenType | None = field(default=None, name="idToken")


class TransactionEventResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """TransactionEvent, station to CSMS: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    total_cost: Decimal | None = field(default=None, name="totalCost")
    charging_priority: Int64 | None = field(default=None, name="chargingPriority")
    id_token_info: IdTokenInfoType | None = field(default=None, name="idTokenInfo")
    updated_personal_message: MessageContentType | None = field(
        default=None, name="updatedPersonalMessage"
    )

    def __post_init__(self) -> None:
        check_decimals(totalCost=self.total_cost)
