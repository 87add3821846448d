"""Stops of transactions whose ids we gave (OCPP 1.6): acknowledged always, counted once."""

from decimal import Decimal

import pytest

from laddnav.sessions.model import EvidenceReason, SessionDoubt, State
from laddnav.tokens.model import NewToken, TokenRef, Verdict
from tests.sessions.desk import Desk
from tests.sessions.words import (
    CARD,
    OTHER_CARD,
    OTHER_STATION,
    STATION,
    THERE,
    at,
    meter,
    reading,
    start,
    stop,
    unset,
)


async def _begun(desk: Desk, **more: object) -> int:
    outcome = await desk.tell(start(at(0), 1000, **more), at(0))  # type: ignore[arg-type]  # the keywords are passed on to `start`, which checks them
    assert outcome.transaction_id is not None
    return outcome.transaction_id


async def test_a_stop_ends_the_session_with_the_registers_difference(desk: Desk) -> None:
    number = await _begun(desk)
    await desk.tell(meter(at(5), 1500, transaction_id=number), at(5))
    outcome = await desk.tell(stop(number, at(9), 2915, token=CARD), at(9))
    assert outcome.verdict is not None
    assert outcome.verdict.verdict is Verdict.ACCEPTED
    session = await desk.one()
    assert (session.state, session.ended_at, session.energy_wh) == (
        State.ENDED,
        at(9),
        Decimal(1915),
    )
    assert (session.meter_start_wh, session.meter_stop_wh) == (Decimal(1000), Decimal(2915))
    assert (session.stop_reason, session.doubts, session.confidence) == ("Local", (), "high")
    assert await desk.facts() == ["SessionStarted", "SessionEnded"]


async def test_a_stop_without_any_meter_values_has_its_energy(desk: Desk) -> None:
    number = await _begun(desk)
    await desk.tell(stop(number, at(60), 11_000), at(60))
    assert (await desk.one()).energy_wh == 10_000


@pytest.mark.parametrize("restarted", [False, True])
async def test_an_identical_second_stop_adds_nothing(desk: Desk, *, restarted: bool) -> None:
    number = await _begun(desk)
    word = stop(number, at(9), 2000, readings=(reading(at(9), 2000, "Transaction.End"),))
    await desk.tell(word, at(9))
    before = await desk.one()
    if restarted:
        desk.restart()
        await desk.connect(STATION)
    outcome = await desk.tell(word, at(10))
    assert outcome.duplicate
    assert await desk.one() == before
    assert await desk.registers(before.id) == [2000]
    assert len(await desk.archive.story("default", before.id)) == 2
    assert await desk.facts() == ["SessionStarted", "SessionEnded"]


async def test_a_second_stop_that_differs_is_kept_beside_the_first(desk: Desk) -> None:
    number = await _begun(desk)
    await desk.tell(stop(number, at(9), 2000), at(9))
    await desk.tell(stop(number, at(10), 2600), at(10))
    session = await desk.one()
    assert (session.energy_wh, session.ended_at) == (Decimal(1000), at(9))
    assert session.doubts == (SessionDoubt.STOPS_DIFFER,)
    assert len(await desk.archive.story("default", session.id)) == 3
    assert await desk.facts() == ["SessionStarted", "SessionEnded", "SessionCorrected"]


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_second_stop_counts_where_the_first_was_implausible(
    desk: Desk, *, restarted: bool
) -> None:
    number = await _begun(desk)
    await desk.tell(stop(number, at(9), -1), at(9))
    if restarted:
        desk.restart()
        await desk.connect(STATION)
    await desk.tell(stop(number, at(10), 2600), at(10))
    session = await desk.one()
    assert (session.energy_wh, session.meter_stop_wh) == (Decimal(1600), Decimal(2600))


async def test_the_readings_that_come_with_a_stop_are_stored_once(desk: Desk) -> None:
    number = await _begun(desk)
    for minute in (1, 2, 3):
        await desk.tell(meter(at(minute), 1000 + minute, transaction_id=number), at(minute))
    history = tuple(reading(at(minute), 1000 + minute) for minute in (1, 2, 3, 4))
    await desk.tell(stop(number, at(5), 1005, readings=history), at(5))
    session = await desk.one()
    assert await desk.registers(session.id) == [1001, 1002, 1003, 1004]
    assert (session.energy_wh, session.doubts) == (Decimal(5), ())


