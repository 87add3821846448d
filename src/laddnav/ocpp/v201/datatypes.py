# Generated from the official JSON schemas by `./dev codegen`: do not edit.
"""OCPP 2.0.1: types that several blocks use."""

from decimal import Decimal
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

from laddnav.ocpp.limits import Int64, Moment, Natural64, check_decimals


class AdditionalInfoType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of Authorize, CustomerInformation and 4 more."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    additional_id_token: Annotated[str, Meta(max_length=36)] = field(name="additionalIdToken")
    type: Annotated[str, Meta(max_length=50)]


AuthorizationStatusEnumType = Literal[
    "Accepted",
    "Blocked",
    "ConcurrentTx",
    "Expired",
    "Invalid",
    "NoCredit",
    "NotAllowedTypeEVSE",
    "NotAtThisLocation",
    "NotAtThisTime",
    "Unknown",
]

HashAlgorithmEnumType = Literal["SHA256", "SHA384", "SHA512"]

ChargingProfilePurposeEnumType = Literal[
    "ChargingStationExternalConstraints",
    "ChargingStationMaxProfile",
    "TxDefaultProfile",
    "TxProfile",
]

ChargingProfileKindEnumType = Literal["Absolute", "Recurring", "Relative"]

RecurrencyKindEnumType = Literal["Daily", "Weekly"]

ChargingRateUnitEnumType = Literal["W", "A"]


class ChargingSchedulePeriodType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of GetCompositeSchedule, NotifyChargingLimit and 4 more."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    start_period: Int64 = field(name="startPeriod")
    limit: Decimal
    number_phases: Int64 | None = field(default=None, name="numberPhases")
    phase_to_use: Int64 | None = field(default=None, name="phaseToUse")

    def __post_init__(self) -> None:
        check_decimals(limit=self.limit)


class StatusInfoType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of BootNotification, CancelReservation and 40 more."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    reason_code: Annotated[str, Meta(max_length=20)] = field(name="reasonCode")
    additional_info: Annotated[str, Meta(max_length=512)] | None = field(
        default=None, name="additionalInfo"
    )


class EVSEType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of ChangeAvailability, GetMonitoringReport and 11 more."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    id: Int64
    connector_id: Int64 | None = field(default=None, name="connectorId")


class VariableType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of GetMonitoringReport, GetReport and 6 more."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    name: Annotated[str, Meta(max_length=50)]
    instance: Annotated[str, Meta(max_length=50)] | None = None


CostKindEnumType = Literal[
    "CarbonDioxideEmission", "RelativePricePercentage", "RenewableGenerationPercentage"
]

GenericDeviceModelStatusEnumType = Literal["Accepted", "Rejected", "NotSupported", "EmptyResultSet"]

GenericStatusEnumType = Literal["Accepted", "Rejected"]

IdTokenEnumType = Literal[
    "Central", "eMAID", "ISO14443", "ISO15693", "KeyCode", "Local", "MacAddress", "NoAuthorization"
]

LocationEnumType = Literal["Body", "Cable", "EV", "Inlet", "Outlet"]

MeasurandEnumType = Literal[
    "Current.Export",
    "Current.Import",
    "Current.Offered",
    "Energy.Active.Export.Register",
    "Energy.Active.Import.Register",
    "Energy.Reactive.Export.Register",
    "Energy.Reactive.Import.Register",
    "Energy.Active.Export.Interval",
    "Energy.Active.Import.Interval",
    "Energy.Active.Net",
    "Energy.Reactive.Export.Interval",
    "Energy.Reactive.Import.Interval",
    "Energy.Reactive.Net",
    "Energy.Apparent.Net",
    "Energy.Apparent.Import",
    "Energy.Apparent.Export",
    "Frequency",
    "Power.Active.Export",
    "Power.Active.Import",
    "Power.Factor",
    "Power.Offered",
    "Power.Reactive.Export",
    "Power.Reactive.Import",
    "SoC",
    "Voltage",
]

