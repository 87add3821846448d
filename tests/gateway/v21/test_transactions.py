"""TransactionEvent and MeterValues in OCPP 2.1: the rest is tested in 2.0.1."""

import pytest

from laddnav.sessions.model import State
from tests.gateway.office import Office
from tests.gateway.v201.messages import card, event, metered

BEGIN = {"context": "Transaction.Begin"}


async def test_from_started_to_ended_a_session_has_all_its_energy(office: Office) -> None:
    await office.admit("psp-4711", type="DirectPayment")
    started = event(
        "Started", idToken=card("psp-4711", "DirectPayment"), meterValue=metered((1_000, BEGIN))
    )
    assert await office.say("TransactionEvent", started) == {"idTokenInfo": {"status": "Accepted"}}
    later = "2026-11-20T12:30:00Z"
    updated = event(
        "Updated", 1, timestamp=later, triggerReason="RunningCost",
        meterValue=metered((2_500, {}), at=later),
    )  # fmt: skip
    assert await office.say("TransactionEvent", updated, after=1_800) == {}
    ended = event(
        "Ended", 2, timestamp="2026-11-20T13:00:00Z", triggerReason="TariffNotAccepted",
        info={"stoppedReason": "ReqEnergyTransferRejected"},
        meterValue=metered((4_000, {"context": "Transaction.End"}), at="2026-11-20T13:00:00Z"),
    )  # fmt: skip
    assert await office.say("TransactionEvent", ended, after=1_800) == {}
    session = await office.session()
    assert (session.state, session.stop_reason) == (State.ENDED, "ReqEnergyTransferRejected")
    assert session.energy_wh == 3_000
    assert (session.token, session.token_type) == ("psp-4711", "DirectPayment")


async def test_costs_tariffs_and_limits_are_kept_in_the_words_of_the_wire(office: Office) -> None:
    costs = {
        "totalCost": {
            "currency": "SEK",
            "typeOfCost": "NormalCost",
            "total": {"exclTax": 12.5, "inclTax": 15.625},
        },
        "totalUsage": {"energy": 4000, "chargingTime": 60, "idleTime": 0},
        "chargingPeriods": [{"startPeriod": "2026-11-20T12:00:00Z", "tariffId": "T1"}],
    }
    told = event(
        "Started",
        costDetails=costs,
        evseSleep=False,
        preconditioningStatus="Ready",
        info={
            "operationMode": "ChargingOnly",
            "tariffId": "T1",
            "transactionLimit": {"maxCost": 100},
        },
    )
    await office.say("TransactionEvent", told)
    extras = (await office.event()).word.extras
    assert extras is not None
    kept = extras.pop("costDetails")
    assert kept["totalCost"]["total"] == {"exclTax": "12.5", "inclTax": "15.625"}
    assert kept["chargingPeriods"] == costs["chargingPeriods"]
    assert extras == {
        "evseSleep": False,
        "preconditioningStatus": "Ready",
        "operationMode": "ChargingOnly",
        "tariffId": "T1",
        "transactionLimit": {"maxCost": "100"},
    }


@pytest.mark.parametrize("signed", [{"signedMeterData": "T0NNRg==", "encodingMethod": "OCMF"}])
async def test_a_signed_value_may_come_without_key_and_method(
    office: Office, signed: dict[str, str]
) -> None:
    values = metered((1_000, {**BEGIN, "signedMeterValue": signed}))
    await office.say("TransactionEvent", event("Started", meterValue=values))
    ((sample,),) = [one.samples for one in await office.readings()]
    assert sample.signed is not None
    assert (sample.signed.data, sample.signed.encoding) == ("T0NNRg==", "OCMF")
    assert (sample.signed.method, sample.signed.public_key) == (None, None)


async def test_meter_values_are_acknowledged(office: Office) -> None:
    told = {"evseId": 1, "meterValue": metered((14, {"measurand": "Display.PresentSOC"}))}
    assert await office.say("MeterValues", told) == {}


@pytest.mark.ocpp("S04.FR.02")
async def test_a_battery_charges_under_the_start_button(office: Office) -> None:
    started = event(
        "Started", idToken=card("", "NoAuthorization"), info={"chargingState": "Charging"}
    )
    assert await office.say("TransactionEvent", started) == {"idTokenInfo": {"status": "Accepted"}}
