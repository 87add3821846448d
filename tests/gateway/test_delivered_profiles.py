"""Raised security profiles on their way to stations that take, refuse and vanish."""

from collections.abc import AsyncIterator
from itertools import product

import pytest

from laddnav.stations.model import StationChange
from laddnav.stations.model.handover import Handover, HandoverState
from laddnav.stations.service.deliveries import Deliveries
from laddnav.stations.service.ports import NoCertificates
from tests.gateway.delivering import (
    KEY,
    OLD,
    VERSIONS,
    comes_in,
    delivered,
    delivering,
    now,
    obedient,
    planned,
    steps,
)
from tests.gateway.hub import Hub, hub

VERSIONS_2 = VERSIONS[1:]


@pytest.fixture
async def running(sqlite_url: str) -> AsyncIterator[Hub]:
    async with hub(sqlite_url, call_seconds=0.5) as opened:
        await opened.add()
        yield opened


@pytest.fixture
async def deliveries(running: Hub) -> AsyncIterator[Deliveries]:
    async with delivering(running, NoCertificates()) as made:
        yield made


@pytest.fixture(autouse=True)
async def on_profile_0(running: Hub) -> None:
    await running.rooms.stations.register.change(KEY, StationChange(security_profile=0))


async def upgrade(running: Hub) -> Handover:
    return await planned(running, 1, reset=True, url="ws://example.org/ocpp")


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.ocpp("A05.FR.04")
@pytest.mark.ocpp("A05.FR.07")
async def test_a_profile_is_raised_and_the_lower_one_closed(
    running: Hub, deliveries: Deliveries, version: str
) -> None:
    handover = await upgrade(running)
    async with obedient(running, version, {}, None) as told:
        await delivered(deliveries)
    if version == "ocpp1.6":
        assert told.actions() == ["ChangeConfiguration", "Reset"]
        assert told[0][1] == {"key": "SecurityProfile", "value": "1"}
    else:
        assert told.actions() == ["GetVariables", "SetNetworkProfile", "SetVariables", "Reset"]
        assert told[1][1]["connectionData"]["securityProfile"] == 1
    assert await comes_in(running, version, None) is True
    assert await comes_in(running, version, OLD) is True
    assert await comes_in(running, version, None) is False
    assert (await now(running, handover)).state is HandoverState.VERIFIED


@pytest.mark.parametrize("version", VERSIONS_2)
@pytest.mark.parametrize("word", ["Rejected", "Failed", "error"])
async def test_a_slot_that_is_refused_ends_it(
    running: Hub, deliveries: Deliveries, version: str, word: str
) -> None:
    handover = await upgrade(running)
    async with obedient(running, version, {"SetNetworkProfile": word}, None) as told:
        await delivered(deliveries)
    assert told.actions() == ["GetVariables", "SetNetworkProfile"]
    assert (await now(running, handover)).state is HandoverState.REJECTED
    assert await comes_in(running, version, OLD) is False
    assert await comes_in(running, version, None) is True


@pytest.mark.parametrize("version", VERSIONS_2)
async def test_an_order_that_is_refused_ends_it(
    running: Hub, deliveries: Deliveries, version: str
) -> None:
    handover = await upgrade(running)
    async with obedient(running, version, {"Priority": "Rejected"}, None) as told:
        await delivered(deliveries)
    assert "Reset" not in told.actions()
    failed = await now(running, handover)
    assert failed.state is HandoverState.FAILED
    assert "order" in (failed.reason or "")
    assert await comes_in(running, version, OLD) is False
    assert await comes_in(running, version, None) is True


@pytest.mark.parametrize("word", ["Rejected", "NotSupported", "error"])
async def test_a_profile_that_16_refuses_ends_it(
    running: Hub, deliveries: Deliveries, word: str
) -> None:
    handover = await upgrade(running)
    async with obedient(running, "ocpp1.6", {"ChangeConfiguration": word}, None) as told:
        await delivered(deliveries)
    assert told.actions() == ["ChangeConfiguration"]
    refused = await now(running, handover)
    assert refused.state is HandoverState.REJECTED
    assert refused.reason
    assert await comes_in(running, "ocpp1.6", OLD) is False
    assert await comes_in(running, "ocpp1.6", None) is True


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_restart_that_is_refused_leaves_the_new_profile_waiting(
    running: Hub, deliveries: Deliveries, version: str
) -> None:
    handover = await upgrade(running)
    async with obedient(running, version, {"Reset": "Rejected"}, None):
        await delivered(deliveries)
    after = await now(running, handover)
    assert after.is_open
    assert steps(after)[-1] == "reset_refused"
    assert await comes_in(running, version, None) is True
    assert await comes_in(running, version, OLD) is True
    assert (await now(running, handover)).state is HandoverState.VERIFIED


@pytest.mark.parametrize(
    ("version", "broken"),
    [
        ("ocpp1.6", "ChangeConfiguration"),
        ("ocpp1.6", "Reset"),
        *product(VERSIONS_2, ("GetVariables", "SetNetworkProfile", "Priority", "Reset")),
    ],
)
@pytest.mark.parametrize("word", ["vanish", "silence"])
async def test_broken_off_at_any_step_it_still_comes_to_its_end(
    running: Hub, deliveries: Deliveries, version: str, broken: str, word: str
) -> None:
    handover = await upgrade(running)
    async with obedient(running, version, {broken: word}, None):
        await delivered(deliveries)
    after = await now(running, handover)
    assert after.is_open
    assert await comes_in(running, version, None) is True
    if broken == "Reset":
        assert steps(after)[-1] == "reset_refused"
        assert await comes_in(running, version, OLD) is True
        assert (await now(running, handover)).state is HandoverState.VERIFIED
    elif broken == "GetVariables":
        assert after.state in {HandoverState.PLANNED, HandoverState.WAITING}
    else:
        assert (await now(running, handover)).state is HandoverState.PLANNED


async def test_without_an_address_a_station_of_2x_cannot_be_told(
    running: Hub, deliveries: Deliveries
) -> None:
    handover = await planned(running, 1)
    async with obedient(running, "ocpp2.0.1", {}, None):
        await delivered(deliveries)
    failed = await now(running, handover)
    assert failed.state is HandoverState.FAILED
    assert "url" in (failed.reason or "")
