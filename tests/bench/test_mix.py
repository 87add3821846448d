"""What the stations of the benchmarks say is what the mix promises, and valid OCPP 1.6."""

from collections import Counter
from decimal import Decimal
from itertools import pairwise

import msgspec

from bench.mix import METER_VALUES_BYTES, PATTERN, Speaker, identity, password
from laddnav.ocpp.v16 import ACTIONS


def said(speaker: Speaker, count: int) -> list[tuple[str, bytes]]:
    frames = [speaker.next() for _ in range(count)]
    return [(msgspec.json.decode(frame)[2], frame) for frame in frames]


def test_six_of_ten_messages_are_meter_values_two_heartbeats_and_two_statuses() -> None:
    counted = Counter(action for action, _ in said(Speaker(3), 10 * len(PATTERN)))
    assert counted == {"MeterValues": 60, "Heartbeat": 20, "StatusNotification": 20}


def test_meter_values_have_the_size_that_was_promised() -> None:
    for transaction_id in (1, 2**31 - 1):
        speaker = Speaker(99_999)
        speaker.transaction_id = transaction_id
        sizes = {len(frame) for action, frame in said(speaker, 50) if action == "MeterValues"}
        assert sizes == {METER_VALUES_BYTES}


def test_every_frame_fits_the_type_of_its_action() -> None:
    speaker = Speaker(1)
    speaker.transaction_id = 17
    for frame in (speaker.boot(), speaker.start(), *(frame for _, frame in said(speaker, 20))):
        kind, message_id, action, _ = msgspec.json.decode(frame)
        payload = msgspec.json.decode(frame, type=tuple[int, str, str, msgspec.Raw])[3]
        ACTIONS[action].decode_request(payload)
        assert kind == 2
        assert len(message_id) <= 36


def test_the_message_id_of_the_last_frame_is_known() -> None:
    speaker = Speaker(1)
    for _, frame in said(speaker, 1):
        assert frame.startswith(b'[2,"' + speaker.message_id + b'"')


def test_the_meter_runs_and_time_passes_with_every_meter_value() -> None:
    values = [msgspec.json.decode(f)[3] for action, f in said(Speaker(0), 50) if action[0] == "M"]
    registers = [Decimal(one["meterValue"][0]["sampledValue"][0]["value"]) for one in values]
    times = [one["meterValue"][0]["timestamp"] for one in values]
    assert registers == sorted(set(registers))
    assert times == sorted(set(times))


def test_each_status_differs_from_the_one_before() -> None:
    states = [msgspec.json.decode(f)[3]["status"] for a, f in said(Speaker(0), 50) if a[0] == "S"]
    assert all(first != second for first, second in pairwise(states))


def test_stations_are_at_different_places_of_the_mix() -> None:
    assert len({said(Speaker(index), 1)[0][0] for index in range(10)}) == 3


def test_names_and_passwords_are_each_stations_own() -> None:
    assert len({identity(index) for index in range(100)}) == 100
    assert len(password(9_999)) >= 16
