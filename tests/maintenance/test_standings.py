"""How values stand, and when a station is told one again."""

from datetime import timedelta

import pytest

from laddnav.maintenance.model.standing import Attempt, Standing, State, Turn
from laddnav.maintenance.model.template import Wanted
from laddnav.maintenance.rules import standings as rules
from laddnav.maintenance.rules.standings import TRIES, Moment
from laddnav.stations.control import Commanded, CommandStatus
from laddnav.stations.model.variables import Variable
from tests.maintenance.words import NOON, known, wanted, written

HOUR = timedelta(hours=1)


def moment(after: timedelta = timedelta(0), **more: object) -> Moment:
    told = {"firmware": "1", "restarted_at": None, **more}
    return Moment(now=NOON + after, **told)  # type: ignore[arg-type]  # fields are passed on as a dict; a wrong one fails the test at once


def told(
    status: CommandStatus, before: Attempt | None = None, *, wish: Wanted | None = None,
    after: timedelta = timedelta(0),
) -> Attempt:  # fmt: skip
    said = Commanded(status=status, wire_status=status.value.title(), reason="why")
    return rules.after(wish or wanted(), before, said, moment(after))


def stands(
    variable: Variable | None, attempt: Attempt | None = None, wish: Wanted | None = None,
    **more: object,
) -> Standing:  # fmt: skip
    at = more.pop("after", timedelta(0))
    assert isinstance(at, timedelta)
    return rules.standing(wish or wanted(), variable, attempt, moment(at, **more))


def test_a_value_in_another_spelling_is_as_wanted() -> None:
    found = stands(known("60.0"))
    assert (found.state, found.turn, found.drifts) == (State.AS_WANTED, Turn.NEVER, False)


def test_a_type_that_the_station_told_decides_what_is_the_same() -> None:
    wish = wanted("DisplayMessageCtrlr.Text", "A")
    assert stands(known("a", data_type="string"), wish=wish).state is State.DIFFERS
    assert stands(known("a", data_type="OptionList"), wish=wish).state is State.AS_WANTED


def test_what_differs_is_due() -> None:
    found = stands(known("300"))
    assert (found.state, found.turn, found.value) == (State.DIFFERS, Turn.DUE, "300")
    assert stands(known("300"), is_pending=True).state is State.PENDING


def test_what_was_never_read_is_unknown_and_due() -> None:
    assert (stands(None).state, stands(None).turn) == (State.UNKNOWN, Turn.DUE)
    assert stands(known(None)).state is State.UNKNOWN


def test_what_the_station_does_not_know_is_tried_once() -> None:
    variable = known(None, status=CommandStatus.UNKNOWN)
    found = stands(variable)
    assert (found.state, found.turn) == (State.NOT_SUPPORTED, Turn.DUE)
    again = stands(variable, told(CommandStatus.UNKNOWN))
    assert (again.state, again.turn) == (State.NOT_SUPPORTED, Turn.ON_REQUEST)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (CommandStatus.REJECTED, State.REJECTED),
        (CommandStatus.NOT_SUPPORTED, State.NOT_SUPPORTED),
        (CommandStatus.UNKNOWN, State.NOT_SUPPORTED),
    ],
)
def test_a_refusal_is_remembered_until_value_firmware_or_template_change(
    status: CommandStatus, state: State
) -> None:
    refused = told(status)
    found = stands(known("300"), refused, after=timedelta(days=400))
    assert (found.state, found.turn) == (state, Turn.ON_REQUEST)
    assert found.detail.endswith(": why")
    assert stands(known("300"), refused, firmware="2").turn is Turn.DUE
    assert stands(known("300"), refused, wanted(value="61")).turn is Turn.DUE
    assert stands(known("300"), refused, wanted(version=2)).turn is Turn.DUE


def test_what_needs_a_reboot_waits_for_one_and_is_not_told_again() -> None:
    waits = told(CommandStatus.REBOOT_REQUIRED)
    found = stands(known("300"), waits)
    assert (found.state, found.turn) == (State.NEEDS_REBOOT, Turn.NEVER)
    before = stands(known("300"), waits, restarted_at=NOON - HOUR)
    assert before.state is State.NEEDS_REBOOT
    since = stands(known("300"), waits, restarted_at=NOON + HOUR, after=2 * HOUR)
    assert (since.state, since.turn) == (State.DIFFERS, Turn.DUE)
    assert stands(known("60"), waits, restarted_at=NOON + HOUR).state is State.AS_WANTED


def test_a_value_that_was_written_by_another_path_needs_a_reboot_too() -> None:
    write = written("60", NOON, needs_reboot=True)
    assert stands(known("300", write=write)).state is State.NEEDS_REBOOT
    other = written("90", NOON, needs_reboot=True)
    assert stands(known("300", write=other)).state is State.DIFFERS
    assert stands(known("300", write=write), restarted_at=NOON + HOUR).state is State.DIFFERS


def test_a_value_that_does_not_last_is_set_a_few_times_a_day() -> None:
    attempt: Attempt | None = None
    for _ in range(TRIES):
        assert stands(known("300"), attempt).turn is Turn.DUE
        attempt = told(CommandStatus.ACCEPTED, attempt)
    found = stands(known("300"), attempt)
    assert (found.state, found.turn) == (State.DIFFERS, Turn.ON_REQUEST)
    assert "does not last" in found.detail
    assert stands(known("300"), attempt, after=timedelta(days=1)).turn is Turn.DUE
    tomorrow = told(CommandStatus.ACCEPTED, attempt, after=timedelta(days=1))
    assert tomorrow.tries == 1


def test_a_station_that_does_not_answer_is_not_told_for_ever() -> None:
    attempt: Attempt | None = None
    for _ in range(TRIES):
        attempt = told(CommandStatus.FAILED, attempt)
    found = stands(known("300"), attempt)
    assert (found.state, found.turn) == (State.DIFFERS, Turn.ON_REQUEST)
    assert "in vain" in found.detail


def test_the_tries_of_another_value_do_not_count() -> None:
    attempt = told(CommandStatus.FAILED, told(CommandStatus.FAILED))
    assert told(CommandStatus.FAILED, attempt, wish=wanted(value="61")).tries == 1


def test_what_can_only_be_read_or_written_is_left_alone() -> None:
    read_only = stands(known("300", mutability="ReadOnly"))
    assert (read_only.state, read_only.turn) == (State.REJECTED, Turn.ON_REQUEST)
    write_only = stands(known(None, mutability="WriteOnly"))
    assert (write_only.state, write_only.turn) == (State.UNKNOWN, Turn.NEVER)


@pytest.mark.parametrize("status", [CommandStatus.ACCEPTED, CommandStatus.REJECTED])
def test_a_station_that_tells_another_firmware_each_time_is_told_a_few_times_a_day(
    status: CommandStatus,
) -> None:
    attempt = None
    for number in range(TRIES):
        found = stands(known("300"), attempt, firmware=str(number))
        assert (found.state, found.turn) == (State.DIFFERS, Turn.DUE)
        said = Commanded(status=status, wire_status="Said", reason=None)
        attempt = rules.after(wanted(), attempt, said, moment(firmware=str(number)))
    found = stands(known("300"), attempt, firmware="yet another")
    assert (found.turn, "3 times" in found.detail) == (Turn.ON_REQUEST, True)
    assert stands(known("300"), attempt, firmware="1", after=24 * HOUR).turn is Turn.DUE
