# Generated from the official JSON schemas by `./dev codegen`: do not edit.
"""OCPP 2.0.1: messages of the block reservation."""

from typing import Any, Literal

from msgspec import Struct, field

from laddnav.ocpp.limits import Int64, Moment
from laddnav.ocpp.v201.datatypes import IdTokenType, StatusInfoType

CancelReservationStatusEnumType = Literal["Accepted", "Rejected"]

ConnectorEnumType = Literal[
    "cCCS1",
    "cCCS2",
    "cG105",
    "cTesla",
    "cType1",
    "cType2",
    "s309-1P-16A",
    "s309-1P-32A",
    "s309-3P-16A",
    "s309-3P-32A",
    "sBS1361",
    "sCEE-7-7",
    "sType2",
    "sType3",
    "Other1PhMax16A",
    "Other1PhOver16A",
    "Other3Ph",
    "Pan",
    "wInductive",
    "wResonant",
    "Undetermined",
    "Unknown",
]

ReservationUpdateStatusEnumType = Literal["Expired", "Removed"]

ReserveNowStatusEnumType = Literal["Accepted", "Faulted", "Occupied", "Rejected", "Unavailable"]


class CancelReservationRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """CancelReservation, CSMS to station: the request."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    reservation_id: Int64 = field(name="reservationId")


class CancelReservationResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """CancelReservation, CSMS to station: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    status: CancelReservationStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")


class ReservationStatusUpdateRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ReservationStatusUpdate, station to CSMS: the request."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    reservation_id: Int64 = field(name="reservationId")
    reservation_update_status: ReservationUpdateStatusEnumType = field(
        name="reservationUpdateStatus"
    )


class ReservationStatusUpdateResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ReservationStatusUpdate, station to CSMS: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class ReserveNowRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ReserveNow, CSMS to station: the request."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    id: Int64
    expiry_date_time: Moment = field(name="expiryDateTime")
    connector_type: ConnectorEnumType | None = field(default=None, name="connectorType")
    id_token: IdTokenType = field(name="idToken")
    evse_id: Int64 | None = field(default=None, name="evseId")
    group_id_token: IdTokenType | None = field(default=None, name="groupIdToken")


class ReserveNowResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ReserveNow, CSMS to station: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    status: ReserveNowStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
