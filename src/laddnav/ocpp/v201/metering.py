# Generated from the official JSON schemas by `./dev codegen`: do not edit.
"""OCPP 2.0.1: messages of the block metering."""

from typing import Annotated, Any

from msgspec import Meta, Struct, field

from laddnav.ocpp.limits import Int64
from laddnav.ocpp.v201.datatypes import MeterValueType


class MeterValuesRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """MeterValues, station to CSMS: the request."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    evse_id: Int64 = field(name="evseId")
    meter_value: Annotated[tuple[MeterValueType, ...], Meta(min_length=1)] = field(
        name="meterValue"
    )


class MeterValuesResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """MeterValues, station to CSMS: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
