"""Messages whose answer never depends on what they say: a table per version, and a log line each.

What they tell is in the journal; nobody acts on it yet. The answers are honest: a station that
asks for something that is not there is told so.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

import structlog
from msgspec import Struct

from laddnav.gateway.dispatch import Answer, Answering, Desk, answers
from laddnav.ocpp.action import Action, Version

_LONGEST_SHOWN: Final = 255
_log: Final = structlog.get_logger(__name__)


class Notice(NamedTuple):
    """One action that is always answered alike.

    Attributes:
        action: Its name on the wire.
        answer: The attributes of the response; of no account where nothing is answered (SEND).
        told: The attributes of the request that an operator wants to see in the log.
    """

    action: str
    answer: Mapping[str, Any]
    told: tuple[str, ...] = ()


def note_all(version: Version, actions: Mapping[str, Action], notices: Iterable[Notice]) -> None:
    """Register the answers to all `notices`, in the types that `actions` names."""
    for notice in notices:
        kind = actions[notice.action].response
        response = None if kind is None else kind(**notice.answer)
        answers(version, notice.action)(_noting(notice, Answer(response=response)))


def _noting(notice: Notice, answer: Answer) -> Answering:
    def note(desk: Desk, request: Struct) -> Answer:
        told = {name: _shown(getattr(request, name)) for name in notice.told}
        log = _log.info if told else _log.debug
        log("a station told", station=str(desk.key), action=notice.action, **told)
        return answer

    return note


def _shown(value: object) -> object:
    """Return what a line of the log shows of a value, which may be of any length if mended."""
    return value[:_LONGEST_SHOWN] if isinstance(value, str) else value
