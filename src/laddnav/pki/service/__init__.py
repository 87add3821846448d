"""The room's verbs."""

from laddnav.pki.service.pki import Pki

__all__ = ["Pki"]
