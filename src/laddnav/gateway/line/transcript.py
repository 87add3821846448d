"""What one link writes into the journal: each frame, with what it is about."""

from datetime import datetime
from typing import Final, assert_never

from laddnav.journal.model import FrameKind, Way
from laddnav.journal.service.journal import Journal
from laddnav.kernel.keys import StationKey
from laddnav.ocpp.action import Version
from laddnav.ocpp.events import (
    CallReceived,
    ErrorReceived,
    Event,
    Ignored,
    Malformed,
    ResultErrorReceived,
    ResultReceived,
    SendReceived,
)
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

    __slots__ = ("_journal", "_link")

    def __init__(
        self, journal: Journal, key: StationKey, link_id: str, *, address: str, version: Version
    ) -> None:
        self._journal = journal
        self._link = journal.open_link(
            key, connection=link_id, address=address, version=version.value
        )

    def close(self, reason: str) -> None:
        """Note that the link ended, and why."""
        self._journal.close_link(self._link, reason)

    def came(self, event: Event, text: str, at: datetime) -> None:
        """Note a frame of the station, by what it was understood to be."""
        action: str | None = None
        message_id: MessageId | None
        match event:
            case CallReceived() | SendReceived():
                kind = FrameKind.CALL if isinstance(event, CallReceived) else FrameKind.SEND
                action, message_id = event.action.name, event.message_id
            case ResultReceived(call=call) | ErrorReceived(call=call):
                kind = FrameKind.RESULT if isinstance(event, ResultReceived) else FrameKind.ERROR
                action, message_id = call.action.name, call.message_id
            case ResultErrorReceived() | Ignored() | Malformed():
                is_error = isinstance(event, ResultErrorReceived)
                kind = FrameKind.ERROR if is_error else FrameKind.MALFORMED
                message_id = event.message_id
            case _:
                assert_never(event)
        shown = message_id if message_id is None else str(message_id)
        self._link.note(Way.IN, kind, text, action=action, message_id=shown, at=at)

    def went(self, text: str, at: datetime, answered: CallReceived | None) -> None:
        """Note a frame of ours, and of an answer what it answers."""
        kind = _KINDS[text[1]]
        action: str | None = None
        message_id: str | None = None
        if kind is FrameKind.CALL:
            _, message_id, _, action, _ = text.split('"', 4)
        elif answered is not None:
            action, message_id = answered.action.name, str(answered.message_id)
        self._link.note(Way.OUT, kind, text, action=action, message_id=message_id, at=at)
