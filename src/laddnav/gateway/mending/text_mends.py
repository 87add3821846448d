"""Messages that are not quite JSON: what is repaired in their text before they are read again."""

import re
from typing import Final

import msgspec
from msgspec import Raw

from laddnav.ocpp.connection import Connection
from laddnav.ocpp.events import Event, Malformed

_LEADING_COMMA: Final = re.compile(r"([\[{])\s*,+")
_TRAILING_COMMA: Final = re.compile(r",+\s*([\]}])")
_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*"')
_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]')
_CLOSER_OF: Final = {"{": "}", "[": "]"}
_RESULT: Final = re.compile(r"\s*\[\s*3\s*,")
_RESULT_PARTS: Final = 3
_LONGEST: Final = 32_768


def forgiven(connection: Connection, event: Malformed, text: str, now: float) -> Event:
    """Return what a message means that was not understood, once its text is mended.

    It is `event` itself where there is nothing to mend; its refusal stays queued then.
    """
    mended = None if event.call is not None else mended_text(text)
    if mended is None:
        return event
    connection.frames_to_send()  # the refusal of the text as it came
    return connection.receive(mended, now)


def mended_text(text: str) -> str | None:
    """Return `text` without commas that lead or trail a list (ZJ Beny, lbbrhzn#1078).

    Of an answer to a call of ours, the part that came is kept where the end is missing (Grizzl-E,
    lbbrhzn#442). None: nothing could be mended.
    """
    if len(text) > _LONGEST:
        return None
    mended = _outside_strings(text)
    if _RESULT.match(mended):
        mended = _completed(mended)
    return mended if mended != text else None


def breaks_off(text: str) -> bool:
    """Return whether the end of a message is missing; of a long one its last character decides."""
    if not text.rstrip().endswith("]"):
        return True
    return len(text) <= _LONGEST and bool(_brackets(text)[0])


def result_payload(text: str) -> Raw | None:
    """Return the payload of a CALLRESULT, None where `text` is none."""
    try:
        parts = msgspec.json.decode(text, type=list[Raw])
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
    return parts[2] if len(parts) >= _RESULT_PARTS else None


def _outside_strings(text: str) -> str:
    pieces: list[str] = []
    end = 0
    for string in _STRING.finditer(text):
        pieces.extend((_without_commas(text[end : string.start()]), string.group()))
        end = string.end()
    pieces.append(_without_commas(text[end:]))
    return "".join(pieces)


def _without_commas(text: str) -> str:
    return _TRAILING_COMMA.sub(r"\1", _LEADING_COMMA.sub(r"\1", text))


def _completed(text: str) -> str:
    """Return a text that breaks off up to its last complete object or list, properly closed."""
    left_open, end = _brackets(text)
    if not left_open or not end:
        return text
    return text[:end] + "".join(reversed(_brackets(text[:end])[0]))


def _brackets(text: str) -> tuple[list[str], int]:
    """Return the brackets that would have to follow, and where the last one that fits ended."""
    left_open: list[str] = []
    end = 0
    for token in _TOKEN.finditer(text):
        mark = token.group()
        if mark in _CLOSER_OF:
            left_open.append(_CLOSER_OF[mark])
        elif left_open and mark == left_open[-1]:
            left_open.pop()
            end = token.end()
    return left_open, end
