"""The verbs of the journal's room."""

from laddnav.journal.service.journal import Journal, LinkJournal, open_store
from laddnav.journal.service.refusals import Refusals

__all__ = ["Journal", "LinkJournal", "Refusals", "open_store"]
