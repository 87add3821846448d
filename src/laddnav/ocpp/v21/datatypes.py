# Generated from the official JSON schemas by `./dev codegen`: do not edit.
"""OCPP 2.1: types that several blocks use."""

from decimal import Decimal
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

from laddnav.ocpp.limits import Int64, Moment, Natural64, check_decimals


class RationalNumberType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of NotifyChargingLimit, NotifyEVChargingSchedule and 3 more."""

    exponent: Int64
    value: Int64
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class AdditionalInfoType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of Authorize, BatterySwap and 6 more."""

    additional_id_token: Annotated[str, Meta(max_length=255)] = field(name="additionalIdToken")
    type: Annotated[str, Meta(max_length=50)]
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


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

EnergyTransferModeEnumType = Literal[
    "AC_single_phase",
    "AC_two_phase",
    "AC_three_phase",
    "DC",
    "AC_BPT",
    "AC_BPT_DER",
    "AC_DER",
    "DC_BPT",
    "DC_ACDP",
    "DC_ACDP_BPT",
    "WPT",
]

ChargingProfilePurposeEnumType = Literal[
    "ChargingStationExternalConstraints",
    "ChargingStationMaxProfile",
    "TxDefaultProfile",
    "TxProfile",
    "PriorityCharging",
    "LocalGeneration",
]

ChargingProfileKindEnumType = Literal["Absolute", "Recurring", "Relative", "Dynamic"]

RecurrencyKindEnumType = Literal["Daily", "Weekly"]

ChargingRateUnitEnumType = Literal["W", "A"]

OperationModeEnumType = Literal[
    "Idle",
    "ChargingOnly",
    "CentralSetpoint",
    "ExternalSetpoint",
    "ExternalLimits",
    "CentralFrequency",
    "LocalFrequency",
    "LocalLoadBalancing",
]


class V2XFreqWattPointType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of GetCompositeSchedule, NotifyChargingLimit and 4 more."""

    frequency: Decimal
    power: Decimal
    custom_data: dict[str, Any] | None = field(default=None, name="customData")

    def __post_init__(self) -> None:
        check_decimals(frequency=self.frequency, power=self.power)


class V2XSignalWattPointType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of GetCompositeSchedule, NotifyChargingLimit and 4 more."""

    signal: Int64
    power: Decimal
    custom_data: dict[str, Any] | None = field(default=None, name="customData")

    def __post_init__(self) -> None:
        check_decimals(power=self.power)


class LimitAtSoCType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of NotifyChargingLimit, NotifyEVChargingSchedule and 3 more."""

    soc: Annotated[int, Meta(ge=0, le=100)]
    limit: Decimal
    custom_data: dict[str, Any] | None = field(default=None, name="customData")

    def __post_init__(self) -> None:
        check_decimals(limit=self.limit)


class StatusInfoType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of AFRRSignal, AdjustPeriodicEventStream and 59 more."""

    reason_code: Annotated[str, Meta(max_length=20)] = field(name="reasonCode")
    additional_info: Annotated[str, Meta(max_length=1024)] | None = field(
        default=None, name="additionalInfo"
    )
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class EVSEType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of ChangeAvailability, GetMonitoringReport and 11 more."""

    id: Natural64
    connector_id: Natural64 | None = field(default=None, name="connectorId")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class VariableType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of GetMonitoringReport, GetReport and 6 more."""

    name: Annotated[str, Meta(max_length=50)]
    instance: Annotated[str, Meta(max_length=50)] | None = None
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


CostKindEnumType = Literal[
    "CarbonDioxideEmission", "RelativePricePercentage", "RenewableGenerationPercentage"
]

