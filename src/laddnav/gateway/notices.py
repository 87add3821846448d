"""Messages whose answer never depends on what they say: a table per version, and a log line each.

What they tell is in the journal; nobody acts on it yet. The answers are honest: a station that
asks for something that is not there is told so.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

import structlog
from msgspec import Struct

from laddnav.gateway.dispatch import Answer, Answering, Desk, answers
from laddnav.ocpp.action import Version

_log: Final = structlog.get_logger(__name__)


class Notice(NamedTuple):
    """One action that is always answered alike.

    Attributes:
        action: Its name on the wire.
        response: The answer; None where nothing is answered (SEND of 2.1).
        told: The attributes of the request that an operator wants to see in the log.
    """

    action: str
    response: Struct | None
    told: tuple[str, ...] = ()


def note_all(version: Version, notices: Iterable[Notice]) -> None:
    """Register the answers to all `notices`."""
    for notice in notices:
        answers(version, notice.action)(_noting(notice))


def _noting(notice: Notice) -> Answering:
    answer = Answer(response=notice.response)

    def note(desk: Desk, request: Struct) -> Answer:
        told = {name: getattr(request, name) for name in notice.told}
        log = _log.info if told else _log.debug
        log("a station told", station=str(desk.key), action=notice.action, **told)
        return answer

    return note
