"""Stations and sites as operators add, change, remove, import and list them."""

import asyncio
import threading
from collections import Counter

import msgspec
import pytest

from laddnav.kernel.keys import ConnectorRef, StationKey
from laddnav.stations.events import RegistrationChanged
from laddnav.stations.model import (
    Admitted,
    LineProblem,
    NewSite,
    NewStation,
    Problem,
    ProblemKind,
    Refused,
    Registration,
    SecurityProfile,
    Site,
    Station,
    StationChange,
    StationFilter,
    StationSettings,
    StatusReported,
    TimelineKind,
)
from laddnav.stations.rules import register as rules
from laddnav.stations.rules.register import read_csv
from laddnav.stations.service.register import MOST_PROBLEMS
from laddnav.stations.store.queries import station_of
from laddnav.storage.database import Place, Record
from laddnav.storage.errors import StorageUnavailable
from laddnav.storage.write import Write
from tests.stations.hall import KEY, START, Hall, knock

STOCKHOLM = NewSite(name="Centralen", time_zone="Europe/Stockholm", city="Stockholm")


async def changed(hall: Hall, change: StationChange) -> Station:
    answer = await hall.stations.register.change(KEY, change)
    assert isinstance(answer, Station), answer
    return answer


async def add(hall: Hall, new: NewStation) -> Station | Problem:
    return await hall.stations.register.add("default", new)


async def listed(hall: Hall, **wanted: object) -> list[str]:
    page = await hall.stations.views.stations("default", StationFilter(**wanted))  # type: ignore[arg-type]  # fields are passed on as a dict; a wrong one fails the test at once
    return [view.station.key.identity for view in page.items]


async def test_a_station_is_there_once(hall: Hall) -> None:
    await hall.add()
    again = await add(hall, NewStation(identity="CP1"))
    assert isinstance(again, Problem)
    assert again.kind is ProblemKind.EXISTS


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"identity": "a:b"}, "identity"), ({"security_profile": 4}, "security_profile"),
        ({"security_profile": 7}, "security_profile"), ({"password": "p\n"}, "password"),
        ({"password": ""}, "password"), ({"site": "nowhere"}, "site"), ({"site": "a\0"}, "site"),
        ({"label": "a\0"}, "label"),
        ({"settings": StationSettings(connector_grouping=((1, 3),))}, "settings"),
        ({"settings": StationSettings(serial="SN\n1")}, "settings"),
    ],
)  # fmt: skip
async def test_what_cannot_be_is_refused_with_its_field(
    hall: Hall, told: dict[str, object], field: str
) -> None:
    answer = await add(hall, NewStation(**{"identity": "CP1", **told}))  # type: ignore[arg-type]  # fields are passed on as a dict; a wrong one fails the test at once
    assert isinstance(answer, Problem)
    assert answer.field == field
    assert await listed(hall) == []


async def test_a_file_may_name_serial_numbers_of_digits_alone(hall: Hall) -> None:
    text = "identity,security_profile,serial\nCP1,3,0047110815\nCP2,3,\n"
    assert (await hall.stations.register.import_csv("default", text)).problems == ()
    stored = await hall.stations.register.station(KEY)
    assert stored is not None
    assert stored.settings.serial == "0047110815"


async def test_a_change_sets_what_it_names_and_leaves_the_rest(hall: Hall) -> None:
    await hall.add(label="Norra", security_profile=1, password="geheim")
    after = await changed(hall, StationChange(security_profile=2))
    assert (after.security_profile, after.label, after.version) == (
        SecurityProfile.TLS_BASIC, "Norra", 2,
    )  # fmt: skip
    let_in = await hall.stations.admit(knock(user="CP1", password=b"geheim", tls=True))
    assert isinstance(let_in, Admitted)
    assert (await changed(hall, StationChange(label=None))).label is None


async def test_a_key_that_no_database_takes_is_just_unknown(hall: Hall) -> None:
    odd = StationKey("default", "a\0\ud800")
    assert await hall.stations.views.station(odd) is None
    assert await hall.stations.register.station(odd) is None
    assert not await hall.stations.register.remove(odd)
    assert await listed(hall, search="\0") == await listed(hall, site="\0") == []


