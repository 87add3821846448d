"""From when and until when a token is valid, as people write it: one rule at every door."""

import re
from datetime import MAXYEAR, UTC, datetime, timedelta
from typing import Final

_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_LONGEST: Final = 40


def starts_at(text: str) -> datetime:
    """Return an instant; without an offset it is UTC, and a bare date is its beginning.

    Raises:
        ValueError: It is none; the error's text says so in words.
    """
    try:
        at = datetime.fromisoformat(text)
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        message = f"date {text[:_LONGEST]!r} is not like 2027-01-31 or 2027-01-31T12:00:00Z"
        raise ValueError(message) from None


def ends_at(text: str) -> datetime:
    """Return the end of a validity, which is not part of it: a bare date is valid to its end.

    Raises:
        ValueError: It is none; the error's text says so in words.
    """
    at = starts_at(text)
    whole_day = _DATE.fullmatch(text) and at.year < MAXYEAR
    return at + timedelta(days=1) if whole_day else at
