"""Times as odd stations write them: read where they can be, else taken for an unset clock."""

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""What stands for "no usable time": the same that stations with an unset clock send."""

FIRST_YEAR: Final = 1970
LAST_YEAR: Final = 2100

_LONGEST = 64
_LATEST_SECOND = 59
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:[0-5]\d(\.\d+)?([Zz]|[+-]\d\d:?\d\d)")
_FORM = re.compile(
    r"(\d{4})-(\d\d?)-(\d\d?)"
    r"(?:[Tt ]\s*(\d\d?):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?)?"
    r"\s*(?:[Zz]|UTC|GMT|([+-])(\d\d):?(\d\d)?)?"
)


def is_usable(instant: datetime) -> bool:
    """Whether the year is one in which stations exist; outside, arithmetic on times overflows."""
    return FIRST_YEAR <= instant.year <= LAST_YEAR


def is_well_formed(text: str) -> bool:
    """Whether `text` has the form that the specification asks for, offset included."""
    return _RFC3339.fullmatch(text) is not None


def read_instant(text: str) -> datetime | None:
    """Return the time that `text` means, None where it means none that is usable.

    Taken: offsets without minutes (`+02`, monta emulator#5), no offset at all (UTC), one-digit
    fields, missing seconds or time of day, a comma before the fraction, the leap second.
    """
    match = _FORM.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    if match is None:
        return None
    year, month, day, hour, minute, second, fraction, sign, off_hours, off_minutes = match.groups()
    try:
        instant = datetime(
            int(year), int(month), int(day),
            int(hour or 0), int(minute or 0), min(int(second or 0), _LATEST_SECOND),
            int((fraction or "0")[:6].ljust(6, "0")),
            tzinfo=_zone(sign, off_hours, off_minutes),
        )  # fmt: skip
    except ValueError:
        return None
    return instant if is_usable(instant) else None


def _zone(sign: str | None, hours: str | None, minutes: str | None) -> timezone:
    """Return the fixed offset; `ValueError` where it is 24 hours or more."""
    if sign is None or hours is None:
        return UTC
    offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return timezone(offset if sign == "+" else -offset)
