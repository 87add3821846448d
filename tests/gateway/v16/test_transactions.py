"""StartTransaction and StopTransaction in OCPP 1.6."""

import json
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from laddnav.metering.model import SignedValue
from laddnav.sessions.model import EvidenceReason, SessionDoubt, State
from laddnav.stations.model import StationSettings
from laddnav.tokens.model import TokenStatus, Verdict
from tests.gateway.office import NOON, Office

AT = "2026-11-20T12:00:00Z"
LATER = "2026-11-20T13:00:00Z"


def start(**told: Any) -> dict[str, Any]:
    usual = {"connectorId": 1, "idTag": "CARD1", "meterStart": 1_000, "timestamp": AT}
    return {name: value for name, value in (usual | told).items() if value is not None}


def stop(transaction_id: int | None, **told: Any) -> dict[str, Any]:
    usual = {"transactionId": transaction_id, "meterStop": 8_500, "timestamp": LATER}
    return {name: value for name, value in (usual | told).items() if value is not None}


async def begin(office: Office, **told: Any) -> int:
    await office.admit("CARD1")
    begun: int = (await office.say("StartTransaction", start(**told)))["transactionId"]
    return begun


async def test_from_start_to_stop_a_session_has_all_its_energy(office: Office) -> None:
    transaction_id = await begin(office, reservationId=7)
    assert await office.say("StopTransaction", stop(transaction_id), after=3_600) == {}
    session = await office.session()
    assert session.state is State.ENDED
    assert session.meter_start_wh == 1_000
    assert session.meter_stop_wh == 8_500
    assert session.energy_wh == 7_500
    assert (session.started_at, session.stop_reason) == (NOON, "Local")
    assert (session.token, session.reservation_id) == ("CARD1", 7)


async def test_a_start_is_told_what_the_token_may_and_its_group(office: Office) -> None:
    await office.admit("CARD1", group="FLEET")
    answer = await office.say("StartTransaction", start())
    assert answer["idTagInfo"] == {"status": "Accepted", "parentIdTag": "FLEET"}
    assert 0 < answer["transactionId"] < 2**31


@pytest.mark.parametrize(
    ("status", "word"),
    [
        (TokenStatus.BLOCKED, "Blocked"),
        (TokenStatus.EXPIRED, "Expired"),
        (TokenStatus.INVALID, "Invalid"),
        (TokenStatus.NO_CREDIT, "Blocked"),
    ],
)
async def test_a_refused_start_has_a_transaction_id_all_the_same(
    office: Office, status: TokenStatus, word: str
) -> None:
    """1.6 errata 3.54."""
    await office.admit("CARD1", status=status)
    answer = await office.say("StartTransaction", start())
    assert answer["idTagInfo"] == {"status": word}
    assert answer["transactionId"] > 0


async def test_a_token_that_charges_elsewhere_is_refused_as_concurrent(office: Office) -> None:
    first = await begin(office)
    answer = await office.say("StartTransaction", start(connectorId=2))
    assert answer["idTagInfo"] == {"status": "ConcurrentTx"}
    assert answer["transactionId"] not in (0, first)


async def test_a_start_that_is_told_again_has_the_same_transaction_id(office: Office) -> None:
    first = await begin(office)
    again = await office.say("StartTransaction", start(), after=60)
    assert again == {"idTagInfo": {"status": "Accepted"}, "transactionId": first}
    assert len(await office.sessions()) == 1


async def test_a_start_whose_clock_is_not_set_is_of_now(office: Office) -> None:
    await begin(office, timestamp="1970-01-01T00:00:00Z")
    assert (await office.session()).started_at == NOON


@pytest.mark.parametrize("timestamp", [None, "", "yesterday", 0])
async def test_a_start_without_usable_time_is_of_now(
    office: Office, timestamp: str | int | None
) -> None:
    await begin(office, timestamp=timestamp)
    session = await office.session()
    assert session.started_at == NOON
    assert SessionDoubt.TIME_MISSING in session.doubts


async def test_a_time_without_zone_is_taken_for_utc(office: Office) -> None:
    await begin(office, timestamp="2026-11-20T11:59:00")
    assert (await office.session()).started_at == NOON.replace(hour=11, minute=59)


@pytest.mark.parametrize("connector", [-1, None, "left"])
async def test_a_start_on_no_connector_that_can_be_is_a_session_all_the_same(
    office: Office, connector: int | str | None
) -> None:
    await begin(office, connectorId=connector)
    session = await office.session()
    assert (session.evse, session.connector) == (0, 0)


async def test_a_tag_that_is_too_long_loses_no_session(office: Office) -> None:
    """Sigen sends 21 characters (lbbrhzn#1803)."""
    tag = "ABCDEFGHIJKLMNOPQRSTU"
    await office.admit(tag)
    answer = await office.say("StartTransaction", start(idTag=tag))
    assert answer["idTagInfo"] == {"status": "Accepted"}
    assert (await office.session()).token == tag


async def test_a_start_without_tag_or_meter_is_a_session_that_was_refused(office: Office) -> None:
    """ocpp-go#277."""
    answer = await office.say("StartTransaction", start(idTag=None, meterStart=None))
    assert answer["idTagInfo"] == {"status": "Invalid"}
    session = await office.session()
    assert (session.verdict, session.meter_start_wh) == (Verdict.UNKNOWN, None)


async def test_a_meter_that_writes_fractions_is_rounded(office: Office) -> None:
    await begin(office, meterStart="1000.4")
    assert (await office.session()).meter_start_wh == 1_000


