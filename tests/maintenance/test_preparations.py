"""How long stations are pending that tell of themselves otherwise at each Boot."""

import asyncio
from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from laddnav.maintenance.rules.corrections import HELD_BOOTS
from laddnav.stations.model import Registration
from laddnav.storage.database import KeyedQuery, Record
from tests.maintenance.words import asked
from tests.maintenance.workshop import BOOT, Workshop


async def test_a_station_that_tells_another_firmware_each_time_is_accepted_in_the_end(
    workshop: Workshop,
) -> None:
    await workshop.template(asked(before=True, A="1"))
    live = await workshop.connected()
    for number in range(HELD_BOOTS):
        told = replace(BOOT, firmware=str(number))
        assert (await workshop.boot(live, told)).registration is Registration.PENDING
        workshop.hall.clock.turn(60)
    told = replace(BOOT, firmware="yet another")
    assert (await workshop.boot(live, told)).registration is Registration.ACCEPTED
    workshop.hall.clock.turn(3600)
    assert (await workshop.boot(live, told)).registration is Registration.PENDING


async def test_a_boot_that_is_accepted_at_once_does_not_count_as_pending(
    workshop: Workshop,
) -> None:
    await workshop.template(asked(before=True, A="1"))
    live = await workshop.connected()
    await workshop.told(live, A="1")
    for number in range(HELD_BOOTS + 1):
        told = replace(BOOT, firmware=str(number))
        assert (await workshop.boot(live, told)).registration is Registration.ACCEPTED
    await workshop.told(live, A="0")
    assert (await workshop.boot(live, BOOT)).registration is Registration.PENDING


async def test_what_stations_need_that_boot_at_once_is_read_together(workshop: Workshop) -> None:
    await workshop.template(asked(before=True, A="1", B="1"))
    stations = [await workshop.connected(f"CP{number}") for number in range(20)]
    for live in stations[:10]:
        await workshop.told(live, A="1", B="1")
    database, asked_for = workshop.hall.database, list[int]()
    fetch_keyed = database.fetch_keyed

    async def counted(query: KeyedQuery, keys: Sequence[Record]) -> list[list[Record]]:
        asked_for.append(len(keys))
        return await fetch_keyed(query, keys)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "fetch_keyed", counted)
        patch.setattr(database, "fetch", None)
        patch.setattr(database, "execute", None)
        booted = await asyncio.gather(*map(workshop.boot, stations))
    answers = [each.registration for each in booted]
    assert answers == [Registration.ACCEPTED] * 10 + [Registration.PENDING] * 10
    assert len(asked_for) < 20, asked_for