async def test_a_new_password_takes_the_place_of_the_old(hall: Hall) -> None:
    await hall.add(security_profile=1, password="old")
    await changed(hall, StationChange(password="new"))
    assert isinstance(await hall.stations.admit(knock(user="CP1", password=b"old")), Refused)
    assert isinstance(await hall.stations.admit(knock(user="CP1", password=b"new")), Admitted)


async def test_a_change_of_what_was_changed_meanwhile_is_a_conflict(hall: Hall) -> None:
    station = await hall.add()
    await changed(hall, StationChange(label="first", version=station.version))
    second = await hall.stations.register.change(
        KEY, StationChange(label="second", version=station.version)
    )
    assert isinstance(second, Problem)
    assert second.kind is ProblemKind.CONFLICT
    view = await hall.stations.views.station(KEY)
    assert view
    assert view.station.label == "first"


async def facts(hall: Hall) -> list[RegistrationChanged]:
    told = await hall.database.read_outbox(Place(0, 0), 100)
    return [msgspec.json.decode(fact.payload, type=RegistrationChanged) for _, fact in told]


async def test_a_decision_about_a_station_and_its_fact_are_stored_as_one(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    await hall.add()

    async def away(_: Write) -> None:
        raise StorageUnavailable

    monkeypatch.setattr(hall.database, "commit", away)
    await changed(hall, StationChange(registration=Registration.REJECTED))
    (fact,) = await facts(hall)
    assert (fact.before, fact.after) == (Registration.ACCEPTED, Registration.REJECTED)
    (line,) = (await hall.stations.views.timeline(KEY)).items
    assert (line.kind, line.value) == (TimelineKind.REGISTRATION, "rejected")


async def test_a_decision_that_comes_too_late_is_no_fact(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    await hall.add()
    records = await hall.database.fetch(station_of(KEY))
    await changed(hall, StationChange(label="first"))

    async def stale(_: object) -> list[Record]:
        return records

    with monkeypatch.context() as before:
        before.setattr(hall.database, "fetch", stale)
        late = StationChange(registration=Registration.REJECTED)
        answer = await hall.stations.register.change(KEY, late)
    assert isinstance(answer, Problem)
    assert answer.kind is ProblemKind.CONFLICT
    assert await facts(hall) == []


async def test_no_station_can_be_changed_by_another_operator(hall: Hall) -> None:
    await hall.accounts.add_operator("other", "Other")
    await hall.add()
    theirs = StationKey("other", "CP1")
    answer = await hall.stations.register.change(theirs, StationChange(label="x"))
    assert isinstance(answer, Problem)
    assert await hall.stations.register.remove(theirs) is False
    assert await hall.stations.views.station(theirs) is None
    page = await hall.stations.views.stations("other", StationFilter())
    assert page.items == ()
    assert await listed(hall) == ["CP1"]


async def test_a_removed_station_is_unknown_and_its_history_stays(hall: Hall) -> None:
    removed: list[StationKey] = []
    hall.stations.register.on_removed.append(removed.append)
    await hall.connect(await hall.add())
    assert await hall.stations.register.remove(KEY)
    assert removed == [KEY]
    assert isinstance(await hall.stations.admit(knock()), Refused)
    assert len((await hall.stations.views.timeline(KEY)).items) == 1


async def test_no_view_shows_a_digest(hall: Hall) -> None:
    station = await hall.add(security_profile=1, password="geheim")
    view = await hall.stations.views.station(KEY)
    assert view
    assert (station.passwords, view.station.passwords) == (None, None)


async def test_lists_are_paged_by_identity(hall: Hall) -> None:
    for number in (3, 1, 2):
        await hall.add(identity=f"CP{number}")
    views = hall.stations.views
    first = await views.stations("default", StationFilter(), limit=2)
    assert [view.station.key.identity for view in first.items] == ["CP1", "CP2"]
    second = await views.stations("default", StationFilter(), limit=2, cursor=first.next)
    assert [view.station.key.identity for view in second.items] == ["CP3"]
    assert second.next is None


async def test_lists_are_filtered(hall: Hall) -> None:
    site = await hall.stations.register.put_site("default", STOCKHOLM)
    assert isinstance(site, Site)
    await hall.connect(await hall.add(identity="CP1", label="Norra 100%"))
    await hall.add(identity="CP2", registration=Registration.PENDING)
    await hall.add(identity="XX", site=site.id)
    assert await listed(hall, registration=Registration.PENDING) == ["CP2"]
    assert await listed(hall, site=site.id) == ["XX"]
    assert await listed(hall, connected=True) == ["CP1"]
    assert await listed(hall, connected=False) == ["CP2", "XX"]
    assert await listed(hall, search="cp") == ["CP1", "CP2"]
    assert await listed(hall, search="100%") == ["CP1"]
    assert await listed(hall, search="p_") == []


async def test_a_timeline_is_paged_and_bounded(hall: Hall) -> None:
    live = await hall.connect(await hall.add())
    for word in ("Available", "Preparing", "Charging"):
        hall.clock.turn(60)
        now = hall.clock.now()
        report = StatusReported(ref=ConnectorRef(1, 1), status=word, at=now)
        await hall.store(hall.stations.record_status(live, report, now).write)
    views = hall.stations.views
    first = await views.timeline(KEY, limit=2)
    assert [line.wire_status for line in first.items] == ["Charging", "Preparing"]
    second = await views.timeline(KEY, limit=2, cursor=first.next)
    assert [line.value for line in second.items] == ["available", "connected"]
    assert second.next is None
    early = await views.timeline(KEY, until=first.items[0].at, since=START)
    assert len(early.items) == 3


@pytest.mark.parametrize("cursor", ["", "x", "1", "1x.y", "9" * 40 + ".y", "\u0663.y"])
async def test_a_cursor_that_is_none_of_ours_is_told_so(hall: Hall, cursor: str) -> None:
    with pytest.raises(ValueError, match="no cursor"):
        await hall.stations.views.timeline(KEY, cursor=cursor)


@pytest.mark.parametrize("zone", ["Europe/Stockhom", "", "../etc/passwd", "CEST", "europe/x"])
async def test_a_site_needs_a_real_time_zone(hall: Hall, zone: str) -> None:
    answer = await hall.stations.register.put_site("default", NewSite(name="x", time_zone=zone))
    assert isinstance(answer, Problem)
    assert answer.field == "time_zone"


async def test_sites_are_added_changed_and_removed(hall: Hall) -> None:
    register = hall.stations.register
    site = await register.put_site("default", STOCKHOLM)
    assert isinstance(site, Site)
    station = await hall.add(site=site.id)
    moved = await register.put_site(
        "default", NewSite(name="Älvsjö", time_zone="Europe/Stockholm"), site_id=site.id
    )
    assert isinstance(moved, Site)
    assert (moved.id, moved.city, moved.created_at) == (site.id, None, site.created_at)
    assert await register.sites("default") == [moved]
    assert await register.sites("other") == []
    assert await register.site("other", site.id) is None
    assert await register.remove_site("default", site.id)
    assert not await register.remove_site("default", site.id)
    again = await register.station(station.key)
    assert again
    assert again.site is None


FILE = """\
identity;password;security_profile;registration;label;heartbeat_seconds;strict
CP1;geheim;1;accepted;Norra;300;yes

CP2;;0;pending;"Södra; vid muren";;
"""


async def test_a_file_of_stations_is_imported(hall: Hall) -> None:
    imported = await hall.stations.register.import_csv("default", "\ufeff" + FILE)
    assert (imported.added, imported.problems) == (2, ())
    let_in = await hall.stations.admit(knock(user="CP1", password=b"geheim"))
    assert isinstance(let_in, Admitted)
    assert let_in.station.settings == StationSettings(heartbeat_seconds=300, strict=True)
    second = await hall.stations.register.station(StationKey("default", "CP2"))
    assert second
    assert (second.label, second.registration) == ("Södra; vid muren", Registration.PENDING)


async def test_a_file_with_a_bad_line_stores_nothing_and_names_each(hall: Hall) -> None:
    await hall.add(identity="OLD")
    text = (
        "identity,security_profile,registration,password\n"
        "GOOD,0,,\nBAD:1,0,,\nCP3,4,,\nCP4,0,maybe,\nGOOD,0,,\nOLD,0,,\nCP5,0,,,,\nCP6,x,,\n"
    )
    imported = await hall.stations.register.import_csv("default", text)
    places = [(problem.line, problem.field) for problem in imported.problems]
    assert places == [
        (3, "identity"), (4, "security_profile"), (5, "registration"), (6, "identity"),
        (7, "identity"), (8, None), (9, "security_profile"),
    ]  # fmt: skip
    assert await listed(hall) == ["OLD"]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "identity is missing"), ("name\nCP1\n", "identity is missing"),
        ("identity,colour\nCP1,red\n", "unknown column"), ("identity,identity\n", "twice"),
    ],
)  # fmt: skip
async def test_a_file_without_the_right_columns_is_told_so(
    hall: Hall, text: str, word: str
) -> None:
    imported = await hall.stations.register.import_csv("default", text)
    assert [problem.line for problem in imported.problems] == [1]
    assert word in imported.problems[0].text


