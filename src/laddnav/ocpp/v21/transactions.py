# Generated from the official JSON schemas by `./dev codegen`: do not edit.
"""OCPP 2.1: messages of the block transactions."""

from decimal import Decimal
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

from laddnav.ocpp.limits import Int64, Moment, Natural64, check_decimals
from laddnav.ocpp.v21.datatypes import (
    EVSEType,
    IdTokenInfoType,
    IdTokenType,
    MessageContentType,
    MeterValueType,
    OperationModeEnumType,
    PriceType,
)

ChargingStateEnumType = Literal["EVConnected", "Charging", "SuspendedEV", "SuspendedEVSE", "Idle"]


class TotalUsageType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of TransactionEvent."""

    energy: Decimal
    charging_time: Int64 = field(name="chargingTime")
    idle_time: Int64 = field(name="idleTime")
    reservation_time: Int64 | None = field(default=None, name="reservationTime")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")

    def __post_init__(self) -> None:
        check_decimals(energy=self.energy)


CostDimensionEnumType = Literal[
    "Energy", "MaxCurrent", "MinCurrent", "MaxPower", "MinPower", "IdleTIme", "ChargingTime"
]

PreconditioningStatusEnumType = Literal["Unknown", "Ready", "NotReady", "Preconditioning"]

ReasonEnumType = Literal[
    "DeAuthorized",
    "EmergencyStop",
    "EnergyLimitReached",
    "EVDisconnected",
    "GroundFault",
    "ImmediateReset",
    "MasterPass",
    "Local",
    "LocalOutOfCredit",
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
    "ReqEnergyTransferRejected",
]

TariffCostEnumType = Literal["NormalCost", "MinCost", "MaxCost"]


class TotalPriceType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of TransactionEvent."""

    excl_tax: Decimal | None = field(default=None, name="exclTax")
    incl_tax: Decimal | None = field(default=None, name="inclTax")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")

    def __post_init__(self) -> None:
        check_decimals(exclTax=self.excl_tax, inclTax=self.incl_tax)


TransactionEventEnumType = Literal["Ended", "Started", "Updated"]


class TransactionLimitType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of TransactionEvent."""

    max_cost: Decimal | None = field(default=None, name="maxCost")
    max_energy: Decimal | None = field(default=None, name="maxEnergy")
    max_time: Int64 | None = field(default=None, name="maxTime")
    max_soc: Annotated[int, Meta(ge=0, le=100)] | None = field(default=None, name="maxSoC")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")

    def __post_init__(self) -> None:
        check_decimals(maxCost=self.max_cost, maxEnergy=self.max_energy)


TriggerReasonEnumType = Literal[
    "AbnormalCondition",
    "Authorized",
    "CablePluggedIn",
    "ChargingRateChanged",
    "ChargingStateChanged",
    "CostLimitReached",
    "Deauthorized",
    "EnergyLimitReached",
    "EVCommunicationLost",
    "EVConnectTimeout",
    "EVDeparted",
    "EVDetected",
    "LimitSet",
    "MeterValueClock",
    "MeterValuePeriodic",
    "OperationModeChanged",
    "RemoteStart",
    "RemoteStop",
    "ResetCommand",
    "RunningCost",
    "SignedDataReceived",
    "SoCLimitReached",
    "StopAuthorized",
    "TariffChanged",
    "TariffNotAccepted",
    "TimeLimitReached",
    "Trigger",
    "TxResumed",
    "UnlockCommand",
]


class CostDimensionType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of TransactionEvent."""

    type: CostDimensionEnumType
    volume: Decimal
    custom_data: dict[str, Any] | None = field(default=None, name="customData")

    def __post_init__(self) -> None:
        check_decimals(volume=self.volume)


