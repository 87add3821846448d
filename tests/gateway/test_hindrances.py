"""What a station is known to refuse, by its own variables, is not sent."""

import json
from collections.abc import AsyncIterator

import pytest

from laddnav.gateway.control import Control
from laddnav.kernel.keys import StationKey
from laddnav.stations.control import (
    Commanded,
    CommandStatus,
    ConfigurationWritten,
    NotPossible,
    ResetKind,
)
from tests.gateway.hub import Charger, Hub, hub
from tests.gateway.telling import answered, begin, called, write_back


@pytest.fixture
async def running(sqlite_url: str) -> AsyncIterator[Hub]:
    async with hub(sqlite_url, call_seconds=5.0) as opened:
        await opened.add()
        yield opened


@pytest.fixture
def control(running: Hub) -> Control:
    return Control(running.links.registry)


async def tells(charger: Charger, control: Control, key: StationKey, name: str, value: str) -> None:
    """Let a station of 2.1 tell the value of a variable."""
    reading = begin(control.get_configuration(key, [name]))
    message_id, _, payload = await called(charger, "ocpp2.1")
    (entry,) = payload["getVariableData"]
    result = {**entry, "attributeStatus": "Accepted", "attributeValue": value}
    await charger.tell(3, message_id, {"getVariableResult": [result]})
    await reading


@pytest.mark.ocpp("B11")
@pytest.mark.ocpp("B12")
async def test_an_evse_is_restarted_by_itself_only_where_that_is_not_forbidden(
    running: Hub, control: Control
) -> None:
    async with running.charger(version="ocpp2.1") as charger:
        key = await running.settled(charger)
        await tells(charger, control, key, "EVSE@1.AllowReset", "false")
        refused = await control.reset(key, ResetKind.ON_IDLE, evse=1)
        assert isinstance(refused, NotPossible)
        assert "AllowReset" in refused.reason
        raw = json.dumps({"type": "Immediate", "evseId": 1}).encode()
        assert isinstance(await control.call(key, "Reset", raw), NotPossible)
        for evse in (2, None):
            resetting = begin(control.reset(key, ResetKind.ON_IDLE, evse=evse))
            _, payload = await answered(charger, "ocpp2.1", {"status": "Scheduled"})
            assert payload.get("evseId") == evse
            result = await resetting
            assert isinstance(result, Commanded)
            assert result.status is CommandStatus.SCHEDULED


@pytest.mark.ocpp("B13")
async def test_where_no_time_is_given_to_resume_no_session_is_resumed(
    running: Hub, control: Control
) -> None:
    async with running.charger(version="ocpp2.1") as charger:
        key = await running.settled(charger)
        await tells(charger, control, key, "TxCtrlr.ResumptionTimeout", "0")
        assert isinstance(await control.reset(key, ResetKind.RESUME), NotPossible)
        await tells(charger, control, key, "TxCtrlr.ResumptionTimeout", "60")
        resetting = begin(control.reset(key, ResetKind.RESUME))
        await answered(charger, "ocpp2.1", {"status": "Accepted"})
        assert isinstance(await resetting, Commanded)


@pytest.mark.ocpp("B09.FR.21")
async def test_nothing_is_written_into_a_slot_that_the_station_tries(
    running: Hub, control: Control
) -> None:
    async with running.charger(version="ocpp2.1") as charger:
        key = await running.settled(charger)
        priority = "OCPPCommCtrlr.NetworkConfigurationPriority"
        await tells(charger, control, key, priority, "1,3")
        for slot in (1, 3):
            values = {f"networkconfiguration[{slot}].Identity": "CP1"}
            refused = await control.set_configuration(key, values)
            assert isinstance(refused, NotPossible)
            assert f"slot {slot}" in refused.reason
        writing = begin(control.set_configuration(key, {"NetworkConfiguration[2].Identity": "CP1"}))
        assert await write_back(charger, "ocpp2.1") == 1
        assert isinstance(await writing, ConfigurationWritten)
