# Generated from the official JSON schemas by `./dev codegen`: do not edit.
"""OCPP 2.0.1: messages of the block display."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

from laddnav.ocpp.limits import Int64, Moment
from laddnav.ocpp.v201.datatypes import ComponentType, MessageContentType, StatusInfoType

ClearMessageStatusEnumType = Literal["Accepted", "Unknown"]

DisplayMessageStatusEnumType = Literal[
    "Accepted",
    "NotSupportedMessageFormat",
    "Rejected",
    "NotSupportedPriority",
    "NotSupportedState",
    "UnknownTransaction",
]

GetDisplayMessagesStatusEnumType = Literal["Accepted", "Unknown"]

MessagePriorityEnumType = Literal["AlwaysFront", "InFront", "NormalCycle"]

MessageStateEnumType = Literal["Charging", "Faulted", "Idle", "Unavailable"]


class MessageInfoType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of NotifyDisplayMessages and SetDisplayMessage."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    display: ComponentType | None = None
    id: Int64
    priority: MessagePriorityEnumType
    state: MessageStateEnumType | None = None
    start_date_time: Moment | None = field(default=None, name="startDateTime")
    end_date_time: Moment | None = field(default=None, name="endDateTime")
    transaction_id: Annotated[str, Meta(max_length=36)] | None = field(
        default=None, name="transactionId"
    )
    message: MessageContentType


class ClearDisplayMessageRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ClearDisplayMessage, CSMS to station: the request."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    id: Int64


class ClearDisplayMessageResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ClearDisplayMessage, CSMS to station: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    status: ClearMessageStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")


class GetDisplayMessagesRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GetDisplayMessages, CSMS to station: the request."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    id: Annotated[tuple[Int64, ...], Meta(min_length=1)] | None = None
    request_id: Int64 = field(name="requestId")
    priority: MessagePriorityEnumType | None = None
    state: MessageStateEnumType | None = None


class GetDisplayMessagesResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GetDisplayMessages, CSMS to station: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    status: GetDisplayMessagesStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")


class NotifyDisplayMessagesRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """NotifyDisplayMessages, station to CSMS: the request."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    message_info: Annotated[tuple[MessageInfoType, ...], Meta(min_length=1)] | None = field(
        default=None, name="messageInfo"
    )
    request_id: Int64 = field(name="requestId")
    tbc: bool | None = None


class NotifyDisplayMessagesResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """NotifyDisplayMessages, station to CSMS: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class SetDisplayMessageRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """SetDisplayMessage, CSMS to station: the request."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    message: MessageInfoType


class SetDisplayMessageResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """SetDisplayMessage, CSMS to station: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    status: DisplayMessageStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
