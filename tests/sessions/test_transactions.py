"""Transactions whose ids their stations make (OCPP 2.x): complete, whatever is lost or repeated."""

from decimal import Decimal

import pytest

from laddnav.sessions.model import (
    EvidenceReason,
    SessionDoubt,
    State,
    TransactionEventReported,
)
from laddnav.tokens.model import NewToken, TokenRef, Verdict
from tests.sessions.desk import Desk
from tests.sessions.words import (
    CARD,
    HERE,
    OTHER_CARD,
    OTHER_STATION,
    STATION,
    THERE,
    at,
    event,
    reading,
    start,
    unset,
)


def _whole(transaction_id: str = "T1") -> list[TransactionEventReported]:
    return [
        event(
            "Started",
            0,
            at(0),
            connector=HERE,
            token=CARD,
            register=1000,
            transaction_id=transaction_id,
            trigger="Authorized",
            charging_state="Charging",
        ),
        *(
            event(
                "Updated",
                number,
                at(number),
                register=1000 + 1000 * number,
                transaction_id=transaction_id,
            )
            for number in range(1, 10)
        ),
        event(
            "Ended",
            10,
            at(10),
            register=11_000,
            transaction_id=transaction_id,
            trigger="EVDeparted",
            stop_reason="EVDisconnected",
        ),
    ]


async def test_a_transaction_from_start_to_end(desk: Desk) -> None:
    for word in _whole():
        await desk.tell(word, word.at or at(0))
    session = await desk.one()
    assert (session.state, session.started_at, session.ended_at) == (State.ENDED, at(0), at(10))
    assert (session.transaction_id, session.token, session.evse) == ("T1", "CARD1", 1)
    assert (session.energy_wh, session.doubts) == (Decimal(10_000), ())
    assert (session.meter_start_wh, session.meter_stop_wh) == (Decimal(1000), Decimal(11_000))
    assert session.stop_reason == "EVDisconnected"
    assert len(await desk.registers(session.id)) == 11
    assert len(await desk.archive.story("default", session.id)) == 11
    assert await desk.facts() == ["SessionStarted", "SessionEnded"]


async def test_a_transaction_that_has_just_begun_is_beyond_doubt(desk: Desk) -> None:
    await desk.tell(_whole()[0], at(0))
    session = await desk.one()
    assert (session.doubts, session.energy_wh) == ((), Decimal(0))
    assert session.meter_start_wh == 1000


async def test_events_of_a_running_transaction_need_no_judging(desk: Desk) -> None:
    words = _whole()
    assert desk.sessions.needs_judging(STATION, words[0])
    await desk.tell(words[0], at(0))
    assert not desk.sessions.needs_judging(STATION, words[1])
    assert desk.sessions.needs_judging(STATION, words[-1])


async def test_an_offline_queue_replayed_after_a_restart_is_complete(desk: Desk) -> None:
    words = _whole()
    await desk.tell(words[0], at(0))
    desk.restart()
    await desk.connect(STATION)
    for word in words[1:]:
        await desk.tell(word, at(600))
    session = await desk.one()
    assert (session.energy_wh, session.ended_at, session.doubts) == (Decimal(10_000), at(10), ())


@pytest.mark.parametrize("restarted", [False, True])
async def test_every_event_told_twice_is_told_once(desk: Desk, *, restarted: bool) -> None:
    for word in _whole():
        await desk.tell(word, at(20))
        if restarted:
            desk.restart()
            await desk.connect(STATION)
        again = await desk.tell(word, at(21))
        assert again.duplicate
    session = await desk.one()
    assert (session.energy_wh, session.doubts) == (Decimal(10_000), ())
    assert len(await desk.archive.story("default", session.id)) == 11
    assert await desk.facts() == ["SessionStarted", "SessionEnded"]


@pytest.mark.parametrize("restarted", [False, True])
async def test_the_answer_to_a_repeat_is_the_same_even_if_the_token_was_blocked_since(
    desk: Desk, *, restarted: bool
) -> None:
    first = await desk.tell(_whole()[0], at(0))
    await desk.block("CARD1")
    if restarted:
        desk.restart()
        await desk.connect(STATION)
    again = await desk.tell(_whole()[0], at(1))
    assert first.verdict is not None
    assert again.verdict is not None
    assert again.verdict.verdict is first.verdict.verdict is Verdict.ACCEPTED


