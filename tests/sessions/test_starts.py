"""Starts under ids that we give (OCPP 1.6): each once, whatever comes again."""

from decimal import Decimal

import pytest

from laddnav.accounts.model import ConcurrentSessions, Policies, UnknownTokens
from laddnav.sessions.live.numbers import HIGHEST, TransactionIds
from laddnav.sessions.model import (
    SessionDoubt,
    StartReported,
    State,
    TransactionEventReported,
)
from laddnav.storage.database import Database
from laddnav.tokens.model import NewToken, TokenRef, TokenStatus, Verdict
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
    meter,
    start,
    stop,
    unset,
)


async def test_a_start_is_accepted_numbered_and_stored(desk: Desk) -> None:
    outcome = await desk.tell(start(at(0), 1000), at(0))
    assert outcome.verdict is not None
    assert outcome.verdict.verdict is Verdict.ACCEPTED
    session = await desk.one()
    assert session.transaction_id == str(outcome.transaction_id)
    assert (session.state, session.started_at, session.meter_start_wh) == (
        State.RUNNING,
        at(0),
        Decimal(1000),
    )
    assert await desk.facts() == ["SessionStarted"]


async def test_a_repeated_start_has_the_same_id_and_no_second_session(desk: Desk) -> None:
    first = await desk.tell(start(), at(0))
    again = await desk.tell(start(), at(1))
    assert (again.transaction_id, again.duplicate) == (first.transaction_id, True)
    assert len(await desk.all()) == 1
    assert await desk.facts() == ["SessionStarted"]


async def test_a_start_repeated_after_a_restart_has_the_same_id(desk: Desk) -> None:
    first = await desk.tell(start(), at(0))
    desk.restart()
    await desk.connect(STATION)
    again = await desk.tell(start(), at(1))
    assert (again.transaction_id, again.duplicate) == (first.transaction_id, True)


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_start_repeated_after_its_stop_has_the_same_id(
    desk: Desk, *, restarted: bool
) -> None:
    first = await desk.tell(start(), at(0))
    await desk.tell(stop(first.transaction_id or 0, at(5), 2000), at(5))
    if restarted:
        desk.restart()
        await desk.connect(STATION)
    again = await desk.tell(start(), at(6))
    assert (again.transaction_id, again.duplicate) == (first.transaction_id, True)
    assert (await desk.one()).state is State.ENDED


@pytest.mark.parametrize("restarted", [False, True])
async def test_with_an_unset_clock_the_same_start_after_the_stop_is_a_new_session(
    desk: Desk, *, restarted: bool
) -> None:
    first = await desk.tell(start(unset(1), 1000), at(0))
    again = await desk.tell(start(unset(1), 1000), at(1))
    assert (again.transaction_id, again.duplicate) == (first.transaction_id, True)
    await desk.tell(stop(first.transaction_id or 0, unset(5), 2000), at(5))
    if restarted:
        desk.restart()
        await desk.connect(STATION)
    second = await desk.tell(start(unset(1), 1000), at(6))
    assert second.duplicate is False
    assert second.transaction_id != first.transaction_id
    assert [session.started_at for session in await desk.all()] == [at(0), at(6)]


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_refused_start_of_an_unset_clock_is_repeated_too(
    desk: Desk, *, restarted: bool
) -> None:
    nobody = start(unset(1), 1000, token=TokenRef("NOBODY"))
    first = await desk.tell(nobody, at(0))
    if restarted:
        desk.restart()
        await desk.connect(STATION)
    again = await desk.tell(nobody, at(1))
    assert (again.transaction_id, again.duplicate) == (first.transaction_id, True)


async def test_the_answer_to_a_repeat_is_the_first_answer(desk: Desk) -> None:
    await desk.tell(start(), at(0))
    await desk.block("CARD1")
    again = await desk.tell(start(), at(1))
    assert again.verdict is not None
    assert again.verdict.verdict is Verdict.ACCEPTED


async def test_a_token_is_asked_again_at_every_start(desk: Desk) -> None:
    await desk.block("CARD1")
    outcome = await desk.tell(start(), at(0))
    assert outcome.verdict is not None
    assert outcome.verdict.verdict is Verdict.BLOCKED


async def test_a_refused_start_gets_an_id_and_is_kept_with_its_verdict(desk: Desk) -> None:
    outcome = await desk.tell(start(token=TokenRef("NOBODY")), at(0))
    assert (outcome.transaction_id or 0) > 0
    session = await desk.one()
    assert session.verdict in {Verdict.UNKNOWN, Verdict.INVALID}
    assert (session.state, session.energy_wh) == (State.ENDED, Decimal(0))


