"""How handovers of passwords and profiles are asked for and shown."""

from typing import Annotated

from msgspec import Meta, Struct

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
from laddnav.web.api.bulk_views import Deadline, Identities, PerMinute, says
from laddnav.web.showing import Time, time, time_or_none

Reset = Annotated[
    bool, says("The station may be restarted, once its sessions have ended, if it needs that.")
]
ServerUrl = Annotated[
    Url | None,
    says("This server as the station reaches it, without the identity.", "wss://csms.example/ocpp"),
]
Interface = Annotated[
    Annotated[str, Meta(max_length=20)] | None,
    says("OCPP 2: of the network profile.", "Wired0"),
]
Named = Annotated[
    Request | None, says("Asked for again under this name, it is not begun a second time.")
]
Target = Annotated[int, Meta(ge=0, le=3), says("The new security profile.", 2)]
Unchecked = Annotated[bool, says("Bring the station no certificates: it has those that it needs.")]


class RotationBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new password for a station."""

    reset: Reset = False
    manual: Annotated[
        bool, says("It is shown in this answer, once, to be typed in on site; nothing is sent.")
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

    name: Annotated[str, says("In one word.", "accepted")]
    at: Time
    detail: Annotated[str, says("More about it; empty: nothing.")]


class HandoverItem(Struct, frozen=True, kw_only=True):
    """One handover, from the old password or profile to the new one."""

    id: str
    station: str
    kind: HandoverKind
    state: HandoverState
    origin: Annotated[Origin, says("call: learned from a call that was sent by another path.")]
    profile: Annotated[int | None, says("The new one; null: it is a password.")]
    reset: bool
    manual: bool
    bulk: Annotated[str | None, says("The bulk operation that it belongs to.")]
    request: str | None
    reason: Annotated[str | None, says("Why it did not succeed, in words.")]
    attempts: Annotated[int, says("How often it was sent.")]
    steps: tuple[StepItem, ...]
    created_at: Time
    updated_at: Time
    deadline_at: Time
    ended_at: Time | None


class BegunItem(Struct, frozen=True, kw_only=True):
    """A handover that was asked for, with the password that is to be typed in."""

    handover: HandoverItem
    password: Annotated[str | None, says("Shown this once; null: it is sent, or was shown.")]


class HandoverList(Struct, frozen=True, kw_only=True):
    """Handovers, the newest first."""

    items: tuple[HandoverItem, ...]
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
