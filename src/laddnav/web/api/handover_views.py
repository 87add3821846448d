"""How handovers of passwords and profiles are asked for and shown."""

from typing import Annotated, Any

from msgspec import Meta, Struct

from laddnav.stations.model.bulk import BulkView
from laddnav.stations.model.handover import (
    Begun,
    Handover,
    HandoverKind,
    HandoverState,
    Origin,
    Request,
    Terms,
    Url,
)
from laddnav.web.showing import Time, time, time_or_none


def _says(text: str, *examples: object) -> Meta:
    return Meta(extra_json_schema={"description": text, "examples": list(examples)})


Deadline = Annotated[
    int,
    Meta(ge=60, le=90 * 86_400),
    _says("After so many seconds it ends; from 60 to 90 days.", 86_400),
]
Reset = Annotated[
    bool, _says("The station may be restarted, once its sessions have ended, if it needs that.")
]
ServerUrl = Annotated[
    Url | None,
    _says(
        "This server as the station reaches it, without the identity.", "wss://csms.example/ocpp"
    ),
]
Interface = Annotated[
    Annotated[str, Meta(max_length=20)] | None,
    _says("OCPP 2: of the network profile.", "Wired0"),
]
Named = Annotated[
    Request | None, _says("Asked for again under this name, it is not begun a second time.")
]
Target = Annotated[int, Meta(ge=0, le=3), _says("The new security profile.", 2)]
Unchecked = Annotated[
    bool, _says("Go on although nobody knows whether the station has the certificates it needs.")
]
PerMinute = Annotated[
    int, Meta(ge=1, le=600), _says("To so many stations it sends in a minute.", 30)
]
Identities = Annotated[
    tuple[Annotated[str, Meta(max_length=1_000)], ...],
    Meta(min_length=1, max_length=1_000),
    _says("Their identities.", ["CP1", "CP2"]),
]


class RotationBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new password for a station."""

    reset: Reset = False
    manual: Annotated[
        bool, _says("It is shown in this answer, once, to be typed in on site; nothing is sent.")
    ] = False
    url: ServerUrl = None
    interface: Interface = None
    deadline_seconds: Deadline = 86_400
    request: Named = None

    def terms(self) -> Terms:
        """Return how it is to be done."""
        return Terms(
            reset=self.reset, is_manual=self.manual, url=self.url, interface=self.interface
        )


class UpgradeBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Another security profile for a station."""

    profile: Target
    reset: Reset = False
    url: ServerUrl = None
    interface: Interface = None
    unchecked: Unchecked = False
    deadline_seconds: Deadline = 86_400
    request: Named = None

    def terms(self) -> Terms:
        """Return how it is to be done."""
        return Terms(
            reset=self.reset,
            url=self.url,
            interface=self.interface,
            is_unchecked=self.unchecked,
        )


class BulkRotationBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """New passwords for many stations."""

    stations: Identities
    per_minute: PerMinute = 30
    reset: Reset = False
    url: ServerUrl = None
    deadline_seconds: Deadline = 7 * 86_400


class BulkUpgradeBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Another security profile for many stations."""

    stations: Identities
    profile: Target
    per_minute: PerMinute = 30
    reset: Reset = False
    url: ServerUrl = None
    unchecked: Unchecked = False
    deadline_seconds: Deadline = 7 * 86_400


class StepItem(Struct, frozen=True, kw_only=True):
    """Something that happened."""

    name: Annotated[str, _says("In one word.", "accepted")]
    at: Time
    detail: Annotated[str, _says("More about it; empty: nothing.")]


class HandoverItem(Struct, frozen=True, kw_only=True):
    """One handover, from the old password or profile to the new one."""

    id: str
    station: str
    kind: HandoverKind
    state: HandoverState
    origin: Annotated[Origin, _says("call: learned from a call that was sent by another path.")]
    profile: Annotated[int | None, _says("The new one; null: it is a password.")]
    reset: bool
    manual: bool
    bulk: Annotated[str | None, _says("The bulk operation that it belongs to.")]
    request: str | None
    reason: Annotated[str | None, _says("Why it did not succeed, in words.")]
    attempts: Annotated[int, _says("How often it was sent.")]
    steps: tuple[StepItem, ...]
    created_at: Time
    updated_at: Time
    deadline_at: Time
    ended_at: Time | None


class BegunItem(Struct, frozen=True, kw_only=True):
    """A handover that was asked for, with the password that is to be typed in."""

    handover: HandoverItem
    password: Annotated[str | None, _says("Shown this once; null: it is sent, or was shown.")]


class HandoverList(Struct, frozen=True, kw_only=True):
    """Handovers, the newest first."""

    items: tuple[HandoverItem, ...]
    next: str | None


class BulkItem(Struct, frozen=True, kw_only=True):
    """A bulk operation and how far it is."""

    id: str
    kind: HandoverKind
    profile: int | None
    per_minute: int
    total: int
    counts: Annotated[dict[str, int], _says("Stations by state.", {"verified": 12, "waiting": 3})]
    created_at: Time
    stopped_at: Time | None


class BulkList(Struct, frozen=True, kw_only=True):
    """Bulk operations, the newest first."""

    items: tuple[BulkItem, ...]
    next: str | None


def handover_item(handover: Handover) -> HandoverItem:
    """Return a handover as it is shown."""
    steps = tuple(
        StepItem(name=each.name, at=time(each.at), detail=each.detail) for each in handover.steps
    )
    return HandoverItem(
        id=handover.id,
        station=handover.key.identity,
        kind=handover.kind,
        state=handover.state,
        origin=handover.origin,
        profile=None if handover.profile is None else handover.profile.value,
        reset=handover.terms.reset,
        manual=handover.terms.is_manual,
        bulk=handover.batch,
        request=handover.request,
        reason=handover.reason,
        attempts=handover.attempts,
        steps=steps,
        created_at=time(handover.created_at),
        updated_at=time(handover.updated_at),
        deadline_at=time(handover.deadline_at),
        ended_at=time_or_none(handover.ended_at),
    )


def begun_item(begun: Begun) -> BegunItem:
    """Return a handover that was asked for as it is shown."""
    return BegunItem(handover=handover_item(begun.handover), password=begun.password)


def bulk_item(view: BulkView) -> BulkItem:
    """Return a bulk operation as it is shown."""
    bulk = view.bulk
    counts: dict[str, Any] = {state.value: count for state, count in view.counts.items()}
    return BulkItem(
        id=bulk.id,
        kind=bulk.kind,
        profile=None if bulk.profile is None else bulk.profile.value,
        per_minute=bulk.per_minute,
        total=sum(counts.values()),
        counts=counts,
        created_at=time(bulk.created_at),
        stopped_at=time_or_none(bulk.stopped_at),
    )
