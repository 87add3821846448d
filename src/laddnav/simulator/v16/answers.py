"""What a simulated OCPP 1.6 station answers: starting, stopping, settings and service."""

from typing import Final

import msgspec

from laddnav.ocpp.action import Action, Version
from laddnav.ocpp.v16 import core, remote_trigger, reservation, security
from laddnav.simulator.answering import Answers
from laddnav.simulator.commands import Commands
from laddnav.simulator.connector import Connector, Reservation
from laddnav.simulator.story import Reason, Token
from laddnav.simulator.v16 import certificates, keys, service
from laddnav.simulator.v16.service import repeated, to_profile

ANSWERS: Final = Answers(Version.V16)
ANSWERS.include(service.ANSWERS, certificates.ANSWERS)

_MAX_KEYS: Final = 50


def answer(commands: Commands, action: Action, payload: msgspec.Raw) -> msgspec.Struct:
    """Answer one request of the server.

    Raises:
        RemoteProtocolError: It is unreadable or not supported.
    """
    return ANSWERS(commands, action, payload)


def places(commands: Commands, number: int | None) -> list[Connector]:
    """Return one connector, or all for 0 and None; nothing where there is no such one."""
    if not number:
        return list(commands.plant.connectors)
    connector = commands.number(number)
    return [] if connector is None else [connector]


@ANSWERS.to("RemoteStartTransaction", core.RemoteStartTransactionRequest)
def remote_start(
    commands: Commands, request: core.RemoteStartTransactionRequest
) -> core.RemoteStartTransactionResponse:
    """Start for a tag, at the connector named or at a fitting one."""
    started = commands.remote_start(
        places(commands, request.connector_id),
        Token(request.id_tag),
        profile=to_profile(request.charging_profile, 0) if request.charging_profile else None,
    )
    return core.RemoteStartTransactionResponse(
        status="Accepted" if started.accepted else "Rejected"
    )


@ANSWERS.to("RemoteStopTransaction", core.RemoteStopTransactionRequest)
def remote_stop(
    commands: Commands, request: core.RemoteStopTransactionRequest
) -> core.RemoteStopTransactionResponse:
    """Stop a transaction that runs."""
    stopped = commands.remote_stop(request.transaction_id)
    return core.RemoteStopTransactionResponse(status="Accepted" if stopped else "Rejected")


@ANSWERS.to("Reset", core.ResetRequest)
def reset(commands: Commands, request: core.ResetRequest) -> core.ResetResponse:
    """Restart; transactions are stopped first, with the reason of the kind of reset."""
    reason: Reason = "ImmediateReset" if request.type == "Hard" else "SoftReset"
    commands.reset(at_once=True, reason=reason)
    return core.ResetResponse(status="Accepted")


@ANSWERS.to("UnlockConnector", core.UnlockConnectorRequest)
def unlock(
    commands: Commands, request: core.UnlockConnectorRequest
) -> core.UnlockConnectorResponse:
    """Unlock; a transaction there is stopped. An unknown connector: errata 3.87."""
    connector = commands.number(request.connector_id)
    if connector is None:
        return core.UnlockConnectorResponse(status="NotSupported")
    if connector.fault is not None and connector.fault.code == "ConnectorLockFailure":
        return core.UnlockConnectorResponse(status="UnlockFailed")
    commands.unlock(connector, stops=True)
    return core.UnlockConnectorResponse(status="Unlocked")


@ANSWERS.to("ChangeAvailability", core.ChangeAvailabilityRequest)
def change_availability(
    commands: Commands, request: core.ChangeAvailabilityRequest
) -> core.ChangeAvailabilityResponse:
    """Put a connector, or with 0 all of the station, into service or out of it."""
    connectors = places(commands, request.connector_id)
    if not connectors:
        return core.ChangeAvailabilityResponse(status="Rejected")
    status = commands.serve(
        connectors, whole=request.connector_id == 0, operative=request.type == "Operative"
    )
    return core.ChangeAvailabilityResponse(status=status)


