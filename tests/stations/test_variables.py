"""The device model as it is stored: what reports, readings, writes and events each know of it."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import pytest

from laddnav.kernel.clock import SystemClock
from laddnav.kernel.keys import StationKey
from laddnav.stations.control import CommandStatus
from laddnav.stations.live import LiveStation, OpenReport
from laddnav.stations.model.variables import (
    Characteristics,
    InventoryStatus,
    Mutability,
    Source,
    Variable,
    VariableFilter,
    VariableName,
    VariableRead,
    VariableReported,
    VariableWritten,
)
from laddnav.stations.rules import behaviour
from laddnav.stations.rules import variables as rules
from laddnav.stations.rules.variables import key_name, read_variable_name, text_of
from laddnav.stations.service.inventories import Inventories, Part
from laddnav.storage.write import Write
from tests.stations.hall import KEY, START, Hall

EVERYTHING = VariableFilter()


def name(text: str) -> VariableName:
    return read_variable_name(text) or key_name(text)


def reported(text: str, value: str | None = "1", **told: object) -> VariableReported:
    return VariableReported(name=name(text), value=value, **told)  # type: ignore[arg-type]  # fields are passed on as a dict; a wrong one fails the test at once


@pytest.fixture
async def live(hall: Hall) -> AsyncIterator[LiveStation]:
    yield await hall.connect(await hall.add())
    await hall.stations.inventories.close()


async def commit(hall: Hall, write: Write | None) -> None:
    if write is not None:
        await hall.database.commit(write)


async def part(
    hall: Hall,
    live: LiveStation,
    report: OpenReport,
    seq_no: int,
    told: Sequence[VariableReported],
    *,
    more: bool,
) -> Part:
    """Let a part come in, store it, and do what follows."""
    inventories = hall.stations.inventories
    taken = inventories.part(
        live, report.request_id, seq_no, more=more, told=iter(told), at=hall.clock.now()
    )
    result = taken if isinstance(taken, Part) else await taken
    await commit(hall, result.write)
    if result.after is not None:
        result.after()
        await inventories.rested()
    return result


async def all_of(hall: Hall, wanted: VariableFilter = EVERYTHING) -> dict[str, Variable]:
    page = await hall.stations.variables.list_variables(KEY, wanted, limit=1000)
    return {text_of(each.name): each for each in page.items}


async def status(hall: Hall) -> InventoryStatus | None:
    found = await hall.stations.inventories.inventory(KEY)
    return None if found is None else found.status


# ---- reports ------------------------------------------------------------------------------


@pytest.mark.ocpp("B07.FR.11")
async def test_a_report_is_stored_with_all_that_it_tells(hall: Hall, live: LiveStation) -> None:
    traits = Characteristics(
        data_type="integer", unit="s", min_limit="1", max_limit="3600", max_elements=2,
        values_list="a,b", supports_monitoring=True,
    )  # fmt: skip
    report = await hall.stations.inventories.begin(live, is_whole=True)
    told = [
        reported(
            "OCPPCommCtrlr.HeartbeatInterval", "300", mutability="ReadWrite", persistent=True,
            constant=False, characteristics=traits,
        ),
        reported("EVSE@1.Power/MaxSet", None, mutability="ReadOnly"),
        reported("SecurityCtrlr.BasicAuthPassword", "leaked", mutability="ReadWrite"),
        reported("Vendor.Thing", "leaked", mutability="WriteOnly"),
    ]  # fmt: skip
    await part(hall, live, report, 0, told, more=False)
    found = await all_of(hall)
    heartbeat = found["OCPPCommCtrlr.HeartbeatInterval"]
    assert heartbeat.value == "300"
    assert heartbeat.characteristics == traits
    assert (heartbeat.mutability, heartbeat.persistent, heartbeat.constant) == (
        "ReadWrite", True, False,
    )  # fmt: skip
    assert (heartbeat.source, heartbeat.learned_at) == (Source.REPORT, START)
    assert found["EVSE@1.Power/MaxSet"].value is None
    assert found["SecurityCtrlr.BasicAuthPassword"].value is None
    assert found["Vendor.Thing"].value is None
    stored = await hall.stations.inventories.inventory(KEY)
    assert stored is not None
    assert (stored.status, stored.variables, stored.attempts) == (InventoryStatus.COMPLETE, 4, 0)


@pytest.mark.ocpp("B07.FR.11")
async def test_a_complete_report_replaces_what_was_stored(hall: Hall, live: LiveStation) -> None:
    begin = hall.stations.inventories.begin
    first = await begin(live, is_whole=True)
    await part(hall, live, first, 0, [reported("A.X"), reported("A.Y")], more=False)
    second = await begin(live, is_whole=True)
    await part(hall, live, second, 0, [reported("A.X", "2")], more=True)
    assert set(await all_of(hall)) == {"A.X", "A.Y"}
    await part(hall, live, second, 1, [reported("A.Z")], more=False)
    assert set(await all_of(hall)) == {"A.X", "A.Z"}
    assert (await hall.stations.variables.known(KEY, [name("A.Y")])) == {}


async def test_parts_may_come_twice_and_out_of_order(hall: Hall, live: LiveStation) -> None:
    report = await hall.stations.inventories.begin(live, is_whole=True)
    await part(hall, live, report, 2, [reported("A.C")], more=False)
    await part(hall, live, report, 0, [reported("A.A")], more=True)
    await part(hall, live, report, 0, [reported("A.A")], more=True)
    assert await status(hall) is InventoryStatus.ASKED
    await part(hall, live, report, 1, [reported("A.B")], more=True)
    assert await status(hall) is InventoryStatus.COMPLETE
    assert set(await all_of(hall)) == {"A.A", "A.B", "A.C"}


async def test_reports_may_be_mixed(hall: Hall, live: LiveStation) -> None:
    begin = hall.stations.inventories.begin
    whole, some = await begin(live, is_whole=True), await begin(live, is_whole=False)
    assert whole.request_id != some.request_id
    await part(hall, live, whole, 0, [reported("A.X", "old")], more=True)
    await part(hall, live, some, 0, [reported("B.Y")], more=False)
    later = await begin(live, is_whole=True)
    await part(hall, live, later, 0, [reported("A.X", "new")], more=True)
    await part(hall, live, whole, 1, [reported("C.Z")], more=False)
    await part(hall, live, later, 1, [reported("B.Y")], more=False)
    assert set(await all_of(hall)) == {"A.X", "B.Y", "C.Z"}  # C.Z was told after `later` began


async def test_a_report_that_lacks_a_part_deletes_nothing(hall: Hall, live: LiveStation) -> None:
    inventories = Inventories(hall.database, SystemClock(), hall.stations.live, seconds=0.05)
    hall.stations.inventories = inventories
    first = await inventories.begin(live, is_whole=True)
    await part(hall, live, first, 0, [reported("A.X"), reported("A.Y")], more=False)
    second = await inventories.begin(live, is_whole=True)
    await part(hall, live, second, 0, [reported("A.X")], more=True)
    await part(hall, live, second, 2, [reported("A.Z")], more=False)
    await inventories.settled(KEY)
    while await status(hall) is InventoryStatus.ASKED:
        await hall.stations.fleet.beat()
    assert await status(hall) is InventoryStatus.INCOMPLETE
    assert set(await all_of(hall)) == {"A.X", "A.Y", "A.Z"}


async def test_a_report_outlives_its_link_but_not_its_station(
    hall: Hall, live: LiveStation
) -> None:
    inventories = hall.stations.inventories
    report = await inventories.begin(live, is_whole=True)
    await part(hall, live, report, 0, [reported("A.X")], more=True)
    await commit(hall, hall.stations.fleet.disconnected(live, "link-1", "gone"))
    live = await hall.connect(live.station, "link-2")
    await part(hall, live, report, 1, [reported("A.Y")], more=False)
    assert await status(hall) is InventoryStatus.COMPLETE
    other = await inventories.begin(live, is_whole=True)
    hall.stations.fleet.forget(KEY)
    await inventories.settled(KEY)
    assert await part(hall, live, other, 0, [reported("B.X")], more=False) == Part(None, None)
    assert await status(hall) is InventoryStatus.ASKED


async def test_a_station_that_never_ends_its_report_holds_up_nobody(
    hall: Hall, live: LiveStation, monkeypatch: pytest.MonkeyPatch
) -> None:
    inventories = hall.stations.inventories
    endless = await inventories.begin(live, is_whole=True)
    for _ in range(60):
        hall.clock.turn(59)
        await part(hall, live, endless, 0, [reported("A.X")], more=True)
    assert endless.deadline < hall.clock.monotonic(), "it is given up"
    monkeypatch.setattr(rules, "VARIABLES_PER_REPORT", 3)
    huge = await inventories.begin(live, is_whole=True)
    await part(hall, live, huge, 0, [reported(f"A.V{number}") for number in range(5)], more=True)
    found = await inventories.inventory(KEY)
    assert found is not None
    assert (found.status, found.detail) == (InventoryStatus.INCOMPLETE, "there are too many")


async def test_a_part_that_nobody_asked_for_is_left_alone(hall: Hall, live: LiveStation) -> None:
    stranger = OpenReport(serial=1, request_id=77, is_whole=True)
    assert await part(hall, live, stranger, 0, [reported("A.X")], more=False) == Part(None, None)
    assert await all_of(hall) == {}


async def test_a_long_part_is_stored_in_slices(hall: Hall, live: LiveStation) -> None:
    report = await hall.stations.inventories.begin(live, is_whole=True)
    told = [reported(f"A.V{number}") for number in range(950)]
    result = await part(hall, live, report, 0, told, more=False)
    assert result.write is not None
    assert len(result.write.rows) == 100  # the last fifty, twice
    assert len(await all_of(hall)) == 950


async def test_a_name_that_is_too_long_is_left_out(hall: Hall, live: LiveStation) -> None:
    report = await hall.stations.inventories.begin(live, is_whole=True)
    told = [reported("A.X"), reported(f"A.{'y' * 101}")]
    await part(hall, live, report, 0, told, more=False)
    assert set(await all_of(hall)) == {"A.X"}
    assert await status(hall) is InventoryStatus.COMPLETE


async def test_a_station_cannot_fill_the_database_with_reports(
    hall: Hall, live: LiveStation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "VARIABLES_PER_REPORT", 3)
    for attempt in range(4):
        report = await hall.stations.inventories.begin(live, is_whole=True)
        told = [reported(f"A.V{attempt}{number}") for number in range(5)]
        await part(hall, live, report, 0, told, more=False)
        assert await status(hall) is InventoryStatus.INCOMPLETE
        assert len(await all_of(hall)) <= 9


async def test_request_ids_are_new_after_a_restart(hall: Hall, live: LiveStation) -> None:
    before = await hall.stations.inventories.begin(live, is_whole=True)
    again = await hall.restarted()
    taken = await again.connect(live.station, "link-2")
    after = await again.stations.inventories.begin(taken, is_whole=False)
    assert after.request_id > before.request_id
    await again.stations.inventories.close()


# ---- readings, writes, events -------------------------------------------------------------


def written(text: str, wanted: str, said: CommandStatus) -> VariableWritten:
    return VariableWritten(name=name(text), wanted=wanted, status=said, wire_status=said.value)


async def test_a_write_that_was_accepted_is_the_value(hall: Hall, live: LiveStation) -> None:
    report = await hall.stations.inventories.begin(live, is_whole=True)
    traits = Characteristics(unit="s")
    told = [reported("A.X", "1", mutability="ReadWrite", characteristics=traits)]
    await part(hall, live, report, 0, told, more=False)
    done = [written("a.x", "2", CommandStatus.ACCEPTED)]
    await commit(hall, hall.stations.variables.written(live, done, START + timedelta(seconds=9)))
    (found,) = (await all_of(hall)).values()
    assert (found.value, found.source) == ("2", Source.WRITTEN)
    assert (text_of(found.name), found.characteristics, found.reported) == ("A.X", traits, True)


@pytest.mark.parametrize(
    "said", [CommandStatus.REJECTED, CommandStatus.NOT_SUPPORTED, CommandStatus.UNKNOWN]
)
async def test_a_write_that_was_refused_is_remembered_until_the_firmware_changes(
    hall: Hall, live: LiveStation, said: CommandStatus
) -> None:
    begin = hall.stations.inventories.begin
    await commit(hall, hall.stations.variables.written(live, [written("A.X", "2", said)], START))
    report = await begin(live, is_whole=True)
    await part(hall, live, report, 0, [reported("A.Y")], more=False)
    found = (await all_of(hall))["A.X"]
    assert found.write is not None
    assert (found.value, found.reported, found.write.status, found.write.wanted) == (
        None, False, said, "2",
    )  # fmt: skip
    live.life = type(live.life)(firmware="2.0")
    report = await begin(live, is_whole=True)
    await part(hall, live, report, 0, [reported("A.Y")], more=False)
    assert set(await all_of(hall)) == {"A.Y"}


async def test_what_needs_a_reboot_waits_for_it(hall: Hall, live: LiveStation) -> None:
    variables = hall.stations.variables
    told = [written("A.X", "2", CommandStatus.REBOOT_REQUIRED)]
    await commit(hall, variables.written(live, told, START))
    (found,) = (await all_of(hall, VariableFilter(needs_reboot=True))).values()
    assert found.write is not None
    assert (found.write.needs_reboot, found.value) == (True, None)
    later = START + timedelta(seconds=1)
    assert await variables.awaiting_reboot(KEY, START) == ()
    assert await variables.awaiting_reboot(KEY, later) == (name("A.X"),)
    await variables.restarted(KEY, START)
    assert len(await variables.awaiting_reboot(KEY, later)) == 1  # written at that moment
    await variables.restarted(KEY, later)
    assert await variables.awaiting_reboot(KEY, later) == ()


async def test_unknown_names_are_remembered(hall: Hall, live: LiveStation) -> None:
    told = [VariableRead(name=name("Nonsense"), status=CommandStatus.UNKNOWN)]
    await commit(hall, hall.stations.variables.read(live, told, START))
    report = await hall.stations.inventories.begin(live, is_whole=True)
    await part(hall, live, report, 0, [reported("HeartbeatInterval", "300")], more=False)
    found = await all_of(hall)
    assert (found["Nonsense"].status, found["Nonsense"].reported) == (CommandStatus.UNKNOWN, False)
    assert found["HeartbeatInterval"].status is CommandStatus.ACCEPTED


@pytest.mark.ocpp("A01.FR.09")
async def test_no_path_stores_a_secret(hall: Hall, live: LiveStation) -> None:
    variables, key = hall.stations.variables, "AuthorizationKey"
    await commit(hall, variables.written(live, [written(key, "s3", CommandStatus.ACCEPTED)], START))
    known = VariableRead(name=name(key), status=CommandStatus.ACCEPTED, value="s3")
    await commit(hall, variables.read(live, [known], START))
    await commit(hall, variables.told(live, [known], START))
    found = (await all_of(hall))[key]
    assert found.value is None
    assert found.write is not None
    assert found.write.wanted is None


# ---- showing ------------------------------------------------------------------------------


async def test_variables_are_listed_page_by_page_and_filtered(
    hall: Hall, live: LiveStation
) -> None:
    report = await hall.stations.inventories.begin(live, is_whole=True)
    texts = ("B.Y", "A.X", "A.X/MaxSet", "Connector@1.1.Available", "Connector@10.1.Available",
             "Connector@2.1.Available")  # fmt: skip
    told = [reported(text, mutability="ReadOnly" if "A." in text else None) for text in texts]
    await part(hall, live, report, 0, told, more=False)
    show, seen, cursor = hall.stations.variables.list_variables, list[str](), None
    while True:
        page = await show(KEY, EVERYTHING, limit=2, cursor=cursor)
        seen += [text_of(each.name) for each in page.items]
        if (cursor := page.next) is None:
            break
    assert sorted(seen) == sorted(texts)
    connectors = [text for text in seen if text.startswith("Connector")]
    assert [text[10:12] for text in connectors] == ["1.", "2.", "10"]
    for wanted, count in (
        (VariableFilter(component="connector"), 3),
        (VariableFilter(component="CONNECTOR", evse=2), 1),
        (VariableFilter(variable="x"), 2),
        (VariableFilter(mutability=Mutability.READ_ONLY), 2),
        (VariableFilter(mutability=Mutability.READ_WRITE), 0),
    ):
        assert len(await all_of(hall, wanted)) == count
    with pytest.raises(ValueError, match="cursor"):
        await show(KEY, EVERYTHING, cursor="nonsense")
    other = await show(StationKey("rival", "CP1"), EVERYTHING)
    assert other.items == ()


async def test_values_are_read_typed_from_the_store(hall: Hall, live: LiveStation) -> None:
    report = await hall.stations.inventories.begin(live, is_whole=True)
    told = [
        reported("DeviceDataCtrlr.ItemsPerMessage[GetVariables]", "4"),
        reported("EVSE@1.AllowReset", "false"),
    ]
    await part(hall, live, report, 0, told, more=False)
    variables = hall.stations.variables
    values = await variables.values(KEY, behaviour.READ_ITEMS, behaviour.READ_BYTES)
    assert behaviour.READ_ITEMS.of(values) == 4
    assert behaviour.READ_BYTES.of(values) is None
    allows = behaviour.allows_reset(1)
    assert allows.of(await variables.values(KEY, allows)) is False


async def test_a_station_that_is_removed_leaves_no_variables(hall: Hall, live: LiveStation) -> None:
    report = await hall.stations.inventories.begin(live, is_whole=True)
    await part(hall, live, report, 0, [reported("A.X")], more=False)
    await hall.stations.register.remove(KEY)
    assert await all_of(hall) == {}
    assert await status(hall) is None
