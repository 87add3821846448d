# Generated from the official JSON schemas by `./dev codegen`: do not edit.
"""OCPP 2.1: messages of the block availability."""

from typing import Any, Literal

from msgspec import Struct, field

from laddnav.ocpp.limits import Moment, Natural64
from laddnav.ocpp.v21.datatypes import EVSEType, StatusInfoType

ChangeAvailabilityStatusEnumType = Literal["Accepted", "Rejected", "Scheduled"]

ConnectorStatusEnumType = Literal["Available", "Occupied", "Reserved", "Unavailable", "Faulted"]

OperationalStatusEnumType = Literal["Inoperative", "Operative"]


class ChangeAvailabilityRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ChangeAvailability, CSMS to station: the request."""

    evse: EVSEType | None = None
    operational_status: OperationalStatusEnumType = field(name="operationalStatus")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class ChangeAvailabilityResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ChangeAvailability, CSMS to station: the response."""

    status: ChangeAvailabilityStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class HeartbeatRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Heartbeat, station to CSMS: the request."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class HeartbeatResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Heartbeat, station to CSMS: the response."""

    current_time: Moment = field(name="currentTime")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class StatusNotificationRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """StatusNotification, station to CSMS: the request."""

    timestamp: Moment
    connector_status: ConnectorStatusEnumType = field(name="connectorStatus")
    evse_id: Natural64 = field(name="evseId")
    connector_id: Natural64 = field(name="connectorId")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class StatusNotificationResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """StatusNotification, station to CSMS: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
