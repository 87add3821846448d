"""What a connection makes of answers, of reports without answer, and of time."""

import json

import pytest

from laddnav.ocpp import v16
from laddnav.ocpp.action import Version
from laddnav.ocpp.calls import MOVES, CallState
from laddnav.ocpp.connection import Connection
from laddnav.ocpp.errors import (
    CallQueueFullError,
    ErrorCode,
    LocalProtocolError,
    RemoteProtocolError,
)
from laddnav.ocpp.events import (
    ErrorReceived,
    Ignored,
    IgnoredReason,
    Malformed,
    ResultErrorReceived,
    ResultReceived,
    SendReceived,
)
from laddnav.ocpp.frames import Violation
from laddnav.ocpp.v16 import core
from laddnav.ocpp.v21 import diagnostics
from tests.ocpp.ends import (
    NOON,
    RESET,
    STREAM,
    V16,
    V21,
    call_reset,
    connection,
    received_call,
    sent,
    station,
)


@pytest.mark.parametrize("version", Version)
def test_a_result_ends_our_call(version: Version) -> None:
    csms = connection(version)
    call = call_reset(csms)
    assert sent(csms) == [[2, "m1", "Reset", json.loads(RESET[version])]]
    event = csms.receive('[3,"m1",{"status":"Accepted"}]', 1.0)
    assert isinstance(event, ResultReceived)
    assert (event.call, bytes(event.payload)) == (call, b'{"status":"Accepted"}')
    assert (call.state, csms.deadline, sent(csms)) == (CallState.ANSWERED, None, [])


def test_an_error_ends_our_call_whatever_its_spelling() -> None:
    csms = connection(V16)
    call = call_reset(csms)
    event = csms.receive('[4,"m1","FormatViolation","no","why"]', 1.0)
    assert isinstance(event, ErrorReceived)
    assert (event.call, event.code, event.wire_code) == (
        call,
        ErrorCode.FORMAT_VIOLATION,
        "FormatViolation",
    )
    assert (event.description, bytes(event.details)) == ("no", b'"why"')


def test_an_error_of_three_elements_ends_our_call() -> None:
    csms = connection(V16)
    call_reset(csms)
    event = csms.receive('[4,"m1","Bananas"]', 1.0)
    assert isinstance(event, ErrorReceived)
    assert (event.code, event.wire_code) == (ErrorCode.GENERIC_ERROR, "Bananas")
    assert event.violations == (Violation.ERROR_INCOMPLETE, Violation.UNKNOWN_CODE)


@pytest.mark.parametrize(
    "text",
    [
        '[3,"51",{}]',
        '[4,"5m1","NotSupported","",{}]',
        '[4,"-1","RpcFrameworkError","",{}]',
        '[3,"",{}]',
        "[3,1,{}]",
    ],
)
def test_an_answer_to_nothing_is_ignored_and_our_call_goes_on(text: str) -> None:
    """mobilityhouse#230: the first character of the id is altered; MicroOcpp#22."""
    csms = connection(V16)
    call = call_reset(csms)
    event = csms.receive(text, 1.0)
    assert isinstance(event, Ignored)
    assert event.reason is IgnoredReason.UNMATCHED_ANSWER
    assert call.state is CallState.OUTSTANDING


def test_an_id_that_came_back_as_a_number_still_matches() -> None:
    csms = Connection(actions=v16.ACTIONS, version=V16, new_message_id=lambda: "4711")
    call_reset(csms)
    event = csms.receive("[3,4711,{}]", 1.0)
    assert isinstance(event, ResultReceived)
    assert event.violations == (Violation.NUMERIC_ID,)


@pytest.mark.ocpp("J21 4.2.3")
@pytest.mark.parametrize("version", Version)
@pytest.mark.parametrize("text", ['[3,"m1",{"status":', '[3,"m1",{]', '[4,"m1",{]'])
def test_a_broken_answer_fails_our_call_and_is_refused_in_2_1_alone(
    version: Version, text: str
) -> None:
    """Java-OCA-OCPP#406, libocpp#995: never a CALLERROR to an answer; lbbrhzn#442: truncated."""
    csms = connection(version)
    call = call_reset(csms)
    sent(csms)
    event = csms.receive(text, 1.0)
    assert isinstance(event, Malformed)
    assert (event.call, call.state) == (call, CallState.FAILED)
    is_refused = version is V21 and text.startswith("[3")
    assert [frame[:3] for frame in sent(csms)] == [[5, "m1", "FormatViolation"]] * is_refused
    assert event.answered is is_refused


