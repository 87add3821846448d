"""Any text becomes a frame or a word on what is wrong with it."""

import pytest
from msgspec import Raw

from laddnav.ocpp.action import Version
from laddnav.ocpp.errors import Failure
from laddnav.ocpp.frames import (
    GRAMMARS,
    CallFrame,
    ErrorFrame,
    ResultErrorFrame,
    ResultFrame,
    SendFrame,
    UnknownFrame,
    Unreadable,
    Violation,
)
from laddnav.ocpp.rpc import error_words, payload_of, read

V21 = GRAMMARS[Version.V21]
LONG = "x" * 37


def readable(text: str | bytes, *, strict: bool = False) -> tuple[object, tuple[Violation, ...]]:
    """Read as 2.1, and have a frame."""
    frame, violations = read(text, V21, strict=strict)
    assert isinstance(frame, CallFrame | ResultFrame | ErrorFrame | ResultErrorFrame | SendFrame)
    return frame, violations


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize(
    ("text", "kind", "message_id"),
    [
        ('[2,"19223201","Heartbeat",{}]', CallFrame, "19223201"),
        ('[3,"19223201",{"interval":300}]', ResultFrame, "19223201"),
        ('[4,"162376037","NotSupported","",{}]', ErrorFrame, "162376037"),
        ('[5,"162376037","NotSupported","",{}]', ResultErrorFrame, "162376037"),
        ('[6,"1","NotifyPeriodicEventStream",{}]', SendFrame, "1"),
        (' \t\r\n[ 2 , "1" , "Heartbeat" , { } ] \n', CallFrame, "1"),
        ('[2,"1","Heartbeat",null]', CallFrame, "1"),
        ('[2,"","Heartbeat",{}]', CallFrame, ""),
        ('[2,"' + "x" * 36 + '","Heartbeat",{}]', CallFrame, "x" * 36),
        (b'[2,"\xc3\xa9","Heartbeat",{}]', CallFrame, "é"),
        ('[2,"1","Heartbeat",%s]' % ("[" * 31 + "]" * 31), CallFrame, "1"),
    ],
)
def test_good_frames_are_read_without_complaint(
    text: str | bytes, kind: type, message_id: str, *, strict: bool
) -> None:
    frame, violations = readable(text, strict=strict)
    assert isinstance(frame, kind)
    assert isinstance(frame, CallFrame | ResultFrame | ErrorFrame | ResultErrorFrame | SendFrame)
    assert (frame.id, violations) == (message_id, ())


@pytest.mark.parametrize(
    ("text", "violations", "message_id"),
    [
        ('[2,17,"Heartbeat",{}]', (Violation.NUMERIC_ID,), 17),
        ('[2,-0,"Heartbeat",{}]', (Violation.NUMERIC_ID,), 0),
        (f'[2,"{LONG}","Heartbeat",{{}}]', (Violation.LONG_ID,), LONG),
        (f"[3,{'9' * 40},{{}}]", (Violation.NUMERIC_ID, Violation.LONG_ID), int("9" * 40)),
        ('[2,"1","Heartbeat",{},{}]', (Violation.EXTRA_ELEMENTS,), "1"),
        ('[2,"1","Heartbeat",{},1,2,3]', (Violation.EXTRA_ELEMENTS,), "1"),
        ('[2,"1","Heartbeat"]', (Violation.PAYLOAD_ABSENT,), "1"),
        ('[3,"1"]', (Violation.PAYLOAD_ABSENT,), "1"),
        ('[4,"1"]', (Violation.ERROR_INCOMPLETE,), "1"),
        ('[4,"1","NotSupported"]', (Violation.ERROR_INCOMPLETE,), "1"),
        ('[4,"1","NotSupported",""]', (Violation.ERROR_INCOMPLETE,), "1"),
        ('[4,"1","NotSupported","",{},1]', (Violation.EXTRA_ELEMENTS,), "1"),
    ],
)  # fmt: skip
def test_deviations_are_tolerated_and_noted_unless_reading_is_strict(
    text: str, violations: tuple[Violation, ...], message_id: str | int
) -> None:
    frame, found = readable(text)
    assert isinstance(frame, CallFrame | ResultFrame | ErrorFrame)
    assert (frame.id, found) == (message_id, violations)
    assert isinstance(read(text, V21, strict=True)[0], Unreadable)


