"""How bulk operations are asked for and shown."""

from typing import Annotated

from msgspec import Meta, Struct

from laddnav.stations.model.bulk import BulkItem, BulkState, BulkView, ItemState
from laddnav.stations.service.bulks import MOST_STATIONS
from laddnav.web.showing import Time, time, time_or_none


def says(text: str, *examples: object) -> Meta:
    """Return what the document says of a field."""
    return Meta(extra_json_schema={"description": text, "examples": list(examples)})


Deadline = Annotated[
    int,
    Meta(ge=60, le=90 * 86_400),
    says("After so many seconds it ends; from 60 to 90 days.", 86_400),
]
PerMinute = Annotated[
    int, Meta(ge=1, le=600), says("To so many stations it turns in a minute, at most.", 30)
]
Identities = Annotated[
    tuple[Annotated[str, Meta(max_length=1_000)], ...],
    Meta(min_length=1, max_length=MOST_STATIONS),
    says("Their identities.", ["CP1", "CP2"]),
]


class BulkShown(Struct, frozen=True, kw_only=True):
    """A bulk operation and how far it is."""

    id: str
    kind: Annotated[str, says("What does it.", "certificates")]
    what: Annotated[str, says("What is done, in words.", "install csms_root")]
    state: BulkState
    per_minute: int
    total: Annotated[int, says("How many stations.")]
    counts: Annotated[dict[str, int], says("Stations by state.", {"done": 12, "waiting": 3})]
    created_at: Time
    deadline_at: Annotated[Time, says("Until then it waits for stations.")]
    stopped_at: Time | None
    ended_at: Annotated[Time | None, says("Since when it is over at all stations.")]


class BulkList(Struct, frozen=True, kw_only=True):
    """Bulk operations, the newest first."""

    items: tuple[BulkShown, ...]
    next: str | None


class BulkItemShown(Struct, frozen=True, kw_only=True):
    """What became of a bulk operation at one station."""

    station: str
    state: ItemState
    reason: Annotated[str, says("More about it, in words; empty: nothing.")]
    ref: Annotated[str | None, says("The id of what was begun there: of a handover.")]
    attempts: Annotated[int, says("How often it was tried.")]
    updated_at: Time


class BulkItemList(Struct, frozen=True, kw_only=True):
    """A bulk operation's stations, by their identities."""

    items: tuple[BulkItemShown, ...]
    next: str | None


def bulk_shown(view: BulkView) -> BulkShown:
    """Return a bulk operation as it is shown."""
    bulk = view.bulk
    return BulkShown(
        id=bulk.id,
        kind=bulk.kind,
        what=bulk.what,
        state=bulk.state,
        per_minute=bulk.per_minute,
        total=bulk.total,
        counts={state.value: count for state, count in view.counts.items()},
        created_at=time(bulk.created_at),
        deadline_at=time(bulk.deadline_at),
        stopped_at=time_or_none(bulk.stopped_at),
        ended_at=time_or_none(bulk.ended_at),
    )


def item_shown(item: BulkItem) -> BulkItemShown:
    """Return what became of it at one station as it is shown."""
    return BulkItemShown(
        station=item.station,
        state=item.state,
        reason=item.reason,
        ref=item.ref,
        attempts=item.attempts,
        updated_at=time(item.updated_at),
    )
