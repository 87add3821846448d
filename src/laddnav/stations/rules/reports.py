"""What reports mean: status and fault words, believable times, clock skew, connector numbers."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from laddnav.kernel.keys import ConnectorRef
from laddnav.stations.model import (
    WHOLE_STATION,
    Connector,
    FaultReported,
    Intervals,
    Life,
    Registration,
    Station,
    Status,
    StatusReported,
)

ALIVE_FOR = timedelta(seconds=15)
"""A node that has not beaten for so long is taken for dead, and its links with it."""

LONGEST_SETTLING_SECONDS = 15.0
"""How long a station that has just connected may be left alone, at most."""

CONNECTORS_PER_STATION = 256
HIGHEST_NUMBER = 9_999

_CLOCK_UNSET_BEFORE = datetime(2015, 1, 1, tzinfo=UTC)
_AHEAD_AT_MOST = timedelta(days=1)
_REPLAY_MARGIN = timedelta(seconds=60)
_REPLAY_AT_MOST = timedelta(days=1)
_SKEW_SAMPLES = 4
_SETTLE_SECONDS = 5.0
_FIRST_BOOT_SECONDS = 10.0
_NO_ERROR: Final = "NoError"
_LONGEST_WORD = 50
_LONGEST_TEXT = 500

STATUS_OF: Mapping[str, Status] = {
    "available": Status.AVAILABLE,
    "preparing": Status.OCCUPIED,
    "charging": Status.OCCUPIED,
    "suspendedev": Status.OCCUPIED,
    "suspendedevse": Status.OCCUPIED,
    "finishing": Status.OCCUPIED,
    "occupied": Status.OCCUPIED,
    "reserved": Status.RESERVED,
    "unavailable": Status.UNAVAILABLE,
    "faulted": Status.FAULTED,
}
"""The status words of all versions, in lower case (J: strings are case-insensitive)."""

FAULTS: Mapping[str, str] = {
    "ConnectorLockFailure": "The plug could not be locked or released",
    "EVCommunicationError": "The car and the station do not understand each other",
    "GroundFailure": "A residual current or earth fault tripped the protection",
    "HighTemperature": "The station is too hot and charges less or not at all",
    "InternalError": "Hardware or software of the station failed",
    "LocalListConflict": "The station's list of tokens contradicts ours",
    "OtherError": "A fault that only the vendor's code explains",
    "OverCurrentFailure": "More current flowed than the protection allows",
    "OverVoltage": "The supply voltage rose above its limit",
    "PowerLimitExceeded": "The car or the station drew more power than was granted",
    "PowerMeterFailure": "The energy meter cannot be read",
    "PowerSwitchFailure": "The contactor or power switch does not obey",
    "ReaderFailure": "The card reader does not work",
    "ResetFailure": "The station could not restart",
    "UnderVoltage": "The supply voltage fell below its limit",
    "WeakSignal": "The mobile or wireless signal is weak",
}
"""What fault words mean. PowerLimitExceeded is in no OCPP enumeration: vendors send it."""


class StatusFold(Struct, frozen=True, kw_only=True):
    """What one report changes.

    Attributes:
        after: The connector as it is now; where `late` is set, as it was at that time.
        late: The report tells of the past (replayed): it belongs into the timeline only.
        raised: A fault began.
        cleared: The fault that was there is over, or another one took its place.
        freed: The connector became available.
        changed: Whether the status itself (not only a fault) changed.
    """

    after: Connector
    late: bool
    raised: bool
    cleared: bool
    freed: bool
    changed: bool


def is_fault(connector: Connector | None) -> bool:
    """Return whether a connector has a fault, in its status or beside it."""
    return connector is not None and (
        connector.status is Status.FAULTED or connector.error_code is not None
    )


def explain_fault(connector: Connector) -> str | None:
    """Return in words what is wrong with a connector; None: nothing, or nobody knows."""
    if not is_fault(connector):
        return None
    codes = (connector.vendor_error_code, connector.tech_code, connector.error_code)
    return next((FAULTS[code] for code in codes if code is not None and code in FAULTS), None)


def is_possible(ref: ConnectorRef) -> bool:
    """Return whether a connector's numbers may be stored at all."""
    return 0 <= ref.evse <= HIGHEST_NUMBER and 0 <= ref.connector <= HIGHEST_NUMBER


def believed(stamped: datetime | None, received: datetime) -> datetime:
    """Return when something happened: as stamped, or at receipt where the clock was not set.

    Stations stamp 1970 before they know the time (MicroOcpp#311), or a day to come.
    """
    if stamped is None or stamped < _CLOCK_UNSET_BEFORE or stamped > received + _AHEAD_AT_MOST:
        return received
    return stamped


