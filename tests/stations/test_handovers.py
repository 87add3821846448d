"""Passwords and profiles handed over, on each engine: what is admitted when, and what is told."""

import asyncio
from datetime import timedelta

import pytest

from laddnav.journal.model import RefusalReason
from laddnav.stations.model import (
    Admitted,
    Problem,
    ProblemKind,
    Refused,
    SecurityProfile,
    Station,
    StationChange,
)
from laddnav.stations.model.handover import Begun, HandoverState, NewHandover, Origin, Taken
from laddnav.stations.service.passage import Noted, Withheld
from tests.stations.comings import (
    NEW,
    OLD,
    PROFILE,
    comes,
    handover,
    hears,
    is_let_in,
    now,
    sends,
    steps,
)
from tests.stations.hall import KEY, SECRET, Hall


@pytest.fixture
async def hall(hall: Hall) -> Hall:
    await hall.add(security_profile=1, password=OLD)
    return hall


@pytest.mark.ocpp("A01.FR.03")
async def test_both_passwords_are_admitted_until_the_first_login_with_the_new_one(
    hall: Hall,
) -> None:
    await hears(hall, await sends(hall), Taken.ACCEPTED)
    assert (await handover(hall)).state is HandoverState.WAITING
    assert await is_let_in(hall, OLD) is True
    assert await is_let_in(hall, NEW) is True
    done = await handover(hall)
    assert (done.state, done.reason, done.ended_at) == (
        HandoverState.VERIFIED,
        None,
        hall.clock.now(),
    )
    assert steps(done) == [
        "planned", "sent", "accepted", "came_as_before", "came_with_the_new_one", "old_closed",
    ]  # fmt: skip
    answer = await comes(hall, OLD)
    assert isinstance(answer, Refused)
    assert answer.reason is RefusalReason.WRONG_PASSWORD
    assert await is_let_in(hall, NEW) is True


@pytest.mark.ocpp("A01.FR.04")
async def test_a_password_that_was_refused_is_never_admitted(hall: Hall) -> None:
    await hears(hall, await sends(hall), Taken.REJECTED, "Rejected: too short")
    refused = await handover(hall)
    assert (refused.state, refused.reason) == (HandoverState.REJECTED, "Rejected: too short")
    assert await is_let_in(hall, NEW) is False
    assert await is_let_in(hall, OLD) is True


@pytest.mark.parametrize(("shown", "closed"), [(OLD, NEW), (NEW, OLD)])
@pytest.mark.ocpp("A01.FR.04")
async def test_without_an_answer_the_next_login_decides(
    hall: Hall, shown: str, closed: str
) -> None:
    await hears(hall, await sends(hall), Taken.UNHEARD)
    assert await is_let_in(hall, shown) is True
    assert await is_let_in(hall, closed) is False
    assert await is_let_in(hall, shown) is True
    expected = HandoverState.VERIFIED if shown == NEW else HandoverState.FAILED
    assert (await handover(hall)).state is expected


async def test_a_link_that_breaks_before_the_answer_leaves_both_admitted(hall: Hall) -> None:
    await sends(hall)
    again = await hall.restarted()
    assert await is_let_in(again, NEW) is True
    assert await is_let_in(again, OLD) is False
    assert (await handover(again)).state is HandoverState.VERIFIED


@pytest.mark.parametrize(
    ("taken", "state", "is_admitted"),
    [
        (Taken.ACCEPTED, HandoverState.WAITING, True),
        (Taken.REBOOT, HandoverState.WAITING_FOR_REBOOT, True),
        (Taken.UNHEARD, HandoverState.UNANSWERED, True),
        (Taken.REJECTED, HandoverState.REJECTED, False),
    ],
)
async def test_a_station_that_comes_back_faster_than_its_answer_is_taken_at_its_word(
    hall: Hall, taken: Taken, state: HandoverState, *, is_admitted: bool
) -> None:
    noted = await sends(hall)
    assert await is_let_in(hall, OLD) is True
    await hears(hall, noted, taken)
    assert (await handover(hall)).state is state
    assert await is_let_in(hall, NEW) is is_admitted


async def test_an_answer_after_it_came_with_the_new_one_changes_nothing(hall: Hall) -> None:
    noted = await sends(hall)
    assert await is_let_in(hall, NEW) is True
    for taken in Taken:
        await hears(hall, noted, taken)
    assert (await handover(hall)).state is HandoverState.VERIFIED
    assert await is_let_in(hall, NEW) is True
    assert await is_let_in(hall, OLD) is False


async def test_a_link_that_is_replaced_while_it_is_sent_leaves_nothing_stuck(hall: Hall) -> None:
    begun = await hall.stations.handovers.plan(KEY, NewHandover())
    assert isinstance(begun, Begun)
    assert await hall.stations.handovers.claim(begun.handover) is not None
    noted = await sends(hall)
    assert await is_let_in(hall, OLD) is True
    await hears(hall, noted, Taken.UNHEARD)
    await hall.stations.handovers.interrupted(begun.handover, "the link was replaced")
    assert await is_let_in(hall, OLD) is True
    assert (await handover(hall)).state is HandoverState.PLANNED
    await hall.stations.handovers.interrupted(begun.handover, "it was, long ago")
    assert (await handover(hall)).state is HandoverState.PLANNED


