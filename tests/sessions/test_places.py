"""To which session a reading belongs."""

from datetime import datetime, timedelta

import pytest
from msgspec import Struct

from laddnav.kernel.keys import ConnectorRef
from laddnav.sessions.rules.places import is_at, owner
from tests.sessions.words import HERE, THERE, at


class _Span(Struct, frozen=True):
    started_at: datetime
    ended_at: datetime | None = None
    connector: ConnectorRef = HERE
    is_refused: bool = False


@pytest.mark.parametrize(
    ("session", "reported"),
    [
        (ConnectorRef(1, 1), ConnectorRef(1, 1)),
        (ConnectorRef(1, 1), ConnectorRef(1, 0)),
        (ConnectorRef(1, 0), ConnectorRef(1, 2)),
    ],
)
def test_connector_0_is_any_of_its_evse(session: ConnectorRef, reported: ConnectorRef) -> None:
    assert is_at(session, reported)


@pytest.mark.parametrize(
    ("session", "reported"),
    [
        (ConnectorRef(1, 1), ConnectorRef(2, 1)),
        (ConnectorRef(1, 1), ConnectorRef(1, 2)),
        (ConnectorRef(0, 0), ConnectorRef(0, 0)),
        (ConnectorRef(1, 1), ConnectorRef(0, 0)),
    ],
)
def test_another_connector_and_the_main_meter_are_elsewhere(
    session: ConnectorRef, reported: ConnectorRef
) -> None:
    assert not is_at(session, reported)


def test_a_reading_belongs_to_the_session_that_ran_then() -> None:
    first, second = _Span(at(0), at(30)), _Span(at(40))
    spans = [first, second]
    assert owner(spans, HERE, at(20)) is first
    assert owner(spans, HERE, at(35)) is None
    assert owner(spans, HERE, at(50)) is second
    assert owner(spans, THERE, at(50)) is None
    assert owner(spans, HERE, at(-1)) is None


def test_a_reading_may_have_lost_the_fraction_of_its_second() -> None:
    started = at(0) + timedelta(milliseconds=900)
    assert owner([_Span(started)], HERE, at(0)) is not None


def test_where_two_sessions_ran_the_accepted_one_owns_the_reading() -> None:
    refused = _Span(at(5), is_refused=True)
    accepted = _Span(at(0))
    assert owner([refused, accepted], HERE, at(10)) is accepted


def test_where_one_ends_as_the_next_begins_the_reading_is_the_next_ones() -> None:
    old, new = _Span(at(0), at(10)), _Span(at(10))
    assert owner([old, new], HERE, at(10)) is new