def is_unset(stamped: datetime) -> bool:
    """Return whether a time is that of a clock which was never set (MicroOcpp#311)."""
    return stamped < _CLOCK_UNSET_BEFORE


def fold_status(
    before: Connector | None,
    report: StatusReported,
    received: datetime,
    *,
    since: datetime | None,
    skew_ms: int | None,
) -> StatusFold | None:
    """Return what a status report changes; None: nothing.

    A report without error code says nothing about faults (OCPP 2 tells them by NotifyEvent).

    Args:
        before: The connector so far.
        report: What came.
        received: When it came.
        since: When the present link began; None: unknown.
        skew_ms: How far the station's clock is ahead.
    """
    after = _status_after(before, report, received)
    if before is not None and _is_same(before, after):
        return None
    late = before is not None and _is_replay(before, after, since, skew_ms)
    return _fold(before, after, late=late)


def fold_fault(
    before: Connector | None, report: FaultReported, received: datetime
) -> StatusFold | None:
    """Return what a problem told apart from any status changes; None: nothing."""
    start = before or Connector(
        ref=report.ref, status=Status.UNKNOWN, at=received, received_at=received
    )
    code = report.error_code[:_LONGEST_WORD]
    if report.cleared:
        if start.error_code != code:
            return None
        after = replace(start, error_code=None, vendor_error_code=None, tech_code=None, info=None)
    else:
        after = replace(
            start,
            error_code=code,
            vendor_error_code=_cut(report.vendor_error_code, _LONGEST_WORD),
            tech_code=_cut(report.tech_code, _LONGEST_WORD),
            info=_cut(report.info, _LONGEST_TEXT),
        )
    if _is_same(start, after):
        return None
    at = believed(report.at, received)
    after = replace(after, at=at, stamped_at=report.at, received_at=received)
    return _fold(before, after, late=False)


def fold_skew(samples: tuple[int, ...], stamped: datetime, received: datetime) -> tuple[int, ...]:
    """Return the last few differences (ms) between a station's clock and ours, with one more."""
    if stamped < _CLOCK_UNSET_BEFORE:
        return samples
    ahead = (stamped - received) // timedelta(milliseconds=1)
    return (*samples[1 - _SKEW_SAMPLES :], ahead)


def skew_of(samples: tuple[int, ...]) -> int | None:
    """Return how far a clock is ahead (ms, negative: behind), None where nothing is known.

    Each sample is the skew less the time that the message took: the largest is nearest.
    """
    return max(samples, default=None)


def place(number: int, grouping: tuple[tuple[int, ...], ...]) -> ConnectorRef:
    """Return where connector `number` of OCPP 1.6 is: EVSE `number`, connector 1, or as grouped.

    0 is the whole station. A grouping names 1, 2, ... without gap; later numbers follow it with
    an EVSE each.
    """
    if number == 0:
        return WHOLE_STATION
    if not grouping:
        return ConnectorRef(number, 1)
    for evse, numbers in enumerate(grouping, start=1):
        if number in numbers:
            return ConnectorRef(evse, numbers.index(number) + 1)
    return ConnectorRef(number - sum(map(len, grouping)) + len(grouping), 1)


def number_of(ref: ConnectorRef, grouping: tuple[tuple[int, ...], ...]) -> int | None:
    """Return the number in OCPP 1.6 of a connector; None: it cannot exist there."""
    if ref.evse == 0:
        return 0
    if ref.evse <= len(grouping):
        numbers = grouping[ref.evse - 1]
        wanted = max(ref.connector, 1)
        return numbers[wanted - 1] if wanted <= len(numbers) else None
    if ref.connector > 1:
        return None
    return ref.evse - len(grouping) + sum(map(len, grouping))


def is_grouping(grouping: tuple[tuple[int, ...], ...]) -> bool:
    """Return whether a grouping names connectors 1, 2, ... each once and leaves no EVSE empty."""
    named = sorted(number for numbers in grouping for number in numbers)
    return all(grouping) and named == list(range(1, len(named) + 1))


def interval_of(station: Station, intervals: Intervals) -> int:
    """Return the interval (s) in the answer to a Boot: see `Intervals`."""
    if station.registration is not Registration.ACCEPTED:
        return intervals.retry_seconds
    own = station.settings.heartbeat_seconds
    return intervals.heartbeat_seconds if own is None else own


