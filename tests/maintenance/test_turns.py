"""Whose turn it is: what many stations wait for costs little, however many there are."""

import pytest
import sqlalchemy as sa

from laddnav.kernel.clock import from_micros
from laddnav.kernel.keys import StationKey
from laddnav.maintenance.model.correction import Correction, Reboot
from laddnav.maintenance.rules.corrections import (
    AGAIN,
    AGAIN_AWAY,
    AWAY_FOR_LONG,
    begun_by_boot,
    claimed,
)
from laddnav.maintenance.store import queries
from laddnav.maintenance.store.tables import metadata
from tests.maintenance.workshop import Workshop

NOW = from_micros(0)
ONE = begun_by_boot(StationKey("o", "a"), NOW, 0, is_held=False)


async def planned(workshop: Workshop, identity: str) -> Correction:
    await workshop.connected(identity)
    found = await workshop.room.corrections.plan(StationKey("default", identity), Reboot.NEVER)
    assert isinstance(found, Correction), found
    return found


async def test_stations_that_are_away_for_long_are_looked_at_seldom(workshop: Workshop) -> None:
    corrections, clock = workshop.room.corrections, workshop.hall.clock
    old = await planned(workshop, "CP1")
    clock.turn(AWAY_FOR_LONG.total_seconds() + 1)
    new = await planned(workshop, "CP2")
    await corrections.put_off([old, new], "away")
    after = [await corrections.one(each.key, each.id) for each in (old, new)]
    assert [each and (each.next_at, each.reason, each.version) for each in after] == [
        (clock.now() + AGAIN_AWAY, "away", 2),
        (clock.now() + AGAIN, "away", 2),
    ]


async def test_what_another_node_has_begun_is_not_put_off(workshop: Workshop) -> None:
    corrections = workshop.room.corrections
    before = await planned(workshop, "CP1")
    taken = claimed(before, workshop.hall.clock.now())
    assert await corrections.store(before, taken)
    await corrections.put_off([before], "away")
    assert await corrections.one(before.key, before.id) == taken


@pytest.mark.parametrize(
    ("query", "way"),
    [
        (queries.due(NOW, 9), "corrections_by_turn (is_open=? AND next_at<?)"),
        (queries.open_at("o", ["a", "b"]), "corrections_1 (operator=? AND station=?)"),
        (queries.oblivion(NOW), "corrections_by_turn (is_open=? AND next_at<?)"),
        (queries.postponement([ONE], NOW, ""), "corrections_by_turn (is_open=? AND next_at<?)"),
    ],
)
def test_only_the_rows_that_count_are_read(query: sa.ClauseElement, way: str) -> None:
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        metadata.create_all(connection)
        options = {"literal_binds": True}
        text = str(query.compile(connection, compile_kwargs=options))
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}").all()
    engine.dispose()
    assert plan[0][3].endswith(way), plan
