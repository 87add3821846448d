"""Tables of the stations' room and the queries on them."""

from laddnav.stations.store.tables import metadata

__all__ = ["metadata"]