def may_speak(registration: Registration, answered: Registration | None, *, caused: bool) -> bool:
    """Return whether a message other than Boot is heard, or answered with SecurityError.

    Refused only once Boot was answered Pending or Rejected, and then not where our own
    TriggerMessage, GetBaseReport or GetReport `caused` it (B02.FR.09, B03.FR.07).
    """
    if registration is Registration.ACCEPTED or caused:
        return True
    return answered is None or answered is Registration.ACCEPTED


def commands_from(
    connected: float, *, booted: bool, ever_booted: bool, settle: float | None = None
) -> float:
    """Return from when on (monotonic seconds) a station may be commanded.

    Some drop the link when commanded in its first seconds or before their Boot (lbbrhzn#1510).
    A station that never booted with us is given longer for it; a fleet that moved in never will.
    `settle` are the seconds that its settings or quirks ask for.
    """
    wait = _SETTLE_SECONDS if settle is None else settle
    return connected + (wait if booted or ever_booted else max(wait, _FIRST_BOOT_SECONDS))


def is_connected(life: Life, beaten_at: datetime | None, now: datetime) -> bool:
    """Return whether the link that a station's life tells of can live: its node must."""
    return life.node is not None and beaten_at is not None and now - beaten_at < ALIVE_FOR


def is_room_for(ref: ConnectorRef, known: Collection[ConnectorRef]) -> bool:
    """Return whether a connector may be kept: stations cannot fill the memory with numbers."""
    return ref in known or (len(known) < CONNECTORS_PER_STATION and is_possible(ref))


def _status_after(
    before: Connector | None, report: StatusReported, received: datetime
) -> Connector:
    status = STATUS_OF.get(report.status.strip().lower(), Status.UNKNOWN)
    word = report.status[:_LONGEST_WORD]
    at = believed(report.at, received)
    if report.error_code is None and before is not None:
        return replace(
            before,
            status=status,
            wire_status=word,
            at=at,
            stamped_at=report.at,
            received_at=received,
        )
    code = report.error_code
    return Connector(
        ref=report.ref,
        status=status,
        wire_status=word,
        error_code=None if code is None or code == _NO_ERROR else code[:_LONGEST_WORD],
        vendor_error_code=_cut(report.vendor_error_code, _LONGEST_WORD),
        vendor_id=_cut(report.vendor_id, _LONGEST_TEXT),
        info=_cut(report.info, _LONGEST_TEXT),
        tech_code=_cut(report.tech_code, _LONGEST_WORD),
        at=at,
        stamped_at=report.at,
        received_at=received,
    )


def _is_same(before: Connector, after: Connector) -> bool:
    """Return whether two states differ in nothing but their times."""
    return _state(before) == _state(after)


def _state(connector: Connector) -> tuple[str | None, ...]:
    return (connector.wire_status, connector.info, connector.vendor_id, *_fault(connector))


def _fault(connector: Connector) -> tuple[str | None, ...]:
    return (connector.error_code, connector.vendor_error_code, connector.tech_code)


def _is_replay(
    before: Connector, after: Connector, since: datetime | None, skew_ms: int | None
) -> bool:
    """Return whether `after` was sent late and is older than what is known.

    Only where all agrees: both times can be believed, it was stamped well before this link
    began, and the station's clock is not known to be behind. In doubt the newest arrival counts,
    for a state frozen by a clock that was set back is worse than one shown for seconds.
    """
    if since is None or after.stamped_at != after.at or before.stamped_at != before.at:
        return False
    if before.at > before.received_at + _REPLAY_MARGIN:
        return False  # stamped by a clock that ran ahead
    if skew_ms is not None and skew_ms < -_REPLAY_MARGIN // timedelta(milliseconds=1):
        return False
    age = after.received_at - after.at
    is_older = after.at < before.at - _REPLAY_MARGIN
    return is_older and after.at < since - _REPLAY_MARGIN and age < _REPLAY_AT_MOST


def _fold(before: Connector | None, after: Connector, *, late: bool) -> StatusFold:
    was_fault, is_now = is_fault(before), is_fault(after)
    other = before is not None and was_fault and is_now and _fault(before) != _fault(after)
    was = before.status if before is not None else Status.AVAILABLE
    freed = after.status is Status.AVAILABLE and was not in {Status.AVAILABLE, Status.RESERVED}
    return StatusFold(
        after=after,
        late=late,
        raised=not late and is_now and (not was_fault or other),
        cleared=not late and was_fault and (not is_now or other),
        freed=not late and freed and after.ref != WHOLE_STATION,
        changed=before is None or before.wire_status != after.wire_status,
    )


def _cut(text: str | None, longest: int) -> str | None:
    """Return a text within bounds; an empty one is none (Phihong sends them)."""
    return text[:longest] if text else None
