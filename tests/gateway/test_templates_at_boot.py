"""Templates over a real link: what a station is told at its Boot, and on request."""

import pytest

from laddnav.maintenance.model.correction import AT_BOOT, Correction, CorrectionState, Reboot
from laddnav.maintenance.model.standing import State
from laddnav.maintenance.rules import corrections as rules
from tests.gateway.upkeep import KEY, V16, VERSIONS, Upkeep

every_version = pytest.mark.parametrize("version", VERSIONS)


@every_version
async def test_a_station_that_boots_is_told_what_differs_and_no_more(
    upkeep: Upkeep, version: str
) -> None:
    await upkeep.template(A="1", B="0.0", C="2")
    async with upkeep.charger() as charger:
        assert await upkeep.station.boot(charger) == "Accepted"
        await upkeep.work(charger)
        assert upkeep.station.told == [("A", "1"), ("C", "2")]
        done = await upkeep.begun()
        assert done.state is CorrectionState.DONE
        assert [result.state for result in done.results] == ["as_wanted", "as_wanted"]
        assert set((await upkeep.states()).values()) == {State.AS_WANTED}
        await upkeep.station.boot(charger)
        await upkeep.work(charger)
        assert len(upkeep.station.told) == 2
        assert (await upkeep.begun()).results == ()


@every_version
async def test_where_no_template_is_for_a_station_nothing_is_sent(
    upkeep: Upkeep, version: str
) -> None:
    async with upkeep.charger() as charger:
        await upkeep.station.boot(charger)
        await upkeep.work(charger)
        assert (await charger.ask("Heartbeat", {}))[0] == 3
    assert upkeep.station.calls == []


@every_version
async def test_each_answer_is_respected_and_remembered(upkeep: Upkeep, version: str) -> None:
    missing = "NotSupported" if version == V16 else "UnknownVariable"
    upkeep.station.words = {"A": "Rejected", "B": missing, "C": "RebootRequired"}
    await upkeep.template(A="1", B="1", C="1", D="1")
    async with upkeep.charger() as charger:
        await upkeep.station.boot(charger)
        await upkeep.work(charger)
        assert await upkeep.states() == {
            "A": State.REJECTED,
            "B": State.NOT_SUPPORTED,
            "C": State.NEEDS_REBOOT,
            "D": State.AS_WANTED,
        }
        assert (await upkeep.begun()).state is CorrectionState.INCOMPLETE
        assert len(upkeep.station.told) == 4
        await upkeep.station.boot(charger)
        await upkeep.work(charger)
        assert len(upkeep.station.told) == 4, "a Boot over the same link is no restart"
        assert "Reset" not in upkeep.station.calls
        await upkeep.station.boot(charger, firmware="2")
        await upkeep.work(charger)
        assert [key for key, _ in upkeep.station.told[4:]] == ["A", "B"]


@every_version
async def test_a_value_that_needs_a_reboot_is_never_a_reason_for_a_loop(
    upkeep: Upkeep, version: str
) -> None:
    upkeep.station.words = {"A": "RebootRequired"}
    await upkeep.template(A="1")
    for _ in range(6):  # each time it restarts, and has forgotten the value
        async with upkeep.charger() as charger:
            await upkeep.station.boot(charger)
            await upkeep.work(charger)
    assert len(upkeep.station.told) == 3
    assert "Reset" not in upkeep.station.calls
    found = await upkeep.standing("A")
    assert (found.state, "3 times" in found.detail) == (State.DIFFERS, True)


@every_version
async def test_after_the_restart_what_needed_it_is_as_wanted(upkeep: Upkeep, version: str) -> None:
    upkeep.station.words = {"A": "RebootRequired"}
    await upkeep.template(A="1")
    async with upkeep.charger() as charger:
        await upkeep.station.boot(charger)
        await upkeep.work(charger)
        assert (await upkeep.begun()).state is CorrectionState.NEEDS_REBOOT
    upkeep.station.values["A"] = "1"
    async with upkeep.charger() as charger:
        await upkeep.station.boot(charger)
        await upkeep.work(charger)
    assert (await upkeep.standing("A")).state is State.AS_WANTED
    assert len(upkeep.station.told) == 1


@every_version
async def test_a_key_that_drifts_back_at_each_boot_is_set_three_times_a_day(
    upkeep: Upkeep, version: str
) -> None:
    await upkeep.template(A="1")
    for _ in range(5):
        upkeep.station.values["A"] = "0"
        async with upkeep.charger() as charger:
            await upkeep.station.boot(charger)
            await upkeep.work(charger)
    assert upkeep.station.told == [("A", "1")] * 3
    assert "does not last" in (await upkeep.standing("A")).detail