DERControlEnumType = Literal[
    "EnterService",
    "FreqDroop",
    "FreqWatt",
    "FixedPFAbsorb",
    "FixedPFInject",
    "FixedVar",
    "Gradients",
    "HFMustTrip",
    "HFMayTrip",
    "HVMustTrip",
    "HVMomCess",
    "HVMayTrip",
    "LimitMaxDischarge",
    "LFMustTrip",
    "LVMustTrip",
    "LVMomCess",
    "LVMayTrip",
    "PowerMonitoringMustTrip",
    "VoltVar",
    "VoltWatt",
    "WattPF",
    "WattVar",
]

DayOfWeekEnumType = Literal[
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"
]

EvseKindEnumType = Literal["AC", "DC"]

GenericDeviceModelStatusEnumType = Literal["Accepted", "Rejected", "NotSupported", "EmptyResultSet"]

GenericStatusEnumType = Literal["Accepted", "Rejected"]

LocationEnumType = Literal["Body", "Cable", "EV", "Inlet", "Outlet", "Upstream"]

MeasurandEnumType = Literal[
    "Current.Export",
    "Current.Export.Offered",
    "Current.Export.Minimum",
    "Current.Import",
    "Current.Import.Offered",
    "Current.Import.Minimum",
    "Current.Offered",
    "Display.PresentSOC",
    "Display.MinimumSOC",
    "Display.TargetSOC",
    "Display.MaximumSOC",
    "Display.RemainingTimeToMinimumSOC",
    "Display.RemainingTimeToTargetSOC",
    "Display.RemainingTimeToMaximumSOC",
    "Display.ChargingComplete",
    "Display.BatteryEnergyCapacity",
    "Display.InletHot",
    "Energy.Active.Export.Interval",
    "Energy.Active.Export.Register",
    "Energy.Active.Import.Interval",
    "Energy.Active.Import.Register",
    "Energy.Active.Import.CableLoss",
    "Energy.Active.Import.LocalGeneration.Register",
    "Energy.Active.Net",
    "Energy.Active.Setpoint.Interval",
    "Energy.Apparent.Export",
    "Energy.Apparent.Import",
    "Energy.Apparent.Net",
    "Energy.Reactive.Export.Interval",
    "Energy.Reactive.Export.Register",
    "Energy.Reactive.Import.Interval",
    "Energy.Reactive.Import.Register",
    "Energy.Reactive.Net",
    "EnergyRequest.Target",
    "EnergyRequest.Minimum",
    "EnergyRequest.Maximum",
    "EnergyRequest.Minimum.V2X",
    "EnergyRequest.Maximum.V2X",
    "EnergyRequest.Bulk",
    "Frequency",
    "Power.Active.Export",
    "Power.Active.Import",
    "Power.Active.Setpoint",
    "Power.Active.Residual",
    "Power.Export.Minimum",
    "Power.Export.Offered",
    "Power.Factor",
    "Power.Import.Offered",
    "Power.Import.Minimum",
    "Power.Offered",
    "Power.Reactive.Export",
    "Power.Reactive.Import",
    "SoC",
    "Voltage",
    "Voltage.Minimum",
    "Voltage.Maximum",
]

MessageFormatEnumType = Literal["ASCII", "HTML", "URI", "UTF8", "QRCODE"]

PhaseEnumType = Literal["L1", "L2", "L3", "N", "L1-N", "L2-N", "L3-N", "L1-L2", "L2-L3", "L3-L1"]


