"""What is never written down: passwords, keys, and the codes that drivers type in."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from laddnav.journal.rules.hints import (
    MASK,
    SECRET_WORDS,
    TOKEN,
    TOKEN_TYPE,
    VALUES,
    cut,
)
from laddnav.journal.rules.long_texts import masked_in_passing

_LONG: Final = 32 * 1024
"""Characters beyond which parsing a text, and writing it again, might take more than 20 ms."""

# Calls (and their answers) that may carry a password, by any spelling that a station may use.
_CONFIGURATION = frozenset(
    {
        "ChangeConfiguration",
        "GetConfiguration",
        "GetVariables",
        "NotifyReport",
        "SetNetworkProfile",
        "SetVariables",
    }
)
_SECRET_NAME = re.compile("|".join(SECRET_WORDS), re.IGNORECASE)
_PARTS: Final = msgspec.json.Decoder(list[msgspec.Raw])


def masked(text: str, action: str | None, most: int | None = None) -> str:
    """Return a frame's text without its secrets.

    Configuration keys and variables whose names speak of passwords (A01.FR.09), the passwords of
    network profiles, and tokens of type KeyCode (C04.FR.04). What is no JSON is cut where it speaks
    of a secret. In what is long, more is hidden than must be.

    Args:
        text: The whole frame.
        action: That of the call, also for its answer; None: nobody knows.
        most: So many characters are returned at most; None: all.
    """
    names = action is None or action in _CONFIGURATION
    low = text.lower()  # stations spell it as they like
    if TOKEN_TYPE in low or (names and any(word in low for word in SECRET_WORDS)):
        text = _without_secrets(text, names=names, most=most)
    return text if most is None or len(text) <= most else text[:most]


def _without_secrets(text: str, *, names: bool, most: int | None) -> str:
    try:
        if len(text) > _LONG:
            _PARTS.decode(text)
            return masked_in_passing(text, names=names, most=most or len(text))
        return msgspec.json.encode(_clean(msgspec.json.decode(text))).decode()
    except (msgspec.MsgspecError, RecursionError, UnicodeEncodeError):
        return cut(text, names=names)


def _clean(value: Any) -> Any:  # noqa: ANN401 - decoded JSON can be of any type
    if isinstance(value, list):
        return [_clean(item) for item in value]
    if not isinstance(value, dict):
        return value
    return _clean_object(value)


def _clean_object(told: Mapping[str, Any]) -> dict[str, Any]:
    about_secret = _names_a_secret(told)
    kept: dict[str, Any] = {}
    for name, value in told.items():
        if _is_secret(name, value, told, about_secret=about_secret):
            kept[name] = MASK
        elif about_secret and name == "variableAttribute":
            kept[name] = _each(value, _without_value)
        else:
            kept[name] = _clean(value)
    return kept


def _is_secret(name: str, value: Any, told: Mapping[str, Any], *, about_secret: bool) -> bool:  # noqa: ANN401 - decoded JSON can be of any type
    if name == TOKEN and str(told.get("type")).strip().lower() == TOKEN_TYPE:
        return True
    if about_secret and name in VALUES:
        return True
    if name == "key" and "server" in told:  # of a VPN
        return True
    return isinstance(value, str | int) and _SECRET_NAME.search(name) is not None


def _names_a_secret(told: Mapping[str, Any]) -> bool:
    """Return whether an object is about a configuration key or variable that is a secret."""
    variable = told.get("variable")
    name = variable.get("name") if isinstance(variable, dict) else None
    names = (told.get("key"), name)
    return any(isinstance(name, str) and _SECRET_NAME.search(name) for name in names)


def _without_value(told: Any) -> Any:  # noqa: ANN401 - decoded JSON can be of any type
    if not isinstance(told, dict):
        return told
    return {name: MASK if name in VALUES else value for name, value in told.items()}


def _each(value: Any, change: Callable[[Any], Any]) -> Any:  # noqa: ANN401 - decoded JSON can be of any type
    return [change(item) for item in value] if isinstance(value, list) else _clean(value)
