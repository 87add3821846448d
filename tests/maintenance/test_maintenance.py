"""Templates, drift and corrections on each engine: kept, compared, planned, and nobody else's."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from laddnav.accounts.model import Operator
from laddnav.kernel.keys import StationKey
from laddnav.maintenance.model.correction import (
    AT_BOOT,
    Correction,
    CorrectionState,
    Reboot,
    Result,
)
from laddnav.maintenance.model.standing import State
from laddnav.maintenance.model.template import NewTemplate, Scope, Template
from laddnav.maintenance.rules import corrections as rules
from laddnav.maintenance.rules.corrections import HELD_BOOTS, HELD_FOR
from laddnav.maintenance.service import Maintenance
from laddnav.maintenance.service.correction_work import CorrectionWork, correction_bulk
from laddnav.maintenance.service.templates import MOST, MOST_VALUES
from laddnav.stations.model import BootReported, NewSite, Problem, ProblemKind, Registration, Site
from laddnav.stations.model.bulk import ItemState
from tests.maintenance.words import asked, wishes
from tests.maintenance.workshop import BOOT, Workshop
from tests.stations.hall import KEY

OTHER = "other"


def kind(outcome: object) -> ProblemKind:
    assert isinstance(outcome, Problem), outcome
    return outcome.kind


async def other_operator(workshop: Workshop) -> None:
    added = await workshop.hall.accounts.add_operator(OTHER, "Other")
    assert isinstance(added, Operator), added


async def planned(workshop: Workshop, key: StationKey = KEY) -> Correction:
    found = await workshop.room.corrections.plan(key, Reboot.NEVER)
    assert isinstance(found, Correction), found
    return found


# ---- templates -----------------------------------------------------------------------------


async def test_a_template_is_kept_as_it_was_given(workshop: Workshop) -> None:
    scope = Scope(vendor="Acme*", firmware="1.*", versions=("1.6", "2.1"))
    new = NewTemplate(name="T", scope=scope, wishes=wishes(A="1", B=""), before_acceptance=True)
    added = await workshop.template(new)
    assert await workshop.room.templates.one("default", added.id) == added
    assert (added.scope, added.wishes, added.before_acceptance) == (scope, new.wishes, True)
    assert workshop.room.templates.known("default") == (added,)


async def test_a_change_makes_a_new_version_unless_another_was_faster(workshop: Workshop) -> None:
    added = await workshop.template(asked(A="1"))
    templates = workshop.room.templates
    changed = await templates.change("default", added.id, asked("U", A="2"), added.version)
    assert isinstance(changed, Template)
    assert (changed.version, changed.name, changed.created_at) == (2, "U", added.created_at)
    stale = await templates.change("default", added.id, asked("V", A="3"), added.version)
    assert kind(stale) is ProblemKind.CONFLICT
    assert kind(await templates.change("default", "?", asked(A="1"))) is ProblemKind.UNKNOWN
    assert await templates.all("default") == (changed,)


async def test_names_are_unique_and_sites_exist(workshop: Workshop) -> None:
    first = await workshop.template(asked("one", A="1"))
    templates = workshop.room.templates
    assert kind(await templates.add("default", asked("one", A="1"))) is ProblemKind.EXISTS
    second = await workshop.template(asked("two", A="1"))
    taken = await templates.change("default", second.id, asked(first.name, A="1"))
    assert kind(taken) is ProblemKind.EXISTS
    nowhere = NewTemplate(name="T", scope=Scope(site="?"), wishes=wishes(A="1"))
    assert kind(await templates.add("default", nowhere)) is ProblemKind.INVALID
    assert kind(await templates.add("default", asked("T", SecurityProfile="2"))) is (
        ProblemKind.INVALID
    )


async def test_there_is_an_end_to_templates(workshop: Workshop) -> None:
    for number in range(MOST):
        await workshop.template(asked(f"T{number}", A="1"))
    templates = workshop.room.templates
    assert kind(await templates.add("default", asked(A="1"))) is ProblemKind.CONFLICT
    last = (await templates.all("default"))[-1]
    many = {f"K{number}": "1" for number in range(MOST_VALUES - MOST + 1)}
    assert isinstance(
        await templates.change("default", last.id, NewTemplate(name="T", wishes=wishes(**many))),
        Template,
    )
    many["one more"] = "1"
    changed = await templates.change(
        "default", last.id, NewTemplate(name="T", wishes=wishes(**many))
    )
    assert kind(changed) is ProblemKind.CONFLICT


async def test_a_template_that_another_node_changed_is_heard_of(workshop: Workshop) -> None:
    elsewhere = Maintenance(
        workshop.hall.database, workshop.hall.clock, workshop.hall.stations, after_seconds=0
    ).templates
    added = await workshop.template(asked(A="1"))
    await elsewhere.refresh()
    assert elsewhere.known("default") == (added,)
    workshop.hall.clock.turn(-60)  # the other node's clock is behind
    changed = await workshop.room.templates.change("default", added.id, asked(A="2"))
    await elsewhere.refresh()
    assert elsewhere.known("default") == (changed,)
    assert await workshop.room.templates.remove("default", added.id)
    assert not await workshop.room.templates.remove("default", added.id)
    await elsewhere.refresh()
    assert elsewhere.known("default") == ()


async def test_no_operator_sees_or_changes_what_is_anothers(workshop: Workshop) -> None:
    await other_operator(workshop)
    mine = await workshop.template(asked(A="1"))
    theirs = await workshop.connected("CP1", operator=OTHER)
    await workshop.boot(theirs)
    templates, room = workshop.room.templates, workshop.room
    assert await templates.one(OTHER, mine.id) is None
    assert kind(await templates.change(OTHER, mine.id, asked(A="2"))) is ProblemKind.UNKNOWN
    assert not await templates.remove(OTHER, mine.id)
    assert await workshop.states(theirs.key) == {}
    assert (await room.corrections.page(theirs.key, limit=9, cursor=None)).items == ()
    live = await workshop.connected("CP1")
    await workshop.boot(live)
    correction = await planned(workshop)
    assert await room.corrections.one(theirs.key, correction.id) is None
    assert kind(await room.corrections.cancel(theirs.key, correction.id)) is ProblemKind.UNKNOWN
    assert await room.templates.one("default", mine.id) == mine


# ---- drift ---------------------------------------------------------------------------------


async def test_drift_is_what_is_wanted_beside_what_is_known(workshop: Workshop) -> None:
    live = await workshop.connected()
    await workshop.template(asked(A="1", B="2", C="3", D="4"))
    await workshop.told(live, A="1.0", B="9", C=None)
    await workshop.boot(live)
    cancelled = await workshop.room.corrections.cancel(KEY, AT_BOOT)
    assert isinstance(cancelled, Correction)
    assert await workshop.states(KEY) == {
        "A": State.AS_WANTED,
        "B": State.DIFFERS,
        "C": State.NOT_SUPPORTED,
        "D": State.UNKNOWN,
    }
    assert await workshop.room.drift.station(StationKey("default", "?")) is None


async def test_the_stations_of_a_template_are_listed_with_what_it_decides(
    workshop: Workshop,
) -> None:
    site = await workshop.hall.stations.register.put_site(
        "default", NewSite(name="Dock", time_zone="Europe/Stockholm")
    )
    assert isinstance(site, Site)
    general = await workshop.template(asked("general", A="1", B="1"))
    scope = Scope(site=site.id)
    local = await workshop.template(NewTemplate(name="local", scope=scope, wishes=wishes(A="2")))
    for identity, at in (("CP1", None), ("CP2", site.id), ("CP3", site.id)):
        live = await workshop.connected(identity, site=at)
        await workshop.boot(live)
        await workshop.told(live, A="2", B="1")
    drift = workshop.room.drift
    found = await drift.page(local, limit=1, cursor=None)
    assert [each.key.identity for each in found.items] == ["CP2"]
    rest = await drift.page(local, limit=5, cursor=found.next)
    assert ([each.key.identity for each in rest.items], rest.next) == (["CP3"], None)
    assert [each.wanted.name for each in rest.items[0].standings] == ["A"]
    everywhere = await drift.page(general, limit=5, cursor=None)
    decided = {each.key.identity: len(each.standings) for each in everywhere.items}
    assert decided == {"CP1": 2, "CP2": 1, "CP3": 1}
    assert [each.drifts for each in everywhere.items] == [True, False, False]


# ---- corrections ---------------------------------------------------------------------------


async def test_a_boot_begins_a_correction_where_a_template_is_for_the_station(
    workshop: Workshop,
) -> None:
    live = await workshop.connected()
    await workshop.boot(live)
    assert await workshop.room.corrections.one(KEY, AT_BOOT) is None
    await workshop.template(asked(A="1"))
    booted = await workshop.boot(live)
    assert booted.registration is Registration.ACCEPTED
    begun = await workshop.room.corrections.one(KEY, AT_BOOT)
    assert begun is not None
    assert (begun.state, begun.is_held, begun.is_forced) == (CorrectionState.PLANNED, False, False)
    assert await workshop.room.corrections.due(9) == []
    workshop.hall.clock.turn(10)
    assert await workshop.room.corrections.due(9) == [begun]
    assert await workshop.states(KEY) == {"A": State.PENDING}
    await workshop.boot(live)
    page = await workshop.room.corrections.page(KEY, limit=9, cursor=None)
    assert len(page.items) == 1


async def test_a_station_that_is_not_accepted_is_not_corrected(workshop: Workshop) -> None:
    live = await workshop.connected(registration=Registration.PENDING)
    await workshop.template(asked(before=True, A="1"))
    booted = await workshop.boot(live)
    assert (booted.registration, live.held) == (Registration.PENDING, False)
    assert await workshop.room.corrections.one(KEY, AT_BOOT) is None


async def test_a_station_is_corrected_on_request_one_at_a_time(workshop: Workshop) -> None:
    assert kind(await workshop.room.corrections.plan(KEY, Reboot.NEVER)) is ProblemKind.UNKNOWN
    await workshop.connected()
    first = await planned(workshop)
    again = await workshop.room.corrections.plan(KEY, Reboot.NEVER)
    assert kind(again) is ProblemKind.CONFLICT
    gone = await workshop.room.corrections.cancel(KEY, first.id)
    assert isinstance(gone, Correction)
    assert (gone.state, gone.is_open) == (CorrectionState.CANCELLED, False)
    twice = await workshop.room.corrections.cancel(KEY, first.id)
    assert kind(twice) is ProblemKind.CONFLICT
    workshop.hall.clock.turn(1)
    second = await planned(workshop)
    page = await workshop.room.corrections.page(KEY, limit=1, cursor=None)
    assert [each.id for each in page.items] == [second.id]
    rest = await workshop.room.corrections.page(KEY, limit=9, cursor=page.next)
    assert [each.id for each in rest.items] == [first.id]


async def test_all_that_drift_under_a_template_are_corrected_by_a_bulk_operation(
    workshop: Workshop,
) -> None:
    template = await workshop.template(asked(A="1"))
    for number in range(4):
        live = await workshop.connected(f"CP{number}")
        await workshop.boot(live)
        await workshop.told(live, A="1" if number == 2 else "0")
    identities = [each async for each in workshop.room.drift.drifting(template)]
    assert identities == ["CP0", "CP1", "CP3"]
    new = correction_bulk(template, Reboot.WHEN_IDLE, per_minute=600, deadline_seconds=60)
    begun = await workshop.hall.stations.bulks.begin("default", identities, new)
    work = CorrectionWork(workshop.room.corrections)
    items = (await workshop.hall.stations.bulks.items("default", begun.bulk.id, limit=9)).items
    for each in items:
        for _ in range(2):  # a node may die over it
            result = await work.begin(begun.bulk, StationKey("default", each.station))
            assert (result.state, result.ref) == (ItemState.BEGUN, begun.bulk.id)
    waiting = {each.station: each for each in items}
    assert await work.progress(begun.bulk, waiting) == {}
    one = await workshop.room.corrections.one(StationKey("default", "CP0"), begun.bulk.id)
    assert one is not None
    assert (one.template, one.reboot) == (template.id, Reboot.WHEN_IDLE)
    now = workshop.hall.clock.now()
    left = Result(name="A", state=State.REJECTED)
    after = rules.ended(replace(one, results=(left,)), now, CorrectionState.INCOMPLETE)
    assert await workshop.room.corrections.store(one, after)
    over = await work.progress(begun.bulk, waiting)
    assert {key: (each.state, each.reason) for key, each in over.items()} == {
        "CP0": (ItemState.FAILED, "A: rejected")
    }
    stopped = await workshop.hall.stations.bulks.stop("default", begun.bulk.id)
    assert stopped is not None
    over = await work.progress(stopped.bulk, waiting)
    assert over["CP3"].state is ItemState.STOPPED


async def test_a_bulk_operation_leaves_stations_alone_that_are_being_corrected(
    workshop: Workshop,
) -> None:
    template = await workshop.template(asked(A="1"))
    await workshop.connected()
    await planned(workshop)
    new = correction_bulk(template, Reboot.NEVER, per_minute=600, deadline_seconds=60)
    begun = await workshop.hall.stations.bulks.begin("default", ["CP1"], new)
    result = await CorrectionWork(workshop.room.corrections).begin(begun.bulk, KEY)
    assert result.state is ItemState.FAILED
    assert "already" in result.reason


async def test_a_correction_that_two_nodes_change_is_changed_by_the_first(
    workshop: Workshop,
) -> None:
    await workshop.connected()
    before = await planned(workshop)
    corrections, now = workshop.room.corrections, workshop.hall.clock.now()
    assert await corrections.store(before, rules.claimed(before, now))
    assert not await corrections.store(before, rules.claimed(before, now))


async def test_a_correction_whose_node_died_is_begun_again(workshop: Workshop) -> None:
    await workshop.connected()
    before = await planned(workshop)
    corrections = workshop.room.corrections
    taken = rules.claimed(before, workshop.hall.clock.now())
    await corrections.store(before, taken)
    assert await corrections.due(9) == []
    workshop.hall.clock.turn(15 * 60)
    assert await corrections.due(9) == [taken]


async def test_what_ended_long_ago_is_forgotten(workshop: Workshop) -> None:
    live = await workshop.connected()
    await workshop.template(asked(A="1"))
    await workshop.boot(live)
    first = await planned(workshop)
    await workshop.room.corrections.cancel(KEY, first.id)
    await workshop.room.corrections.cancel(KEY, AT_BOOT)
    corrections, now = workshop.room.corrections, workshop.hall.clock.now()
    await corrections.forget(now)
    assert await corrections.one(KEY, first.id) is not None
    await corrections.forget(now + timedelta(seconds=1))
    assert await corrections.one(KEY, first.id) is None
    assert await workshop.room.corrections.one(KEY, AT_BOOT) is not None


# ---- before acceptance ---------------------------------------------------------------------


@pytest.mark.ocpp("B02.FR.01")
async def test_a_station_is_pending_until_it_was_told_what_comes_first(workshop: Workshop) -> None:
    await workshop.template(asked("later", B="1"))
    await workshop.template(asked("first", before=True, A="1"))
    live = await workshop.connected()
    assert (await workshop.boot(live)).registration is Registration.PENDING
    begun = await workshop.room.corrections.one(KEY, AT_BOOT)
    assert begun is not None
    assert begun.is_held
    drift = await workshop.room.drift.station(KEY)
    assert drift is not None
    assert [each.wanted.name for each in rules.in_scope(begun, drift.standings)] == ["A"]


async def test_a_station_that_has_what_comes_first_is_accepted_at_once(workshop: Workshop) -> None:
    await workshop.template(asked(before=True, A="1"))
    live = await workshop.connected()
    await workshop.told(live, A="1")
    assert (await workshop.boot(live)).registration is Registration.ACCEPTED
    await workshop.told(live, A="0")
    again = await workshop.boot(live)
    assert again.registration is Registration.ACCEPTED, "once for each kind, not at every Boot"


async def test_new_firmware_or_another_value_is_told_before_acceptance_again(
    workshop: Workshop,
) -> None:
    template = await workshop.template(asked(before=True, A="1"))
    live = await workshop.connected()
    await workshop.told(live, A="1")
    assert (await workshop.boot(live)).registration is Registration.ACCEPTED
    await workshop.told(live, A="0")
    newer = BootReported(vendor="Acme", model="Post", firmware="2")
    assert (await workshop.boot(live, newer)).registration is Registration.PENDING
    workshop.link(live)
    workshop.hall.clock.turn(HELD_FOR.total_seconds())
    assert (await workshop.boot(live, newer)).registration is Registration.ACCEPTED
    await workshop.room.templates.change("default", template.id, asked(before=True, A="2"))
    assert (await workshop.boot(live, newer)).registration is Registration.PENDING


async def test_no_station_is_pending_for_longer_than_it_may(workshop: Workshop) -> None:
    await workshop.template(asked(before=True, A="1"))
    live = await workshop.connected()
    for _ in range(HELD_BOOTS):
        workshop.link(live)
        assert (await workshop.boot(live)).registration is Registration.PENDING
    workshop.link(live)
    assert (await workshop.boot(live)).registration is Registration.ACCEPTED
    workshop.link(live)
    assert (await workshop.boot(live, BOOT)).registration is Registration.ACCEPTED


async def test_a_station_that_only_comes_back_is_not_held(workshop: Workshop) -> None:
    await workshop.template(asked(before=True, A="1"))
    live = await workshop.connected()
    await workshop.boot(live)
    assert live.held
    workshop.link(live)
    assert live.registration is Registration.ACCEPTED
