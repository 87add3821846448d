"""The verbs of the stations' room."""

from laddnav.stations.service.stations import Stations

__all__ = ["Stations"]
