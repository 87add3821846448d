# Generated from the official JSON schemas by `./dev codegen`: do not edit.
"""OCPP 2.0.1: messages of the block firmware."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

from laddnav.ocpp.limits import Int64, Moment
from laddnav.ocpp.v201.datatypes import GenericStatusEnumType, StatusInfoType

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

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    location: Annotated[str, Meta(max_length=512)]
    retrieve_date_time: Moment = field(name="retrieveDateTime")
    install_date_time: Moment | None = field(default=None, name="installDateTime")
    signing_certificate: Annotated[str, Meta(max_length=5500)] | None = field(
        default=None, name="signingCertificate"
    )
    signature: Annotated[str, Meta(max_length=800)] | None = None


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

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    status: FirmwareStatusEnumType
    request_id: Int64 | None = field(default=None, name="requestId")


class FirmwareStatusNotificationResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """FirmwareStatusNotification, station to CSMS: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class PublishFirmwareRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """PublishFirmware, CSMS to station: the request."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    location: Annotated[str, Meta(max_length=512)]
    retries: Int64 | None = None
    checksum: Annotated[str, Meta(max_length=32)]
    request_id: Int64 = field(name="requestId")
    retry_interval: Int64 | None = field(default=None, name="retryInterval")


class PublishFirmwareResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """PublishFirmware, CSMS to station: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    status: GenericStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")


class PublishFirmwareStatusNotificationRequest(
    Struct, frozen=True, kw_only=True, omit_defaults=True
):
    """PublishFirmwareStatusNotification, station to CSMS: the request."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    status: PublishFirmwareStatusEnumType
    location: (
        Annotated[tuple[Annotated[str, Meta(max_length=512)], ...], Meta(min_length=1)] | None
    ) = None
    request_id: Int64 | None = field(default=None, name="requestId")


class PublishFirmwareStatusNotificationResponse(
    Struct, frozen=True, kw_only=True, omit_defaults=True
):
    """PublishFirmwareStatusNotification, station to CSMS: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class UnpublishFirmwareRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """UnpublishFirmware, CSMS to station: the request."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    checksum: Annotated[str, Meta(max_length=32)]


class UnpublishFirmwareResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """UnpublishFirmware, CSMS to station: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    status: UnpublishFirmwareStatusEnumType


class UpdateFirmwareRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """UpdateFirmware, CSMS to station: the request."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    retries: Int64 | None = None
    retry_interval: Int64 | None = field(default=None, name="retryInterval")
    request_id: Int64 = field(name="requestId")
    firmware: FirmwareType


class UpdateFirmwareResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """UpdateFirmware, CSMS to station: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    status: UpdateFirmwareStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
