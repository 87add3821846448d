"""Status, faults, times, clocks and connector numbers: what reports mean."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laddnav.kernel.keys import ConnectorRef
from laddnav.stations.model import (
    WHOLE_STATION,
    Connector,
    FaultReported,
    Registration,
    Status,
    StatusReported,
)
from laddnav.stations.rules import reports
from tests.stations.hall import START

PLUG = ConnectorRef(1, 1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def told(status: str, at: datetime | None = START, **more: str | None) -> StatusReported:
    return StatusReported(ref=PLUG, status=status, at=at, **{"error_code": "NoError", **more})


def fold(
    before: Connector | None, report: StatusReported, received: datetime = START
) -> reports.StatusFold | None:
    return reports.fold_status(before, report, received, since=START, skew_ms=None)


def after(*words: StatusReported) -> Connector:
    connector: Connector | None = None
    for word in words:
        folded = fold(connector, word)
        connector = folded.after if folded else connector
    assert connector is not None
    return connector


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("Available", Status.AVAILABLE), ("Preparing", Status.OCCUPIED),
        ("Charging", Status.OCCUPIED), ("SuspendedEV", Status.OCCUPIED),
        ("SuspendedEVSE", Status.OCCUPIED), ("Finishing", Status.OCCUPIED),
        ("Occupied", Status.OCCUPIED), ("Reserved", Status.RESERVED),
        ("Unavailable", Status.UNAVAILABLE), ("Faulted", Status.FAULTED),
        ("available", Status.AVAILABLE), ("Sleeping", Status.UNKNOWN), ("", Status.UNKNOWN),
    ],
)  # fmt: skip
def test_every_status_word_has_its_meaning_and_is_kept(word: str, status: Status) -> None:
    connector = after(told(word))
    assert (connector.status, connector.wire_status) == (status, word)


def test_a_repeated_status_changes_nothing() -> None:
    before = after(told("Charging"))
    later = START + timedelta(minutes=5)
    assert fold(before, told("Charging", later), later) is None


@pytest.mark.ocpp("G01")
@pytest.mark.parametrize("stamped", [None, EPOCH, START + timedelta(days=3)])
def test_a_time_that_cannot_be_is_replaced_by_that_of_receipt(stamped: datetime | None) -> None:
    connector = after(told("Available", stamped))
    assert (connector.at, connector.stamped_at) == (START, stamped)


def test_a_believable_time_is_kept() -> None:
    an_hour_ago = START - timedelta(hours=1)
    assert after(told("Available", an_hour_ago)).at == an_hour_ago


def test_a_fault_is_raised_once_and_cleared_once() -> None:
    free = after(told("Available"))
    faulted = fold(free, told("Faulted", error_code="GroundFailure"))
    assert faulted
    assert (faulted.raised, faulted.cleared) == (True, False)
    well = fold(faulted.after, told("Available"))
    assert well
    assert (well.raised, well.cleared, well.after.error_code) == (False, True, None)


def test_another_fault_takes_the_place_of_the_first() -> None:
    first = after(told("Faulted", error_code="OtherError", vendor_error_code="0x10"))
    second = fold(first, told("Faulted", error_code="OtherError", vendor_error_code="0x20"))
    assert second
    assert (second.raised, second.cleared, second.changed) == (True, True, False)


def test_a_warning_beside_a_working_status_is_a_fault_too() -> None:
    assert reports.is_fault(after(told("Available", error_code="ReaderFailure")))


def test_a_code_outside_the_list_is_kept() -> None:
    assert after(told("Faulted", error_code="Error")).error_code == "Error"


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        ({"error_code": "ConnectorLockFailure"}, "The plug could not be locked or released"),
        (
            {"error_code": "OtherError", "vendor_error_code": "PowerLimitExceeded"},
            "The car or the station drew more power than was granted",
        ),
        (
            {"error_code": "OtherError", "tech_code": "PowerLimitExceeded"},
            "The car or the station drew more power than was granted",
        ),
        ({"error_code": "Error"}, None),
    ],
)
def test_known_faults_are_explained(codes: dict[str, Any], words: str | None) -> None:
    assert reports.explain_fault(after(told("Faulted", **codes))) == words


def test_no_fault_needs_no_explanation() -> None:
    assert reports.explain_fault(after(told("Available"))) is None


def test_a_status_of_ocpp_2_says_nothing_about_problems() -> None:
    problem = FaultReported(ref=PLUG, error_code="PowerMeter", cleared=False, at=START)
    raised = reports.fold_fault(after(told("Available")), problem, START)
    assert raised
    assert raised.raised
    occupied = fold(raised.after, told("Occupied", error_code=None))
    assert occupied
    assert occupied.after.error_code == "PowerMeter"


def test_a_problem_of_ocpp_2_ends_by_its_own_name_only() -> None:
    problem = FaultReported(ref=PLUG, error_code="PowerMeter", cleared=False, at=START)
    raised = reports.fold_fault(None, problem, START)
    assert raised
    other = FaultReported(ref=PLUG, error_code="TokenReader", cleared=True, at=START)
    assert reports.fold_fault(raised.after, other, START) is None
    same = FaultReported(ref=PLUG, error_code="PowerMeter", cleared=True, at=START)
    cleared = reports.fold_fault(raised.after, same, START)
    assert cleared
    assert cleared.cleared
    assert not reports.is_fault(cleared.after)


@pytest.mark.parametrize(
    ("first", "freed"),
    [("Charging", True), ("Faulted", True), ("Unavailable", True), ("Reserved", False)],
)
def test_a_connector_is_freed_when_nothing_can_be_plugged_any_more(
    first: str, *, freed: bool
) -> None:
    folded = fold(after(told(first)), told("Available"))
    assert folded
    assert folded.freed is freed


def test_the_whole_station_is_never_freed() -> None:
    before = Connector(ref=WHOLE_STATION, status=Status.UNAVAILABLE, at=START, received_at=START)
    report = StatusReported(ref=WHOLE_STATION, status="Available", at=START)
    folded = fold(before, report)
    assert folded
    assert not folded.freed


class TestReplays:
    """A status sent late must not undo the present; a clock set back must not freeze it."""

    since = START - timedelta(minutes=1)

    def arrived(
        self, stamped: datetime, known_at: datetime, *, skew_ms: int | None = None
    ) -> reports.StatusFold:
        known = Connector(
            ref=PLUG, status=Status.AVAILABLE, wire_status="Available",
            at=known_at, stamped_at=known_at, received_at=START,
        )  # fmt: skip
        folded = reports.fold_status(
            known, told("Charging", stamped), START, since=self.since, skew_ms=skew_ms
        )
        assert folded
        return folded

    def test_what_happened_before_the_link_and_before_what_is_known_is_history(self) -> None:
        folded = self.arrived(START - timedelta(hours=2), START - timedelta(seconds=10))
        assert (folded.late, folded.freed, folded.raised) == (True, False, False)

    def test_a_clock_corrected_by_seconds_does_not_make_news_old(self) -> None:
        assert not self.arrived(START - timedelta(seconds=20), START).late

    def test_a_clock_known_to_be_behind_does_not_make_news_old(self) -> None:
        behind = -2 * 3_600_000
        known_at = START - timedelta(seconds=10)
        assert not self.arrived(START - timedelta(hours=2), known_at, skew_ms=behind).late

    def test_a_clock_that_began_anew_does_not_make_news_old(self) -> None:
        assert not self.arrived(datetime(2019, 1, 1, tzinfo=UTC), START).late

    def test_what_was_stamped_by_a_clock_that_ran_ahead_does_not_stand_for_ever(self) -> None:
        ahead = START + timedelta(hours=1)
        assert not self.arrived(START - timedelta(minutes=3), ahead).late


class TestSkew:
    """The skew is the largest of a few samples: delay only ever makes them smaller."""

    def test_delays_do_not_count(self) -> None:
        samples: tuple[int, ...] = ()
        for delay in (0, 7_200, 3, 60):
            samples = reports.fold_skew(samples, START, START + timedelta(seconds=delay - 30))
        assert reports.skew_of(samples) == 30_000

    def test_a_clock_that_was_not_set_says_nothing(self) -> None:
        assert reports.skew_of(reports.fold_skew((), EPOCH, START)) is None

    def test_a_clock_set_back_is_known_after_a_few_samples(self) -> None:
        samples: tuple[int, ...] = (0, 0, 0, 0)
        for _ in range(4):
            samples = reports.fold_skew(samples, START - timedelta(hours=1), START)
        assert reports.skew_of(samples) == -3_600_000


@pytest.mark.parametrize(
    ("number", "grouping", "ref"),
    [
        (0, (), (0, 0)), (1, (), (1, 1)), (2, (), (2, 1)), (1, ((1, 2), (3,)), (1, 1)),
        (2, ((1, 2), (3,)), (1, 2)), (3, ((1, 2), (3,)), (2, 1)), (4, ((1, 2), (3,)), (3, 1)),
        (3, ((1, 2),), (2, 1)), (2, ((2, 1),), (1, 1)),
    ],
)  # fmt: skip
def test_a_connector_of_ocpp_16_is_an_evse_unless_grouped(
    number: int, grouping: tuple[tuple[int, ...], ...], ref: tuple[int, int]
) -> None:
    assert reports.place(number, grouping) == ref
    assert reports.number_of(ConnectorRef(*ref), grouping) == number


@given(
    st.lists(st.integers(1, 4), max_size=4),
    st.integers(0, 40),
)
def test_places_and_numbers_are_each_others_inverse(sizes: list[int], number: int) -> None:
    numbers = iter(range(1, 20))
    grouping = tuple(tuple(next(numbers) for _ in range(size)) for size in sizes)
    assert reports.is_grouping(grouping)
    assert reports.number_of(reports.place(number, grouping), grouping) == number


def test_a_connector_that_ocpp_16_cannot_have_has_no_number() -> None:
    assert reports.number_of(ConnectorRef(3, 2), ()) is None
    assert reports.number_of(ConnectorRef(1, 3), ((1, 2),)) is None


@pytest.mark.parametrize("grouping", [((1, 1),), ((2, 3),), ((1,), ()), ((1,), (3,))])
def test_a_grouping_with_gaps_or_repeats_is_none(grouping: tuple[tuple[int, ...], ...]) -> None:
    assert not reports.is_grouping(grouping)


@pytest.mark.ocpp("B02.FR.09")
@pytest.mark.ocpp("B03.FR.07")
@pytest.mark.parametrize(
    ("registration", "answered", "caused", "heard"),
    [
        (Registration.ACCEPTED, None, False, True),
        (Registration.ACCEPTED, Registration.REJECTED, False, True),
        (Registration.PENDING, None, False, True),
        (Registration.PENDING, Registration.PENDING, False, False),
        (Registration.PENDING, Registration.PENDING, True, True),
        (Registration.REJECTED, Registration.REJECTED, False, False),
        (Registration.REJECTED, Registration.ACCEPTED, False, True),
    ],
)
def test_only_who_was_answered_pending_or_rejected_is_not_heard(
    registration: Registration, answered: Registration | None, *, caused: bool, heard: bool
) -> None:
    assert reports.may_speak(registration, answered, caused=caused) is heard


def test_nothing_is_commanded_in_the_first_seconds_or_before_a_boot_that_is_due() -> None:
    assert reports.commands_from(100.0, booted=False, ever_booted=True) == 105.0
    assert reports.commands_from(100.0, booted=True, ever_booted=True) == 105.0
    assert reports.commands_from(100.0, booted=False, ever_booted=False) > 105.0


def test_a_station_cannot_fill_the_memory_with_connectors() -> None:
    known = {ConnectorRef(evse, 1) for evse in range(1, reports.CONNECTORS_PER_STATION + 1)}
    assert reports.is_room_for(ConnectorRef(1, 1), known)
    assert not reports.is_room_for(ConnectorRef(500, 1), known)
    assert not reports.is_room_for(ConnectorRef(10**12, 1), set())
    assert not reports.is_room_for(ConnectorRef(-1, 1), set())


def test_long_texts_are_cut_and_empty_ones_are_none() -> None:
    connector = after(told("Faulted", error_code="E" * 90, info="i" * 900, vendor_id=""))
    assert (len(connector.error_code or ""), len(connector.info or "")) == (50, 500)
    assert connector.vendor_id is None
