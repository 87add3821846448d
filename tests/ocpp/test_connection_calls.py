"""What a connection makes of the calls of its peer."""

import json

import pytest

from laddnav.ocpp.action import Version
from laddnav.ocpp.errors import (
    ErrorCode,
    RemoteProtocolError,
)
from laddnav.ocpp.events import (
    CallReceived,
    Ignored,
    IgnoredReason,
    Malformed,
)
from laddnav.ocpp.frames import Violation
from laddnav.ocpp.v16 import core
from tests.ocpp.ends import (
    NOON,
    V16,
    V21,
    V201,
    connection,
    received_call,
    sent,
    station,
)


def test_a_call_is_told_and_its_reply_carries_its_id() -> None:
    csms = connection(V16)
    call = received_call(csms, '[2,"19223201","Heartbeat",{}]')
    assert (call.message_id, call.action.name, bytes(call.payload)) == (
        "19223201",
        "Heartbeat",
        b"{}",
    )
    csms.reply(call, core.HeartbeatResponse(current_time=NOON))
    assert csms.frames_to_send() == ['[3,"19223201",{"currentTime":"2024-05-01T12:00:00Z"}]']
    assert csms.frames_to_send() == []


@pytest.mark.parametrize("version", Version)
@pytest.mark.parametrize("raw_id", ["17", "-5", "9" * 40, '"\\u00e9\\"\\\\"', '""', '"x,y]"'])
def test_an_answer_carries_the_same_json_value_as_id(version: Version, raw_id: str) -> None:
    csms = connection(version)
    call = received_call(csms, f'[2,{raw_id},"Heartbeat",{{}}]')
    csms.refuse(call, RemoteProtocolError(ErrorCode.INTERNAL_ERROR))
    assert sent(csms) == [[4, json.loads(raw_id), "InternalError", "", {}]]


def test_calls_that_were_not_waited_for_are_all_answered() -> None:
    csms = connection(V16)
    first = received_call(csms, '[2,"1","Heartbeat",{}]')
    second = received_call(csms, '[2,"2","Heartbeat",{}]')
    assert (first.violations, second.violations) == ((), (Violation.PIPELINED,))
    csms.reply(second, core.HeartbeatResponse(current_time=NOON))
    csms.reply(first, core.HeartbeatResponse(current_time=NOON))
    assert [frame[1] for frame in sent(csms)] == ["2", "1"]


@pytest.mark.ocpp("J21 4.1.4")
def test_a_repeated_id_is_a_call_like_any_other() -> None:
    """MicroOcpp#50 and libocpp#298: ids are reused, restarted and regenerated."""
    csms = connection(V21)
    calls = [received_call(csms, '[2,"1","Heartbeat",{}]') for _ in range(3)]
    for call in calls:
        csms.refuse(call, RemoteProtocolError(ErrorCode.GENERIC_ERROR))
    assert [frame[1] for frame in sent(csms)] == ["1", "1", "1"]


NOT_UTF8 = b'[2,"1","Heartbeat",{"a":"\xff"}]'
DEEP = '[2,"1","Heartbeat",' + "[" * 40 + "]" * 40 + "]"


@pytest.mark.ocpp("J16 4.2.3")
@pytest.mark.ocpp("J21 4.2.3")
@pytest.mark.parametrize(
    ("text", "in_16", "in_2x"),
    [
        ('[2,"1","Bananas",{}]', ("1", "NotImplemented"), ("1", "NotImplemented")),
        ('[2,"1","heartbeat",{}]', ("1", "NotImplemented"), ("1", "NotImplemented")),
        ('[2,"1","",{}]', ("1", "NotImplemented"), ("1", "NotImplemented")),
        ('[2,"1","Reset",{}]', ("1", "NotSupported"), ("1", "NotSupported")),
        ('[2,"1"]', ("1", "FormationViolation"), ("1", "RpcFrameworkError")),
        ('[2,"1",{}]', ("1", "FormationViolation"), ("1", "RpcFrameworkError")),
        ("[2,8,{}]", (8, "FormationViolation"), (8, "RpcFrameworkError")),
        ('[2,"1","Heartbeat",{]', ("1", "FormationViolation"), ("1", "FormatViolation")),
        (NOT_UTF8, ("1", "FormationViolation"), ("1", "FormatViolation")),
        (DEEP, ("1", "FormationViolation"), ("1", "FormatViolation")),
        ("[2]", None, ("-1", "RpcFrameworkError")),
        ('[2,null,"Heartbeat",{}]', None, ("-1", "RpcFrameworkError")),
        ('[2,{"a":1},"Heartbeat",{}]', None, ("-1", "RpcFrameworkError")),
        ("{}", None, ("-1", "RpcFrameworkError")),
        ("[]", None, ("-1", "RpcFrameworkError")),
        ("", None, ("-1", "RpcFrameworkError")),
        ("hello", None, ("-1", "RpcFrameworkError")),
        (b"\xff\xfe", None, ("-1", "RpcFrameworkError")),
        ('["2","1","Heartbeat",{}]', None, ("-1", "RpcFrameworkError")),
        ("[" * 100_000, None, ("-1", "RpcFrameworkError")),
    ],
)
@pytest.mark.parametrize("version", Version)
@pytest.mark.parametrize("strict", [False, True])
def test_a_call_that_cannot_be_accepted_gets_the_error_of_its_version(
    version: Version,
    text: str | bytes,
    in_16: tuple[str, str] | None,
    in_2x: tuple[str, str] | None,
    *,
    strict: bool,
) -> None:
    csms = connection(version, strict=strict)
    event = csms.receive(text, 0.0)
    assert isinstance(event, Malformed)
    expected = in_16 if version is V16 else in_2x
    if strict and version is not V16 and expected is not None and isinstance(expected[0], int):
        expected = ("-1", expected[1])
    frames = sent(csms)
    assert [tuple(frame[:3]) for frame in frames] == ([] if expected is None else [(4, *expected)])
    assert event.answered is bool(frames)
    for frame in frames:
        assert frame[3:] == [event.error.description, {}]
        assert 0 < len(frame[3]) <= 255


