"""What a link hands to whoever answers."""

from datetime import datetime
from enum import Enum
from typing import Final, NamedTuple

from laddnav.ocpp.events import CallReceived, SendReceived


class Received(NamedTuple):
    """A message that waits for its answer.

    Attributes:
        text: The frame as it came.
        at: When it came.
    """

    call: CallReceived | SendReceived
    text: str
    at: datetime


class Storing(Enum):
    """What is neither answered nor to be awaited: its write is on the way."""

    STORING = "storing"


STORING: Final = Storing.STORING
