# Generated from the official JSON schemas by `./dev codegen`: do not edit.
"""OCPP 1.6: messages of the block reservation."""

from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from laddnav.ocpp.limits import Int64, Moment

CancelReservationStatus = Literal["Accepted", "Rejected"]

ReservationStatus = Literal["Accepted", "Faulted", "Occupied", "Rejected", "Unavailable"]


class CancelReservationRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """CancelReservation, CSMS to station: the request."""

    reservation_id: Int64 = field(name="reservationId")


class CancelReservationResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """CancelReservation, CSMS to station: the response."""

    status: CancelReservationStatus


class ReserveNowRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ReserveNow, CSMS to station: the request."""

    connector_id: Int64 = field(name="connectorId")
    expiry_date: Moment = field(name="expiryDate")
    id_tag: Annotated[str, Meta(max_length=20)] = field(name="idTag")
    parent_id_tag: Annotated[str, Meta(max_length=20)] | None = field(
        default=None, name="parentIdTag"
    )
    reservation_id: Int64 = field(name="reservationId")


class ReserveNowResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ReserveNow, CSMS to station: the response."""

    status: ReservationStatus
