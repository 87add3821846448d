# Generated from the official JSON schemas by `./dev codegen`: do not edit.
"""OCPP 2.0.1: messages of the block tariff_cost."""

from decimal import Decimal
from typing import Annotated, Any

from msgspec import Meta, Struct, field

from laddnav.ocpp.limits import check_decimals


class CostUpdatedRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """CostUpdated, CSMS to station: the request."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    total_cost: Decimal = field(name="totalCost")
    transaction_id: Annotated[str, Meta(max_length=36)] = field(name="transactionId")

    def __post_init__(self) -> None:
        check_decimals(totalCost=self.total_cost)


class CostUpdatedResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """CostUpdated, CSMS to station: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
