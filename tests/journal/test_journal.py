"""Frames and links: kept in order, read back by filter, bounded, and lost without harm."""

import asyncio
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs
from typing_extensions import override

from laddnav.journal.model import Frame, FrameFilter, FrameKind, Limits, Way
from laddnav.journal.service import Journal, LinkJournal, open_store
from laddnav.journal.service.journal import journal_path
from laddnav.journal.store.frames import Batch, FrameStore
from laddnav.journal.store.sqlite import SqliteFrames
from laddnav.kernel.keys import StationKey
from laddnav.storage.database import Database, Record
from laddnav.storage.errors import DatabaseMisconfigured, StorageUnavailable
from tests.stations.hall import KEY, START, ManualClock
from tests.waiting import until

HEARTBEAT = '[2,"17","Heartbeat",{}]'


def opened(journal: Journal, key: StationKey = KEY, name: str = "link-1") -> LinkJournal:
    return journal.open_link(key, connection=name, address="192.0.2.7", version="1.6")


def note(link: LinkJournal, text: str = HEARTBEAT, **told: object) -> None:
    usual: dict[str, object] = {"action": "Heartbeat", "message_id": "17", "at": START}
    way, kind = told.pop("way", Way.IN), told.pop("kind", FrameKind.CALL)
    link.note(way, kind, text, **{**usual, **told})  # type: ignore[arg-type]  # fields are passed on as a dict; a wrong one fails the test at once


async def texts(journal: Journal, key: StationKey = KEY, **wanted: object) -> list[str]:
    page = await journal.messages(key, FrameFilter(**wanted))  # type: ignore[arg-type]  # fields are passed on as a dict; a wrong one fails the test at once
    return [frame.text for frame in page.items]


async def test_a_frame_is_read_back_as_it_went_over_the_wire(journal: Journal) -> None:
    note(opened(journal))
    page = await journal.messages(KEY)
    assert page.next is None
    (frame,) = page.items
    assert frame == Frame(
        id=frame.id, at=START, way=Way.IN, kind=FrameKind.CALL, action="Heartbeat",
        message_id="17", connection="link-1", size=len(HEARTBEAT), text=HEARTBEAT,
    )  # fmt: skip


async def test_frames_are_listed_newest_first_over_links_and_paged(
    journal: Journal, clock: ManualClock
) -> None:
    for name in ("link-1", "link-2"):
        link = opened(journal, name=name)
        for number in (1, 2, 3):
            note(link, f"{name}: {number}")
        clock.turn(1)
    seen: list[str] = []
    cursor: str | None = None
    for _ in range(3):
        page = await journal.messages(KEY, limit=2, cursor=cursor)
        seen += [frame.text for frame in page.items]
        cursor = page.next
    assert cursor is None
    assert seen == [f"{name}: {number}" for name in ("link-2", "link-1") for number in (3, 2, 1)]


async def test_frames_are_found_by_what_they_are(journal: Journal) -> None:
    link = opened(journal)
    note(link, "call")
    note(link, "RESULT", way=Way.OUT, kind=FrameKind.RESULT)
    later = START + timedelta(minutes=1)
    note(link, "100% boot", action="BootNotification", message_id="18", at=later)
    assert await texts(journal, action="BootNotification") == ["100% boot"]
    assert await texts(journal, way=Way.OUT) == ["RESULT"]
    assert await texts(journal, kind=FrameKind.CALL) == ["100% boot", "call"]
    assert await texts(journal, message_id="17") == ["RESULT", "call"]
    assert await texts(journal, since=later) == ["100% boot"]
    assert await texts(journal, until=later) == ["RESULT", "call"]
    assert await texts(journal, search="result") == ["RESULT"]
    assert await texts(journal, search="0% B") == ["100% boot"]
    assert await texts(journal, search="\0", action="\0", message_id="\ud800") == []


async def test_frames_of_many_flushes_are_found_whatever_is_asked_for(journal: Journal) -> None:
    link = opened(journal)
    for number in range(250):
        note(link, f"frame {number}", action=("Heartbeat", "Authorize")[number % 2])
        if number % 3:
            await journal.flush()
    assert len(await texts(journal, search="frame")) == 100
    cursor, seen = None, list[str]()
    for _ in range(3):
        page = await journal.messages(KEY, FrameFilter(search="frame"), limit=99, cursor=cursor)
        seen += [frame.text for frame in page.items]
        cursor = page.next
    assert seen == [f"frame {number}" for number in reversed(range(250))]
    assert await texts(journal, search="FRAME 0", action="Heartbeat") == ["frame 0"]
    assert await texts(journal, search="frame 0", action="Authorize") == []
    odd = await journal.messages(KEY, FrameFilter(action="Authorize"), limit=2)
    assert [frame.text for frame in odd.items] == ["frame 249", "frame 247"]


