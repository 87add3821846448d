"""From what is wrong with a payload to the code and the words that go back."""

from collections.abc import Mapping

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laddnav.ocpp import v16, v21, v201
from laddnav.ocpp.action import Action, Version
from laddnav.ocpp.errors import (
    ErrorCode,
    Failure,
    RemoteProtocolError,
    from_decode_failure,
    from_wire_code,
    refusal,
    wire_code,
)

ACTIONS: Mapping[Version, Mapping[str, Action]] = {
    Version.V16: v16.ACTIONS,
    Version.V201: v201.ACTIONS,
    Version.V21: v21.ACTIONS,
}
CODES_V16 = {
    "NotImplemented",
    "NotSupported",
    "InternalError",
    "ProtocolError",
    "SecurityError",
    "FormationViolation",
    "PropertyConstraintViolation",
    "OccurenceConstraintViolation",
    "TypeConstraintViolation",
    "GenericError",
}
CODES_V2 = {
    "FormatViolation",
    "GenericError",
    "InternalError",
    "MessageTypeNotSupported",
    "NotImplemented",
    "NotSupported",
    "OccurrenceConstraintViolation",
    "PropertyConstraintViolation",
    "ProtocolError",
    "RpcFrameworkError",
    "SecurityError",
    "TypeConstraintViolation",
}
KNOWN = {Version.V16: CODES_V16, Version.V201: CODES_V2, Version.V21: CODES_V2}


def refused(version: Version, action: str, payload: str) -> RemoteProtocolError:
    """What is answered to a request with this payload, which must not decode."""
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the decoder's errors have only ValueError in common
        ACTIONS[version][action].decode_request(payload)
    return from_decode_failure(version, caught.value)


@pytest.mark.ocpp("J16 table 7")
@pytest.mark.parametrize("version", Version)
def test_only_codes_that_the_version_defines_are_sent(version: Version) -> None:
    assert {wire_code(version, code) for code in ErrorCode} == KNOWN[version]


@pytest.mark.ocpp("J16e 5.1")
@pytest.mark.ocpp("J16e 5.2")
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("FormationViolation", ErrorCode.FORMAT_VIOLATION),
        ("FormatViolation", ErrorCode.FORMAT_VIOLATION),
        ("OccurenceConstraintViolation", ErrorCode.OCCURRENCE_CONSTRAINT_VIOLATION),
        ("OccurrenceConstraintViolation", ErrorCode.OCCURRENCE_CONSTRAINT_VIOLATION),
        ("SecurityError", ErrorCode.SECURITY_ERROR),
        ("Whatever", None),
        ("", None),
    ],
)
def test_both_spellings_are_understood(text: str, code: ErrorCode | None) -> None:
    assert from_wire_code(text) is code


METERS = '{"connectorId":1,"meterValue":[{"timestamp":"2024-05-01T12:00:00Z","sampledValue":%s}]}'
STOP = '{"transactionId":1,"meterStop":2,"timestamp":%s}'
EVENT = (
    '{"eventType":"Started","timestamp":"2024-05-01T12:00:00Z","triggerReason":"Authorized",'
    '"seqNo":%s,"transactionInfo":{"transactionId":"t1"}}'
)
PERIOD = "$.csChargingProfiles.chargingSchedule.chargingSchedulePeriod[0]"
LIMIT = (
    '{"connectorId":1,"csChargingProfiles":{"chargingProfileId":1,"stackLevel":0,'
    '"chargingProfilePurpose":"TxProfile","chargingProfileKind":"Absolute","chargingSchedule":'
    '{"chargingRateUnit":"A","chargingSchedulePeriod":[{"startPeriod":0,"limit":%s}]}}}'
)


