"""Messages that do not fit their type: mended where chargers are known to err, else refused."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from laddnav.gateway.mending.instants import EPOCH
from laddnav.gateway.mending.mends import MOST_NOTES, Mend, MendKind
from laddnav.gateway.mending.reading import Leniency, Read, read_request, read_response, text, whole
from laddnav.gateway.mending.shapes import DEEPEST
from laddnav.ocpp import v16, v21, v201
from laddnav.ocpp.action import Version
from laddnav.ocpp.errors import RemoteProtocolError, wire_code

NOW = "2026-11-20T12:00:00Z"
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ACTIONS = [
    (version, action)
    for version, actions in (
        (Version.V16, v16.ACTIONS),
        (Version.V201, v201.ACTIONS),
        (Version.V21, v21.ACTIONS),
    )
    for action in actions.values()
]
START = {"connectorId": 1, "idTag": "TAG", "meterStart": 100, "timestamp": NOW}
STATUS = {"connectorId": 1, "errorCode": "NoError", "status": "Available"}
BOOT = {"chargePointVendor": "Vendor", "chargePointModel": "Model"}


def read(
    action: str,
    payload: object,
    leniency: Leniency = Leniency.MEND,
    version: Version = Version.V16,
) -> Read:
    actions = {Version.V16: v16.ACTIONS, Version.V201: v201.ACTIONS, Version.V21: v21.ACTIONS}
    raw = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return read_request(version, actions[version][action], raw, leniency)


def meter(*samples: object, at: object = NOW) -> dict[str, Any]:
    return {"connectorId": 1, "meterValue": [{"timestamp": at, "sampledValue": list(samples)}]}


def sampled(done: Read) -> Any:
    return done.payload.meter_value[0].sampled_value  # type: ignore[attr-defined]  # read() returns a Struct; here it is a MeterValuesRequest


def kinds(done: Read) -> set[MendKind]:
    return {mend.kind for mend in done.mends}


# ---- what is known of real chargers --------------------------------------------------------


def test_what_fits_is_not_touched() -> None:
    assert read("StartTransaction", START, Leniency.SALVAGE).mends == ()
    assert read("MeterValues", meter({"value": " 0.0"}), Leniency.SALVAGE).mends == ()


def test_numbers_become_text_wherever_they_stand() -> None:
    """OpenEVSE (lbbrhzn#210) sends every value as a number."""
    done = read("MeterValues", meter(*({"value": 604.213} for _ in range(40))))
    assert [sample.value for sample in sampled(done)] == ["604.213"] * 40
    assert done.mends == (Mend(MendKind.TO_TEXT, "$.meterValue[].sampledValue[].value"),)


def test_numbers_keep_all_their_digits() -> None:
    raw = b'{"connectorId":1,"meterValue":[{"timestamp":"%b","sampledValue":[{"value":%b}]}]}'
    for digits in (b"0.1000000000000000055", b"12345678901234567890", b"1.10"):
        done = read("MeterValues", raw % (NOW.encode(), digits))
        assert sampled(done)[0].value == digits.decode()


@pytest.mark.parametrize(
    ("given", "number"), [("100", 100), (" 100 ", 100), ("100.0", 100), (99.6, 100)]
)
def test_text_and_fractions_become_whole_numbers(given: object, number: int) -> None:
    done = read("StartTransaction", {**START, "meterStart": given})
    assert whole(done.payload.meter_start) == number  # type: ignore[attr-defined]  # read() returns a Struct; here it is a StartTransactionRequest
    assert kinds(done) == {MendKind.TO_NUMBER}


def test_an_object_becomes_a_list_and_an_empty_one_an_empty_list() -> None:
    """Huawei (lbbrhzn#1144)."""
    one = {"timestamp": NOW, "sampledValue": {"value": "1"}}
    done = read("MeterValues", {"connectorId": 1, "meterValue": one})
    assert sampled(done)[0].value == "1"
    none = read("MeterValues", {"connectorId": 1, "meterValue": {}}, Leniency.SALVAGE)
    assert none.payload.meter_value == ()  # type: ignore[attr-defined]  # read() returns a Struct; here it is a MeterValuesRequest


def test_empty_samples_are_no_samples() -> None:
    """Vestel EVC04 (lbbrhzn#466)."""
    done = read("MeterValues", meter(), Leniency.SALVAGE)
    assert sampled(done) == ()


def test_null_and_empty_text_are_absent() -> None:
    """Phihong (mobilityhouse#230)."""
    given = {**BOOT, "imsi": "", "iccid": None, "meterType": None}
    assert read("BootNotification", given).payload.iccid is None  # type: ignore[attr-defined]  # read() returns a Struct; here it is a BootNotificationRequest
    done = read("StatusNotification", {**STATUS, "timestamp": ""})
    assert done.payload.timestamp is None  # type: ignore[attr-defined]  # read() returns a Struct; here it is a StatusNotificationRequest
    assert kinds(done) == {MendKind.ABSENT}


def test_over_long_text_is_kept() -> None:
    """Schneider (mobilityhouse#122), Grizzl-E (lbbrhzn#899), Sigen (lbbrhzn#1803)."""
    serial, tag = "9" * 34, "A" * 21
    boot = read("BootNotification", {**BOOT, "chargePointSerialNumber": serial})
    assert boot.payload.charge_point_serial_number == serial  # type: ignore[attr-defined]  # read() returns a Struct; here it is a BootNotificationRequest
    start = read("StartTransaction", {**START, "idTag": tag}, Leniency.SALVAGE)
    assert start.payload.id_tag == tag  # type: ignore[attr-defined]  # read() returns a Struct; here it is a StartTransactionRequest


def test_unknown_words_are_kept_and_misspelt_ones_understood() -> None:
    """Legrand (lbbrhzn#1248), ChargeAmps (lbbrhzn#1576)."""
    done = read("StatusNotification", {**STATUS, "errorCode": "Error", "status": "available"})
    assert done.payload.error_code == "Error"  # type: ignore[attr-defined]  # read() returns a Struct; here it is a StatusNotificationRequest
    assert done.payload.status == "Available"  # type: ignore[attr-defined]  # read() returns a Struct; here it is a StatusNotificationRequest
    assert kinds(done) == {MendKind.UNKNOWN_WORD, MendKind.SPELLING}
    units = read("MeterValues", meter(*({"value": "1", "unit": u} for u in ("Hertz", "wh"))))
    assert [sample.unit for sample in sampled(units)] == ["Hertz", "Wh"]


@pytest.mark.parametrize(
    ("given", "instant"),
    [
        ("2026-11-20T14:00:00+02", NOON),  # monta emulator#5
        ("2026-11-20T12:00:00", NOON),  # evcc#10399
        ("2026-11-20 12:00:00", NOON),
        ("2026-11-20T12:00Z", NOON),
        ("2026-11-20T12:00:00,5Z", NOON + timedelta(seconds=0.5)),
        ("2026-11-20T23:59:60Z", datetime(2026, 11, 20, 23, 59, 59, tzinfo=UTC)),
        ("0", EPOCH),  # evcc#17836
        ("", EPOCH),
        (0, EPOCH),
        (None, EPOCH),
        ("0001-01-01T00:00:00Z", EPOCH),
        ("0001-01-01T00:00:00+05:00", EPOCH),
        ("9999-12-31T23:59:59-05:00", EPOCH),
        ("2026-02-30T12:00:00Z", EPOCH),
    ],
)
def test_times_are_understood_or_those_of_an_unset_clock(given: object, instant: datetime) -> None:
    done = read("StartTransaction", {**START, "timestamp": given})
    assert done.payload.timestamp == instant  # type: ignore[attr-defined]  # read() returns a Struct; here it is a StartTransactionRequest
    expected = MendKind.NO_TIME if instant == EPOCH else MendKind.TIME_FORM
    assert expected in kinds(done)


def test_a_clock_that_was_never_set_is_no_mend() -> None:
    """MicroOcpp#311."""
    done = read("StatusNotification", {**STATUS, "timestamp": "1970-01-01T00:00:00Z"})
    assert done.mends == ()


def test_a_missing_timestamp_is_that_of_an_unset_clock() -> None:
    given = {name: value for name, value in START.items() if name != "timestamp"}
    assert read("StartTransaction", given).payload.timestamp == EPOCH  # type: ignore[attr-defined]  # read() returns a Struct; here it is a StartTransactionRequest


def test_null_stands_for_an_empty_payload() -> None:
    assert read("Heartbeat", b"null").mends == (Mend(MendKind.TO_OBJECT, "$"),)
    assert read("Heartbeat", b"[]").mends == (Mend(MendKind.TO_OBJECT, "$"),)


def test_vendors_data_that_is_no_text_becomes_text() -> None:
    done = read("DataTransfer", {"vendorId": "EN+", "data": {"a": [1, 2]}})
    assert json.loads(done.payload.data) == {"a": [1, 2]}  # type: ignore[attr-defined]  # read() returns a Struct; here it is a DataTransferRequest


def test_unknown_properties_are_ignored() -> None:
    assert read("Heartbeat", {"vendor": {"deep": [1]}}).mends == ()


# ---- energy is never refused ---------------------------------------------------------------


def test_what_is_missing_or_of_no_use_is_none_where_energy_was_delivered() -> None:
    done = read("StartTransaction", {"meterStart": "many", "connectorId": 2}, Leniency.SALVAGE)
    start: Any = done.payload
    assert (start.connector_id, start.timestamp) == (2, EPOCH)
    assert whole(start.meter_start) is None
    assert text(start.id_tag) is None


@pytest.mark.parametrize("digits", [b"1E+1000000", b"-1E+15", b"9" * 400, b"1E+999999999999999999"])
def test_numbers_out_of_all_bounds_are_missing(digits: bytes) -> None:
    raw = b'{"connectorId":1,"idTag":"T","meterStart":%b,"timestamp":"%b"}'
    done = read("StartTransaction", raw % (digits, NOW.encode()), Leniency.SALVAGE)
    assert whole(done.payload.meter_start) is None  # type: ignore[attr-defined]  # read() returns a Struct; here it is a StartTransactionRequest


def test_numbers_out_of_all_bounds_stay_as_text_in_samples_of_2_x() -> None:
    event = {
        "eventType": "Updated",
        "timestamp": NOW,
        "triggerReason": "MeterValuePeriodic",
        "seqNo": 1,
        "transactionInfo": {"transactionId": "T"},
        "meterValue": [{"timestamp": NOW, "sampledValue": [{"value": 1}, {"value": "NaN"}]}],
    }
    done = read("TransactionEvent", event, Leniency.SALVAGE, Version.V201)
    assert [sample.value for sample in sampled(done)] == [Decimal(1), "NaN"]


def test_one_broken_sample_does_not_cost_the_others() -> None:
    done = read("MeterValues", meter({"value": "1"}, 7, {"value": "2"}), Leniency.SALVAGE)
    assert [sample.value for sample in sampled(done)] == ["1", "2"]
    assert MendKind.UNUSABLE in kinds(done)


def test_raw_values_stay_with_their_sample_when_one_before_is_dropped() -> None:
    odd = [{"value": "1", "unit": "x"}, {"unit": ["x"], "value": []}, {"value": "2", "unit": "y"}]
    done = read("MeterValues", meter(*odd, 7, {"value": "3", "unit": "z"}), Leniency.SALVAGE)
    shown = [(sample.value, sample.unit) for sample in sampled(done)]
    assert shown == [("1", "x"), ("[]", None), ("2", "y"), ("3", "z")]


def test_a_missing_part_of_a_transaction_event_is_made_of_what_is_missing() -> None:
    given = {"eventType": "Ended", "seqNo": 3, "timestamp": NOW}
    event: Any = read("TransactionEvent", given, Leniency.SALVAGE, Version.V201).payload
    assert (event.event_type, event.seq_no, event.trigger_reason) == ("Ended", 3, None)
    assert text(event.transaction_info.transaction_id) is None


@pytest.mark.parametrize("payload", [b"{}", b"null", b"5", b'"x"', b"[1,2]", b'{"idTag":[{}]}'])
def test_a_message_without_anything_usable_is_refused_even_so(payload: bytes) -> None:
    if payload == b'{"idTag":[{}]}':
        assert read("StartTransaction", payload, Leniency.SALVAGE)
        return
    with pytest.raises(RemoteProtocolError):
        read("StartTransaction", payload, Leniency.SALVAGE)


# ---- what is refused -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "payload", "code"),
    [
        ("StatusNotification", {"connectorId": 1, "status": "Available"}, "Occurence"),
        ("StatusNotification", {**STATUS, "connectorId": "one"}, "TypeConstraint"),
        ("StatusNotification", {**STATUS, "connectorId": {}}, "TypeConstraint"),
        ("StatusNotification", {**STATUS, "connectorId": 2**63}, "PropertyConstraint"),
        ("BootNotification", {"chargePointVendor": "V"}, "Occurence"),
        ("Heartbeat", 5, "Formation"),
    ],
)
def test_what_no_charger_is_known_for_gets_the_precise_error(
    action: str, payload: object, code: str
) -> None:
    with pytest.raises(RemoteProtocolError) as refused:
        read(action, payload)
    assert wire_code(Version.V16, refused.value.code).startswith(code)


