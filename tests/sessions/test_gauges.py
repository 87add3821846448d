"""What a session shows beside its energy."""

from datetime import UTC, datetime
from decimal import Decimal

from laddnav.kernel.energy import LIMIT
from laddnav.metering.model import Reading, Sample
from laddnav.sessions.rules.gauges import NO_GAUGES, gauge


def _reading(*samples: tuple[str, str | None, str | None]) -> Reading:
    made = tuple(
        Sample(measurand=name, phase=phase, value=None if value is None else Decimal(value))
        for name, phase, value in samples
    )
    return Reading(at=datetime(2026, 1, 1, tzinfo=UTC), samples=made)


def test_total_power_goes_before_the_phases() -> None:
    power = "Power.Active.Import"
    reading = _reading((power, "L1", "3600"), (power, None, "11000"), (power, "L2", "3700"))
    assert gauge(reading).power_w == Decimal(11000)


def test_without_a_total_the_phases_are_added_up() -> None:
    power = "Power.Active.Import"
    reading = _reading((power, "L1", "3600"), (power, "L2", "3700"), (power, "L1-L2", "9"))
    assert gauge(reading).power_w == Decimal(7300)


def test_state_of_charge_is_read() -> None:
    assert gauge(_reading(("SoC", None, "81.5"))) == (None, Decimal("81.5"), False)


def test_what_is_no_number_says_nothing() -> None:
    assert gauge(_reading(("SoC", None, None), ("Voltage", None, "230"))) == NO_GAUGES


def test_energy_by_intervals_is_noticed() -> None:
    assert gauge(_reading(("Energy.Active.Import.Interval", None, "50"))).has_intervals


def test_a_later_reading_renews_only_what_it_has() -> None:
    first = gauge(_reading(("SoC", None, "81.5"), ("Power.Active.Import", None, "11000")))
    later = gauge(_reading(("Power.Active.Import", None, "0")))
    assert first.renewed(later) == (Decimal(0), Decimal("81.5"), False)
    assert first.renewed(NO_GAUGES) == first


def test_a_phase_that_is_told_again_and_again_adds_up_to_what_can_be_stored() -> None:
    power = "Power.Active.Import"
    reading = _reading(*[(power, "L1", "999999999999999")] * 20)
    assert gauge(reading).power_w == LIMIT