@pytest.mark.ocpp("E01.FR.11")
@pytest.mark.ocpp("C12.FR.03")
async def test_a_token_is_asked_again_in_every_event_that_bears_one(desk: Desk) -> None:
    await desk.tell(_whole()[0], at(0))
    await desk.block("CARD1")
    outcome = await desk.tell(event("Updated", 1, at(1), token=CARD), at(1))
    assert outcome.verdict is not None
    assert outcome.verdict.verdict is Verdict.BLOCKED
    assert (await desk.one()).verdict is Verdict.ACCEPTED


async def test_an_event_with_an_unknown_token_is_stored_and_not_accepted(desk: Desk) -> None:
    word = event("Started", 0, at(0), connector=HERE, token=TokenRef("NOBODY", "ISO14443"))
    outcome = await desk.tell(word, at(0))
    assert outcome.verdict is not None
    assert outcome.verdict.verdict is not Verdict.ACCEPTED
    session = await desk.one()
    assert (session.state, session.token) == (State.RUNNING, "NOBODY")


async def test_an_event_without_a_token_has_no_verdict(desk: Desk) -> None:
    assert (await desk.tell(event("Started", 0, at(0)), at(0))).verdict is None


@pytest.mark.ocpp("E07.FR.02")
async def test_a_stopping_token_is_answered_with_its_status(desk: Desk) -> None:
    await desk.admit(NewToken(uid="OTHER", group="G"))
    await desk.tell(_whole()[0], at(0))
    word = event("Ended", 1, at(5), token=TokenRef("OTHER", "ISO14443"), trigger="StopAuthorized")
    outcome = await desk.tell(word, at(5))
    assert outcome.verdict is not None
    assert (outcome.verdict.verdict, outcome.verdict.group) == (Verdict.ACCEPTED, "G")
    assert (await desk.one()).token == "CARD1"


async def test_a_card_that_charges_elsewhere_is_concurrent_at_the_start_only(desk: Desk) -> None:
    await desk.tell(_whole()[0], at(0))
    started = event("Started", 0, at(1), transaction_id="T9", connector=HERE, token=CARD)
    outcome = await desk.tell(started, at(1), OTHER_STATION)
    assert outcome.verdict is not None
    assert outcome.verdict.verdict is Verdict.CONCURRENT
    updated = event("Updated", 1, at(2), transaction_id="T9", token=CARD)
    outcome = await desk.tell(updated, at(2), OTHER_STATION)
    assert outcome.verdict is not None
    assert outcome.verdict.verdict is Verdict.ACCEPTED


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_transaction_whose_token_was_refused_holds_no_card(
    desk: Desk, *, restarted: bool
) -> None:
    await desk.tell(_whole()[0], at(0))
    refused = event("Started", 0, at(1), transaction_id="T9", connector=HERE, token=CARD)
    await desk.tell(refused, at(1), OTHER_STATION)
    await desk.tell(event("Ended", 1, at(2)), at(2))
    if restarted:
        desk.restart()
        await desk.connect(STATION)
    again = event("Started", 0, at(3), transaction_id="T2", connector=HERE, token=CARD)
    outcome = await desk.tell(again, at(3))
    assert outcome.verdict is not None
    assert outcome.verdict.verdict is Verdict.ACCEPTED


async def test_a_card_is_held_by_the_session_whose_token_it_turned_out_to_be(desk: Desk) -> None:
    later = event("Updated", 2, at(2), connector=HERE, token=OTHER_CARD, trigger="Authorized")
    await desk.tell(later, at(2))
    await desk.tell(event("Started", 0, at(0), connector=HERE, token=CARD), at(3))
    verdicts = []
    for name, card in (("A", OTHER_CARD), ("B", CARD)):
        word = event("Started", 0, at(4), transaction_id=name, connector=HERE, token=card)
        outcome = await desk.tell(word, at(4), OTHER_STATION)
        assert outcome.verdict is not None
        verdicts.append(outcome.verdict.verdict)
    assert verdicts == [Verdict.ACCEPTED, Verdict.CONCURRENT]


async def test_a_transaction_does_not_stand_in_the_way_of_itself(desk: Desk) -> None:
    words = _whole()
    await desk.tell(event("Updated", 1, at(1), connector=HERE, token=CARD), at(1))
    outcome = await desk.tell(words[0], at(2))
    assert outcome.verdict is not None
    assert outcome.verdict.verdict is Verdict.ACCEPTED


