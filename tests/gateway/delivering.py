"""What brings passwords and profiles to the stations of a hub."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from laddnav.gateway.control import Control
from laddnav.stations.service.deliveries import Deliveries
from laddnav.stations.service.ports import StationCertificates
from laddnav.stations.service.preparations import Preparations
from tests.gateway.hub import Hub


def preparing(running: Hub, certificates: StationCertificates) -> Preparations:
    """See to what stations need, without patience."""
    return Preparations(
        running.rooms.stations.handovers,
        certificates,
        control=Control(running.links.registry),
        clock=running.rooms.clock,
        wait_seconds=0.6,
    )


@asynccontextmanager
async def delivering(running: Hub, certificates: StationCertificates) -> AsyncIterator[Deliveries]:
    """Bring what is due, without patience."""
    stations = running.rooms.stations
    made = Deliveries(
        stations.handovers,
        control=Control(running.links.registry),
        views=stations.views,
        variables=stations.variables,
        preparations=preparing(running, certificates),
        patience_seconds=0,
    )
    yield made
    await made.close()
