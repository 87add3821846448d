"""TransactionEvent in OCPP 2.0.1."""

from decimal import Decimal
from typing import Any

import pytest

from laddnav.accounts.model import Policies
from laddnav.gateway.dispatch import Answer
from laddnav.kernel.keys import ConnectorRef
from laddnav.metering.model import SignedValue
from laddnav.sessions.model import EvidenceReason, SessionDoubt, State
from laddnav.tokens.model import TokenStatus
from tests.gateway.office import NOON, Office
from tests.gateway.v201.messages import TRANSACTION, card, event, metered

REGISTER = {"context": "Sample.Periodic", "unitOfMeasure": {"unit": "kWh"}}
BEGIN = {"context": "Transaction.Begin"}
END = {"context": "Transaction.End"}


@pytest.mark.ocpp("C09.FR.12")
async def test_from_started_to_ended_a_session_has_all_its_energy(office: Office) -> None:
    await office.admit("CARD1", group="FLEET")
    started = event(
        "Started",
        idToken=card(),
        reservationId=7,
        meterValue=metered((1_000, BEGIN)),
        info={"chargingState": "EVConnected", "remoteStartId": 42},
    )
    assert await office.say("TransactionEvent", started) == {
        "idTokenInfo": {
            "status": "Accepted",
            "groupIdToken": {"idToken": "FLEET", "type": "Central"},
        }
    }
    updated = event(
        "Updated",
        1,
        timestamp="2026-11-20T12:30:00Z",
        triggerReason="MeterValuePeriodic",
        meterValue=metered((4.5, REGISTER), at="2026-11-20T12:30:00Z"),
        info={"chargingState": "Charging"},
    )
    assert await office.say("TransactionEvent", updated, after=1_800) == {}
    assert (await office.session()).charging_state == "Charging"
    ended = event(
        "Ended",
        2,
        timestamp="2026-11-20T13:00:00Z",
        triggerReason="EVCommunicationLost",
        meterValue=metered((8_500, END), at="2026-11-20T13:00:00Z"),
        info={"stoppedReason": "EVDisconnected"},
    )
    assert await office.say("TransactionEvent", ended, after=1_800) == {}
    session = await office.session()
    assert (session.state, session.stop_reason) == (State.ENDED, "EVDisconnected")
    assert session.energy_wh == 7_500
    assert (session.transaction_id, session.token) == (TRANSACTION, "CARD1")
    assert (session.evse, session.connector) == (1, 1)
    assert (session.reservation_id, session.remote_start_id) == (7, 42)
    assert session.doubts == ()


@pytest.mark.parametrize(
    ("between", "end"),
    [
        ("2026-11-20T12:30:00Z", "2026-11-20T10:40:00Z"),
        ("2026-11-20T10:30:00Z", "2026-11-20T10:40:00Z"),
        ("2026-11-21T12:30:00Z", "2026-11-20T12:40:00Z"),
        ("2025-11-20T12:30:00Z", "2026-11-20T12:40:00Z"),
    ],
    ids=["set-back-at-the-end", "set-back", "ahead-for-a-while", "behind-for-a-while"],
)
async def test_a_clock_that_jumps_takes_no_energy_away_where_nobody_says_what_begins_and_ends(
    office: Office, between: str, end: str
) -> None:
    await office.admit("CARD1")
    started = event("Started", idToken=card(), meterValue=metered((1_000, {})))
    await office.say("TransactionEvent", started)
    updated = event("Updated", 1, timestamp=between, meterValue=metered((1_040, {}), at=between))
    await office.say("TransactionEvent", updated, after=1_800)
    ended = event("Ended", 2, timestamp=end, meterValue=metered((1_100, {}), at=end))
    await office.say("TransactionEvent", ended, after=600)
    session = await office.session()
    assert session.energy_wh == 100
    assert (session.meter_start_wh, session.meter_stop_wh) == (Decimal(1_000), Decimal(1_100))


