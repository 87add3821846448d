"""All links of this node: where stations berth, and how they are sent off at the end."""

import asyncio
from typing import Final

from aiohttp import WSCloseCode

from laddnav.gateway import translators
from laddnav.gateway.entry.reception import Arrival
from laddnav.gateway.line.pulse import Ward
from laddnav.gateway.line.registry import Registry
from laddnav.gateway.link import Link
from laddnav.gateway.rooms import Rooms
from laddnav.stations.model import SecurityProfile

PROBE_SECONDS: Final = 5.0
_PER_LINK_SECONDS: Final = 0.005
_ANSWERED_BY: Final = translators  # importing it fills the table of answers


class Links:
    """The links of this node.

    Attributes:
        registry: Who is connected.
        violations: Where what stations do wrong is counted.
    """

    def __init__(self, rooms: Rooms) -> None:
        self.registry: Registry[Link] = Registry()
        self.violations = rooms.stations.violations
        self._rooms = rooms
        self._ward = Ward()

    async def berth(self, arrival: Arrival) -> Link | None:
        """Make room for a station; the newest link wins.

        Where nobody proves who they are (profile 0), an older link stays if it shows life.
        """
        older = self.registry.get(arrival.admitted.key)
        is_proven = arrival.admitted.station.security_profile is not SecurityProfile.NONE
        if older is not None and not is_proven and await older.shows_life(PROBE_SECONDS):
            return None
        return Link(
            arrival=arrival,
            rooms=self._rooms,
            registry=self.registry,
            violations=self.violations,
            ward=self._ward,
        )

    async def close(self, seconds: float) -> None:
        """Send all stations off, spread over up to `seconds`: they will all come back."""
        links = list(self.registry)
        step = min(_PER_LINK_SECONDS, seconds / max(len(links), 1))
        async with asyncio.TaskGroup() as group:
            for link in links:
                group.create_task(
                    link.retire(WSCloseCode.GOING_AWAY, "the server is stopping", seconds)
                )
                await asyncio.sleep(step)
