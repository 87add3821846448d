"""When two texts are one value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laddnav.maintenance.rules.values import is_same

SAME = [
    ("300", " 300 ", None),
    ("300", "300.0", None),
    ("300", "+300", "integer"),
    ("0.5", ".50", "decimal"),
    ("1e3", "1000", "decimal"),
    ("true", "True", None),
    ("true", "1", None),
    ("0", "false", None),
    ("TRUE", "1", "boolean"),
    ("RFID", "rfid", "OptionList"),
    ("Energy.Active.Import.Register", "energy.active.import.register", None),
    ("A,B", "B, A", None),
    ("A,B", "b,a,", "MemberList"),
    ("A,B", "a , B", "SequenceList"),
    ("1,2", "1.0,2.0", "SequenceList"),
    ("", "  ", None),
    ("A", "A,", "MemberList"),
]
OTHER = [
    ("300", "301", None),
    ("A,B", "B,A", "SequenceList"),
    ("A,B", "A", None),
    ("A,A", "A", None),
    ("true", "0", None),
    ("1", "true", "integer"),
    ("true", "yes", "boolean"),
    ("Secret", "secret", "string"),
    ("007", "7", "string"),
    ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00z", "dateTime"),
    ("", "0", None),
    ("1e99", "1e9", "decimal"),
]


@pytest.mark.parametrize(("wanted", "told", "data_type"), SAME)
def test_a_value_in_the_stations_own_spelling_is_the_same(
    wanted: str, told: str, data_type: str | None
) -> None:
    assert is_same(wanted, told, data_type)


@pytest.mark.parametrize(("wanted", "told", "data_type"), OTHER)
def test_another_value_is_another(wanted: str, told: str, data_type: str | None) -> None:
    assert not is_same(wanted, told, data_type)


@given(st.text(max_size=40), st.text(max_size=40), st.sampled_from([None, "decimal", "MemberList"]))
def test_it_does_not_matter_which_of_two_comes_first(
    one: str, other: str, data_type: str | None
) -> None:
    assert is_same(one, other, data_type) is is_same(other, one, data_type)
    assert is_same(one, one, data_type)


def test_a_number_that_would_fill_the_memory_is_only_text() -> None:
    assert not is_same("1e1000000000", "1e1000000001", "decimal")
    assert is_same("1e1000000000", "1E1000000000", "decimal")