async def test_what_comes_in_one_burst_is_kept_whole_and_in_order(journal: Journal) -> None:
    link = opened(journal)
    burst = [f"{number}" + "x" * (60_000 if number % 100 == 0 else 10) for number in range(500)]
    for text in burst:
        note(link, text)
    page = await journal.messages(KEY, limit=501)
    assert [frame.text for frame in page.items] == burst[::-1]


async def test_no_station_sees_frames_of_another_or_of_another_operator(journal: Journal) -> None:
    note(opened(journal))
    assert await texts(journal, StationKey("default", "CP2")) == []
    assert await texts(journal, StationKey("other", "CP1")) == []


async def test_secrets_are_masked_before_they_are_kept(journal: Journal) -> None:
    text = '[2,"1","ChangeConfiguration",{"key":"AuthorizationKey","value":"c0ffee"}]'
    note(opened(journal), text, action="ChangeConfiguration", way=Way.OUT)
    assert await texts(journal) == [text.replace("c0ffee", "***")]


async def test_a_frame_may_hold_anything(journal: Journal) -> None:
    odd = 'NUL \0, half \ud83d, whole \N{ELECTRIC PLUG}, "åäö"'
    note(opened(journal), odd, action="a\0", message_id="x" * 500)
    (frame,) = (await journal.messages(KEY)).items
    assert frame.text == 'NUL \N{REPLACEMENT CHARACTER}, half ?, whole \N{ELECTRIC PLUG}, "åäö"'
    assert len(frame.message_id or "") == 100


async def test_a_long_frame_is_cut_and_its_size_is_told(journal: Journal) -> None:
    note(opened(journal), "x" * 100_000)
    (frame,) = (await journal.messages(KEY)).items
    assert (len(frame.text), frame.size) == (Limits().frame_chars, 100_000)


async def test_a_link_is_a_period_with_a_reason_for_its_end(
    journal: Journal, clock: ManualClock
) -> None:
    first = opened(journal)
    clock.turn(60)
    journal.close_link(first, "closed by the station")
    opened(journal, name="link-2")
    page = await journal.periods(KEY, limit=1)
    assert [(link.connection, link.ended_at) for link in page.items] == [("link-2", None)]
    (older,) = (await journal.periods(KEY, cursor=page.next)).items
    assert (older.started_at, older.ended_at) == (START, START + timedelta(seconds=60))
    assert (older.reason, older.address, older.version) == (
        "closed by the station", "192.0.2.7", "1.6",
    )  # fmt: skip


@pytest.mark.parametrize("cursor", ["", "x", "1.x", "1", "9" * 30 + ".1", "-1.1"])
async def test_a_cursor_that_is_none_of_ours_is_told_so(journal: Journal, cursor: str) -> None:
    with pytest.raises(ValueError, match="no cursor"):
        await journal.messages(KEY, cursor=cursor)


async def test_frames_survive_a_restart(
    journal: Journal, database: Database, database_url: str, clock: ManualClock
) -> None:
    note(opened(journal))
    await journal.flush()
    again = Journal(open_store(database_url, database), clock)
    await again.start()
    assert await texts(again) == [HEARTBEAT]
    await again.close()


async def test_old_frames_go_and_young_ones_stay(journal: Journal, clock: ManualClock) -> None:
    old = opened(journal)
    note(old, "old")
    journal.close_link(old, "closed")
    clock.turn(31 * 86_400)
    note(opened(journal, name="link-2"), "young", at=clock.now())
    await journal.flush()
    await journal.prune()
    assert await texts(journal) == ["young"]
    assert [link.connection for link in (await journal.periods(KEY)).items] == ["link-2"]


async def test_beyond_its_size_the_journal_drops_the_oldest(
    tmp_path: Path, clock: ManualClock
) -> None:
    limits = Limits(megabytes=8, pending_megabytes=100)
    journal = Journal(SqliteFrames(tmp_path / "j.db"), clock, limits)
    await journal.start()
    link = opened(journal)
    for number in range(12_000):
        note(link, f"{number:06}" + "x" * 2_000)
    await journal.flush()
    await journal.prune()
    newest = (await journal.messages(KEY, limit=1)).items[0]
    assert newest.text.startswith("011999")
    assert await texts(journal, search="000000x") == []
    await journal.close()
    assert (tmp_path / "j.db").stat().st_size < 20 * 1_048_576


class Away(FrameStore):
    """A store that can be cut off."""

    def __init__(self) -> None:
        self.is_away = True
        self.fault: Exception | None = None
        self.written: list[str] = []
        self.links = 0
        self.wrote = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()

    @override
    async def start(self) -> None: ...

    @override
    async def close(self) -> None: ...

    @override
    async def write(self, batch: Batch) -> None:
        await self.gate.wait()
        if self.is_away:
            raise StorageUnavailable
        if self.fault is not None:
            raise self.fault
        self.links += len(batch.links)
        self.written += [values[-1] for _, noted in batch.noted for values in noted]
        self.wrote.set()

    @override
    async def read(self, query: sa.Select[object]) -> list[Record]:
        return []

    @override
    async def prune(self, before_micros: int, limits: Limits) -> None: ...


