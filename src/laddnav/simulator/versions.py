"""OCPP versions by the words of the command line."""

from laddnav.ocpp.action import Version


def versions_of(word: str) -> tuple[Version, ...]:
    """Return the versions that `word` names: "1.6", "2.0.1", "2.1", or all for "mixed"."""
    return tuple(Version) if word == "mixed" else (Version(word),)