@pytest.mark.parametrize(
    ("text", "violation"),
    [
        ('\ufeff[2,"1","Heartbeat",{}]', Violation.PADDING),
        ('\ufeff \n[2,"1","Heartbeat",{}]\x0b', Violation.PADDING),
        ('\xa0[2,"1","Heartbeat",{}]', Violation.PADDING),
        ('[2,"1","Heartbeat",{}]\0', Violation.NUL),
        ('[2,"1","Heart\0beat",{}]', Violation.NUL),
        ('[2,"1","Heart\ud800beat",{}]', Violation.LONE_SURROGATE),
    ],
)
def test_what_is_no_json_is_mended_where_that_is_safe_unless_reading_is_strict(
    text: str, violation: Violation
) -> None:
    frame, violations = readable(text)
    assert isinstance(frame, CallFrame)
    assert (frame.action, violations) == ("Heartbeat", (violation,))
    assert isinstance(read(text, V21, strict=True)[0], Unreadable)


def test_a_byte_order_mark_in_bytes_is_one_in_text() -> None:
    _, violations = readable(b'\xef\xbb\xbf[2,"1","Heartbeat",{}]')
    assert violations == (Violation.PADDING,)


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize(
    ("text", "payload", "violations"),
    [
        ('[2,"1","A",{"t":"ab\\u0000c"}]', b'{"t":"abc"}', (Violation.NUL,)),
        ('[2,"1","A",{"t":"a\\ud800"}]', b'{"t":"a"}', (Violation.LONE_SURROGATE,)),
        (
            '[2,"1","A",{"t":"\\u0000\\udfff"}]',
            b'{"t":""}',
            (Violation.NUL, Violation.LONE_SURROGATE),
        ),
        ('[2,"1","A",{"t":"\\ud83d\\ude00\\\\u0000"}]', b'{"t":"\\ud83d\\ude00\\\\u0000"}', ()),
    ],
)
def test_characters_that_no_database_stores_are_taken_out_of_payloads(
    text: str, payload: bytes, violations: tuple[Violation, ...], *, strict: bool
) -> None:
    frame, found = readable(text, strict=strict)
    assert isinstance(frame, CallFrame)
    assert (bytes(frame.payload), found) == (payload, violations)


