"""What a station knows of tokens by itself: the local list and the cache."""

from collections.abc import Iterable, Mapping

from laddnav.simulator.settings import Settings
from laddnav.simulator.story import Token, Verdict


class Cards:
    """One station's local list and cache; tokens are compared without regard to case.

    Attributes:
        version: The version of the local list; 0 means that there is none.
    """

    __slots__ = ("_cached", "_listed", "version")

    def __init__(self) -> None:
        self.version = 0
        self._listed: dict[str, Verdict] = {}
        self._cached: dict[str, Verdict] = {}

    def __len__(self) -> int:
        return len(self._listed)

    def replace(self, version: int, entries: Mapping[str, Verdict]) -> None:
        """Put a whole new list in the place of the old one."""
        self.version = version
        self._listed = {uid.casefold(): verdict for uid, verdict in entries.items()}

    def change(self, version: int, entries: Mapping[str, Verdict], gone: Iterable[str]) -> bool:
        """Change the list; return False, having done nothing, where `version` is not newer."""
        if version <= self.version:
            return False
        self.version = version
        self._listed.update((uid.casefold(), verdict) for uid, verdict in entries.items())
        for uid in gone:
            self._listed.pop(uid.casefold(), None)
        return True

    def remember(self, token: Token, verdict: Verdict) -> None:
        """Keep what the server said in the cache."""
        self._cached[token.uid.casefold()] = verdict

    def forget(self) -> None:
        """Empty the cache."""
        self._cached.clear()

    def known(self, token: Token) -> Verdict | None:
        """Return what the list, or else the cache, says of `token`; None where neither has it."""
        key = token.uid.casefold()
        return self._listed.get(key) or self._cached.get(key)

    def offline(self, token: Token, settings: Settings) -> Verdict:
        """Return what the station decides by itself while it cannot ask."""
        known = self.known(token)
        if known is not None:
            return known if settings.serves_offline else Verdict("Invalid")
        return Verdict("Accepted" if settings.serves_unknown_offline else "Invalid")