@pytest.mark.ocpp("E01.FR.11")
@pytest.mark.ocpp("E01.FR.12")
@pytest.mark.parametrize(
    ("status", "word"),
    [
        (TokenStatus.ACCEPTED, "Accepted"),
        (TokenStatus.BLOCKED, "Blocked"),
        (TokenStatus.EXPIRED, "Expired"),
        (TokenStatus.INVALID, "Invalid"),
        (TokenStatus.NO_CREDIT, "NoCredit"),
    ],
)
@pytest.mark.ocpp("E02.FR.04")
@pytest.mark.ocpp("E05.FR.01")
async def test_a_token_is_judged_again_where_it_is_presented(
    office: Office, status: TokenStatus, word: str
) -> None:
    await office.admit("CARD1", status=status)
    answer = await office.say("TransactionEvent", event("Started", idToken=card()))
    assert answer == {"idTokenInfo": {"status": word}}


@pytest.mark.ocpp("C04.FR.04")
@pytest.mark.parametrize("kind", ["KeyCode", "keycode"])
async def test_a_code_is_judged_and_written_nowhere(office: Office, kind: str) -> None:
    await office.admit("314159", type="KeyCode")
    started = event("Started", idToken=card("314159", kind))
    answer = await office.say("TransactionEvent", started)
    assert answer == {"idTokenInfo": {"status": "Accepted"}}
    nameless = event("Updated", 1, {"transactionId": ""}, idToken=card("314159", kind))
    await office.say("TransactionEvent", nameless, after=1)
    (kept,) = await office.evidence()
    session = await office.session()
    assert session.token is not None
    assert session.token.startswith("keycode:")
    assert "314159" not in f"{kept.frame} {await office.story()} {session}"


async def test_an_unknown_token_is_not_accepted_and_its_session_is_kept(office: Office) -> None:
    answer = await office.say("TransactionEvent", event("Started", idToken=card("NOBODY")))
    assert answer == {"idTokenInfo": {"status": "Unknown"}}
    assert (await office.session()).token == "NOBODY"


async def test_nothing_is_said_of_a_token_where_none_was_presented(office: Office) -> None:
    assert await office.say("TransactionEvent", event("Started")) == {}


async def test_a_token_that_charges_elsewhere_is_refused_as_concurrent(office: Office) -> None:
    await office.admit("CARD1")
    await office.say("TransactionEvent", event("Started", idToken=card()))
    other = event("Started", idToken=card(), evse={"id": 2}, info={"transactionId": "another"})
    answer = await office.say("TransactionEvent", other)
    assert answer == {"idTokenInfo": {"status": "ConcurrentTx"}}


@pytest.mark.ocpp("C02.FR.02")
async def test_a_start_button_is_accepted(office: Office) -> None:
    pressed = event("Started", idToken=card("", "NoAuthorization"))
    answer = await office.say("TransactionEvent", pressed)
    assert answer == {"idTokenInfo": {"status": "Accepted"}}


@pytest.mark.ocpp("E02.FR.02")
@pytest.mark.ocpp("E03.FR.02")
async def test_the_stopping_token_is_told_its_status_too(office: Office) -> None:
    await office.admit("CARD1")
    await office.say("TransactionEvent", event("Started", idToken=card()))
    stopped = event("Ended", 1, idToken=card(), triggerReason="StopAuthorized")
    answer = await office.say("TransactionEvent", stopped, after=60)
    assert answer == {"idTokenInfo": {"status": "Accepted"}}


async def test_a_repeated_event_is_answered_alike_and_counted_once(office: Office) -> None:
    await office.admit("CARD1")
    started = event("Started", idToken=card(), meterValue=metered((1_000, BEGIN)))
    first = await office.say("TransactionEvent", started)
    assert await office.say("TransactionEvent", started, after=60) == first
    assert len(await office.story()) == 1


async def test_an_update_of_a_session_in_memory_is_answered_without_waiting(
    office: Office,
) -> None:
    await office.say("TransactionEvent", event("Started"))
    updated = event("Updated", 1, meterValue=metered((1_500, {})))
    assert isinstance(office.answer("TransactionEvent", updated), Answer)


