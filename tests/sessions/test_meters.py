"""Meter values that come by themselves: each finds its session, or stays idle."""

from decimal import Decimal

import pytest

from laddnav.kernel.energy import LIMIT
from laddnav.kernel.keys import ConnectorRef
from laddnav.metering.model import Confidence, Doubt, Reading, Sample
from laddnav.sessions.model import MeterReported, State
from tests.sessions.desk import Desk
from tests.sessions.words import (
    CARD,
    HERE,
    OTHER_CARD,
    STATION,
    THERE,
    at,
    event,
    meter,
    reading,
    start,
    stop,
)


async def _begun(desk: Desk, minute: float = 0, register: int = 1000) -> int:
    outcome = await desk.tell(start(at(minute), register), at(minute))
    assert outcome.transaction_id is not None
    return outcome.transaction_id


async def test_values_of_a_running_session_need_no_judging(desk: Desk) -> None:
    number = await _begun(desk)
    assert not desk.sessions.needs_judging(STATION, meter(at(1), 1100, transaction_id=number))
    assert not desk.sessions.needs_judging(STATION, meter(at(1), 1100))


async def test_idle_values_of_a_station_with_a_past_need_no_judging(desk: Desk) -> None:
    number = await _begun(desk)
    await desk.tell(stop(number, at(9), 2000), at(9))
    desk.restart()
    await desk.connect(STATION)
    assert not desk.sessions.needs_judging(STATION, meter(at(10), 2000))
    assert desk.sessions.needs_judging(STATION, meter(at(8), 2000))


@pytest.mark.parametrize("transaction_id", [None, 0, -1, 4711])
async def test_values_without_a_valid_id_find_the_session_of_their_connector(
    desk: Desk, transaction_id: int | None
) -> None:
    await _begun(desk)
    await desk.tell(meter(at(5), 1500, transaction_id=transaction_id), at(5))
    session = await desk.one()
    assert await desk.registers(session.id) == [1500]
    assert session.energy_wh == 500


async def test_values_of_another_connector_stay_idle(desk: Desk) -> None:
    await _begun(desk)
    outcome = await desk.tell(meter(at(5), 1500, connector=THERE), at(5))
    assert outcome.session_id is None
    assert (await desk.one()).energy_wh == 0


async def test_the_main_meter_belongs_to_no_session(desk: Desk) -> None:
    await _begun(desk)
    outcome = await desk.tell(meter(at(5), 1500, connector=ConnectorRef(0, 0)), at(5))
    assert outcome.session_id is None


async def test_a_running_session_doubts_what_no_station_can_deliver(desk: Desk) -> None:
    number = await _begun(desk, register=0)
    assert (await desk.one()).confidence is Confidence.HIGH
    for tick, register in enumerate((20_000, 40_000, 60_000), 1):
        when = at(tick / 6)
        await desk.tell(meter(when, register, transaction_id=number), when)
    session = await desk.one()
    assert session.state is State.RUNNING
    assert Doubt.REGISTER_JUMPED in session.doubts
    assert session.confidence is not Confidence.HIGH


async def test_a_running_session_shows_its_energy_power_and_charge(desk: Desk) -> None:
    number = await _begun(desk)
    samples = (
        *reading(at(5), 1500).samples,
        Sample(measurand="Power.Active.Import", value=Decimal("11000.5"), unit="W"),
        Sample(measurand="SoC", value=Decimal("81.5"), unit="Percent"),
    )
    word = MeterReported(
        connector=HERE, transaction_id=number, readings=(Reading(at=at(5), samples=samples),)
    )
    await desk.tell(word, at(5))
    session = await desk.one()
    assert (session.energy_wh, session.power_w, session.soc_percent) == (
        Decimal(500),
        Decimal("11000.5"),
        Decimal("81.5"),
    )
    assert session.updated_at == at(5)
    page = await desk.archive.samples("default", session.id)
    assert page.items[0].samples == samples


async def test_the_same_values_told_twice_are_stored_once(desk: Desk) -> None:
    number = await _begun(desk)
    for minute in (5, 6):
        await desk.tell(meter(at(5), 1500, transaction_id=number), at(minute))
    await desk.tell(stop(number, at(9), 2000), at(9))
    session = await desk.one()
    assert await desk.registers(session.id) == [1500]
    assert (session.energy_wh, session.doubts) == (Decimal(1000), ())


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize("named", [False, True])
async def test_values_that_come_after_the_stop_join_the_session_they_were_measured_in(
    desk: Desk, *, restarted: bool, named: bool
) -> None:
    number = await _begun(desk)
    await desk.tell(stop(number, at(9), -1), at(9))
    assert (await desk.one()).energy_wh == 0
    if restarted:
        desk.restart()
        await desk.connect(STATION)
    late = meter(at(8), 1800, transaction_id=number if named else None)
    await desk.tell(late, at(10))
    session = await desk.one()
    assert (session.energy_wh, session.ended_at) == (Decimal(800), at(9))
    assert (await desk.facts())[-1] == "SessionCorrected"