@ANSWERS.to("ChangeConfiguration", core.ChangeConfigurationRequest)
def change_configuration(
    commands: Commands, request: core.ChangeConfigurationRequest
) -> core.ChangeConfigurationResponse:
    """Set one key."""
    if request.key.casefold() == keys.PASSWORD.casefold():
        password = keys.password_from_hex(request.value)
        if password is None:
            return core.ChangeConfigurationResponse(status="Rejected")
        commands.host.set_password(password)
        return core.ChangeConfigurationResponse(status="Accepted")
    name = keys.find(request.key)
    if name is None:
        return core.ChangeConfigurationResponse(status="NotSupported")
    if name == keys.PROFILE:
        changed = certificates.raise_profile(commands, request.value)
    else:
        changed = keys.write(commands, name, request.value)
    return core.ChangeConfigurationResponse(status="Accepted" if changed else "Rejected")


@ANSWERS.to("GetConfiguration", core.GetConfigurationRequest)
def get_configuration(
    commands: Commands, request: core.GetConfigurationRequest
) -> core.GetConfigurationResponse:
    """Tell the keys asked for, or all of them."""
    asked = request.key or (*keys.KEYS, keys.NUMBER_OF_CONNECTORS)
    known = [name for key in asked[:_MAX_KEYS] if (name := keys.find(key)) is not None]
    told = [(name, *keys.read(commands, name)) for name in known]
    return core.GetConfigurationResponse(
        configuration_key=tuple(
            core.KeyValue(key=name, readonly=fixed, value=text) for name, text, fixed in told
        ),
        unknown_key=tuple(key for key in asked if keys.find(key) is None) or None,
    )


@ANSWERS.to("ClearCache", core.ClearCacheRequest)
def clear_cache(commands: Commands, _: core.ClearCacheRequest) -> core.ClearCacheResponse:
    """Empty the cache."""
    commands.cards.forget()
    return core.ClearCacheResponse(status="Accepted")


@ANSWERS.to("DataTransfer", core.DataTransferRequest)
def data_transfer(
    commands: Commands, request: core.DataTransferRequest
) -> core.DataTransferResponse:
    """Give back what came from our own vendor; know no other."""
    if request.vendor_id != commands.plant.plan.vendor:
        return core.DataTransferResponse(status="UnknownVendorId")
    return core.DataTransferResponse(status="Accepted", data=request.data)


@ANSWERS.to("TriggerMessage", remote_trigger.TriggerMessageRequest)
def trigger(
    commands: Commands, request: remote_trigger.TriggerMessageRequest
) -> remote_trigger.TriggerMessageResponse:
    """Send what is asked for, after the answer."""
    connectors = places(commands, request.connector_id)
    status = repeated(commands, request.requested_message)
    if status is None and connectors:
        status = commands.trigger(request.requested_message, connectors)
    return remote_trigger.TriggerMessageResponse(status=status or "Rejected")


@ANSWERS.to("ExtendedTriggerMessage", security.ExtendedTriggerMessageRequest)
def extended_trigger(
    commands: Commands, request: security.ExtendedTriggerMessageRequest
) -> security.ExtendedTriggerMessageResponse:
    """As TriggerMessage; a certificate is asked for where there is a place to keep it."""
    connectors = places(commands, request.connector_id)
    if request.requested_message == "SignChargePointCertificate":
        organization, _ = keys.read(commands, keys.ORGANIZATION)
        asked = commands.request_certificate(organization)
        return security.ExtendedTriggerMessageResponse(status=asked)
    status = repeated(commands, request.requested_message)
    if status is None and connectors:
        status = commands.trigger(request.requested_message, connectors)
    return security.ExtendedTriggerMessageResponse(status=status or "Rejected")


@ANSWERS.to("ReserveNow", reservation.ReserveNowRequest)
def reserve(
    commands: Commands, request: reservation.ReserveNowRequest
) -> reservation.ReserveNowResponse:
    """Promise a connector to a tag."""
    promised = Reservation(request.reservation_id, Token(request.id_tag), request.parent_id_tag)
    connectors = places(commands, request.connector_id)
    status = commands.reserve(connectors, promised, request.expiry_date)
    return reservation.ReserveNowResponse(status=status)


@ANSWERS.to("CancelReservation", reservation.CancelReservationRequest)
def cancel_reservation(
    commands: Commands, request: reservation.CancelReservationRequest
) -> reservation.CancelReservationResponse:
    """Drop a reservation."""
    dropped = commands.cancel(request.reservation_id)
    return reservation.CancelReservationResponse(status="Accepted" if dropped else "Rejected")