@pytest.mark.ocpp("J21 4.1.3")
@pytest.mark.parametrize(
    ("text", "in_16", "in_2x"),
    [
        ('[2,17,"Heartbeat",{}]', (17, "FormationViolation"), ("-1", "RpcFrameworkError")),
        (
            f'[2,"{"x" * 37}","Heartbeat",{{}}]',
            ("x" * 37, "FormationViolation"),
            ("-1", "RpcFrameworkError"),
        ),
        (
            '[2,"1","Heartbeat",{},{}]',
            ("1", "FormationViolation"),
            ("1", "RpcFrameworkError"),
        ),
        ('[2,"1","Heartbeat"]', ("1", "ProtocolError"), ("1", "ProtocolError")),
        (
            '\ufeff[2,"1","Heartbeat",{}]',
            ("1", "FormationViolation"),
            ("1", "FormatViolation"),
        ),
    ],
)
@pytest.mark.parametrize("version", Version)
def test_a_deviation_is_tolerated_and_noted_or_refused_when_strict(
    version: Version, text: str, in_16: tuple[object, str], in_2x: tuple[object, str]
) -> None:
    assert received_call(connection(version), text).violations
    csms = connection(version, strict=True)
    assert isinstance(csms.receive(text, 0.0), Malformed)
    assert [tuple(frame[1:3]) for frame in sent(csms)] == [in_16 if version is V16 else in_2x]


@pytest.mark.parametrize("strict", [False, True])
def test_nul_is_removed_and_noted_so_that_no_transaction_is_lost(*, strict: bool) -> None:
    """evcc#3685: Wallbe."""
    text = '[2,"1","Authorize",{"idTag":"AB\\u0000\\u0000"}]'
    call = received_call(connection(V16, strict=strict), text)
    assert call.violations == (Violation.NUL,)
    assert call.action.decode_request(call.payload) == core.AuthorizeRequest(id_tag="AB")


def test_a_station_is_told_when_it_is_called_for_what_it_should_call() -> None:
    end = station(V16)
    assert isinstance(end.receive('[2,"1","Heartbeat",{}]', 0.0), Malformed)
    assert isinstance(end.receive('[2,"2","Reset",{"type":"Hard"}]', 0.0), CallReceived)
    assert isinstance(end.receive('[2,"3","DataTransfer",{"vendorId":"x"}]', 0.0), CallReceived)
    assert [frame[:3] for frame in sent(end)] == [[4, "1", "NotSupported"]]


@pytest.mark.ocpp("J16 4.1.3")
@pytest.mark.ocpp("J201 4.4")
@pytest.mark.ocpp("J21 4.4")
@pytest.mark.parametrize("version", Version)
@pytest.mark.parametrize("strict", [False, True])
def test_unknown_message_types_are_ignored_but_for_a_strict_2_0_1(
    version: Version, *, strict: bool
) -> None:
    """The errata of 2.0.1 deprecate the answer: citrineos-core#968, ocpp-rpc#96."""
    csms = connection(version, strict=strict)
    events = [csms.receive(text, 0.0) for text in ('[7,"1","x",{}]', '[8,{},"x"]', "[0,9]")]
    if version is V201 and strict:
        assert all(isinstance(event, Malformed) for event in events)
        assert [tuple(frame[1:3]) for frame in sent(csms)] == [
            ("1", "MessageTypeNotSupported"),
            ("-1", "MessageTypeNotSupported"),
            ("-1", "MessageTypeNotSupported"),
        ]
    else:
        assert [event.reason for event in events if isinstance(event, Ignored)] == [
            IgnoredReason.UNKNOWN_MESSAGE_TYPE
        ] * 3
        assert sent(csms) == []