def test_nothing_is_mended_in_strict_mode() -> None:
    for action, payload in (
        ("StatusNotification", {**STATUS, "errorCode": "Error"}),
        ("StartTransaction", {**START, "meterStart": "100"}),
        ("MeterValues", meter({"value": 1})),
        ("Heartbeat", None),
    ):
        with pytest.raises(RemoteProtocolError):
            read(action, payload, Leniency.STRICT)


def test_data_of_no_declared_type_may_not_nest_for_ever() -> None:
    deep: object = 1
    for _ in range(DEEPEST + 1):
        deep = {"a": deep}
    action = v201.ACTIONS["DataTransfer"]
    raw = json.dumps({"vendorId": 5, "data": deep}).encode()
    with pytest.raises(RemoteProtocolError):
        read_request(Version.V201, action, raw)


def test_notes_are_few_whatever_is_sent() -> None:
    given = {f"{name}x": None for name in BOOT} | dict.fromkeys(
        ("chargePointVendor", "chargePointModel", "iccid", "imsi", "meterType"), "x" * 60
    )
    assert len(read("BootNotification", given).mends) <= MOST_NOTES


def test_answers_are_mended_like_calls() -> None:
    action = v16.ACTIONS["GetConfiguration"]
    raw = b'{"configurationKey":{"key":"A","readonly":"true","value":7}}'
    done: Any = read_response(Version.V16, action, raw).payload
    (entry,) = done.configuration_key
    assert (entry.key, entry.readonly, entry.value) == ("A", True, "7")


