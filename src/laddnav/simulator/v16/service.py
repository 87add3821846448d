"""What a simulated OCPP 1.6 station answers: lists, profiles, firmware and logs."""

from collections.abc import Mapping
from typing import Final

from laddnav.ocpp.action import Version
from laddnav.ocpp.v16 import firmware, local_list, security, smart_charging
from laddnav.ocpp.v16.datatypes import (
    ChargingProfile,
    ChargingProfilePurposeType,
    ChargingSchedule,
    ChargingSchedulePeriod,
)
from laddnav.simulator.answering import Answers
from laddnav.simulator.commands import Commands, Triggered
from laddnav.simulator.profiles import Period, Profile, Purpose, from_mw
from laddnav.simulator.story import Verdict

ANSWERS: Final = Answers(Version.V16)

_DIAGNOSTICS: Final = "DiagnosticsStatusNotification"
_FIRMWARE: Final = "FirmwareStatusNotification"
_SIGNED_FIRMWARE: Final = "SignedFirmwareStatusNotification"
_LOG: Final = "LogStatusNotification"
_PURPOSES: Final[Mapping[ChargingProfilePurposeType, Purpose]] = {
    "ChargePointMaxProfile": "station",
    "TxDefaultProfile": "default",
    "TxProfile": "transaction",
}
_FIRMWARE_STEPS: Final[tuple[firmware.FirmwareStatus, ...]] = (
    "Downloading",
    "Downloaded",
    "Installing",
    "Installed",
)
_SIGNED_STEPS: Final[tuple[security.FirmwareStatusEnumType, ...]] = (
    "Downloading",
    "Downloaded",
    "SignatureVerified",
    "Installing",
    "Installed",
)


def repeated(commands: Commands, word: str) -> Triggered | None:
    """Answer a trigger for the progress of something; None where `word` asks for other things."""
    if word == _DIAGNOSTICS:
        return commands.repeat(word, firmware.DiagnosticsStatusNotificationRequest(status="Idle"))
    if word == _FIRMWARE:
        return commands.repeat(word, firmware.FirmwareStatusNotificationRequest(status="Idle"))
    if word == _LOG:
        return commands.repeat(word, security.LogStatusNotificationRequest(status="Idle"))
    return None


@ANSWERS.to("GetDiagnostics", firmware.GetDiagnosticsRequest)
def get_diagnostics(
    commands: Commands, _: firmware.GetDiagnosticsRequest
) -> firmware.GetDiagnosticsResponse:
    """Pretend to upload a file."""
    commands.progress(
        _DIAGNOSTICS,
        (
            firmware.DiagnosticsStatusNotificationRequest(status="Uploading"),
            firmware.DiagnosticsStatusNotificationRequest(status="Uploaded"),
        ),
    )
    return firmware.GetDiagnosticsResponse(file_name="diagnostics.log")


@ANSWERS.to("GetLog", security.GetLogRequest)
def get_log(commands: Commands, request: security.GetLogRequest) -> security.GetLogResponse:
    """Pretend to upload a log."""
    number = request.request_id
    commands.progress(
        _LOG,
        (
            security.LogStatusNotificationRequest(status="Uploading", request_id=number),
            security.LogStatusNotificationRequest(status="Uploaded", request_id=number),
        ),
    )
    return security.GetLogResponse(status="Accepted", filename="station.log")


@ANSWERS.to("UpdateFirmware", firmware.UpdateFirmwareRequest)
def update_firmware(
    commands: Commands, _: firmware.UpdateFirmwareRequest
) -> firmware.UpdateFirmwareResponse:
    """Pretend to install firmware."""
    steps = [firmware.FirmwareStatusNotificationRequest(status=word) for word in _FIRMWARE_STEPS]
    commands.progress(_FIRMWARE, steps)
    return firmware.UpdateFirmwareResponse()


@ANSWERS.to("SignedUpdateFirmware", security.SignedUpdateFirmwareRequest)
def update_signed_firmware(
    commands: Commands, request: security.SignedUpdateFirmwareRequest
) -> security.SignedUpdateFirmwareResponse:
    """Pretend to install signed firmware."""
    steps = [
        security.SignedFirmwareStatusNotificationRequest(status=word, request_id=request.request_id)
        for word in _SIGNED_STEPS
    ]
    commands.progress(_SIGNED_FIRMWARE, steps)
    return security.SignedUpdateFirmwareResponse(status="Accepted")


