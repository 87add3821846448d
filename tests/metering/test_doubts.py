"""Doubts in words."""

from laddnav.metering.model import Confidence, Doubt
from laddnav.metering.rules import DOUBTS, confidence, doubt_text


def test_every_doubt_has_a_sentence_of_its_own() -> None:
    assert set(DOUBTS) == set(Doubt)
    assert len(set(DOUBTS.values())) == len(Doubt)
    assert all(text[0].isupper() and text.endswith(".") for text in DOUBTS.values())


def test_a_code_is_found_by_its_text_and_an_unknown_code_speaks_for_itself() -> None:
    assert doubt_text("stop_unknown") == DOUBTS[Doubt.STOP_UNKNOWN]
    assert doubt_text("from_the_future") == "from_the_future"


def test_the_worst_doubt_decides() -> None:
    assert confidence([]) is Confidence.HIGH
    assert confidence([Doubt.STOP_UNKNOWN]) is Confidence.MEDIUM
    assert confidence([Doubt.STOP_UNKNOWN, Doubt.UNITS_MIXED]) is Confidence.LOW
    assert confidence([Doubt.UNITS_MIXED, Doubt.NO_REGISTER]) is Confidence.NONE