MessageFormatEnumType = Literal["ASCII", "HTML", "URI", "UTF8"]

PhaseEnumType = Literal["L1", "L2", "L3", "N", "L1-N", "L2-N", "L3-N", "L1-L2", "L2-L3", "L3-L1"]

ReadingContextEnumType = Literal[
    "Interruption.Begin",
    "Interruption.End",
    "Other",
    "Sample.Clock",
    "Sample.Periodic",
    "Transaction.Begin",
    "Transaction.End",
    "Trigger",
]


class RelativeTimeIntervalType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of NotifyChargingLimit, NotifyEVChargingSchedule and 3 more."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    start: Int64
    duration: Int64 | None = None


class SignedMeterValueType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of MeterValues and TransactionEvent."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    signed_meter_data: Annotated[str, Meta(max_length=2500)] = field(name="signedMeterData")
    signing_method: Annotated[str, Meta(max_length=50)] = field(name="signingMethod")
    encoding_method: Annotated[str, Meta(max_length=50)] = field(name="encodingMethod")
    public_key: Annotated[str, Meta(max_length=2500)] = field(name="publicKey")


class UnitOfMeasureType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of MeterValues and TransactionEvent."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    unit: Annotated[str, Meta(max_length=20)] | None = None
    multiplier: Int64 | None = None


class CertificateHashDataType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of CustomerInformation, DeleteCertificate and 1 more."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    hash_algorithm: HashAlgorithmEnumType = field(name="hashAlgorithm")
    issuer_name_hash: Annotated[str, Meta(max_length=128)] = field(name="issuerNameHash")
    issuer_key_hash: Annotated[str, Meta(max_length=128)] = field(name="issuerKeyHash")
    serial_number: Annotated[str, Meta(max_length=40)] = field(name="serialNumber")


class OCSPRequestDataType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of Authorize and GetCertificateStatus."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    hash_algorithm: HashAlgorithmEnumType = field(name="hashAlgorithm")
    issuer_name_hash: Annotated[str, Meta(max_length=128)] = field(name="issuerNameHash")
    issuer_key_hash: Annotated[str, Meta(max_length=128)] = field(name="issuerKeyHash")
    serial_number: Annotated[str, Meta(max_length=40)] = field(name="serialNumber")
    responder_url: Annotated[str, Meta(max_length=512)] = field(name="responderURL")


class ComponentType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of GetMonitoringReport, GetReport and 8 more."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    evse: EVSEType | None = None
    name: Annotated[str, Meta(max_length=50)]
    instance: Annotated[str, Meta(max_length=50)] | None = None


class CostType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of NotifyChargingLimit, NotifyEVChargingSchedule and 3 more."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    cost_kind: CostKindEnumType = field(name="costKind")
    amount: Int64
    amount_multiplier: Int64 | None = field(default=None, name="amountMultiplier")


class IdTokenType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of Authorize, CustomerInformation and 4 more."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    additional_info: Annotated[tuple[AdditionalInfoType, ...], Meta(min_length=1)] | None = field(
        default=None, name="additionalInfo"
    )
    id_token: Annotated[str, Meta(max_length=36)] = field(name="idToken")
    type: IdTokenEnumType


class MessageContentType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of Authorize, NotifyDisplayMessages and 3 more."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    format: MessageFormatEnumType
    language: Annotated[str, Meta(max_length=8)] | None = None
    content: Annotated[str, Meta(max_length=512)]


class SampledValueType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of MeterValues and TransactionEvent."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    value: Decimal
    context: ReadingContextEnumType | None = None
    measurand: MeasurandEnumType | None = None
    phase: PhaseEnumType | None = None
    location: LocationEnumType | None = None
    signed_meter_value: SignedMeterValueType | None = field(default=None, name="signedMeterValue")
    unit_of_measure: UnitOfMeasureType | None = field(default=None, name="unitOfMeasure")

    def __post_init__(self) -> None:
        check_decimals(value=self.value)


class ComponentVariableType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of GetMonitoringReport and GetReport."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    component: ComponentType
    variable: VariableType | None = None


