"""Which tokens hold running sessions at the stations that this node owns."""

from collections.abc import Iterable

from laddnav.sessions.live.session import LiveSession
from laddnav.sessions.model import Session
from laddnav.tokens.rules import uid_key


class Roster:
    """Running, accepted sessions by token: what the database may not show yet."""

    __slots__ = ("_held",)

    def __init__(self) -> None:
        self._held: dict[tuple[str, str], set[LiveSession]] = {}

    def note(self, session: LiveSession, before: Session | None = None) -> None:
        """Enter `session` as it was last shown, or strike it out.

        Args:
            session: It has just been shown anew.
            before: What was shown before that: its token may have been another.
        """
        self._strike(before, session)
        shown = session.shown
        if shown is not None and shown.token and session.is_running and not session.is_refused:
            self._held.setdefault(_key(shown), set()).add(session)

    def forget(self, sessions: Iterable[LiveSession]) -> None:
        """Strike out sessions whose station this node no longer looks after."""
        for session in sessions:
            self._strike(session.shown, session)

    def held_by(self, operator: str, token_key: str) -> list[LiveSession]:
        """Return the running sessions of a token."""
        return list(self._held.get((operator, token_key), ()))

    def _strike(self, shown: Session | None, session: LiveSession) -> None:
        if shown is None or not shown.token:
            return
        held = self._held.get(_key(shown))
        if held is not None:
            held.discard(session)
            if not held:
                del self._held[_key(shown)]


def _key(shown: Session) -> tuple[str, str]:
    return shown.operator, uid_key(shown.token or "")
