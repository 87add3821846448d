"""Which tokens hold running sessions at the stations that this node owns."""

from collections.abc import Iterable

from laddnav.sessions.live.session import LiveSession
from laddnav.tokens.rules import uid_key


class Roster:
    """Running, accepted sessions by token: what the database may not show yet."""

    __slots__ = ("_held",)

    def __init__(self) -> None:
        self._held: dict[tuple[str, str], set[LiveSession]] = {}

    def note(self, session: LiveSession) -> None:
        """Enter `session` as it was last shown, or strike it out."""
        shown = session.shown
        if shown is None or not shown.token:
            return
        key = (shown.operator, uid_key(shown.token))
        if session.is_running and not session.is_refused:
            self._held.setdefault(key, set()).add(session)
        else:
            self._strike(key, session)

    def forget(self, sessions: Iterable[LiveSession]) -> None:
        """Strike out sessions whose station this node no longer looks after."""
        for session in sessions:
            if session.shown is not None and session.shown.token:
                key = (session.shown.operator, uid_key(session.shown.token))
                self._strike(key, session)

    def held_by(self, operator: str, token_key: str) -> list[LiveSession]:
        """Return the running sessions of a token."""
        return list(self._held.get((operator, token_key), ()))

    def _strike(self, key: tuple[str, str], session: LiveSession) -> None:
        held = self._held.get(key)
        if held is not None:
            held.discard(session)
            if not held:
                del self._held[key]
