# Generated from the official JSON schemas by `./dev codegen`: do not edit.
"""OCPP 2.1: messages of the block smart_charging."""

from decimal import Decimal
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

from laddnav.ocpp.limits import Int64, Moment, Natural64, check_decimals
from laddnav.ocpp.v21.datatypes import (
    ChargingProfilePurposeEnumType,
    ChargingProfileType,
    ChargingRateUnitEnumType,
    ChargingSchedulePeriodType,
    ChargingScheduleType,
    DERControlEnumType,
    EnergyTransferModeEnumType,
    GenericStatusEnumType,
    StatusInfoType,
)


class ACChargingParametersType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of NotifyEVChargingNeeds."""

    energy_amount: Decimal = field(name="energyAmount")
    ev_min_current: Decimal = field(name="evMinCurrent")
    ev_max_current: Decimal = field(name="evMaxCurrent")
    ev_max_voltage: Decimal = field(name="evMaxVoltage")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")

    def __post_init__(self) -> None:
        check_decimals(
            energyAmount=self.energy_amount,
            evMinCurrent=self.ev_min_current,
            evMaxCurrent=self.ev_max_current,
            evMaxVoltage=self.ev_max_voltage,
        )


class ChargingLimitType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of NotifyChargingLimit."""

    charging_limit_source: Annotated[str, Meta(max_length=20)] = field(name="chargingLimitSource")
    is_local_generation: bool | None = field(default=None, name="isLocalGeneration")
    is_grid_critical: bool | None = field(default=None, name="isGridCritical")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


ControlModeEnumType = Literal["ScheduledControl", "DynamicControl"]


