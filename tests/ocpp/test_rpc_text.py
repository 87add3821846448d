"""Depth, NUL and surrogates in the text of a message."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laddnav.ocpp.text import DEEPEST, is_too_deep, purge_nul, purge_surrogates


def nested(levels: int, opening: str = "[", closing: str = "]") -> str:
    return opening * levels + closing * levels


@pytest.mark.parametrize(
    ("text", "too_deep"),
    [
        (nested(DEEPEST), False),
        (nested(DEEPEST + 1), True),
        (nested(DEEPEST // 2, '{"a":[', "]}"), False),
        (nested(DEEPEST // 2 + 1, '{"a":[', "]}"), True),
        ("[" * 100_000, True),
        ("[" + "[]," * 1000 + "[]]", False),
        ('["' + "[" * 1000 + '"]', False),
        ('["\\"' + "[" * 1000 + '\\""]', False),
        ('["\\\\",' + nested(DEEPEST) + "]", True),
        ('["\\\\\\"' + "[" * 1000 + '"]', False),
        ("]" * 100, False),
        ("", False),
        ("no brackets at all", False),
        ("é" * 50 + "\ud800" + "[]" * 50, False),
    ],
)
def test_depth_counts_brackets_outside_strings(text: str, too_deep: bool) -> None:  # noqa: FBT001 - a column of the parameter table, which pytest passes by name
    assert is_too_deep(text) is too_deep


def depth_of(value: object) -> int:
    if isinstance(value, dict):
        return 1 + max(map(depth_of, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(depth_of, value), default=0)
    return 0


TEXTS = st.text(alphabet='[]{}",:\\ab\n', max_size=12)
TREES = st.recursive(
    TEXTS,
    lambda inner: (
        st.lists(inner, max_size=40)
        | st.dictionaries(TEXTS, inner, max_size=40)
        | inner.map(lambda value: [[[[[[[[[[[{"deep": value}]]]]]]]]]]])
    ),
    max_leaves=60,
)


@given(TREES)
def test_depth_is_that_of_the_decoded_value(value: object) -> None:
    assert is_too_deep(json.dumps(value)) is (depth_of(value) > DEEPEST)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ('"a\\u0000b"', '"ab"'),
        ('"a\0b"\0', '"ab"'),
        ('"\\u0000\\u0000"', '""'),
        ('"\\\\u0000"', '"\\\\u0000"'),  # a backslash and the letters u0000
        ('"\\\\u0000\\u0000"', '"\\\\u0000"'),
        ('"\\\\\\u0000"', '"\\\\"'),
        ('"\\u00\\u000000"', '"\\u00\\u000000"'),  # no JSON, and left so
        ('"\\\0u0000"', '""'),
        ("nothing", "nothing"),
    ],
)
def test_nul_is_taken_out_however_it_is_written(text: str, clean: str) -> None:
    assert purge_nul(text) == clean


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ('"\\ud83d\\ude00"', '"\\ud83d\\ude00"'),
        ('"\\uD83D\\uDE00"', '"\\uD83D\\uDE00"'),
        ('"a\\ud83db"', '"ab"'),
        ('"a\\ude00b"', '"ab"'),
        ('"\\ud83d\\ud83d\\ude00\\ude00"', '"\\ud83d\\ude00"'),
        ('"\\\\ud83d"', '"\\\\ud83d"'),  # a backslash and the letters ud83d
        ('"\\\\\\ud83d"', '"\\\\"'),
        ('"\\u00\\ud83d00"', '"\\u00\\ud83d00"'),  # no JSON, and left so
        ('"\\u0041"', '"\\u0041"'),
    ],
)
def test_halves_of_surrogate_pairs_are_taken_out(text: str, clean: str) -> None:
    assert purge_surrogates(text) == clean


STRINGS = st.text(
    alphabet=st.sampled_from('\0\\"/uU0dD8ace\ud83d\ude00') | st.characters(codec=None), max_size=20
)


@given(STRINGS)
def test_what_is_left_of_a_string_is_all_but_nul_and_lone_surrogates(text: str) -> None:
    clean = json.loads(purge_surrogates(purge_nul(json.dumps(text))))
    units = text.replace("\0", "").encode("utf-16", "surrogatepass")
    assert clean == units.decode("utf-16", "ignore")
