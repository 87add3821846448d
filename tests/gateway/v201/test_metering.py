"""MeterValues in OCPP 2.0.1."""

import pytest

from laddnav.gateway.dispatch import Answer
from tests.gateway.office import NOON, Office
from tests.gateway.v201.messages import event, metered

AT = "2026-11-20T12:05:00Z"


async def begin(office: Office) -> None:
    values = metered((1_000, {"context": "Transaction.Begin"}))
    await office.say("TransactionEvent", event("Started", meterValue=values))
    office.clock.time = NOON.replace(minute=5)


@pytest.mark.ocpp("J01.FR.18")
async def test_values_on_the_clock_find_their_session_by_evse_and_time(office: Office) -> None:
    await begin(office)
    clock = {"context": "Sample.Clock"}
    told = {"evseId": 1, "meterValue": metered((2_000, clock), at=AT)}
    assert isinstance(office.answer("MeterValues", told), Answer)
    assert await office.say("MeterValues", told) == {}
    assert (await office.session()).energy_wh == 1_000


async def test_values_of_another_evse_belong_to_no_session(office: Office) -> None:
    await begin(office)
    for evse in (0, 2):
        told = {"evseId": evse, "meterValue": metered((9_000, {}), at=AT)}
        assert await office.say("MeterValues", told) == {}
    assert (await office.session()).energy_wh == 0


@pytest.mark.parametrize(
    "sample",
    [
        {"measurand": "Mood", "value": 3},
        {"value": 3, "unitOfMeasure": {"unit": "furlong", "multiplier": 99}},
        {"value": "n/a"},
        {"value": 3, "phase": "L9", "location": "Moon", "context": "Whenever"},
        {"value": 3, "signedMeterValue": {}},
        {},
        7,
    ],
)
async def test_no_value_is_an_error(office: Office, sample: object) -> None:
    await begin(office)
    told = {"evseId": 1, "meterValue": [{"timestamp": AT, "sampledValue": [sample, {"value": 2}]}]}
    assert await office.say("MeterValues", told) == {}