async def test_an_update_changes_what_the_file_says_and_no_more(hall: Hall) -> None:
    await hall.add(security_profile=1, password="geheim", label="old")
    text = "identity,label\nCP1,new\nCP2,\n"
    imported = await hall.stations.register.import_csv("default", text, update=True)
    assert (imported.added, imported.changed) == (1, 1)
    let_in = await hall.stations.admit(knock(user="CP1", password=b"geheim"))
    assert isinstance(let_in, Admitted)
    assert let_in.station.label == "new"


async def test_the_good_lines_of_a_file_are_taken_where_that_is_asked_for(hall: Hall) -> None:
    await hall.add(label="old")
    text = (
        "identity,security_profile,label,site\n"
        'CP1,0,new,\n"CP2",7,"two\nlines",\nCP3,0,\a,\nCP4,0,,nowhere\nCP5,0,,\n'
    )
    register = hall.stations.register
    imported = await register.import_csv("default", text, update=True, partial=True)
    assert (imported.added, imported.changed) == (1, 1)
    assert [(problem.line, problem.field) for problem in imported.problems] == [
        (4, "security_profile"), (5, "label"), (6, "site"),
    ]  # fmt: skip
    assert await listed(hall) == ["CP1", "CP5"]
    first = await register.station(KEY)
    assert first
    assert first.label == "new"


