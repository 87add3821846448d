"""Which stop counts, whose it is, and what its token is told."""

from decimal import Decimal

import pytest

from laddnav.sessions.rules.stops import answer, effective, may_stop
from laddnav.tokens.model import TokenRef, TokenVerdict, Verdict
from tests.sessions.words import (
    CARD,
    NOON,
    OTHER_CARD,
    at,
    start,
    start_told,
    stop,
    stop_told,
    unset,
)

_START = start_told(start(at(0), 1000))
_GOOD = stop_told(stop(1, at(60), 5000))
_BETTER = stop_told(stop(1, at(61), 6000))


def test_the_first_of_two_plausible_stops_counts() -> None:
    assert effective((_GOOD, _BETTER), _START) is _GOOD


@pytest.mark.parametrize(
    "implausible",
    [
        stop(1, at(60), None),
        stop(1, at(60), -1),
        stop(1, at(60), 999),
        stop(1, at(-60), 5000),
    ],
)
def test_a_second_stop_counts_where_the_first_was_implausible(implausible: object) -> None:
    first = stop_told(implausible)  # type: ignore[arg-type]  # the parameters are one list of several types, each fit for this call
    assert effective((first, _GOOD), _START) is _GOOD


def test_of_implausible_stops_alone_the_first_counts() -> None:
    first, second = stop_told(stop(1, at(60), -1)), stop_told(stop(1, at(61), 0))
    assert effective((first, second), _START) is first


def test_without_a_stop_none_counts() -> None:
    assert effective((), _START) is None


def _fits(word: object) -> bool:
    return may_stop(
        word,  # type: ignore[arg-type]  # the parameters are one list of several types, each fit for this call
        _START,
        last_at=at(30),
        last_wh=Decimal(3000),
    )


@pytest.mark.parametrize(
    "word",
    [
        stop(-1, at(60), 5000, token=CARD),
        stop(0, at(60), 3000, token=TokenRef("card1")),
        stop(-16, at(60), -1, token=CARD),
        stop(99, None, None, token=CARD),
        stop(-1, at(60), 5000),
    ],
)
def test_a_stop_without_a_valid_id_fits_what_its_token_time_and_register_allow(
    word: object,
) -> None:
    assert _fits(word)


@pytest.mark.parametrize(
    "word",
    [
        stop(-1, at(60), 5000, token=OTHER_CARD),
        stop(-1, at(29), 5000, token=CARD),
        stop(-1, at(-1), 5000, token=CARD),
        stop(-1, at(60), 2999, token=CARD),
        stop(-1, at(60), 2999),
        stop(-1, at(60), None),
    ],
)
def test_a_stop_of_another_token_time_or_register_does_not_fit(word: object) -> None:
    assert not _fits(word)


def test_a_stop_of_an_unset_clock_is_compared_with_that_clock() -> None:
    told = start_told(start(unset(10), 1000))
    told = type(told)(
        word=told.word, at=NOON, received_at=NOON, transaction_id=1, answered=told.answered
    )
    fitting = stop(-1, unset(11), 5000, token=CARD)
    earlier = stop(-1, unset(9), 5000, token=CARD)
    assert may_stop(fitting, told, last_at=NOON, last_wh=Decimal(1000))
    assert not may_stop(earlier, told, last_at=NOON, last_wh=Decimal(1000))


_ACCEPTED = TokenVerdict(verdict=Verdict.ACCEPTED, group="FAMILY")


def test_the_token_that_started_may_stop() -> None:
    assert answer(_ACCEPTED, TokenRef("card1"), CARD, None) is _ACCEPTED


@pytest.mark.ocpp("C09.FR.02")
def test_a_token_of_the_same_group_may_stop() -> None:
    assert answer(_ACCEPTED, OTHER_CARD, CARD, "FAMILY") is _ACCEPTED


@pytest.mark.parametrize("group", [None, "NEIGHBOURS"])
def test_another_token_is_told_that_it_is_invalid(group: str | None) -> None:
    assert answer(_ACCEPTED, OTHER_CARD, CARD, group).verdict is Verdict.INVALID


def test_two_tokens_without_a_group_are_not_of_one_group() -> None:
    alone = TokenVerdict(verdict=Verdict.ACCEPTED)
    assert answer(alone, OTHER_CARD, CARD, None).verdict is Verdict.INVALID


def test_a_master_pass_may_stop_anything() -> None:
    master = TokenVerdict(verdict=Verdict.ACCEPTED, master=True)
    assert answer(master, OTHER_CARD, CARD, None) is master


def test_a_blocked_token_is_told_so_even_if_it_started() -> None:
    blocked = TokenVerdict(verdict=Verdict.BLOCKED)
    assert answer(blocked, CARD, CARD, None) is blocked