async def test_a_stop_is_told_about_its_tag_only_where_it_named_one(office: Office) -> None:
    transaction_id = await begin(office)
    answer = await office.say("StopTransaction", stop(transaction_id, idTag="CARD1"))
    assert answer == {"idTagInfo": {"status": "Accepted"}}


@pytest.mark.parametrize("transaction_id", [-1, 0, -16, 4_711, 2**40])
async def test_a_stop_of_a_transaction_that_nobody_knows_is_acknowledged_and_kept(
    office: Office, transaction_id: int
) -> None:
    """1.6 errata 3.18; steve#156, lbbrhzn#1000."""
    assert await office.say("StopTransaction", stop(transaction_id)) == {}
    assert await office.sessions() == []
    (kept,) = await office.evidence()
    assert kept.reason is EvidenceReason.UNKNOWN_TRANSACTION
    assert json.loads(kept.frame) == [2, "7", "StopTransaction", stop(transaction_id)]


async def test_a_stop_that_names_no_transaction_ends_the_only_one_that_fits(
    office: Office,
) -> None:
    await begin(office)
    assert await office.say("StopTransaction", stop(None), after=3_600) == {}
    session = await office.session()
    assert session.state is State.ENDED
    assert session.energy_wh == 7_500
    assert SessionDoubt.STOP_GUESSED in session.doubts


async def test_a_stop_keeps_its_reason_though_nobody_knows_it(office: Office) -> None:
    transaction_id = await begin(office)
    await office.say("StopTransaction", stop(transaction_id, reason="Boredom"))
    assert (await office.session()).stop_reason == "Boredom"


async def test_a_reason_that_is_a_novel_is_cut(office: Office) -> None:
    transaction_id = await begin(office)
    await office.say("StopTransaction", stop(transaction_id, reason="x" * 100_000))
    assert (await office.session()).stop_reason == "x" * 64


async def test_an_unknown_meter_stop_is_not_taken_for_a_reading(office: Office) -> None:
    """Some write -1 where they do not know (ocpp-go PR#114)."""
    transaction_id = await begin(office)
    await office.say("StopTransaction", stop(transaction_id, meterStop=-1), after=3_600)
    session = await office.session()
    assert session.state is State.ENDED
    assert session.energy_wh == 0
    assert session.doubts != ()


async def test_a_second_stop_counts_nothing_twice(office: Office) -> None:
    """citrineos-core#880, steve#955."""
    transaction_id = await begin(office)
    for seconds in (3_600, 60):
        assert await office.say("StopTransaction", stop(transaction_id), after=seconds) == {}
    assert (await office.session()).energy_wh == 7_500


async def test_readings_and_signed_values_come_with_the_stop(office: Office) -> None:
    transaction_id = await begin(office)
    signed = {
        "signedMeterData": "T0NNRnx7fQ==",
        "signingMethod": "",
        "encodingMethod": "OCMF",
        "publicKey": "b2Nh",
    }
    data = [
        {
            "timestamp": LATER,
            "sampledValue": [
                {"value": "8.5", "unit": "kWh", "context": "Transaction.End"},
                {
                    "value": json.dumps(signed),
                    "format": "SignedData",
                    "context": "Transaction.End",
                },
            ],
        }
    ]
    await office.say("StopTransaction", stop(transaction_id, transactionData=data), after=3_600)
    (reading,) = await office.readings()
    assert reading.register_wh == 8_500
    assert reading.samples[0].value == Decimal(8_500)
    assert reading.samples[1].signed == SignedValue(
        data="T0NNRnx7fQ==", method="", encoding="OCMF", public_key="b2Nh"
    )


async def test_a_stop_followed_at_once_by_a_start_gives_two_sessions(office: Office) -> None:
    first = await begin(office)
    await office.say("StopTransaction", stop(first), after=3_600)
    second = await office.say("StartTransaction", start(timestamp=LATER, meterStart=8_500))
    assert second["transactionId"] != first
    assert [one.state for one in await office.sessions()] == [State.ENDED, State.RUNNING]


async def test_a_start_that_cannot_be_taken_is_refused_under_an_id_of_its_own(
    office: Office,
) -> None:
    begun = await begin(office)
    apologies = [await office.apologise("StartTransaction") for _ in range(3)]
    assert all(one["idTagInfo"] == {"status": "Invalid"} for one in apologies)
    numbers = {one["transactionId"] for one in apologies}
    assert len(numbers) == 3
    assert begun not in numbers
    assert all(0 < number < 2**31 for number in numbers)


async def test_a_free_vend_station_starts_without_a_token(office: Office) -> None:
    free = StationSettings(free_vend=True)
    office.live.configure(replace(office.live.station, settings=free))
    answer = await office.say("StartTransaction", start(idTag=""))
    assert answer["idTagInfo"] == {"status": "Accepted"}


async def test_registers_beyond_any_are_missing_ones_and_cost_no_session(office: Office) -> None:
    transaction_id = await begin(office, meterStart=2**62)
    readings = [
        {"timestamp": when, "sampledValue": [{"value": value}]}
        for when, value in ((AT, "1000"), (LATER, "8000"))
    ]
    told = stop(transaction_id, meterStop=-(2**62), transactionData=readings)
    await office.say("StopTransaction", told, after=3_600)
    session = await office.session()
    assert (session.state, session.energy_wh) == (State.ENDED, Decimal(7_000))