@pytest.mark.parametrize("version", Version)
@pytest.mark.parametrize("text", ['[3,"m2",{]', "[3,{},{}]", "[3]", "[4]", '[4,"x",{]', "[3"])
def test_a_broken_answer_to_nothing_is_never_answered(version: Version, text: str) -> None:
    csms = connection(version)
    call = call_reset(csms)
    sent(csms)
    event = csms.receive(text, 1.0)
    assert isinstance(event, Malformed)
    assert (event.answered, event.call, sent(csms)) == (False, None, [])
    assert call.state is CallState.OUTSTANDING


@pytest.mark.ocpp("J21 FR.06")
@pytest.mark.parametrize("version", Version)
def test_a_result_that_does_not_fit_is_refused_in_2_1_alone(version: Version) -> None:
    csms = connection(version)
    call = call_reset(csms)
    csms.receive('[3,"m1",{"status":7}]', 1.0)
    sent(csms)
    csms.refuse_result(call, RemoteProtocolError(ErrorCode.TYPE_CONSTRAINT_VIOLATION, "no"))
    expected = [[5, "m1", "TypeConstraintViolation", "no", {}]] if version is V21 else []
    assert sent(csms) == expected
    with pytest.raises(LocalProtocolError):
        csms.refuse_result(call, RemoteProtocolError(ErrorCode.GENERIC_ERROR))


@pytest.mark.ocpp("J21 4.2.3")
def test_a_refused_result_of_ours_is_told_in_2_1() -> None:
    event = connection(V21).receive('[5,"9","FormatViolation","no",{"a":1}]', 0.0)
    assert isinstance(event, ResultErrorReceived)
    assert (event.message_id, event.code, event.description) == (
        "9",
        ErrorCode.FORMAT_VIOLATION,
        "no",
    )


@pytest.mark.ocpp("J21 4.2.4")
@pytest.mark.ocpp("N15.FR.02")
def test_a_send_is_told_and_nothing_answers_it() -> None:
    csms = connection(V21)
    event = csms.receive(f'[6,"1","NotifyPeriodicEventStream",{STREAM.decode()}]', 0.0)
    assert isinstance(event, SendReceived)
    request = event.action.decode_request(event.payload)
    assert isinstance(request, diagnostics.NotifyPeriodicEventStreamRequest)
    assert sent(csms) == []


@pytest.mark.ocpp("J21 4.2.4")
@pytest.mark.parametrize(
    "text", ['[6,"1","Heartbeat",{}]', '[6,"1","Bananas",{}]', '[6,"1","Reset",{}]']
)
def test_a_send_of_what_is_called_is_ignored(text: str) -> None:
    csms = connection(V21)
    event = csms.receive(text, 0.0)
    assert isinstance(event, Ignored)
    assert event.reason is IgnoredReason.NOT_SENDABLE
    assert sent(csms) == []


@pytest.mark.ocpp("J21 4.2.4")
@pytest.mark.parametrize("text", ['[6,"1",{]', "[6]", '[6,{},"x"]', '[5,"1",{]', "[5]"])
def test_a_broken_send_or_result_error_is_never_answered(text: str) -> None:
    csms = connection(V21)
    event = csms.receive(text, 0.0)
    assert isinstance(event, Malformed)
    assert (event.answered, sent(csms)) == (False, [])


@pytest.mark.parametrize("text", ['[6,"m1",{]', '[6,"m1"]', '[5,"m1",{]', '[7,"m1",{]'])
def test_what_is_no_answer_leaves_our_call_alone_whatever_its_id(text: str) -> None:
    csms = connection(V21)
    call = call_reset(csms)
    csms.receive(text, 1.0)
    assert call.state is CallState.OUTSTANDING


def test_a_call_of_what_is_sent_is_not_supported() -> None:
    csms = connection(V21)
    csms.receive(f'[2,"1","NotifyPeriodicEventStream",{STREAM.decode()}]', 0.0)
    assert [frame[:3] for frame in sent(csms)] == [[4, "1", "NotSupported"]]


@pytest.mark.ocpp("J21 4.1.1")
def test_a_send_goes_out_while_a_call_is_outstanding() -> None:
    end = station(V21)
    end.call("Heartbeat", b"{}", now=0.0)
    end.send("NotifyPeriodicEventStream", STREAM)
    assert [frame[:3] for frame in sent(end)] == [
        [2, "m1", "Heartbeat"],
        [6, "m2", "NotifyPeriodicEventStream"],
    ]


