"""NotifyEvent in OCPP 2.1, which tells how grave events are, and event streams."""

import pytest

from laddnav.kernel.keys import ConnectorRef
from laddnav.stations.model import WHOLE_STATION, Status
from tests.gateway.office import Office
from tests.gateway.v201.messages import happening, notified, status

HERE = {"id": 1, "connectorId": 1}


async def test_status_and_event_are_both_understood_and_the_last_one_counts(
    office: Office,
) -> None:
    await office.say("StatusNotification", status("Occupied"))
    freed = happening("AvailabilityState", "Available", evse=HERE, timestamp="2026-11-20T12:01:00Z")
    assert await office.say("NotifyEvent", notified(freed), after=60) == {}
    assert office.live.connectors[ConnectorRef(1, 1)].status is Status.AVAILABLE


@pytest.mark.parametrize(
    ("severity", "faulty"),
    [(0, {WHOLE_STATION}), (6, {WHOLE_STATION}), (7, set()), (9, set())],
)
async def test_an_alert_is_a_fault_if_it_is_grave(
    office: Office, severity: int, faulty: set[ConnectorRef]
) -> None:
    alert = happening("Temperature", "70", "Modem", trigger="Alerting", severity=severity)
    await office.say("NotifyEvent", notified(alert))
    assert office.live.connectors.keys() == faulty


async def test_a_problem_is_a_fault_however_grave(office: Office) -> None:
    problem = happening(
        "Problem", "true", "TariffCostCtrlr", severity=9, techCode="TooManyElements"
    )
    await office.say("NotifyEvent", notified(problem))
    kept = office.live.connectors[WHOLE_STATION]
    assert (kept.error_code, kept.tech_code) == ("TariffCostCtrlr", "TooManyElements")


@pytest.mark.ocpp("N11.FR.05")
async def test_event_streams_are_rejected(office: Office) -> None:
    stream = {"constantStreamData": {"id": 1, "variableMonitoringId": 2, "params": {"interval": 9}}}
    assert await office.say("OpenPeriodicEventStream", stream) == {"status": "Rejected"}
    assert await office.say("ClosePeriodicEventStream", {"id": 1}) == {}


@pytest.mark.ocpp("N15.FR.02")
async def test_the_frames_of_a_stream_have_no_answer_at_all(office: Office) -> None:
    frame = {
        "id": 1,
        "pending": 0,
        "basetime": "2026-11-20T12:00:00Z",
        "data": [{"t": 1.5, "v": "230"}],
    }
    await office.say("NotifyPeriodicEventStream", frame)
    assert office.answers[-1].response is None
