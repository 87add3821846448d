"""The pages on conformance say of every requirement and action what is done, or why it is not."""

from pathlib import Path

import pytest

from laddnav.gateway.dispatch import answering
from laddnav.ocpp.action import Direction, Version
from tools.docs import actions, conformance, ledger
from tools.docs.ledger import Block, Ledger

ROOT = Path(__file__).resolve().parent.parent.parent
MODULES = frozenset({"gateway/door.py"})
PINNED = {"A01.FR.01": ["tests/test_a.py::test_it_is_so"]}
LIVES = {"A01.FR.01": "gateway/door.py"}


def book(block: Block, pins: dict[str, list[str]] | None = None) -> Ledger:
    return Ledger({"a-test": block}, PINNED if pins is None else pins, {}, MODULES)


def block(**told: object) -> Block:
    return Block(**{"title": "Test", "csms": {"A01": "01"}, "lives": LIVES, **told})  # type: ignore[arg-type]  # fields are passed on as a dict; a wrong one fails the test at once


def test_every_requirement_has_a_test_or_a_reason() -> None:
    assert ledger.read(ROOT).faults() == []


@pytest.mark.parametrize(
    ("told", "pins", "fault"),
    [
        ({}, {}, "A01.FR.01 has no test, and no reason why it is not done"),
        ({"open": {"A01.FR.01": "x"}}, None, "A01.FR.01 is said to be not done and has a test"),
        (
            {"partly": {"A01.FR.01": "x"}},
            {},
            "A01.FR.01 is said to be done in part and has no test",
        ),
        ({"lives": {}}, None, "A01.FR.01 has a test and lives nowhere"),
        ({"lives": {"A01.FR.01": "gone.py"}}, None, "there is no gone.py"),
        ({"open": {"A09.FR.01": "x"}}, None, "A09.FR.01 is said to bind others"),
        ({"station": {"A01": "01"}}, None, "A01.FR.01 is listed twice"),
        ({}, PINNED | {"A02.FR.01": ["t"]}, "A02.FR.01 is in no list: t"),
    ],
)
def test_what_does_not_agree_is_found(
    told: dict[str, object], pins: dict[str, list[str]] | None, fault: str
) -> None:
    assert fault in book(block(**told), pins).faults()


def test_what_agrees_is_no_fault() -> None:
    assert book(block(), PINNED | {"J16 table 7": ["t"]}).faults() == []
    assert book(block(open={"A01.FR.01": "x"}), {}).faults() == []
    assert book(block(later="later"), {}).faults() == []


def test_a_requirement_of_the_whitepaper_is_proven_by_its_twin() -> None:
    twin = block(prefix="1.6 ", csms={"A01": "07 08"}, lives={}, same={"A01.FR.07": "A01.FR.01"})
    both = Ledger({"a": block(), "w": twin}, PINNED, {}, MODULES)
    seventh, eighth = both.requirements(twin)
    assert (seventh.name, seventh.tests) == ("1.6 A01.FR.07", tuple(PINNED["A01.FR.01"]))
    assert seventh.places == ("gateway/door.py",)
    assert eighth.tests == ()


def test_ids_are_read_with_their_versions_and_ranges() -> None:
    several = block(csms={"A01": "01 02+ 03-"})
    assert several.binding == {"A01.FR.01": "both", "A01.FR.02": "2.1", "A01.FR.03": "2.0.1"}
    text = "(A02.FR.11-12, B05.FR.11/13, A00.FR.404)"
    assert ledger.cited(text) == [
        "A02.FR.11", "A02.FR.12", "B05.FR.11", "B05.FR.13", "A00.FR.404",
    ]  # fmt: skip


@pytest.mark.parametrize("version", list(Version))
def test_every_action_is_on_its_page_once_in_each_direction(version: Version) -> None:
    told = actions.from_stations(version)
    asked = actions.to_stations(version, {})
    names = {row.action.name for row in (*told, *asked)}
    assert names == set(actions.table(version))
    both = sum(row.action.direction is Direction.BOTH for row in told)
    assert len(told) + len(asked) == len(actions.table(version)) + both


def test_words_on_actions_are_about_actions_and_blocks_that_exist() -> None:
    known = actions.words()
    every = [action for version in Version for action in actions.table(version).values()]
    answered = {name for version in Version for name in answering(version)}
    assert known.answered.keys() <= answered
    assert known.later.keys() <= {action.block for action in every}
    assert known.later_alone.keys() <= {action.name for action in every}


def test_cells_of_the_pages_stay_short() -> None:
    for name, text in conformance.pages(ROOT).items():
        cells = [cell for line in text.splitlines() if line[:1] == "|" for cell in line.split("|")]
        assert all(cell.count("<br>") <= 3 for cell in cells), name
        assert any(line.startswith("**") for line in text.splitlines()[:4]), name
