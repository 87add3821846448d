"""What is never written down: passwords, keys, and the codes that drivers type in."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

MASK = "***"

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
_SECRET_NAME = re.compile("password|authorizationkey|passphrase", re.IGNORECASE)
_SECRET_HINT = re.compile("keycode|password|authorizationkey|passphrase", re.IGNORECASE)
_VALUES = ("value", "attributeValue")
_TOKEN_TYPE = "keycode"  # noqa: S105 - it is the name of a token type, no token
_LOOK_BACK = 80


def masked(text: str, action: str | None) -> str:
    """Return a frame's text without its secrets.

    Configuration keys and variables whose names speak of passwords (A01.FR.09), the passwords of
    network profiles, and tokens of type KeyCode (C04.FR.04). `action` is that of the call, also for
    its answer; None: nobody knows. What is no JSON is cut where it speaks of a secret.
    """
    if action is None or action in _CONFIGURATION:
        hint = _SECRET_HINT.search(text)
        return text if hint is None else _without_secrets(text, hint.start())
    place = text.lower().find(_TOKEN_TYPE)  # stations spell it as they like
    return text if place < 0 else _without_secrets(text, place)


def _without_secrets(text: str, hint: int) -> str:
    try:
        frame = msgspec.json.decode(text)
        return msgspec.json.encode(_clean(frame)).decode()
    except (msgspec.MsgspecError, RecursionError, UnicodeEncodeError):
        return text[: max(hint - _LOOK_BACK, 0)] + MASK


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
    if name == "idToken" and str(told.get("type")).strip().lower() == _TOKEN_TYPE:
        return True
    if about_secret and name in _VALUES:
        return True
    return isinstance(value, str) and _SECRET_NAME.search(name) is not None


def _names_a_secret(told: Mapping[str, Any]) -> bool:
    """Return whether an object is about a configuration key or variable that is a secret."""
    variable = told.get("variable")
    name = variable.get("name") if isinstance(variable, dict) else None
    names = (told.get("key"), name)
    return any(isinstance(name, str) and _SECRET_NAME.search(name) for name in names)


def _without_value(told: Any) -> Any:  # noqa: ANN401 - decoded JSON can be of any type
    if not isinstance(told, dict):
        return told
    return {name: MASK if name in _VALUES else value for name, value in told.items()}


def _each(value: Any, change: Callable[[Any], Any]) -> Any:  # noqa: ANN401 - decoded JSON can be of any type
    return [change(item) for item in value] if isinstance(value, list) else _clean(value)
