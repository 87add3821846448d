"""What the sessions' room asks of the stations' room when a session has been silent."""

from datetime import UTC, datetime
from typing import Final

from typing_extensions import override

from laddnav.kernel.keys import StationKey
from laddnav.sessions.service.orphans import Presence
from laddnav.stations.service.views import Views

_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


class StationsPresence(Presence):
    """Tells the sessions' room whether a station is connected anywhere."""

    def __init__(self, views: Views) -> None:
        self._views = views

    @override
    async def silent_since(self, key: StationKey) -> datetime | None:
        view = await self._views.station(key)
        if view is None:
            return _LONG_AGO
        if view.connected:
            return None
        return view.heard_at or view.life.disconnected_at or _LONG_AGO