@ANSWERS.to("GetLocalListVersion", local_list.GetLocalListVersionRequest)
def get_local_list_version(
    commands: Commands, _: local_list.GetLocalListVersionRequest
) -> local_list.GetLocalListVersionResponse:
    """Tell the version of the local list."""
    return local_list.GetLocalListVersionResponse(list_version=commands.cards.version)


@ANSWERS.to("SendLocalList", local_list.SendLocalListRequest)
def send_local_list(
    commands: Commands, request: local_list.SendLocalListRequest
) -> local_list.SendLocalListResponse:
    """Replace or change the local list."""
    listed: dict[str, Verdict] = {}
    gone: list[str] = []
    for each in request.local_authorization_list or ():
        if each.id_tag_info is None:
            gone.append(each.id_tag)
        else:
            info = each.id_tag_info
            listed[each.id_tag] = Verdict(info.status, info.parent_id_tag)
    if request.update_type == "Full":
        commands.cards.replace(request.list_version, listed)
    elif not commands.cards.change(request.list_version, listed, gone):
        return local_list.SendLocalListResponse(status="VersionMismatch")
    return local_list.SendLocalListResponse(status="Accepted")


def to_profile(profile: ChargingProfile, number: int) -> Profile:
    """Return a charging profile in words of our own, for a connector (0: all)."""
    schedule = profile.charging_schedule
    return Profile(
        id=profile.charging_profile_id,
        number=number,
        stack_level=profile.stack_level,
        purpose=_PURPOSES[profile.charging_profile_purpose],
        unit=schedule.charging_rate_unit,
        periods=tuple(
            Period(period.start_period, period.limit)
            for period in schedule.charging_schedule_period
        ),
        relative=profile.charging_profile_kind == "Relative",
        recurrency=profile.recurrency_kind,
        start=schedule.start_schedule,
        duration_s=schedule.duration,
        valid_from=profile.valid_from,
        valid_to=profile.valid_to,
    )


@ANSWERS.to("SetChargingProfile", smart_charging.SetChargingProfileRequest)
def set_charging_profile(
    commands: Commands, request: smart_charging.SetChargingProfileRequest
) -> smart_charging.SetChargingProfileResponse:
    """Keep a profile; one for a transaction needs that transaction to run."""
    number = request.connector_id
    profile = to_profile(request.cs_charging_profiles, number)
    connector = commands.number(number)
    fits = number == 0 if profile.purpose == "station" else number == 0 or connector is not None
    if profile.purpose == "transaction":
        fits = connector is not None and connector.transaction is not None
    if not fits:
        return smart_charging.SetChargingProfileResponse(status="Rejected")
    commands.set_profile(profile)
    return smart_charging.SetChargingProfileResponse(status="Accepted")


@ANSWERS.to("ClearChargingProfile", smart_charging.ClearChargingProfileRequest)
def clear_charging_profile(
    commands: Commands, request: smart_charging.ClearChargingProfileRequest
) -> smart_charging.ClearChargingProfileResponse:
    """Drop profiles: by their id, or by all that is given (errata 3.25)."""
    purpose = request.charging_profile_purpose
    cleared = commands.profiles.clear(
        profile_id=request.id,
        number=request.connector_id,
        purpose=_PURPOSES[purpose] if purpose is not None else None,
        stack_level=request.stack_level,
    )
    return smart_charging.ClearChargingProfileResponse(status="Accepted" if cleared else "Unknown")


@ANSWERS.to("GetCompositeSchedule", smart_charging.GetCompositeScheduleRequest)
def get_composite_schedule(
    commands: Commands, request: smart_charging.GetCompositeScheduleRequest
) -> smart_charging.GetCompositeScheduleResponse:
    """Tell what all profiles together allow from now on."""
    connector = commands.number(request.connector_id)
    if connector is None:
        return smart_charging.GetCompositeScheduleResponse(status="Rejected")
    unit = request.charging_rate_unit or "A"
    now = commands.plant.now()
    periods = commands.profiles.composite(connector, now, request.duration)
    return smart_charging.GetCompositeScheduleResponse(
        status="Accepted",
        connector_id=connector.number,
        schedule_start=now,
        charging_schedule=ChargingSchedule(
            duration=request.duration,
            charging_rate_unit=unit,
            charging_schedule_period=tuple(
                ChargingSchedulePeriod(start_period=at, limit=from_mw(limit, unit, connector))
                for at, limit in periods
            ),
        ),
    )
