"""What the journal keeps: frames and the periods in which links lived."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class Way(StrEnum):
    """Which way a frame went, seen from us."""

    IN = "in"
    OUT = "out"


class FrameKind(StrEnum):
    """What a frame was."""

    CALL = "call"
    RESULT = "result"
    ERROR = "error"
    SEND = "send"
    MALFORMED = "malformed"


class Frame(Struct, frozen=True, kw_only=True):
    """One frame as it went over the wire, with secrets masked.

    Attributes:
        id: Rises with each frame of this store; it is the cursor.
        action: Of an answer: that of its call.
        text: Cut at the journal's limit; `size` is that of the whole frame, in octets.
    """

    id: int
    at: datetime
    way: Way
    kind: FrameKind
    action: str | None
    message_id: str | None
    connection: str
    size: int
    text: str


class Period(Struct, frozen=True, kw_only=True):
    """One link from its upgrade to its close; `ended_at` None: it lives, or its node died."""

    connection: str
    identity: str
    address: str
    version: str
    started_at: datetime
    ended_at: datetime | None
    reason: str | None


class FrameFilter(Struct, frozen=True, kw_only=True):
    """Which frames of a station are asked for; None: all."""

    action: str | None = None
    way: Way | None = None
    kind: FrameKind | None = None
    since: datetime | None = None
    until: datetime | None = None
    message_id: str | None = None


class FramePage(Struct, frozen=True, kw_only=True):
    """Frames, newest first; `next` continues the list, None where it ends."""

    items: tuple[Frame, ...]
    next: int | None


class Limits(Struct, frozen=True, kw_only=True):
    """How much is kept.

    Attributes:
        days: Frames older than this go.
        megabytes: Where the store is larger, the oldest go; 0: no limit.
        frame_chars: Text of a frame beyond this is cut.
        pending_frames: Frames waiting to be written beyond this are dropped, and counted.
    """

    days: int = 30
    megabytes: int = 2_048
    frame_chars: int = 65_536
    pending_frames: int = 50_000