async def test_a_refused_start_never_touches_the_running_session(desk: Desk) -> None:
    running = await desk.tell(start(at(0), 1000), at(0))
    await desk.tell(start(at(1), 1000, token=TokenRef("NOBODY")), at(1))
    await desk.tell(meter(at(2), 1400), at(2))
    await desk.tell(stop(running.transaction_id or 0, at(9), 2000), at(9))
    accepted, refused = await desk.all()
    assert (accepted.state, accepted.energy_wh, accepted.doubts) == (
        State.ENDED,
        Decimal(1000),
        (),
    )
    assert (refused.energy_wh, refused.ended_at) == (Decimal(0), at(1))


async def test_energy_delivered_after_a_refusal_is_counted(desk: Desk) -> None:
    refused = await desk.tell(start(at(0), 1000, token=TokenRef("NOBODY")), at(0))
    number = refused.transaction_id or 0
    await desk.tell(meter(at(5), 1200, transaction_id=number), at(5))
    assert (await desk.one()).state is State.RUNNING
    desk.restart()
    await desk.connect(STATION)
    await desk.tell(meter(at(6), 1300, transaction_id=number), at(6))
    await desk.tell(stop(number, at(9), 1400, reason="DeAuthorized"), at(9))
    session = await desk.one()
    assert (session.state, session.energy_wh) == (State.ENDED, Decimal(400))
    assert await desk.registers(session.id) == [1200, 1300]


async def test_a_new_start_on_the_connector_closes_the_old_session_with_a_doubt(
    desk: Desk,
) -> None:
    await desk.tell(start(at(0), 1000), at(0))
    await desk.tell(meter(at(5), 1500), at(5))
    await desk.tell(start(at(10), 1600, token=OTHER_CARD), at(10))
    old, new = await desk.all()
    assert (old.state, old.ended_at, old.energy_wh) == (
        State.ENDED,
        at(10),
        Decimal(500),
    )
    assert SessionDoubt.ORPHAN_SUPERSEDED in old.doubts
    assert new.state is State.RUNNING
    assert await desk.facts() == ["SessionStarted", "SessionEnded", "SessionStarted"]


async def test_the_same_card_may_start_again_where_its_stop_was_lost(desk: Desk) -> None:
    await desk.tell(start(at(0), 1000), at(0))
    outcome = await desk.tell(start(at(10), 1600), at(10))
    assert outcome.verdict is not None
    assert outcome.verdict.verdict is Verdict.ACCEPTED


@pytest.mark.parametrize("memory", ["same", "restarted", "other node"])
async def test_a_card_that_charges_elsewhere_is_concurrent_and_the_answer_names_where(
    desk: Desk, memory: str
) -> None:
    await desk.tell(start(at(0)), at(0))
    if memory != "same":
        desk.restart()
        await desk.connect(*[STATION, OTHER_STATION][memory == "other node" :])
    outcome = await desk.tell(start(at(1)), at(1), OTHER_STATION)
    assert outcome.verdict is not None
    assert outcome.verdict.verdict is Verdict.CONCURRENT
    first, second = await desk.all()
    assert second.concurrent_with == first.id
    assert first.state is State.RUNNING


@pytest.mark.parametrize("theirs", [False, True])
async def test_of_two_starts_that_are_judged_together_one_is_concurrent(
    desk: Desk, *, theirs: bool
) -> None:
    words: list[StartReported | TransactionEventReported] = [start(at(0)), start(at(0))]
    if theirs:
        words[0] = event("Started", 0, at(0), connector=HERE, token=CARD)
    told = list(zip((STATION, OTHER_STATION), words, strict=True))
    judged = [await desk.sessions.judge(key, word, now=at(0)) for key, word in told]
    for (key, word), judgement in zip(told, judged, strict=True):
        outcome = desk.sessions.record(key, word, judgement, received_at=at(0))
        await desk.database.commit(outcome.write)
    first, second = sorted(
        await desk.all(), key=lambda session: session.station != STATION.identity
    )
    assert (first.verdict, first.concurrent_with) == (Verdict.ACCEPTED, None)
    assert (second.verdict, second.concurrent_with) == (Verdict.CONCURRENT, first.id)


async def test_another_connector_of_the_same_station_is_elsewhere(desk: Desk) -> None:
    await desk.tell(start(at(0)), at(0))
    outcome = await desk.tell(start(at(1), connector=THERE), at(1))
    assert outcome.verdict is not None
    assert outcome.verdict.verdict is Verdict.CONCURRENT


