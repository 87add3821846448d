# Generated from the official JSON schemas by `./dev codegen`: do not edit.
"""OCPP 1.6: messages of the block smart_charging."""

from typing import Literal

from msgspec import Struct, field

from laddnav.ocpp.limits import Int64, Moment
from laddnav.ocpp.v16.datatypes import (
    ChargingProfile,
    ChargingProfilePurposeType,
    ChargingRateUnitType,
    ChargingSchedule,
)

ChargingProfileStatus = Literal["Accepted", "Rejected", "NotSupported"]

ClearChargingProfileStatus = Literal["Accepted", "Unknown"]

GetCompositeScheduleStatus = Literal["Accepted", "Rejected"]


class ClearChargingProfileRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ClearChargingProfile, CSMS to station: the request."""

    id: Int64 | None = None
    connector_id: Int64 | None = field(default=None, name="connectorId")
    charging_profile_purpose: ChargingProfilePurposeType | None = field(
        default=None, name="chargingProfilePurpose"
    )
    stack_level: Int64 | None = field(default=None, name="stackLevel")


class ClearChargingProfileResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ClearChargingProfile, CSMS to station: the response."""

    status: ClearChargingProfileStatus


class GetCompositeScheduleRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GetCompositeSchedule, CSMS to station: the request."""

    connector_id: Int64 = field(name="connectorId")
    duration: Int64
    charging_rate_unit: ChargingRateUnitType | None = field(default=None, name="chargingRateUnit")


class GetCompositeScheduleResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GetCompositeSchedule, CSMS to station: the response."""

    status: GetCompositeScheduleStatus
    connector_id: Int64 | None = field(default=None, name="connectorId")
    schedule_start: Moment | None = field(default=None, name="scheduleStart")
    charging_schedule: ChargingSchedule | None = field(default=None, name="chargingSchedule")


class SetChargingProfileRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """SetChargingProfile, CSMS to station: the request."""

    connector_id: Int64 = field(name="connectorId")
    cs_charging_profiles: ChargingProfile = field(name="csChargingProfiles")


class SetChargingProfileResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """SetChargingProfile, CSMS to station: the response."""

    status: ChargingProfileStatus
