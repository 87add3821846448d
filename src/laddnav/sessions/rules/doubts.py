"""What speaks against a session, in words, and how much each weighs."""

from collections.abc import Iterable
from typing import Final

from laddnav.metering.model import Confidence
from laddnav.metering.rules import doubt_text
from laddnav.sessions.model import OrphanReason, SessionDoubt

_HIGH, _MEDIUM, _LOW = Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW
_ORDER: Final = (Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW, Confidence.NONE)

_SESSION: Final[dict[SessionDoubt, tuple[Confidence, str]]] = {
    SessionDoubt.CLOCK_CORRECTED: (
        _MEDIUM,
        "The station's clock was wrong: times were corrected by when its messages came.",
    ),
    SessionDoubt.TIME_MISSING: (
        _MEDIUM,
        "A message bore no usable time: the time of its receipt was taken.",
    ),
    SessionDoubt.TIMES_DISORDERED: (_MEDIUM, "The session ended before it began."),
    SessionDoubt.START_MISSING: (_LOW, "The station never told how the session began."),
    SessionDoubt.EVENTS_MISSING: (_MEDIUM, "Some of the station's messages never came."),
    SessionDoubt.EVENTS_CONFLICT: (
        _MEDIUM,
        "Two different messages bear the same sequence number; both are kept.",
    ),
    SessionDoubt.STOPS_DIFFER: (_MEDIUM, "The station told of different ends; one counts."),
    SessionDoubt.STOP_GUESSED: (
        _LOW,
        "The end named no known transaction: this was the only session that it fits.",
    ),
    SessionDoubt.STOPPED_BY_OTHER: (
        _HIGH,
        "Stopped with a token that has no right to it.",
    ),
    SessionDoubt.ORPHAN_FREED: (
        _LOW,
        "The station never told of an end: its connector was reported available.",
    ),
    SessionDoubt.ORPHAN_SUPERSEDED: (
        _LOW,
        "The station never told of an end: another session began on the connector.",
    ),
    SessionDoubt.ORPHAN_SILENT: (
        _LOW,
        "The station never told of an end: nothing was heard for too long.",
    ),
    SessionDoubt.ORPHAN_CROWDED: (
        _LOW,
        "The station never told of an end: it began too many other sessions.",
    ),
    SessionDoubt.OVERLAPPED: (
        _LOW,
        "Another session began on the connector before this one ended: both may count one energy.",
    ),
}

ORPHANS: Final = {
    OrphanReason.FREED: SessionDoubt.ORPHAN_FREED,
    OrphanReason.SUPERSEDED: SessionDoubt.ORPHAN_SUPERSEDED,
    OrphanReason.SILENT: SessionDoubt.ORPHAN_SILENT,
    OrphanReason.CROWDED: SessionDoubt.ORPHAN_CROWDED,
}


def confidence(energy: Confidence, doubts: Iterable[SessionDoubt]) -> Confidence:
    """Return the worst of what the energy and each of the session's own doubts leave."""
    worst = _ORDER.index(energy)
    for doubt in doubts:
        worst = max(worst, _ORDER.index(_SESSION[doubt][0]))
    return _ORDER[worst]


def doubt_texts(codes: Iterable[str]) -> dict[str, str]:
    """Return what doubt codes, of the energy and of the session, mean in words."""
    own = {doubt.value: text for doubt, (_, text) in _SESSION.items()}
    return {code: own.get(code) or doubt_text(code) for code in codes}
