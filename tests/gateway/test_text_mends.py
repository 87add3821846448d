"""Messages that are not quite JSON."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laddnav.gateway.mending.text_mends import breaks_off, mended_text, result_payload


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ('[2,"1","MeterValues",{"a":[,{"b":1}]}]', [2, "1", "MeterValues", {"a": [{"b": 1}]}]),
        ('[2,"1","X",{"a":[1,],}]', [2, "1", "X", {"a": [1]}]),
        ('[2,"1","X",{"a":[,"[,x,]"]}]', [2, "1", "X", {"a": ["[,x,]"]}]),
        ('[3,"1",{"k":[{"a":1},{"b":2', [3, "1", {"k": [{"a": 1}]}]),
        ('[3,"1",{"k":[{"a":"}]"},{"b', [3, "1", {"k": [{"a": "}]"}]}]),
    ],
)
def test_commas_and_missing_ends_are_forgiven(given: str, meant: object) -> None:
    mended = mended_text(given)
    assert mended is not None
    assert json.loads(mended) == meant


@pytest.mark.parametrize(
    "given",
    ["", "nonsense", '[2,"1","X",{"a":1', '[3,"1",{"k', '[2,"1","X",{"a":[1]}]', "x" * 100_000],
)
def test_what_cannot_be_mended_is_left(given: str) -> None:
    assert mended_text(given) is None


@pytest.mark.parametrize(
    ("given", "is_cut"),
    [
        ('[3,"1",{"k":[]', True),
        ('[3,"1",{"k":"[}', True),
        ('[3,"1",', True),
        ('[3,"1",{"k":[]}]', False),
        ('[3,"1",{,"k":"["}] ', False),
        ('[3,"1",null]', False),
    ],
)
def test_an_answer_without_its_end_is_told_from_one_that_is_wrong(
    given: str, *, is_cut: bool
) -> None:
    assert breaks_off(given) is is_cut


def test_the_payload_of_a_result_is_found() -> None:
    payload = result_payload('[3,"1",{"a":1}]')
    assert payload is not None
    assert bytes(payload) == b'{"a":1}'
    assert result_payload("nonsense") is None
    assert result_payload('[3,"1"]') is None


@given(st.text(alphabet='[]{},"\\:13ab ', max_size=60) | st.text())
def test_any_text_is_mended_or_left(given: str) -> None:
    mended = mended_text(given)
    assert mended is None or mended != given
    result_payload(given)
