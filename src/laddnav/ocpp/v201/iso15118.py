# Generated from the official JSON schemas by `./dev codegen`: do not edit.
"""OCPP 2.0.1: messages of the block iso15118."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

from laddnav.ocpp.v201.datatypes import CertificateHashDataType, OCSPRequestDataType, StatusInfoType

CertificateActionEnumType = Literal["Install", "Update"]

GetCertificateIdUseEnumType = Literal[
    "V2GRootCertificate",
    "MORootCertificate",
    "CSMSRootCertificate",
    "V2GCertificateChain",
    "ManufacturerRootCertificate",
]

DeleteCertificateStatusEnumType = Literal["Accepted", "Failed", "NotFound"]

GetCertificateStatusEnumType = Literal["Accepted", "Failed"]

GetInstalledCertificateStatusEnumType = Literal["Accepted", "NotFound"]

InstallCertificateStatusEnumType = Literal["Accepted", "Rejected", "Failed"]

InstallCertificateUseEnumType = Literal[
    "V2GRootCertificate", "MORootCertificate", "CSMSRootCertificate", "ManufacturerRootCertificate"
]

Iso15118EVCertificateStatusEnumType = Literal["Accepted", "Failed"]


class CertificateHashDataChainType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of GetInstalledCertificateIds."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    certificate_hash_data: CertificateHashDataType = field(name="certificateHashData")
    certificate_type: GetCertificateIdUseEnumType = field(name="certificateType")
    child_certificate_hash_data: (
        Annotated[tuple[CertificateHashDataType, ...], Meta(min_length=1, max_length=4)] | None
    ) = field(default=None, name="childCertificateHashData")


class DeleteCertificateRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """DeleteCertificate, CSMS to station: the request."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    certificate_hash_data: CertificateHashDataType = field(name="certificateHashData")


class DeleteCertificateResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """DeleteCertificate, CSMS to station: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    status: DeleteCertificateStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")


class Get15118EVCertificateRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Get15118EVCertificate, station to CSMS: the request."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    iso15118_schema_version: Annotated[str, Meta(max_length=50)] = field(
        name="iso15118SchemaVersion"
    )
    action: CertificateActionEnumType
    exi_request: Annotated[str, Meta(max_length=5600)] = field(name="exiRequest")


class Get15118EVCertificateResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Get15118EVCertificate, station to CSMS: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    status: Iso15118EVCertificateStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    exi_response: Annotated[str, Meta(max_length=7500)] = field(name="exiResponse")


class GetCertificateStatusRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GetCertificateStatus, station to CSMS: the request."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    ocsp_request_data: OCSPRequestDataType = field(name="ocspRequestData")


class GetCertificateStatusResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GetCertificateStatus, station to CSMS: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    status: GetCertificateStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    ocsp_result: Annotated[str, Meta(max_length=5500)] | None = field(
        default=None, name="ocspResult"
    )


class GetInstalledCertificateIdsRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GetInstalledCertificateIds, CSMS to station: the request."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    certificate_type: (
        Annotated[tuple[GetCertificateIdUseEnumType, ...], Meta(min_length=1)] | None
    ) = field(default=None, name="certificateType")


class GetInstalledCertificateIdsResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GetInstalledCertificateIds, CSMS to station: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    status: GetInstalledCertificateStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    certificate_hash_data_chain: (
        Annotated[tuple[CertificateHashDataChainType, ...], Meta(min_length=1)] | None
    ) = field(default=None, name="certificateHashDataChain")


class InstallCertificateRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """InstallCertificate, CSMS to station: the request."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    certificate_type: InstallCertificateUseEnumType = field(name="certificateType")
    certificate: Annotated[str, Meta(max_length=5500)]


class InstallCertificateResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """InstallCertificate, CSMS to station: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    status: InstallCertificateStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
