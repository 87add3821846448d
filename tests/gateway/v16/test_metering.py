"""MeterValues in OCPP 1.6."""

from decimal import Decimal
from typing import Any

import pytest

from laddnav.gateway.dispatch import Answer
from laddnav.gateway.mending.mends import Mend, MendKind
from tests.gateway.office import NOON, Office

START = {
    "connectorId": 1,
    "idTag": "CARD1",
    "meterStart": 1_000,
    "timestamp": "2026-11-20T12:00:00Z",
}
AT = "2026-11-20T12:05:00Z"


def values(*samples: dict[str, Any], **told: Any) -> dict[str, Any]:
    return {"connectorId": 1, "meterValue": [{"timestamp": AT, "sampledValue": samples}], **told}


async def begin(office: Office) -> int:
    await office.admit("CARD1")
    begun: int = (await office.say("StartTransaction", START))["transactionId"]
    office.clock.time = NOON.replace(minute=5)
    return begun


async def test_meter_values_join_their_session(office: Office) -> None:
    transaction_id = await begin(office)
    sampled = values(
        {"value": "3.25", "unit": "kWh", "measurand": "Energy.Active.Import.Register"},
        {"value": "11.0", "unit": "kW", "measurand": "Power.Active.Import"},
        {"value": "64", "unit": "Percent", "measurand": "SoC", "location": "EV"},
        transactionId=transaction_id,
    )
    assert await office.say("MeterValues", sampled) == {}
    session = await office.session()
    assert session.energy_wh == 2_250
    assert session.power_w == 11_000
    assert session.soc_percent == 64


async def test_meter_values_of_a_session_in_memory_are_answered_without_waiting(
    office: Office,
) -> None:
    transaction_id = await begin(office)
    sampled = values({"value": "2000"}, transactionId=transaction_id)
    assert isinstance(office.answer("MeterValues", sampled), Answer)


@pytest.mark.parametrize("transaction_id", [None, 0, -1, 4_711])
async def test_meter_values_without_a_good_transaction_id_find_their_session(
    office: Office, transaction_id: int | None
) -> None:
    """citrineos-core PR#1025, lbbrhzn#1069."""
    await begin(office)
    told = {} if transaction_id is None else {"transactionId": transaction_id}
    assert await office.say("MeterValues", values({"value": "2000"}, **told)) == {}
    assert (await office.session()).energy_wh == 1_000


async def test_a_good_transaction_id_goes_before_the_connector(office: Office) -> None:
    transaction_id = await begin(office)
    told = values({"value": "2000"}, connectorId=2, transactionId=transaction_id)
    assert await office.say("MeterValues", told) == {}
    assert (await office.session()).energy_wh == 1_000


async def test_a_value_that_names_nothing_is_the_register_in_wh(office: Office) -> None:
    transaction_id = await begin(office)
    await office.say("MeterValues", values({"value": "2000"}, transactionId=transaction_id))
    (reading,) = await office.readings()
    (sample,) = reading.samples
    assert (sample.measurand, sample.unit) == ("Energy.Active.Import.Register", "Wh")


async def test_phases_locations_and_contexts_are_kept(office: Office) -> None:
    transaction_id = await begin(office)
    told = {
        "value": "16.1",
        "unit": "A",
        "measurand": "Current.Import",
        "phase": "L2-N",
        "location": "Cable",
        "context": "Sample.Clock",
    }
    await office.say("MeterValues", values(told, transactionId=transaction_id))
    ((sample,),) = [one.samples for one in await office.readings()]
    assert (sample.value, sample.unit) == (Decimal("16.1"), "A")
    assert (sample.phase, sample.location, sample.context) == ("L2-N", "Cable", "Sample.Clock")


@pytest.mark.parametrize("unit", ["Celsius", "Celcius", "C"])
async def test_degrees_are_degrees_however_spelt(office: Office, unit: str) -> None:
    """OCPP.Core PR#81."""
    transaction_id = await begin(office)
    told = {"value": "41", "unit": unit, "measurand": "Temperature"}
    await office.say("MeterValues", values(told, transactionId=transaction_id))
    ((sample,),) = [one.samples for one in await office.readings()]
    assert (sample.value, sample.unit) == (Decimal(41), "Celsius")


async def test_what_nobody_knows_is_kept_as_it_came(office: Office) -> None:
    transaction_id = await begin(office)
    told = {"value": "abc", "unit": "furlong", "measurand": "Mood", "phase": "L9"}
    await office.say("MeterValues", values(told, transactionId=transaction_id))
    ((sample,),) = [one.samples for one in await office.readings()]
    assert (sample.measurand, sample.unit, sample.phase) == ("Mood", "furlong", "L9")
    assert (sample.value, sample.raw) == (None, "abc")


async def test_numbers_where_text_should_be_are_read(office: Office) -> None:
    """OpenEVSE (lbbrhzn#210)."""
    transaction_id = await begin(office)
    sampled = values({"value": 1604.213}, transactionId=transaction_id)
    await office.say("MeterValues", sampled)
    assert (await office.session()).energy_wh == Decimal("604.213")
    kind = Mend(MendKind.TO_TEXT, "$.meterValue[].sampledValue[].value")
    assert office.read("MeterValues", sampled).mends == (kind,)


@pytest.mark.parametrize("nothing", [{}, [], {"timestamp": AT, "sampledValue": []}])
async def test_meter_values_without_values_are_acknowledged(
    office: Office, nothing: dict[str, Any] | list[Any]
) -> None:
    """Huawei (lbbrhzn#1144), Vestel (lbbrhzn#466)."""
    transaction_id = await begin(office)
    told = {"connectorId": 1, "transactionId": transaction_id, "meterValue": nothing}
    assert await office.say("MeterValues", told) == {}


async def test_values_of_the_main_meter_belong_to_no_session(office: Office) -> None:
    await begin(office)
    assert await office.say("MeterValues", values({"value": "99999"}, connectorId=0)) == {}
    assert await office.readings() == []


async def test_values_of_a_clock_that_was_never_set_are_of_now(office: Office) -> None:
    transaction_id = await begin(office)
    told = values({"value": "2000"}, transactionId=transaction_id)
    told["meterValue"][0]["timestamp"] = "1970-01-01T00:00:09Z"
    await office.say("MeterValues", told)
    (reading,) = await office.readings()
    assert reading.at == office.clock.time
    assert (await office.session()).energy_wh == 1_000
