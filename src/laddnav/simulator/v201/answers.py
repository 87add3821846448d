"""What a simulated OCPP 2.0.1 station answers: starting, stopping, service and triggers."""

from typing import Final

import msgspec

from laddnav.ocpp.action import Action, Version
from laddnav.ocpp.v201 import (
    authorization,
    availability,
    data_transfer,
    provisioning,
    remote_control,
    reservation,
    tariff_cost,
    transactions,
)
from laddnav.ocpp.v201.datatypes import EVSEType, IdTokenType
from laddnav.simulator.answering import Answers
from laddnav.simulator.commands import Commands, Triggered
from laddnav.simulator.connector import Connector, Reservation
from laddnav.simulator.story import Token
from laddnav.simulator.v201 import certificates, device_model, service, variables
from laddnav.simulator.v201.service import repeated, to_profile

ANSWERS: Final = Answers(Version.V201)
ANSWERS.include(service.ANSWERS, device_model.ANSWERS, certificates.ANSWERS)

_UNSUPPORTED = frozenset(
    {
        "SignV2GCertificate",
        "SignV2G20Certificate",
        "SignCombinedCertificate",
        "PublishFirmwareStatusNotification",
        "CustomTrigger",
    }
)


def answer(commands: Commands, action: Action, payload: msgspec.Raw) -> msgspec.Struct:
    """Answer one request of the server.

    Raises:
        RemoteProtocolError: It is unreadable or not supported.
    """
    return ANSWERS(commands, action, payload)


def to_token(token: IdTokenType) -> Token:
    """Return an idToken in words of our own."""
    return Token(token.id_token, token.type)


def places(commands: Commands, evse: EVSEType | None) -> list[Connector]:
    """Return the connectors that an EVSE field means; all where it is absent."""
    return commands.at(None) if evse is None else commands.at(evse.id, evse.connector_id)


@ANSWERS.to("RequestStartTransaction", remote_control.RequestStartTransactionRequest)
def request_start(
    commands: Commands, request: remote_control.RequestStartTransactionRequest
) -> remote_control.RequestStartTransactionResponse:
    """Start for a token (F01, F02)."""
    profile, group = request.charging_profile, request.group_id_token
    started = commands.remote_start(
        commands.at(request.evse_id),
        to_token(request.id_token),
        group=group.id_token if group is not None else None,
        remote_start_id=request.remote_start_id,
        profile=to_profile(profile, 0) if profile is not None else None,
    )
    return remote_control.RequestStartTransactionResponse(
        status="Accepted" if started.accepted else "Rejected", transaction_id=started.transaction_id
    )


@ANSWERS.to("RequestStopTransaction", remote_control.RequestStopTransactionRequest)
def request_stop(
    commands: Commands, request: remote_control.RequestStopTransactionRequest
) -> remote_control.RequestStopTransactionResponse:
    """Stop a transaction that runs (F03)."""
    stopped = commands.remote_stop(request.transaction_id)
    return remote_control.RequestStopTransactionResponse(
        status="Accepted" if stopped else "Rejected"
    )


@ANSWERS.to("Reset", provisioning.ResetRequest)
def reset(commands: Commands, request: provisioning.ResetRequest) -> provisioning.ResetResponse:
    """Restart the station (B11, B12); an EVSE by itself cannot be restarted."""
    if request.evse_id is not None:
        return provisioning.ResetResponse(status="Rejected")
    at_once = request.type == "Immediate"
    status = commands.reset(at_once=at_once, reason="ImmediateReset")
    return provisioning.ResetResponse(status=status)


@ANSWERS.to("UnlockConnector", remote_control.UnlockConnectorRequest)
def unlock(
    commands: Commands, request: remote_control.UnlockConnectorRequest
) -> remote_control.UnlockConnectorResponse:
    """Unlock a connector that nobody charges at (F05)."""
    found = commands.at(request.evse_id, request.connector_id) if request.evse_id > 0 else []
    if not found:
        return remote_control.UnlockConnectorResponse(status="UnknownConnector")
    fault = found[0].fault
    if fault is not None and fault.code == "ConnectorLockFailure":
        return remote_control.UnlockConnectorResponse(status="UnlockFailed")
    unlocked = commands.unlock(found[0], stops=False)
    return remote_control.UnlockConnectorResponse(
        status="Unlocked" if unlocked else "OngoingAuthorizedTransaction"
    )


