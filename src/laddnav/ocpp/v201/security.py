# Generated from the official JSON schemas by `./dev codegen`: do not edit.
"""OCPP 2.0.1: messages of the block security."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

from laddnav.ocpp.limits import Moment
from laddnav.ocpp.v201.datatypes import GenericStatusEnumType, StatusInfoType

CertificateSignedStatusEnumType = Literal["Accepted", "Rejected"]

CertificateSigningUseEnumType = Literal["ChargingStationCertificate", "V2GCertificate"]


class CertificateSignedRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """CertificateSigned, CSMS to station: the request."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    certificate_chain: Annotated[str, Meta(max_length=10000)] = field(name="certificateChain")
    certificate_type: CertificateSigningUseEnumType | None = field(
        default=None, name="certificateType"
    )


class CertificateSignedResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """CertificateSigned, CSMS to station: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    status: CertificateSignedStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")


class SecurityEventNotificationRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """SecurityEventNotification, station to CSMS: the request."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    type: Annotated[str, Meta(max_length=50)]
    timestamp: Moment
    tech_info: Annotated[str, Meta(max_length=255)] | None = field(default=None, name="techInfo")


class SecurityEventNotificationResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """SecurityEventNotification, station to CSMS: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class SignCertificateRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """SignCertificate, station to CSMS: the request."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    csr: Annotated[str, Meta(max_length=5500)]
    certificate_type: CertificateSigningUseEnumType | None = field(
        default=None, name="certificateType"
    )


class SignCertificateResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """SignCertificate, station to CSMS: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    status: GenericStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
