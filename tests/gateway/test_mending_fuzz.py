"""Whatever is sent is read or refused: nothing else, and in bounded time."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laddnav.gateway.mending.instants import is_usable, read_instant
from laddnav.gateway.mending.letter import misfit
from laddnav.gateway.mending.mends import MOST_NOTES, MendKind
from laddnav.gateway.mending.reading import Leniency, Read, read_request
from laddnav.gateway.mending.structure import message_shape
from laddnav.ocpp import v16, v21, v201
from laddnav.ocpp.action import Action, Version
from laddnav.ocpp.errors import RemoteProtocolError

NOW = "2026-11-20T12:00:00Z"
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ACTIONS = [
    (version, action)
    for version, actions in (
        (Version.V16, v16.ACTIONS),
        (Version.V201, v201.ACTIONS),
        (Version.V21, v21.ACTIONS),
    )
    for action in actions.values()
]


LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=60)
    | st.sampled_from([NOW, "2026-11-20T12:00:00+02", "1E+1000000", "NaN", "", 2**63, -1, 10**30])
)
TREES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


@st.composite
def payloads(draw: st.DrawFn, action: Action) -> object:
    """Draw a payload of the action that is valid but for a few places."""
    tree: object = message_shape(action.request).stand_in()
    for _ in range(draw(st.integers(0, 6))):
        tree = _altered(draw, tree, _names(action.request))
    return tree


def _names(kind: Any) -> list[str]:
    return list(kind.__struct_encode_fields__) or ["x"]


def _altered(draw: st.DrawFn, tree: object, names: list[str]) -> object:
    """Change one place of a tree."""
    if isinstance(tree, dict) and tree and draw(st.booleans()):
        name = draw(st.sampled_from(sorted(tree)))
        return {**tree, name: _altered(draw, tree[name], names)}
    if isinstance(tree, list) and tree and draw(st.booleans()):
        place = draw(st.integers(0, len(tree) - 1))
        return [*tree[:place], _altered(draw, tree[place], names), *tree[place + 1 :]]
    if isinstance(tree, dict) and draw(st.booleans()):
        name = draw(st.sampled_from(names))
        if draw(st.booleans()):
            return {key: value for key, value in tree.items() if key != name}
        return {**tree, name: draw(TREES)}
    return draw(TREES)


def outcome(version: Version, action: Action, raw: bytes, leniency: Leniency) -> Read | None:
    """Return what was read, None where it was refused; anything else is a fault."""
    try:
        return read_request(version, action, raw, leniency)
    except RemoteProtocolError:
        return None


@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_any_payload_of_any_action_is_read_or_refused(data: st.DataObject) -> None:
    version, action = data.draw(st.sampled_from(ACTIONS), label="action")
    payload = data.draw(payloads(action) | TREES, label="payload")
    leniency = data.draw(st.sampled_from(Leniency), label="leniency")
    raw = json.dumps(payload, default=str).encode("utf-8", "replace")
    done = outcome(version, action, raw, leniency)
    if done is not None:
        assert isinstance(done.payload, action.request)
        fits = outcome(version, action, raw, Leniency.STRICT) is not None
        # What fits is not touched, but for times that nobody can reckon with. Decoding itself
        # lets pass what strict mode refuses by the letter.
        passes = not done.mends and misfit(version, done.payload, raw) is not None
        assert fits or passes or 0 < len(done.mends) <= MOST_NOTES
        assert not fits or {mend.kind for mend in done.mends} <= {MendKind.NO_TIME}


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200), st.sampled_from(ACTIONS), st.sampled_from(Leniency))
def test_any_bytes_are_read_or_refused(
    raw: bytes, which: tuple[Version, Action], leniency: Leniency
) -> None:
    done = outcome(*which, raw, leniency)
    assert done is None or isinstance(done.payload, which[1].request)


@pytest.mark.parametrize(
    "raw",
    [
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"connectorId":' + b"[" * 900 + b"]" * 900 + b"}",
        b'{"connectorId":"' + b"9" * 1_000_000 + b'"}',
        b'{"connectorId":' + b"9" * 1_000_000 + b"}",
        b'{"idTag":"' + b"x" * 1_000_000 + b'"}',
        b'{"connectorId":1e' + b"9" * 1_000_000 + b"}",
    ],
)
def test_monstrous_payloads_are_read_or_refused(raw: bytes) -> None:
    for leniency in Leniency:
        done = outcome(Version.V16, v16.ACTIONS["StartTransaction"], raw, leniency)
        assert done is None or done.mends


@given(st.text(max_size=40) | st.datetimes().map(str) | st.datetimes().map(datetime.isoformat))
def test_any_text_is_a_usable_time_or_none(given: str) -> None:
    instant = read_instant(given)
    assert instant is None or (instant.tzinfo is not None and is_usable(instant))


@given(
    st.datetimes(
        min_value=datetime(1971, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
        max_value=datetime(2099, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
        timezones=st.integers(-23, 23).map(lambda hours: timezone(timedelta(hours=hours))),
    )
)
def test_a_time_that_is_well_formed_means_itself(instant: datetime) -> None:
    assert read_instant(instant.isoformat()) == instant
