"""Natural keys: by what a message is known when it comes again, whatever its message id is."""

from datetime import datetime
from decimal import Decimal
from hashlib import blake2b
from typing import Final, assert_never

import msgspec

from laddnav.kernel.clock import to_micros
from laddnav.sessions.model import (
    Entry,
    EventTold,
    OrphanTold,
    StartReported,
    StartTold,
    StopReported,
    StopTold,
    TransactionEventReported,
    Word,
)
from laddnav.tokens.model import TokenRef
from laddnav.tokens.rules import uid_key

_SIZE = 16
_LONGEST_TRIGGER = 100
_ENCODER: Final = msgspec.json.Encoder(decimal_format="string")
_PARTS: Final = msgspec.json.Decoder(list[msgspec.Raw])


def digest(data: bytes) -> str:
    """Return a short digest of `data`, as hex."""
    return blake2b(data, digest_size=_SIZE).hexdigest()


def start_key(word: StartReported) -> str:
    """Return the key of a 1.6 start: connector, token, timestamp and meter start.

    With a timestamp that no set clock shows, the key holds only until that session's stop.
    """
    place = f"{word.connector.evse}.{word.connector.connector}"
    parts = (place, _token(word.token), _instant(word.at), _number(word.meter_start_wh))
    return digest("\n".join(parts).encode("utf-8", "replace"))


def stop_key(word: StopReported) -> str:
    """Return the key of a 1.6 stop: what is equal in it is the same stop told again."""
    parts = (
        str(word.transaction_id),
        _token(word.token),
        _instant(word.at),
        _number(word.meter_stop_wh),
        word.reason,
    )
    return digest("\n".join(parts).encode("utf-8", "replace"))


def event_key(word: TransactionEventReported) -> str:
    """Return the key of a 2.x event within its transaction: seqNo, kind, timestamp, trigger."""
    trigger = word.trigger[:_LONGEST_TRIGGER]
    return f"{word.seq_no} {word.kind} {_instant(word.at)} {trigger}"


def entry_key(entry: Entry) -> str:
    """Return the key of an entry within its session's story."""
    match entry:
        case StartTold():
            return "start"
        case StopTold():
            return f"stop {stop_key(entry.word)}"
        case EventTold():
            return event_key(entry.word)
        case OrphanTold():
            return f"orphan {entry.reason} {_instant(entry.at)}"
    assert_never(entry)


def encode(word: Word) -> bytes:
    """Return a word as JSON."""
    return _ENCODER.encode(word)


def word_key(word: Word) -> str:
    """Return the name of a word that is kept as evidence: that of all its contents."""
    return digest(encode(word))


def frame_key(frame: bytes) -> str:
    """Return the name of a frame that is kept as evidence: without its message id, if it has one.

    A station that tries again gives the same call a new id.
    """
    try:
        parts = _PARTS.decode(frame)
    except msgspec.DecodeError:
        return digest(frame)
    return digest(b"".join(bytes(part) for place, part in enumerate(parts) if place != 1))


def _token(token: TokenRef | None) -> str:
    return "-" if token is None else f"={uid_key(token.uid)}"


def _instant(at: datetime | None) -> str:
    return "-" if at is None else str(to_micros(at))


def _number(value: Decimal | None) -> str:
    """Write 12, 12.0 and 1.2E+1 alike."""
    return "-" if value is None else format(value.normalize(), "f")
