"""NotifyEvent in OCPP 2.0.1."""

import pytest

from laddnav.kernel.keys import ConnectorRef
from laddnav.stations.model import WHOLE_STATION, Connector, Status, TimelineKind
from tests.gateway.office import Office
from tests.gateway.v201.messages import Json, happening, notified

HERE = {"id": 1, "connectorId": 2}
REF = ConnectorRef(1, 2)


async def notify(office: Office, *events: Json) -> None:
    assert await office.say("NotifyEvent", notified(*events)) == {}


def connector(office: Office, ref: ConnectorRef = REF) -> Connector:
    return office.live.connectors[ref]


@pytest.mark.ocpp("B01.FR.05")
@pytest.mark.parametrize(
    ("component", "evse", "ref"),
    [
        ("Connector", HERE, REF),
        ("EVSE", {"id": 1}, ConnectorRef(1, 0)),
        ("ChargingStation", None, WHOLE_STATION),
        ("connector", HERE, REF),
    ],
)
async def test_availability_is_taken_like_a_status(
    office: Office, component: str, evse: Json | None, ref: ConnectorRef
) -> None:
    await notify(office, happening("AvailabilityState", "Occupied", component, evse))
    assert connector(office, ref).status is Status.OCCUPIED


async def test_one_message_may_tell_of_many_connectors(office: Office) -> None:
    await notify(
        office,
        happening("AvailabilityState", "Available", evse=HERE),
        happening("AvailabilityState", "Faulted", evse={"id": 2, "connectorId": 1}),
        happening("Problem", "true", "ConnectorPlugRetentionLock", HERE),
    )
    assert connector(office).status is Status.AVAILABLE
    assert connector(office).error_code == "ConnectorPlugRetentionLock"
    assert connector(office, ConnectorRef(2, 1)).status is Status.FAULTED
    told = {(line.ref, line.kind) for line in await office.timeline()}
    assert told >= {
        (REF, TimelineKind.STATUS),
        (REF, TimelineKind.FAULT),
        (ConnectorRef(2, 1), TimelineKind.STATUS),
    }


@pytest.mark.ocpp("G05.FR.03")
async def test_a_plug_that_cannot_be_locked_is_a_fault_until_it_can(office: Office) -> None:
    lock = "ConnectorPlugRetentionLock"
    await notify(office, happening("Problem", "true", lock, HERE))
    assert connector(office).error_code == lock
    await notify(office, happening("Problem", "false", lock, HERE))
    assert connector(office).error_code is None
    kinds = {line.kind for line in await office.timeline()}
    assert kinds >= {TimelineKind.FAULT, TimelineKind.FAULT_CLEARED}


async def test_a_problem_bears_its_codes(office: Office) -> None:
    await notify(
        office,
        happening("Problem", "True", "PowerContactor", HERE, techCode="E-9", techInfo="K1"),
    )
    kept = connector(office)
    assert (kept.error_code, kept.tech_code, kept.info) == ("PowerContactor", "E-9", "K1")


async def test_a_problem_of_the_station_is_on_the_whole_station(office: Office) -> None:
    await notify(office, happening("Problem", "true", "TokenReader"))
    assert connector(office, WHOLE_STATION).error_code == "TokenReader"


async def test_an_alert_is_a_fault_until_it_is_cleared(office: Office) -> None:
    hot = happening("Temperature", "91.5", "Connector", HERE, trigger="Alerting")
    await notify(office, hot)
    kept = connector(office)
    assert (kept.error_code, kept.info) == ("Connector.Temperature", "91.5")
    await notify(office, hot | {"actualValue": "60", "cleared": True})
    assert connector(office).error_code is None


async def test_what_bears_a_code_of_the_vendors_is_a_fault(office: Office) -> None:
    await notify(office, happening("State", "odd", "Modem", techCode="PowerLimitExceeded"))
    assert connector(office, WHOLE_STATION).tech_code == "PowerLimitExceeded"


@pytest.mark.ocpp("N07.FR.03")
@pytest.mark.ocpp("N08.FR.02")
@pytest.mark.parametrize(
    "event",
    [
        happening("Voltage", "230", "EVSE", {"id": 1}, trigger="Periodic"),
        happening("Unheard", "of", "Nonsense", variableMonitoringId=4_711),
        happening("AvailabilityState", "Occupied", "Nonsense"),
        happening("Problem", "", "ConnectorPlugRetentionLock", HERE),
    ],
)
async def test_whatever_else_happens_is_acknowledged(office: Office, event: Json) -> None:
    await notify(office, event)
    assert office.live.connectors == {}
    write = office.answers[-1].write
    assert write is not None
    assert write.facts == ()
    assert {row.into.table.name for row in write.rows} == {"variables", "variable_values"}


async def test_availability_shows_how_far_the_stations_clock_is_ahead(office: Office) -> None:
    late = happening("AvailabilityState", "Occupied", evse=HERE, timestamp="2026-11-20T12:00:03Z")
    await notify(office, late)
    assert office.live.clock_skew_ms == 3_000
