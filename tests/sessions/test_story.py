"""The fold of a story: what the session is after what was told of it."""

from decimal import Decimal

import pytest

from laddnav.metering.model import Billable, Confidence
from laddnav.sessions.model import (
    Answered,
    Entry,
    EventTold,
    OrphanReason,
    Session,
    SessionDoubt,
    StartTold,
    State,
)
from laddnav.sessions.rules.doubts import doubt_texts
from laddnav.sessions.rules.story import fold
from laddnav.sessions.rules.view import Identity, differs, view
from laddnav.tokens.model import Verdict
from tests.sessions.words import (
    CARD,
    HERE,
    NOON,
    OTHER_CARD,
    STATION,
    at,
    event,
    event_told,
    orphan_told,
    said,
    start,
    start_told,
    stop,
    stop_told,
    unset,
)

_NOTHING = Billable(
    energy_wh=Decimal(0), meter_start_wh=None, meter_stop_wh=None, confidence=Confidence.HIGH
)


def shown(*entries: Entry, energy_wh: int = 0) -> Session:
    energy = Billable(
        energy_wh=Decimal(energy_wh),
        meter_start_wh=Decimal(1000),
        meter_stop_wh=Decimal(1000 + energy_wh),
        confidence=Confidence.HIGH,
    )
    return view(Identity(STATION, "S", "1"), fold(entries), energy, updated_at=NOON)


def test_a_start_is_a_running_session() -> None:
    session = shown(start_told(start(at(0), 1000)))
    assert session.state is State.RUNNING
    assert (session.started_at, session.ended_at, session.stop_reason) == (at(0), None, None)
    assert (session.evse, session.connector, session.token) == (1, 1, "CARD1")
    assert (session.verdict, session.meter_stop_wh, session.doubts) == (Verdict.ACCEPTED, None, ())


def test_a_stop_ends_it() -> None:
    session = shown(start_told(start()), stop_told(stop(1, at(9), 2000, reason="EVDisconnected")))
    assert session.state is State.ENDED
    assert (session.ended_at, session.stop_reason) == (at(9), "EVDisconnected")
    assert session.confidence is Confidence.HIGH


def test_a_stop_told_twice_is_told_once() -> None:
    once = shown(start_told(start()), stop_told(stop(1, at(9), 2000)))
    twice = shown(
        start_told(start()),
        stop_told(stop(1, at(9), 2000)),
        stop_told(stop(1, at(9), 2000), received=at(20)),
    )
    assert once == twice


def test_a_second_stop_that_differs_is_kept_and_flagged_and_does_not_count() -> None:
    story = fold(
        [
            start_told(start()),
            stop_told(stop(1, at(9), 2000)),
            stop_told(stop(1, at(10), 2600, reason="PowerLoss")),
        ]
    )
    session = view(Identity(STATION, "S", "1"), story, _NOTHING, updated_at=NOON)
    assert len(story.stops) == 2
    assert (session.ended_at, session.stop_reason) == (at(9), "Local")
    assert SessionDoubt.STOPS_DIFFER in session.doubts


@pytest.mark.parametrize(
    ("reason", "minute", "expected"),
    [
        (OrphanReason.SUPERSEDED, 35, (SessionDoubt.OVERLAPPED,)),
        (OrphanReason.SUPERSEDED, 20, ()),
        (OrphanReason.SUPERSEDED, 8, ()),
        (OrphanReason.FREED, 35, ()),
    ],
)
def test_a_session_that_ends_well_after_another_began_in_its_place_says_so(
    reason: OrphanReason, minute: int, expected: tuple[SessionDoubt, ...]
) -> None:
    session = shown(
        start_told(start(at(0))), orphan_told(at(20), reason), stop_told(stop(1, at(minute), 4500))
    )
    assert session.doubts == expected
    assert session.confidence is (Confidence.LOW if expected else Confidence.HIGH)


