"""What holds for the energy of every session, whatever its meter does."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from laddnav.metering.model import Billable, Confidence, RegisterPoint
from laddnav.metering.rules import RegisterFold, billable, result, so_far

START = datetime(2026, 6, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
KILOWATTS = 350  # of a station that the lines below come from

# No test fails because the machine is slow.
unhurried = settings(deadline=None, suppress_health_check=(HealthCheck.too_slow,))

wild_registers = st.one_of(
    st.decimals(-10, 10**7, places=3),
    st.sampled_from([Decimal(0), Decimal(-1), Decimal(1000), Decimal("999999999999999.999999")]),
)
wild_points = st.lists(
    st.builds(
        RegisterPoint,
        at=st.integers(-3600, 86_400).map(lambda seconds: START + SECOND * seconds),
        wh=wild_registers,
        context=st.sampled_from(
            [None, "Sample.Clock", "Sample.Periodic", "Transaction.Begin", "Transaction.End"]
        ),
    ),
    max_size=25,
)
maybe_register = st.none() | wild_registers
maybe_time = st.none() | st.integers(0, 86_400).map(lambda seconds: START + SECOND * seconds)


class Line(NamedTuple):
    """A meter that only rises, at no more than the station's power."""

    points: list[RegisterPoint]
    ended_at: datetime

    def energy(self, points: list[RegisterPoint]) -> Billable:
        first, last = self.points[0], self.points[-1]
        return billable(first.wh, last.wh, points, started_at=first.at, ended_at=self.ended_at)


def line_of(start_wh: int, steps: list[tuple[int, int]]) -> Line:
    """Return a line that follows steps of so many seconds at so many kilowatts."""
    points = [RegisterPoint(START, Decimal(start_wh))]
    for seconds, kilowatts in steps:
        before = points[-1]
        risen = Decimal(kilowatts * 1000 * seconds * 1000 // 3600) / 1000
        points.append(RegisterPoint(before.at + SECOND * seconds, before.wh + risen))
    return Line(points, points[-1].at)


# The first point is too high for a factor of a thousand to be in question.
clean_lines = st.builds(
    line_of,
    st.integers(1_000_000, 10**9),
    st.lists(st.tuples(st.integers(1, 900), st.integers(0, KILOWATTS)), min_size=1),
)


@unhurried
@given(maybe_register, maybe_register, wild_points, maybe_time, maybe_time)
def test_energy_is_never_negative_and_never_more_than_all_rises(
    start: Decimal | None,
    stop: Decimal | None,
    points: list[RegisterPoint],
    started_at: datetime | None,
    ended_at: datetime | None,
) -> None:
    found = billable(start, stop, points, started_at=started_at, ended_at=ended_at)
    seen = [p.wh for p in points] + [wh for wh in (start, stop) if wh is not None]
    most = sum((max(wh, Decimal(0)) for wh in seen), Decimal(0))
    assert 0 <= found.energy_wh <= most
    assert list(found.doubts) == sorted(set(found.doubts))
    assert (found.confidence is Confidence.HIGH) == (not found.doubts)


@unhurried
@given(st.data(), maybe_register, maybe_register, wild_points)
def test_the_order_in_which_samples_arrive_means_nothing(
    data: st.DataObject,
    start: Decimal | None,
    stop: Decimal | None,
    points: list[RegisterPoint],
) -> None:
    shuffled = data.draw(st.permutations(points))
    found = [
        billable(start, stop, each, started_at=START, ended_at=START + timedelta(days=1))
        for each in (points, shuffled)
    ]
    assert found[0] == found[1]


@unhurried
@given(clean_lines)
def test_a_clean_session_is_the_exact_difference_with_high_confidence(line: Line) -> None:
    found = line.energy(line.points)
    assert found.energy_wh == line.points[-1].wh - line.points[0].wh
    assert (found.confidence, found.doubts) == (Confidence.HIGH, ())


@unhurried
@given(clean_lines, st.data())
def test_samples_on_the_line_can_be_left_out_without_a_difference(
    line: Line, data: st.DataObject
) -> None:
    kept = [p for p in line.points if data.draw(st.booleans())]
    assert line.energy(kept) == line.energy(line.points)


@unhurried
@given(clean_lines, st.data())
def test_a_session_cut_in_two_has_the_energy_of_its_parts(line: Line, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(line.points) - 1))
    first = Line(line.points[: cut + 1], line.points[cut].at)
    second = Line(line.points[cut:], line.ended_at)
    parts = first.energy(first.points).energy_wh + second.energy(second.points).energy_wh
    assert parts == line.energy(line.points).energy_wh


@unhurried
@given(clean_lines, st.data())
def test_dropouts_to_zero_anywhere_change_no_energy(line: Line, data: st.DataObject) -> None:
    points = [p._replace(wh=Decimal(0)) if data.draw(st.booleans()) else p for p in line.points]
    assert line.energy(points).energy_wh == line.energy(line.points).energy_wh


@unhurried
@given(clean_lines, st.data())
def test_a_repeated_sample_changes_nothing(line: Line, data: st.DataObject) -> None:
    again = data.draw(st.sampled_from(line.points))
    assert line.energy([*line.points, again]) == line.energy(line.points)


@unhurried
@given(maybe_register, maybe_register, wild_points, maybe_time)
def test_point_by_point_is_the_same_as_all_at_once(
    start: Decimal | None,
    stop: Decimal | None,
    points: list[RegisterPoint],
    ended_at: datetime | None,
) -> None:
    plain = [p._replace(context=None) for p in points]
    fold = RegisterFold.begin(start, START)
    for point in sorted(plain, key=lambda p: (p.at, p.wh)):
        fold = fold.add(point)
    assert not fold.late
    at_once = billable(start, stop, plain, started_at=START, ended_at=ended_at)
    assert result(fold, stop, ended_at) == at_once


@unhurried
@given(clean_lines)
def test_a_running_session_shows_what_its_last_sample_says(line: Line) -> None:
    fold = RegisterFold.begin(line.points[0].wh, START)
    for point in line.points:
        fold = fold.add(point)
        shown = so_far(fold)
        assert shown.energy_wh == point.wh - line.points[0].wh
        assert shown.confidence is Confidence.HIGH


@unhurried
@given(maybe_register, wild_points)
def test_a_fold_can_be_stored_at_any_point(
    start: Decimal | None, points: list[RegisterPoint]
) -> None:
    fold = RegisterFold.begin(start, START)
    for point in points:
        fold = fold.add(point)
    stored = msgspec.json.encode(fold)
    assert msgspec.json.decode(stored, type=RegisterFold) == fold