async def test_an_event_may_name_its_evse_alone_or_nothing(office: Office) -> None:
    await office.say("TransactionEvent", event("Started", evse={"id": 3}))
    assert (await office.event()).word.connector == ConnectorRef(3, 0)


async def test_a_card_that_comes_before_the_cable_has_no_evse_yet(office: Office) -> None:
    await office.admit("CARD1")
    authorized = event("Started", idToken=card(), triggerReason="Authorized")
    del authorized["evse"]
    await office.say("TransactionEvent", authorized)
    await office.say(
        "TransactionEvent", event("Updated", 1, evse={"id": 2, "connectorId": 1}), after=5
    )
    session = await office.session()
    assert (session.evse, session.connector) == (2, 1)


async def test_what_is_not_folded_is_kept_in_the_words_of_the_wire(office: Office) -> None:
    token = card() | {"additionalInfo": [{"additionalIdToken": "x", "type": "EVCCID"}]}
    told = event(
        "Started",
        idToken=token,
        numberOfPhasesUsed=3,
        cableMaxCurrent=32,
        customData={"vendorId": "acme", "mood": ["good", 1.5]},
        info={"timeSpentCharging": 60},
    )
    await office.say("TransactionEvent", told)
    assert (await office.event()).word.extras == {
        "numberOfPhasesUsed": 3,
        "cableMaxCurrent": 32,
        "customData": {"vendorId": "acme", "mood": ["good", 1.5]},
        "timeSpentCharging": 60,
        "additionalInfo": [{"additionalIdToken": "x", "type": "EVCCID"}],
    }


async def test_a_live_event_shows_how_far_the_stations_clock_is_ahead(office: Office) -> None:
    await office.say("TransactionEvent", event("Started", timestamp="2026-11-20T12:00:09Z"))
    assert office.live.clock_skew_ms == 9_000


async def test_an_event_from_before_shows_nothing_of_the_clock(office: Office) -> None:
    replayed = event("Started", timestamp="2026-11-20T09:00:00Z", offline=True)
    await office.say("TransactionEvent", replayed)
    assert office.live.clock_skew_ms is None
    session = await office.session()
    assert session.offline
    assert session.started_at == NOON.replace(hour=9)


async def test_ended_before_started_is_one_session(office: Office) -> None:
    ended = event(
        "Ended",
        1,
        timestamp="2026-11-20T11:00:00Z",
        meterValue=metered((2_000, END), at="2026-11-20T11:00:00Z"),
        offline=True,
    )
    started = event(
        "Started",
        timestamp="2026-11-20T10:00:00Z",
        meterValue=metered((1_000, BEGIN), at="2026-11-20T10:00:00Z"),
        offline=True,
    )
    for message in (ended, started):
        assert await office.say("TransactionEvent", message, after=1) == {}
    session = await office.session()
    assert session.state is State.ENDED
    assert session.energy_wh == 1_000


async def test_multipliers_units_and_places_count(office: Office) -> None:
    kilo = {"unitOfMeasure": {"unit": "Wh", "multiplier": 3}}
    power = {"measurand": "Power.Active.Import", "location": "Inlet", "phase": "L1", **_unit("kW")}
    values = metered((1.5, kilo), (11, power))
    await office.say("TransactionEvent", event("Started", meterValue=values))
    ((register, flow),) = [one.samples for one in await office.readings()]
    assert (register.value, register.unit) == (Decimal(1_500), "Wh")
    assert (flow.value, flow.unit) == (Decimal(11_000), "W")
    assert (flow.location, flow.phase) == ("Inlet", "L1")


def _unit(unit: str) -> dict[str, Any]:
    return {"unitOfMeasure": {"unit": unit}}


