"""What one station did wrong, counted."""

from datetime import datetime

from msgspec import Struct


class Violation(Struct, frozen=True, kw_only=True):
    """One way in which a station breaks the rules.

    Attributes:
        kind: What, and where in the message: "to_text $.idTag"; of a bounded vocabulary.
        example: The action in which it was seen first, and where; never a value.
    """

    kind: str
    count: int
    first_at: datetime
    last_at: datetime
    example: str