class PriceLevelScheduleEntryType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of NotifyChargingLimit, NotifyEVChargingSchedule and 3 more."""

    duration: Int64
    price_level: Natural64 = field(name="priceLevel")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class TaxRateType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of Authorize, ChangeTransactionTariff and 2 more."""

    type: Annotated[str, Meta(max_length=20)]
    tax: Decimal
    stack: Natural64 | None = None
    custom_data: dict[str, Any] | None = field(default=None, name="customData")

    def __post_init__(self) -> None:
        check_decimals(tax=self.tax)


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

    start: Int64
    duration: Int64 | None = None
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class SignedMeterValueType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of MeterValues and TransactionEvent."""

    signed_meter_data: Annotated[str, Meta(max_length=32768)] = field(name="signedMeterData")
    signing_method: Annotated[str, Meta(max_length=50)] | None = field(
        default=None, name="signingMethod"
    )
    encoding_method: Annotated[str, Meta(max_length=50)] = field(name="encodingMethod")
    public_key: Annotated[str, Meta(max_length=2500)] | None = field(default=None, name="publicKey")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class UnitOfMeasureType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of MeterValues and TransactionEvent."""

    unit: Annotated[str, Meta(max_length=20)] | None = None
    multiplier: Int64 | None = None
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class AdditionalSelectedServicesType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of NotifyChargingLimit, NotifyEVChargingSchedule and 3 more."""

    service_fee: RationalNumberType = field(name="serviceFee")
    service_name: Annotated[str, Meta(max_length=80)] = field(name="serviceName")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class OverstayRuleType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of NotifyChargingLimit, NotifyEVChargingSchedule and 3 more."""

    overstay_fee: RationalNumberType = field(name="overstayFee")
    overstay_rule_description: Annotated[str, Meta(max_length=32)] | None = field(
        default=None, name="overstayRuleDescription"
    )
    start_time: Int64 = field(name="startTime")
    overstay_fee_period: Int64 = field(name="overstayFeePeriod")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class PriceRuleType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of NotifyChargingLimit, NotifyEVChargingSchedule and 3 more."""

    parking_fee_period: Int64 | None = field(default=None, name="parkingFeePeriod")
    carbon_dioxide_emission: Natural64 | None = field(default=None, name="carbonDioxideEmission")
    renewable_generation_percentage: Annotated[int, Meta(ge=0, le=100)] | None = field(
        default=None, name="renewableGenerationPercentage"
    )
    energy_fee: RationalNumberType = field(name="energyFee")
    parking_fee: RationalNumberType | None = field(default=None, name="parkingFee")
    power_range_start: RationalNumberType = field(name="powerRangeStart")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class TaxRuleType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of NotifyChargingLimit, NotifyEVChargingSchedule and 3 more."""

    tax_rule_id: Natural64 = field(name="taxRuleID")
    tax_rule_name: Annotated[str, Meta(max_length=100)] | None = field(
        default=None, name="taxRuleName"
    )
    tax_included_in_price: bool | None = field(default=None, name="taxIncludedInPrice")
    applies_to_energy_fee: bool = field(name="appliesToEnergyFee")
    applies_to_parking_fee: bool = field(name="appliesToParkingFee")
    applies_to_overstay_fee: bool = field(name="appliesToOverstayFee")
    applies_to_minimum_maximum_cost: bool = field(name="appliesToMinimumMaximumCost")
    tax_rate: RationalNumberType = field(name="taxRate")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class IdTokenType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of Authorize, BatterySwap and 6 more."""

    additional_info: Annotated[tuple[AdditionalInfoType, ...], Meta(min_length=1)] | None = field(
        default=None, name="additionalInfo"
    )
    id_token: Annotated[str, Meta(max_length=255)] = field(name="idToken")
    type: Annotated[str, Meta(max_length=20)]
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class CertificateHashDataType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of CustomerInformation, DeleteCertificate and 3 more."""

    hash_algorithm: HashAlgorithmEnumType = field(name="hashAlgorithm")
    issuer_name_hash: Annotated[str, Meta(max_length=128)] = field(name="issuerNameHash")
    issuer_key_hash: Annotated[str, Meta(max_length=128)] = field(name="issuerKeyHash")
    serial_number: Annotated[str, Meta(max_length=40)] = field(name="serialNumber")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class OCSPRequestDataType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of Authorize and GetCertificateStatus."""

    hash_algorithm: HashAlgorithmEnumType = field(name="hashAlgorithm")
    issuer_name_hash: Annotated[str, Meta(max_length=128)] = field(name="issuerNameHash")
    issuer_key_hash: Annotated[str, Meta(max_length=128)] = field(name="issuerKeyHash")
    serial_number: Annotated[str, Meta(max_length=40)] = field(name="serialNumber")
    responder_url: Annotated[str, Meta(max_length=2000)] = field(name="responderURL")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class ChargingSchedulePeriodType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of GetCompositeSchedule, NotifyChargingLimit and 4 more."""

    start_period: Int64 = field(name="startPeriod")
    limit: Decimal | None = None
    limit_l2: Decimal | None = field(default=None, name="limit_L2")
    limit_l3: Decimal | None = field(default=None, name="limit_L3")
    number_phases: Annotated[int, Meta(ge=0, le=3)] | None = field(
        default=None, name="numberPhases"
    )
    phase_to_use: Annotated[int, Meta(ge=0, le=3)] | None = field(default=None, name="phaseToUse")
    discharge_limit: Decimal | None = field(default=None, name="dischargeLimit")
    discharge_limit_l2: Decimal | None = field(default=None, name="dischargeLimit_L2")
    discharge_limit_l3: Decimal | None = field(default=None, name="dischargeLimit_L3")
    setpoint: Decimal | None = None
    setpoint_l2: Decimal | None = field(default=None, name="setpoint_L2")
    setpoint_l3: Decimal | None = field(default=None, name="setpoint_L3")
    setpoint_reactive: Decimal | None = field(default=None, name="setpointReactive")
    setpoint_reactive_l2: Decimal | None = field(default=None, name="setpointReactive_L2")
    setpoint_reactive_l3: Decimal | None = field(default=None, name="setpointReactive_L3")
    preconditioning_request: bool | None = field(default=None, name="preconditioningRequest")
    evse_sleep: bool | None = field(default=None, name="evseSleep")
    v2x_baseline: Decimal | None = field(default=None, name="v2xBaseline")
    operation_mode: OperationModeEnumType | None = field(default=None, name="operationMode")
    v2x_freq_watt_curve: (
        Annotated[tuple[V2XFreqWattPointType, ...], Meta(min_length=1, max_length=20)] | None
    ) = field(default=None, name="v2xFreqWattCurve")
    v2x_signal_watt_curve: (
        Annotated[tuple[V2XSignalWattPointType, ...], Meta(min_length=1, max_length=20)] | None
    ) = field(default=None, name="v2xSignalWattCurve")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")

    def __post_init__(self) -> None:
        check_decimals(
            limit=self.limit,
            limit_L2=self.limit_l2,
            limit_L3=self.limit_l3,
            setpoint=self.setpoint,
            setpoint_L2=self.setpoint_l2,
            setpoint_L3=self.setpoint_l3,
            setpointReactive=self.setpoint_reactive,
            setpointReactive_L2=self.setpoint_reactive_l2,
            setpointReactive_L3=self.setpoint_reactive_l3,
            v2xBaseline=self.v2x_baseline,
        )
        check_decimals(le=0, dischargeLimit=self.discharge_limit)
        check_decimals(le=0, dischargeLimit_L2=self.discharge_limit_l2)
        check_decimals(le=0, dischargeLimit_L3=self.discharge_limit_l3)


