"""Lists page by page: a cursor is opaque, and belongs to the list that gave it."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Final

import msgspec
from litestar.di import NamedDependency, Provide
from litestar.params import QueryParameter, SkipValidation
from msgspec import Meta

from laddnav.web.problems import Flaw, ProblemError, bad_request

_MOST: Final = 1_000
_LONGEST: Final = 2_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """Which part of a list is asked for: at most `limit` items behind `cursor`."""

    limit: int
    cursor: str | None

    def behind(self, name: str) -> str | None:
        """Return the place behind which the list called `name` goes on; None: at its start.

        Raises:
            ProblemError: The cursor is none of that list.
        """
        if self.cursor is None:
            return None
        try:
            padding = "=" * (-len(self.cursor) % 4)
            text = urlsafe_b64decode(self.cursor + padding).decode()
        except (Base64Error, ValueError):
            raise _foreign() from None
        given, _, place = text.partition("\n")
        if given != name:
            raise _foreign()
        return place


Paged = SkipValidation[NamedDependency[Page]]


def asked_page(
    limit: Annotated[
        int, QueryParameter(ge=1, le=_MOST, description="At most so many items.")
    ] = 100,
    cursor: Annotated[
        str | None,
        QueryParameter(
            max_length=_LONGEST, description="`next` of the page before; none: the start."
        ),
    ] = None,
) -> Page:
    """Return which part of a list is asked for."""
    return Page(limit=limit, cursor=cursor)


DEPENDENCIES = {"page": Provide(asked_page, sync_to_thread=False)}


def onward(name: str, place: str | None) -> str | None:
    """Return the cursor that continues the list called `name`; None: it ends here."""
    if place is None:
        return None
    return urlsafe_b64encode(f"{name}\n{place}".encode()).decode().rstrip("=")


@contextmanager
def own_cursor() -> Iterator[None]:
    """Turn a room's "no cursor of mine" into a problem."""
    try:
        yield
    except ValueError:
        raise _foreign() from None


def _foreign() -> ProblemError:
    flaw = Flaw(field="cursor", message="it comes from no page of this list")
    return bad_request("The cursor is not `next` of a page of this list: begin without one.", flaw)


_Instant = Annotated[datetime, Meta(tz=True)]


def instant(text: str | None, field: str) -> datetime | None:
    """Return the instant that a query parameter gives; None where it is missing.

    Raises:
        ProblemError: It is no RFC 3339 time with an offset.
    """
    if text is None:
        return None
    try:
        # A "+" that is not percent-encoded arrives as a blank.
        return msgspec.convert(text.replace(" ", "+"), _Instant).astimezone(UTC)
    except (msgspec.ValidationError, OverflowError):
        message = "a time with its offset, such as 2026-11-01T00:00:00Z"
        detail = f"{field}: {message}."
        raise bad_request(detail, Flaw(field=field, message=message)) from None
