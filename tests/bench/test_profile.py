"""Stacks become shares."""

import pytest

from bench.profile import shares, table

STACKS = """\
run (loop.py);read (link.py);decode (action.py) 6
run (loop.py);read (link.py) 3
run (loop.py);commit (writer.py) 1
"""


def test_a_function_has_its_own_share_and_that_of_all_it_calls() -> None:
    found = {one.function: (one.own, one.total) for one in shares(STACKS)}
    assert found["decode (action.py)"] == pytest.approx((0.6, 0.6))
    assert found["read (link.py)"] == pytest.approx((0.3, 0.9))
    assert found["run (loop.py)"] == pytest.approx((0.0, 1.0))


def test_a_function_that_calls_itself_is_counted_once_in_a_stack() -> None:
    (found,) = shares("walk (tree.py);walk (tree.py) 4")
    assert (found.own, found.total) == (1.0, 1.0)


def test_the_table_begins_with_the_function_that_has_most_of_its_own() -> None:
    assert table(shares(STACKS)).splitlines()[1].split() == ["60.0%", "decode", "(action.py)"]
    assert "100.0%  run (loop.py)" in table(shares(STACKS))


def test_no_samples_are_no_shares() -> None:
    assert shares("") == []