async def test_endless_problems_are_told_in_part_and_counted(hall: Hall) -> None:
    text = "identity,security_profile\n" + "".join(f"CP{n},7\n" for n in range(1_500)) + "GOOD,0\n"
    imported = await hall.stations.register.import_csv("default", text, partial=True)
    assert (imported.added, len(imported.problems)) == (1, MOST_PROBLEMS + 1)
    assert imported.problems[-1].text == "from here on 500 more lines have problems"


async def test_an_update_of_many_tells_of_each_and_of_decisions_anew(hall: Hall) -> None:
    names = [f"CP{number}" for number in range(35)]
    await hall.stations.register.import_csv("default", "\n".join(["identity", *names]))
    told: list[str] = []
    hall.stations.register.on_changed.append(lambda station: told.append(station.key.identity))
    text = "identity,registration\n" + "".join(f"{name},rejected\n" for name in names)
    imported = await hall.stations.register.import_csv("default", text, update=True)
    assert (imported.changed, told) == (35, names)
    assert [fact.station.identity for fact in await facts(hall)] == names


async def test_a_large_file_leaves_the_loop_to_others(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: set[int] = set()
    turns, told = 0, Counter[int]()

    def read(text: str) -> tuple[list[tuple[int, NewStation]], list[LineProblem]]:
        threads.add(threading.get_ident())
        return read_csv(text)

    async def count_turns() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    monkeypatch.setattr(rules, "read_csv", read)
    hall.stations.register.on_changed.append(lambda _: told.update([turns]))
    others = asyncio.create_task(count_turns())
    text = "identity,security_profile\n" + "".join(f"CP{number},0\n" for number in range(1_000))
    for _ in range(2):
        await hall.stations.register.import_csv("default", text, update=True)
    others.cancel()
    assert told.total() == 2_000
    assert max(told.values()) <= 100
    assert threading.get_ident() not in threads
