# Generated from the official JSON schemas by `./dev codegen`: do not edit.
"""OCPP 2.1: messages of the block security."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

from laddnav.ocpp.limits import Int64, Moment
from laddnav.ocpp.v21.datatypes import (
    CertificateHashDataType,
    GenericStatusEnumType,
    StatusInfoType,
)

CertificateSignedStatusEnumType = Literal["Accepted", "Rejected"]

CertificateSigningUseEnumType = Literal[
    "ChargingStationCertificate", "V2GCertificate", "V2G20Certificate"
]


class CertificateSignedRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """CertificateSigned, CSMS to station: the request."""

    certificate_chain: Annotated[str, Meta(max_length=10000)] = field(name="certificateChain")
    certificate_type: CertificateSigningUseEnumType | None = field(
        default=None, name="certificateType"
    )
    request_id: Int64 | None = field(default=None, name="requestId")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class CertificateSignedResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """CertificateSigned, CSMS to station: the response."""

    status: CertificateSignedStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class SecurityEventNotificationRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """SecurityEventNotification, station to CSMS: the request."""

    type: Annotated[str, Meta(max_length=50)]
    timestamp: Moment
    tech_info: Annotated[str, Meta(max_length=255)] | None = field(default=None, name="techInfo")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class SecurityEventNotificationResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """SecurityEventNotification, station to CSMS: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class SignCertificateRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """SignCertificate, station to CSMS: the request."""

    csr: Annotated[str, Meta(max_length=5500)]
    certificate_type: CertificateSigningUseEnumType | None = field(
        default=None, name="certificateType"
    )
    hash_root_certificate: CertificateHashDataType | None = field(
        default=None, name="hashRootCertificate"
    )
    request_id: Int64 | None = field(default=None, name="requestId")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class SignCertificateResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """SignCertificate, station to CSMS: the response."""

    status: GenericStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")
