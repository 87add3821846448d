"""Stations are asked to renew what other authorities made, for what is seen on their links."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from msgspec.structs import replace

from laddnav.gateway.certificate_words import certificates_here
from laddnav.gateway.control import Control
from laddnav.gateway.renewing import Renewing
from laddnav.pki.model.authority import Authority
from laddnav.pki.model.certificate import Purpose
from laddnav.stations.model import Presented
from tests.gateway.hub import Charger, Hub, hub
from tests.pki.making import ORGANIZATION


@pytest.fixture
async def running(sqlite_url: str) -> AsyncIterator[Hub]:
    async with hub(sqlite_url, call_seconds=5.0) as opened:
        await opened.add()
        rooms, registry = opened.rooms, opened.links.registry
        made = await rooms.pki.authorities.init(
            "default", Purpose.STATION, organization=ORGANIZATION
        )
        assert isinstance(made, Authority)
        rooms.pki.attach(certificates_here(Control(registry), registry, rooms.stations.variables))
        yield opened
        await rooms.pki.close()


async def shows(running: Hub, charger: Charger, days: int) -> None:
    """Let a station have come in with a foreign certificate that lasts so long."""
    live = running.rooms.stations.live(await running.settled(charger))
    assert live is not None
    assert live.connection is not None
    now = running.rooms.clock.now()
    live.connection = replace(
        live.connection,
        certificate=Presented(
            name="SN-1",
            serial="ab",
            valid_from=now - timedelta(days=700),
            valid_until=now + timedelta(days=days),
        ),
    )


@pytest.mark.ocpp("A02.FR.01")
async def test_a_foreign_certificate_is_renewed_by_ours_when_it_is_about_to_end(
    running: Hub,
) -> None:
    renewing = Renewing(running.rooms, running.links.registry)
    async with running.charger(version="ocpp2.0.1") as charger:
        await running.settled(charger)
        await renewing.look()
        await shows(running, charger, days=60)
        await renewing.look()
        await shows(running, charger, days=20)
        looking = asyncio.create_task(renewing.look())
        ((action, wanted),) = await charger.answers({"status": "Accepted"})
        await looking
        assert action == "TriggerMessage"
        assert wanted == {"requestedMessage": "SignChargingStationCertificate"}
        await renewing.look()
        assert (await charger.ask("Heartbeat", {}))[0] == 3, "it is asked once a day"