async def test_out_of_order_events_make_the_same_session(desk: Desk) -> None:
    words = _whole()
    for place in (3, 10, 0, 7, 1, 2, 9, 8, 4, 6, 5):
        await desk.tell(words[place], at(30 + place))
    session = await desk.one()
    assert (session.started_at, session.ended_at, session.state) == (at(0), at(10), State.ENDED)
    assert (session.energy_wh, session.doubts, session.token) == (Decimal(10_000), (), "CARD1")


async def test_a_gap_is_flagged_while_it_is_open_and_its_closing_is_a_correction(
    desk: Desk,
) -> None:
    words = _whole()
    for word in [*words[:4], *words[5:]]:
        await desk.tell(word, word.at or at(0))
    assert (await desk.one()).doubts == (SessionDoubt.EVENTS_MISSING,)
    await desk.tell(words[4], at(30))
    assert (await desk.one()).doubts == ()
    assert (await desk.facts())[-1] == "SessionCorrected"


async def test_an_end_before_its_start_waits_for_it(desk: Desk) -> None:
    words = _whole()
    await desk.tell(words[-1], at(10))
    assert SessionDoubt.START_MISSING in (await desk.one()).doubts
    desk.restart()
    await desk.connect(STATION)
    for word in words[:-1]:
        await desk.tell(word, at(11))
    session = await desk.one()
    assert (session.energy_wh, session.doubts) == (Decimal(10_000), ())


async def test_a_late_reading_after_the_end_corrects_the_energy(desk: Desk) -> None:
    first, *_, last = _whole()
    bare = event("Ended", 2, at(10), trigger=last.trigger)
    await desk.tell(first, at(0))
    await desk.tell(bare, at(10))
    assert (await desk.one()).energy_wh == 0
    await desk.tell(event("Updated", 1, at(9), register=9000), at(11))
    session = await desk.one()
    assert session.energy_wh == 8000
    assert (session.state, session.ended_at) == (State.ENDED, at(10))


async def test_a_whole_history_in_the_ended_event_is_taken_in(desk: Desk) -> None:
    history = tuple(reading(at(minute), 1000 + minute) for minute in (3, 1, 2))
    await desk.tell(event("Ended", 5, at(4), connector=HERE, readings=history), at(4))
    session = await desk.one()
    assert session.energy_wh == 2
    assert await desk.registers(session.id) == [1001, 1002, 1003]


async def test_one_sequence_number_for_two_different_events_keeps_both(desk: Desk) -> None:
    await desk.tell(event("Started", 0, at(0), connector=HERE, register=900), at(0))
    await desk.tell(event("Updated", 1, at(1), register=1000), at(1))
    outcome = await desk.tell(event("Updated", 1, at(2), register=1500), at(2))
    assert not outcome.duplicate
    session = await desk.one()
    assert session.doubts == (SessionDoubt.EVENTS_CONFLICT,)
    assert await desk.registers(session.id) == [900, 1000, 1500]


async def test_two_transactions_interleaved_on_one_station_are_two_sessions(desk: Desk) -> None:
    one = _whole("A")
    two = [
        event("Started", 0, at(0), transaction_id="B", connector=THERE, register=400),
        event("Updated", 1, at(1), transaction_id="B", register=500),
        event("Ended", 2, at(2), transaction_id="B", register=700),
    ]
    for word in (one[0], two[0], one[1], two[1], one[2], two[2], *one[3:]):
        await desk.tell(word, word.at or at(0))
    energies = {session.transaction_id: session.energy_wh for session in await desk.all()}
    assert energies == {"A": 10_000, "B": 300}
    assert all(session.doubts == () for session in await desk.all())


async def test_one_transaction_id_at_two_stations_is_two_sessions(desk: Desk) -> None:
    for key in (STATION, OTHER_STATION):
        await desk.tell(event("Started", 0, at(0), connector=HERE), at(0), key)
    assert {session.station for session in await desk.all()} == {"CP1", "CP2"}


async def test_a_transaction_that_is_called_like_one_of_ours_is_another(desk: Desk) -> None:
    ours = await desk.tell(start(at(0), connector=THERE, token=OTHER_CARD), at(0))
    name = str(ours.transaction_id)
    await desk.tell(event("Started", 0, at(1), transaction_id=name, connector=HERE), at(1))
    desk.restart()
    await desk.connect(STATION)
    await desk.tell(event("Ended", 1, at(2), transaction_id=name), at(2))
    assert [session.state for session in await desk.all()] == [State.RUNNING, State.ENDED]


