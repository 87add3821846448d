# Generated from the official JSON schemas by `./dev codegen`: do not edit.
"""OCPP 2.0.1: messages of the block availability."""

from typing import Any, Literal

from msgspec import Struct, field

from laddnav.ocpp.limits import Int64, Moment
from laddnav.ocpp.v201.datatypes import EVSEType, StatusInfoType

ChangeAvailabilityStatusEnumType = Literal["Accepted", "Rejected", "Scheduled"]

ConnectorStatusEnumType = Literal["Available", "Occupied", "Reserved", "Unavailable", "Faulted"]

OperationalStatusEnumType = Literal["Inoperative", "Operative"]


class ChangeAvailabilityRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ChangeAvailability, CSMS to station: the request."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    evse: EVSEType | None = None
    operational_status: OperationalStatusEnumType = field(name="operationalStatus")


class ChangeAvailabilityResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ChangeAvailability, CSMS to station: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    status: ChangeAvailabilityStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")


class HeartbeatRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Heartbeat, station to CSMS: the request."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class HeartbeatResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Heartbeat, station to CSMS: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    current_time: Moment = field(name="currentTime")


class StatusNotificationRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """StatusNotification, station to CSMS: the request."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    timestamp: Moment
    connector_status: ConnectorStatusEnumType = field(name="connectorStatus")
    evse_id: Int64 = field(name="evseId")
    connector_id: Int64 = field(name="connectorId")


class StatusNotificationResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """StatusNotification, station to CSMS: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