@pytest.mark.parametrize("transaction_id", [0, -1, -16, 123_456, 2**40])
async def test_a_stop_that_names_no_session_is_acknowledged_and_kept(
    desk: Desk, transaction_id: int
) -> None:
    frame = b'[2,"1","StopTransaction",{}]'
    outcome = await desk.tell(stop(transaction_id, at(9), 2000), at(9), frame=frame)
    assert outcome.session_id is None
    assert await desk.all() == []
    (kept,) = (await desk.archive.evidence("default")).items
    assert kept.reason is EvidenceReason.UNKNOWN_TRANSACTION
    assert (kept.station, kept.frame, kept.received_at) == ("CP1", frame.decode(), at(9))
    assert await desk.facts() == ["EvidenceKept"]


async def test_the_same_unknown_stop_told_again_is_kept_once(desk: Desk) -> None:
    for minute in (9, 10):
        await desk.tell(stop(77, at(9), 2000), at(minute))
    assert len((await desk.archive.evidence("default")).items) == 1


@pytest.mark.parametrize("transaction_id", [0, -1, -16, 999_999])
@pytest.mark.parametrize("restarted", [False, True])
async def test_an_offline_session_whose_id_was_lost_is_ended_by_what_fits(
    desk: Desk, transaction_id: int, *, restarted: bool
) -> None:
    await _begun(desk)
    await desk.tell(meter(at(5), 1500, transaction_id=-1), at(5))
    if restarted:
        desk.restart()
        await desk.connect(STATION)
    await desk.tell(stop(transaction_id, at(9), 2000, token=CARD), at(9))
    session = await desk.one()
    assert (session.state, session.energy_wh) == (State.ENDED, Decimal(1000))
    assert session.doubts == (SessionDoubt.STOP_GUESSED,)
    assert await desk.registers(session.id) == [1500]


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_guessed_stop_told_again_ends_nothing_else(desk: Desk, *, restarted: bool) -> None:
    await _begun(desk)
    word = stop(-1, at(9), 2000, token=CARD)
    await desk.tell(word, at(9))
    await desk.tell(start(at(9), 2000), at(9))
    if restarted:
        desk.restart()
        await desk.connect(STATION)
    outcome = await desk.tell(word, at(11))
    assert outcome.duplicate
    assert [session.state for session in await desk.all()] == [State.ENDED, State.RUNNING]
    assert (await desk.archive.evidence("default")).items == ()


async def test_a_session_whose_id_the_station_has_used_is_ended_by_no_other_id(desk: Desk) -> None:
    number = await _begun(desk)
    await desk.tell(meter(at(5), 1500, transaction_id=number), at(5))
    desk.restart()
    await desk.connect(STATION)
    await desk.tell(stop(-1, at(9), 2000, token=CARD), at(9))
    assert (await desk.one()).state is State.RUNNING
    assert len((await desk.archive.evidence("default")).items) == 1


async def test_where_two_sessions_fit_none_is_ended(desk: Desk) -> None:
    await desk.admit(NewToken(uid="FLEET", allow_concurrent=True))
    fleet = TokenRef("FLEET")
    await _begun(desk, token=fleet)
    await _begun(desk, token=fleet, connector=THERE)
    await desk.tell(stop(-1, at(9), 2000, token=fleet), at(9))
    assert {session.state for session in await desk.all()} == {State.RUNNING}
    assert len((await desk.archive.evidence("default")).items) == 1


async def test_a_stop_of_another_station_is_never_touched(desk: Desk) -> None:
    number = await _begun(desk)
    await desk.tell(stop(number, at(9), 2000, token=CARD), at(9), OTHER_STATION)
    assert (await desk.one()).state is State.RUNNING
    (kept,) = (await desk.archive.evidence("default")).items
    assert kept.station == "CP2"


