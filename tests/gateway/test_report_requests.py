"""Reports on some components or variables (GetReport), asked for in parts."""

import json
from collections.abc import AsyncIterator

import pytest

from laddnav.gateway.control import Control
from laddnav.stations.control import (
    CommandStatus,
    InvalidPayload,
    NotPossible,
    ReportBase,
    ReportCriterion,
)
from tests.gateway.hub import Hub, hub
from tests.gateway.telling import (
    V2,
    answered,
    begin,
    called,
    part,
    reported,
    told,
    variables,
)


@pytest.fixture
async def running(sqlite_url: str) -> AsyncIterator[Hub]:
    async with hub(sqlite_url, call_seconds=5.0) as opened:
        await opened.add()
        yield opened


@pytest.fixture
def control(running: Hub) -> Control:
    return Control(running.links.registry)


@pytest.mark.ocpp("B08.FR.06")
@pytest.mark.parametrize("version", V2)
@pytest.mark.ocpp("B08.FR.13")
async def test_a_report_on_many_components_is_asked_for_in_parts(
    running: Hub, control: Control, version: str
) -> None:
    async with running.charger(version=version) as charger:
        key = await running.settled(charger)
        await told(charger, control, key, version, ItemsPerMessage="GetReport 2")
        names = ("Connector@1.2", "EVSE@1.Power", "Vendor[a]")
        asking = begin(control.get_report(key, names=names, criteria=[ReportCriterion.PROBLEM]))
        first = await answered(charger, version, {"status": "EmptyResultSet"})
        second = await answered(charger, version, {"status": "Accepted"})
        assert [call[0] for call in (first, second)] == ["GetReport"] * 2
        assert first[1]["componentVariable"] == [
            {"component": {"name": "Connector", "evse": {"id": 1, "connectorId": 2}}},
            {"component": {"name": "EVSE", "evse": {"id": 1}}, "variable": {"name": "Power"}},
        ]
        assert second[1]["componentCriteria"] == ["Problem"]
        assert first[1]["requestId"] != second[1]["requestId"]
        assert (await asking).status is CommandStatus.ACCEPTED
        data = part(second[1]["requestId"], 0, reported("Vendor", "X", "1"))
        await charger.ask("NotifyReport", data)
        assert "Vendor.X" in await variables(running, key)


@pytest.mark.ocpp("B08.FR.06")
async def test_a_report_is_asked_for_in_as_many_bytes_as_the_station_takes(
    running: Hub, control: Control
) -> None:
    async with running.charger(version="ocpp2.0.1") as charger:
        key = await running.settled(charger)
        await told(charger, control, key, "ocpp2.0.1", BytesPerMessage="GetReport 300")
        names = [f"Component{number}" for number in range(6)]
        asking = begin(control.get_report(key, names=[*names, "component5"]))
        numbers, asked = set(), list[str]()
        while len(asked) < len(names):
            _, payload = await answered(charger, "ocpp2.0.1", {"status": "Accepted"})
            assert len(json.dumps(payload)) <= 300
            numbers.add(payload["requestId"])
            asked += [each["component"]["name"] for each in payload["componentVariable"]]
        assert asked == [*names[:-1], "component5"]
        assert len(numbers) > 1
        assert (await asking).status is CommandStatus.ACCEPTED


async def test_a_report_that_is_too_much_is_asked_for_in_halves(
    running: Hub, control: Control
) -> None:
    async with running.charger(version="ocpp2.1") as charger:
        key = await running.settled(charger)
        asking = begin(control.get_report(key, names=["A", "B"]))
        message_id, _, _ = await called(charger, "ocpp2.1")
        await charger.tell(4, message_id, "OccurrenceConstraintViolation", "too many", {})
        for name in ("A", "B"):
            _, payload = await answered(charger, "ocpp2.1", {"status": "Accepted"})
            assert payload["componentVariable"] == [{"component": {"name": name}}]
        assert (await asking).status is CommandStatus.ACCEPTED


@pytest.mark.ocpp("B08")
async def test_a_report_without_data_is_empty_and_wrong_names_are_not_sent(
    running: Hub, control: Control
) -> None:
    async with running.charger(version="ocpp2.1") as charger:
        key = await running.settled(charger)
        asking = begin(control.get_report(key, criteria=[ReportCriterion.ACTIVE]))
        _, asked = await answered(charger, "ocpp2.1", {"status": "EmptyResultSet"})
        assert "componentVariable" not in asked
        assert (await asking).status is CommandStatus.EMPTY
        assert isinstance(await control.get_report(key, names=["A@x.B"]), InvalidPayload)


async def test_ocpp_1_6_has_no_reports(running: Hub, control: Control) -> None:
    async with running.charger() as charger:
        key = await running.settled(charger)
        for result in (
            await control.get_base_report(key, ReportBase.FULL),
            await control.get_report(key, names=["A"]),
        ):
            assert isinstance(result, NotPossible)
