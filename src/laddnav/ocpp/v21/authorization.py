# Generated from the official JSON schemas by `./dev codegen`: do not edit.
"""OCPP 2.1: messages of the block authorization."""

from decimal import Decimal
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

from laddnav.ocpp.limits import Int64, Moment, Natural64, check_decimals
from laddnav.ocpp.v21.datatypes import (
    EnergyTransferModeEnumType,
    GenericStatusEnumType,
    IdTokenInfoType,
    IdTokenType,
    OCSPRequestDataType,
    StatusInfoType,
    TariffType,
)


class AddressType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of NotifySettlement and VatNumberValidation."""

    name: Annotated[str, Meta(max_length=50)]
    address1: Annotated[str, Meta(max_length=100)]
    address2: Annotated[str, Meta(max_length=100)] | None = None
    city: Annotated[str, Meta(max_length=100)]
    postal_code: Annotated[str, Meta(max_length=20)] | None = field(default=None, name="postalCode")
    country: Annotated[str, Meta(max_length=50)]
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


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

PaymentStatusEnumType = Literal["Settled", "Canceled", "Rejected", "Failed"]


class AuthorizeRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Authorize, station to CSMS: the request."""

    id_token: IdTokenType = field(name="idToken")
    certificate: Annotated[str, Meta(max_length=10000)] | None = None
    iso15118_certificate_hash_data: (
        Annotated[tuple[OCSPRequestDataType, ...], Meta(min_length=1, max_length=4)] | None
    ) = field(default=None, name="iso15118CertificateHashData")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class AuthorizeResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Authorize, station to CSMS: the response."""

    id_token_info: IdTokenInfoType = field(name="idTokenInfo")
    certificate_status: AuthorizeCertificateStatusEnumType | None = field(
        default=None, name="certificateStatus"
    )
    allowed_energy_transfer: (
        Annotated[tuple[EnergyTransferModeEnumType, ...], Meta(min_length=1)] | None
    ) = field(default=None, name="allowedEnergyTransfer")
    tariff: TariffType | None = None
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class ClearCacheRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ClearCache, CSMS to station: the request."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class ClearCacheResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ClearCache, CSMS to station: the response."""

    status: ClearCacheStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class NotifySettlementRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """NotifySettlement, station to CSMS: the request."""

    transaction_id: Annotated[str, Meta(max_length=36)] | None = field(
        default=None, name="transactionId"
    )
    psp_ref: Annotated[str, Meta(max_length=255)] = field(name="pspRef")
    status: PaymentStatusEnumType
    status_info: Annotated[str, Meta(max_length=500)] | None = field(
        default=None, name="statusInfo"
    )
    settlement_amount: Decimal = field(name="settlementAmount")
    settlement_time: Moment = field(name="settlementTime")
    receipt_id: Annotated[str, Meta(max_length=50)] | None = field(default=None, name="receiptId")
    receipt_url: Annotated[str, Meta(max_length=2000)] | None = field(
        default=None, name="receiptUrl"
    )
    vat_company: AddressType | None = field(default=None, name="vatCompany")
    vat_number: Annotated[str, Meta(max_length=20)] | None = field(default=None, name="vatNumber")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")

    def __post_init__(self) -> None:
        check_decimals(settlementAmount=self.settlement_amount)


class NotifySettlementResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """NotifySettlement, station to CSMS: the response."""

    receipt_url: Annotated[str, Meta(max_length=2000)] | None = field(
        default=None, name="receiptUrl"
    )
    receipt_id: Annotated[str, Meta(max_length=50)] | None = field(default=None, name="receiptId")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class NotifyWebPaymentStartedRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """NotifyWebPaymentStarted, CSMS to station: the request."""

    evse_id: Natural64 = field(name="evseId")
    timeout: Int64
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class NotifyWebPaymentStartedResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """NotifyWebPaymentStarted, CSMS to station: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class VatNumberValidationRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """VatNumberValidation, station to CSMS: the request."""

    vat_number: Annotated[str, Meta(max_length=20)] = field(name="vatNumber")
    evse_id: Natural64 | None = field(default=None, name="evseId")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class VatNumberValidationResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """VatNumberValidation, station to CSMS: the response."""

    company: AddressType | None = None
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    vat_number: Annotated[str, Meta(max_length=20)] = field(name="vatNumber")
    evse_id: Natural64 | None = field(default=None, name="evseId")
    status: GenericStatusEnumType
    custom_data: dict[str, Any] | None = field(default=None, name="customData")