@pytest.mark.ocpp("J16 table 7")
@pytest.mark.ocpp("J21 4.3")
@pytest.mark.parametrize(
    ("version", "action", "payload", "code", "description"),
    [
        (Version.V16, "Authorize", "{}", "OccurenceConstraintViolation", "$.idTag: is required"),
        (
            Version.V201,
            "Authorize",
            "{}",
            "OccurrenceConstraintViolation",
            "$.idToken: is required",
        ),
        (
            Version.V21,
            "Authorize",
            '{"idToken":{"idToken":"A"}}',
            "OccurrenceConstraintViolation",
            "$.idToken.type: is required",
        ),
        (
            Version.V16,
            "MeterValues",
            '{"connectorId":1,"meterValue":[]}',
            "OccurenceConstraintViolation",
            "$.meterValue: 1 or more items are expected",
        ),
        (
            Version.V201,
            "SendLocalList",
            '{"versionNumber":1,"updateType":"Full","localAuthorizationList":[]}',
            "OccurrenceConstraintViolation",
            "$.localAuthorizationList: 1 or more items are expected",
        ),
        (
            Version.V16,
            "MeterValues",
            METERS % '[{"value":604.213}]',
            "TypeConstraintViolation",
            "$.meterValue[0].sampledValue[0].value: a string is expected",
        ),
        (
            Version.V16,
            "MeterValues",
            METERS % "{}",
            "TypeConstraintViolation",
            "$.meterValue[0].sampledValue: a list is expected",
        ),
        (
            Version.V16,
            "MeterValues",
            '{"connectorId":"1","meterValue":[]}',
            "TypeConstraintViolation",
            "$.connectorId: an integer is expected",
        ),
        (
            Version.V16,
            "Authorize",
            '{"idTag":null}',
            "TypeConstraintViolation",
            "$.idTag: a string is expected",
        ),
        (
            Version.V16,
            "StopTransaction",
            STOP % "5",
            "TypeConstraintViolation",
            "$.timestamp: a date-time is expected",
        ),
        (
            Version.V16,
            "SetChargingProfile",
            LIMIT % '"many"',
            "PropertyConstraintViolation",
            f"{PERIOD}.limit: the number is not one that can be stored",
        ),
        (
            Version.V16,
            "SetChargingProfile",
            LIMIT % "1E+999999999",
            "PropertyConstraintViolation",
            f"{PERIOD}.limit: a number below 10^15 is expected",
        ),
        (
            Version.V16,
            "SetChargingProfile",
            LIMIT % "16.05",
            "PropertyConstraintViolation",
            f"{PERIOD}.limit: a multiple of 0.1 is expected",
        ),
        (
            Version.V16,
            "StopTransaction",
            STOP % '"2024-05-01T12:00:00+02"',
            "PropertyConstraintViolation",
            "$.timestamp: a date-time of RFC 3339 is expected",
        ),
        (
            Version.V16,
            "StopTransaction",
            STOP % '"2024-05-01T12:00:00"',
            "PropertyConstraintViolation",
            "$.timestamp: the time lacks its time zone",
        ),
        (
            Version.V16,
            "Authorize",
            '{"idTag":"123456789012345678901"}',
            "PropertyConstraintViolation",
            "$.idTag: 20 or fewer characters are expected",
        ),
        (
            Version.V16,
            "MeterValues",
            METERS % '[{"value":"1","unit":"Fahrenheit `$.x` - at `$.y`"}]',
            "PropertyConstraintViolation",
            "$.meterValue[0].sampledValue[0].unit: the value is not one of those allowed",
        ),
        (
            Version.V21,
            "TransactionEvent",
            EVENT % "-1",
            "PropertyConstraintViolation",
            "$.seqNo: a number >= 0 is expected",
        ),
        (
            Version.V201,
            "TransactionEvent",
            EVENT % ("9" * 5000),
            "PropertyConstraintViolation",
            "$.seqNo: the number is not one that can be stored",
        ),
        (Version.V16, "Heartbeat", "[]", "FormationViolation", "$: an object is expected"),
        (Version.V201, "Heartbeat", "[]", "ProtocolError", "$: an object is expected"),
        (Version.V21, "Heartbeat", '"x"', "ProtocolError", "$: an object is expected"),
        (Version.V16, "Heartbeat", "{", "ProtocolError", "$: the payload ends too early"),
        (Version.V21, "Heartbeat", '{"a":', "ProtocolError", "$: the payload ends too early"),
        (
            Version.V16,
            "Heartbeat",
            "{,}",
            "FormationViolation",
            "$: the payload is not well-formed JSON",
        ),
        (
            Version.V201,
            "Heartbeat",
            "{'a':1}",
            "FormatViolation",
            "$: the payload is not well-formed JSON",
        ),
    ],
)
def test_a_payload_that_does_not_fit_is_refused_precisely(
    version: Version, action: str, payload: str, code: str, description: str
) -> None:
    error = refused(version, action, payload)
    assert (wire_code(version, error.code), error.description) == (code, description)
    assert error.details == {}


@pytest.mark.parametrize(
    ("said", "failure", "words"),
    [
        ("Expected `array` of length <= 4", Failure.COUNT, "4 or fewer items are expected"),
        ("Expected `object` of length >= 1", Failure.COUNT, "1 or more items are expected"),
        ("Expected `str` of length >= 1", Failure.VALUE, "1 or more characters are expected"),
        ("Expected `str` matching regex '^a'", Failure.VALUE, "the text has not the expected form"),
        ("Expected `int` <= 9", Failure.VALUE, "a number <= 9 is expected"),
        ("Expected `int | str`, got `bool`", Failure.TYPE, "an integer or a string is expected"),
        ("Expected `null`, got `bool`", Failure.TYPE, "null is expected"),
        ("Number out of range", Failure.VALUE, "the number is not one that can be stored"),
        ("Something that no decoder says yet", Failure.VALUE, "the value is not allowed"),
    ],
)  # fmt: skip
def test_every_sentence_of_the_decoder_is_put_in_our_words(
    said: str, failure: Failure, words: str
) -> None:
    error = from_decode_failure(Version.V201, msgspec.ValidationError(f"{said} - at `$.a`"))
    expected = refusal(Version.V201, failure, f"$.a: {words}")
    assert (error.code, error.description) == (expected.code, expected.description)


@pytest.mark.parametrize(
    "exc",
    [
        RecursionError("maximum recursion depth exceeded"),
        UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"),
        ValueError("secret"),
    ],
)
def test_failures_that_are_no_decoder_errors_say_nothing_of_themselves(exc: Exception) -> None:
    error = from_decode_failure(Version.V16, exc)
    assert error.code is ErrorCode.FORMAT_VIOLATION
    assert error.description == "$: the payload is not well-formed JSON"


@pytest.mark.ocpp("J21 table 7")
def test_a_description_has_255_characters_at_most() -> None:
    error = RemoteProtocolError(ErrorCode.INTERNAL_ERROR, "x" * 300)
    assert error.description == "x" * 255


FIELDS = st.sampled_from(
    ["connectorId", "meterValue", "timestamp", "sampledValue", "value", "unit", "transactionId"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(FIELDS, inner, max_size=4),
    max_leaves=12,
)


@given(payload=JSON, version=st.sampled_from(Version))
def test_any_payload_decodes_or_is_refused_in_words_of_our_own(
    payload: object, version: Version
) -> None:
    raw = msgspec.json.encode(payload)
    try:
        ACTIONS[version]["MeterValues"].decode_request(raw)
    except ValueError as exc:
        error = from_decode_failure(version, exc)
        assert wire_code(version, error.code) in KNOWN[version]
        assert error.description.startswith("$")
        assert not error.description.endswith("the value is not allowed")  # no sentence is missing
