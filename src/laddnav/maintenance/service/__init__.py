"""What is done about the upkeep of stations."""

from laddnav.maintenance.service.maintenance import Maintenance

__all__ = ["Maintenance"]
