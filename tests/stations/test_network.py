"""Which slot of a station a new way to connect goes into."""

import pytest

from laddnav.stations.rules.network import Slot, free_slot


@pytest.mark.ocpp("B09.FR.21")
def test_a_slot_that_the_station_does_not_try_is_best() -> None:
    assert free_slot(["1", "2"], 1, ["1", "2", "3"]) == Slot(3, "3,1,2")
    assert free_slot(["1"], None, []) == Slot(2, "2,1"), "it did not tell which it has"
    assert free_slot(["2"], 2, ["1", "2"]) == Slot(1, "1,2")


@pytest.mark.ocpp("B10.FR.03")
def test_of_those_that_it_tries_the_last_goes_but_never_the_one_in_use() -> None:
    assert free_slot(["1", "2"], 1, ["1", "2"]) == Slot(2, "2,1")
    assert free_slot(["1", "2"], 2, ["1", "2"]) == Slot(1, "1,2")
    assert free_slot(["1"], 1, ["1"]) is None


def test_words_that_are_no_slots_are_passed_over() -> None:
    assert free_slot(["", "x", "1"], 1, ["1", "-2", "²", "1000", "4"]) == Slot(4, "4,1")
