"""Settings as text: how a configuration key or a variable reads and changes them."""

from collections.abc import Callable, Mapping
from typing import Literal

import msgspec

from laddnav.simulator.meter import is_measurand
from laddnav.simulator.settings import Settings

KnobKind = Literal["integer", "boolean", "list", "measurands", "text"]


class Knob(msgspec.Struct, frozen=True, kw_only=True):
    """One setting that a server may see.

    Attributes:
        kind: How its text is read.
        attribute: The attribute of `Settings` it stands for; None where it changes nothing.
        text: Its value where it stands for no attribute.
        writable: Whether a server may change it.
        restarts: Whether a change needs a restart to take effect.
    """

    kind: KnobKind = "integer"
    attribute: str | None = None
    text: str = ""
    writable: bool = True
    restarts: bool = False

    def read(self, settings: Settings) -> str:
        """Return its value as text."""
        if self.attribute is None:
            return self.text
        value = getattr(settings, self.attribute)
        if isinstance(value, bool):
            return "true" if value else "false"
        return ",".join(value) if isinstance(value, tuple) else str(value)

    def write(self, settings: Settings, text: str) -> bool:
        """Set it from text; return False, having done nothing, where the text does not fit."""
        value = _PARSERS[self.kind](text)
        if value is None:
            return False
        if self.attribute is not None:
            setattr(settings, self.attribute, value)
        return True


def _integer(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None  # noqa: PLR2004 - numbers of nine digits fit into every integer of OCPP


def _boolean(text: str) -> bool | None:
    return {"true": True, "false": False}.get(text.lower())


def _list(text: str) -> tuple[str, ...]:
    return tuple(word for part in text.split(",") if (word := part.strip()))


def _measurands(text: str) -> tuple[str, ...] | None:
    """One unknown measurand spoils the list (1.6 errata 3.14.4)."""
    words = _list(text)
    return words if all(map(is_measurand, words)) else None


_PARSERS: Mapping[KnobKind, Callable[[str], object]] = {
    "integer": _integer,
    "boolean": _boolean,
    "list": _list,
    "measurands": _measurands,
    "text": str,
}
