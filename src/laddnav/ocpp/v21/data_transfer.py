# Generated from the official JSON schemas by `./dev codegen`: do not edit.
"""OCPP 2.1: messages of the block data_transfer."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

from laddnav.ocpp.v21.datatypes import StatusInfoType

DataTransferStatusEnumType = Literal["Accepted", "Rejected", "UnknownMessageId", "UnknownVendorId"]


class DataTransferRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """DataTransfer, either way: the request."""

    message_id: Annotated[str, Meta(max_length=50)] | None = field(default=None, name="messageId")
    data: Any = None
    vendor_id: Annotated[str, Meta(max_length=255)] = field(name="vendorId")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class DataTransferResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """DataTransfer, either way: the response."""

    status: DataTransferStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    data: Any = None
    custom_data: dict[str, Any] | None = field(default=None, name="customData")
