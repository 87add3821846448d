# Generated from the official JSON schemas by `./dev codegen`: do not edit.
"""OCPP 2.1: messages of the block v2x."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

from laddnav.ocpp.limits import Int64, Moment
from laddnav.ocpp.v21.datatypes import (
    EnergyTransferModeEnumType,
    GenericStatusEnumType,
    StatusInfoType,
)

NotifyAllowedEnergyTransferStatusEnumType = Literal["Accepted", "Rejected"]


class AFRRSignalRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """AFRRSignal, CSMS to station: the request."""

    timestamp: Moment
    signal: Int64
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class AFRRSignalResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """AFRRSignal, CSMS to station: the response."""

    status: GenericStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class NotifyAllowedEnergyTransferRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """NotifyAllowedEnergyTransfer, CSMS to station: the request."""

    transaction_id: Annotated[str, Meta(max_length=36)] = field(name="transactionId")
    allowed_energy_transfer: Annotated[
        tuple[EnergyTransferModeEnumType, ...], Meta(min_length=1)
    ] = field(name="allowedEnergyTransfer")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class NotifyAllowedEnergyTransferResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """NotifyAllowedEnergyTransfer, CSMS to station: the response."""

    status: NotifyAllowedEnergyTransferStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")
