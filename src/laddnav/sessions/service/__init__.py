"""What is done with sessions: judged, recorded, closed and read back."""

from laddnav.sessions.service.archive import SessionArchive
from laddnav.sessions.service.orphans import Presence
from laddnav.sessions.service.sessions import Sessions

__all__ = ["Presence", "SessionArchive", "Sessions"]
