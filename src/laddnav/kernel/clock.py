"""Time as the rooms see it: passed in, never fetched."""

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Clock(Protocol):
    """What tells the time."""

    def now(self) -> datetime:
        """Return the time of day, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Return seconds that only ever rise; their zero means nothing."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the time of day, aware, in UTC."""
        return datetime.now(UTC)  # noqa: TID251 - this is the Clock that the others ask

    def monotonic(self) -> float:
        """Return seconds that only ever rise."""
        return time.monotonic()


def to_micros(instant: datetime) -> int:
    """Return `instant` (aware) as whole microseconds since 1970: the form in which it is stored."""
    return (instant - _EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    """Return the aware UTC datetime of `micros` microseconds since 1970."""
    return _EPOCH + timedelta(microseconds=micros)
