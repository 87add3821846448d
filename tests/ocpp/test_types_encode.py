"""How payloads are written: times, numbers and what is absent."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from laddnav.ocpp import v16, v21, v201
from laddnav.ocpp.action import encode

STOCKHOLM = timezone(timedelta(hours=1))


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2026, 11, 20, 8, 30, tzinfo=UTC), "2026-11-20T08:30:00Z"),
        (datetime(2026, 11, 20, 8, 30, 0, 123456, UTC), "2026-11-20T08:30:00.123Z"),
        (datetime(2026, 11, 20, 8, 30, 0, 999999, UTC), "2026-11-20T08:30:00.999Z"),
        (datetime(2026, 11, 20, 8, 30, 0, 100000, UTC), "2026-11-20T08:30:00.100Z"),
        (datetime(2026, 11, 20, 0, 30, tzinfo=STOCKHOLM), "2026-11-19T23:30:00Z"),
        (datetime(2026, 11, 20, 0, 30, 0, 5, STOCKHOLM), "2026-11-19T23:30:00.000Z"),
    ],
)
def test_a_time_is_written_in_utc_with_at_most_milliseconds(moment: datetime, text: str) -> None:
    response = v16.core.HeartbeatResponse(current_time=moment)
    assert encode(response) == f'{{"currentTime":"{text}"}}'.encode()
    assert response.current_time == moment


def test_a_time_without_a_zone_is_refused_before_it_is_sent() -> None:
    naive = datetime(2026, 11, 20, 8, 30)  # noqa: DTZ001 - a time without a zone is what this test is about
    with pytest.raises(ValueError, match="without a time zone"):
        encode(v16.core.HeartbeatResponse(current_time=naive))


def test_times_deep_inside_are_written_so_too() -> None:
    odd = datetime(2026, 11, 20, 8, 30, 0, 123456, UTC)
    even = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
    info = v16.datatypes.IdTagInfo(status="Accepted", expiry_date=odd)
    listed = v16.local_list.AuthorizationData(id_tag="A", id_tag_info=info)
    plain = v16.local_list.AuthorizationData(
        id_tag="B", id_tag_info=v16.datatypes.IdTagInfo(status="Blocked", expiry_date=even)
    )
    request = v16.local_list.SendLocalListRequest(
        list_version=1, update_type="Full", local_authorization_list=(plain, listed)
    )
    assert encode(request) == (
        b'{"listVersion":1,"localAuthorizationList":['
        b'{"idTag":"B","idTagInfo":{"expiryDate":"2026-11-20T08:30:00Z","status":"Blocked"}},'
        b'{"idTag":"A","idTagInfo":{"expiryDate":"2026-11-20T08:30:00.123Z","status":"Accepted"}}'
        b'],"updateType":"Full"}'
    )


def test_text_that_looks_like_a_time_is_left_alone() -> None:
    request = v16.core.ChangeConfigurationRequest(key="since", value="2026-11-20T08:30:00.123456Z")
    assert b'"2026-11-20T08:30:00.123456Z"' in encode(request)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("16", "16"),
        ("16.0", "16.0"),
        ("0.10", "0.10"),
        ("1E+3", "1000"),
        ("-2.5E+4", "-25000"),
        ("12345678901234.123456", "12345678901234.123456"),
    ],
)
def test_a_number_is_written_as_a_number_without_an_exponent(number: str, text: str) -> None:
    request = v201.tariff_cost.CostUpdatedRequest(total_cost=Decimal(number), transaction_id="t")
    assert encode(request) == f'{{"totalCost":{text},"transactionId":"t"}}'.encode()


@pytest.mark.parametrize("number", ["NaN", "sNaN", "Infinity", "-Infinity", "1E+15"])
def test_a_number_that_json_or_a_station_cannot_hold_is_never_built(number: str) -> None:
    with pytest.raises(ValueError, match="for `totalCost`"):
        v201.tariff_cost.CostUpdatedRequest(total_cost=Decimal(number), transaction_id="t")


def test_what_is_absent_is_left_out_and_what_is_required_stays() -> None:
    assert encode(v21.transactions.TransactionEventResponse()) == b"{}"
    assert (
        encode(v16.local_list.GetLocalListVersionResponse(list_version=0)) == b'{"listVersion":0}'
    )


def test_a_payload_with_nothing_to_rewrite_is_the_same_after_reading_it_back() -> None:
    action = v21.ACTIONS["AFRRSignal"]
    request = v21.v2x.AFRRSignalRequest(timestamp=datetime(2026, 1, 1, tzinfo=UTC), signal=-5)
    assert action.decode_request(encode(request)) == request