def test_many_words_that_nobody_knows_are_all_kept() -> None:
    words = [f"word {number}" for number in range(100_000)]
    needs = {"requestedEnergyTransfer": "DC", "availableEnergyTransfer": words}
    payload = {"evseId": 1, "chargingNeeds": needs}
    done = read("NotifyEVChargingNeeds", payload, version=Version.V21)
    transfers: Any = done.payload.charging_needs.available_energy_transfer  # type: ignore[attr-defined]  # read() returns a Struct; here it is a NotifyEVChargingNeedsRequest
    assert transfers == tuple(words)


def test_items_of_which_nothing_can_be_used_are_left_out() -> None:
    empty: list[object] = [{}] * 1000
    samples = [{"value": "1"}, {}, {"value": None, "unit": "Wh"}, {"value": "2"}]
    timed = {"timestamp": NOW, "sampledValue": []}
    untimed = {"sampledValue": samples}
    given = {"connectorId": 1, "meterValue": [*empty, timed, *empty, untimed, {"sampledValue": 7}]}
    done: Any = read("MeterValues", given, Leniency.SALVAGE)
    assert [value.timestamp for value in done.payload.meter_value] == [NOON, EPOCH]
    values = [[one.value for one in value.sampled_value] for value in done.payload.meter_value]
    assert values == [[], ["1", "2"]]
    assert MendKind.UNUSABLE in kinds(done)


@pytest.mark.parametrize("tag", [[], {}, ["TAG"]])
def test_a_list_or_an_object_for_a_text_is_told_from_a_number(tag: object) -> None:
    assert kinds(read("StartTransaction", START | {"idTag": tag}, Leniency.SALVAGE)) == {
        MendKind.NOT_TEXT
    }
    assert kinds(read("StartTransaction", START | {"idTag": 7})) == {MendKind.TO_TEXT}
