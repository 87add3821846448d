"""By what a secret is known in a frame."""

from typing import Final

MASK: Final = "***"

TOKEN_TYPE: Final = "keycode"  # noqa: S105 - it is the name of a token type, no token
TOKEN: Final = "idToken"  # noqa: S105 - it is the name of a field
_OWNERS: Final = (
    "authorization", "auth", "private", "api", "shared", "access", "wifi", "wpa", "wep", "vpn",
    "network", "encryption",
)  # fmt: skip
SECRET_WORDS: Final = (
    "passw", "passphrase", "pwd", "secret", "credential", "psk", "simpin", "pincode",
    *(f"{owner}{gap}key" for owner in _OWNERS for gap in ("", "_")),
    *(f"{owner}{gap}token" for owner in _OWNERS for gap in ("", "_")),
)  # fmt: skip
"""What the name of a configuration key, a variable or a field holds that is a secret."""

VALUES: Final = ("value", "attributeValue")
"""Where the value of a configuration key or variable stands."""

_LOOK_BACK: Final = 80


def lowered(text: str) -> str:
    """Return a text in which hints are found, however they are spelt: each at its own place."""
    return (text if text.isascii() else text.encode("ascii", "replace").decode()).lower()


def cut(text: str, *, names: bool) -> str:
    """Return what comes before anything in `text` that may be secret: nobody could find its end.

    Args:
        text: It speaks of a secret.
        names: Whether a password counts, too, and not only a code.
    """
    low, words = lowered(text), (TOKEN_TYPE, *(SECRET_WORDS if names else ()))
    first = min((place for word in words if (place := low.find(word)) >= 0), default=0)
    return text[: max(first - _LOOK_BACK, 0)] + MASK
