# Generated from the official JSON schemas by `./dev codegen`: do not edit.
"""OCPP 1.6: messages of the block firmware."""

from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from laddnav.ocpp.limits import Int64, Moment

DiagnosticsStatus = Literal["Idle", "Uploaded", "UploadFailed", "Uploading"]

FirmwareStatus = Literal[
    "Downloaded",
    "DownloadFailed",
    "Downloading",
    "Idle",
    "InstallationFailed",
    "Installing",
    "Installed",
]


class DiagnosticsStatusNotificationRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """DiagnosticsStatusNotification, station to CSMS: the request."""

    status: DiagnosticsStatus


class DiagnosticsStatusNotificationResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """DiagnosticsStatusNotification, station to CSMS: the response."""


class FirmwareStatusNotificationRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """FirmwareStatusNotification, station to CSMS: the request."""

    status: FirmwareStatus


class FirmwareStatusNotificationResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """FirmwareStatusNotification, station to CSMS: the response."""


class GetDiagnosticsRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GetDiagnostics, CSMS to station: the request."""

    location: str
    retries: Int64 | None = None
    retry_interval: Int64 | None = field(default=None, name="retryInterval")
    start_time: Moment | None = field(default=None, name="startTime")
    stop_time: Moment | None = field(default=None, name="stopTime")


class GetDiagnosticsResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GetDiagnostics, CSMS to station: the response."""

    file_name: Annotated[str, Meta(max_length=255)] | None = field(default=None, name="fileName")


class UpdateFirmwareRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """UpdateFirmware, CSMS to station: the request."""

    location: str
    retries: Int64 | None = None
    retrieve_date: Moment = field(name="retrieveDate")
    retry_interval: Int64 | None = field(default=None, name="retryInterval")


class UpdateFirmwareResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """UpdateFirmware, CSMS to station: the response."""
