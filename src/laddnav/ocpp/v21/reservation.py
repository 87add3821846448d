# Generated from the official JSON schemas by `./dev codegen`: do not edit.
"""OCPP 2.1: messages of the block reservation."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

from laddnav.ocpp.limits import Moment, Natural64
from laddnav.ocpp.v21.datatypes import IdTokenType, StatusInfoType

CancelReservationStatusEnumType = Literal["Accepted", "Rejected"]

ReservationUpdateStatusEnumType = Literal["Expired", "Removed", "NoTransaction"]

ReserveNowStatusEnumType = Literal["Accepted", "Faulted", "Occupied", "Rejected", "Unavailable"]


class CancelReservationRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """CancelReservation, CSMS to station: the request."""

    reservation_id: Natural64 = field(name="reservationId")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class CancelReservationResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """CancelReservation, CSMS to station: the response."""

    status: CancelReservationStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class ReservationStatusUpdateRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ReservationStatusUpdate, station to CSMS: the request."""

    reservation_id: Natural64 = field(name="reservationId")
    reservation_update_status: ReservationUpdateStatusEnumType = field(
        name="reservationUpdateStatus"
    )
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class ReservationStatusUpdateResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ReservationStatusUpdate, station to CSMS: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class ReserveNowRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ReserveNow, CSMS to station: the request."""

    id: Natural64
    expiry_date_time: Moment = field(name="expiryDateTime")
    connector_type: Annotated[str, Meta(max_length=20)] | None = field(
        default=None, name="connectorType"
    )
    id_token: IdTokenType = field(name="idToken")
    evse_id: Natural64 | None = field(default=None, name="evseId")
    group_id_token: IdTokenType | None = field(default=None, name="groupIdToken")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class ReserveNowResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ReserveNow, CSMS to station: the response."""

    status: ReserveNowStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")
