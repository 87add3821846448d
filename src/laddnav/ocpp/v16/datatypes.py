# Generated from the official JSON schemas by `./dev codegen`: do not edit.
"""OCPP 1.6: types that several blocks use."""

from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from laddnav.ocpp.limits import Int64, Moment, check_decimals

AuthorizationStatus = Literal["Accepted", "Blocked", "Expired", "Invalid", "ConcurrentTx"]

ChargingProfileKindType = Literal["Absolute", "Recurring", "Relative"]

ChargingProfilePurposeType = Literal["ChargePointMaxProfile", "TxDefaultProfile", "TxProfile"]

RecurrencyKindType = Literal["Daily", "Weekly"]

ChargingRateUnitType = Literal["A", "W"]


class ChargingSchedulePeriod(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of GetCompositeSchedule, RemoteStartTransaction and 1 more."""

    start_period: Int64 = field(name="startPeriod")
    limit: Decimal
    number_phases: Int64 | None = field(default=None, name="numberPhases")

    def __post_init__(self) -> None:
        check_decimals(tenths=True, limit=self.limit)


class IdTagInfo(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of Authorize, SendLocalList and 2 more."""

    expiry_date: Moment | None = field(default=None, name="expiryDate")
    parent_id_tag: Annotated[str, Meta(max_length=20)] | None = field(
        default=None, name="parentIdTag"
    )
    status: AuthorizationStatus


class ChargingSchedule(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of GetCompositeSchedule, RemoteStartTransaction and 1 more."""

    duration: Int64 | None = None
    start_schedule: Moment | None = field(default=None, name="startSchedule")
    charging_rate_unit: ChargingRateUnitType = field(name="chargingRateUnit")
    charging_schedule_period: tuple[ChargingSchedulePeriod, ...] = field(
        name="chargingSchedulePeriod"
    )
    min_charging_rate: Decimal | None = field(default=None, name="minChargingRate")

    def __post_init__(self) -> None:
        check_decimals(tenths=True, minChargingRate=self.min_charging_rate)


class ChargingProfile(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of RemoteStartTransaction and SetChargingProfile."""

    charging_profile_id: Int64 = field(name="chargingProfileId")
    transaction_id: Int64 | None = field(default=None, name="transactionId")
    stack_level: Int64 = field(name="stackLevel")
    charging_profile_purpose: ChargingProfilePurposeType = field(name="chargingProfilePurpose")
    charging_profile_kind: ChargingProfileKindType = field(name="chargingProfileKind")
    recurrency_kind: RecurrencyKindType | None = field(default=None, name="recurrencyKind")
    valid_from: Moment | None = field(default=None, name="validFrom")
    valid_to: Moment | None = field(default=None, name="validTo")
    charging_schedule: ChargingSchedule = field(name="chargingSchedule")
