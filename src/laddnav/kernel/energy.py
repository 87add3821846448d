"""Energy: exact, in watt-hours; stored as whole milliwatt-hours."""

from decimal import Decimal
from typing import Final

LIMIT: Final = Decimal(10) ** 15
"""Below it every amount stays, sums included: no grid delivers so much, and as mWh it is stored."""

_MILLI = Decimal(1000)


def to_milli(energy_wh: Decimal) -> int:
    """Return `energy_wh` as whole mWh, rounded half to even: finer than any meter resolves.

    The caller has bounded the value (|x| <= `LIMIT`): an unbounded exponent takes seconds.
    """
    return round(energy_wh * _MILLI)  # to the even neighbour, as Decimal rounds


def from_milli(energy_mwh: int) -> Decimal:
    """Return whole mWh as Wh, without trailing zeros behind the point."""
    whole, rest = divmod(energy_mwh, 1000)
    return Decimal(whole) if rest == 0 else Decimal(energy_mwh) / _MILLI
