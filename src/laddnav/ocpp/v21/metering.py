# Generated from the official JSON schemas by `./dev codegen`: do not edit.
"""OCPP 2.1: messages of the block metering."""

from typing import Annotated, Any

from msgspec import Meta, Struct, field

from laddnav.ocpp.limits import Natural64
from laddnav.ocpp.v21.datatypes import MeterValueType


class MeterValuesRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """MeterValues, station to CSMS: the request."""

    evse_id: Natural64 = field(name="evseId")
    meter_value: Annotated[tuple[MeterValueType, ...], Meta(min_length=1)] = field(
        name="meterValue"
    )
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class MeterValuesResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """MeterValues, station to CSMS: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