@every_version
async def test_what_was_refused_is_tried_again_on_request(upkeep: Upkeep, version: str) -> None:
    upkeep.station.words = {"A": "Rejected"}
    await upkeep.template(A="1")
    async with upkeep.charger() as charger:
        await upkeep.station.boot(charger)
        await upkeep.work(charger)
        upkeep.station.words = {}
        planned = await upkeep.room.corrections.plan(KEY, Reboot.NEVER)
        assert isinstance(planned, Correction)
        assert (await upkeep.standing("A")).state is State.REJECTED
        await upkeep.work(charger)
        assert (await upkeep.begun(planned.id)).state is CorrectionState.DONE
    assert upkeep.station.told == [("A", "1"), ("A", "1")]


@every_version
async def test_a_restart_that_was_asked_for_waits_for_the_session_and_comes_once(
    upkeep: Upkeep, version: str
) -> None:
    upkeep.station.words = {"A": "RebootRequired"}
    await upkeep.template(A="1")
    upkeep.charging = True
    async with upkeep.charger() as charger:
        await upkeep.station.boot(charger)
        planned = await upkeep.room.corrections.plan(KEY, Reboot.WHEN_IDLE)
        assert isinstance(planned, Correction)
        for _ in range(4):
            await upkeep.work(charger)
        waiting = await upkeep.begun(planned.id)
        assert (waiting.state, waiting.reason) == (
            CorrectionState.WAITING_FOR_IDLE, "the station has a session",
        )  # fmt: skip
        assert "Reset" not in upkeep.station.calls
        upkeep.charging = False
        await upkeep.hurry(planned.id)
        for _ in range(3):
            await upkeep.work(charger)
        assert upkeep.station.calls.count("Reset") == 1
        ended = await upkeep.begun(planned.id)
        assert (ended.state, ended.reset_at is None) == (CorrectionState.NEEDS_REBOOT, False)
        assert ended.reason == "restart asked for: Accepted"


async def test_only_what_the_template_decides_is_corrected_under_it(upkeep: Upkeep) -> None:
    await upkeep.template(title="other", B="1")
    mine = await upkeep.template(title="mine", A="1")
    async with upkeep.charger() as charger:
        await upkeep.station.boot(charger)
        assert isinstance(await upkeep.room.corrections.cancel(KEY, AT_BOOT), Correction)
        await upkeep.room.corrections.plan(KEY, Reboot.NEVER, template=mine.id)
        await upkeep.work(charger)
    assert upkeep.station.told == [("A", "1")]


async def test_a_station_that_restarted_by_itself_is_not_restarted_again(upkeep: Upkeep) -> None:
    upkeep.station.words = {"A": "RebootRequired"}
    await upkeep.template(A="1")
    upkeep.charging = True
    async with upkeep.charger() as charger:
        await upkeep.station.boot(charger)
        planned = await upkeep.room.corrections.plan(KEY, Reboot.WHEN_IDLE)
        assert isinstance(planned, Correction)
        for _ in range(4):
            await upkeep.work(charger)
    upkeep.charging = False
    upkeep.station.values["A"] = "1"
    async with upkeep.charger() as charger:
        await upkeep.station.boot(charger)
        await upkeep.work(charger)
        await upkeep.hurry(planned.id)
        await upkeep.work(charger)
    assert (await upkeep.begun(planned.id)).state is CorrectionState.DONE
    assert "Reset" not in upkeep.station.calls


async def test_a_restart_whose_end_was_not_stored_is_not_asked_for_again(upkeep: Upkeep) -> None:
    upkeep.station.words = {"A": "RebootRequired"}
    await upkeep.template(A="1")
    upkeep.charging = True
    async with upkeep.charger() as charger:
        await upkeep.station.boot(charger)
        planned = await upkeep.room.corrections.plan(KEY, Reboot.WHEN_IDLE)
        assert isinstance(planned, Correction)
        for _ in range(4):
            await upkeep.work(charger)
        waiting = await upkeep.begun(planned.id)
        now = upkeep.running.rooms.clock.now()
        assert await upkeep.room.corrections.store(waiting, rules.resetting(waiting, now))
        upkeep.charging = False
        await upkeep.hurry(planned.id)
        for _ in range(3):
            await upkeep.work(charger)
        ended = await upkeep.begun(planned.id)
    assert (ended.state, ended.reset_at) == (CorrectionState.NEEDS_REBOOT, now)
    assert "Reset" not in upkeep.station.calls
