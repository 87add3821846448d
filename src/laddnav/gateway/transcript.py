"""What one link writes into the journal: each frame, with what it is about."""

from datetime import datetime
from typing import Final

from laddnav.journal.model import FrameKind, Way
from laddnav.journal.service.journal import LinkJournal
from laddnav.ocpp.events import CallReceived
from laddnav.ocpp.frames import MessageId

_KINDS: Final = {
    "2": FrameKind.CALL,
    "3": FrameKind.RESULT,
    "4": FrameKind.ERROR,
    "5": FrameKind.ERROR,
    "6": FrameKind.SEND,
}


class Transcript:
    """The frames of one link."""

    __slots__ = ("_journal",)

    def __init__(self, journal: LinkJournal) -> None:
        self._journal = journal

    def came(
        self,
        kind: FrameKind,
        text: str,
        at: datetime,
        *,
        action: str | None = None,
        message_id: MessageId | None = None,
    ) -> None:
        """Note a frame of the station."""
        shown = message_id if message_id is None else str(message_id)
        self._journal.note(Way.IN, kind, text, action=action, message_id=shown, at=at)

    def went(self, text: str, at: datetime, answered: CallReceived | None) -> None:
        """Note a frame of ours, and of an answer what it answers."""
        kind = _KINDS[text[1]]
        action: str | None = None
        message_id: str | None = None
        if kind is FrameKind.CALL:
            _, message_id, _, action, _ = text.split('"', 4)
        elif answered is not None:
            action, message_id = answered.action.name, str(answered.message_id)
        self._journal.note(Way.OUT, kind, text, action=action, message_id=message_id, at=at)
