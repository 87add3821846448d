"""Handovers sent over a real link, to stations that take, refuse, misunderstand and vanish."""

from collections.abc import AsyncIterator

import pytest

from laddnav.kernel.keys import DEFAULT_OPERATOR
from laddnav.stations.model.bulk import ItemState
from laddnav.stations.model.handover import (
    HandoverKind,
    HandoverState,
    Terms,
)
from laddnav.stations.service.bulk_runner import BulkRunner
from laddnav.stations.service.deliveries import Deliveries
from laddnav.stations.service.handover_work import KIND, HandoverWork, handover_bulk
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


@pytest.fixture
async def running(sqlite_url: str) -> AsyncIterator[Hub]:
    async with hub(sqlite_url, call_seconds=0.5) as opened:
        await opened.add()
        yield opened


@pytest.fixture
async def deliveries(running: Hub) -> AsyncIterator[Deliveries]:
    async with delivering(running, NoCertificates()) as made:
        yield made


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.ocpp("A01.FR.01")
@pytest.mark.ocpp("A01.FR.06")
@pytest.mark.ocpp("A01.FR.07")
async def test_a_new_password_is_sent_in_the_words_of_the_version(
    running: Hub, deliveries: Deliveries, version: str
) -> None:
    handover = await planned(running)
    await delivered(deliveries)
    assert (await now(running, handover)).state is HandoverState.PLANNED, "it is not connected"
    async with obedient(running, version, {}) as told:
        await delivered(deliveries)
        await delivered(deliveries)
    assert len(told) == 1
    assert 16 <= len(bytes.fromhex(told.password())) <= 20
    assert (await now(running, handover)).state is HandoverState.WAITING
    assert await comes_in(running, version, told.password()) is True
    assert await comes_in(running, version, OLD) is False
    assert (await now(running, handover)).state is HandoverState.VERIFIED


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("word", ["Rejected", "error"])
@pytest.mark.ocpp("A01.FR.04")
@pytest.mark.ocpp("A01.FR.05")
async def test_a_station_that_refuses_keeps_its_password(
    running: Hub, deliveries: Deliveries, version: str, word: str
) -> None:
    handover = await planned(running)
    words = {"ChangeConfiguration": word, "SetVariables": word}
    async with obedient(running, version, words) as told:
        await delivered(deliveries)
    refused = await now(running, handover)
    assert (refused.state, len(told)) == (HandoverState.REJECTED, 1)
    assert refused.reason
    assert await comes_in(running, version, told.password()) is False
    assert await comes_in(running, version, OLD) is True


async def test_a_key_that_is_not_supported_says_so(running: Hub, deliveries: Deliveries) -> None:
    handover = await planned(running)
    async with obedient(running, "ocpp1.6", {"ChangeConfiguration": "NotSupported"}):
        await delivered(deliveries)
    assert (await now(running, handover)).reason == "NotSupported"


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("reset", [True, False])
async def test_one_that_needs_a_reboot_is_restarted_only_where_that_is_wanted(
    running: Hub, deliveries: Deliveries, version: str, *, reset: bool
) -> None:
    handover = await planned(running, reset=reset)
    words = {"ChangeConfiguration": "RebootRequired", "SetVariables": "RebootRequired"}
    async with obedient(running, version, words) as told:
        await delivered(deliveries)
    waiting = await now(running, handover)
    assert waiting.state is HandoverState.WAITING_FOR_REBOOT
    assert ("Reset" in told.actions()) is reset
    assert steps(waiting)[-1] == ("reset_asked" if reset else "needs_reset")
    if reset:
        kinds = {"ocpp1.6": "Soft"}
        assert told[-1][1] == {"type": kinds.get(version, "OnIdle")}
    assert await comes_in(running, version, OLD) is True
    assert await comes_in(running, version, told.password()) is True
    assert await comes_in(running, version, OLD) is False


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("word", ["silence", "vanish"])
@pytest.mark.parametrize("is_taken", [True, False])
async def test_where_no_answer_comes_the_next_login_decides_and_it_is_sent_again(
    running: Hub, deliveries: Deliveries, version: str, word: str, *, is_taken: bool
) -> None:
    handover = await planned(running)
    words = {"ChangeConfiguration": word, "SetVariables": word}
    async with obedient(running, version, words) as told:
        await delivered(deliveries)
        assert (await now(running, handover)).state is HandoverState.UNANSWERED
    new = told.password()
    assert await comes_in(running, version, new if is_taken else OLD) is True
    assert await comes_in(running, version, OLD if is_taken else new) is False
    after = (await now(running, handover)).state
    assert after is (HandoverState.VERIFIED if is_taken else HandoverState.PLANNED)


