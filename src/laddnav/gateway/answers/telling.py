"""Telling the rooms what a station said, and making the answer of what came of it.

Where memory suffices the answer is there at once; else it is to be awaited.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final, Literal

from msgspec import Struct

from laddnav.gateway.dispatch import Answer, Desk
from laddnav.sessions.live.outcome import Outcome
from laddnav.sessions.model import Word
from laddnav.stations.model import BootReported, Registration, Status, StatusReported
from laddnav.stations.service.record import Booted
from laddnav.storage.write import Write

Respond = Callable[[Outcome], Struct]

REGISTRATIONS: Final[Mapping[Registration, Literal["Accepted", "Pending", "Rejected"]]] = {
    Registration.ACCEPTED: "Accepted",
    Registration.PENDING: "Pending",
    Registration.REJECTED: "Rejected",
}
"""How a Boot is answered, in the word of every version."""


def tell(desk: Desk, word: Word, respond: Respond) -> Answer | Awaitable[Answer]:
    """Let the sessions' room take `word`, and answer with what `respond` makes of the outcome."""
    sessions = desk.rooms.sessions
    if sessions.needs_judging(desk.key, word):
        return tell_judged(desk, word, respond)
    outcome = sessions.record(desk.key, word, received_at=desk.now)
    return Answer(response=respond(outcome), write=outcome.write)


async def tell_judged(desk: Desk, word: Word, respond: Respond) -> Answer:
    """Do as `tell`, holding the loop only shortly, however many readings word and session have."""
    sessions = desk.rooms.sessions
    evidence = desk.raw.encode("utf-8", "replace")  # only what is judged can lack a session
    outcome = None
    while outcome is None:
        judgement = await sessions.judge(desk.key, word, now=desk.now)
        recording = sessions.recording(
            desk.key, word, judgement, received_at=desk.now, evidence=evidence
        )
        outcome = await desk.pace.unhurried(recording)
    return Answer(response=respond(outcome), write=outcome.write)


def tell_boot(
    desk: Desk, report: BootReported, respond: Callable[[Booted], Struct]
) -> Answer | Awaitable[Answer]:
    """Let the stations' room take a Boot, and answer with what `respond` makes of it."""
    stations = desk.rooms.stations
    if stations.is_of_another_kind(desk.live, report):
        return _suited(desk, report, respond)
    waiting = stations.awaiting(desk.live, report)
    return (
        _booted(desk, report, respond) if waiting is None else _held(desk, report, respond, waiting)
    )


async def _suited(desk: Desk, report: BootReported, respond: Callable[[Booted], Struct]) -> Answer:
    await desk.rooms.stations.suit(desk.live, report)
    waiting = desk.rooms.stations.awaiting(desk.live, report)
    if waiting is not None:
        await waiting
    return _booted(desk, report, respond)


async def _held(
    desk: Desk,
    report: BootReported,
    respond: Callable[[Booted], Struct],
    waiting: Awaitable[None],
) -> Answer:
    await waiting
    return _booted(desk, report, respond)


def _booted(desk: Desk, report: BootReported, respond: Callable[[Booted], Struct]) -> Answer:
    booted = desk.rooms.stations.record_boot(desk.live, report, desk.now)
    return Answer(response=respond(booted), write=booted.write)


def take_status(desk: Desk, report: StatusReported) -> Write | None:
    """Let the rooms take a status; return what must be durable, None where nothing is new.

    An available connector is evidence against a session that runs there; any other status, if it
    is the latest, makes that evidence void.
    """
    recorded = desk.rooms.stations.record_status(desk.live, report, desk.now)
    sessions = desk.rooms.sessions
    if recorded.freed is not None:
        evidence = sessions.connector_freed(
            desk.key, recorded.freed, report.at, received_at=desk.now
        )
        return both(recorded.write, evidence)
    connector = desk.live.connectors.get(report.ref)
    if connector is None or connector.status is Status.AVAILABLE:
        return recorded.write
    evidence = sessions.connector_taken(desk.key, report.ref, received_at=desk.now)
    return both(recorded.write, evidence)


def both(first: Write | None, then: Write | None) -> Write | None:
    """Return one write that does both."""
    if first is None or then is None:
        return first or then
    return first + then
