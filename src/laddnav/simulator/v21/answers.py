"""What a simulated OCPP 2.1 station answers otherwise than one of 2.0.1."""

from typing import Final

import msgspec

from laddnav.ocpp.action import Action, Version
from laddnav.ocpp.v21 import provisioning, remote_control, reservation, security, smart_charging
from laddnav.ocpp.v21.datatypes import ChargingProfileType, IdTokenType, StatusInfoType
from laddnav.ocpp.v201 import datatypes as v201_datatypes
from laddnav.ocpp.v201.smart_charging import SetChargingProfileRequest
from laddnav.simulator.answering import Answers
from laddnav.simulator.certificates import take, vault_of
from laddnav.simulator.commands import Commands
from laddnav.simulator.connector import Reservation
from laddnav.simulator.profiles import Profile
from laddnav.simulator.routes import Route
from laddnav.simulator.story import Token
from laddnav.simulator.v201.answers import answer as answer_as_v201
from laddnav.simulator.v201.answers import triggered
from laddnav.simulator.v201.certificates import put_route
from laddnav.simulator.v201.service import set_charging_profile, to_profile

ANSWERS: Final = Answers(Version.V21)


def answer(commands: Commands, action: Action, payload: msgspec.Raw) -> msgspec.Struct:
    """Answer one request of the server.

    Raises:
        RemoteProtocolError: It is unreadable or not supported.
    """
    if action.name in ANSWERS:
        return ANSWERS(commands, action, payload)
    return answer_as_v201(commands, action, payload)


def _to_token(token: IdTokenType) -> Token:
    return Token(token.id_token, token.type)


def _to_old_profile(profile: ChargingProfileType) -> v201_datatypes.ChargingProfileType | None:
    """Return a profile as 2.0.1 would have it, or None where it says more than 2.0.1 can."""
    try:
        return msgspec.convert(profile, v201_datatypes.ChargingProfileType, from_attributes=True)
    except msgspec.ValidationError:
        return None


@ANSWERS.to("Reset", provisioning.ResetRequest)
def reset(commands: Commands, request: provisioning.ResetRequest) -> provisioning.ResetResponse:
    """Restart; transactions are not resumed, since ResumptionTimeout is 0 (B13)."""
    if request.evse_id is not None or request.type == "ImmediateAndResume":
        return provisioning.ResetResponse(status="Rejected")
    at_once = request.type == "Immediate"
    status = commands.reset(at_once=at_once, reason="ImmediateReset")
    return provisioning.ResetResponse(status=status)


@ANSWERS.to("SetNetworkProfile", provisioning.SetNetworkProfileRequest)
def set_network_profile(
    commands: Commands, request: provisioning.SetNetworkProfileRequest
) -> provisioning.SetNetworkProfileResponse:
    """Keep a network profile, with a password of its own where it has one (B09.FR.14)."""
    data = request.connection_data
    route = Route(
        url=data.ocpp_csms_url, profile=data.security_profile, password=data.basic_auth_password
    )
    flaw = put_route(commands, request.configuration_slot, route)
    if flaw is None:
        return provisioning.SetNetworkProfileResponse(status="Accepted")
    info = StatusInfoType(reason_code=flaw)
    return provisioning.SetNetworkProfileResponse(status="Rejected", status_info=info)


@ANSWERS.to("CertificateSigned", security.CertificateSignedRequest)
def certificate_signed(
    commands: Commands, request: security.CertificateSignedRequest
) -> security.CertificateSignedResponse:
    """Take a certificate, if it belongs to the last request (A02.FR.25)."""
    is_ours = request.request_id == vault_of(commands).requested
    taken = is_ours and take(commands, request.certificate_chain)
    return security.CertificateSignedResponse(status="Accepted" if taken else "Rejected")


@ANSWERS.to("TriggerMessage", remote_control.TriggerMessageRequest)
def trigger(
    commands: Commands, request: remote_control.TriggerMessageRequest
) -> remote_control.TriggerMessageResponse:
    """Send what is asked for, after the answer (F06)."""
    evse = request.evse
    connectors = commands.at(None) if evse is None else commands.at(evse.id, evse.connector_id)
    status = triggered(commands, request.requested_message, connectors)
    return remote_control.TriggerMessageResponse(status=status)


@ANSWERS.to("RequestStartTransaction", remote_control.RequestStartTransactionRequest)
def request_start(
    commands: Commands, request: remote_control.RequestStartTransactionRequest
) -> remote_control.RequestStartTransactionResponse:
    """Start for a token of any type (F01, F02)."""
    group = request.group_id_token
    profile: Profile | None = None
    if request.charging_profile is not None:
        old = _to_old_profile(request.charging_profile)
        if old is None:
            return remote_control.RequestStartTransactionResponse(
                status="Rejected", status_info=StatusInfoType(reason_code="InvalidProfile")
            )
        profile = to_profile(old, 0)
    started = commands.remote_start(
        commands.at(request.evse_id),
        _to_token(request.id_token),
        group=group.id_token if group is not None else None,
        remote_start_id=request.remote_start_id,
        profile=profile,
    )
    return remote_control.RequestStartTransactionResponse(
        status="Accepted" if started.accepted else "Rejected", transaction_id=started.transaction_id
    )


@ANSWERS.to("ReserveNow", reservation.ReserveNowRequest)
def reserve(
    commands: Commands, request: reservation.ReserveNowRequest
) -> reservation.ReserveNowResponse:
    """Promise an EVSE to a token (H01)."""
    kind, group = request.connector_type, request.group_id_token
    candidates = [each for each in commands.at(request.evse_id) if kind in (None, each.plan.kind)]
    promised = Reservation(
        request.id, _to_token(request.id_token), group.id_token if group is not None else None
    )
    status = commands.reserve(candidates, promised, request.expiry_date_time)
    return reservation.ReserveNowResponse(status=status)


@ANSWERS.to("SetChargingProfile", smart_charging.SetChargingProfileRequest)
def set_profile(
    commands: Commands, request: smart_charging.SetChargingProfileRequest
) -> msgspec.Struct:
    """Keep a profile of the kinds that 2.0.1 knows (K01)."""
    old = _to_old_profile(request.charging_profile)
    if old is None:
        return smart_charging.SetChargingProfileResponse(
            status="Rejected", status_info=StatusInfoType(reason_code="UnsupportedPurpose")
        )
    return set_charging_profile(
        commands, SetChargingProfileRequest(evse_id=request.evse_id, charging_profile=old)
    )
