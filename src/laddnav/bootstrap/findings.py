"""What was found when this installation was looked at."""

from typing import Literal

from msgspec import Struct


class Finding(Struct, frozen=True, kw_only=True):
    """One thing that was looked at; a text that is not "ok" says what to do."""

    subject: str
    state: Literal["ok", "warning", "wrong"]
    text: str