@pytest.mark.ocpp("B09.FR.14")
async def test_21_prefers_a_network_profile_where_a_restart_is_wanted(
    running: Hub, deliveries: Deliveries
) -> None:
    handover = await planned(running, reset=True, url="ws://example.org/ocpp")
    async with obedient(running, "ocpp2.1", {}) as told:
        await delivered(deliveries)
    assert told.actions() == ["GetVariables", "SetNetworkProfile", "SetVariables", "Reset"]
    assert told[1][1]["configurationSlot"] == 2
    assert told[2][1]["setVariableData"][0]["attributeValue"] == "2,1"
    assert (await now(running, handover)).state is HandoverState.WAITING
    assert await comes_in(running, "ocpp2.1", told.password()) is True
    assert (await now(running, handover)).state is HandoverState.VERIFIED


async def test_many_are_sent_at_their_pace_and_no_more_once_stopped(
    running: Hub, deliveries: Deliveries
) -> None:
    stations = running.rooms.stations
    runner = BulkRunner(
        stations.bulks,
        running.rooms.database,
        running.rooms.clock,
        node=stations.fleet.node,
        works={KIND: HandoverWork(stations.handovers, running.rooms.clock)},
    )

    async def goes_on() -> None:
        await runner.work()
        await runner.rested()
        await delivered(deliveries)

    for identity in ("CP2", "CP3"):
        await running.add(identity)
    new = handover_bulk(None, Terms(), per_minute=1, deadline_seconds=600)
    bulk = (await stations.bulks.begin(DEFAULT_OPERATOR, ["CP1", "CP2", "CP3"], new)).bulk
    async with obedient(running, "ocpp1.6", {}) as told, running.charger("CP2") as charger:
        await running.settled(charger, "CP2")
        for _ in range(3):
            await goes_on()
        (item,) = (await stations.bulks.items(DEFAULT_OPERATOR, bulk.id, limit=1)).items
        assert (item.station, item.state) == ("CP1", ItemState.BEGUN)
        stopped = await stations.bulks.stop(DEFAULT_OPERATOR, bulk.id)
        assert stopped is not None
        assert stopped.counts == {ItemState.BEGUN: 1, ItemState.STOPPED: 2}
        await goes_on()
        assert (await charger.ask("Heartbeat", {}))[0] == 3
    page = await stations.handovers.page(KEY, HandoverKind.PASSWORD, limit=1, cursor=None)
    assert [(each.id, each.batch) for each in page.items] == [(item.ref, bulk.id)]
    assert await comes_in(running, "ocpp1.6", told.password()) is True
    await goes_on()
    (item,) = (await stations.bulks.items(DEFAULT_OPERATOR, bulk.id, limit=1)).items
    assert item.state is ItemState.DONE


async def test_what_was_begun_but_not_sent_is_taken_back_once_stopped(
    running: Hub, deliveries: Deliveries
) -> None:
    stations = running.rooms.stations
    work = HandoverWork(stations.handovers, running.rooms.clock)
    new = handover_bulk(None, Terms(), per_minute=1, deadline_seconds=600)
    bulk = (await stations.bulks.begin(DEFAULT_OPERATOR, ["CP1"], new)).bulk
    result = await work.begin(bulk, KEY)
    assert await work.begin(bulk, KEY) == result, "a second time it is the same handover"
    (item,) = (await stations.bulks.items(DEFAULT_OPERATOR, bulk.id, limit=1)).items
    assert await work.progress(bulk, {"CP1": item}) == {}
    stopped = await stations.bulks.stop(DEFAULT_OPERATOR, bulk.id)
    assert stopped is not None
    async with running.charger() as charger:
        await running.settled(charger)
        await delivered(deliveries)
        assert (await charger.ask("Heartbeat", {}))[0] == 3, "nothing was sent to it"
    after = await work.progress(stopped.bulk, {"CP1": item})
    assert after["CP1"].state is ItemState.STOPPED
