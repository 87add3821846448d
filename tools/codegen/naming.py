"""From a property's wire name to the name of a Python attribute."""

import keyword
import re

# Words that capital letters alone would cut wrongly; the longer ones first.
_WORDS = (
    "ISO15118",
    "iso15118",
    "EMAIDs",
    "EMAID",
    "V2X",
    "v2x",
    "SoC",
    "soC",
    "soH",
    "hv10",
    "Level1",
    "Level2",
    "kWh",
    "_L1",
    "_L2",
    "_L3",
)
_WORD = re.compile("|".join((*_WORDS, r"[A-Z]+(?![a-z])[0-9]*", r"[A-Z]?[a-z]+[0-9]*", r"[0-9]+")))


def attribute(wire: str) -> str:
    """The attribute's name: lower case, words joined by underscores, never a keyword.

    It cannot be turned back: the wire name stands beside it in what is generated.

    Raises:
        ValueError: A character of the wire name belongs to no word.
    """
    words = _WORD.findall(wire)
    if "".join(words) != wire:
        message = f"cannot cut {wire!r} into words"
        raise ValueError(message)
    name = "_".join(word.strip("_").lower() for word in words)
    return f"{name}_" if keyword.iskeyword(name) else name
