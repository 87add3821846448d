# Generated from the official JSON schemas by `./dev codegen`: do not edit.
"""OCPP 2.0.1: messages of the block authorization."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

from laddnav.ocpp.v201.datatypes import (
    IdTokenInfoType,
    IdTokenType,
    OCSPRequestDataType,
    StatusInfoType,
)

AuthorizeCertificateStatusEnumType = Literal[
    "Accepted",
    "SignatureError",
    "CertificateExpired",
    "CertificateRevoked",
    "NoCertificateAvailable",
    "CertChainError",
    "ContractCancelled",
]

ClearCacheStatusEnumType = Literal["Accepted", "Rejected"]


class AuthorizeRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Authorize, station to CSMS: the request."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    id_token: IdTokenType = field(name="idToken")
    certificate: Annotated[str, Meta(max_length=5500)] | None = None
    iso15118_certificate_hash_data: (
        Annotated[tuple[OCSPRequestDataType, ...], Meta(min_length=1, max_length=4)] | None
    ) = field(default=None, name="iso15118CertificateHashData")


class AuthorizeResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Authorize, station to CSMS: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    id_token_info: IdTokenInfoType = field(name="idTokenInfo")
    certificate_status: AuthorizeCertificateStatusEnumType | None = field(
        default=None, name="certificateStatus"
    )


class ClearCacheRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ClearCache, CSMS to station: the request."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class ClearCacheResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ClearCache, CSMS to station: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    status: ClearCacheStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