class DCChargingParametersType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of NotifyEVChargingNeeds."""

    ev_max_current: Decimal = field(name="evMaxCurrent")
    ev_max_voltage: Decimal = field(name="evMaxVoltage")
    ev_max_power: Decimal | None = field(default=None, name="evMaxPower")
    ev_energy_capacity: Decimal | None = field(default=None, name="evEnergyCapacity")
    energy_amount: Decimal | None = field(default=None, name="energyAmount")
    state_of_charge: Annotated[int, Meta(ge=0, le=100)] | None = field(
        default=None, name="stateOfCharge"
    )
    full_soc: Annotated[int, Meta(ge=0, le=100)] | None = field(default=None, name="fullSoC")
    bulk_soc: Annotated[int, Meta(ge=0, le=100)] | None = field(default=None, name="bulkSoC")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")

    def __post_init__(self) -> None:
        check_decimals(
            evMaxCurrent=self.ev_max_current,
            evMaxVoltage=self.ev_max_voltage,
            evMaxPower=self.ev_max_power,
            evEnergyCapacity=self.ev_energy_capacity,
            energyAmount=self.energy_amount,
        )


MobilityNeedsModeEnumType = Literal["EVCC", "EVCC_SECC"]


class V2XChargingParametersType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of NotifyEVChargingNeeds."""

    min_charge_power: Decimal | None = field(default=None, name="minChargePower")
    min_charge_power_l2: Decimal | None = field(default=None, name="minChargePower_L2")
    min_charge_power_l3: Decimal | None = field(default=None, name="minChargePower_L3")
    max_charge_power: Decimal | None = field(default=None, name="maxChargePower")
    max_charge_power_l2: Decimal | None = field(default=None, name="maxChargePower_L2")
    max_charge_power_l3: Decimal | None = field(default=None, name="maxChargePower_L3")
    min_discharge_power: Decimal | None = field(default=None, name="minDischargePower")
    min_discharge_power_l2: Decimal | None = field(default=None, name="minDischargePower_L2")
    min_discharge_power_l3: Decimal | None = field(default=None, name="minDischargePower_L3")
    max_discharge_power: Decimal | None = field(default=None, name="maxDischargePower")
    max_discharge_power_l2: Decimal | None = field(default=None, name="maxDischargePower_L2")
    max_discharge_power_l3: Decimal | None = field(default=None, name="maxDischargePower_L3")
    min_charge_current: Decimal | None = field(default=None, name="minChargeCurrent")
    max_charge_current: Decimal | None = field(default=None, name="maxChargeCurrent")
    min_discharge_current: Decimal | None = field(default=None, name="minDischargeCurrent")
    max_discharge_current: Decimal | None = field(default=None, name="maxDischargeCurrent")
    min_voltage: Decimal | None = field(default=None, name="minVoltage")
    max_voltage: Decimal | None = field(default=None, name="maxVoltage")
    ev_target_energy_request: Decimal | None = field(default=None, name="evTargetEnergyRequest")
    ev_min_energy_request: Decimal | None = field(default=None, name="evMinEnergyRequest")
    ev_max_energy_request: Decimal | None = field(default=None, name="evMaxEnergyRequest")
    ev_min_v2x_energy_request: Decimal | None = field(default=None, name="evMinV2XEnergyRequest")
    ev_max_v2x_energy_request: Decimal | None = field(default=None, name="evMaxV2XEnergyRequest")
    target_soc: Annotated[int, Meta(ge=0, le=100)] | None = field(default=None, name="targetSoC")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")

    def __post_init__(self) -> None:
        check_decimals(
            minChargePower=self.min_charge_power,
            minChargePower_L2=self.min_charge_power_l2,
            minChargePower_L3=self.min_charge_power_l3,
            maxChargePower=self.max_charge_power,
            maxChargePower_L2=self.max_charge_power_l2,
            maxChargePower_L3=self.max_charge_power_l3,
            minDischargePower=self.min_discharge_power,
            minDischargePower_L2=self.min_discharge_power_l2,
            minDischargePower_L3=self.min_discharge_power_l3,
            maxDischargePower=self.max_discharge_power,
            maxDischargePower_L2=self.max_discharge_power_l2,
            maxDischargePower_L3=self.max_discharge_power_l3,
            minChargeCurrent=self.min_charge_current,
            maxChargeCurrent=self.max_charge_current,
            minDischargeCurrent=self.min_discharge_current,
            maxDischargeCurrent=self.max_discharge_current,
            minVoltage=self.min_voltage,
            maxVoltage=self.max_voltage,
            evTargetEnergyRequest=self.ev_target_energy_request,
            evMinEnergyRequest=self.ev_min_energy_request,
            evMaxEnergyRequest=self.ev_max_energy_request,
            evMinV2XEnergyRequest=self.ev_min_v2x_energy_request,
            evMaxV2XEnergyRequest=self.ev_max_v2x_energy_request,
        )


ChargingProfileStatusEnumType = Literal["Accepted", "Rejected"]


class ChargingScheduleUpdateType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of PullDynamicScheduleUpdate and UpdateDynamicSchedule."""

    limit: Decimal | None = None
    limit_l2: Decimal | None = field(default=None, name="limit_L2")
    limit_l3: Decimal | None = field(default=None, name="limit_L3")
    discharge_limit: Decimal | None = field(default=None, name="dischargeLimit")
    discharge_limit_l2: Decimal | None = field(default=None, name="dischargeLimit_L2")
    discharge_limit_l3: Decimal | None = field(default=None, name="dischargeLimit_L3")
    setpoint: Decimal | None = None
    setpoint_l2: Decimal | None = field(default=None, name="setpoint_L2")
    setpoint_l3: Decimal | None = field(default=None, name="setpoint_L3")
    setpoint_reactive: Decimal | None = field(default=None, name="setpointReactive")
    setpoint_reactive_l2: Decimal | None = field(default=None, name="setpointReactive_L2")
    setpoint_reactive_l3: Decimal | None = field(default=None, name="setpointReactive_L3")
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
        )
        check_decimals(le=0, dischargeLimit=self.discharge_limit)
        check_decimals(le=0, dischargeLimit_L2=self.discharge_limit_l2)
        check_decimals(le=0, dischargeLimit_L3=self.discharge_limit_l3)


ClearChargingProfileStatusEnumType = Literal["Accepted", "Unknown"]

IslandingDetectionEnumType = Literal[
    "NoAntiIslandingSupport",
    "RoCoF",
    "UVP_OVP",
    "UFP_OFP",
    "VoltageVectorShift",
    "ZeroCrossingDetection",
    "OtherPassive",
    "ImpedanceMeasurement",
    "ImpedanceAtFrequency",
    "SlipModeFrequencyShift",
    "SandiaFrequencyShift",
    "SandiaVoltageShift",
    "FrequencyJump",
    "RCLQFactor",
    "OtherActive",
]


class EVPriceRuleType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of NotifyEVChargingNeeds."""

    energy_fee: Decimal = field(name="energyFee")
    power_range_start: Decimal = field(name="powerRangeStart")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")

    def __post_init__(self) -> None:
        check_decimals(energyFee=self.energy_fee, powerRangeStart=self.power_range_start)


