# Generated from the official JSON schemas by `./dev codegen`: do not edit.
"""OCPP 2.1: messages of the block firmware."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

from laddnav.ocpp.limits import Int64, Moment, Natural64
from laddnav.ocpp.v21.datatypes import GenericStatusEnumType, StatusInfoType

FirmwareStatusEnumType = Literal[
    "Downloaded",
    "DownloadFailed",
    "Downloading",
    "DownloadScheduled",
    "DownloadPaused",
    "Idle",
    "InstallationFailed",
    "Installing",
    "Installed",
    "InstallRebooting",
    "InstallScheduled",
    "InstallVerificationFailed",
    "InvalidSignature",
    "SignatureVerified",
]


class FirmwareType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of UpdateFirmware."""

    location: Annotated[str, Meta(max_length=2000)]
    retrieve_date_time: Moment = field(name="retrieveDateTime")
    install_date_time: Moment | None = field(default=None, name="installDateTime")
    signing_certificate: Annotated[str, Meta(max_length=5500)] | None = field(
        default=None, name="signingCertificate"
    )
    signature: Annotated[str, Meta(max_length=800)] | None = None
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


PublishFirmwareStatusEnumType = Literal[
    "Idle",
    "DownloadScheduled",
    "Downloading",
    "Downloaded",
    "Published",
    "DownloadFailed",
    "DownloadPaused",
    "InvalidChecksum",
    "ChecksumVerified",
    "PublishFailed",
]

UnpublishFirmwareStatusEnumType = Literal["DownloadOngoing", "NoFirmware", "Unpublished"]

UpdateFirmwareStatusEnumType = Literal[
    "Accepted", "Rejected", "AcceptedCanceled", "InvalidCertificate", "RevokedCertificate"
]


class FirmwareStatusNotificationRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """FirmwareStatusNotification, station to CSMS: the request."""

    status: FirmwareStatusEnumType
    request_id: Int64 | None = field(default=None, name="requestId")
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class FirmwareStatusNotificationResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """FirmwareStatusNotification, station to CSMS: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class PublishFirmwareRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """PublishFirmware, CSMS to station: the request."""

    location: Annotated[str, Meta(max_length=2000)]
    retries: Natural64 | None = None
    checksum: Annotated[str, Meta(max_length=32)]
    request_id: Natural64 = field(name="requestId")
    retry_interval: Natural64 | None = field(default=None, name="retryInterval")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class PublishFirmwareResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """PublishFirmware, CSMS to station: the response."""

    status: GenericStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class PublishFirmwareStatusNotificationRequest(
    Struct, frozen=True, kw_only=True, omit_defaults=True
):
    """PublishFirmwareStatusNotification, station to CSMS: the request."""

    status: PublishFirmwareStatusEnumType
    location: (
        Annotated[tuple[Annotated[str, Meta(max_length=2000)], ...], Meta(min_length=1)] | None
    ) = None
    request_id: Natural64 | None = field(default=None, name="requestId")
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class PublishFirmwareStatusNotificationResponse(
    Struct, frozen=True, kw_only=True, omit_defaults=True
):
    """PublishFirmwareStatusNotification, station to CSMS: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class UnpublishFirmwareRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """UnpublishFirmware, CSMS to station: the request."""

    checksum: Annotated[str, Meta(max_length=32)]
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class UnpublishFirmwareResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """UnpublishFirmware, CSMS to station: the response."""

    status: UnpublishFirmwareStatusEnumType
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class UpdateFirmwareRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """UpdateFirmware, CSMS to station: the request."""

    retries: Natural64 | None = None
    retry_interval: Int64 | None = field(default=None, name="retryInterval")
    request_id: Int64 = field(name="requestId")
    firmware: FirmwareType
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class UpdateFirmwareResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """UpdateFirmware, CSMS to station: the response."""

    status: UpdateFirmwareStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")
