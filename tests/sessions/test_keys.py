"""By what a message is known when it comes again."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from laddnav.sessions.model import Entry
from laddnav.sessions.rules.keys import entry_key, event_key, frame_key, start_key, stop_key
from laddnav.tokens.model import TokenRef
from tests.sessions.words import (
    OTHER_CARD,
    THERE,
    at,
    event,
    orphan_told,
    reading,
    start,
    start_told,
    stop,
    stop_told,
)


def test_the_same_start_has_one_key_however_its_numbers_and_its_card_are_written() -> None:
    plain = start(at(0), 1000, token=TokenRef("Card1"))
    other = replace(plain, meter_start_wh=Decimal("1.0E+3"), token=TokenRef("cARD1"))
    assert start_key(plain) == start_key(other)


@pytest.mark.parametrize(
    "other",
    [
        start(at(1), 1000),
        start(at(0), 1001),
        start(at(0), None),
        start(None, 1000),
        start(at(0), 1000, connector=THERE),
        start(at(0), 1000, token=OTHER_CARD),
    ],
)
def test_a_start_that_differs_in_anything_has_another_key(other: object) -> None:
    assert start_key(start(at(0), 1000)) != start_key(other)  # type: ignore[arg-type]  # the parameters are one list of several types, each fit for this call


def test_a_stop_is_the_same_whatever_readings_come_with_it() -> None:
    bare = stop(7, at(5), 2000)
    full = replace(bare, readings=(reading(at(1), 1500),))
    assert stop_key(bare) == stop_key(full)


@pytest.mark.parametrize(
    "other",
    [
        stop(8, at(5), 2000),
        stop(7, at(6), 2000),
        stop(7, at(5), 2001),
        stop(7, at(5), 2000, reason="PowerLoss"),
        stop(7, at(5), 2000, token=OTHER_CARD),
    ],
)
def test_a_stop_that_differs_has_another_key(other: object) -> None:
    assert stop_key(stop(7, at(5), 2000)) != stop_key(other)  # type: ignore[arg-type]  # the parameters are one list of several types, each fit for this call


def test_an_event_is_known_by_number_kind_time_and_trigger() -> None:
    known = event_key(event("Updated", 3, at(1), register=5))
    assert event_key(event("Updated", 3, at(1), register=6)) == known
    assert event_key(event("Updated", 4, at(1))) != known
    assert event_key(event("Ended", 3, at(1))) != known
    assert event_key(event("Updated", 3, at(2))) != known
    assert event_key(event("Updated", 3, at(1), trigger="Trigger")) != known


def test_each_entry_of_a_story_has_its_own_key() -> None:
    entries: list[Entry] = [start_told(start()), stop_told(stop(1, at(1), 2)), orphan_told(at(3))]
    assert len({entry_key(entry) for entry in entries}) == len(entries)


def test_a_frame_told_again_under_another_message_id_is_the_same_evidence() -> None:
    first = frame_key(b'[2,"id-1","StopTransaction",{"transactionId":-1}]')
    assert frame_key(b'[2,"id-2","StopTransaction",{"transactionId":-1}]') == first
    assert frame_key(b'[2,"id-1","StopTransaction",{"transactionId":-2}]') != first


def test_what_is_no_frame_at_all_has_a_key_too() -> None:
    assert frame_key(b"\xff not json") != frame_key(b"neither")
