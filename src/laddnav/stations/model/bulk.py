"""One piece of work for many stations: durable, at a pace, until a deadline."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from msgspec import Struct


class ItemState(StrEnum):
    """How far a bulk operation is at one of its stations."""

    WAITING = "waiting"
    """For its turn, or for the station to be connected."""
    RUNNING = "running"
    """A node is at it."""
    BEGUN = "begun"
    """The station has its part; how that ends is still to come."""
    DONE = "done"
    FAILED = "failed"
    """The station refused it, or it cannot be done there: the reason says which."""
    NOT_REACHED = "not_reached"
    """Until the deadline the station was not connected, or did not answer."""
    STOPPED = "stopped"


class BulkState(StrEnum):
    """How far a bulk operation is."""

    RUNNING = "running"
    STOPPED = "stopped"
    """Nothing more is begun."""
    DONE = "done"
    """It is over at each of its stations, whatever became of it there."""


class Result(Struct, frozen=True, kw_only=True):
    """What came of the work at one station.

    Attributes:
        state: `WAITING`: it was not reached, and is tried again before the deadline; `BEGUN`: how
            it ends is asked for again and again; the others end it.
        reason: In words; "": there is nothing to say.
        ref: What was begun there, by its id in the room that keeps it.
    """

    state: ItemState
    reason: str = ""
    ref: str | None = None


class NewBulk(Struct, frozen=True, kw_only=True):
    """A bulk operation that is asked for.

    Attributes:
        kind: Whose work it is, of those that `wiring` names.
        what: In words, for whoever looks at it.
        details: What the work needs to know, as JSON has it; stored as it is, so no secret.
        per_minute: To so many stations it turns in a minute, at most.
        deadline_seconds: For so long it waits for stations that are not connected.
    """

    kind: str
    what: str
    details: Mapping[str, Any] = {}
    per_minute: int = 30
    deadline_seconds: int = 86_400


class Bulk(Struct, frozen=True, kw_only=True):
    """A bulk operation; see `NewBulk`.

    Attributes:
        next_at: When it may turn to its next station.
        stopped_at: Since when nothing more is begun; None: it was not stopped.
        ended_at: Since when it is over at all stations.
    """

    operator: str
    id: str
    kind: str
    what: str
    details: Mapping[str, Any]
    per_minute: int
    total: int
    created_at: datetime
    next_at: datetime
    deadline_at: datetime
    stopped_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def state(self) -> BulkState:
        """How far it is."""
        if self.stopped_at is not None:
            return BulkState.STOPPED
        return BulkState.RUNNING if self.ended_at is None else BulkState.DONE


class BulkItem(Struct, frozen=True, kw_only=True):
    """A bulk operation at one of its stations; see `Result`.

    Attributes:
        node: The run of the node that is, or was last, at it.
        attempts: How often it was tried.
        not_before: When it may be tried again.
    """

    operator: str
    bulk: str
    station: str
    state: ItemState
    reason: str
    ref: str | None
    node: str | None
    attempts: int
    not_before: datetime
    updated_at: datetime


class BulkView(Struct, frozen=True, kw_only=True):
    """A bulk operation with how many of its stations are in which state."""

    bulk: Bulk
    counts: Mapping[ItemState, int]


class BulkPage(Struct, frozen=True, kw_only=True):
    """Bulk operations, the newest first; `next` continues the list, None where it ends."""

    items: tuple[BulkView, ...]
    next: str | None


class BulkItems(Struct, frozen=True, kw_only=True):
    """What became of a bulk operation's stations; `next` continues the list."""

    items: tuple[BulkItem, ...]
    next: str | None