async def test_another_token_is_told_that_it_may_not_stop_and_the_stop_counts(desk: Desk) -> None:
    number = await _begun(desk)
    outcome = await desk.tell(stop(number, at(9), 2000, token=OTHER_CARD), at(9))
    assert outcome.verdict is not None
    assert outcome.verdict.verdict is Verdict.INVALID
    session = await desk.one()
    assert (session.state, session.energy_wh) == (State.ENDED, Decimal(1000))
    assert session.doubts == (SessionDoubt.STOPPED_BY_OTHER,)


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_token_of_the_same_group_may_stop(desk: Desk, *, restarted: bool) -> None:
    for uid in ("HER", "HIS"):
        await desk.admit(NewToken(uid=uid, group="FAMILY"))
    number = await _begun(desk, token=TokenRef("HER"))
    if restarted:
        desk.restart()
        await desk.connect(STATION)
    outcome = await desk.tell(stop(number, at(9), 2000, token=TokenRef("HIS")), at(9))
    assert outcome.verdict is not None
    assert (outcome.verdict.verdict, outcome.verdict.group) == (Verdict.ACCEPTED, "FAMILY")


async def test_an_unknown_token_that_stops_nothing_is_answered_too(desk: Desk) -> None:
    outcome = await desk.tell(stop(-1, at(9), 2000, token=TokenRef("NOBODY")), at(9))
    assert outcome.verdict is not None
    assert outcome.verdict.verdict is not Verdict.ACCEPTED


async def test_a_session_of_an_unset_clock_is_placed_by_receipt_and_keeps_its_length(
    desk: Desk,
) -> None:
    outcome = await desk.tell(start(unset(10), 1000), at(0))
    number = outcome.transaction_id or 0
    await desk.tell(meter(unset(15), 1500, transaction_id=number), at(6))
    await desk.tell(stop(number, unset(20), 2000), at(12))
    session = await desk.one()
    assert (session.started_at, session.ended_at) == (at(0), at(10))
    assert SessionDoubt.CLOCK_CORRECTED in session.doubts
    assert session.energy_wh == 1000
    (kept,) = (await desk.archive.samples("default", session.id)).items
    assert (kept.at, kept.reported_at) == (at(5), unset(15))


async def test_a_clock_far_ahead_is_corrected_too(desk: Desk) -> None:
    await desk.tell(start(at(60 * 24 * 365), 1000), at(0))
    assert (await desk.one()).started_at == at(0)


async def test_the_real_stop_corrects_a_superseded_session(desk: Desk) -> None:
    number = await _begun(desk)
    await desk.tell(meter(at(5), 1500, transaction_id=number), at(5))
    await desk.tell(start(at(10), 2000, token=OTHER_CARD), at(10))
    await desk.tell(stop(number, at(9), 1900), at(11))
    old, new = await desk.all()
    assert (old.energy_wh, old.ended_at, old.doubts) == (Decimal(900), at(9), ())
    assert new.state is State.RUNNING
    assert (await desk.facts())[-1] == "SessionCorrected"


async def test_an_offline_queue_of_old_messages_is_a_session_like_any_other(desk: Desk) -> None:
    outcome = await desk.tell(start(at(-600), 1000), at(0))
    number = outcome.transaction_id or 0
    for minute in range(-590, -540, 10):
        register = 1000 + 10 * (minute + 600)
        await desk.tell(meter(at(minute), register, transaction_id=number), at(0))
    await desk.tell(stop(number, at(-540), 1600), at(0))
    session = await desk.one()
    assert (session.started_at, session.ended_at) == (at(-600), at(-540))
    assert (session.energy_wh, session.doubts) == (Decimal(600), ())


async def test_energy_that_two_sessions_of_one_connector_count_is_doubted(desk: Desk) -> None:
    """A start that was repeated with another time begins another session; the stop names one."""
    number = (await desk.tell(start(at(0), 1000), at(0))).transaction_id or 0
    await desk.tell(start(at(1), 1000), at(1))
    await desk.tell(meter(at(20), 3000), at(20))
    await desk.tell(stop(number, at(30), 4000), at(30))
    first, second = await desk.all()
    assert first.energy_wh == 3000
    assert first.doubts == (SessionDoubt.OVERLAPPED,)
    assert second.energy_wh == 2000