class TransactionType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of TransactionEvent."""

    transaction_id: Annotated[str, Meta(max_length=36)] = field(name="transactionId")
    charging_state: ChargingStateEnumType | None = field(default=None, name="chargingState")
    time_spent_charging: Int64 | None = field(default=None, name="timeSpentCharging")
    stopped_reason: ReasonEnumType | None = field(default=None, name="stoppedReason")
    remote_start_id: Int64 | None = field(default=None, name="remoteStartId")
    operation_mode: OperationModeEnumType | None = field(default=None, name="operationMode")
    tariff_id: Annotated[str, Meta(max_length=60)] | None = field(default=None, name="tariffId")
    transaction_limit: TransactionLimitType | None = field(default=None, name="transactionLimit")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class ChargingPeriodType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of TransactionEvent."""

    dimensions: Annotated[tuple[CostDimensionType, ...], Meta(min_length=1)] | None = None
    tariff_id: Annotated[str, Meta(max_length=60)] | None = field(default=None, name="tariffId")
    start_period: Moment = field(name="startPeriod")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class TotalCostType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of TransactionEvent."""

    currency: Annotated[str, Meta(max_length=3)]
    type_of_cost: TariffCostEnumType = field(name="typeOfCost")
    fixed: PriceType | None = None
    energy: PriceType | None = None
    charging_time: PriceType | None = field(default=None, name="chargingTime")
    idle_time: PriceType | None = field(default=None, name="idleTime")
    reservation_time: PriceType | None = field(default=None, name="reservationTime")
    reservation_fixed: PriceType | None = field(default=None, name="reservationFixed")
    total: TotalPriceType
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class CostDetailsType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of TransactionEvent."""

    charging_periods: Annotated[tuple[ChargingPeriodType, ...], Meta(min_length=1)] | None = field(
        default=None, name="chargingPeriods"
    )
    total_cost: TotalCostType = field(name="totalCost")
    total_usage: TotalUsageType = field(name="totalUsage")
    failure_to_calculate: bool | None = field(default=None, name="failureToCalculate")
    failure_reason: Annotated[str, Meta(max_length=500)] | None = field(
        default=None, name="failureReason"
    )
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class GetTransactionStatusRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GetTransactionStatus, CSMS to station: the request."""

    transaction_id: Annotated[str, Meta(max_length=36)] | None = field(
        default=None, name="transactionId"
    )
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class GetTransactionStatusResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GetTransactionStatus, CSMS to station: the response."""

    ongoing_indicator: bool | None = field(default=None, name="ongoingIndicator")
    messages_in_queue: bool = field(name="messagesInQueue")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class TransactionEventRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """TransactionEvent, station to CSMS: the request."""

    cost_details: CostDetailsType | None = field(default=None, name="costDetails")
    event_type: TransactionEventEnumType = field(name="eventType")
    meter_value: Annotated[tuple[MeterValueType, ...], Meta(min_length=1)] | None = field(
        default=None, name="meterValue"
    )
    timestamp: Moment
    trigger_reason: TriggerReasonEnumType = field(name="triggerReason")
    seq_no: Natural64 = field(name="seqNo")
    offline: bool | None = None
    number_of_phases_used: Annotated[int, Meta(ge=0, le=3)] | None = field(
        default=None, name="numberOfPhasesUsed"
    )
    cable_max_current: Int64 | None = field(default=None, name="cableMaxCurrent")
    reservation_id: Natural64 | None = field(default=None, name="reservationId")
    preconditioning_status: PreconditioningStatusEnumType | None = field(
        default=None, name="preconditioningStatus"
    )
    evse_sleep: bool | None = field(default=None, name="evseSleep")
    transaction_info: TransactionType = field(name="transactionInfo")
    evse: EVSEType | None = None
    id_token: IdTokenType | None = field(default=None, name="idToken")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class TransactionEventResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """TransactionEvent, station to CSMS: the response."""

    total_cost: Decimal | None = field(default=None, name="totalCost")
    charging_priority: Int64 | None = field(default=None, name="chargingPriority")
    id_token_info: IdTokenInfoType | None = field(default=None, name="idTokenInfo")
    transaction_limit: TransactionLimitType | None = field(default=None, name="transactionLimit")
    updated_personal_message: MessageContentType | None = field(
        default=None, name="updatedPersonalMessage"
    )
    updated_personal_message_extra: (
        Annotated[tuple[MessageContentType, ...], Meta(min_length=1, max_length=4)] | None
    ) = field(default=None, name="updatedPersonalMessageExtra")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")

    def __post_init__(self) -> None:
        check_decimals(totalCost=self.total_cost)
