"""JSON patterns: what must come, with holes in it."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

ANY: Final = "*"
_NAME: Final = re.compile(r"\$([a-z_]+)([+-]\d+)?")


def differences(
    pattern: Any, value: Any, known: dict[str, Any], *, exactly: bool, place: str = "$"
) -> list[str]:
    """Return where `value` does not fit; what "$name" finds is added to `known`.

    Args:
        pattern: JSON in which "*" fits anything, and "$name" too the first time.
        value: What came.
        known: Values by their names.
        exactly: Whether objects may hold nothing beyond what the pattern names.
        place: Where we are.
    """
    if isinstance(pattern, dict) and isinstance(value, dict):
        return _object(pattern, value, known, exactly=exactly, place=place)
    if isinstance(pattern, list) and isinstance(value, list) and len(pattern) == len(value):
        pairs = enumerate(zip(pattern, value, strict=True))
        found = (
            differences(one, other, known, exactly=exactly, place=f"{place}[{number}]")
            for number, (one, other) in pairs
        )
        return [line for lines in found for line in lines]
    if pattern == ANY:
        return []
    if isinstance(pattern, str) and pattern.startswith("$") and pattern[1:] not in known:
        known[pattern[1:]] = value
        return []
    expected = _meant(pattern, known) if isinstance(pattern, str) else pattern
    same = expected == value and isinstance(expected, bool) == isinstance(value, bool)
    return [] if same else [f"{place}: {value!r} instead of {expected!r}"]


def _object(
    pattern: Mapping[str, Any],
    value: Mapping[str, Any],
    known: dict[str, Any],
    *,
    exactly: bool,
    place: str,
) -> list[str]:
    strangers = sorted(set(value) - set(pattern)) if exactly else []
    lines = [f"{place}.{name}: is there" for name in strangers]
    for name, inner in pattern.items():
        at = f"{place}.{name}"
        if name not in value:
            lines.append(f"{at}: is missing")
        else:
            lines += differences(inner, value[name], known, exactly=exactly, place=at)
    return lines


def _meant(text: str, known: Mapping[str, Any]) -> Any:
    return known[text[1:]] if text[1:] in known and text[0] == "$" else filled(text, known)


def filled(text: str, known: Mapping[str, Any]) -> str:
    """Return `text` with names in place of what they stand for; unknown ones stay."""
    return _NAME.sub(_filling(known), text)


def _filling(known: Mapping[str, Any]) -> Callable[[re.Match[str]], str]:
    def fill(match: re.Match[str]) -> str:
        name, shift = match.groups()
        if name == "now":
            at = datetime.now(UTC) + timedelta(seconds=int(shift or 0))  # noqa: TID251 - the test plays the station, which has a clock of its own
            return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return f"{known[name]}{shift or ''}" if name in known else match.group()

    return fill
