"""Which stations are connected to this node, and over which link."""

from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar

from laddnav.kernel.keys import StationKey


class Keyed(Protocol):
    """What belongs to one station."""

    @property
    def key(self) -> StationKey:
        """The station."""
        ...


_Link = TypeVar("_Link", bound=Keyed)


class Registry(Generic[_Link]):
    """The links of this node: at most one for each station, always the newest."""

    def __init__(self) -> None:
        self._links: dict[StationKey, _Link] = {}

    def __len__(self) -> int:
        return len(self._links)

    def __iter__(self) -> Iterator[_Link]:
        return iter(list(self._links.values()))

    def get(self, key: StationKey) -> _Link | None:
        """Return a station's link, None where it is not connected here."""
        return self._links.get(key)

    def enter(self, link: _Link) -> _Link | None:
        """Let `link` be its station's, and return the one that it replaces."""
        replaced = self._links.get(link.key)
        self._links[link.key] = link
        return replaced

    def leave(self, link: _Link) -> bool:
        """Take `link` out; False: a newer one stands there, and stays."""
        if self._links.get(link.key) is not link:
            return False
        del self._links[link.key]
        return True
