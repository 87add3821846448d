"""Handovers for many stations, one after the other."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from laddnav.stations.model.handover import Handover, HandoverKind, HandoverState
from laddnav.stations.model.station import SecurityProfile


class Bulk(Struct, frozen=True, kw_only=True):
    """A bulk operation.

    Attributes:
        profile: The new one; None: passwords are handed over.
        per_minute: To so many stations it sends in a minute.
        stopped_at: Since when nothing more is sent; None: it was not stopped.
    """

    operator: str
    id: str
    kind: HandoverKind
    profile: SecurityProfile | None
    per_minute: int
    created_at: datetime
    stopped_at: datetime | None


class BulkView(Struct, frozen=True, kw_only=True):
    """A bulk operation with how many of its handovers are in which state."""

    bulk: Bulk
    counts: Mapping[HandoverState, int]


class BulkPage(Struct, frozen=True, kw_only=True):
    """Bulk operations, the newest first; `next` continues the list, None where it ends."""

    items: tuple[BulkView, ...]
    next: str | None


class BulkItems(Struct, frozen=True, kw_only=True):
    """What became of a bulk operation's stations; `next` continues the list."""

    items: tuple[Handover, ...]
    next: str | None
