"""Readings that are too old go, but not from under a session that runs."""

from decimal import Decimal

import sqlalchemy as sa

from laddnav.sessions.store.tables import readings
from tests.sessions.desk import Desk
from tests.sessions.words import HERE, OTHER_CARD, STATION, THERE, at, event, meter, start, stop

DAY = 60 * 24


async def instants(desk: Desk) -> int:
    ((count,),) = await desk.database.fetch(sa.select(sa.func.count()).select_from(readings))
    return int(count)


async def test_old_readings_go_and_young_ones_stay(desk: Desk) -> None:
    outcome = await desk.tell(start(at(0), 1000), at(0))
    for minute in range(1, 11):
        await desk.tell(meter(at(minute), 1000 + minute), at(minute))
    await desk.tell(stop(outcome.transaction_id or 0, at(11), 1011), at(11))
    await desk.sessions.forget_readings(at(6))
    assert await instants(desk) == 5
    assert (await desk.one()).energy_wh == 11


async def test_a_running_session_keeps_all_its_readings_and_so_its_energy(desk: Desk) -> None:
    """It lasts longer than readings are kept; so it would with a clock that is years behind."""
    await desk.tell(event("Started", 0, at(0), connector=HERE, register=1_000), at(0))
    for number in range(1, 301):
        when = at(number * DAY / 100)
        await desk.tell(event("Updated", number, when, register=1_000 + number), when)
    outcome = await desk.tell(start(at(1), 0, connector=THERE, token=OTHER_CARD), at(1))
    await desk.tell(meter(at(2), 500, connector=THERE), at(2))
    await desk.tell(stop(outcome.transaction_id or 0, at(3), 600), at(3))
    await desk.sessions.forget_readings(at(3 * DAY))
    assert await instants(desk) == 301
    desk.restart()
    await desk.connect(STATION)
    await desk.tell(event("Ended", 301, at(3 * DAY + 1), register=1_500), at(3 * DAY + 1))
    energies = [session.energy_wh for session in await desk.all()]
    assert energies == [Decimal(500), Decimal(600)]
    await desk.sessions.forget_readings(at(3 * DAY))
    assert await instants(desk) == 2