class ComponentType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of GetMonitoringReport, GetReport and 8 more."""

    evse: EVSEType | None = None
    name: Annotated[str, Meta(max_length=50)]
    instance: Annotated[str, Meta(max_length=50)] | None = None
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class CostType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of NotifyChargingLimit, NotifyEVChargingSchedule and 3 more."""

    cost_kind: CostKindEnumType = field(name="costKind")
    amount: Int64
    amount_multiplier: Int64 | None = field(default=None, name="amountMultiplier")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class TariffConditionsFixedType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of Authorize, ChangeTransactionTariff and 1 more."""

    start_time_of_day: str | None = field(default=None, name="startTimeOfDay")
    end_time_of_day: str | None = field(default=None, name="endTimeOfDay")
    day_of_week: (
        Annotated[tuple[DayOfWeekEnumType, ...], Meta(min_length=1, max_length=7)] | None
    ) = field(default=None, name="dayOfWeek")
    valid_from_date: str | None = field(default=None, name="validFromDate")
    valid_to_date: str | None = field(default=None, name="validToDate")
    evse_kind: EvseKindEnumType | None = field(default=None, name="evseKind")
    payment_brand: Annotated[str, Meta(max_length=20)] | None = field(
        default=None, name="paymentBrand"
    )
    payment_recognition: Annotated[str, Meta(max_length=20)] | None = field(
        default=None, name="paymentRecognition"
    )
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class TariffConditionsType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of Authorize, ChangeTransactionTariff and 1 more."""

    start_time_of_day: str | None = field(default=None, name="startTimeOfDay")
    end_time_of_day: str | None = field(default=None, name="endTimeOfDay")
    day_of_week: (
        Annotated[tuple[DayOfWeekEnumType, ...], Meta(min_length=1, max_length=7)] | None
    ) = field(default=None, name="dayOfWeek")
    valid_from_date: str | None = field(default=None, name="validFromDate")
    valid_to_date: str | None = field(default=None, name="validToDate")
    evse_kind: EvseKindEnumType | None = field(default=None, name="evseKind")
    min_energy: Decimal | None = field(default=None, name="minEnergy")
    max_energy: Decimal | None = field(default=None, name="maxEnergy")
    min_current: Decimal | None = field(default=None, name="minCurrent")
    max_current: Decimal | None = field(default=None, name="maxCurrent")
    min_power: Decimal | None = field(default=None, name="minPower")
    max_power: Decimal | None = field(default=None, name="maxPower")
    min_time: Int64 | None = field(default=None, name="minTime")
    max_time: Int64 | None = field(default=None, name="maxTime")
    min_charging_time: Int64 | None = field(default=None, name="minChargingTime")
    max_charging_time: Int64 | None = field(default=None, name="maxChargingTime")
    min_idle_time: Int64 | None = field(default=None, name="minIdleTime")
    max_idle_time: Int64 | None = field(default=None, name="maxIdleTime")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")

    def __post_init__(self) -> None:
        check_decimals(
            minEnergy=self.min_energy,
            maxEnergy=self.max_energy,
            minCurrent=self.min_current,
            maxCurrent=self.max_current,
            minPower=self.min_power,
            maxPower=self.max_power,
        )


