"""In whatever order, and however often, a transaction's events come: it is the same session."""

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from laddnav.metering.model import Billable, Confidence
from laddnav.sessions.model import EventTold, Session
from laddnav.sessions.rules.story import fold
from laddnav.sessions.rules.view import Identity, view
from laddnav.tokens.model import Verdict
from tests.sessions.words import (
    CARD,
    HERE,
    NOON,
    OTHER_CARD,
    STATION,
    THERE,
    at,
    event,
    event_told,
    said,
)

_ENERGY = Billable(
    energy_wh=Decimal(5), meter_start_wh=None, meter_stop_wh=None, confidence=Confidence.HIGH
)
_EVENT = st.builds(
    lambda word, verdict: event_told(word, said(verdict) if word.token else None),
    st.builds(
        event,
        st.sampled_from(["Started", "Updated", "Updated", "Updated", "Ended"]),
        st.integers(-1, 12),
        st.integers(-5, 300).map(at),
        trigger=st.sampled_from(["Authorized", "StopAuthorized", "MeterValuePeriodic"]),
        connector=st.sampled_from([None, HERE, THERE]),
        token=st.sampled_from([None, CARD, OTHER_CARD]),
        charging_state=st.sampled_from([None, "Charging", "Idle", "SuspendedEV"]),
        stop_reason=st.sampled_from([None, "Remote", "PowerLoss"]),
        offline=st.booleans(),
    ),
    st.sampled_from(list(Verdict)),
)


def _identity(told: EventTold) -> Any:
    """What makes an event a repeat of another."""
    word = told.word
    return (word.seq_no, word.kind, word.at, word.trigger)


def _session(told: list[EventTold]) -> Session:
    return view(Identity(STATION, "S", "T1"), fold(told), _ENERGY, updated_at=NOON)


@given(st.data(), st.lists(_EVENT, min_size=1, max_size=14, unique_by=_identity))
def test_any_order_and_any_repetition_give_the_same_session(
    data: st.DataObject, told: list[EventTold]
) -> None:
    again = told + data.draw(st.lists(st.sampled_from(told), max_size=6))
    shuffled = data.draw(st.permutations(again))
    assert _session(shuffled) == _session(told)


@given(st.permutations(range(9)))
def test_a_whole_transaction_has_no_doubts_in_any_order(order: list[int]) -> None:
    told = [event_told(event("Started", 0, at(0), token=CARD, connector=HERE))]
    told += [event_told(event("Updated", number, at(number))) for number in range(1, 8)]
    told += [event_told(event("Ended", 8, at(8), stop_reason="Remote"))]
    session = _session([told[place] for place in order])
    assert session.doubts == ()
    assert (session.started_at, session.ended_at) == (at(0), at(8))
    assert (session.token, session.evse, session.stop_reason) == ("CARD1", 1, "Remote")
