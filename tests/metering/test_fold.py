"""Sessions while they run."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from laddnav.metering.model import Confidence, Doubt, Reading, RegisterPoint
from laddnav.metering.rules import RegisterFold, normalise, result, so_far

START = datetime(2026, 6, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def reading(minute: int, wh: str, context: str | None = None) -> Reading:
    return Reading(at=START + MINUTE * minute, samples=(normalise(None, wh, context=context),))


def test_a_session_that_has_just_begun_has_no_energy_and_no_doubt() -> None:
    shown = so_far(RegisterFold.begin(Decimal(1000), START))
    assert (shown.energy_wh, shown.confidence, shown.doubts) == (Decimal(0), Confidence.HIGH, ())
    assert so_far(RegisterFold.begin(None, START)).energy_wh == 0


def test_energy_rises_with_each_reading() -> None:
    fold = RegisterFold.begin(Decimal(1000), START).read(reading(1, "1200"))
    assert so_far(fold).energy_wh == 200
    assert so_far(fold.read(reading(2, "1500"))).energy_wh == 500


def test_a_dropout_is_not_shown_while_it_lasts() -> None:
    fold = RegisterFold.begin(Decimal(1000), START).read(reading(1, "1200"))
    assert so_far(fold.read(reading(2, "0"))).energy_wh == 200


def test_a_jump_is_shown_only_when_the_next_reading_has_explained_it() -> None:
    fold = RegisterFold.begin(Decimal(0), START).read(reading(1, "8000000"))
    assert so_far(fold).energy_wh == 0
    shown = so_far(fold.read(reading(2, "8000300")))
    assert (shown.energy_wh, shown.doubts) == (Decimal(300), (Doubt.REGISTER_JUMPED,))


def test_a_reading_that_comes_late_says_that_the_fold_is_not_the_whole_truth() -> None:
    fold = RegisterFold.begin(Decimal(1000), START).read(reading(5, "1500"))
    assert not fold.late
    late = fold.read(reading(3, "1300"))
    assert late.late
    assert so_far(late).energy_wh == 500


def test_a_late_interval_says_so_too() -> None:
    fold = RegisterFold.begin(None, START).add_interval(START + MINUTE, Decimal(10))
    assert not fold.add_interval(START + MINUTE, Decimal(10)).late
    assert fold.add_interval(START, Decimal(10)).late


def test_the_transaction_begins_at_its_begin() -> None:
    fold = RegisterFold.begin(None, START)
    for each in (
        reading(0, "400"),
        reading(1, "1000", "Transaction.Begin"),
        reading(2, "1500"),
        reading(3, "2000", "Transaction.End"),
        reading(4, "2600"),
    ):
        fold = fold.read(each)
    found = result(fold, None, START + 3 * MINUTE)
    assert (found.energy_wh, found.confidence) == (Decimal(1000), Confidence.HIGH)


def test_a_begin_below_what_came_before_does_not_lose_that() -> None:
    fold = RegisterFold.begin(None, START)
    fold = fold.read(reading(0, "1000")).read(reading(1, "1400"))
    fold = fold.read(reading(2, "1300", "Transaction.Begin")).read(reading(3, "1500"))
    assert so_far(fold).energy_wh == 500


def test_a_station_of_little_power_is_held_to_it_point_by_point() -> None:
    fold = RegisterFold.begin(Decimal(0), START, max_power_w=11_000)
    fold = fold.add(RegisterPoint(START + MINUTE, Decimal(5000)))
    fold = fold.add(RegisterPoint(START + 2 * MINUTE, Decimal(5100)))
    assert so_far(fold).energy_wh == 100