class MessageContentType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of Authorize, ChangeTransactionTariff and 5 more."""

    format: MessageFormatEnumType
    language: Annotated[str, Meta(max_length=8)] | None = None
    content: Annotated[str, Meta(max_length=1024)]
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class PriceLevelScheduleType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of NotifyChargingLimit, NotifyEVChargingSchedule and 3 more."""

    price_level_schedule_entries: Annotated[
        tuple[PriceLevelScheduleEntryType, ...], Meta(min_length=1, max_length=100)
    ] = field(name="priceLevelScheduleEntries")
    time_anchor: Moment = field(name="timeAnchor")
    price_schedule_id: Natural64 = field(name="priceScheduleId")
    price_schedule_description: Annotated[str, Meta(max_length=32)] | None = field(
        default=None, name="priceScheduleDescription"
    )
    number_of_price_levels: Natural64 = field(name="numberOfPriceLevels")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class PriceType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of Authorize, ChangeTransactionTariff and 2 more."""

    excl_tax: Decimal | None = field(default=None, name="exclTax")
    incl_tax: Decimal | None = field(default=None, name="inclTax")
    tax_rates: Annotated[tuple[TaxRateType, ...], Meta(min_length=1, max_length=5)] | None = field(
        default=None, name="taxRates"
    )
    custom_data: dict[str, Any] | None = field(default=None, name="customData")

    def __post_init__(self) -> None:
        check_decimals(exclTax=self.excl_tax, inclTax=self.incl_tax)


class SampledValueType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of MeterValues and TransactionEvent."""

    value: Decimal
    measurand: MeasurandEnumType | None = None
    context: ReadingContextEnumType | None = None
    phase: PhaseEnumType | None = None
    location: LocationEnumType | None = None
    signed_meter_value: SignedMeterValueType | None = field(default=None, name="signedMeterValue")
    unit_of_measure: UnitOfMeasureType | None = field(default=None, name="unitOfMeasure")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")

    def __post_init__(self) -> None:
        check_decimals(value=self.value)


