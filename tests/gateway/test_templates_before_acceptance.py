"""Stations that are configured before they are accepted, over a real link (B02)."""

from collections.abc import Awaitable, Callable

import pytest

from laddnav.maintenance.model.correction import CorrectionState
from laddnav.storage.errors import StorageUnavailable
from tests.gateway.hub import Charger
from tests.gateway.upkeep import VERSIONS, Upkeep

every_version = pytest.mark.parametrize("version", VERSIONS)


async def released(upkeep: Upkeep, charger: Charger) -> None:
    await upkeep.work(charger)
    assert upkeep.station.calls[-1] == "TriggerMessage"


@every_version
@pytest.mark.ocpp("B02.FR.01")
async def test_a_station_is_pending_until_it_has_what_comes_first(
    upkeep: Upkeep, version: str
) -> None:
    await upkeep.template(title="first", before=True, A="1")
    await upkeep.template(title="then", B="1")
    async with upkeep.charger() as charger:
        assert await upkeep.station.boot(charger) == "Pending"
        await released(upkeep, charger)
        assert upkeep.station.told == [("A", "1")]
        assert await upkeep.station.boot(charger) == "Accepted"
        await upkeep.work(charger)
        assert upkeep.station.told == [("A", "1"), ("B", "1")]
        assert await upkeep.station.boot(charger) == "Accepted"


@every_version
@pytest.mark.parametrize("word", ["Rejected", "error", "RebootRequired"])
async def test_a_station_that_refuses_what_comes_first_is_accepted_all_the_same(
    upkeep: Upkeep, version: str, word: str
) -> None:
    upkeep.station.words = {"A": word}
    await upkeep.template(before=True, A="1")
    async with upkeep.charger() as charger:
        assert await upkeep.station.boot(charger) == "Pending"
        await released(upkeep, charger)
        assert await upkeep.station.boot(charger) == "Accepted"


@every_version
async def test_a_pending_station_that_does_not_answer_is_accepted_in_the_end(
    upkeep: Upkeep, version: str
) -> None:
    upkeep.station.reading = "silence"
    await upkeep.template(before=True, A="1")
    async with upkeep.charger() as charger:
        assert await upkeep.station.boot(charger) == "Pending"
        for _ in range(2):
            await upkeep.work(charger)
            await upkeep.hurry()
        await released(upkeep, charger)
        assert (await upkeep.begun()).state is CorrectionState.FAILED
        assert await upkeep.station.boot(charger) == "Accepted"


@every_version
async def test_a_pending_station_that_vanishes_goes_on_where_it_was(
    upkeep: Upkeep, version: str
) -> None:
    upkeep.station.reading = "vanish"
    await upkeep.template(before=True, A="1")
    async with upkeep.charger() as charger:
        assert await upkeep.station.boot(charger) == "Pending"
        await upkeep.work(charger)
    upkeep.station.reading = ""
    async with upkeep.charger() as charger:
        assert await upkeep.station.boot(charger) == "Pending"
        await released(upkeep, charger)
        assert await upkeep.station.boot(charger) == "Accepted"
    assert upkeep.station.told == [("A", "1")]


async def test_a_pending_station_that_tells_of_energy_is_heard(upkeep: Upkeep) -> None:
    await upkeep.template(before=True, A="1")
    async with upkeep.charger() as charger:
        assert await upkeep.station.boot(charger) == "Pending"
        told = {
            "connectorId": 1,
            "idTag": "T",
            "meterStart": 0,
            "timestamp": "2026-03-01T12:00:00Z",
        }
        refused = await charger.ask("StatusNotification", {
            "connectorId": 1, "errorCode": "NoError", "status": "Available",
        })  # fmt: skip
        assert refused[0] == 4
        assert (await charger.ask("StartTransaction", told))[0] == 3
        assert (await charger.ask("Heartbeat", {}))[0] == 3


async def test_a_database_that_is_away_does_not_keep_a_station_pending(
    upkeep: Upkeep, monkeypatch: pytest.MonkeyPatch
) -> None:
    await upkeep.template(before=True, A="1")

    async def away(*_: object) -> None:
        raise StorageUnavailable

    real: Callable[..., Awaitable[object]] = upkeep.running.rooms.database.fetch_keyed
    async with upkeep.charger() as charger:
        await charger.ask("Heartbeat", {})
        monkeypatch.setattr(upkeep.running.rooms.database, "fetch_keyed", away, raising=False)
        assert await upkeep.station.boot(charger) == "Accepted"
        monkeypatch.setattr(upkeep.running.rooms.database, "fetch_keyed", real, raising=False)
