"""What each station does wrong, counted: the beginning of knowing its quirks."""

from collections import OrderedDict
from collections.abc import Mapping
from typing import Final

from laddnav.kernel.keys import StationKey

_KINDS: Final = 64
_STATIONS: Final = 20_000
OTHER: Final = "other"
"""Where kinds beyond those that are told apart are counted."""


class Violations:
    """How often each station broke which rule since this node started; bounded in all ways."""

    def __init__(self) -> None:
        self._counts: OrderedDict[StationKey, dict[str, int]] = OrderedDict()

    def count(self, key: StationKey, kind: str) -> None:
        """Count one violation; `kind` must come from a closed vocabulary, never from the wire."""
        counts = self._counts.get(key)
        if counts is None:
            counts = self._counts[key] = {}
            if len(self._counts) > _STATIONS:
                self._counts.popitem(last=False)
        if kind not in counts and len(counts) >= _KINDS:
            kind = OTHER
        counts[kind] = counts.get(kind, 0) + 1

    def of(self, key: StationKey) -> Mapping[str, int]:
        """Return what a station did wrong, and how often."""
        return dict(self._counts.get(key, {}))