class OverstayRuleListType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of NotifyChargingLimit, NotifyEVChargingSchedule and 3 more."""

    overstay_power_threshold: RationalNumberType | None = field(
        default=None, name="overstayPowerThreshold"
    )
    overstay_rule: Annotated[tuple[OverstayRuleType, ...], Meta(min_length=1, max_length=5)] = (
        field(name="overstayRule")
    )
    overstay_time_threshold: Int64 | None = field(default=None, name="overstayTimeThreshold")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class PriceRuleStackType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of NotifyChargingLimit, NotifyEVChargingSchedule and 3 more."""

    duration: Int64
    price_rule: Annotated[tuple[PriceRuleType, ...], Meta(min_length=1, max_length=8)] = field(
        name="priceRule"
    )
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class ComponentVariableType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of GetMonitoringReport and GetReport."""

    component: ComponentType
    variable: VariableType | None = None
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class ConsumptionCostType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of NotifyChargingLimit, NotifyEVChargingSchedule and 3 more."""

    start_value: Decimal = field(name="startValue")
    cost: Annotated[tuple[CostType, ...], Meta(min_length=1, max_length=3)]
    custom_data: dict[str, Any] | None = field(default=None, name="customData")

    def __post_init__(self) -> None:
        check_decimals(startValue=self.start_value)


class TariffFixedPriceType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of Authorize, ChangeTransactionTariff and 1 more."""

    conditions: TariffConditionsFixedType | None = None
    price_fixed: Decimal = field(name="priceFixed")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")

    def __post_init__(self) -> None:
        check_decimals(priceFixed=self.price_fixed)


class TariffEnergyPriceType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of Authorize, ChangeTransactionTariff and 1 more."""

    price_kwh: Decimal = field(name="priceKwh")
    conditions: TariffConditionsType | None = None
    custom_data: dict[str, Any] | None = field(default=None, name="customData")

    def __post_init__(self) -> None:
        check_decimals(priceKwh=self.price_kwh)


