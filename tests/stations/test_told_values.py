"""Values that stations tell of themselves (NotifyEvent), as they are stored."""

from collections.abc import AsyncIterator

import pytest

from laddnav.stations.control import CommandStatus
from laddnav.stations.live import LiveStation
from laddnav.stations.model.variables import (
    Source,
    Variable,
    VariableFilter,
    VariableName,
    VariableRead,
    VariableReported,
    VariableWritten,
)
from laddnav.stations.rules.variables import read_variable_name, text_of
from laddnav.storage.write import Write
from tests.stations.hall import KEY, START, Hall, link


def name(text: str) -> VariableName:
    found = read_variable_name(text)
    assert found is not None
    return found


def told(text: str, value: str) -> VariableRead:
    return VariableRead(name=name(text), status=CommandStatus.ACCEPTED, value=value)


@pytest.fixture
async def live(hall: Hall) -> AsyncIterator[LiveStation]:
    yield await hall.connect(await hall.add())
    await hall.stations.inventories.close()


async def commit(hall: Hall, write: Write | None) -> None:
    if write is not None:
        await hall.database.commit(write)


async def all_of(hall: Hall) -> dict[str, Variable]:
    page = await hall.stations.variables.list_variables(KEY, VariableFilter(), limit=1000)
    return {text_of(each.name): each for each in page.items}


async def test_an_event_changes_a_value_once(hall: Hall, live: LiveStation) -> None:
    event = told("A.X", "5")
    write = hall.stations.variables.told(live, [event], START)
    await commit(hall, write)
    assert write is not None
    assert hall.stations.variables.told(live, [event], START) is None
    assert (await all_of(hall))["A.X"].source is Source.EVENT
    await commit(hall, await hall.stations.fleet.reload(live))
    assert hall.stations.variables.told(live, [event], START) is not None  # it may not be stored


@pytest.mark.parametrize("path", ["written", "read", "reported"])
async def test_a_value_that_was_learned_otherwise_meanwhile_is_new_again(
    hall: Hall, live: LiveStation, path: str
) -> None:
    variables, inventories = hall.stations.variables, hall.stations.inventories
    await commit(hall, variables.told(live, [told("A.X", "5")], START))
    if path == "written":
        taken = VariableWritten(
            name=name("a.x"), wanted="6", status=CommandStatus.ACCEPTED, wire_status="Accepted"
        )
        await commit(hall, variables.written(live, [taken], START))
    elif path == "read":
        await commit(hall, variables.read(live, [told("A.X", "6")], START))
    else:
        report = await inventories.begin(live, is_whole=False)
        one = VariableReported(name=name("A.X"), value="6")
        await commit(hall, inventories.keep(live, report, [one], START))
    assert (await all_of(hall))["A.X"].value == "6"
    await commit(hall, variables.told(live, [told("A.X", "5")], START))
    assert (await all_of(hall))["A.X"].value == "5"


async def test_a_station_cannot_fill_the_database_with_events(
    hall: Hall, live: LiveStation
) -> None:
    events = [told(f"A.V{number}", "5") for number in range(600)]
    write = hall.stations.variables.told(live, events[:400], START)
    assert write is not None
    assert len(write.rows) == 2 * 400
    live.open_link(link("another"), START, 1_000.0)
    write = hall.stations.variables.told(live, events[400:], START)
    assert write is not None
    assert len(write.rows) == 2 * 112


async def test_what_no_report_has_is_forgotten_where_it_is_too_much(
    hall: Hall, live: LiveStation, monkeypatch: pytest.MonkeyPatch
) -> None:
    variables, inventories = hall.stations.variables, hall.stations.inventories
    report = await inventories.begin(live, is_whole=False)
    one = VariableReported(name=name("A.Reported"), value="6")
    await commit(hall, inventories.keep(live, report, [one], START))
    await commit(
        hall, variables.told(live, [told(f"A.V{number}", "5") for number in range(4)], START)
    )
    await variables.prune()
    assert len(await all_of(hall)) == 5
    monkeypatch.setattr("laddnav.stations.service.variables._MOST_UNREPORTED", 3)
    await variables.prune()
    assert list(await all_of(hall)) == ["A.Reported"]
    await commit(hall, variables.told(live, [told("A.V9", "5")], START))
    await variables.prune()
    assert len(await all_of(hall)) == 2
