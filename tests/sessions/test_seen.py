"""Which events of a transaction have been seen."""

from hypothesis import given
from hypothesis import strategies as st

from laddnav.sessions.rules.seen import Novelty, SeenEvents

_EVENTS = st.lists(
    st.tuples(st.integers(0, 40) | st.sampled_from([10**6, 2**31, 5000]), st.integers(1, 3)),
    max_size=60,
)


@given(_EVENTS)
def test_it_tells_new_from_conflict_from_repeat_like_a_plain_set_does(
    events: list[tuple[int, int]],
) -> None:
    seen, plain = SeenEvents(), set[tuple[int, int]]()
    for number, content in events:
        expected = Novelty.NEW
        if (number, content) in plain:
            expected = Novelty.REPEAT
        elif number in {other for other, _ in plain}:
            expected = Novelty.CONFLICT
        assert seen.look(number, content) is expected
        assert seen.note(number, content) is expected
        plain.add((number, content))


@given(_EVENTS)
def test_a_gap_is_a_number_missing_between_the_lowest_and_the_highest(
    events: list[tuple[int, int]],
) -> None:
    seen = SeenEvents()
    for number, content in events:
        seen.note(number, content)
    numbers = {number for number, _ in events}
    missing = bool(numbers) and len(numbers) != max(numbers) - min(numbers) + 1
    assert seen.has_gaps is missing


@given(st.permutations(range(30)))
def test_in_whatever_order_numbers_come_there_is_no_gap_in_the_end(order: list[int]) -> None:
    seen = SeenEvents()
    for number in order:
        assert seen.note(number + 7, 1) is Novelty.NEW
    assert not seen.has_gaps


def test_missing_numbers_are_told_apart_by_what_they_are() -> None:
    seen = SeenEvents()
    assert [seen.note(-1, content) for content in (1, 2, 1)] == [
        Novelty.NEW,
        Novelty.NEW,
        Novelty.REPEAT,
    ]
    assert not seen.has_gaps


def test_a_flood_of_odd_numbers_is_bounded_and_admits_that_it_forgot() -> None:
    seen = SeenEvents()
    for number in range(3000):
        seen.note(number * 10**6, 1)
    assert seen.overflown


def test_a_day_of_events_takes_eight_bytes_each() -> None:
    seen = SeenEvents()
    for number in range(3000):
        seen.note(number, hash(("Updated", number)))
    assert len(seen._marks) * seen._marks.itemsize == 24_000  # noqa: SLF001 - how much memory it takes is seen only inside
    assert not seen.overflown
