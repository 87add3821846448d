"""Texts from outside: as every database takes them, and as places in a list."""

import re
from datetime import datetime

from laddnav.kernel.clock import to_micros

_PLACE = re.compile(r"([0-9]{1,18})\.([^\0\ud800-\udfff]{1,100})", re.ASCII)


def storable(text: str) -> str:
    """Return a text without what PostgreSQL refuses: NUL, and halves of characters."""
    if "\0" in text:
        text = text.replace("\0", "\N{REPLACEMENT CHARACTER}")
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def cursor_of(at: datetime, name: str) -> str:
    """Return the cursor behind an entry that is named and dated."""
    return f"{to_micros(at)}.{name}"


def place_of(cursor: str) -> tuple[int, str]:
    """Return the time (microseconds) and name in a cursor.

    Raises:
        ValueError: It is none of ours.
    """
    match = _PLACE.fullmatch(cursor)
    if match is None:
        message = "no cursor of this list"
        raise ValueError(message)
    return int(match[1]), match[2]