@pytest.mark.parametrize(
    ("text", "number", "message_id", "failure", "words"),
    [
        ("", None, None, Failure.FRAME, "the message is not well-formed JSON"),
        ("hello", None, None, Failure.FRAME, "the message is not well-formed JSON"),
        ("{}", None, None, Failure.FRAME, "the message is not an array"),
        ('"[2]"', None, None, Failure.FRAME, "the message is not an array"),
        ("[]", None, None, Failure.FRAME, "the message type is not an integer"),
        ('["2","1","A",{}]', None, None, Failure.FRAME, "the message type is not an integer"),
        ('[2.0,"1","A",{}]', None, None, Failure.FRAME, "the message type is not an integer"),
        ('[true,"1","A",{}]', None, None, Failure.FRAME, "the message type is not an integer"),
        ("[2]", 2, None, Failure.FRAME, "the message id cannot be read"),
        ('[2,null,"A",{}]', 2, None, Failure.FRAME, "the message id cannot be read"),
        ('[2,1.5,"A",{}]', 2, None, Failure.FRAME, "the message id cannot be read"),
        ('[2,{},"A",{}]', 2, None, Failure.FRAME, "the message id cannot be read"),
        ("[3,[],{}]", 3, None, Failure.FRAME, "the message id cannot be read"),
        ('[2,"%s","A",{}]' % ("x" * 256), 2, None, Failure.FRAME, "the message id cannot be read"),
        ('[2,%s,"A",{}]' % ("9" * 256), 2, None, Failure.FRAME, "the message id cannot be read"),
        ('[2,%s,"A",{}]' % ("9" * 9999), 2, None, Failure.FRAME, "the message id cannot be read"),
        ('[2,"1"]', 2, "1", Failure.FRAME, "the action cannot be read"),
        ('[2,7,{"a":1},{}]', 2, 7, Failure.FRAME, "the action cannot be read"),
        ('[6,"1",null,{}]', 6, "1", Failure.FRAME, "the action cannot be read"),
        ('[2,"1","A",{', 2, "1", Failure.MALFORMED, "the message is not well-formed JSON"),
        ('[2,"1","A",{"a":1,}]', 2, "1", Failure.MALFORMED, "the message is not well-formed JSON"),
        ('\ufeff [2 , 8 ,"A",{', 2, 8, Failure.MALFORMED, "the message is not well-formed JSON"),
        ('[2,"a\\"b","A",{', 2, 'a"b', Failure.MALFORMED, "the message is not well-formed JSON"),
        ('[2,"1', 2, None, Failure.FRAME, "the message is not well-formed JSON"),
        ('[2.5,"1","A",{', None, None, Failure.FRAME, "the message is not well-formed JSON"),
        ('[3,"1",{', 3, "1", Failure.MALFORMED, "the message is not well-formed JSON"),
        ('[2,"1","A"][2]', 2, "1", Failure.MALFORMED, "the message is not well-formed JSON"),
        (b'[2,"1","A",{"a":"\xff"}]', 2, "1", Failure.MALFORMED, "the message is not UTF-8"),
        (b'[2,"\xff","A",{}]', 2, None, Failure.FRAME, "the message is not UTF-8"),
        (b"\x80\x02", None, None, Failure.FRAME, "the message is not UTF-8"),
        (
            '[2,"1","A",%s]' % ("[" * 32 + "]" * 32),
            2,
            "1",
            Failure.MALFORMED,
            "the message is nested too deep",
        ),
        ("[" * 100_000, None, None, Failure.FRAME, "the message is nested too deep"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_what_could(
    text: str | bytes,
    number: int | None,
    message_id: str | int | None,
    failure: Failure,
    words: str,
) -> None:
    frame, _ = read(text, V21, strict=False)
    assert frame == Unreadable(number=number, id=message_id, failure=failure, description=words)


@pytest.mark.ocpp("J16 4.1.3")
@pytest.mark.ocpp("J21 4.4")
@pytest.mark.parametrize("version", Version)
@pytest.mark.parametrize(
    ("text", "number", "message_id"),
    [
        ('[7,"1","A",{}]', 7, "1"),
        ("[1]", 1, None),
        ("[-2,5]", -2, 5),
        ('[99999999999999999999,"1"]', 99999999999999999999, "1"),
    ],
)
def test_unknown_message_types_are_told_from_broken_frames(
    version: Version, text: str, number: int, message_id: str | int | None
) -> None:
    frame, _ = read(text, GRAMMARS[version], strict=False)
    assert frame == UnknownFrame(number=number, id=message_id)


@pytest.mark.ocpp("J21 4.2.4")
@pytest.mark.parametrize("version", [Version.V16, Version.V201])
@pytest.mark.parametrize("number", [5, 6])
def test_the_message_types_of_2_1_are_unknown_before(version: Version, number: int) -> None:
    frame, _ = read(f'[{number},"1","NotSupported","",{{}}]', GRAMMARS[version], strict=False)
    assert frame == UnknownFrame(number=number, id="1")


@pytest.mark.ocpp("J16 4.1.5")
@pytest.mark.ocpp("J21 4.1.5")
@pytest.mark.parametrize("text", ['[3,"1",null]', '[3,"1", null ]', '[3,"1"]', '[3,"1",{}]'])
def test_null_and_nothing_mean_the_empty_object(text: str) -> None:
    frame, _ = readable(text)
    assert isinstance(frame, ResultFrame)
    assert bytes(payload_of(frame)) == b"{}"


@pytest.mark.parametrize(
    ("rest", "code", "description", "details", "unknown"),
    [
        ('"NotSupported","no",{"a":1}', "NotSupported", "no", b'{"a":1}', False),
        ('"Bananas","no",{}', "Bananas", "no", b"{}", True),
        ('7,["no"],"why"', "", "", b'"why"', True),
        ("null,null,null", "", "", b"{}", True),
        (f'"NotSupported","{"x" * 300}",{{}}', "NotSupported", "x" * 255, b"{}", False),
    ],
)
def test_an_error_is_read_whatever_its_words_are(
    rest: str, code: str, description: str, details: bytes, *, unknown: bool
) -> None:
    frame, violations = readable(f'[4,"1",{rest}]')
    assert isinstance(frame, ErrorFrame)
    words = error_words(frame, violations)
    assert (words["wire_code"], words["description"]) == (code, description)
    assert bytes(words["details"]) == details
    assert (Violation.UNKNOWN_CODE in words["violations"]) is unknown


def test_a_payload_keeps_its_octets() -> None:
    signed = '{"signedMeterValue":"T0NNRnx7XCJGViI=","n":1.50}'
    frame, _ = readable(f'[2,"1","A",{signed}]')
    assert isinstance(frame, CallFrame)
    assert frame.payload == Raw(signed.encode())