async def test_signed_values_are_kept_octet_for_octet(office: Office) -> None:
    signed = {
        "signedMeterData": "T0NNRnx7fQ==",
        "signingMethod": "",
        "encodingMethod": "OCMF",
        "publicKey": "b2Nh",
    }
    values = metered((1_000, {**BEGIN, "signedMeterValue": signed}))
    await office.say("TransactionEvent", event("Started", meterValue=values))
    ((sample,),) = [one.samples for one in await office.readings()]
    assert sample.value == 1_000
    assert sample.signed == SignedValue(
        data="T0NNRnx7fQ==", method="", encoding="OCMF", public_key="b2Nh"
    )


async def test_a_signed_value_without_data_is_none(office: Office) -> None:
    values = metered((1_000, {**BEGIN, "signedMeterValue": {"encodingMethod": "OCMF"}}))
    await office.say("TransactionEvent", event("Started", meterValue=values))
    ((sample,),) = [one.samples for one in await office.readings()]
    assert sample.value == 1_000
    assert sample.signed is None


async def test_a_value_out_of_bounds_is_kept_raw_and_its_session_with_it(office: Office) -> None:
    values = metered(("1E+1000000", BEGIN), (230, {"measurand": "Voltage"}))
    await office.say("TransactionEvent", event("Started", meterValue=values))
    ((register, voltage),) = [one.samples for one in await office.readings()]
    assert (register.value, register.raw) == (None, "1E+1000000")
    assert voltage.value == 230


@pytest.mark.parametrize("timestamp", ["", "then", 5])
async def test_an_event_without_usable_time_is_of_now(office: Office, timestamp: str | int) -> None:
    await office.say("TransactionEvent", event("Started", timestamp=timestamp))
    session = await office.session()
    assert session.started_at == NOON
    assert SessionDoubt.TIME_MISSING in session.doubts
    assert office.live.clock_skew_ms is None


async def test_an_event_of_no_known_kind_neither_begins_nor_ends(office: Office) -> None:
    await office.say("TransactionEvent", event("Paused"))
    told = await office.event()
    assert (told.word.kind, told.word.trigger) == ("Updated", "CablePluggedIn")
    assert (await office.session()).state is State.RUNNING


async def test_an_event_without_number_or_trigger_is_told(office: Office) -> None:
    bare = event("Started")
    del bare["seqNo"], bare["triggerReason"]
    assert await office.say("TransactionEvent", bare) == {}
    word = (await office.event()).word
    assert (word.seq_no, word.trigger) == (-1, "")


async def test_an_event_of_no_transaction_is_acknowledged_and_kept(office: Office) -> None:
    lost = event("Updated", 4)
    del lost["transactionInfo"]
    assert await office.say("TransactionEvent", lost) == {}
    assert await office.sessions() == []
    (kept,) = await office.evidence()
    assert kept.reason is EvidenceReason.NO_TRANSACTION_ID


async def test_a_token_that_says_nothing_is_told_that_it_is_unknown(office: Office) -> None:
    answer = await office.say("TransactionEvent", event("Started", idToken={"type": "Central"}))
    assert answer == {"idTokenInfo": {"status": "Unknown"}}


async def test_a_token_without_type_is_looked_up_all_the_same(office: Office) -> None:
    await office.admit("CARD1")
    answer = await office.say("TransactionEvent", event("Started", idToken={"idToken": "CARD1"}))
    assert answer == {"idTokenInfo": {"status": "Accepted"}}


async def test_a_transaction_of_before_the_clock_was_set_is_of_now(office: Office) -> None:
    await office.say("TransactionEvent", event("Started", timestamp="1970-01-01T00:00:10Z"))
    assert (await office.session()).started_at == NOON
    assert (await office.event()).word.at != NOON


@pytest.mark.ocpp("C02.FR.02", "E01.FR.11")
async def test_a_forbidden_start_button_starts_no_session(office: Office) -> None:
    policies = Policies(start_button=False)
    await office.rooms.accounts.change_operator("default", policies=policies)
    nobody = {"idToken": "", "type": "NoAuthorization"}
    answer = await office.say("TransactionEvent", event("Started", idToken=nobody))
    assert answer["idTokenInfo"]["status"] != "Accepted"
