"""Both ends of a connection as the tests make them, and real words for them to say."""

import json
from datetime import UTC, datetime
from itertools import count
from typing import Any

from laddnav.ocpp.action import Direction, Version
from laddnav.ocpp.calls import OutgoingCall
from laddnav.ocpp.connection import Connection
from laddnav.ocpp.events import CallReceived
from tests.official import ACTIONS

V16, V201, V21 = Version
NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
RESET = {V16: b'{"type":"Soft"}', V201: b'{"type":"Immediate"}', V21: b'{"type":"Immediate"}'}
STREAM = b'{"id":1,"pending":0,"basetime":"2024-05-01T12:00:00Z","data":[{"t":0,"v":"230.4"}]}'


def connection(version: Version, **settings: Any) -> Connection:  # passed on as they are
    """A connection whose message ids are m1, m2, ..."""
    numbers = count(1)
    return Connection(
        actions=ACTIONS[version],
        version=version,
        new_message_id=lambda: f"m{next(numbers)}",
        **settings,
    )


def station(version: Version, **settings: Any) -> Connection:  # passed on as they are
    return connection(version, inbound=Direction.CSMS_TO_STATION, **settings)


def received_call(csms: Connection, text: str) -> CallReceived:
    event = csms.receive(text, 0.0)
    assert isinstance(event, CallReceived)
    return event


def call_reset(csms: Connection, now: float = 0.0, timeout: float | None = None) -> OutgoingCall:
    return csms.call("Reset", RESET[csms.version], now=now, timeout=timeout)


def sent(end: Connection) -> list[Any]:
    return [json.loads(frame) for frame in end.frames_to_send()]
