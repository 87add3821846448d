"""Guessing codes does not pay."""

from datetime import UTC, datetime, timedelta

import pytest

from laddnav.kernel.keys import StationKey
from laddnav.tokens.live import WrongCodes

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
STATION = StationKey("default", "CP1")
OTHER = StationKey("default", "CP2")


def guessed(times: int) -> WrongCodes:
    codes = WrongCodes()
    for _ in range(times):
        codes.note_wrong(STATION, NOON)
    return codes


@pytest.mark.ocpp("C04.FR.06")
def test_the_fifth_wrong_code_locks_that_station_only() -> None:
    assert not guessed(4).locked(STATION, NOON)
    assert guessed(5).locked(STATION, NOON)
    assert not guessed(5).locked(OTHER, NOON)


@pytest.mark.parametrize(("wrong", "minutes"), [(5, 1), (6, 2), (7, 4), (11, 60), (5000, 60)])
def test_each_further_wrong_code_locks_for_longer_up_to_an_hour(wrong: int, minutes: int) -> None:
    codes = guessed(wrong)
    assert codes.locked(STATION, NOON + MINUTE * minutes - timedelta(seconds=1))
    assert not codes.locked(STATION, NOON + MINUTE * minutes)


def test_a_right_code_clears_the_count() -> None:
    codes = guessed(4)
    codes.note_right(STATION)
    codes.note_wrong(STATION, NOON)
    assert not codes.locked(STATION, NOON)


def test_wrong_codes_are_forgotten_after_two_hours_in_peace() -> None:
    codes = guessed(20)
    later = NOON + 120 * MINUTE
    codes.note_wrong(STATION, later)
    assert not codes.locked(STATION, later)


def test_no_more_stations_than_allowed_are_remembered() -> None:
    codes = WrongCodes(most_stations=100)
    for n in range(1000):
        codes.note_wrong(StationKey("default", f"CP{n}"), NOON)
    assert len(codes) == 100


def test_the_station_that_guessed_last_is_remembered_longest() -> None:
    codes = WrongCodes(most_stations=2)
    for station in (STATION, OTHER, *[STATION] * 4, StationKey("default", "CP3")):
        codes.note_wrong(station, NOON)
    assert codes.locked(STATION, NOON)
