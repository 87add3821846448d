"""A station and a CSMS, both ours, against each other in any interleaving."""

import json
from collections import deque
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from typing_extensions import override

from laddnav.ocpp.action import Version
from laddnav.ocpp.calls import CallState, OutgoingCall
from laddnav.ocpp.connection import Connection
from laddnav.ocpp.errors import ErrorCode, RemoteProtocolError
from laddnav.ocpp.events import (
    CallReceived,
    ErrorReceived,
    Ignored,
    IgnoredReason,
    ResultErrorReceived,
    ResultReceived,
    SendReceived,
)
from laddnav.ocpp.frames import Violation
from tests import official
from tests.ocpp.ends import STREAM, connection, station
from tests.official import Overheard

TIMEOUT = 10.0
SIDES = st.sampled_from(["station", "csms"])


class End:
    """One end, what travels towards it, and what became of each of its calls."""

    def __init__(self, ocpp: Connection) -> None:
        self.ocpp = ocpp
        self.inbox: deque[str] = deque()
        self.owed: list[CallReceived] = []
        self.made: dict[OutgoingCall, str] = {}
        self.ended: list[OutgoingCall] = []
        self.refusable: list[OutgoingCall] = []
        self.sends = 0  # taken so far


class BothEnds(RuleBasedStateMachine):
    """DataTransfer goes both ways in every version; its data says whose answer an answer is."""

    version = Version.V16

    @initialize()
    def connect(self) -> None:
        self.now = 0.0
        self.ends = {
            "station": End(station(self.version, call_timeout=TIMEOUT, queue_limit=4)),
            "csms": End(connection(self.version, call_timeout=TIMEOUT, queue_limit=4)),
        }
        self.overheard = Overheard(self.version, vouches=True)
        self.said = 0
        self.sent = 0

    def other(self, side: str) -> End:
        return self.ends["csms" if side == "station" else "station"]

    def flush(self) -> None:
        for side, end in self.ends.items():
            for frame in end.ocpp.frames_to_send():
                self.other(side).inbox.append(frame)
                self.overheard.hear("out" if side == "station" else "in", frame)
        official.hold()

    @rule(side=SIDES, timeout=st.sampled_from([None, 3.0]))
    def call(self, side: str, timeout: float | None) -> None:
        end = self.ends[side]
        if len(end.made) - len(end.ended) <= 4:
            self.said += 1
            data = f"{side} {self.said}"
            payload = json.dumps({"vendorId": "test", "data": data}).encode()
            made = end.ocpp.call("DataTransfer", payload, now=self.now, timeout=timeout)
            end.made[made] = data
        self.flush()

    @precondition(lambda self: self.version is Version.V21)
    @rule()
    def send(self) -> None:
        self.ends["station"].ocpp.send("NotifyPeriodicEventStream", STREAM)
        self.sent += 1
        self.flush()

    @rule(side=SIDES)
    def deliver(self, side: str) -> None:
        end = self.ends[side]
        if end.inbox:
            self.take(side, end, end.ocpp.receive(end.inbox.popleft(), self.now))
        self.flush()

    def take(self, side: str, end: End, event: object) -> None:
        match event:
            case CallReceived(violations=violations):
                assert violations in {(), (Violation.PIPELINED,)}
                end.owed.append(event)
            case ResultReceived(call=call, payload=payload):
                assert json.loads(bytes(payload))["data"] == end.made[call]
                end.ended.append(call)
                end.refusable.append(call)
            case ErrorReceived(call=call, description=description):
                assert description == end.made[call]
                end.ended.append(call)
            case SendReceived():
                end.sends += 1
            case ResultErrorReceived(description=description):
                assert description.startswith(side)
            case Ignored(reason=IgnoredReason.LATE_ANSWER):
                pass
            case _:
                pytest.fail(f"{event} does not happen between two that keep to the rules")

    @rule(side=SIDES, pick=st.integers(min_value=0), well=st.booleans())
    def answer(self, side: str, pick: int, *, well: bool) -> None:
        end = self.ends[side]
        if end.owed:
            call = end.owed.pop(pick % len(end.owed))
            data: Any = json.loads(bytes(call.payload))["data"]
            if well:
                response = call.action.decode_response(
                    json.dumps({"status": "Accepted", "data": data})
                )
                end.ocpp.reply(call, response)
            else:
                end.ocpp.refuse(call, RemoteProtocolError(ErrorCode.INTERNAL_ERROR, data))
        self.flush()

    @rule(side=SIDES)
    def refuse_result(self, side: str) -> None:
        end = self.ends[side]
        if end.refusable:
            call = end.refusable.pop()
            words = "station" if side == "csms" else "csms"
            end.ocpp.refuse_result(
                call, RemoteProtocolError(ErrorCode.TYPE_CONSTRAINT_VIOLATION, words)
            )
        self.flush()

    @rule(seconds=st.sampled_from([0.5, 2.0, 3.0, TIMEOUT]), tick=st.booleans())
    def wait(self, seconds: float, *, tick: bool) -> None:
        self.now += seconds
        if tick:
            for end in self.ends.values():
                expired = end.ocpp.tick(self.now)
                assert all(call.state is CallState.EXPIRED for call in expired)
                end.ended.extend(expired)
                assert end.ocpp.deadline is None or end.ocpp.deadline > self.now
        self.flush()

    @invariant()
    def one_call_is_outstanding_at_most(self) -> None:
        for end in getattr(self, "ends", {}).values():
            states = [call.state for call in end.made]
            outstanding = states.count(CallState.OUTSTANDING)
            assert outstanding <= 1
            assert states.count(CallState.QUEUED) <= 4
            assert len(end.made) - len(end.ended) == outstanding + states.count(CallState.QUEUED)
            assert (end.ocpp.deadline is None) is (len(end.made) == len(end.ended))

    @override
    def teardown(self) -> None:
        ends = getattr(self, "ends", {})
        while any(end.inbox or end.owed for end in ends.values()):
            for side in ends:
                self.deliver(side)
                self.answer(side, 0, well=True)
        assert not ends or ends["csms"].sends == self.sent
        for end in ends.values():
            overdue = end.ocpp.close()
            assert all(call.deadline <= self.now for call in overdue)  # all others were answered
            end.ended.extend(overdue)
            assert len(end.ended) == len(set(end.ended))
            assert set(end.ended) == set(end.made)


@pytest.mark.ocpp("J16 4.1.1")
@pytest.mark.ocpp("J21 4.1.1")
@pytest.mark.parametrize("version", Version)
def test_no_call_is_lost_and_each_gets_its_own_answer(version: Version) -> None:
    machine = type(f"BothEnds{version.name}", (BothEnds,), {"version": version})
    run_state_machine_as_test(machine)
