"""When something happened, as far as a station's clock can be believed."""

from datetime import UTC, datetime, timedelta

import pytest

from laddnav.sessions.rules.instants import is_sane, reckon
from tests.sessions.words import NOON, at, unset


@pytest.mark.parametrize("minutes", [-60 * 24 * 365, -5, 0, 5, 60 * 24])
def test_old_and_slightly_fast_times_are_taken_as_they_are(minutes: int) -> None:
    assert reckon(at(minutes), NOON) == (at(minutes), None)


@pytest.mark.parametrize(
    "impossible",
    [unset(3), datetime(2014, 12, 31, tzinfo=UTC), NOON + timedelta(days=1, seconds=1)],
)
def test_an_impossible_time_becomes_that_of_receipt(impossible: datetime) -> None:
    assert not is_sane(impossible, NOON)
    assert reckon(impossible, NOON) == (NOON, NOON - impossible)


def test_a_missing_time_becomes_that_of_receipt() -> None:
    assert reckon(None, NOON) == (NOON, None)


def test_impossible_times_of_one_session_keep_their_distances() -> None:
    first = reckon(unset(10), NOON)
    second = reckon(unset(40), at(31), first.drift)
    assert second.at - first.at == timedelta(minutes=30)


def test_a_drift_that_would_lead_into_the_future_is_given_up() -> None:
    assert reckon(unset(0), NOON, timedelta(days=365 * 100)).at == NOON