async def test_frames_wait_for_a_store_that_is_away_in_order(clock: ManualClock) -> None:
    store = Away()
    journal = Journal(store, clock)
    link = opened(journal)
    note(link, "1")
    with pytest.raises(StorageUnavailable):
        await journal.flush()
    note(link, "2")
    store.is_away = False
    await journal.flush()
    assert (store.written, journal.dropped) == (["1", "2"], 0)


async def test_what_waits_is_bounded_and_what_is_dropped_is_counted(clock: ManualClock) -> None:
    journal = Journal(Away(), clock, Limits(pending_megabytes=1))
    link = opened(journal)
    for _ in range(30):
        note(link, "x" * 60_000)
    assert journal.dropped == 13
    with pytest.raises(StorageUnavailable):
        await journal.flush()
    assert journal.dropped == 13


async def test_whatever_goes_wrong_with_some_frames_the_next_are_written(
    clock: ManualClock,
) -> None:
    store = Away()
    store.is_away = False
    journal = Journal(store, clock, Limits(pending_megabytes=1))
    await journal.start()
    link = opened(journal)
    store.fault = RuntimeError("odd")
    note(link, "1")
    with capture_logs() as logs:
        await until(lambda: journal.dropped)
    assert [line["log_level"] for line in logs] == ["error"]
    store.fault = None
    note(link, "2")
    await store.wrote.wait()
    assert store.written == ["2"]
    await journal.close()


async def test_who_gives_up_asking_takes_no_room_from_what_comes_next(clock: ManualClock) -> None:
    store = Away()
    store.is_away = False
    journal = Journal(store, clock, Limits(pending_megabytes=1))
    link = opened(journal)
    store.gate.clear()
    for _ in range(20):
        note(link, "x" * 60_000)
        asking = asyncio.create_task(journal.messages(KEY))
        await asyncio.sleep(0)
        asking.cancel()
        await asyncio.wait((asking,))
    assert journal.dropped == 0


async def test_links_that_begin_and_end_while_the_store_is_away_are_bounded(
    clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("laddnav.journal.service.journal._MOST_LINKS", 5)
    store = Away()
    journal = Journal(store, clock)
    for _ in range(10):
        journal.close_link(opened(journal), "away")
    with pytest.raises(StorageUnavailable):
        await journal.flush()
    store.is_away = False
    await journal.flush()
    assert store.links == 5


async def test_a_journal_that_is_switched_off_keeps_nothing(clock: ManualClock) -> None:
    store = Away()
    store.is_away = False
    journal = Journal(store, clock, Limits(enabled=False))
    note(opened(journal))
    await journal.flush()
    assert store.written == []


async def test_frames_are_written_by_themselves(clock: ManualClock) -> None:
    store = Away()
    store.is_away = False
    journal = Journal(store, clock)
    await journal.start()
    note(opened(journal))
    async with asyncio.timeout(30):
        await store.wrote.wait()
    assert store.written == [HEARTBEAT]
    await journal.close()


async def test_a_file_of_another_form_is_begun_anew(tmp_path: Path, clock: ManualClock) -> None:
    path = tmp_path / "j.db"
    first = Journal(SqliteFrames(path), clock)
    await first.start()
    note(opened(first))
    await first.close()
    _set_form(path, 99)
    second = Journal(SqliteFrames(path), clock)
    await second.start()
    assert await texts(second) == []
    await second.close()


def _set_form(path: Path, number: int) -> None:
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {number}")
    connection.close()


async def test_a_file_that_cannot_be_opened_is_told_in_one_line(
    tmp_path: Path, clock: ManualClock
) -> None:
    (tmp_path / "j.db").write_bytes(b"no database" * 100)
    journal = Journal(SqliteFrames(tmp_path / "j.db"), clock)
    with pytest.raises(DatabaseMisconfigured, match=r"cannot open the journal .*j\.db"):
        await journal.start()


def test_the_journal_does_not_take_a_name_of_sqlites_own() -> None:
    assert journal_path(Path("/x/laddnav.db")) == Path("/x/laddnav-journal.db")
    assert journal_path(Path("data")) == Path("data-journal.db")


async def test_processes_that_start_together_make_one_journal(tmp_path: Path) -> None:
    stores = [SqliteFrames(tmp_path / "x-journal.db") for _ in range(8)]
    await asyncio.gather(*(store.start() for store in stores))
    for store in stores:
        await store.close()