async def test_a_station_that_takes_it_after_a_reboot_may_come_as_before_until_then(
    hall: Hall,
) -> None:
    await hears(hall, await sends(hall), Taken.REBOOT, "RebootRequired")
    for _ in range(3):
        assert await is_let_in(hall, OLD) is True
    waiting = await handover(hall)
    assert waiting.state is HandoverState.WAITING_FOR_REBOOT
    assert steps(waiting).count("came_as_before") == 1
    assert await is_let_in(hall, NEW) is True
    assert await is_let_in(hall, OLD) is False


@pytest.mark.ocpp("A01.FR.03")
async def test_at_the_deadline_only_the_password_that_was_taken_counts(hall: Hall) -> None:
    await hears(hall, await sends(hall), Taken.ACCEPTED)
    hall.clock.turn(timedelta(days=1).total_seconds())
    await hall.stations.handovers.expire()
    over = await handover(hall)
    assert over.state is HandoverState.EXPIRED
    assert "only that counts" in (over.reason or "")
    assert await is_let_in(hall, OLD) is False
    assert await is_let_in(hall, NEW) is True


@pytest.mark.ocpp("A01.FR.03")
async def test_the_deadline_counts_at_the_door_though_nobody_looked_at_it_yet(hall: Hall) -> None:
    await hears(hall, await sends(hall), Taken.ACCEPTED)
    hall.clock.turn(timedelta(days=1).total_seconds())
    assert await is_let_in(hall, OLD) is False
    assert (await handover(hall)).state is HandoverState.EXPIRED
    assert await is_let_in(hall, NEW) is True


async def test_what_was_only_put_ready_is_not_admitted_after_the_deadline(hall: Hall) -> None:
    await hears(hall, await sends(hall, is_stored=True), Taken.ACCEPTED)
    again = await hall.restarted(secret=b"t" * 32, former=(SECRET,))
    hall.clock.turn(timedelta(days=1).total_seconds())
    assert await is_let_in(again, NEW) is False
    assert await is_let_in(again, OLD) is True
    assert await is_let_in(again, NEW) is False


async def test_a_password_that_was_only_put_ready_is_forgotten_at_the_deadline(
    hall: Hall,
) -> None:
    await hears(hall, await sends(hall, is_stored=True), Taken.ACCEPTED)
    assert await is_let_in(hall, OLD) is True
    hall.clock.turn(timedelta(days=1).total_seconds())
    await hall.stations.handovers.expire()
    assert await is_let_in(hall, NEW) is False
    assert await is_let_in(hall, OLD) is True


async def test_what_a_stopped_server_was_sending_is_unanswered_in_the_end(hall: Hall) -> None:
    await sends(hall)
    again = await hall.restarted()
    hall.clock.turn(3600)
    await again.stations.handovers.expire()
    assert (await handover(again)).state is HandoverState.UNANSWERED
    assert await is_let_in(again, NEW) is True


async def test_what_the_only_server_was_sending_is_unanswered_once_it_runs_again(
    hall: Hall,
) -> None:
    await sends(hall)
    hall.clock.turn(1)
    await hall.stations.handovers.expire()
    assert (await handover(hall)).state is HandoverState.SENDING
    again = await hall.restarted()
    await again.stations.handovers.expire()
    assert (await handover(again)).state is HandoverState.UNANSWERED


async def test_what_another_living_server_sends_goes_on(hall: Hall) -> None:
    await sends(hall)
    hall.clock.turn(1)
    other = await Hall(hall.database, hall.clock, host="there").open()
    await other.stations.handovers.expire()
    assert (await handover(other)).state is HandoverState.SENDING


async def test_a_station_of_profile_0_shows_no_password_and_has_the_new_one_at_once(
    hall: Hall,
) -> None:
    await hall.stations.register.change(KEY, StationChange(security_profile=0))
    await hears(hall, await sends(hall), Taken.ACCEPTED)
    assert (await handover(hall)).state is HandoverState.ACCEPTED
    await hall.stations.register.change(KEY, StationChange(security_profile=1))
    assert await is_let_in(hall, NEW) is True


async def test_a_second_one_is_withheld_while_one_is_under_way(hall: Hall) -> None:
    await hears(hall, await sends(hall), Taken.ACCEPTED)
    second = await hall.stations.passage.sending(KEY, password="a third one", profile=None)
    assert isinstance(second, Withheld)
    assert "handed over already" in second.reason
    assert await is_let_in(hall, "a third one") is False


async def test_what_a_call_carried_is_learned_as_a_handover_of_its_own(hall: Hall) -> None:
    await sends(hall)
    learned = await handover(hall)
    assert (learned.origin, learned.state) == (Origin.CALL, HandoverState.SENDING)
    assert NEW not in repr(learned)