def test_a_session_that_goes_on_after_another_began_in_its_place_says_so() -> None:
    session = shown(
        event_told(event("Started", 0, at(0), connector=HERE)),
        orphan_told(at(20), OrphanReason.SUPERSEDED),
        event_told(event("Updated", 1, at(30))),
    )
    assert (session.state, session.doubts) == (State.RUNNING, (SessionDoubt.OVERLAPPED,))


def test_a_flood_of_different_stops_takes_no_more_room_than_a_few() -> None:
    told: list[Entry] = [start_told(start(at(0), 1000))]
    told += [stop_told(stop(1, at(9), 2000 + number)) for number in range(500)]
    story = fold(told)
    assert len(story.stops) == 32
    assert story.stop is told[1]


def test_a_refused_start_has_no_session_until_energy_flows_all_the_same() -> None:
    refused = start_told(start(), said(Verdict.BLOCKED))
    assert shown(refused).state is State.ENDED
    assert shown(refused).ended_at == shown(refused).started_at
    assert shown(refused, energy_wh=10).state is State.RUNNING
    stopped = shown(refused, stop_told(stop(1, at(3), 1010)), energy_wh=10)
    assert (stopped.state, stopped.ended_at, stopped.energy_wh) == (
        State.ENDED,
        at(3),
        Decimal(10),
    )


@pytest.mark.parametrize("reason", list(OrphanReason))
def test_a_closure_by_evidence_ends_the_session_with_a_doubt_in_words(
    reason: OrphanReason,
) -> None:
    session = shown(start_told(start()), orphan_told(at(30), reason))
    assert (session.state, session.ended_at, session.stop_reason) == (State.ENDED, at(30), None)
    assert session.doubts == (f"orphan_{reason}",)
    assert session.confidence is Confidence.LOW
    assert "never told of an end" in doubt_texts(session.doubts)[f"orphan_{reason}"]


def test_the_real_stop_corrects_a_closure_by_evidence() -> None:
    session = shown(start_told(start()), orphan_told(at(30)), stop_told(stop(1, at(20), 1500)))
    assert (session.ended_at, session.doubts) == (at(20), ())


def test_a_session_that_shows_itself_after_its_closure_runs_on() -> None:
    told: list[Entry] = [
        event_told(event("Started", 0, at(0), connector=HERE)),
        orphan_told(at(30)),
    ]
    assert shown(*told).state is State.ENDED
    assert shown(*told, event_told(event("Updated", 1, at(31)))).state is State.RUNNING


def test_a_stop_before_the_start_does_not_make_the_session_negative() -> None:
    session = shown(start_told(start(at(10), 1000)), stop_told(stop(1, at(5), 2000)))
    assert session.ended_at == session.started_at
    assert session.doubts == (SessionDoubt.TIMES_DISORDERED,)


def test_a_corrected_clock_is_flagged_and_the_reported_time_kept() -> None:
    entry = StartTold(
        word=start(unset(3)), at=NOON, received_at=NOON, transaction_id=1, answered=said()
    )
    session = shown(entry)
    assert session.started_at == NOON
    assert session.doubts == (SessionDoubt.CLOCK_CORRECTED,)
    assert fold([entry]).drift == NOON - unset(3)


def test_a_missing_time_is_flagged() -> None:
    assert shown(start_told(start(None))).doubts == (SessionDoubt.TIME_MISSING,)


def test_every_doubt_has_words() -> None:
    texts = doubt_texts([*SessionDoubt, "register_reset"])
    assert all(text.endswith(".") and code != text for code, text in texts.items())
    assert doubt_texts(["no_such_code"]) == {"no_such_code": "no_such_code"}


# ---- transactions whose ids their stations make -----------------------------------------


def _whole() -> list[EventTold]:
    return [
        event_told(event("Started", 0, at(0), connector=HERE, charging_state="EVConnected")),
        event_told(event("Updated", 1, at(1), trigger="Authorized", token=CARD)),
        event_told(event("Updated", 2, at(2), charging_state="Charging")),
        event_told(event("Ended", 3, at(60), charging_state="Idle", stop_reason="EVDisconnected")),
    ]


