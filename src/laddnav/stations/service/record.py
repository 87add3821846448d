"""What stations report, folded into their state: each report gives the write that keeps it."""

from datetime import datetime
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from laddnav.kernel import ids
from laddnav.kernel.keys import ConnectorRef
from laddnav.stations.events import ConnectorFreed, FaultCleared, FaultRaised
from laddnav.stations.live import LiveStation
from laddnav.stations.model import (
    WHOLE_STATION,
    BootReported,
    Connector,
    FaultReported,
    Intervals,
    Registration,
    StatusReported,
    TimelineEntry,
    TimelineKind,
)
from laddnav.stations.rules import reports
from laddnav.stations.rules.reports import StatusFold
from laddnav.stations.store import tables
from laddnav.storage.write import Fact, Row, Write

_LONGEST = 255

_Event = TypeVar("_Event", ConnectorFreed, FaultCleared, FaultRaised)


class Booted(msgspec.Struct, frozen=True, kw_only=True):
    """How a Boot is to be answered, once `write` is durable; None: nothing is new.

    Attributes:
        interval_seconds: Between heartbeats where it is accepted, else before it boots again.
    """

    registration: Registration
    interval_seconds: int
    write: Write | None


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a report.

    Attributes:
        write: What must be durable before the answer goes out; None: nothing is new.
        freed: A connector that became available by it: no session can be running there.
    """

    write: Write | None = None
    freed: ConnectorRef | None = None


_NOTHING_NEW = Recorded()


def entry(
    ref: ConnectorRef, at: datetime, kind: TimelineKind, value: str, info: str | None = None
) -> TimelineEntry:
    """Return a line of the timeline about something that we saw ourselves."""
    return TimelineEntry(
        id=ids.new_id(),
        ref=ref,
        at=at,
        stamped_at=None,
        received_at=at,
        kind=kind,
        value=value,
        info=info,
    )


def record_boot(
    live: LiveStation, report: BootReported, now: datetime, intervals: Intervals
) -> Booted:
    """Fold a BootNotification; its answer is the operator's decision (B01.FR.02).

    A station that is not accepted asks again and again: what says nothing new is not written.
    """
    answer = live.registration
    booted = Booted(
        registration=answer,
        interval_seconds=reports.interval_of(replace(live.station, registration=answer), intervals),
        write=None,
    )
    again = live.booted and live.life.boot_answer is answer
    told = {
        name: value[:_LONGEST] if value else None
        for name, value in msgspec.structs.asdict(report).items()
    }
    reason = told.pop("reason")
    proven = live.connection is not None and live.connection.is_proven
    life = replace(live.life, **told, boot_reason=reason, boot_answer=answer, boot_proven=proven)
    if again and answer is not Registration.ACCEPTED and life == live.life:
        return booted
    live.life = replace(life, boot_at=now, clock_skew_ms=live.clock_skew_ms)
    live.note_boot()
    line = entry(WHOLE_STATION, now, TimelineKind.BOOT, answer.value, reason)
    rows = (tables.life_row(live.key, live.life), tables.timeline_row(live.key, line))
    return replace(booted, write=Write(fence=live.fence, rows=rows))


def turned_away(intervals: Intervals) -> Booted:
    """Return the answer to a Boot of which nothing is taken; its link ends."""
    return Booted(
        registration=Registration.REJECTED, interval_seconds=intervals.retry_seconds, write=None
    )


def record_status(live: LiveStation, report: StatusReported, received: datetime) -> Recorded:
    """Fold a status; one that repeats what is known gives nothing to write."""
    live.told_status = True
    if not reports.is_room_for(report.ref, live.connectors):
        return _NOTHING_NEW
    fold = reports.fold_status(
        live.connectors.get(report.ref),
        report,
        received,
        since=live.connected_at,
        skew_ms=live.clock_skew_ms,
    )
    if report.at is not None:
        live.observe_clock(report.at, received)
    return _NOTHING_NEW if fold is None else _recorded(live, fold)


def record_fault(live: LiveStation, report: FaultReported, received: datetime) -> Recorded:
    """Fold a problem, or its end, that a station told apart from any status."""
    if not reports.is_room_for(report.ref, live.connectors):
        return _NOTHING_NEW
    fold = reports.fold_fault(live.connectors.get(report.ref), report, received)
    return _NOTHING_NEW if fold is None else _recorded(live, fold)


def _recorded(live: LiveStation, fold: StatusFold) -> Recorded:
    after = fold.after
    before = live.connectors.get(after.ref)
    rows = _lines(live, before, fold)
    if not fold.late:
        live.connectors[after.ref] = after
        rows = (tables.connector_row(live.key, after), *rows)
    write = Write(fence=live.fence, rows=rows, facts=_facts(live, before, fold))
    return Recorded(write=write, freed=after.ref if fold.freed else None)


def _lines(live: LiveStation, before: Connector | None, fold: StatusFold) -> tuple[Row, ...]:
    """Return the lines of the timeline: the status where it changed, faults that end or begin."""
    lines: list[TimelineEntry] = []
    if fold.cleared and before is not None:
        lines.append(replace(_line(before, TimelineKind.FAULT_CLEARED), **_times(fold.after)))
    if fold.raised:
        lines.append(_line(fold.after, TimelineKind.FAULT))
    if fold.changed or not lines:
        lines.append(_line(fold.after, TimelineKind.STATUS))
    return tuple(tables.timeline_row(live.key, line) for line in lines)


def _line(connector: Connector, kind: TimelineKind) -> TimelineEntry:
    fault = connector.error_code or connector.status.value
    return TimelineEntry(
        id=ids.new_id(),
        ref=connector.ref,
        at=connector.at,
        stamped_at=connector.stamped_at,
        received_at=connector.received_at,
        kind=kind,
        value=connector.status.value if kind is TimelineKind.STATUS else fault,
        wire_status=connector.wire_status,
        error_code=connector.error_code,
        vendor_error_code=connector.vendor_error_code,
        tech_code=connector.tech_code,
        info=connector.info,
    )


def _times(connector: Connector) -> dict[str, datetime | None]:
    return {
        "at": connector.at,
        "stamped_at": connector.stamped_at,
        "received_at": connector.received_at,
    }


def _facts(live: LiveStation, before: Connector | None, fold: StatusFold) -> tuple[Fact, ...]:
    after, facts = fold.after, list[Fact]()
    if fold.cleared and before is not None:
        cleared = FaultCleared(
            station=live.key,
            ref=after.ref,
            at=after.at,
            error_code=before.error_code,
            vendor_error_code=before.vendor_error_code,
            tech_code=before.tech_code,
        )
        facts.append(_fact(live, cleared))
    if fold.raised:
        raised = FaultRaised(
            station=live.key,
            ref=after.ref,
            at=after.at,
            error_code=after.error_code,
            vendor_error_code=after.vendor_error_code,
            tech_code=after.tech_code,
            info=after.info,
        )
        facts.append(_fact(live, raised))
    if fold.freed:
        freed = ConnectorFreed(station=live.key, ref=after.ref, at=after.at)
        facts.append(_fact(live, freed))
    return tuple(facts)


def _fact(live: LiveStation, event: _Event) -> Fact:
    return Fact(
        id=ids.new_id(),
        operator=live.key.operator,
        kind=type(event).__name__,
        subject=live.key.identity,
        at=event.at,
        payload=msgspec.json.encode(event),
    )