async def test_a_session_that_has_ended_holds_no_card(desk: Desk) -> None:
    first = await desk.tell(start(at(0)), at(0))
    await desk.tell(stop(first.transaction_id or 0, at(1), 2000), at(1))
    outcome = await desk.tell(start(at(2)), at(2), OTHER_STATION)
    assert outcome.verdict is not None
    assert outcome.verdict.verdict is Verdict.ACCEPTED


async def test_a_session_whose_connector_is_free_holds_no_card(desk: Desk) -> None:
    await desk.tell(start(at(0)), at(0))
    write = desk.sessions.connector_freed(STATION, start().connector, at(1), received_at=at(1))
    assert write is not None
    await desk.database.commit(write)
    outcome = await desk.tell(start(at(2)), at(2), OTHER_STATION)
    assert outcome.verdict is not None
    assert outcome.verdict.verdict is Verdict.ACCEPTED


async def test_a_refused_session_holds_no_card(desk: Desk) -> None:
    await desk.tell(start(at(0)), at(0))
    await desk.tell(start(at(1)), at(1), OTHER_STATION)  # refused: concurrent
    first = (await desk.all())[0]
    await desk.tell(stop(int(first.transaction_id), at(2), 2000), at(2))
    outcome = await desk.tell(start(at(3), connector=THERE), at(3))
    assert outcome.verdict is not None
    assert outcome.verdict.verdict is Verdict.ACCEPTED


async def test_a_token_that_may_charge_at_many_places_does(desk: Desk) -> None:
    await desk.admit(NewToken(uid="FLEET", allow_concurrent=True))
    fleet = TokenRef("fleet")
    for key in (STATION, OTHER_STATION):
        outcome = await desk.tell(start(token=fleet), at(0), key)
        assert outcome.verdict is not None
        assert outcome.verdict.verdict is Verdict.ACCEPTED


async def test_an_operator_may_allow_concurrent_sessions(database: Database) -> None:
    desk = Desk(database)
    policies = Policies(
        concurrent_sessions=ConcurrentSessions.ALLOW, unknown_tokens=UnknownTokens.ACCEPT
    )
    await desk.open(policies=policies)
    await desk.connect(STATION, OTHER_STATION)
    for key in (STATION, OTHER_STATION):
        outcome = await desk.tell(start(token=TokenRef("NOBODY")), at(0), key)
        assert outcome.verdict is not None
        assert outcome.verdict.verdict is Verdict.ACCEPTED


async def test_two_stations_that_start_in_one_second_have_two_sessions(desk: Desk) -> None:
    first = await desk.tell(start(token=CARD), at(0), STATION)
    second = await desk.tell(start(token=OTHER_CARD), at(0), OTHER_STATION)
    assert first.transaction_id != second.transaction_id
    assert {session.station for session in await desk.all()} == {"CP1", "CP2"}


async def test_a_stop_followed_at_once_by_a_start_gives_two_sessions(desk: Desk) -> None:
    first = await desk.tell(start(at(0), 1000), at(0))
    await desk.tell(stop(first.transaction_id or 0, at(5), 2000), at(5))
    second = await desk.tell(start(at(5), 2000), at(5))
    assert second.transaction_id != first.transaction_id
    assert [session.energy_wh for session in await desk.all()] == [1000, 0]


async def test_ids_survive_a_restart_and_are_never_given_twice(desk: Desk) -> None:
    numbers = set()
    for turn in range(4):
        outcome = await desk.tell(start(at(turn)), at(turn))
        numbers.add(outcome.transaction_id)
        desk.restart()
        await desk.connect(STATION)
    assert len(numbers) == 4


async def test_numbers_begin_anew_before_they_exceed_what_a_station_can_hold(
    database: Database,
) -> None:
    numbers = TransactionIds(database, block=2)
    await database.take_block("transaction_id:full", HIGHEST - 2)
    taken = [await numbers.take("full") for _ in range(4)]
    assert taken == [(HIGHEST - 1, False), (HIGHEST, False), (1, True), (2, True)]


async def test_a_token_that_was_blocked_before_has_its_status_in_the_list(desk: Desk) -> None:
    await desk.admit(NewToken(uid="BROKE", status=TokenStatus.NO_CREDIT))
    await desk.tell(start(token=TokenRef("BROKE")), at(0))
    assert (await desk.one()).verdict is Verdict.NO_CREDIT
