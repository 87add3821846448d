# Generated from the official JSON schemas by `./dev codegen`: do not edit.
"""OCPP 2.1: messages of the block display."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

from laddnav.ocpp.limits import Int64, Moment, Natural64
from laddnav.ocpp.v21.datatypes import ComponentType, MessageContentType, StatusInfoType

ClearMessageStatusEnumType = Literal["Accepted", "Unknown", "Rejected"]

DisplayMessageStatusEnumType = Literal[
    "Accepted",
    "NotSupportedMessageFormat",
    "Rejected",
    "NotSupportedPriority",
    "NotSupportedState",
    "UnknownTransaction",
    "LanguageNotSupported",
]

GetDisplayMessagesStatusEnumType = Literal["Accepted", "Unknown"]

MessagePriorityEnumType = Literal["AlwaysFront", "InFront", "NormalCycle"]

MessageStateEnumType = Literal[
    "Charging", "Faulted", "Idle", "Unavailable", "Suspended", "Discharging"
]


class MessageInfoType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of NotifyDisplayMessages and SetDisplayMessage."""

    display: ComponentType | None = None
    id: Natural64
    priority: MessagePriorityEnumType
    state: MessageStateEnumType | None = None
    start_date_time: Moment | None = field(default=None, name="startDateTime")
    end_date_time: Moment | None = field(default=None, name="endDateTime")
    transaction_id: Annotated[str, Meta(max_length=36)] | None = field(
        default=None, name="transactionId"
    )
    message: MessageContentType
    message_extra: (
        Annotated[tuple[MessageContentType, ...], Meta(min_length=1, max_length=4)] | None
    ) = field(default=None, name="messageExtra")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class ClearDisplayMessageRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ClearDisplayMessage, CSMS to station: the request."""

    id: Natural64
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class ClearDisplayMessageResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ClearDisplayMessage, CSMS to station: the response."""

    status: ClearMessageStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class GetDisplayMessagesRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GetDisplayMessages, CSMS to station: the request."""

    id: Annotated[tuple[Natural64, ...], Meta(min_length=1)] | None = None
    request_id: Int64 = field(name="requestId")
    priority: MessagePriorityEnumType | None = None
    state: MessageStateEnumType | None = None
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class GetDisplayMessagesResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GetDisplayMessages, CSMS to station: the response."""

    status: GetDisplayMessagesStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class NotifyDisplayMessagesRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """NotifyDisplayMessages, station to CSMS: the request."""

    message_info: Annotated[tuple[MessageInfoType, ...], Meta(min_length=1)] | None = field(
        default=None, name="messageInfo"
    )
    request_id: Int64 = field(name="requestId")
    tbc: bool | None = None
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class NotifyDisplayMessagesResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """NotifyDisplayMessages, station to CSMS: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class SetDisplayMessageRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """SetDisplayMessage, CSMS to station: the request."""

    message: MessageInfoType
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class SetDisplayMessageResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """SetDisplayMessage, CSMS to station: the response."""

    status: DisplayMessageStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")
