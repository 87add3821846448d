"""What a simulated OCPP 2.0.1 station answers: lists, profiles, firmware and logs."""

from collections.abc import Mapping
from typing import Final

from laddnav.ocpp.action import Version
from laddnav.ocpp.v201 import diagnostics, firmware, local_list, smart_charging
from laddnav.ocpp.v201.datatypes import (
    ChargingProfilePurposeEnumType,
    ChargingProfileType,
    ChargingSchedulePeriodType,
)
from laddnav.simulator.answering import Answers
from laddnav.simulator.commands import Commands, Triggered
from laddnav.simulator.profiles import Period, Profile, Purpose, from_mw
from laddnav.simulator.story import Verdict

ANSWERS: Final = Answers(Version.V201)

_FIRMWARE: Final = "FirmwareStatusNotification"
_LOG: Final = "LogStatusNotification"
_PURPOSES: Final[Mapping[ChargingProfilePurposeEnumType, Purpose]] = {
    "ChargingStationExternalConstraints": "external",
    "ChargingStationMaxProfile": "station",
    "TxDefaultProfile": "default",
    "TxProfile": "transaction",
}
_FIRMWARE_STEPS: Final[tuple[firmware.FirmwareStatusEnumType, ...]] = (
    "Downloading",
    "Downloaded",
    "Installing",
    "Installed",
)
_LOG_STEPS: Final[tuple[diagnostics.UploadLogStatusEnumType, ...]] = ("Uploading", "Uploaded")


def repeated(commands: Commands, word: str) -> Triggered | None:
    """Answer a trigger for the progress of something; None where `word` asks for other things."""
    if word == _FIRMWARE:
        return commands.repeat(word, firmware.FirmwareStatusNotificationRequest(status="Idle"))
    if word == _LOG:
        return commands.repeat(word, diagnostics.LogStatusNotificationRequest(status="Idle"))
    return None


@ANSWERS.to("GetLog", diagnostics.GetLogRequest)
def get_log(commands: Commands, request: diagnostics.GetLogRequest) -> diagnostics.GetLogResponse:
    """Pretend to upload a log (N01)."""
    number = request.request_id
    steps = [
        diagnostics.LogStatusNotificationRequest(status=word, request_id=number)
        for word in _LOG_STEPS
    ]
    commands.progress(_LOG, steps)
    return diagnostics.GetLogResponse(status="Accepted", filename="station.log")


@ANSWERS.to("UpdateFirmware", firmware.UpdateFirmwareRequest)
def update_firmware(
    commands: Commands, request: firmware.UpdateFirmwareRequest
) -> firmware.UpdateFirmwareResponse:
    """Pretend to install firmware (L01, L02)."""
    number = request.request_id
    steps = [
        firmware.FirmwareStatusNotificationRequest(status=word, request_id=number)
        for word in _FIRMWARE_STEPS
    ]
    commands.progress(_FIRMWARE, steps)
    return firmware.UpdateFirmwareResponse(status="Accepted")


@ANSWERS.to("GetLocalListVersion", local_list.GetLocalListVersionRequest)
def get_local_list_version(
    commands: Commands, _: local_list.GetLocalListVersionRequest
) -> local_list.GetLocalListVersionResponse:
    """Tell the version of the local list (D02)."""
    return local_list.GetLocalListVersionResponse(version_number=commands.cards.version)


@ANSWERS.to("SendLocalList", local_list.SendLocalListRequest)
def send_local_list(
    commands: Commands, request: local_list.SendLocalListRequest
) -> local_list.SendLocalListResponse:
    """Replace or change the local list (D01)."""
    listed: dict[str, Verdict] = {}
    gone: list[str] = []
    for each in request.local_authorization_list or ():
        info = each.id_token_info
        if info is None:
            gone.append(each.id_token.id_token)
        else:
            group = info.group_id_token
            listed[each.id_token.id_token] = Verdict(
                info.status, group.id_token if group is not None else None
            )
    if request.update_type == "Full":
        commands.cards.replace(request.version_number, listed)
    elif not commands.cards.change(request.version_number, listed, gone):
        return local_list.SendLocalListResponse(status="VersionMismatch")
    return local_list.SendLocalListResponse(status="Accepted")


def to_profile(profile: ChargingProfileType, number: int) -> Profile:
    """Return a charging profile in words of our own, for a connector (0: all)."""
    schedule = profile.charging_schedule[0]
    return Profile(
        id=profile.id,
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
        transaction_id=profile.transaction_id,
    )


@ANSWERS.to("SetChargingProfile", smart_charging.SetChargingProfileRequest)
def set_charging_profile(
    commands: Commands, request: smart_charging.SetChargingProfileRequest
) -> smart_charging.SetChargingProfileResponse:
    """Keep a profile (K01); one for a transaction needs that transaction to run."""
    connectors = commands.at(request.evse_id)
    profile = to_profile(request.charging_profile, 0)
    if profile.purpose == "transaction":
        wanted = profile.transaction_id
        running = commands.running(wanted) if wanted is not None else None
        connectors = [running] if running in connectors and running is not None else []
    if not connectors:
        return smart_charging.SetChargingProfileResponse(status="Rejected")
    number = connectors[0].number if request.evse_id else 0
    commands.set_profile(to_profile(request.charging_profile, number))
    return smart_charging.SetChargingProfileResponse(status="Accepted")


@ANSWERS.to("ClearChargingProfile", smart_charging.ClearChargingProfileRequest)
def clear_charging_profile(
    commands: Commands, request: smart_charging.ClearChargingProfileRequest
) -> smart_charging.ClearChargingProfileResponse:
    """Drop profiles by their id, or by all that is given (K10)."""
    given = request.charging_profile_criteria or smart_charging.ClearChargingProfileType()
    found = commands.at(given.evse_id) if given.evse_id else []
    purpose = given.charging_profile_purpose
    cleared = commands.profiles.clear(
        profile_id=request.charging_profile_id,
        number=found[0].number if found else given.evse_id,
        purpose=_PURPOSES[purpose] if purpose is not None else None,
        stack_level=given.stack_level,
    )
    return smart_charging.ClearChargingProfileResponse(status="Accepted" if cleared else "Unknown")


@ANSWERS.to("GetCompositeSchedule", smart_charging.GetCompositeScheduleRequest)
def get_composite_schedule(
    commands: Commands, request: smart_charging.GetCompositeScheduleRequest
) -> smart_charging.GetCompositeScheduleResponse:
    """Tell what all profiles together allow from now on (K08)."""
    found = commands.at(request.evse_id) if request.evse_id else []
    if not found:
        return smart_charging.GetCompositeScheduleResponse(status="Rejected")
    unit, now = request.charging_rate_unit or "A", commands.plant.now()
    periods = commands.profiles.composite(found[0], now, request.duration)
    schedule = smart_charging.CompositeScheduleType(
        evse_id=request.evse_id,
        duration=request.duration,
        schedule_start=now,
        charging_rate_unit=unit,
        charging_schedule_period=tuple(
            ChargingSchedulePeriodType(start_period=at, limit=from_mw(limit, unit, found[0]))
            for at, limit in periods
        ),
    )
    return smart_charging.GetCompositeScheduleResponse(status="Accepted", schedule=schedule)
