# Generated from the official JSON schemas by `./dev codegen`: do not edit.
"""OCPP 2.1: messages of the block iso15118."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

from laddnav.ocpp.limits import Moment, Natural64
from laddnav.ocpp.v21.datatypes import CertificateHashDataType, OCSPRequestDataType, StatusInfoType

CertificateActionEnumType = Literal["Install", "Update"]

GetCertificateIdUseEnumType = Literal[
    "V2GRootCertificate",
    "MORootCertificate",
    "CSMSRootCertificate",
    "V2GCertificateChain",
    "ManufacturerRootCertificate",
    "OEMRootCertificate",
]

CertificateStatusEnumType = Literal["Good", "Revoked", "Unknown", "Failed"]

CertificateStatusSourceEnumType = Literal["CRL", "OCSP"]

DeleteCertificateStatusEnumType = Literal["Accepted", "Failed", "NotFound"]

GetCertificateStatusEnumType = Literal["Accepted", "Failed"]

GetInstalledCertificateStatusEnumType = Literal["Accepted", "NotFound"]

InstallCertificateStatusEnumType = Literal["Accepted", "Rejected", "Failed"]

InstallCertificateUseEnumType = Literal[
    "V2GRootCertificate",
    "MORootCertificate",
    "ManufacturerRootCertificate",
    "CSMSRootCertificate",
    "OEMRootCertificate",
]

Iso15118EVCertificateStatusEnumType = Literal["Accepted", "Failed"]


class CertificateHashDataChainType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of GetInstalledCertificateIds."""

    certificate_hash_data: CertificateHashDataType = field(name="certificateHashData")
    certificate_type: GetCertificateIdUseEnumType = field(name="certificateType")
    child_certificate_hash_data: (
        Annotated[tuple[CertificateHashDataType, ...], Meta(min_length=1, max_length=4)] | None
    ) = field(default=None, name="childCertificateHashData")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class CertificateStatusRequestInfoType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of GetCertificateChainStatus."""

    certificate_hash_data: CertificateHashDataType = field(name="certificateHashData")
    source: CertificateStatusSourceEnumType
    urls: Annotated[
        tuple[Annotated[str, Meta(max_length=2000)], ...], Meta(min_length=1, max_length=5)
    ]
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class CertificateStatusType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of GetCertificateChainStatus."""

    certificate_hash_data: CertificateHashDataType = field(name="certificateHashData")
    source: CertificateStatusSourceEnumType
    status: CertificateStatusEnumType
    next_update: Moment = field(name="nextUpdate")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class DeleteCertificateRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """DeleteCertificate, CSMS to station: the request."""

    certificate_hash_data: CertificateHashDataType = field(name="certificateHashData")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class DeleteCertificateResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """DeleteCertificate, CSMS to station: the response."""

    status: DeleteCertificateStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class Get15118EVCertificateRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Get15118EVCertificate, station to CSMS: the request."""

    iso15118_schema_version: Annotated[str, Meta(max_length=50)] = field(
        name="iso15118SchemaVersion"
    )
    action: CertificateActionEnumType
    exi_request: Annotated[str, Meta(max_length=11000)] = field(name="exiRequest")
    maximum_contract_certificate_chains: Natural64 | None = field(
        default=None, name="maximumContractCertificateChains"
    )
    prioritized_emaids: (
        Annotated[
            tuple[Annotated[str, Meta(max_length=255)], ...], Meta(min_length=1, max_length=8)
        ]
        | None
    ) = field(default=None, name="prioritizedEMAIDs")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class Get15118EVCertificateResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Get15118EVCertificate, station to CSMS: the response."""

    status: Iso15118EVCertificateStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    exi_response: Annotated[str, Meta(max_length=17000)] = field(name="exiResponse")
    remaining_contracts: Natural64 | None = field(default=None, name="remainingContracts")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class GetCertificateChainStatusRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GetCertificateChainStatus, station to CSMS: the request."""

    certificate_status_requests: Annotated[
        tuple[CertificateStatusRequestInfoType, ...], Meta(min_length=1, max_length=4)
    ] = field(name="certificateStatusRequests")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class GetCertificateChainStatusResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GetCertificateChainStatus, station to CSMS: the response."""

    certificate_status: Annotated[
        tuple[CertificateStatusType, ...], Meta(min_length=1, max_length=4)
    ] = field(name="certificateStatus")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class GetCertificateStatusRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GetCertificateStatus, station to CSMS: the request."""

    ocsp_request_data: OCSPRequestDataType = field(name="ocspRequestData")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class GetCertificateStatusResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GetCertificateStatus, station to CSMS: the response."""

    status: GetCertificateStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    ocsp_result: Annotated[str, Meta(max_length=18000)] | None = field(
        default=None, name="ocspResult"
    )
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class GetInstalledCertificateIdsRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GetInstalledCertificateIds, CSMS to station: the request."""

    certificate_type: (
        Annotated[tuple[GetCertificateIdUseEnumType, ...], Meta(min_length=1)] | None
    ) = field(default=None, name="certificateType")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class GetInstalledCertificateIdsResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GetInstalledCertificateIds, CSMS to station: the response."""

    status: GetInstalledCertificateStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    certificate_hash_data_chain: (
        Annotated[tuple[CertificateHashDataChainType, ...], Meta(min_length=1)] | None
    ) = field(default=None, name="certificateHashDataChain")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class InstallCertificateRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """InstallCertificate, CSMS to station: the request."""

    certificate_type: InstallCertificateUseEnumType = field(name="certificateType")
    certificate: Annotated[str, Meta(max_length=10000)]
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class InstallCertificateResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """InstallCertificate, CSMS to station: the response."""

    status: InstallCertificateStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")
