"""What translators take from messages that may have been mended: `mending` says what those hold."""

from datetime import datetime
from decimal import Decimal
from typing import Final

from laddnav.gateway.dispatch import Desk
from laddnav.gateway.mending.instants import EPOCH
from laddnav.kernel.energy import LIMIT
from laddnav.kernel.keys import ConnectorRef
from laddnav.sessions.model import NO_CONNECTOR

LONGEST_WORD: Final = 64
"""No word of OCPP is longer: what is beyond is cut."""


def instant(desk: Desk, at: datetime) -> datetime | None:
    """Return a time of the message, None where it held none that could be used.

    An unmended 1970 stays: it is what a clock that was never set shows (MicroOcpp#311).
    """
    return None if desk.mends and at == EPOCH else at


def word(value: object, otherwise: str = "") -> str:
    """Return a word of an enumeration, known or not; `otherwise` where it is missing."""
    return value[:LONGEST_WORD] if isinstance(value, str) else otherwise


def energy(value: object) -> Decimal | None:
    """Return required energy, None where it is missing, could not be read or is beyond any."""
    amount = Decimal(value) if isinstance(value, int | Decimal) else None
    return amount if amount is not None and abs(amount) < LIMIT else None


def numbered_connector(desk: Desk, value: object) -> ConnectorRef:
    """Return where connector `value` of OCPP 1.6 is; `NO_CONNECTOR` where that is no number."""
    if not isinstance(value, int) or value < 0:
        return NO_CONNECTOR
    return desk.live.place(value)