@pytest.mark.ocpp("J16 4.1.1")
@pytest.mark.ocpp("J21 4.1.1")
def test_one_call_is_outstanding_and_the_others_follow_in_order() -> None:
    csms = connection(V16)
    for _ in range(3):
        call_reset(csms)
    ids = []
    while frames := sent(csms):
        assert len(frames) == 1
        ids.append(frames[0][1])
        csms.receive(f'[3,"{ids[-1]}",{{"status":"Accepted"}}]', 1.0)
    assert ids == ["m1", "m2", "m3"]


def test_calls_of_the_peer_are_taken_while_ours_wait() -> None:
    csms = connection(V16)
    call_reset(csms)
    call = received_call(csms, '[2,"1","Heartbeat",{}]')
    csms.reply(call, core.HeartbeatResponse(current_time=NOON))
    assert [frame[0] for frame in sent(csms)] == [2, 3]


def test_a_full_queue_takes_no_more() -> None:
    csms = connection(V16, queue_limit=2)
    calls = [call_reset(csms) for _ in range(3)]
    with pytest.raises(CallQueueFullError):
        call_reset(csms)
    csms.receive('[3,"m1",{"status":"Accepted"}]', 1.0)
    calls.append(call_reset(csms))
    assert [call.message_id for call in calls] == ["m1", "m2", "m3", "m4"]


def test_a_call_that_is_not_answered_in_time_is_given_up_and_the_next_goes_out() -> None:
    csms = connection(V16, call_timeout=30.0)
    first, second = call_reset(csms, 100.0), call_reset(csms, 120.0)
    sent(csms)
    assert csms.deadline == 130.0
    assert csms.tick(129.9) == []
    assert csms.tick(130.0) == [first]
    assert first.state is CallState.EXPIRED
    assert [frame[1] for frame in sent(csms)] == ["m2"]
    assert csms.deadline == 160.0
    assert csms.tick(160.0) == [second]
    assert csms.deadline is None


def test_a_late_answer_is_ignored_as_late() -> None:
    csms = connection(V16)
    call = call_reset(csms, 0.0)
    csms.tick(30.0)
    for text in ('[3,"m1",{}]', '[4,"m1","GenericError","",{}]'):
        event = csms.receive(text, 31.0)
        assert isinstance(event, Ignored)
        assert event.reason is IgnoredReason.LATE_ANSWER
    assert call.state is CallState.EXPIRED


def test_a_late_answer_does_not_end_the_next_call() -> None:
    csms = connection(V16)
    call_reset(csms, 0.0)
    second = call_reset(csms, 10.0)
    csms.tick(30.0)
    csms.receive('[3,"m1",{}]', 31.0)
    assert second.state is CallState.OUTSTANDING


@pytest.mark.parametrize("answered_before_tick", [False, True])
def test_a_command_that_waited_too_long_is_never_sent(*, answered_before_tick: bool) -> None:
    csms = connection(V16)
    call_reset(csms, 0.0)
    stale = call_reset(csms, 0.0, timeout=5.0)
    fresh = call_reset(csms, 0.0)
    sent(csms)
    if answered_before_tick:
        csms.receive('[3,"m1",{}]', 6.0)
        assert csms.tick(6.0) == [stale]
    else:
        assert csms.deadline == 5.0
        assert csms.tick(5.0) == [stale]
        csms.receive('[3,"m1",{}]', 6.0)
    assert stale.state is CallState.EXPIRED
    assert fresh.state is CallState.OUTSTANDING
    assert [frame[1] for frame in sent(csms)] == ["m3"]


def test_closing_gives_back_every_call_that_will_not_be_answered() -> None:
    csms = connection(V16)
    calls = [call_reset(csms) for _ in range(3)]
    owed = received_call(csms, '[2,"1","Heartbeat",{}]')
    assert csms.close() == calls
    assert {call.state for call in calls} == {CallState.ABANDONED}
    csms.reply(owed, core.HeartbeatResponse(current_time=NOON))
    csms.refuse(owed, RemoteProtocolError(ErrorCode.INTERNAL_ERROR))
    csms.refuse_result(calls[0], RemoteProtocolError(ErrorCode.GENERIC_ERROR))
    event = csms.receive('[2,"2","Heartbeat",{}]', 1.0)
    assert isinstance(event, Ignored)
    assert event.reason is IgnoredReason.CLOSED
    assert (csms.frames_to_send(), csms.deadline, csms.tick(99.0), csms.close()) == (
        [],
        None,
        [],
        [],
    )


def test_every_state_of_a_call_has_its_row() -> None:
    assert set(MOVES) == set(CallState)