class ConsumptionCostType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of NotifyChargingLimit, NotifyEVChargingSchedule and 3 more."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    start_value: Decimal = field(name="startValue")
    cost: Annotated[tuple[CostType, ...], Meta(min_length=1, max_length=3)]

    def __post_init__(self) -> None:
        check_decimals(startValue=self.start_value)


class IdTokenInfoType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of Authorize, SendLocalList and 1 more."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    status: AuthorizationStatusEnumType
    cache_expiry_date_time: Moment | None = field(default=None, name="cacheExpiryDateTime")
    charging_priority: Int64 | None = field(default=None, name="chargingPriority")
    language1: Annotated[str, Meta(max_length=8)] | None = None
    evse_id: Annotated[tuple[Int64, ...], Meta(min_length=1)] | None = field(
        default=None, name="evseId"
    )
    group_id_token: IdTokenType | None = field(default=None, name="groupIdToken")
    language2: Annotated[str, Meta(max_length=8)] | None = None
    personal_message: MessageContentType | None = field(default=None, name="personalMessage")


class MeterValueType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of MeterValues and TransactionEvent."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    sampled_value: Annotated[tuple[SampledValueType, ...], Meta(min_length=1)] = field(
        name="sampledValue"
    )
    timestamp: Moment


class SalesTariffEntryType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of NotifyChargingLimit, NotifyEVChargingSchedule and 3 more."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    relative_time_interval: RelativeTimeIntervalType = field(name="relativeTimeInterval")
    e_price_level: Natural64 | None = field(default=None, name="ePriceLevel")
    consumption_cost: (
        Annotated[tuple[ConsumptionCostType, ...], Meta(min_length=1, max_length=3)] | None
    ) = field(default=None, name="consumptionCost")


class SalesTariffType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of NotifyChargingLimit, NotifyEVChargingSchedule and 3 more."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    id: Int64
    sales_tariff_description: Annotated[str, Meta(max_length=32)] | None = field(
        default=None, name="salesTariffDescription"
    )
    num_e_price_levels: Int64 | None = field(default=None, name="numEPriceLevels")
    sales_tariff_entry: Annotated[
        tuple[SalesTariffEntryType, ...], Meta(min_length=1, max_length=1024)
    ] = field(name="salesTariffEntry")


class ChargingScheduleType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of NotifyChargingLimit, NotifyEVChargingSchedule and 3 more."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    id: Int64
    start_schedule: Moment | None = field(default=None, name="startSchedule")
    duration: Int64 | None = None
    charging_rate_unit: ChargingRateUnitEnumType = field(name="chargingRateUnit")
    charging_schedule_period: Annotated[
        tuple[ChargingSchedulePeriodType, ...], Meta(min_length=1, max_length=1024)
    ] = field(name="chargingSchedulePeriod")
    min_charging_rate: Decimal | None = field(default=None, name="minChargingRate")
    sales_tariff: SalesTariffType | None = field(default=None, name="salesTariff")

    def __post_init__(self) -> None:
        check_decimals(minChargingRate=self.min_charging_rate)


class ChargingProfileType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of ReportChargingProfiles, RequestStartTransaction and 1 more."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    id: Int64
    stack_level: Int64 = field(name="stackLevel")
    charging_profile_purpose: ChargingProfilePurposeEnumType = field(name="chargingProfilePurpose")
    charging_profile_kind: ChargingProfileKindEnumType = field(name="chargingProfileKind")
    recurrency_kind: RecurrencyKindEnumType | None = field(default=None, name="recurrencyKind")
    valid_from: Moment | None = field(default=None, name="validFrom")
    valid_to: Moment | None = field(default=None, name="validTo")
    charging_schedule: Annotated[
        tuple[ChargingScheduleType, ...], Meta(min_length=1, max_length=3)
    ] = field(name="chargingSchedule")
    transaction_id: Annotated[str, Meta(max_length=36)] | None = field(
        default=None, name="transactionId"
    )