async def test_the_configuration_that_is_passed_around_holds_no_awaited_digest(
    hall: Hall,
) -> None:
    told: list[Station] = []
    hall.stations.register.on_changed.append(told.append)
    await hears(hall, await sends(hall), Taken.ACCEPTED)
    assert told
    for station in (*told, await now(hall)):
        assert station.passwords is None
        assert station.awaited is not None
        assert station.awaited.passwords is None


@pytest.mark.ocpp("A01.FR.03")
async def test_of_two_that_come_at_once_the_old_password_is_refused_once_the_new_one_came(
    hall: Hall,
) -> None:
    await hears(hall, await sends(hall), Taken.ACCEPTED)
    both = await asyncio.gather(comes(hall, NEW), comes(hall, OLD))
    old_first = (await handover(hall)).steps[-3].name == "came_as_before"
    assert [isinstance(each, Admitted) for each in both] == [True, old_first]
    assert await is_let_in(hall, OLD) is False


async def test_nothing_else_is_sent_before_it_is_known_which_password_the_station_has(
    hall: Hall,
) -> None:
    await hears(hall, await sends(hall), Taken.UNHEARD)
    await hall.stations.handovers.cancel(KEY, (await handover(hall)).id)
    withheld = await hall.stations.passage.sending(KEY, password="a third one", profile=None)
    assert isinstance(withheld, Withheld)
    assert "comes in" in withheld.reason
    assert await is_let_in(hall, NEW) is True
    assert await is_let_in(hall, OLD) is False
    await sends(hall, "a third one")


async def test_one_that_was_never_sent_closes_nothing_of_an_earlier_one(hall: Hall) -> None:
    await hears(hall, await sends(hall), Taken.UNHEARD)
    await hall.stations.handovers.cancel(KEY, (await handover(hall)).id)
    begun = await hall.stations.handovers.plan(KEY, NewHandover(deadline_seconds=600))
    assert isinstance(begun, Begun)
    hall.clock.turn(600)
    await hall.stations.handovers.expire()
    assert (await handover(hall)).state is HandoverState.EXPIRED
    assert await is_let_in(hall, NEW) is True


@pytest.mark.ocpp("A05.FR.07")
@pytest.mark.ocpp("A05.FR.09")
async def test_after_the_first_login_with_a_higher_profile_the_lower_is_closed_for_ever(
    hall: Hall,
) -> None:
    noted = await sends(hall, None, profile=2)
    await hears(hall, noted, Taken.REBOOT)
    assert await is_let_in(hall, OLD) is True
    assert await is_let_in(hall, OLD, tls=True) is True
    assert (await handover(hall, PROFILE)).state is HandoverState.VERIFIED
    answer = await comes(hall, OLD)
    assert isinstance(answer, Refused)
    assert answer.reason is RefusalReason.TLS_REQUIRED
    station = await now(hall)
    assert station.security_profile is SecurityProfile.TLS_BASIC
    lowered = await hall.stations.register.change(KEY, StationChange(security_profile=1))
    assert isinstance(lowered, Problem)
    assert (lowered.kind, lowered.field) == (ProblemKind.CONFLICT, "security_profile")


async def test_a_profile_that_was_seen_is_remembered_without_any_upgrade(hall: Hall) -> None:
    assert await is_let_in(hall, OLD) is True
    await hall.stations.passage.flush()
    lowered = await hall.stations.register.change(KEY, StationChange(security_profile=0))
    assert isinstance(lowered, Problem)


@pytest.mark.ocpp("A00.FR.005")
@pytest.mark.parametrize("profile", [0, 9, -1])
async def test_a_lower_profile_is_never_sent(hall: Hall, profile: int) -> None:
    withheld = await hall.stations.passage.sending(KEY, password=None, profile=profile)
    assert isinstance(withheld, Withheld)
    assert "security profile" in withheld.reason
    assert await is_let_in(hall, None) is False


async def test_its_own_profile_is_nothing_new(hall: Hall) -> None:
    assert await sends(hall, None, profile=1) == Noted(None)


async def test_a_profile_that_it_never_came_with_is_not_admitted_after_the_deadline(
    hall: Hall,
) -> None:
    await hears(hall, await sends(hall, None, profile=2), Taken.ACCEPTED)
    hall.clock.turn(timedelta(days=1).total_seconds())
    await hall.stations.handovers.expire()
    assert (await handover(hall, PROFILE)).state is HandoverState.EXPIRED
    assert await is_let_in(hall, OLD, tls=True) is False
    assert await is_let_in(hall, OLD) is True


async def test_a_profile_is_not_seen_where_its_deadline_has_passed(hall: Hall) -> None:
    await hears(hall, await sends(hall, None, profile=2), Taken.ACCEPTED)
    hall.clock.turn(timedelta(days=1).total_seconds())
    assert await is_let_in(hall, OLD, tls=True) is False
    assert (await now(hall)).highest_profile is SecurityProfile.NONE
    assert await is_let_in(hall, OLD) is True
