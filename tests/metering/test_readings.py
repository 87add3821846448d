"""Which sample of a reading is the billing register."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from laddnav.metering.model import Reading, RegisterPoint, Sample
from laddnav.metering.rules import normalise, register_points, register_wh
from laddnav.metering.rules.readings import Interval, intervals

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
INTERVAL = "Energy.Active.Import.Interval"


def reading(*samples: Sample) -> Reading:
    return Reading(at=AT, samples=samples)


def test_a_station_that_names_nothing_means_its_register_in_wh() -> None:
    assert register_wh(reading(normalise(None, "1234"))) == 1234


def test_other_measurands_are_no_register() -> None:
    others = (
        normalise("Energy.Active.Export.Register", "500"),
        normalise("Power.Active.Import", "7400"),
        normalise("SoC", "80"),
    )
    assert register_wh(reading(*others)) is None
    assert register_wh(reading(*others, normalise(None, "5", unit="kWh"))) == 5000


def test_phases_are_added_up_where_there_is_no_total() -> None:
    phases = [normalise(None, str(wh), phase=p) for p, wh in (("L1", 100), ("L2", 20), ("L3", 3))]
    assert register_wh(reading(*phases)) == 123


def test_a_total_is_not_counted_again_with_its_phases() -> None:
    phases = [normalise(None, "100", phase=p) for p in ("L1", "L2", "L3")]
    assert register_wh(reading(*phases, normalise(None, "300"))) == 300


def test_phases_to_neutral_are_another_way_to_say_phases() -> None:
    both = [normalise(None, "100", phase=p) for p in ("L1", "L1-N", "L2-N", "L3-N")]
    assert register_wh(reading(*both)) == 300


def test_a_single_phase_is_the_whole() -> None:
    assert register_wh(reading(normalise(None, "100", phase="L1"))) == 100


@pytest.mark.parametrize("nearer", ["Outlet", None])
def test_the_outlet_goes_before_other_locations(nearer: str | None) -> None:
    samples = [
        normalise(None, "900", location="Inlet"),
        normalise(None, "100", location=nearer),
        normalise(None, "50", location="EV"),
    ]
    assert register_wh(reading(*samples)) == 100
    assert register_wh(reading(samples[2], samples[0])) == 900


def test_the_site_meter_is_never_the_session_meter() -> None:
    assert register_wh(reading(normalise(None, "900", location="Upstream"))) is None


def test_a_register_in_an_unknown_unit_or_without_a_number_does_not_count() -> None:
    assert register_wh(reading(normalise(None, "900", unit="kilo"))) is None
    assert register_wh(reading(normalise(None, "unknown"))) is None


def test_begin_and_end_in_one_reading_are_two_points() -> None:
    begin = normalise(None, "100", context="Transaction.Begin")
    end = normalise(None, "900", context="Transaction.End")
    between = normalise(None, "500", context="Sample.Periodic")
    found = register_points(reading(end, between, begin))
    assert found == (
        RegisterPoint(AT, Decimal(100), "Transaction.Begin"),
        RegisterPoint(AT, Decimal(500), "Sample.Periodic"),
        RegisterPoint(AT, Decimal(900), "Transaction.End"),
    )
    assert register_wh(reading(end, begin)) == 900


def test_of_two_registers_for_one_thing_the_higher_counts() -> None:
    # A clock-aligned and a periodic sample of one instant; one of them a dropout.
    twice = [normalise(None, v, context=c) for v, c in (("0", "Sample.Clock"), ("70", None))]
    assert register_wh(reading(*twice)) == 70


def test_an_empty_reading_has_no_register() -> None:
    assert register_points(reading()) == ()  # Vestel EVC04, lbbrhzn#466


def test_intervals_on_the_clock_are_told_apart() -> None:
    found = intervals(
        reading(
            normalise(INTERVAL, "250", context="Sample.Clock"),
            normalise(INTERVAL, "10", phase="L1"),
            normalise(INTERVAL, "12", phase="L2"),
        )
    )
    assert found == [
        Interval(wh=Decimal(250), on_the_clock=True),
        Interval(wh=Decimal(22), on_the_clock=False),
    ]
