# Generated from the official JSON schemas by `./dev codegen`: do not edit.
"""OCPP 2.1: messages of the block tariff_cost."""

from decimal import Decimal
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

from laddnav.ocpp.limits import Moment, Natural64, check_decimals
from laddnav.ocpp.v21.datatypes import StatusInfoType, TariffType

TariffClearStatusEnumType = Literal["Accepted", "Rejected", "NoTariff"]

TariffKindEnumType = Literal["DefaultTariff", "DriverTariff"]

TariffChangeStatusEnumType = Literal[
    "Accepted",
    "Rejected",
    "TooManyElements",
    "ConditionNotSupported",
    "TxNotFound",
    "NoCurrencyChange",
]

TariffGetStatusEnumType = Literal["Accepted", "Rejected", "NoTariff"]

TariffSetStatusEnumType = Literal[
    "Accepted", "Rejected", "TooManyElements", "ConditionNotSupported", "DuplicateTariffId"
]


class ClearTariffsResultType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of ClearTariffs."""

    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    tariff_id: Annotated[str, Meta(max_length=60)] | None = field(default=None, name="tariffId")
    status: TariffClearStatusEnumType
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class TariffAssignmentType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of GetTariffs."""

    tariff_id: Annotated[str, Meta(max_length=60)] = field(name="tariffId")
    tariff_kind: TariffKindEnumType = field(name="tariffKind")
    valid_from: Moment | None = field(default=None, name="validFrom")
    evse_ids: Annotated[tuple[Natural64, ...], Meta(min_length=1)] | None = field(
        default=None, name="evseIds"
    )
    id_tokens: (
        Annotated[tuple[Annotated[str, Meta(max_length=255)], ...], Meta(min_length=1)] | None
    ) = field(default=None, name="idTokens")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class ChangeTransactionTariffRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ChangeTransactionTariff, CSMS to station: the request."""

    tariff: TariffType
    transaction_id: Annotated[str, Meta(max_length=36)] = field(name="transactionId")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class ChangeTransactionTariffResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ChangeTransactionTariff, CSMS to station: the response."""

    status: TariffChangeStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class ClearTariffsRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ClearTariffs, CSMS to station: the request."""

    tariff_ids: (
        Annotated[tuple[Annotated[str, Meta(max_length=60)], ...], Meta(min_length=1)] | None
    ) = field(default=None, name="tariffIds")
    evse_id: Natural64 | None = field(default=None, name="evseId")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class ClearTariffsResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ClearTariffs, CSMS to station: the response."""

    clear_tariffs_result: Annotated[tuple[ClearTariffsResultType, ...], Meta(min_length=1)] = field(
        name="clearTariffsResult"
    )
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class CostUpdatedRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """CostUpdated, CSMS to station: the request."""

    total_cost: Decimal = field(name="totalCost")
    transaction_id: Annotated[str, Meta(max_length=36)] = field(name="transactionId")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")

    def __post_init__(self) -> None:
        check_decimals(totalCost=self.total_cost)


class CostUpdatedResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """CostUpdated, CSMS to station: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class GetTariffsRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GetTariffs, CSMS to station: the request."""

    evse_id: Natural64 = field(name="evseId")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class GetTariffsResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GetTariffs, CSMS to station: the response."""

    status: TariffGetStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    tariff_assignments: Annotated[tuple[TariffAssignmentType, ...], Meta(min_length=1)] | None = (
        field(default=None, name="tariffAssignments")
    )
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class SetDefaultTariffRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """SetDefaultTariff, CSMS to station: the request."""

    evse_id: Natural64 = field(name="evseId")
    tariff: TariffType
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class SetDefaultTariffResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """SetDefaultTariff, CSMS to station: the response."""

    status: TariffSetStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")
