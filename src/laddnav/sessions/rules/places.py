"""To which session a reading belongs."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, Protocol, TypeVar

from laddnav.kernel.keys import ConnectorRef

_ROUNDING: Final = timedelta(seconds=1)
"""A reading's time may have lost the fraction of a second that its session's start kept."""


class Span(Protocol):
    """A session as far as attribution goes."""

    @property
    def connector(self) -> ConnectorRef:
        """Where it is."""
        ...

    @property
    def started_at(self) -> datetime:
        """When it began."""
        ...

    @property
    def ended_at(self) -> datetime | None:
        """When it ended; None while it runs."""
        ...

    @property
    def is_refused(self) -> bool:
        """Whether its token was not accepted."""
        ...


_S = TypeVar("_S", bound=Span)


def is_at(session: ConnectorRef, reported: ConnectorRef) -> bool:
    """Whether a session is where a reading was taken; connector 0 is any of its EVSE."""
    if not reported.evse or session.evse != reported.evse:
        return False
    either = not session.connector or not reported.connector
    return either or session.connector == reported.connector


def covers(span: Span, at: datetime) -> bool:
    """Whether a session was running at `at`."""
    ended_at = span.ended_at
    return span.started_at - _ROUNDING <= at and (ended_at is None or at <= ended_at)


def owner(spans: Iterable[_S], connector: ConnectorRef, at: datetime) -> _S | None:
    """Return the session of a connector that ran at `at`; of several the latest accepted one."""
    fitting = [one for one in spans if is_at(one.connector, connector) and covers(one, at)]
    return max(
        fitting,
        key=lambda one: (not one.is_refused, one.started_at, one.ended_at is None),
        default=None,
    )
