# Generated from the official JSON schemas by `./dev codegen`: do not edit.
"""OCPP 1.6: messages of the block security."""

from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from laddnav.ocpp.limits import Int64, Moment

HashAlgorithmEnumType = Literal["SHA256", "SHA384", "SHA512"]

CertificateSignedStatusEnumType = Literal["Accepted", "Rejected"]

CertificateUseEnumType = Literal["CentralSystemRootCertificate", "ManufacturerRootCertificate"]

DeleteCertificateStatusEnumType = Literal["Accepted", "Failed", "NotFound"]

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
    """Part of SignedUpdateFirmware."""

    location: Annotated[str, Meta(max_length=512)]
    retrieve_date_time: Moment = field(name="retrieveDateTime")
    install_date_time: Moment | None = field(default=None, name="installDateTime")
    signing_certificate: Annotated[str, Meta(max_length=5500)] = field(name="signingCertificate")
    signature: Annotated[str, Meta(max_length=800)]


GenericStatusEnumType = Literal["Accepted", "Rejected"]

GetInstalledCertificateStatusEnumType = Literal["Accepted", "NotFound"]

InstallCertificateStatusEnumType = Literal["Accepted", "Failed", "Rejected"]

LogEnumType = Literal["DiagnosticsLog", "SecurityLog"]


class LogParametersType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of GetLog."""

    remote_location: Annotated[str, Meta(max_length=512)] = field(name="remoteLocation")
    oldest_timestamp: Moment | None = field(default=None, name="oldestTimestamp")
    latest_timestamp: Moment | None = field(default=None, name="latestTimestamp")


LogStatusEnumType = Literal["Accepted", "Rejected", "AcceptedCanceled"]

MessageTriggerEnumType = Literal[
    "BootNotification",
    "LogStatusNotification",
    "FirmwareStatusNotification",
    "Heartbeat",
    "MeterValues",
    "SignChargePointCertificate",
    "StatusNotification",
]

TriggerMessageStatusEnumType = Literal["Accepted", "Rejected", "NotImplemented"]

UpdateFirmwareStatusEnumType = Literal[
    "Accepted", "Rejected", "AcceptedCanceled", "InvalidCertificate", "RevokedCertificate"
]

UploadLogStatusEnumType = Literal[
    "BadMessage",
    "Idle",
    "NotSupportedOperation",
    "PermissionDenied",
    "Uploaded",
    "UploadFailure",
    "Uploading",
]


class CertificateHashDataType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of DeleteCertificate and GetInstalledCertificateIds."""

    hash_algorithm: HashAlgorithmEnumType = field(name="hashAlgorithm")
    issuer_name_hash: Annotated[str, Meta(max_length=128)] = field(name="issuerNameHash")
    issuer_key_hash: Annotated[str, Meta(max_length=128)] = field(name="issuerKeyHash")
    serial_number: Annotated[str, Meta(max_length=40)] = field(name="serialNumber")


class CertificateSignedRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """CertificateSigned, CSMS to station: the request."""

    certificate_chain: Annotated[str, Meta(max_length=10000)] = field(name="certificateChain")


class CertificateSignedResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """CertificateSigned, CSMS to station: the response."""

    status: CertificateSignedStatusEnumType


class DeleteCertificateRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """DeleteCertificate, CSMS to station: the request."""

    certificate_hash_data: CertificateHashDataType = field(name="certificateHashData")


class DeleteCertificateResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """DeleteCertificate, CSMS to station: the response."""

    status: DeleteCertificateStatusEnumType


class ExtendedTriggerMessageRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ExtendedTriggerMessage, CSMS to station: the request."""

    requested_message: MessageTriggerEnumType = field(name="requestedMessage")
    connector_id: Int64 | None = field(default=None, name="connectorId")


class ExtendedTriggerMessageResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ExtendedTriggerMessage, CSMS to station: the response."""

    status: TriggerMessageStatusEnumType


class GetInstalledCertificateIdsRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GetInstalledCertificateIds, CSMS to station: the request."""

    certificate_type: CertificateUseEnumType = field(name="certificateType")


class GetInstalledCertificateIdsResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GetInstalledCertificateIds, CSMS to station: the response."""

    certificate_hash_data: (
        Annotated[tuple[CertificateHashDataType, ...], Meta(min_length=1)] | None
    ) = field(default=None, name="certificateHashData")
    status: GetInstalledCertificateStatusEnumType


class GetLogRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GetLog, CSMS to station: the request."""

    log: LogParametersType
    log_type: LogEnumType = field(name="logType")
    request_id: Int64 = field(name="requestId")
    retries: Int64 | None = None
    retry_interval: Int64 | None = field(default=None, name="retryInterval")


class GetLogResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GetLog, CSMS to station: the response."""

    status: LogStatusEnumType
    filename: Annotated[str, Meta(max_length=255)] | None = None


class InstallCertificateRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """InstallCertificate, CSMS to station: the request."""

    certificate_type: CertificateUseEnumType = field(name="certificateType")
    certificate: Annotated[str, Meta(max_length=5500)]


class InstallCertificateResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """InstallCertificate, CSMS to station: the response."""

    status: InstallCertificateStatusEnumType


class LogStatusNotificationRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """LogStatusNotification, station to CSMS: the request."""

    status: UploadLogStatusEnumType
    request_id: Int64 | None = field(default=None, name="requestId")


class LogStatusNotificationResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """LogStatusNotification, station to CSMS: the response."""


class SecurityEventNotificationRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """SecurityEventNotification, station to CSMS: the request."""

    type: Annotated[str, Meta(max_length=50)]
    timestamp: Moment
    tech_info: Annotated[str, Meta(max_length=255)] | None = field(default=None, name="techInfo")


class SecurityEventNotificationResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """SecurityEventNotification, station to CSMS: the response."""


class SignCertificateRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """SignCertificate, station to CSMS: the request."""

    csr: Annotated[str, Meta(max_length=5500)]


class SignCertificateResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """SignCertificate, station to CSMS: the response."""

    status: GenericStatusEnumType


class SignedFirmwareStatusNotificationRequest(
    Struct, frozen=True, kw_only=True, omit_defaults=True
):
    """SignedFirmwareStatusNotification, station to CSMS: the request."""

    status: FirmwareStatusEnumType
    request_id: Int64 | None = field(default=None, name="requestId")


class SignedFirmwareStatusNotificationResponse(
    Struct, frozen=True, kw_only=True, omit_defaults=True
):
    """SignedFirmwareStatusNotification, station to CSMS: the response."""


class SignedUpdateFirmwareRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """SignedUpdateFirmware, CSMS to station: the request."""

    retries: Int64 | None = None
    retry_interval: Int64 | None = field(default=None, name="retryInterval")
    request_id: Int64 = field(name="requestId")
    firmware: FirmwareType


class SignedUpdateFirmwareResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """SignedUpdateFirmware, CSMS to station: the response."""

    status: UpdateFirmwareStatusEnumType
