"""Registers that come late and can, or cannot, be an ended session's."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from laddnav.metering.model import TRANSACTION_BEGIN, TRANSACTION_END, RegisterPoint
from laddnav.metering.rules import RegisterFold, is_beyond

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
END = START + 60 * MINUTE


def point(minute: int, wh: int, context: str | None = None) -> RegisterPoint:
    return RegisterPoint(START + minute * MINUTE, Decimal(wh), context)


def beyond(
    wh: int, *shown: RegisterPoint, start: int | None = None, stop: int | None = None
) -> bool:
    fold = RegisterFold.begin(None if start is None else Decimal(start), START)
    for each in shown:
        fold = fold.add(each)
    stop_wh = None if stop is None else Decimal(stop)
    return is_beyond(fold, [point(30, wh)], stop_wh=stop_wh, ended_at=END)


@pytest.mark.parametrize(
    ("wh", "expected"), [(900, False), (899, True), (3000, False), (5100, False), (5101, True)]
)
def test_what_lies_outside_of_start_and_stop_is_beyond(wh: int, *, expected: bool) -> None:
    assert beyond(wh, point(15, 2000), start=1000, stop=5000) is expected
    assert beyond(wh, start=1000, stop=5000) is expected


@pytest.mark.parametrize(
    "shown",
    [
        (point(5, 1000, TRANSACTION_BEGIN), point(30, 2000), point(50, 5000, TRANSACTION_END)),
        (point(0, 1000), point(30, 2000), point(60, 5000)),
    ],
    ids=["told", "at the ends"],
)
def test_start_and_stop_may_be_readings(shown: tuple[RegisterPoint, ...]) -> None:
    assert beyond(6000, *shown)
    assert not beyond(4000, *shown)


@pytest.mark.parametrize(("start", "stop"), [(1000, None), (1000, -1), (1000, 0), (None, 5000)])
def test_where_an_end_is_unknown_nothing_is_beyond(start: int | None, stop: int | None) -> None:
    assert not beyond(6000, point(15, 2000), start=start, stop=stop)


def test_where_start_and_stop_are_of_another_register_nothing_is_beyond() -> None:
    assert not beyond(3_500_000, point(15, 3_400_000), start=1000, stop=5000)
    assert not beyond(15_500, point(15, 15_000), start=12, stop=20)
