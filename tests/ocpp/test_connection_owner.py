"""What a connection refuses to do for its owner."""

import msgspec
import pytest

from laddnav.ocpp import v16
from laddnav.ocpp.action import Action
from laddnav.ocpp.connection import Connection
from laddnav.ocpp.errors import (
    ErrorCode,
    LocalProtocolError,
    RemoteProtocolError,
)
from laddnav.ocpp.events import (
    CallReceived,
    Event,
)
from laddnav.ocpp.v16 import core
from tests.ocpp.ends import (
    NOON,
    STREAM,
    V16,
    V21,
    call_reset,
    connection,
    received_call,
    sent,
    station,
)


def test_a_call_is_answered_once() -> None:
    csms = connection(V16)
    call = received_call(csms, '[2,"1","Heartbeat",{}]')
    csms.refuse(call, RemoteProtocolError(ErrorCode.INTERNAL_ERROR))
    with pytest.raises(LocalProtocolError):
        csms.reply(call, core.HeartbeatResponse(current_time=NOON))
    with pytest.raises(LocalProtocolError):
        csms.refuse(call, RemoteProtocolError(ErrorCode.INTERNAL_ERROR))
    assert len(sent(csms)) == 1


def test_a_call_of_another_connection_is_not_answered() -> None:
    call = received_call(connection(V16), '[2,"1","Heartbeat",{}]')
    with pytest.raises(LocalProtocolError):
        connection(V16).reply(call, core.HeartbeatResponse(current_time=NOON))


@pytest.mark.parametrize(
    "response",
    [
        core.AuthorizeRequest(id_tag="A"),
        core.HeartbeatResponse(current_time=NOON.replace(tzinfo=None)),
    ],
    ids=["another type", "a time without zone"],
)
def test_a_wrong_response_is_not_sent_and_the_call_can_still_be_refused(
    response: msgspec.Struct,
) -> None:
    csms = connection(V16)
    call = received_call(csms, '[2,"1","Heartbeat",{}]')
    with pytest.raises(LocalProtocolError):
        csms.reply(call, response)
    assert sent(csms) == []
    csms.refuse(call, RemoteProtocolError(ErrorCode.INTERNAL_ERROR))
    assert [frame[0] for frame in sent(csms)] == [4]


def test_details_that_are_no_json_are_not_sent() -> None:
    csms = connection(V16)
    call = received_call(csms, '[2,"1","Heartbeat",{}]')
    with pytest.raises(LocalProtocolError):
        csms.refuse(call, RemoteProtocolError(ErrorCode.INTERNAL_ERROR, details={"a": object()}))
    csms.refuse(call, RemoteProtocolError(ErrorCode.INTERNAL_ERROR, details={"a": [1]}))
    assert sent(csms) == [[4, "1", "InternalError", "", {"a": [1]}]]


@pytest.mark.parametrize(
    ("action", "payload"),
    [
        ("Bananas", b"{}"),
        ("Heartbeat", b"{}"),
        ("Reset", b'{"type":"Gently"}'),
        ("Reset", b"{"),
        ("Reset", b'{"type":"\xff"}'),
        ("Reset", b"[" * 100_000),
        ("Reset", core.HeartbeatRequest()),
    ],
)
def test_what_the_peer_does_not_take_is_not_called(
    action: str, payload: bytes | msgspec.Struct
) -> None:
    csms = connection(V16)
    with pytest.raises(LocalProtocolError):
        csms.call(action, payload, now=0.0)
    assert (sent(csms), csms.deadline) == ([], None)


def test_a_call_can_be_given_as_a_struct() -> None:
    csms = connection(V16)
    csms.call("Reset", core.ResetRequest(type="Hard"), now=0.0)
    assert sent(csms) == [[2, "m1", "Reset", {"type": "Hard"}]]


def test_calls_and_sends_are_not_mixed_up() -> None:
    end = station(V21)
    with pytest.raises(LocalProtocolError):
        end.call("NotifyPeriodicEventStream", STREAM, now=0.0)
    with pytest.raises(LocalProtocolError):
        end.send("Heartbeat", b"{}")
    with pytest.raises(LocalProtocolError):
        connection(V21).send("NotifyPeriodicEventStream", STREAM)
    assert sent(end) == []


def test_nothing_is_asked_after_close() -> None:
    end = station(V21)
    end.close()
    with pytest.raises(LocalProtocolError):
        end.call("Heartbeat", b"{}", now=0.0)
    with pytest.raises(LocalProtocolError):
        end.send("NotifyPeriodicEventStream", STREAM)


@pytest.mark.parametrize("bad_id", ["", "x" * 37])
def test_our_own_ids_have_1_to_36_characters(bad_id: str) -> None:
    csms = Connection(actions=v16.ACTIONS, version=V16, new_message_id=lambda: bad_id)
    with pytest.raises(LocalProtocolError):
        call_reset(csms)


def test_the_events_can_be_told_apart_by_a_match() -> None:
    event: Event = connection(V16).receive('[2,"1","Heartbeat",{}]', 0.0)
    match event:
        case CallReceived(message_id=message_id, action=Action(name=name)):
            assert (message_id, name) == ("1", "Heartbeat")
        case _:
            pytest.fail("a call is a CallReceived")
