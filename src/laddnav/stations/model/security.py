"""Security events that stations tell of."""

from datetime import datetime

from msgspec import Struct


class SecurityEventReported(Struct, frozen=True, kw_only=True):
    """A SecurityEventNotification in any version."""

    type: str
    at: datetime | None
    info: str | None


class SecurityEvent(Struct, frozen=True, kw_only=True):
    """Security events alike within an hour, as one line; or different ones of a flood.

    Attributes:
        type: In the specifications' words, or any other.
        is_critical: Whether the specifications call it critical.
        stamped_at: The station's own time of the first; None: it gave none that can be used.
        at: When the first came.
        last_at: When the latest came.
        count: How many there were.
        info: The techInfo of the first, cut; None in the line of a flood.
        is_flood: Whether events that differ in their techInfo are counted here.
    """

    id: str
    station: str
    type: str
    is_critical: bool
    stamped_at: datetime | None
    at: datetime
    last_at: datetime
    count: int
    info: str | None
    is_flood: bool


class SecurityEventFilter(Struct, frozen=True, kw_only=True):
    """Which security events are asked for; None: all."""

    station: str | None = None
    critical: bool | None = None
    since: datetime | None = None


class SecurityEventPage(Struct, frozen=True, kw_only=True):
    """Security events, newest first; `next` continues the list, None where it ends."""

    items: tuple[SecurityEvent, ...]
    next: str | None