@pytest.mark.ocpp("E01.FR.14")
async def test_a_new_transaction_on_the_evse_closes_the_old_one_with_a_doubt(desk: Desk) -> None:
    await desk.tell(event("Started", 0, at(0), connector=HERE, transaction_id="A"), at(0))
    await desk.tell(event("Updated", 1, at(3), register=5, transaction_id="A"), at(3))
    await desk.tell(event("Started", 0, at(9), connector=HERE, transaction_id="B"), at(9))
    old, new = await desk.all()
    assert (old.state, old.ended_at) == (State.ENDED, at(9))
    assert SessionDoubt.ORPHAN_SUPERSEDED in old.doubts
    assert new.state is State.RUNNING
    await desk.tell(event("Ended", 2, at(8), transaction_id="A"), at(10))
    old, _ = await desk.all()
    assert (old.ended_at, SessionDoubt.ORPHAN_SUPERSEDED in old.doubts) == (at(8), False)


async def test_an_old_transaction_that_comes_late_does_not_close_the_new_one(desk: Desk) -> None:
    await desk.tell(event("Started", 0, at(9), connector=HERE, transaction_id="B"), at(9))
    await desk.tell(event("Started", 0, at(0), connector=HERE, transaction_id="A"), at(10))
    await desk.tell(event("Ended", 1, at(8), transaction_id="A"), at(10))
    old, new = await desk.all()
    assert (old.transaction_id, old.state) == ("A", State.ENDED)
    assert (new.transaction_id, new.state) == ("B", State.RUNNING)


async def test_an_evse_that_is_told_later_closes_the_old_one_then(desk: Desk) -> None:
    await desk.tell(event("Started", 0, at(0), connector=HERE, transaction_id="A"), at(0))
    await desk.tell(event("Started", 0, at(9), transaction_id="B"), at(9))
    assert {session.state for session in await desk.all()} == {State.RUNNING}
    await desk.tell(event("Updated", 1, at(10), connector=HERE, transaction_id="B"), at(10))
    old, new = await desk.all()
    assert (old.state, new.state, new.evse) == (State.ENDED, State.RUNNING, 1)


async def test_a_refused_start_does_not_close_what_runs(desk: Desk) -> None:
    nobody = TokenRef("NOBODY")
    await desk.tell(event("Started", 0, at(0), connector=HERE, transaction_id="A"), at(0))
    word = event("Started", 0, at(9), connector=HERE, transaction_id="B", token=nobody)
    await desk.tell(word, at(9))
    assert {session.state for session in await desk.all()} == {State.RUNNING}


async def test_an_event_without_a_transaction_is_kept_as_evidence(desk: Desk) -> None:
    await desk.tell(event("Started", 0, at(0), transaction_id="", token=CARD), at(0))
    assert await desk.all() == []
    (kept,) = (await desk.archive.evidence("default")).items
    assert kept.reason is EvidenceReason.NO_TRANSACTION_ID


async def test_an_unset_clock_is_corrected_and_keeps_the_distances(desk: Desk) -> None:
    await desk.tell(event("Started", 0, unset(5), connector=HERE, register=100), at(0))
    await desk.tell(event("Ended", 1, unset(15), register=300), at(11))
    session = await desk.one()
    assert (session.started_at, session.ended_at) == (at(0), at(10))
    assert SessionDoubt.CLOCK_CORRECTED in session.doubts
    assert session.energy_wh == 200


async def test_a_repeat_that_memory_has_forgotten_is_found_in_the_database(desk: Desk) -> None:
    first = event("Started", 0, at(0), connector=HERE, token=CARD)
    await desk.tell(first, at(0))
    live = desk.sessions._stations[STATION].named("T1")  # noqa: SLF001 - a real overflow takes a day of events
    assert live is not None
    assert live.story.seen is not None
    far = [event("Updated", number * 10**6, at(1)) for number in range(1, 4)]
    for word in far:
        await desk.tell(word, at(1))
    live.story.seen.overflown = True
    live.story.seen._odd = set()  # noqa: SLF001 - what an overflow leaves; a real one takes a day of events
    outcome = await desk.tell(far[1], at(2))
    assert outcome.duplicate
    assert len(await desk.archive.story("default", (await desk.one()).id)) == 4
