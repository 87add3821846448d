"""How handovers go on: what each event makes of a station and of its handover."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final, NamedTuple

from msgspec.structs import replace

from laddnav.stations.model import Awaited, Entry, Passwords, SecurityProfile, Station
from laddnav.stations.model.handover import (
    Handover,
    HandoverKind,
    HandoverState,
    Need,
    Origin,
    Step,
    Taken,
)

ATTEMPTS: Final = 3
"""So often a password or a profile is sent to a station that does not answer."""

BEGUN: Final = "begun"
"""The step of a handover whose turn it is, before anything is sent."""

SENT: Final = "sent"
"""The step of a handover at which the station is sent what is new."""

_MOST_STEPS: Final = 40
_ANSWERS: Final = {
    Taken.ACCEPTED: (HandoverState.WAITING, "accepted"),
    Taken.REBOOT: (HandoverState.WAITING_FOR_REBOOT, "accepted_for_after_a_reboot"),
    Taken.UNHEARD: (HandoverState.UNANSWERED, "unanswered"),
}
_CAME_AS_BEFORE: Final = "came_as_before"
_UNTAKEN: Final = "the station came as before: it did not take what it was sent"


class Turn(NamedTuple):
    """A station and its handover, if it has any, after an event."""

    station: Station
    handover: Handover | None


def stepped(
    handover: Handover,
    state: HandoverState,
    step: str,
    now: datetime,
    *,
    detail: str = "",
    reason: str | None = None,
) -> Handover:
    """Return a handover one step further; at its end with a reason, where it did not succeed."""
    after = replace(
        handover,
        version=handover.version + 1,
        state=state,
        reason=reason,
        updated_at=now,
        steps=(*handover.steps[1 - _MOST_STEPS :], Step(name=step, at=now, detail=detail)),
    )
    return after if after.is_open else replace(after, ended_at=now)


def lifted(station: Station, awaited: Awaited | None, now: datetime) -> Station:
    """Return a station of which something else is awaited."""
    if awaited is not None and awaited.passwords is None and awaited.profile is None:
        awaited = None
    return replace(station, awaited=awaited, version=station.version + 1, updated_at=now)


def sent(turn: Turn, awaited: Awaited, now: datetime) -> Turn:
    """Note, before it is sent, that a station may come with something new (A01).

    Whether it was taken nobody knows until the answer; if none comes both are admitted.
    """
    station, handover = turn
    if handover is not None:
        handover = stepped(handover, HandoverState.SENDING, SENT, now)
        handover = replace(handover, attempts=handover.attempts + 1)
    return Turn(lifted(station, awaited, now), handover)


def answered(turn: Turn, taken: Taken, now: datetime, detail: str = "") -> Turn:
    """Note what the station made of it (A01.FR.03, A01.FR.04)."""
    station, handover = turn
    if handover is not None and handover.state is not HandoverState.SENDING:
        return turn  # it has come with the new one meanwhile
    if taken in {Taken.REJECTED, Taken.UNSENT}:
        return _refused(turn, taken, now, detail)
    state, step = _ANSWERS[taken]
    handover = _to(handover, state, step, now, detail=detail)
    if taken is Taken.UNHEARD:
        return Turn(station, handover)
    if station.awaited is not None:
        station = lifted(station, replace(station.awaited, is_taken=True), now)
    return _unshown(Turn(station, handover), now)


def _refused(turn: Turn, taken: Taken, now: datetime, detail: str) -> Turn:
    """Forget what the station did not take; what was not sent may be sent another time."""
    station, handover = turn
    station = lifted(station, None, now)
    if taken is Taken.UNSENT and handover is not None and handover.origin is Origin.OPERATOR:
        return Turn(station, _to(handover, HandoverState.PLANNED, "not_sent", now, detail=detail))
    reason = detail or "the station refused it"
    handover = _to(handover, HandoverState.REJECTED, taken.value, now, detail=detail, reason=reason)
    return Turn(_let_go(station), handover)


def _unshown(turn: Turn, now: datetime) -> Turn:
    """Let a password count at once that the station does not show in its profile."""
    station, awaited = turn.station, turn.station.awaited
    if awaited is None or awaited.passwords is None or awaited.profile is not None:
        return turn
    shows = {SecurityProfile.BASIC, SecurityProfile.TLS_BASIC}
    if station.security_profile in shows:
        return turn
    station = replace(lifted(station, None, now), passwords=awaited.passwords)
    detail = "a station of this profile shows no password: a later profile will verify it"
    done = _to(turn.handover, HandoverState.ACCEPTED, "old_closed", now, detail=detail)
    return Turn(_let_go(station), done)


def arrived(turn: Turn, entry: Entry, renewed: Passwords | None, now: datetime) -> Turn:
    """Note how a station came in: what is new counts from then on, and the old is closed.

    While an answer is still awaited that it came as before says nothing: the answer may be on its
    way through here, and say that it took what it was sent.

    `renewed` are the digests of the password that it showed, where they are to be replaced. Where
    the deadline has passed, that counts first: whoever asks must judge the entry again then.
    """
    if turn.handover is not None and turn.handover.deadline_at <= now:
        turn = expired(turn, now)
    station, handover = turn
    before = station
    station = _with_digests(station, entry, renewed)
    awaited = station.awaited
    if awaited is None or (entry.profile is before.security_profile and not _tells(entry, before)):
        return Turn(_seen(station, entry), handover)
    is_open = handover is not None and handover.state is HandoverState.SENDING
    left = _left(replace(awaited, is_taken=awaited.is_taken or is_open), entry)
    if left is not None:
        left = replace(left, is_taken=awaited.is_taken)
    station = _promoted(station, awaited, entry)
    if left is None:
        station = lifted(station, None, now)
        return _decided(Turn(station, handover), entry, now)
    if left != awaited:
        station = lifted(station, left, now)
    if handover is not None and handover.steps[-1].name != _CAME_AS_BEFORE:
        handover = _to(handover, None, _CAME_AS_BEFORE, now, detail="it may need a restart first")
    return Turn(_seen(station, entry), handover)


def _tells(entry: Entry, station: Station) -> bool:
    """Return whether an entry tells what the station made of what is awaited."""
    awaited = station.awaited
    return entry.form is not None or (awaited is not None and awaited.profile is not None)


def _with_digests(station: Station, entry: Entry, renewed: Passwords | None) -> Station:
    """Return a station with renewed digests in the place of those that were shown, if any are."""
    if renewed is None:
        return station
    awaited = station.awaited
    if awaited is not None and awaited.passwords == entry.passwords:
        return replace(station, awaited=replace(awaited, passwords=renewed))
    return replace(station, passwords=renewed) if station.passwords == entry.passwords else station


def _left(awaited: Awaited, entry: Entry) -> Awaited | None:
    """Return what is still awaited after an entry; None: nothing."""
    passwords, profile = awaited.passwords, awaited.profile
    if passwords is not None and entry.form is not None:
        keeps = awaited.is_taken and not entry.is_awaited
        passwords = passwords if keeps else None
    if profile is not None:
        keeps = awaited.is_taken and entry.profile is not profile
        profile = profile if keeps else None
    if passwords is None and profile is None:
        return None
    return replace(awaited, passwords=passwords, profile=profile)


def _promoted(station: Station, awaited: Awaited, entry: Entry) -> Station:
    if entry.is_awaited:
        station = replace(station, passwords=awaited.passwords)
    if awaited.profile is not None and entry.profile is awaited.profile:
        station = replace(
            station, security_profile=awaited.profile, highest_profile=awaited.profile
        )
    return station


def _decided(turn: Turn, entry: Entry, now: datetime) -> Turn:
    """End a handover of which nothing is awaited any more."""
    station, handover = turn
    is_new = (
        entry.is_awaited
        if handover is None or handover.kind is HandoverKind.PASSWORD
        else station.security_profile is handover.profile
    )
    if is_new:
        handover = _to(handover, None, "came_with_the_new_one", now)
        handover = _to(handover, HandoverState.VERIFIED, "old_closed", now)
        return Turn(_seen(_let_go(station), entry), handover)
    if _may_repeat(handover):
        handover = _to(handover, HandoverState.PLANNED, _CAME_AS_BEFORE, now, detail=_UNTAKEN)
        return Turn(_seen(station, entry), handover)
    handover = _to(handover, HandoverState.FAILED, _CAME_AS_BEFORE, now, reason=_UNTAKEN)
    return Turn(_seen(_let_go(station), entry), handover)


def _may_repeat(handover: Handover | None) -> bool:
    """Return whether what was sent, and not taken, may be sent again."""
    if handover is None or handover.origin is not Origin.OPERATOR:
        return False
    return 0 < handover.attempts < ATTEMPTS


def expired(turn: Turn, now: datetime) -> Turn:
    """End a handover whose time is over.

    A password that the station took is from then on the only one (A01.FR.03). Where nobody knows
    whether it took it, both stay until it next comes in. A profile that it never came with, and a
    password that was to be typed in, are not awaited any longer.
    """
    station, handover = turn
    awaited = station.awaited
    if handover is None or not (handover.terms.is_manual or was_sent(handover)):
        return _over(turn, now, "the station could not be reached in time")
    if awaited is None:
        return _over(turn, now, "the station did not come with it in time")
    if awaited.passwords is not None and awaited.is_taken and not awaited.is_stored:
        station = replace(lifted(station, None, now), passwords=awaited.passwords)
        reason = "the station took the new password and never came with it: now only that counts"
    elif handover.state is HandoverState.UNANSWERED and handover.profile is None:
        reason = "no answer came: what the station next comes with is from then on the only one"
    elif handover.terms.is_manual:
        station = lifted(station, None, now)
        reason = "the new password was never used: only the old one counts"
    else:
        station = lifted(station, None, now)
        reason = "the station never came with it: only the old one counts"
    return _over(Turn(station, handover), now, reason)


def cancelled(turn: Turn, now: datetime) -> Turn:
    """Stop a handover: what was sent stays admitted until the station next comes in."""
    station, handover = turn
    awaited = station.awaited
    if handover is None:
        return turn
    reason = "cancelled: only the old one counts"
    if handover.terms.is_manual:
        station = lifted(station, None, now)
    elif awaited is None or not was_sent(handover):
        pass  # what is awaited of an earlier one stays so
    else:
        station = lifted(station, replace(awaited, is_taken=False), now)
        reason = "cancelled: what the station next comes with is from then on the only one"
    done = stepped(handover, HandoverState.CANCELLED, "cancelled", now, reason=reason)
    return Turn(_let_go(station), done)


def failed(turn: Turn, now: datetime, reason: str) -> Turn:
    """End a handover that cannot be done: nothing of it is awaited any longer."""
    station, handover = turn
    if handover is not None and was_sent(handover):
        station = lifted(station, None, now)
    handover = _to(handover, HandoverState.FAILED, "failed", now, reason=reason)
    return Turn(_let_go(station), handover)


def was_sent(handover: Handover) -> bool:
    """Return whether anything was sent since a handover last had its turn."""
    if handover.attempts == 0 or handover.state is HandoverState.PLANNED:
        return False
    names = [step.name for step in handover.steps]
    turns = [place for place, name in enumerate(names) if name == BEGUN]
    return SENT in names[turns[-1] if turns else 0 :]


def put_back(turn: Turn, now: datetime, why: str) -> Turn:
    """Plan a handover again, of which nothing was sent."""
    station, handover = turn
    if handover is None or handover.state is not HandoverState.SENDING or was_sent(handover):
        return turn
    return Turn(station, stepped(handover, HandoverState.PLANNED, "not_sent", now, detail=why))


def interrupted(turn: Turn, now: datetime, why: str) -> Turn:
    """Note that only a part was done: if the station comes as before, it is begun again."""
    station, handover = turn
    if station.awaited is None:
        return turn  # it has come in meanwhile
    station = lifted(station, replace(station.awaited, is_taken=False), now)
    handover = _to(handover, HandoverState.UNANSWERED, "interrupted", now, detail=why)
    return Turn(station, handover)


def _over(turn: Turn, now: datetime, reason: str) -> Turn:
    handover = _to(turn.handover, HandoverState.EXPIRED, "expired", now, reason=reason)
    return Turn(_let_go(turn.station), handover)


def _to(
    handover: Handover | None,
    state: HandoverState | None,
    step: str,
    now: datetime,
    *,
    detail: str = "",
    reason: str | None = None,
) -> Handover | None:
    """Return a handover, if there is one, a step further; state None: it stays."""
    if handover is None:
        return None
    return stepped(handover, state or handover.state, step, now, detail=detail, reason=reason)


def _let_go(station: Station) -> Station:
    return replace(station, handover=None)


def _seen(station: Station, entry: Entry) -> Station:
    """Return a station that was seen with a profile, if that is the one which counts now."""
    if entry.profile is not station.security_profile or entry.profile <= station.highest_profile:
        return station
    return replace(station, highest_profile=entry.profile)


def flaw(station: Station, profile: SecurityProfile, *, allows_downgrade: bool) -> str | None:
    """Return why a station must never be told to use this profile; None: it may be.

    A lower profile is never sent over OCPP (A00.FR.005), but for 3 to 2 where the station's
    AllowSecurityProfileDowngrade says so.
    """
    own = max(station.security_profile, station.highest_profile)
    if profile >= own:
        return None
    steps_down = (own, profile) == (SecurityProfile.TLS_CERTIFICATE, SecurityProfile.TLS_BASIC)
    if steps_down and allows_downgrade:
        return None
    text = f"a lower security profile is never sent over OCPP: the station has {own.value}"
    if steps_down:
        return f"{text}, and its AllowSecurityProfileDowngrade is not known to be true"
    return text


def needs(own: SecurityProfile, profile: SecurityProfile | None) -> Iterator[Need]:
    """Yield what a station must be given before it comes with a profile, in that order.

    What comes over TLS has verified this server.
    """
    if profile is None or profile <= own:
        return
    if profile >= SecurityProfile.TLS_BASIC and own < SecurityProfile.TLS_BASIC:
        yield Need.ROOT
    if profile is SecurityProfile.TLS_CERTIFICATE:
        yield Need.CERTIFICATE