@ANSWERS.to("ChangeAvailability", availability.ChangeAvailabilityRequest)
def change_availability(
    commands: Commands, request: availability.ChangeAvailabilityRequest
) -> availability.ChangeAvailabilityResponse:
    """Put the station, an EVSE or a connector into service or out of it (G03, G04)."""
    connectors = places(commands, request.evse)
    if not connectors:
        return availability.ChangeAvailabilityResponse(status="Rejected")
    operative = request.operational_status == "Operative"
    status = commands.serve(connectors, whole=request.evse is None, operative=operative)
    return availability.ChangeAvailabilityResponse(status=status)


@ANSWERS.to("TriggerMessage", remote_control.TriggerMessageRequest)
def trigger(
    commands: Commands, request: remote_control.TriggerMessageRequest
) -> remote_control.TriggerMessageResponse:
    """Send what is asked for, after the answer (F06)."""
    status = triggered(commands, request.requested_message, places(commands, request.evse))
    return remote_control.TriggerMessageResponse(status=status)


def triggered(commands: Commands, word: str, connectors: list[Connector]) -> Triggered:
    """Return the answer to a trigger, having set going what it asks for."""
    if word in _UNSUPPORTED:
        return "NotImplemented"
    if word == "SignChargingStationCertificate":
        return commands.request_certificate(variables.organization(commands))
    progress = repeated(commands, word)
    if progress is not None:
        return progress
    return commands.trigger(word, connectors) if connectors else "Rejected"


@ANSWERS.to("GetTransactionStatus", transactions.GetTransactionStatusRequest)
def get_transaction_status(
    commands: Commands, request: transactions.GetTransactionStatusRequest
) -> transactions.GetTransactionStatusResponse:
    """Tell whether a transaction runs and whether messages wait (E14)."""
    wanted = request.transaction_id
    return transactions.GetTransactionStatusResponse(
        ongoing_indicator=None if wanted is None else commands.running(wanted) is not None,
        messages_in_queue=commands.host.is_waiting(wanted),
    )


@ANSWERS.to("ReserveNow", reservation.ReserveNowRequest)
def reserve(
    commands: Commands, request: reservation.ReserveNowRequest
) -> reservation.ReserveNowResponse:
    """Promise an EVSE to a token (H01)."""
    kind, group = request.connector_type, request.group_id_token
    candidates = [each for each in commands.at(request.evse_id) if kind in (None, each.plan.kind)]
    promised = Reservation(
        request.id, to_token(request.id_token), group.id_token if group is not None else None
    )
    status = commands.reserve(candidates, promised, request.expiry_date_time)
    return reservation.ReserveNowResponse(status=status)


@ANSWERS.to("CancelReservation", reservation.CancelReservationRequest)
def cancel_reservation(
    commands: Commands, request: reservation.CancelReservationRequest
) -> reservation.CancelReservationResponse:
    """Drop a reservation (H02)."""
    dropped = commands.cancel(request.reservation_id)
    return reservation.CancelReservationResponse(status="Accepted" if dropped else "Rejected")


@ANSWERS.to("ClearCache", authorization.ClearCacheRequest)
def clear_cache(
    commands: Commands, _: authorization.ClearCacheRequest
) -> authorization.ClearCacheResponse:
    """Empty the cache (C11)."""
    commands.cards.forget()
    return authorization.ClearCacheResponse(status="Accepted")


@ANSWERS.to("CostUpdated", tariff_cost.CostUpdatedRequest)
def cost_updated(
    _: Commands, __: tariff_cost.CostUpdatedRequest
) -> tariff_cost.CostUpdatedResponse:
    """Take note of a running cost (I02)."""
    return tariff_cost.CostUpdatedResponse()


@ANSWERS.to("DataTransfer", data_transfer.DataTransferRequest)
def data_transfer_answer(
    commands: Commands, request: data_transfer.DataTransferRequest
) -> data_transfer.DataTransferResponse:
    """Give back what came from our own vendor; know no other (P01)."""
    if request.vendor_id != commands.plant.plan.vendor:
        return data_transfer.DataTransferResponse(status="UnknownVendorId")
    return data_transfer.DataTransferResponse(status="Accepted", data=request.data)
