"""Any bytes give an event and never an exception, and afterwards a good call is still answered."""

import json
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laddnav.ocpp.action import Version
from laddnav.ocpp.connection import Connection
from laddnav.ocpp.errors import ErrorCode, RemoteProtocolError, from_decode_failure, wire_code
from laddnav.ocpp.events import CallReceived, Event, ResultReceived
from tests.ocpp.ends import call_reset, connection, sent

EVENTS = get_args(Event)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
)
JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=10,
)
NUMBERS = st.integers(min_value=-1, max_value=8) | SCALARS
IDS = st.sampled_from(["m1", "1", "", "x" * 36, "x" * 37, "x" * 300, 1, -(10**40), 1.5]) | SCALARS
WORDS = st.sampled_from(
    ["Heartbeat", "Authorize", "Reset", "NotifyPeriodicEventStream", "NotSupported"]
)
FRAMES = st.builds(
    lambda number, message_id, rest: [number, message_id, *rest],
    NUMBERS,
    IDS,
    st.lists(WORDS | JSON, max_size=5),
)
TEXTS = FRAMES.map(json.dumps) | FRAMES.map(lambda frame: json.dumps(frame, ensure_ascii=False))
JUNK = st.sampled_from(
    ["\0", "\ufeff", "\\u0000", "\\ud800", "\\", '"', "[", "]", "{", ",", "\udfff", "[" * 40]
)


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """A frame from which something is cut and into which junk is put."""
    text = draw(TEXTS)
    start, end = sorted(draw(st.tuples(*[st.integers(0, len(text))] * 2)))
    at = draw(st.integers(0, len(text)))
    junk = draw(JUNK)
    return draw(
        st.sampled_from([text[:start] + text[end:], text[:at] + junk + text[at:], text[:end]])
    )


ANYTHING = (
    st.binary(max_size=60)
    | st.text(alphabet=st.characters(codec=None), max_size=60)
    | JSON.map(json.dumps)
    | TEXTS
    | damaged()
    | damaged().map(lambda text: text.encode("utf-8", "surrogatepass"))
)  # fmt: skip


def exchange(csms: Connection, text: str | bytes) -> None:
    """Receive something, and do with the event what a gateway does."""
    event = csms.receive(text, 1.0)
    assert isinstance(event, EVENTS)
    if isinstance(event, CallReceived):
        try:
            event.action.decode_request(event.payload)
        except ValueError as exc:
            csms.refuse(event, from_decode_failure(csms.version, exc))
        else:
            csms.refuse(event, RemoteProtocolError(ErrorCode.SECURITY_ERROR))
    if isinstance(event, ResultReceived):
        try:
            event.call.action.decode_response(event.payload)
        except ValueError as exc:
            csms.refuse_result(event.call, from_decode_failure(csms.version, exc))


def check_is_valid(version: Version, frame: Any) -> None:  # decoded JSON
    """What is sent is what the version's specification defines."""
    assert frame[0] in {2, 4, 5} if version is Version.V21 else frame[0] in {2, 4}
    if frame[0] in {4, 5}:
        _, message_id, code, description, details = frame
        assert code in {wire_code(version, code) for code in ErrorCode}
        assert len(str(message_id)) <= 255
        assert len(description) <= 255
        assert details == {}


@pytest.mark.parametrize("strict", [False, True], ids=["tolerant", "strict"])
@pytest.mark.parametrize("version", Version)
@given(garbage=st.lists(ANYTHING, min_size=1, max_size=4), called=st.booleans())
def test_after_any_garbage_a_good_call_is_answered(
    version: Version, garbage: list[str | bytes], *, strict: bool, called: bool
) -> None:
    csms = connection(version, strict=strict)
    if called:
        call_reset(csms)
    for text in garbage:
        exchange(csms, text)
    for frame in sent(csms):
        check_is_valid(version, frame)
    exchange(csms, '[2,"good","Heartbeat",{}]')
    assert sent(csms) == [[4, "good", "SecurityError", "", {}]]
    csms.tick(31.0)
    assert csms.deadline is None


@given(garbage=ANYTHING, version=st.sampled_from(Version))
def test_garbage_from_one_end_makes_no_echo_between_two(
    garbage: str | bytes, version: Version
) -> None:
    """A refusal of a refusal would go to and fro for ever."""
    one, two = connection(version), connection(version)
    exchange(one, garbage)
    for frame in one.frames_to_send():
        two.receive(frame, 1.0)
    assert two.frames_to_send() == []