@pytest.mark.ocpp("E01.FR.16")
def test_each_field_is_that_of_the_event_which_bore_it() -> None:
    session = shown(*_whole())
    assert (session.evse, session.token, session.charging_state) == (1, "CARD1", "Idle")
    assert (session.started_at, session.ended_at) == (at(0), at(60))
    assert (session.stop_reason, session.doubts) == ("EVDisconnected", ())


@pytest.mark.ocpp("E06.FR.08")
def test_an_ended_without_a_reason_was_local() -> None:
    assert shown(*_whole()[:1], event_told(event("Ended", 1, at(5)))).stop_reason == "Local"


@pytest.mark.ocpp("E01.FR.07")
def test_sequence_numbers_need_not_begin_with_0() -> None:
    told = [
        event_told(event("Started", 41, at(0))),
        event_told(event("Updated", 42, at(1))),
        event_told(event("Ended", 43, at(2))),
    ]
    assert shown(*told).doubts == ()


def test_a_missing_number_is_flagged_until_it_comes() -> None:
    told = _whole()
    assert shown(told[0], told[1], told[3]).doubts == (SessionDoubt.EVENTS_MISSING,)
    assert shown(told[0], told[1], told[3], told[2]).doubts == ()


def test_an_end_before_its_start_is_a_session_all_the_same() -> None:
    told = _whole()
    alone = shown(told[3])
    assert (alone.state, alone.doubts) == (State.ENDED, (SessionDoubt.START_MISSING,))
    assert shown(told[3], told[2], told[1], told[0]) == shown(*told)


def test_an_update_after_the_end_does_not_bring_the_session_back() -> None:
    late = event_told(event("Updated", 4, at(61), charging_state="Charging"))
    session = shown(*_whole(), late)
    assert (session.state, session.charging_state, session.ended_at) == (
        State.ENDED,
        "Idle",
        at(60),
    )


def test_one_number_for_two_different_events_is_two_events_flagged() -> None:
    other = event_told(event("Updated", 2, at(30), charging_state="SuspendedEV"))
    session = shown(*_whole()[:3], other)
    assert session.doubts == (SessionDoubt.EVENTS_CONFLICT,)
    assert session.charging_state == "SuspendedEV"


def test_an_event_without_a_number_is_flagged() -> None:
    assert shown(event_told(event("Started", -1, at(0)))).doubts == (SessionDoubt.EVENTS_MISSING,)


def test_a_repeat_is_equal_in_number_kind_time_and_trigger() -> None:
    assert shown(*_whole(), *_whole()) == shown(*_whole())


def test_the_first_accepted_token_is_the_sessions_and_not_the_one_that_stopped_it() -> None:
    refused = Answered(verdict=Verdict.INVALID)
    told = [
        event_told(event("Started", 0, at(0), token=OTHER_CARD), refused),
        event_told(event("Updated", 1, at(1), token=CARD, trigger="Authorized"), said()),
        event_told(event("Ended", 2, at(9), token=OTHER_CARD, trigger="StopAuthorized"), said()),
    ]
    assert (shown(*told).token, shown(*told).verdict) == ("CARD1", Verdict.ACCEPTED)


def test_a_refused_token_does_not_end_a_transaction_that_its_station_runs() -> None:
    refused = event_told(event("Started", 0, at(0), token=CARD), said(Verdict.BLOCKED))
    session = shown(refused)
    assert (session.state, session.verdict) == (State.RUNNING, Verdict.BLOCKED)


def test_the_answer_to_a_repeat_is_that_of_the_first_time() -> None:
    word = event("Updated", 1, at(1), token=CARD)
    story = fold([event_told(word, said(Verdict.NO_CREDIT, "G"))])
    assert story.event_answer(word) == said(Verdict.NO_CREDIT, "G")


def test_offline_events_are_remembered_as_such() -> None:
    assert shown(event_told(event("Started", 0, at(0), offline=True))).offline


def test_only_what_somebody_may_have_billed_makes_a_difference() -> None:
    before = shown(*_whole())
    assert not differs(before, shown(*_whole(), event_told(event("Updated", 4, at(61)))))
    assert differs(before, shown(*_whole(), energy_wh=1))
