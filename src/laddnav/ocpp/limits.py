"""Limits that the generated types share, and those that msgspec cannot check by itself."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from msgspec import Meta

Int64 = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
Natural64 = Annotated[int, Meta(ge=0, le=2**63 - 1)]
Moment = Annotated[datetime, Meta(tz=True)]

_MAGNITUDE = 15  # |x| < 10^15: an honest meter never comes near
_SMALLEST = -400  # below what a station's double can hold


def check_decimals(
    *, ge: int | None = None, le: int | None = None, tenths: bool = False, **given: Decimal | None
) -> None:
    """Refuse numbers that are not finite, reach 10^15, or break a limit of their schema.

    Called by the generated types, so it holds when decoding and when building a message.

    Args:
        ge: The least value allowed.
        le: The greatest value allowed.
        tenths: Whether at most one digit after the point may count (`multipleOf` 0.1).
        given: The numbers by their wire names; None passes.

    Raises:
        ValueError: One is refused. msgspec makes a ValidationError of it that adds the path.
    """
    for name, value in given.items():
        if value is None:
            continue
        if not (value.is_finite() and _SMALLEST < value.adjusted() < _MAGNITUDE):
            raise ValueError(_refusal(name, "within 10^15"))
        if ge is not None and value < ge:
            raise ValueError(_refusal(name, f">= {ge}"))
        if le is not None and value > le:
            raise ValueError(_refusal(name, f"<= {le}"))
        if tenths and not _is_in_tenths(value):
            raise ValueError(_refusal(name, "that's a multiple of 0.1"))


def _refusal(name: str, limit: str) -> str:
    """The text of a refusal, in msgspec's own words."""
    return f"Expected `decimal` {limit} for `{name}`"


def _is_in_tenths(value: Decimal) -> bool:
    """Tell whether no digit beyond the first after the point counts; exact, unlike `%`."""
    _, digits, exponent = value.as_tuple()
    return not (isinstance(exponent, int) and exponent < -1 and any(digits[exponent + 1 :]))
