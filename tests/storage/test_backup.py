"""A backup is a whole database of one moment, made while others write."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from laddnav.storage.errors import DatabaseMisconfigured
from tests import tables
from tests.storage import things as own
from tests.storage.conftest import Opener
from tests.storage.things import fact, station, stored, thing, write
from tests.waiting import until


async def test_a_backup_under_load_is_whole_and_can_be_opened(
    sqlite_url: str, open_url: Opener, tmp_path: Path
) -> None:
    await tables.create(sqlite_url, own.metadata)
    store = await open_url(sqlite_url)
    written = 0
    stop = asyncio.Event()

    async def load() -> None:
        nonlocal written
        while not stop.is_set():
            pair = (thing(station(1), written), thing(station(2), written))
            await store.commit(write(*pair, facts=(fact(),)))
            written += 1

    async def warm() -> bool:
        return written > 20

    writer = asyncio.create_task(load())
    await until(warm)
    before = written
    await store.backup(tmp_path / "copy.db")
    after = written
    stop.set()
    await writer
    copy = await open_url(f"sqlite:///{tmp_path / 'copy.db'}")
    rows = await stored(copy)
    assert before <= len(rows) / 2 <= after + 1
    assert [row[1] for row in rows[: len(rows) // 2]] == [row[1] for row in rows[len(rows) // 2 :]]
    await copy.commit(write(thing(station(3))))
    check = sqlite3.connect(tmp_path / "copy.db")
    assert check.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    check.close()


async def test_a_backup_replaces_nothing_and_leaves_nothing_behind_when_it_fails(
    sqlite_url: str, open_url: Opener, tmp_path: Path
) -> None:
    store = await open_url(sqlite_url)
    mine = tmp_path / "mine.txt"
    mine.write_text("mine")
    with pytest.raises(DatabaseMisconfigured, match="exists"):
        await store.backup(mine)
    with pytest.raises(DatabaseMisconfigured):
        await store.backup(tmp_path / "nowhere" / "copy.db")
    assert mine.read_text() == "mine"
    assert not mine.with_name("mine.txt.part").exists()


async def test_postgresql_says_that_it_has_its_own_tools(
    postgres_url: str, open_url: Opener, tmp_path: Path
) -> None:
    store = await open_url(postgres_url)
    with pytest.raises(DatabaseMisconfigured, match="pg_dump"):
        await store.backup(tmp_path / "copy.db")
