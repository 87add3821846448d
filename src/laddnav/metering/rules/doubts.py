"""What each doubt means in words, and how much confidence it leaves."""

from collections.abc import Iterable, Mapping
from typing import Final

from laddnav.metering.model import Confidence, Doubt

DOUBTS: Final[Mapping[Doubt, str]] = {
    Doubt.NO_REGISTER: (
        "The meter was read less than twice in this session: there is no energy to bill."
    ),
    Doubt.START_UNKNOWN: (
        "The meter was not read at the start: energy is counted from the first value that came."
    ),
    Doubt.STOP_UNKNOWN: (
        "The meter was not read at the stop: energy is counted up to the last value that came."
    ),
    Doubt.STOP_BELOW_START: "The meter reading at the stop is lower than the one at the start.",
    Doubt.REGISTER_DROPOUT: (
        "The meter showed almost nothing for a while and then went on where it had been: "
        "those values are left out."
    ),
    Doubt.REGISTER_RESET: (
        "The meter began again at zero during the session: the parts before and after are added."
    ),
    Doubt.REGISTER_FELL: (
        "The meter fell and did not come back: only what it rose by, before and after, is counted."
    ),
    Doubt.REGISTER_DIPPED: ("The meter fell for a while and came back: those values are left out."),
    Doubt.REGISTER_SPIKE: (
        "One value was higher than the station can have delivered: it is left out."
    ),
    Doubt.REGISTER_JUMPED: (
        "The meter jumped by more than the station can have delivered: the jump is not counted."
    ),
    Doubt.OTHER_REGISTER: (
        "The values during the session come from another register than those at its start and "
        "stop: start and stop count."
    ),
    Doubt.UNITS_MIXED: (
        "Values differ by a factor of a thousand, as if kWh were sent as Wh: "
        "they are counted as they came."
    ),
    Doubt.UNITS_REPAIRED: (
        "Some values were sent in kWh as if they were Wh; those in Wh settle the energy."
    ),
    Doubt.FROM_INTERVALS: (
        "The station reports energy per interval only: the intervals are added up."
    ),
    Doubt.CLOCK_UNUSABLE: (
        "The station's clock did not move during the session: "
        "whether the energy is possible could hardly be checked."
    ),
    Doubt.MORE_THAN_POSSIBLE: (
        "The energy is more than the station can have delivered in the time."
    ),
}

_LEFT: Final[Mapping[Doubt, Confidence]] = {
    Doubt.NO_REGISTER: Confidence.NONE,
    Doubt.MORE_THAN_POSSIBLE: Confidence.NONE,
    Doubt.REGISTER_FELL: Confidence.LOW,
    Doubt.REGISTER_JUMPED: Confidence.LOW,
    Doubt.UNITS_MIXED: Confidence.LOW,
}
_ORDER: Final = (Confidence.NONE, Confidence.LOW, Confidence.MEDIUM)


def doubt_text(doubt: str) -> str:
    """Return a doubt as an English sentence; a code that is not known, as it is."""
    return next((text for code, text in DOUBTS.items() if code == doubt), doubt)


def confidence(doubts: Iterable[Doubt]) -> Confidence:
    """Return the least confidence that any of the doubts leaves; high without doubts."""
    left = {_LEFT.get(doubt, Confidence.MEDIUM) for doubt in doubts}
    return next((worst for worst in _ORDER if worst in left), Confidence.HIGH)
