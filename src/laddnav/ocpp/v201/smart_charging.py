# Generated from the official JSON schemas by `./dev codegen`: do not edit.
"""OCPP 2.0.1: messages of the block smart_charging."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

from laddnav.ocpp.limits import Int64, Moment
from laddnav.ocpp.v201.datatypes import (
    ChargingProfilePurposeEnumType,
    ChargingProfileType,
    ChargingRateUnitEnumType,
    ChargingSchedulePeriodType,
    ChargingScheduleType,
    GenericStatusEnumType,
    StatusInfoType,
)


class ACChargingParametersType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of NotifyEVChargingNeeds."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    energy_amount: Int64 = field(name="energyAmount")
    ev_min_current: Int64 = field(name="evMinCurrent")
    ev_max_current: Int64 = field(name="evMaxCurrent")
    ev_max_voltage: Int64 = field(name="evMaxVoltage")


ChargingLimitSourceEnumType = Literal["EMS", "Other", "SO", "CSO"]


class DCChargingParametersType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of NotifyEVChargingNeeds."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    ev_max_current: Int64 = field(name="evMaxCurrent")
    ev_max_voltage: Int64 = field(name="evMaxVoltage")
    energy_amount: Int64 | None = field(default=None, name="energyAmount")
    ev_max_power: Int64 | None = field(default=None, name="evMaxPower")
    state_of_charge: Annotated[int, Meta(ge=0, le=100)] | None = field(
        default=None, name="stateOfCharge"
    )
    ev_energy_capacity: Int64 | None = field(default=None, name="evEnergyCapacity")
    full_soc: Annotated[int, Meta(ge=0, le=100)] | None = field(default=None, name="fullSoC")
    bulk_soc: Annotated[int, Meta(ge=0, le=100)] | None = field(default=None, name="bulkSoC")


EnergyTransferModeEnumType = Literal["DC", "AC_single_phase", "AC_two_phase", "AC_three_phase"]

ChargingProfileStatusEnumType = Literal["Accepted", "Rejected"]

ClearChargingProfileStatusEnumType = Literal["Accepted", "Unknown"]

GetChargingProfileStatusEnumType = Literal["Accepted", "NoProfiles"]

NotifyEVChargingNeedsStatusEnumType = Literal["Accepted", "Rejected", "Processing"]


class ChargingLimitType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of NotifyChargingLimit."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    charging_limit_source: ChargingLimitSourceEnumType = field(name="chargingLimitSource")
    is_grid_critical: bool | None = field(default=None, name="isGridCritical")


class ChargingNeedsType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of NotifyEVChargingNeeds."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    ac_charging_parameters: ACChargingParametersType | None = field(
        default=None, name="acChargingParameters"
    )
    dc_charging_parameters: DCChargingParametersType | None = field(
        default=None, name="dcChargingParameters"
    )
    requested_energy_transfer: EnergyTransferModeEnumType = field(name="requestedEnergyTransfer")
    departure_time: Moment | None = field(default=None, name="departureTime")


class ChargingProfileCriterionType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of GetChargingProfiles."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    charging_profile_purpose: ChargingProfilePurposeEnumType | None = field(
        default=None, name="chargingProfilePurpose"
    )
    stack_level: Int64 | None = field(default=None, name="stackLevel")
    charging_profile_id: Annotated[tuple[Int64, ...], Meta(min_length=1)] | None = field(
        default=None, name="chargingProfileId"
    )
    charging_limit_source: (
        Annotated[tuple[ChargingLimitSourceEnumType, ...], Meta(min_length=1, max_length=4)] | None
    ) = field(default=None, name="chargingLimitSource")


class ClearChargingProfileType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of ClearChargingProfile."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    evse_id: Int64 | None = field(default=None, name="evseId")
    charging_profile_purpose: ChargingProfilePurposeEnumType | None = field(
        default=None, name="chargingProfilePurpose"
    )
    stack_level: Int64 | None = field(default=None, name="stackLevel")


class CompositeScheduleType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of GetCompositeSchedule."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    charging_schedule_period: Annotated[
        tuple[ChargingSchedulePeriodType, ...], Meta(min_length=1)
    ] = field(name="chargingSchedulePeriod")
    evse_id: Int64 = field(name="evseId")
    duration: Int64
    schedule_start: Moment = field(name="scheduleStart")
    charging_rate_unit: ChargingRateUnitEnumType = field(name="chargingRateUnit")


class ClearChargingProfileRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ClearChargingProfile, CSMS to station: the request."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    charging_profile_id: Int64 | None = field(default=None, name="chargingProfileId")
    charging_profile_criteria: ClearChargingProfileType | None = field(
        default=None, name="chargingProfileCriteria"
    )


class ClearChargingProfileResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ClearChargingProfile, CSMS to station: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    status: ClearChargingProfileStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")


class ClearedChargingLimitRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ClearedChargingLimit, station to CSMS: the request."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    charging_limit_source: ChargingLimitSourceEnumType = field(name="chargingLimitSource")
    evse_id: Int64 | None = field(default=None, name="evseId")


class ClearedChargingLimitResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ClearedChargingLimit, station to CSMS: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class GetChargingProfilesRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GetChargingProfiles, CSMS to station: the request."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    request_id: Int64 = field(name="requestId")
    evse_id: Int64 | None = field(default=None, name="evseId")
    charging_profile: ChargingProfileCriterionType = field(name="chargingProfile")


class GetChargingProfilesResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GetChargingProfiles, CSMS to station: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    status: GetChargingProfileStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")


class GetCompositeScheduleRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GetCompositeSchedule, CSMS to station: the request."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    duration: Int64
    charging_rate_unit: ChargingRateUnitEnumType | None = field(
        default=None, name="chargingRateUnit"
    )
    evse_id: Int64 = field(name="evseId")


class GetCompositeScheduleResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GetCompositeSchedule, CSMS to station: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    status: GenericStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    schedule: CompositeScheduleType | None = None


class NotifyChargingLimitRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """NotifyChargingLimit, station to CSMS: the request."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    charging_schedule: Annotated[tuple[ChargingScheduleType, ...], Meta(min_length=1)] | None = (
        field(default=None, name="chargingSchedule")
    )
    evse_id: Int64 | None = field(default=None, name="evseId")
    charging_limit: ChargingLimitType = field(name="chargingLimit")


class NotifyChargingLimitResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """NotifyChargingLimit, station to CSMS: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class NotifyEVChargingNeedsRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """NotifyEVChargingNeeds, station to CSMS: the request."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    max_schedule_tuples: Int64 | None = field(default=None, name="maxScheduleTuples")
    charging_needs: ChargingNeedsType = field(name="chargingNeeds")
    evse_id: Int64 = field(name="evseId")


class NotifyEVChargingNeedsResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """NotifyEVChargingNeeds, station to CSMS: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    status: NotifyEVChargingNeedsStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")


class NotifyEVChargingScheduleRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """NotifyEVChargingSchedule, station to CSMS: the request."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    time_base: Moment = field(name="timeBase")
    charging_schedule: ChargingScheduleType = field(name="chargingSchedule")
    evse_id: Int64 = field(name="evseId")


class NotifyEVChargingScheduleResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """NotifyEVChargingSchedule, station to CSMS: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    status: GenericStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")


class ReportChargingProfilesRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ReportChargingProfiles, station to CSMS: the request."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    request_id: Int64 = field(name="requestId")
    charging_limit_source: ChargingLimitSourceEnumType = field(name="chargingLimitSource")
    charging_profile: Annotated[tuple[ChargingProfileType, ...], Meta(min_length=1)] = field(
        name="chargingProfile"
    )
    tbc: bool | None = None
    evse_id: Int64 = field(name="evseId")


class ReportChargingProfilesResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ReportChargingProfiles, station to CSMS: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class SetChargingProfileRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """SetChargingProfile, CSMS to station: the request."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    evse_id: Int64 = field(name="evseId")
    charging_profile: ChargingProfileType = field(name="chargingProfile")


class SetChargingProfileResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """SetChargingProfile, CSMS to station: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    status: ChargingProfileStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
