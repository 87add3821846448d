"""Corrections that stations, and we, break off in the middle."""

import pytest

from laddnav.maintenance.model.correction import Correction, CorrectionState, Reboot
from laddnav.maintenance.model.standing import State
from tests.gateway.upkeep import KEY, VERSIONS, Upkeep

every_version = pytest.mark.parametrize("version", VERSIONS)


@every_version
async def test_a_station_that_stumbles_over_one_value_is_told_the_others(
    upkeep: Upkeep, version: str
) -> None:
    upkeep.station.words = {"B": "error"}
    await upkeep.template(A="1", B="1", C="1")
    async with upkeep.charger() as charger:
        await upkeep.station.boot(charger)
        await upkeep.work(charger)
    assert upkeep.station.values == {"A": "1", "B": "0", "C": "1", "D": "0"}
    found = await upkeep.standing("B")
    assert (found.state, "InternalError" in found.detail) == (State.DIFFERS, True)
    assert (await upkeep.begun()).state is CorrectionState.INCOMPLETE


async def test_a_station_without_the_command_is_not_asked_again(upkeep: Upkeep) -> None:
    upkeep.station.words = {"A": "unheard of"}
    await upkeep.template(A="1")
    async with upkeep.charger() as charger:
        await upkeep.station.boot(charger)
        await upkeep.work(charger)
        assert (await upkeep.standing("A")).state is State.NOT_SUPPORTED
        await upkeep.station.boot(charger)
        await upkeep.work(charger)
    assert upkeep.station.calls.count("ChangeConfiguration") == 1


@every_version
async def test_a_station_that_cannot_be_read_is_told_all_the_same(
    upkeep: Upkeep, version: str
) -> None:
    upkeep.station.reading = "error"
    await upkeep.template(A="1")
    async with upkeep.charger() as charger:
        await upkeep.station.boot(charger)
        await upkeep.work(charger)
    assert upkeep.station.told == [("A", "1")]
    assert (await upkeep.standing("A")).state is State.AS_WANTED


@every_version
async def test_a_station_that_does_not_answer_is_asked_again_and_then_left_alone(
    upkeep: Upkeep, version: str
) -> None:
    upkeep.station.words = {"A": "silence"}
    await upkeep.template(A="1", B="1")
    async with upkeep.charger() as charger:
        await upkeep.station.boot(charger)
        for _ in range(2):
            await upkeep.work(charger)
            waiting = await upkeep.begun()
            assert (waiting.state, waiting.reason) == (CorrectionState.PLANNED, "no answer came")
            await upkeep.hurry()
        await upkeep.work(charger)
        assert (await upkeep.begun()).state is CorrectionState.FAILED
        assert "in vain" in (await upkeep.standing("A")).detail
    async with upkeep.charger() as charger:
        await upkeep.station.boot(charger)
        await upkeep.work(charger)
    assert upkeep.station.told == [("B", "1")], "what it is silent on keeps it from nothing else"


@every_version
async def test_a_station_that_vanishes_in_the_middle_goes_on_at_its_next_boot(
    upkeep: Upkeep, version: str
) -> None:
    upkeep.station.words = {"B": "vanish"}
    await upkeep.template(title="1", A="1", B="1", C="1")
    async with upkeep.charger() as charger:
        await upkeep.station.boot(charger)
        await upkeep.work(charger)
    broken = await upkeep.begun()
    assert (broken.state, broken.reason) == (CorrectionState.PLANNED, "no answer came")
    upkeep.station.words = {}
    async with upkeep.charger() as charger:
        await upkeep.station.boot(charger)
        await upkeep.work(charger)
    assert (await upkeep.begun()).state is CorrectionState.DONE
    assert sorted(upkeep.station.told) == [("A", "1"), ("B", "1"), ("C", "1")]


async def test_a_server_that_stops_in_the_middle_goes_on_at_the_stations_next_boot(
    upkeep: Upkeep,
) -> None:
    upkeep.station.words = {"B": "silence"}
    await upkeep.template(A="1", B="1")
    async with upkeep.charger() as charger:
        await upkeep.station.boot(charger)
        live = upkeep.running.rooms.stations.live(KEY)
        assert live is not None
        live.commands_from = 0.0
        await upkeep.fitting.work()
        await upkeep.station.obey(charger, over=lambda: len(upkeep.station.calls) == 3)
        await upkeep.fitting.close()
        assert (await upkeep.begun()).state is CorrectionState.SENDING
    upkeep.station.words = {}
    upkeep.fitting = upkeep.fitted()
    async with upkeep.charger() as charger:
        await upkeep.station.boot(charger)
        await upkeep.work(charger)
    assert (await upkeep.begun()).state is CorrectionState.DONE
    assert upkeep.station.told == [("A", "1"), ("B", "1")]


async def test_a_station_that_is_away_is_corrected_when_it_comes(upkeep: Upkeep) -> None:
    await upkeep.template(A="1")
    planned = await upkeep.room.corrections.plan(KEY, Reboot.NEVER)
    assert isinstance(planned, Correction)
    await upkeep.fitting.work()
    waiting = await upkeep.begun(planned.id)
    assert (waiting.state, waiting.attempts) == (CorrectionState.PLANNED, 0)
    assert waiting.reason == "the station is not connected"


async def test_a_station_that_was_removed_by_a_command_is_forgotten_when_its_turn_comes(
    upkeep: Upkeep,
) -> None:
    planned = await upkeep.room.corrections.plan(KEY, Reboot.NEVER)
    assert isinstance(planned, Correction)
    register = upkeep.running.rooms.stations.register
    register.on_removed.clear()
    await register.remove(KEY)
    await upkeep.fitting.work()
    assert await upkeep.room.corrections.one(KEY, planned.id) is None


async def test_a_station_that_was_removed_is_forgotten(upkeep: Upkeep) -> None:
    await upkeep.template(A="1")
    planned = await upkeep.room.corrections.plan(KEY, Reboot.NEVER)
    assert isinstance(planned, Correction)
    await upkeep.running.rooms.stations.register.remove(KEY)
    await upkeep.fitting.rested()
    assert await upkeep.room.corrections.one(KEY, planned.id) is None


async def test_a_template_that_was_removed_before_its_turn_came_is_told_of(upkeep: Upkeep) -> None:
    template = await upkeep.template(A="1")
    planned = await upkeep.room.corrections.plan(KEY, Reboot.NEVER, template=template.id)
    assert isinstance(planned, Correction)
    assert await upkeep.room.templates.remove(KEY.operator, template.id)
    async with upkeep.charger() as charger:
        await upkeep.station.boot(charger)
        await upkeep.work(charger)
    ended = await upkeep.begun(planned.id)
    assert (ended.state, "is gone" in (ended.reason or "")) == (CorrectionState.DONE, True)
    assert upkeep.station.calls == []