class EVPowerScheduleEntryType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of NotifyEVChargingNeeds."""

    duration: Int64
    power: Decimal
    custom_data: dict[str, Any] | None = field(default=None, name="customData")

    def __post_init__(self) -> None:
        check_decimals(power=self.power)


GetChargingProfileStatusEnumType = Literal["Accepted", "NoProfiles"]

NotifyEVChargingNeedsStatusEnumType = Literal[
    "Accepted", "Rejected", "Processing", "NoChargingProfile"
]

PriorityChargingStatusEnumType = Literal["Accepted", "Rejected", "NoProfile"]


class ChargingProfileCriterionType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of GetChargingProfiles."""

    charging_profile_purpose: ChargingProfilePurposeEnumType | None = field(
        default=None, name="chargingProfilePurpose"
    )
    stack_level: Natural64 | None = field(default=None, name="stackLevel")
    charging_profile_id: Annotated[tuple[Int64, ...], Meta(min_length=1)] | None = field(
        default=None, name="chargingProfileId"
    )
    charging_limit_source: (
        Annotated[tuple[Annotated[str, Meta(max_length=20)], ...], Meta(min_length=1, max_length=4)]
        | None
    ) = field(default=None, name="chargingLimitSource")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class ClearChargingProfileType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of ClearChargingProfile."""

    evse_id: Natural64 | None = field(default=None, name="evseId")
    charging_profile_purpose: ChargingProfilePurposeEnumType | None = field(
        default=None, name="chargingProfilePurpose"
    )
    stack_level: Natural64 | None = field(default=None, name="stackLevel")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class DERChargingParametersType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of NotifyEVChargingNeeds."""

    ev_supported_der_control: (
        Annotated[tuple[DERControlEnumType, ...], Meta(min_length=1)] | None
    ) = field(default=None, name="evSupportedDERControl")
    ev_over_excited_max_discharge_power: Decimal | None = field(
        default=None, name="evOverExcitedMaxDischargePower"
    )
    ev_over_excited_power_factor: Decimal | None = field(
        default=None, name="evOverExcitedPowerFactor"
    )
    ev_under_excited_max_discharge_power: Decimal | None = field(
        default=None, name="evUnderExcitedMaxDischargePower"
    )
    ev_under_excited_power_factor: Decimal | None = field(
        default=None, name="evUnderExcitedPowerFactor"
    )
    max_apparent_power: Decimal | None = field(default=None, name="maxApparentPower")
    max_charge_apparent_power: Decimal | None = field(default=None, name="maxChargeApparentPower")
    max_charge_apparent_power_l2: Decimal | None = field(
        default=None, name="maxChargeApparentPower_L2"
    )
    max_charge_apparent_power_l3: Decimal | None = field(
        default=None, name="maxChargeApparentPower_L3"
    )
    max_discharge_apparent_power: Decimal | None = field(
        default=None, name="maxDischargeApparentPower"
    )
    max_discharge_apparent_power_l2: Decimal | None = field(
        default=None, name="maxDischargeApparentPower_L2"
    )
    max_discharge_apparent_power_l3: Decimal | None = field(
        default=None, name="maxDischargeApparentPower_L3"
    )
    max_charge_reactive_power: Decimal | None = field(default=None, name="maxChargeReactivePower")
    max_charge_reactive_power_l2: Decimal | None = field(
        default=None, name="maxChargeReactivePower_L2"
    )
    max_charge_reactive_power_l3: Decimal | None = field(
        default=None, name="maxChargeReactivePower_L3"
    )
    min_charge_reactive_power: Decimal | None = field(default=None, name="minChargeReactivePower")
    min_charge_reactive_power_l2: Decimal | None = field(
        default=None, name="minChargeReactivePower_L2"
    )
    min_charge_reactive_power_l3: Decimal | None = field(
        default=None, name="minChargeReactivePower_L3"
    )
    max_discharge_reactive_power: Decimal | None = field(
        default=None, name="maxDischargeReactivePower"
    )
    max_discharge_reactive_power_l2: Decimal | None = field(
        default=None, name="maxDischargeReactivePower_L2"
    )
    max_discharge_reactive_power_l3: Decimal | None = field(
        default=None, name="maxDischargeReactivePower_L3"
    )
    min_discharge_reactive_power: Decimal | None = field(
        default=None, name="minDischargeReactivePower"
    )
    min_discharge_reactive_power_l2: Decimal | None = field(
        default=None, name="minDischargeReactivePower_L2"
    )
    min_discharge_reactive_power_l3: Decimal | None = field(
        default=None, name="minDischargeReactivePower_L3"
    )
    nominal_voltage: Decimal | None = field(default=None, name="nominalVoltage")
    nominal_voltage_offset: Decimal | None = field(default=None, name="nominalVoltageOffset")
    max_nominal_voltage: Decimal | None = field(default=None, name="maxNominalVoltage")
    min_nominal_voltage: Decimal | None = field(default=None, name="minNominalVoltage")
    ev_inverter_manufacturer: Annotated[str, Meta(max_length=50)] | None = field(
        default=None, name="evInverterManufacturer"
    )
    ev_inverter_model: Annotated[str, Meta(max_length=50)] | None = field(
        default=None, name="evInverterModel"
    )
    ev_inverter_serial_number: Annotated[str, Meta(max_length=50)] | None = field(
        default=None, name="evInverterSerialNumber"
    )
    ev_inverter_sw_version: Annotated[str, Meta(max_length=50)] | None = field(
        default=None, name="evInverterSwVersion"
    )
    ev_inverter_hw_version: Annotated[str, Meta(max_length=50)] | None = field(
        default=None, name="evInverterHwVersion"
    )
    ev_islanding_detection_method: (
        Annotated[tuple[IslandingDetectionEnumType, ...], Meta(min_length=1)] | None
    ) = field(default=None, name="evIslandingDetectionMethod")
    ev_islanding_trip_time: Decimal | None = field(default=None, name="evIslandingTripTime")
    ev_maximum_level1_dc_injection: Decimal | None = field(
        default=None, name="evMaximumLevel1DCInjection"
    )
    ev_duration_level1_dc_injection: Decimal | None = field(
        default=None, name="evDurationLevel1DCInjection"
    )
    ev_maximum_level2_dc_injection: Decimal | None = field(
        default=None, name="evMaximumLevel2DCInjection"
    )
    ev_duration_level2_dc_injection: Decimal | None = field(
        default=None, name="evDurationLevel2DCInjection"
    )
    ev_reactive_susceptance: Decimal | None = field(default=None, name="evReactiveSusceptance")
    ev_session_total_discharge_energy_available: Decimal | None = field(
        default=None, name="evSessionTotalDischargeEnergyAvailable"
    )
    custom_data: dict[str, Any] | None = field(default=None, name="customData")

    def __post_init__(self) -> None:
        check_decimals(
            evOverExcitedMaxDischargePower=self.ev_over_excited_max_discharge_power,
            evOverExcitedPowerFactor=self.ev_over_excited_power_factor,
            evUnderExcitedMaxDischargePower=self.ev_under_excited_max_discharge_power,
            evUnderExcitedPowerFactor=self.ev_under_excited_power_factor,
            maxApparentPower=self.max_apparent_power,
            maxChargeApparentPower=self.max_charge_apparent_power,
            maxChargeApparentPower_L2=self.max_charge_apparent_power_l2,
            maxChargeApparentPower_L3=self.max_charge_apparent_power_l3,
            maxDischargeApparentPower=self.max_discharge_apparent_power,
            maxDischargeApparentPower_L2=self.max_discharge_apparent_power_l2,
            maxDischargeApparentPower_L3=self.max_discharge_apparent_power_l3,
            maxChargeReactivePower=self.max_charge_reactive_power,
            maxChargeReactivePower_L2=self.max_charge_reactive_power_l2,
            maxChargeReactivePower_L3=self.max_charge_reactive_power_l3,
            minChargeReactivePower=self.min_charge_reactive_power,
            minChargeReactivePower_L2=self.min_charge_reactive_power_l2,
            minChargeReactivePower_L3=self.min_charge_reactive_power_l3,
            maxDischargeReactivePower=self.max_discharge_reactive_power,
            maxDischargeReactivePower_L2=self.max_discharge_reactive_power_l2,
            maxDischargeReactivePower_L3=self.max_discharge_reactive_power_l3,
            minDischargeReactivePower=self.min_discharge_reactive_power,
            minDischargeReactivePower_L2=self.min_discharge_reactive_power_l2,
            minDischargeReactivePower_L3=self.min_discharge_reactive_power_l3,
            nominalVoltage=self.nominal_voltage,
            nominalVoltageOffset=self.nominal_voltage_offset,
            maxNominalVoltage=self.max_nominal_voltage,
            minNominalVoltage=self.min_nominal_voltage,
            evIslandingTripTime=self.ev_islanding_trip_time,
            evMaximumLevel1DCInjection=self.ev_maximum_level1_dc_injection,
            evDurationLevel1DCInjection=self.ev_duration_level1_dc_injection,
            evMaximumLevel2DCInjection=self.ev_maximum_level2_dc_injection,
            evDurationLevel2DCInjection=self.ev_duration_level2_dc_injection,
            evReactiveSusceptance=self.ev_reactive_susceptance,
            evSessionTotalDischargeEnergyAvailable=self.ev_session_total_discharge_energy_available,
        )


