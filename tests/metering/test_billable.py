"""What real meters did, and the energy that each session is worth."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from laddnav.metering.model import (
    Billable,
    Confidence,
    Doubt,
    Reading,
    RegisterPoint,
)
from laddnav.metering.rules import billable, billable_of, normalise

START = datetime(2026, 6, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HIGH, MEDIUM, LOW, NONE = Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW, Confidence.NONE


def points(*values: str | int, every: timedelta = MINUTE) -> list[RegisterPoint]:
    """Return one point each minute from a minute after the start."""
    return [RegisterPoint(START + every * n, Decimal(wh)) for n, wh in enumerate(values, 1)]


def session(
    start: str | int | None,
    stop: str | int | None,
    *values: str | int,
    every: timedelta = MINUTE,
    lasts: timedelta | None = None,
) -> Billable:
    """Return the energy of a session with these registers, at start and stop and in between."""
    return billable(
        None if start is None else Decimal(start),
        None if stop is None else Decimal(stop),
        points(*values, every=every),
        started_at=START,
        ended_at=START + (every * (len(values) + 1) if lasts is None else lasts),
    )


def outcome(energy: Billable) -> tuple[object, ...]:
    return energy.energy_wh, energy.confidence, energy.doubts


def test_a_clean_session_is_the_exact_difference_of_its_ends() -> None:
    clean = session("12345.678", "17345.679", 13000, "15000.5", 17000)
    assert outcome(clean) == (Decimal("5000.001"), HIGH, ())
    assert clean.meter_start_wh == Decimal("12345.678")
    assert clean.meter_stop_wh == Decimal("17345.679")


def test_start_and_stop_alone_are_enough() -> None:
    assert outcome(billable(Decimal(1000), Decimal(5000), [])) == (4000, HIGH, ())


@pytest.mark.parametrize("register", [0, 1000])
def test_a_session_without_energy_is_nothing_to_doubt(register: int) -> None:
    assert outcome(session(register, register, register)) == (0, HIGH, ())


@pytest.mark.parametrize("zeros", [(0,), (0, 0, 0)])
def test_a_dropout_to_zero_is_left_out(zeros: tuple[int, ...]) -> None:
    # ABB, lbbrhzn#374
    dropped = session(1000, 5000, 1500, *zeros, 2000, 4900)
    assert outcome(dropped) == (4000, MEDIUM, (Doubt.REGISTER_DROPOUT,))


def test_a_dropout_in_the_first_and_the_last_sample_is_left_out() -> None:
    assert outcome(session(1000, 5000, 0, 2000)) == (4000, MEDIUM, (Doubt.REGISTER_DROPOUT,))
    assert outcome(session(1000, 5000, 2000, 0)) == (4000, MEDIUM, (Doubt.REGISTER_DROPOUT,))
    assert outcome(session(1000, 5000, 0)) == (4000, MEDIUM, (Doubt.REGISTER_DROPOUT,))


def test_a_dropout_at_the_end_leaves_the_last_true_value() -> None:
    dropped = billable(Decimal(1000), None, points(2000, 3000, 0))
    assert dropped.energy_wh == 2000
    assert Doubt.REGISTER_DROPOUT in dropped.doubts
    assert dropped.meter_stop_wh == 3000


def test_a_reset_to_zero_adds_up_the_parts() -> None:
    # A reboot in mid-session: Java-OCA-OCPP#331, MicroOcpp#66
    reset = session(1000, 600, 1500, 2000, 0, 300)
    doubts = (Doubt.REGISTER_RESET, Doubt.STOP_BELOW_START)
    assert outcome(reset) == (1000 + 600, MEDIUM, doubts)


def test_what_a_register_shows_first_after_a_reset_has_flowed_too() -> None:
    assert session(1000, 600, 1500, 2000, 50, 300).energy_wh == 1000 + 600


def test_two_resets_are_three_parts() -> None:
    twice = session(1000, 30, 1500, 2000, 0, 100, 200, 0, 10)
    assert twice.energy_wh == 1000 + 200 + 30


def test_a_reset_may_grow_beyond_where_the_register_was() -> None:
    assert session(1000, 5000, 1200, 0, 300, 900, 1800, 3500).energy_wh == 200 + 5000


def test_a_register_that_starts_anew_per_session_after_a_lifetime_start() -> None:
    fresh = session(8_000_000, 12_000, 0, 500, 11_000)
    doubts = (Doubt.REGISTER_RESET, Doubt.STOP_BELOW_START)
    assert outcome(fresh) == (12_000, MEDIUM, doubts)


def test_a_stop_one_below_the_start_is_no_energy() -> None:
    # Huawei: meterStop = meterStart - 1, lbbrhzn#1810
    huawei = session(1000, 999)
    assert outcome(huawei) == (0, MEDIUM, (Doubt.STOP_BELOW_START,))
    assert huawei.meter_stop_wh == 999


def test_a_stop_just_below_the_last_sample_is_the_stop() -> None:
    assert outcome(session(1000, 1999, 1500, 2000)) == (999, HIGH, ())


@pytest.mark.parametrize("unknown", [-1, None, 0])
def test_an_unknown_stop_is_the_last_sample(unknown: int | None) -> None:
    # meterStop -1: ocpp-go PR#114
    cut = session(1000, unknown, 1500, 2000)
    assert outcome(cut) == (1000, MEDIUM, (Doubt.STOP_UNKNOWN,))
    assert cut.meter_stop_wh == 2000


def test_an_unknown_start_is_the_first_sample() -> None:
    late = session(-1, 3000, 1500, 2000)
    assert outcome(late) == (1500, MEDIUM, (Doubt.START_UNKNOWN,))
    assert late.meter_start_wh == 1500


def test_a_lifetime_register_after_a_zero_start_is_not_the_session() -> None:
    # The 8 MWh session: evcc#29374
    lifetime = session(0, 8_012_000, 8_000_100, 8_006_000, 8_011_900)
    assert outcome(lifetime) == (11_900, LOW, (Doubt.REGISTER_JUMPED,))


def test_a_lifetime_register_with_nothing_but_its_ends_is_not_billed() -> None:
    lifetime = session(0, 8_012_000, lasts=timedelta(hours=1))
    doubts = (Doubt.MORE_THAN_POSSIBLE, Doubt.REGISTER_JUMPED)
    assert outcome(lifetime) == (0, NONE, doubts)
    assert lifetime.meter_stop_wh == 8_012_000


def test_a_station_of_known_power_is_held_to_it() -> None:
    def energy(max_power_w: int) -> Billable:
        return billable(
            Decimal(0),
            Decimal(50_000),
            [],
            started_at=START,
            ended_at=START + timedelta(hours=1),
            max_power_w=max_power_w,
        )

    assert outcome(energy(50_000)) == (50_000, HIGH, ())
    assert energy(22_000).confidence is NONE


def test_a_megawatt_for_an_hour_can_be_true() -> None:
    assert outcome(session(0, 1_000_000, lasts=timedelta(hours=1))) == (1_000_000, HIGH, ())


def test_samples_of_another_register_do_not_overrule_start_and_stop() -> None:
    other = session(8_000_000, 8_012_000, 1, 500, 11_000)
    assert outcome(other) == (12_000, MEDIUM, (Doubt.OTHER_REGISTER,))
    above = session(0, 12_000, 8_000_001, 8_000_500, 8_011_000)
    assert outcome(above) == (12_000, MEDIUM, (Doubt.OTHER_REGISTER,))


def test_samples_in_kwh_without_their_unit_beside_a_start_and_stop_in_wh() -> None:
    # lbbrhzn#1567: kWh and Wh mixed
    mixed = session(12_345, 18_000, "12.345", "15.1", "17.9")
    assert outcome(mixed) == (5655, MEDIUM, (Doubt.UNITS_REPAIRED,))


def test_a_start_and_stop_in_kwh_beside_samples_in_wh() -> None:
    mixed = session(12, 18, 12_345, 15_100, 17_900, every=5 * MINUTE)
    assert outcome(mixed) == (5555, MEDIUM, (Doubt.UNITS_REPAIRED,))


def test_single_values_in_kwh_are_left_out_and_doubted() -> None:
    mixed = session(12_345, 12_900, 12_350, "12.4", "12.5", 12_800)
    assert outcome(mixed) == (555, LOW, (Doubt.REGISTER_DIPPED, Doubt.UNITS_MIXED))


def test_a_jump_by_a_thousand_is_doubted_even_where_it_is_possible() -> None:
    # 12 Wh, then 12 kWh: a new unit or a long silence? Counted as it came.
    jumped = session(10, 12_100, 12, every=timedelta(hours=1))
    assert outcome(jumped) == (12_090, LOW, (Doubt.UNITS_MIXED,))


def test_an_impossible_jump_by_a_thousand_is_not_energy() -> None:
    jumped = session("99.8", 100_400, "99.9", 100_000, 100_300)
    assert outcome(jumped) == (Decimal("400.1"), LOW, (Doubt.UNITS_MIXED,))


def test_a_spike_is_left_out() -> None:
    spiked = session(1000, 5000, 1500, 9_000_000, 2000, 4900)
    assert outcome(spiked) == (4000, MEDIUM, (Doubt.REGISTER_SPIKE,))


def test_a_spike_at_the_end_is_left_out() -> None:
    spiked = session(1000, 4_294_967_295, 1500, 2000, 4900)
    assert outcome(spiked) == (3900, LOW, (Doubt.REGISTER_JUMPED,))


def test_a_dip_is_left_out() -> None:
    dipped = session(1000, 5000, 4000, 3000, 3100, 4500)
    assert outcome(dipped) == (4000, MEDIUM, (Doubt.REGISTER_DIPPED,))


def test_another_meter_counts_from_where_it_is_first_seen() -> None:
    swapped = session(5000, 4000, 5500, 3000, 3500)
    doubts = (Doubt.REGISTER_FELL, Doubt.STOP_BELOW_START)
    assert outcome(swapped) == (500 + 1000, LOW, doubts)


def test_a_register_that_falls_twice_counts_each_rise() -> None:
    fallen = session(5000, 2700, 5500, 4000, 4300, 2500)
    assert fallen.energy_wh == 500 + 300 + 200
    assert fallen.confidence is LOW


def test_a_fallen_register_that_resets_counts_each_rise() -> None:
    fallen = session(5000, 90, 5500, 4000, 4300, 0, 50)
    assert fallen.energy_wh == 500 + 300 + 90
    assert Doubt.REGISTER_RESET in fallen.doubts


def test_a_low_value_too_high_for_a_reset_is_another_register() -> None:
    # 500 kWh cannot have flowed in a minute since a reset.
    other = session(9_000_000, 503_000, 500_000, 501_000, 502_000)
    assert other.energy_wh == 3000
    assert other.confidence is LOW


def test_tenths_of_kwh_beside_wh_are_nothing_to_doubt() -> None:
    # meterStart is a whole Wh, the samples have a resolution of 100 Wh.
    coarse = session(12_345, 12_980, 12_300, 12_300, 12_600, 12_900)
    assert outcome(coarse) == (635, HIGH, ())
    assert outcome(session(12_345, 12_360, 12_300)) == (15, HIGH, ())


def test_negative_registers_are_left_out() -> None:
    odd = session(1000, 5000, 1500, -1, 2000)
    assert outcome(odd) == (4000, MEDIUM, (Doubt.REGISTER_DROPOUT,))


def test_a_session_that_was_read_once_has_no_energy_to_bill() -> None:
    once = session(1000, None)
    assert outcome(once) == (0, NONE, (Doubt.NO_REGISTER, Doubt.STOP_UNKNOWN))
    never = billable(None, None, [])
    assert never.confidence is NONE
    assert (never.meter_start_wh, never.meter_stop_wh) == (None, None)


@pytest.mark.ocpp("J02.FR.17")
def test_the_transactions_own_begin_and_end_count_without_meter_start_and_stop() -> None:
    middle = points(1500, 2000)
    begin = RegisterPoint(START, Decimal(1000), "Transaction.Begin")
    end = RegisterPoint(START + 5 * MINUTE, Decimal(3000), "Transaction.End")
    assert outcome(billable(None, None, [end, *middle, begin])) == (2000, HIGH, ())


def test_the_clock_aligned_values_before_and_after_belong_to_nobody() -> None:
    begin = RegisterPoint(START, Decimal(1000), "Transaction.Begin")
    end = RegisterPoint(START + 5 * MINUTE, Decimal(3000), "Transaction.End")
    before = RegisterPoint(START - MINUTE, Decimal(400), "Sample.Clock")
    after = RegisterPoint(START + 9 * MINUTE, Decimal(9000), "Sample.Clock")
    assert outcome(billable(None, None, [before, begin, end, after])) == (2000, HIGH, ())


def test_begin_and_end_keep_their_places_when_the_clock_is_set_in_between() -> None:
    # The station began in the future, then set its clock back by an hour.
    begin = RegisterPoint(START + 60 * MINUTE, Decimal(1000), "Transaction.Begin")
    end = RegisterPoint(START + 30 * MINUTE, Decimal(3000), "Transaction.End")
    assert billable(None, None, [*points(1500, 2000), begin, end]).energy_wh == 2000
    later = RegisterPoint(START + 70 * MINUTE, Decimal(3000), "Transaction.End")
    assert billable(None, None, [*points(1500, 2000), begin, later]).energy_wh == 2000


def test_first_and_last_values_at_the_very_ends_count_as_start_and_stop() -> None:
    # 2.x without Transaction contexts: the Started and Ended events carry plain samples.
    plain = [RegisterPoint(START + MINUTE * n, Decimal(1000 + 100 * n)) for n in range(6)]
    whole = billable(None, None, plain, started_at=START, ended_at=START + 5 * MINUTE)
    assert outcome(whole) == (500, HIGH, ())


def test_offline_samples_in_any_order_are_put_in_theirs() -> None:
    # An offline queue of samples gave half the energy elsewhere.
    values = points(*range(1000, 11_001, 1000))
    shuffled = values[5:] + values[:5]
    whole = billable(
        Decimal(0), Decimal(11_000), shuffled, started_at=START, ended_at=START + 20 * MINUTE
    )
    assert outcome(whole) == (11_000, HIGH, ())


def test_a_clock_that_stands_still_loses_no_energy() -> None:
    stuck = session(1000, 21_000, lasts=timedelta(0))
    assert outcome(stuck) == (20_000, MEDIUM, (Doubt.CLOCK_UNUSABLE,))
    frozen = session(1000, 21_000, 3000, 9000, every=timedelta(0))
    assert outcome(frozen) == (20_000, MEDIUM, (Doubt.CLOCK_UNUSABLE,))


def test_a_start_before_the_clock_was_set_is_a_start() -> None:
    boot = datetime(1970, 1, 1, tzinfo=UTC)
    unset = billable(
        Decimal(1000), Decimal(5000), points(2000), started_at=boot, ended_at=START + 9 * MINUTE
    )
    assert outcome(unset) == (4000, HIGH, ())


def test_intervals_count_only_where_there_is_no_register() -> None:
    name = "Energy.Active.Import.Interval"
    intervals = [
        Reading(at=START + MINUTE * n, samples=(normalise(name, "100"),)) for n in (3, 1, 2, 2)
    ]
    summed = billable_of(intervals, started_at=START, ended_at=START + 3 * MINUTE)
    assert summed.energy_wh == 300
    assert Doubt.FROM_INTERVALS in summed.doubts
    assert summed.confidence is MEDIUM
    read = billable_of(intervals, start_wh=Decimal(1000), stop_wh=Decimal(1250))
    assert outcome(read) == (250, HIGH, ())


def test_intervals_on_the_clock_are_not_added_to_the_others() -> None:
    name = "Energy.Active.Import.Interval"
    both = [
        Reading(
            at=START + MINUTE * n,
            samples=(normalise(name, "100"), normalise(name, "90", context="Sample.Clock")),
        )
        for n in (1, 2)
    ]
    assert billable_of(both).energy_wh == 200
    clock = [Reading(at=r.at, samples=r.samples[1:]) for r in both]
    assert billable_of(clock).energy_wh == 180


def test_readings_of_both_ends_in_one_message_are_a_session() -> None:
    both = Reading(
        at=START,
        samples=(
            normalise(None, "9.5", unit="kWh", context="Transaction.End"),
            normalise(None, "4.25", unit="kWh", context="Transaction.Begin"),
        ),
    )
    whole = billable_of([both], started_at=START, ended_at=START + 30 * MINUTE)
    assert outcome(whole) == (5250, HIGH, ())
