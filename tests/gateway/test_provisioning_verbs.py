"""Verbs that OCPP 2.1 has more words for than 2.0.1."""

from collections.abc import AsyncIterator

import pytest

from laddnav.gateway.control import Control
from laddnav.stations.control import (
    CommandStatus,
    InvalidPayload,
    NetworkProfile,
    NotPossible,
    ResetKind,
)
from tests.gateway.hub import Hub, hub
from tests.gateway.telling import answered, begin


@pytest.fixture
async def running(sqlite_url: str) -> AsyncIterator[Hub]:
    async with hub(sqlite_url, call_seconds=5.0) as opened:
        await opened.add()
        yield opened


@pytest.fixture
def control(running: Hub) -> Control:
    return Control(running.links.registry)


@pytest.mark.ocpp("B13")
async def test_a_reset_that_resumes_is_there_in_ocpp_2_1(running: Hub, control: Control) -> None:
    async with running.charger(version="ocpp2.1") as charger:
        key = await running.settled(charger)
        resetting = begin(control.reset(key, ResetKind.RESUME, evse=1))
        call = await answered(charger, "ocpp2.1", {"status": "Accepted"})
        assert call == ("Reset", {"type": "ImmediateAndResume", "evseId": 1})
        assert (await resetting).status is CommandStatus.ACCEPTED


@pytest.mark.ocpp("B09.FR.14")
async def test_a_network_profile_has_identity_and_password_in_ocpp_2_1(
    running: Hub, control: Control
) -> None:
    profile = NetworkProfile(
        url="wss://example.org",
        security_profile=2,
        interface="Any",
        identity="CP1",
        password="another-password",
    )
    assert "another-password" not in repr(profile)
    data = {
        "ocppCsmsUrl": "wss://example.org",
        "securityProfile": 2,
        "ocppInterface": "Any",
        "ocppTransport": "JSON",
        "messageTimeout": 30,
        "identity": "CP1",
        "basicAuthPassword": "another-password",
    }
    async with running.charger(version="ocpp2.1") as charger:
        key = await running.settled(charger)
        setting = begin(control.set_network_profile(key, 1, profile))
        why = {"reasonCode": "InvalidConfSlot"}
        call = await answered(charger, "ocpp2.1", {"status": "Rejected", "statusInfo": why})
        assert call == ("SetNetworkProfile", {"configurationSlot": 1, "connectionData": data})
        result = await setting
        assert (result.status, result.reason) == (CommandStatus.REJECTED, "InvalidConfSlot")
    async with running.charger(version="ocpp2.0.1") as charger:
        key = await running.settled(charger)
        for refused in (
            await control.set_network_profile(key, 1, profile),
            await control.reset(key, ResetKind.RESUME),
        ):
            assert isinstance(refused, NotPossible)
        unfit = NetworkProfile(url="x" * 513, security_profile=2, interface="Wired0")
        assert isinstance(await control.set_network_profile(key, 1, unfit), InvalidPayload)
