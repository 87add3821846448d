# Generated from the official JSON schemas by `./dev codegen`: do not edit.
"""OCPP 2.1: messages of the block battery_swap."""

from decimal import Decimal
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

from laddnav.ocpp.limits import Int64, Moment, Natural64, check_decimals
from laddnav.ocpp.v21.datatypes import GenericStatusEnumType, IdTokenType, StatusInfoType


class BatteryDataType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of BatterySwap."""

    evse_id: Natural64 = field(name="evseId")
    serial_number: Annotated[str, Meta(max_length=50)] = field(name="serialNumber")
    soc: Decimal = field(name="soC")
    soh: Decimal = field(name="soH")
    production_date: Moment | None = field(default=None, name="productionDate")
    vendor_info: Annotated[str, Meta(max_length=500)] | None = field(
        default=None, name="vendorInfo"
    )
    custom_data: dict[str, Any] | None = field(default=None, name="customData")

    def __post_init__(self) -> None:
        check_decimals(ge=0, le=100, soC=self.soc)
        check_decimals(ge=0, le=100, soH=self.soh)


BatterySwapEventEnumType = Literal["BatteryIn", "BatteryOut", "BatteryOutTimeout"]


class BatterySwapRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """BatterySwap, station to CSMS: the request."""

    battery_data: Annotated[tuple[BatteryDataType, ...], Meta(min_length=1)] = field(
        name="batteryData"
    )
    event_type: BatterySwapEventEnumType = field(name="eventType")
    id_token: IdTokenType = field(name="idToken")
    request_id: Int64 = field(name="requestId")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class BatterySwapResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """BatterySwap, station to CSMS: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class RequestBatterySwapRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """RequestBatterySwap, CSMS to station: the request."""

    id_token: IdTokenType = field(name="idToken")
    request_id: Int64 = field(name="requestId")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class RequestBatterySwapResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """RequestBatterySwap, CSMS to station: the response."""

    status: GenericStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")