class TariffTimePriceType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of Authorize, ChangeTransactionTariff and 1 more."""

    price_minute: Decimal = field(name="priceMinute")
    conditions: TariffConditionsType | None = None
    custom_data: dict[str, Any] | None = field(default=None, name="customData")

    def __post_init__(self) -> None:
        check_decimals(priceMinute=self.price_minute)


class IdTokenInfoType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of Authorize, SendLocalList and 1 more."""

    status: AuthorizationStatusEnumType
    cache_expiry_date_time: Moment | None = field(default=None, name="cacheExpiryDateTime")
    charging_priority: Int64 | None = field(default=None, name="chargingPriority")
    group_id_token: IdTokenType | None = field(default=None, name="groupIdToken")
    language1: Annotated[str, Meta(max_length=8)] | None = None
    language2: Annotated[str, Meta(max_length=8)] | None = None
    evse_id: Annotated[tuple[Natural64, ...], Meta(min_length=1)] | None = field(
        default=None, name="evseId"
    )
    personal_message: MessageContentType | None = field(default=None, name="personalMessage")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class MeterValueType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of MeterValues and TransactionEvent."""

    sampled_value: Annotated[tuple[SampledValueType, ...], Meta(min_length=1)] = field(
        name="sampledValue"
    )
    timestamp: Moment
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class AbsolutePriceScheduleType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of NotifyChargingLimit, NotifyEVChargingSchedule and 3 more."""

    time_anchor: Moment = field(name="timeAnchor")
    price_schedule_id: Natural64 = field(name="priceScheduleID")
    price_schedule_description: Annotated[str, Meta(max_length=160)] | None = field(
        default=None, name="priceScheduleDescription"
    )
    currency: Annotated[str, Meta(max_length=3)]
    language: Annotated[str, Meta(max_length=8)]
    price_algorithm: Annotated[str, Meta(max_length=2000)] = field(name="priceAlgorithm")
    minimum_cost: RationalNumberType | None = field(default=None, name="minimumCost")
    maximum_cost: RationalNumberType | None = field(default=None, name="maximumCost")
    price_rule_stacks: Annotated[
        tuple[PriceRuleStackType, ...], Meta(min_length=1, max_length=1024)
    ] = field(name="priceRuleStacks")
    tax_rules: Annotated[tuple[TaxRuleType, ...], Meta(min_length=1, max_length=10)] | None = field(
        default=None, name="taxRules"
    )
    overstay_rule_list: OverstayRuleListType | None = field(default=None, name="overstayRuleList")
    additional_selected_services: (
        Annotated[tuple[AdditionalSelectedServicesType, ...], Meta(min_length=1, max_length=5)]
        | None
    ) = field(default=None, name="additionalSelectedServices")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class SalesTariffEntryType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of NotifyChargingLimit, NotifyEVChargingSchedule and 3 more."""

    relative_time_interval: RelativeTimeIntervalType = field(name="relativeTimeInterval")
    e_price_level: Natural64 | None = field(default=None, name="ePriceLevel")
    consumption_cost: (
        Annotated[tuple[ConsumptionCostType, ...], Meta(min_length=1, max_length=3)] | None
    ) = field(default=None, name="consumptionCost")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class TariffFixedType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of Authorize, ChangeTransactionTariff and 1 more."""

    prices: Annotated[tuple[TariffFixedPriceType, ...], Meta(min_length=1)]
    tax_rates: Annotated[tuple[TaxRateType, ...], Meta(min_length=1, max_length=5)] | None = field(
        default=None, name="taxRates"
    )
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class TariffEnergyType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of Authorize, ChangeTransactionTariff and 1 more."""

    prices: Annotated[tuple[TariffEnergyPriceType, ...], Meta(min_length=1)]
    tax_rates: Annotated[tuple[TaxRateType, ...], Meta(min_length=1, max_length=5)] | None = field(
        default=None, name="taxRates"
    )
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class TariffTimeType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of Authorize, ChangeTransactionTariff and 1 more."""

    prices: Annotated[tuple[TariffTimePriceType, ...], Meta(min_length=1)]
    tax_rates: Annotated[tuple[TaxRateType, ...], Meta(min_length=1, max_length=5)] | None = field(
        default=None, name="taxRates"
    )
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class SalesTariffType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of NotifyChargingLimit, NotifyEVChargingSchedule and 3 more."""

    id: Natural64
    sales_tariff_description: Annotated[str, Meta(max_length=32)] | None = field(
        default=None, name="salesTariffDescription"
    )
    num_e_price_levels: Natural64 | None = field(default=None, name="numEPriceLevels")
    sales_tariff_entry: Annotated[
        tuple[SalesTariffEntryType, ...], Meta(min_length=1, max_length=1024)
    ] = field(name="salesTariffEntry")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class TariffType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of Authorize, ChangeTransactionTariff and 1 more."""

    tariff_id: Annotated[str, Meta(max_length=60)] = field(name="tariffId")
    description: (
        Annotated[tuple[MessageContentType, ...], Meta(min_length=1, max_length=10)] | None
    ) = None
    currency: Annotated[str, Meta(max_length=3)]
    energy: TariffEnergyType | None = None
    valid_from: Moment | None = field(default=None, name="validFrom")
    charging_time: TariffTimeType | None = field(default=None, name="chargingTime")
    idle_time: TariffTimeType | None = field(default=None, name="idleTime")
    fixed_fee: TariffFixedType | None = field(default=None, name="fixedFee")
    reservation_time: TariffTimeType | None = field(default=None, name="reservationTime")
    reservation_fixed: TariffFixedType | None = field(default=None, name="reservationFixed")
    min_cost: PriceType | None = field(default=None, name="minCost")
    max_cost: PriceType | None = field(default=None, name="maxCost")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class ChargingScheduleType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of NotifyChargingLimit, NotifyEVChargingSchedule and 3 more."""

    id: Int64
    limit_at_soc: LimitAtSoCType | None = field(default=None, name="limitAtSoC")
    start_schedule: Moment | None = field(default=None, name="startSchedule")
    duration: Int64 | None = None
    charging_rate_unit: ChargingRateUnitEnumType = field(name="chargingRateUnit")
    min_charging_rate: Decimal | None = field(default=None, name="minChargingRate")
    power_tolerance: Decimal | None = field(default=None, name="powerTolerance")
    signature_id: Natural64 | None = field(default=None, name="signatureId")
    digest_value: Annotated[str, Meta(max_length=88)] | None = field(
        default=None, name="digestValue"
    )
    use_local_time: bool | None = field(default=None, name="useLocalTime")
    charging_schedule_period: Annotated[
        tuple[ChargingSchedulePeriodType, ...], Meta(min_length=1, max_length=1024)
    ] = field(name="chargingSchedulePeriod")
    randomized_delay: Natural64 | None = field(default=None, name="randomizedDelay")
    sales_tariff: SalesTariffType | None = field(default=None, name="salesTariff")
    absolute_price_schedule: AbsolutePriceScheduleType | None = field(
        default=None, name="absolutePriceSchedule"
    )
    price_level_schedule: PriceLevelScheduleType | None = field(
        default=None, name="priceLevelSchedule"
    )
    custom_data: dict[str, Any] | None = field(default=None, name="customData")

    def __post_init__(self) -> None:
        check_decimals(minChargingRate=self.min_charging_rate, powerTolerance=self.power_tolerance)


class ChargingProfileType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of ReportChargingProfiles, RequestStartTransaction and 1 more."""

    id: Int64
    stack_level: Natural64 = field(name="stackLevel")
    charging_profile_purpose: ChargingProfilePurposeEnumType = field(name="chargingProfilePurpose")
    charging_profile_kind: ChargingProfileKindEnumType = field(name="chargingProfileKind")
    recurrency_kind: RecurrencyKindEnumType | None = field(default=None, name="recurrencyKind")
    valid_from: Moment | None = field(default=None, name="validFrom")
    valid_to: Moment | None = field(default=None, name="validTo")
    transaction_id: Annotated[str, Meta(max_length=36)] | None = field(
        default=None, name="transactionId"
    )
    max_offline_duration: Int64 | None = field(default=None, name="maxOfflineDuration")
    charging_schedule: Annotated[
        tuple[ChargingScheduleType, ...], Meta(min_length=1, max_length=3)
    ] = field(name="chargingSchedule")
    invalid_after_offline_duration: bool | None = field(
        default=None, name="invalidAfterOfflineDuration"
    )
    dyn_update_interval: Int64 | None = field(default=None, name="dynUpdateInterval")
    dyn_update_time: Moment | None = field(default=None, name="dynUpdateTime")
    price_schedule_signature: Annotated[str, Meta(max_length=256)] | None = field(
        default=None, name="priceScheduleSignature"
    )
    custom_data: dict[str, Any] | None = field(default=None, name="customData")
