"""Tables of the journal's room, and the two stores of frames."""

from laddnav.journal.store.frames import links
from laddnav.journal.store.tables import metadata

__all__ = ["links", "metadata"]