class EVAbsolutePriceScheduleEntryType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of NotifyEVChargingNeeds."""

    duration: Int64
    ev_price_rule: Annotated[tuple[EVPriceRuleType, ...], Meta(min_length=1, max_length=8)] = field(
        name="evPriceRule"
    )
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class EVPowerScheduleType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of NotifyEVChargingNeeds."""

    ev_power_schedule_entries: Annotated[
        tuple[EVPowerScheduleEntryType, ...], Meta(min_length=1, max_length=1024)
    ] = field(name="evPowerScheduleEntries")
    time_anchor: Moment = field(name="timeAnchor")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class CompositeScheduleType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of GetCompositeSchedule."""

    evse_id: Natural64 = field(name="evseId")
    duration: Int64
    schedule_start: Moment = field(name="scheduleStart")
    charging_rate_unit: ChargingRateUnitEnumType = field(name="chargingRateUnit")
    charging_schedule_period: Annotated[
        tuple[ChargingSchedulePeriodType, ...], Meta(min_length=1)
    ] = field(name="chargingSchedulePeriod")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class EVAbsolutePriceScheduleType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of NotifyEVChargingNeeds."""

    time_anchor: Moment = field(name="timeAnchor")
    currency: Annotated[str, Meta(max_length=3)]
    ev_absolute_price_schedule_entries: Annotated[
        tuple[EVAbsolutePriceScheduleEntryType, ...], Meta(min_length=1, max_length=1024)
    ] = field(name="evAbsolutePriceScheduleEntries")
    price_algorithm: Annotated[str, Meta(max_length=2000)] = field(name="priceAlgorithm")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class EVEnergyOfferType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of NotifyEVChargingNeeds."""

    ev_absolute_price_schedule: EVAbsolutePriceScheduleType | None = field(
        default=None, name="evAbsolutePriceSchedule"
    )
    ev_power_schedule: EVPowerScheduleType = field(name="evPowerSchedule")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class ChargingNeedsType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of NotifyEVChargingNeeds."""

    ac_charging_parameters: ACChargingParametersType | None = field(
        default=None, name="acChargingParameters"
    )
    der_charging_parameters: DERChargingParametersType | None = field(
        default=None, name="derChargingParameters"
    )
    ev_energy_offer: EVEnergyOfferType | None = field(default=None, name="evEnergyOffer")
    requested_energy_transfer: EnergyTransferModeEnumType = field(name="requestedEnergyTransfer")
    dc_charging_parameters: DCChargingParametersType | None = field(
        default=None, name="dcChargingParameters"
    )
    v2x_charging_parameters: V2XChargingParametersType | None = field(
        default=None, name="v2xChargingParameters"
    )
    available_energy_transfer: (
        Annotated[tuple[EnergyTransferModeEnumType, ...], Meta(min_length=1)] | None
    ) = field(default=None, name="availableEnergyTransfer")
    control_mode: ControlModeEnumType | None = field(default=None, name="controlMode")
    mobility_needs_mode: MobilityNeedsModeEnumType | None = field(
        default=None, name="mobilityNeedsMode"
    )
    departure_time: Moment | None = field(default=None, name="departureTime")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class ClearChargingProfileRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ClearChargingProfile, CSMS to station: the request."""

    charging_profile_id: Int64 | None = field(default=None, name="chargingProfileId")
    charging_profile_criteria: ClearChargingProfileType | None = field(
        default=None, name="chargingProfileCriteria"
    )
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class ClearChargingProfileResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ClearChargingProfile, CSMS to station: the response."""

    status: ClearChargingProfileStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class ClearedChargingLimitRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ClearedChargingLimit, station to CSMS: the request."""

    charging_limit_source: Annotated[str, Meta(max_length=20)] = field(name="chargingLimitSource")
    evse_id: Natural64 | None = field(default=None, name="evseId")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class ClearedChargingLimitResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ClearedChargingLimit, station to CSMS: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class GetChargingProfilesRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GetChargingProfiles, CSMS to station: the request."""

    request_id: Int64 = field(name="requestId")
    evse_id: Natural64 | None = field(default=None, name="evseId")
    charging_profile: ChargingProfileCriterionType = field(name="chargingProfile")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class GetChargingProfilesResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GetChargingProfiles, CSMS to station: the response."""

    status: GetChargingProfileStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class GetCompositeScheduleRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GetCompositeSchedule, CSMS to station: the request."""

    duration: Int64
    charging_rate_unit: ChargingRateUnitEnumType | None = field(
        default=None, name="chargingRateUnit"
    )
    evse_id: Natural64 = field(name="evseId")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class GetCompositeScheduleResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GetCompositeSchedule, CSMS to station: the response."""

    status: GenericStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    schedule: CompositeScheduleType | None = None
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class NotifyChargingLimitRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """NotifyChargingLimit, station to CSMS: the request."""

    charging_schedule: Annotated[tuple[ChargingScheduleType, ...], Meta(min_length=1)] | None = (
        field(default=None, name="chargingSchedule")
    )
    evse_id: Natural64 | None = field(default=None, name="evseId")
    charging_limit: ChargingLimitType = field(name="chargingLimit")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class NotifyChargingLimitResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """NotifyChargingLimit, station to CSMS: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class NotifyEVChargingNeedsRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """NotifyEVChargingNeeds, station to CSMS: the request."""

    evse_id: Annotated[int, Meta(ge=1, le=2**63 - 1)] = field(name="evseId")
    max_schedule_tuples: Natural64 | None = field(default=None, name="maxScheduleTuples")
    charging_needs: ChargingNeedsType = field(name="chargingNeeds")
    timestamp: Moment | None = None
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class NotifyEVChargingNeedsResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """NotifyEVChargingNeeds, station to CSMS: the response."""

    status: NotifyEVChargingNeedsStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class NotifyEVChargingScheduleRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """NotifyEVChargingSchedule, station to CSMS: the request."""

    time_base: Moment = field(name="timeBase")
    charging_schedule: ChargingScheduleType = field(name="chargingSchedule")
    evse_id: Annotated[int, Meta(ge=1, le=2**63 - 1)] = field(name="evseId")
    selected_charging_schedule_id: Natural64 | None = field(
        default=None, name="selectedChargingScheduleId"
    )
    power_tolerance_acceptance: bool | None = field(default=None, name="powerToleranceAcceptance")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class NotifyEVChargingScheduleResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """NotifyEVChargingSchedule, station to CSMS: the response."""

    status: GenericStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class NotifyPriorityChargingRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """NotifyPriorityCharging, station to CSMS: the request."""

    transaction_id: Annotated[str, Meta(max_length=36)] = field(name="transactionId")
    activated: bool
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class NotifyPriorityChargingResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """NotifyPriorityCharging, station to CSMS: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class PullDynamicScheduleUpdateRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """PullDynamicScheduleUpdate, station to CSMS: the request."""

    charging_profile_id: Int64 = field(name="chargingProfileId")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class PullDynamicScheduleUpdateResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """PullDynamicScheduleUpdate, station to CSMS: the response."""

    schedule_update: ChargingScheduleUpdateType | None = field(default=None, name="scheduleUpdate")
    status: ChargingProfileStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class ReportChargingProfilesRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ReportChargingProfiles, station to CSMS: the request."""

    request_id: Int64 = field(name="requestId")
    charging_limit_source: Annotated[str, Meta(max_length=20)] = field(name="chargingLimitSource")
    charging_profile: Annotated[tuple[ChargingProfileType, ...], Meta(min_length=1)] = field(
        name="chargingProfile"
    )
    tbc: bool | None = None
    evse_id: Natural64 = field(name="evseId")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class ReportChargingProfilesResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ReportChargingProfiles, station to CSMS: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class SetChargingProfileRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """SetChargingProfile, CSMS to station: the request."""

    evse_id: Natural64 = field(name="evseId")
    charging_profile: ChargingProfileType = field(name="chargingProfile")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class SetChargingProfileResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """SetChargingProfile, CSMS to station: the response."""

    status: ChargingProfileStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class UpdateDynamicScheduleRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """UpdateDynamicSchedule, CSMS to station: the request."""

    charging_profile_id: Int64 = field(name="chargingProfileId")
    schedule_update: ChargingScheduleUpdateType = field(name="scheduleUpdate")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class UpdateDynamicScheduleResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """UpdateDynamicSchedule, CSMS to station: the response."""

    status: ChargingProfileStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class UsePriorityChargingRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """UsePriorityCharging, CSMS to station: the request."""

    transaction_id: Annotated[str, Meta(max_length=36)] = field(name="transactionId")
    activate: bool
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class UsePriorityChargingResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """UsePriorityCharging, CSMS to station: the response."""

    status: PriorityChargingStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")
