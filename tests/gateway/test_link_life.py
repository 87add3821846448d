"""Links that begin, replace each other and end."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from websockets.asyncio.client import ClientConnection
from websockets.extensions.permessage_deflate import PerMessageDeflate

from laddnav.gateway.line.wire import Incoming
from laddnav.kernel.keys import StationKey
from laddnav.stations.model import (
    StationSettings,
)
from tests.gateway.hub import Charger, Hub, hub
from tests.waiting import until

NOW = "2026-11-20T12:00:00Z"
STATUS = {"connectorId": 1, "errorCode": "NoError", "status": "Available", "timestamp": NOW}
BOOT = {"chargePointVendor": "Vendor", "chargePointModel": "Model"}
START = {"connectorId": 1, "idTag": "TAG", "meterStart": 100, "timestamp": NOW}


@pytest.fixture
async def running(sqlite_url: str) -> AsyncIterator[Hub]:
    async with hub(sqlite_url) as opened:
        await opened.add()
        yield opened


async def test_a_newer_connection_replaces_the_older_and_is_not_removed_by_its_end(
    running: Hub,
) -> None:
    async with running.charger() as older:
        await older.ask("Heartbeat", {})
        async with running.charger() as newer:
            await newer.ask("Heartbeat", {})
            assert await older.closed() == (1000, "replaced by a newer connection")
            await newer.ask("StatusNotification", STATUS)
            link = running.link()
            assert link is not None
            view = await running.rooms.stations.views.station(link.key)
            assert view is not None
            assert view.connected
        await until(lambda: running.link() is None)


async def test_a_station_without_password_is_replaced_only_when_it_is_silent(
    running: Hub,
) -> None:
    await running.add("OPEN", security_profile=0)
    async with running.charger("OPEN", password=None) as older:
        await older.ask("Heartbeat", {})
        with pytest.raises(Exception, match="403"):
            async with running.charger("OPEN", password=None):
                pass
        assert (await older.ask("Heartbeat", {}))[0] == 3


async def test_a_silent_station_without_password_is_replaced(
    running: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("laddnav.gateway.links.PROBE_SECONDS", 0.1)
    await running.add("OPEN", security_profile=0)
    async with running.charger("OPEN", password=None) as older:
        await older.ask("Heartbeat", {})
        older.socket.transport.pause_reading()
        async with running.charger("OPEN", password=None) as newer:
            assert (await newer.ask("Heartbeat", {}))[0] == 3
        older.socket.transport.abort()


async def test_a_station_without_password_and_pings_is_replaced_at_once(running: Hub) -> None:
    await running.add("OPEN", security_profile=0, settings=StationSettings(ping_seconds=0))
    async with running.charger("OPEN", password=None) as older:
        await older.ask("Heartbeat", {})
        async with running.charger("OPEN", password=None) as newer:
            assert (await newer.ask("Heartbeat", {}))[0] == 3


async def test_frames_that_come_right_before_the_end_are_taken(running: Hub) -> None:
    async with running.charger() as charger:
        await charger.ask("Heartbeat", {})
        running.database.gate.clear()
        await charger.tell(2, "a", "StatusNotification", STATUS)
        await charger.tell(2, "b", "StatusNotification", {**STATUS, "connectorId": 2})
    running.database.gate.set()
    await until(lambda: running.link() is None)
    rows = [row.into.table.name for write in running.database.commits for row in write.rows]
    assert rows.count("connectors") == 2


async def test_at_the_end_all_links_close_with_1001_after_what_came_is_answered(
    running: Hub,
) -> None:
    await running.add("CP2")
    async with running.charger() as charger, running.charger("CP2") as other:
        await charger.ask("Heartbeat", {})
        await other.ask("Heartbeat", {})
        running.database.gate.clear()
        await charger.tell(2, "a", "StatusNotification", STATUS)
        await until(lambda: running.database.waiting == 1)
        closing = asyncio.create_task(running.links.close(5))
        await asyncio.sleep(0)
        running.database.gate.set()
        assert (await charger.hear())[1] == "a"
        assert await charger.closed() == (1001, "the server is stopping")
        assert (await other.closed())[0] == 1001
        await closing


async def test_a_link_may_show_a_certificate_until_it_is_known_that_it_does_not(
    running: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, load = asyncio.Event(), running.rooms.sessions.load

    async def late(key: StationKey, epoch: int) -> None:
        await gate.wait()
        await load(key, epoch)

    monkeypatch.setattr(running.rooms.sessions, "load", late)
    async with running.charger() as charger:
        link = running.link()
        assert link is not None
        assert link.may_show_certificate
        gate.set()
        await charger.ask("Heartbeat", {})
        assert not link.may_show_certificate


async def test_compression_is_for_ocpp_2_and_for_stations_that_may(running: Hub) -> None:
    await running.add("NONE", settings=StationSettings(deflate=False))
    for identity, version, expected in (
        ("CP1", "ocpp1.6", False),
        ("CP1", "ocpp2.0.1", True),
        ("CP1", "ocpp2.1", True),
        ("NONE", "ocpp2.1", False),
    ):
        async with running.charger(identity, version) as charger:
            assert (await charger.ask("Heartbeat", {}))[0] == 3
            extensions = charger.socket.protocol.extensions
            assert any(isinstance(one, PerMessageDeflate) for one in extensions) is expected


async def test_large_answers_are_compressed_in_their_order(running: Hub) -> None:
    # what is sent here is no OCPP, so nobody overhears it
    async with running.charger("CP1", "ocpp2.1", create_connection=ClientConnection) as charger:
        await charger.ask("Heartbeat", {})
        link = running.link()
        assert link is not None
        texts = [f'"{number}{"x" * (40_000 if number % 2 else 10)}"' for number in range(10)]
        for text in texts:
            link._wire.send(text)  # noqa: SLF001 - no answer of ours is large enough to be compressed in a thread
        assert [await charger.socket.recv() for _ in texts] == texts


async def test_the_journal_tells_what_was_said(running: Hub) -> None:
    async with running.charger() as charger:
        await charger.ask("StatusNotification", STATUS)
        await charger.socket.send("nonsense")
        await charger.ask("Heartbeat", {})
        link = running.link()
        assert link is not None
        page = await running.rooms.journal.messages(link.key)
        told = [(f.way.value, f.kind.value, f.action, f.message_id) for f in reversed(page.items)]
        assert told == [
            ("in", "call", "StatusNotification", "1"),
            ("out", "result", "StatusNotification", "1"),
            ("in", "malformed", None, None),
            ("in", "call", "Heartbeat", "2"),
            ("out", "result", "Heartbeat", "2"),
        ]


async def many(charger: Charger, count: int) -> None:
    for _ in range(count):
        await charger.ask("Heartbeat", {})


async def test_ten_flapping_stations_leave_nothing_behind(running: Hub) -> None:
    for number in range(10):
        await running.add(f"F{number}")
    for _ in range(5):
        for number in range(10):
            async with running.charger(f"F{number}") as charger:
                await many(charger, 1)
                if number % 2:
                    charger.socket.transport.abort()
    await until(lambda: len(running.links.registry) == 0)


async def test_a_reason_is_cut_to_what_a_close_frame_holds(running: Hub) -> None:
    async with running.charger() as charger:
        await charger.ask("Heartbeat", {})
        link = running.link()
        assert link is not None
        link.close(1000, "ö" * 200)
        code, reason = await charger.closed()
        assert (code, reason) == (1000, "ö" * 61)


async def test_a_frame_that_swells_when_it_is_inflated_closes_with_1009(running: Hub) -> None:
    async with running.charger(version="ocpp2.1") as charger:
        await charger.ask("Heartbeat", {})
        await charger.socket.send("[" + " " * 3_000_000 + "]")
        assert (await charger.closed())[0] == 1009


async def test_state_that_is_let_go_while_it_is_read_is_not_used(
    running: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where a newer link of the station begins at another node in this moment."""
    real = running.rooms.sessions.load

    async def load(key: StationKey, epoch: int) -> None:
        await real(key, epoch)
        running.rooms.stations.fleet.forget(key)

    with monkeypatch.context() as patched:
        patched.setattr(running.rooms.sessions, "load", load)
        async with running.charger() as charger:
            await charger.tell(2, "a", "StartTransaction", START)
            assert await charger.closed() == (1001, "the station is connected elsewhere")
    async with running.charger() as charger:
        assert (await charger.ask("StartTransaction", START))[0] == 3
    assert running.evidence() == []


async def test_room_that_is_made_before_anybody_waits_for_it_is_noticed(running: Hub) -> None:
    # what is answered here never went over the wire, so nobody overhears it
    async with running.charger(create_connection=ClientConnection) as charger:
        await charger.ask("Heartbeat", {})
        link = running.link()
        assert link is not None
        running.database.gate.clear()
        link.take(Incoming(json.dumps([2, "0", "StatusNotification", STATUS])))
        asked = 0
        waiting = None
        while waiting is None:
            asked += 1
            waiting = link.take(Incoming(json.dumps([2, str(asked), "Heartbeat", {}])))
        running.database.gate.set()
        answered = [(await charger.hear())[1] for _ in range(asked + 1)]
        assert answered == [str(one) for one in range(asked + 1)]
        reader = asyncio.ensure_future(waiting)
        await asyncio.sleep(0)
        assert reader.done()