async def test_values_measured_after_the_stop_stay_idle(desk: Desk) -> None:
    number = await _begun(desk)
    await desk.tell(stop(number, at(9), 2000), at(9))
    outcome = await desk.tell(meter(at(10), 2000, transaction_id=number), at(10))
    assert outcome.session_id is None


async def test_a_stale_id_does_not_hold_values_back_from_the_session_that_runs(
    desk: Desk,
) -> None:
    stale = await _begun(desk)
    await desk.tell(stop(stale, at(9), 2000), at(9))
    await _begun(desk, 10, 2000)
    await desk.tell(meter(at(15), 2500, transaction_id=stale), at(15))
    old, new = await desk.all()
    assert await desk.registers(old.id) == []
    assert await desk.registers(new.id) == [2500]


async def test_late_values_go_to_the_session_before_and_live_ones_to_the_present(
    desk: Desk,
) -> None:
    first = await _begun(desk)
    await desk.tell(stop(first, at(9), 2000), at(9))
    await desk.tell(start(at(10), 2000, token=OTHER_CARD), at(10))
    word = MeterReported(
        connector=HERE,
        transaction_id=None,
        readings=(reading(at(8), 1900), reading(at(11), 2100)),
    )
    await desk.tell(word, at(11))
    old, new = await desk.all()
    assert await desk.registers(old.id) == [1900]
    assert await desk.registers(new.id) == [2100]


async def test_values_that_overtook_each_other_give_the_exact_energy_in_the_end(
    desk: Desk,
) -> None:
    number = await _begun(desk)
    for minute in (1, 4, 2, 3):
        await desk.tell(meter(at(minute), 1000 + minute, transaction_id=number), at(5))
    await desk.tell(stop(number, at(9), None), at(9))
    session = await desk.one()
    assert session.energy_wh == 4
    assert await desk.registers(session.id) == [1001, 1002, 1003, 1004]


async def test_a_reading_without_samples_is_no_error(desk: Desk) -> None:
    await _begun(desk)
    empty = MeterReported(
        connector=HERE, transaction_id=None, readings=(Reading(at=at(1), samples=()),)
    )
    await desk.tell(empty, at(1))
    assert await desk.registers((await desk.one()).id) == [None]


async def test_one_instant_may_be_told_in_parts(desk: Desk) -> None:
    number = await _begun(desk)
    voltage = Sample(measurand="Voltage", value=Decimal(230), unit="V")
    parts = (reading(at(1), 1100), Reading(at=at(1), samples=(voltage,)))
    for part in parts:
        word = MeterReported(connector=HERE, transaction_id=number, readings=(part,))
        await desk.tell(word, at(1))
    assert len((await desk.archive.samples("default", (await desk.one()).id)).items) == 2


async def test_two_sessions_that_meet_in_one_instant_keep_a_reading_each(desk: Desk) -> None:
    first = await _begun(desk)
    same = reading(at(9), 2000)
    await desk.tell(stop(first, at(9), 2000, readings=(same,)), at(9))
    second = await _begun(desk, 9, 2000)
    word = MeterReported(connector=HERE, transaction_id=second, readings=(same,))
    await desk.tell(word, at(9))
    assert [await desk.registers(session.id) for session in await desk.all()] == [[2000], [2000]]


async def test_values_outside_a_transaction_event_find_the_evses_transaction(desk: Desk) -> None:
    await desk.tell(event("Started", 0, at(0), connector=HERE, token=CARD, register=100), at(0))
    word = meter(at(1), 200, connector=ConnectorRef(HERE.evse, 0))
    await desk.tell(word, at(1))
    session = await desk.one()
    assert await desk.registers(session.id) == [100, 200]
    assert (session.energy_wh, session.state) == (Decimal(100), State.RUNNING)


async def test_energy_beyond_any_is_bounded_and_its_session_can_end(desk: Desk) -> None:
    await desk.tell(event("Started", 0, at(0), connector=HERE), at(0))
    interval = Sample(
        measurand="Energy.Active.Import.Interval", value=Decimal(10) ** 15 - 1, unit="Wh"
    )
    for minute in range(1, 21):
        told = (Reading(at=at(minute), samples=(interval,)),)
        await desk.tell(
            MeterReported(connector=HERE, transaction_id=None, readings=told), at(minute)
        )
    await desk.tell(event("Ended", 1, at(30)), at(30))
    session = await desk.one()
    assert (session.state, session.energy_wh) == (State.ENDED, LIMIT)
    assert Doubt.MORE_THAN_POSSIBLE in session.doubts
