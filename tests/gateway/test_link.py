"""A station's connection, on real rooms and a real database."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import datetime

import pytest
import websockets
from websockets.extensions.permessage_deflate import PerMessageDeflate

from laddnav.gateway import dispatch
from laddnav.gateway.dispatch import Answer, Desk
from laddnav.kernel.keys import StationKey
from laddnav.ocpp.action import Version
from laddnav.ocpp.v16 import core
from laddnav.sessions.live.outcome import Judgement
from laddnav.sessions.model import Word
from laddnav.stations.model import (
    Registration,
    StationChange,
    StationSettings,
)
from laddnav.storage.errors import Fenced, StorageUnavailable, Unstorable
from laddnav.storage.write import Write
from laddnav.tokens.model import TokenVerdict
from tests.gateway.doubles import until
from tests.gateway.hub import Charger, Hub, hub

NOW = "2026-11-20T12:00:00Z"
STATUS = {"connectorId": 1, "errorCode": "NoError", "status": "Available", "timestamp": NOW}
BOOT = {"chargePointVendor": "Vendor", "chargePointModel": "Model"}
START = {"connectorId": 1, "idTag": "TAG", "meterStart": 100, "timestamp": NOW}


@pytest.fixture
async def running(sqlite_url: str) -> AsyncIterator[Hub]:
    async with hub(sqlite_url) as opened:
        await opened.add()
        yield opened


async def evidence_of(running: Hub) -> list[str]:
    """Return the reasons for which frames are kept as evidence."""
    kept = [row for write in running.database.commits for row in write.rows]
    return [
        str(row.values[row.into.columns.index("reason")])
        for row in kept
        if row.into.table.name == "session_evidence"
    ]


async def test_a_station_that_was_admitted_is_heard_from_its_first_frame(running: Hub) -> None:
    async with running.charger() as charger:
        answer = await charger.ask("Heartbeat", {})
        assert answer[0] == 3
        assert answer[2]["currentTime"].endswith("Z")
        assert (await charger.ask("StatusNotification", STATUS))[2] == {}
        assert (await charger.ask("BootNotification", BOOT))[2]["status"] == "Accepted"


async def test_an_answer_follows_its_commit(running: Hub) -> None:
    async with running.charger() as charger:
        await charger.ask("Heartbeat", {})
        running.database.gate.clear()
        await charger.tell(2, "a", "StatusNotification", STATUS)
        await charger.tell(2, "b", "Heartbeat", {})
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await charger.hear()
        running.database.gate.set()
        assert [(await charger.hear())[1], (await charger.hear())[1]] == ["a", "b"]


async def test_a_station_that_pipelines_is_answered_in_its_order(running: Hub) -> None:
    async with running.charger() as charger:
        await charger.ask("Heartbeat", {})
        running.database.gate.clear()
        for number in range(100):
            action = "Heartbeat" if number % 2 else "StartTransaction"
            payload = {} if number % 2 else {**START, "meterStart": number}
            await charger.tell(2, str(number), action, payload)
        await until(lambda: running.links.violations.of(running_key(running)).get("queue_full"))
        running.database.gate.set()
        assert [(await charger.hear())[1] for _ in range(100)] == [str(n) for n in range(100)]


def running_key(running: Hub) -> StationKey:
    link = running.link()
    assert link is not None
    return link.key


async def test_pings_are_answered_while_a_commit_waits(running: Hub) -> None:
    async with running.charger() as charger:
        await charger.ask("Heartbeat", {})
        running.database.gate.clear()
        await charger.tell(2, "a", "StatusNotification", STATUS)
        async with asyncio.timeout(5):
            await (await charger.socket.ping())
        running.database.gate.set()


# ---- registration --------------------------------------------------------------------------


@pytest.mark.ocpp("B02.FR.09")
async def test_a_pending_station_is_told_so_and_then_refused(running: Hub) -> None:
    await running.add("CP2", registration=Registration.PENDING)
    async with running.charger("CP2") as charger:
        assert (await charger.ask("Heartbeat", {}))[0] == 3
        assert (await charger.ask("BootNotification", BOOT))[2]["status"] == "Pending"
        assert (await charger.ask("Heartbeat", {}))[2] == "SecurityError"
        refused = await charger.ask("StartTransaction", START)
        assert refused[:3] == [4, refused[1], "SecurityError"]
        assert await evidence_of(running) == ["not_registered"]


async def test_a_refused_station_stays_refused_over_reconnects_until_it_is_accepted(
    running: Hub,
) -> None:
    key = await running.add("CP2", registration=Registration.PENDING)
    async with running.charger("CP2") as charger:
        await charger.ask("BootNotification", BOOT)
    async with running.charger("CP2") as charger:
        assert (await charger.ask("Heartbeat", {}))[2] == "SecurityError"
        change = StationChange(registration=Registration.ACCEPTED)
        await running.rooms.stations.register.change(key, change)
        assert (await charger.ask("Heartbeat", {}))[0] == 3


# ---- failures ------------------------------------------------------------------------------


class Failure:
    """Fails commits that touch a table, as often as it is told to."""

    def __init__(self, error: Exception, table: str, times: int = 1_000) -> None:
        self.error = error
        self.table = table
        self.times = times

    def __call__(self, write: Write) -> None:
        touches = not self.table or any(row.into.table.name == self.table for row in write.rows)
        if touches and self.times:
            self.times -= 1
            raise self.error


async def test_what_is_not_durable_in_time_is_not_answered_and_the_link_closes(
    running: Hub,
) -> None:
    async with running.charger() as charger:
        await charger.ask("Heartbeat", {})
        running.database.on_commit = Failure(StorageUnavailable(), "")
        await charger.tell(2, "a", "StatusNotification", STATUS)
        await charger.tell(2, "b", "Heartbeat", {})
        code, reason = await charger.closed()
        assert (code, reason) == (1013, "the database is away")
        with pytest.raises(websockets.ConnectionClosedError):
            await charger.hear()


async def test_state_of_an_uncertain_commit_is_not_found_by_the_next_link(running: Hub) -> None:
    async with running.charger() as charger:
        await charger.ask("Heartbeat", {})
        running.database.on_commit = Failure(StorageUnavailable(), "connectors")
        await charger.tell(2, "a", "StatusNotification", STATUS)
        await charger.closed()
    running.database.on_commit = lambda _: None
    async with running.charger() as charger:
        before = len(running.database.commits)
        await charger.ask("StatusNotification", STATUS)
        tables = {row.into.table.name for w in running.database.commits[before:] for row in w.rows}
        assert "connectors" in tables  # the repeat was not taken for what is stored


async def test_without_the_database_authorize_fails_and_heartbeat_does_not(running: Hub) -> None:
    async with running.charger() as charger:
        await charger.ask("Heartbeat", {})

        async def verdict(*_: object, **__: object) -> TokenVerdict:
            raise StorageUnavailable

        running.rooms.tokens.verdict = verdict  # type: ignore[method-assign]  # away
        assert (await charger.ask("Authorize", {"idTag": "TAG"}))[2] == "InternalError"
        assert (await charger.ask("Heartbeat", {}))[0] == 3


async def test_a_start_waits_for_a_database_that_comes_back(running: Hub) -> None:
    async with running.charger() as charger:
        await charger.ask("Heartbeat", {})
        failures = [StorageUnavailable(), StorageUnavailable()]

        async def judge(key: StationKey, word: Word, *, now: datetime) -> Judgement:
            if failures:
                raise failures.pop()
            return await real(key, word, now=now)

        real = running.rooms.sessions.judge
        running.rooms.sessions.judge = judge  # type: ignore[method-assign]  # away twice
        answer = await charger.ask("StartTransaction", START)
        assert answer[0] == 3
        assert answer[2]["transactionId"] > 0


async def test_a_start_waits_no_longer_than_it_may(sqlite_url: str) -> None:
    async with hub(sqlite_url, hold_seconds=0.1) as running:
        await running.add()
        async with running.charger() as charger:
            await charger.ask("Heartbeat", {})

            async def judge(key: StationKey, word: Word, *, now: datetime) -> Judgement:
                raise StorageUnavailable

            running.rooms.sessions.judge = judge  # type: ignore[method-assign]  # away
            await charger.tell(2, "a", "StartTransaction", START)
            assert (await charger.closed())[0] == 1013


async def test_what_cannot_be_stored_is_kept_and_answered_and_others_go_on(running: Hub) -> None:
    await running.add("CP2")
    async with running.charger() as charger, running.charger("CP2") as other:
        await charger.ask("Heartbeat", {})
        await other.ask("Heartbeat", {})
        running.database.on_commit = Failure(Unstorable(), "sessions", times=1)
        answer = await charger.ask("StartTransaction", START)
        assert answer[0] == 3
        assert answer[2]["transactionId"] > 0
        assert await evidence_of(running) == ["unstorable"]
        assert (await other.ask("StartTransaction", START))[0] == 3
        # What memory held of it is gone: the same start is a new one, and is stored now.
        again = await charger.ask("StartTransaction", START)
        assert again[0] == 3
        assert again[2]["transactionId"] != answer[2]["transactionId"]


async def test_a_station_that_another_node_claimed_is_let_go(running: Hub) -> None:
    async with running.charger() as charger:
        await charger.ask("Heartbeat", {})
        running.database.on_commit = Failure(Fenced(), "connectors")
        await charger.tell(2, "a", "StatusNotification", STATUS)
        assert await charger.closed() == (1001, "the station is connected elsewhere")


async def test_a_translator_that_fails_hurts_one_message_of_one_station(
    running: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(desk: Desk, _request: core.HeartbeatRequest) -> Answer:
        if desk.key.identity == "CP1":
            message = "a fault of ours"
            raise RuntimeError(message)
        return Answer(response=core.HeartbeatResponse(current_time=desk.now))

    await running.add("CP2")
    async with running.charger() as charger, running.charger("CP2") as other:
        await charger.ask("StatusNotification", STATUS)
        monkeypatch.setitem(dispatch._ANSWERS[Version.V16], "Heartbeat", broken)  # noqa: SLF001 - the table
        refused = await charger.ask("Heartbeat", {})
        assert refused[2] == "InternalError"
        assert "fault" not in json.dumps(refused)
        assert (await charger.ask("StatusNotification", STATUS))[0] == 3
        assert (await other.ask("Heartbeat", {}))[0] == 3


@pytest.mark.parametrize(
    ("action", "payload"),
    [
        ("StartTransaction", START),
        ("StopTransaction", {"transactionId": 1, "meterStop": 5, "timestamp": NOW}),
        (
            "MeterValues",
            {
                "connectorId": 1,
                "meterValue": [{"timestamp": NOW, "sampledValue": [{"value": "1"}]}],
            },
        ),
    ],
)
async def test_energy_is_acknowledged_and_kept_even_where_its_translator_fails(
    running: Hub, monkeypatch: pytest.MonkeyPatch, action: str, payload: dict[str, object]
) -> None:
    def broken(_desk: Desk, _request: object) -> Answer:
        raise RuntimeError

    monkeypatch.setitem(dispatch._ANSWERS[Version.V16], action, broken)  # noqa: SLF001 - the table
    async with running.charger() as charger:
        answer = await charger.ask(action, payload)
        assert answer[0] == 3
        assert len(await evidence_of(running)) == 1


async def test_an_answer_that_breaks_its_schema_is_never_sent(
    running: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(_desk: Desk, _request: object) -> Answer:
        return Answer(response=core.DataTransferResponse(status="Nonsense"))  # type: ignore[arg-type]  # wrong on purpose

    monkeypatch.setitem(dispatch._ANSWERS[Version.V16], "DataTransfer", wrong)  # noqa: SLF001 - the table
    async with running.charger() as charger:
        assert (await charger.ask("DataTransfer", {"vendorId": "v"}))[2] == "InternalError"


# ---- input that is odd or wrong -----------------------------------------------------------


@pytest.mark.parametrize(
    ("frame", "answer"),
    [
        ('[2,"1","Heartbeat",{}', [4, "1", "FormationViolation"]),
        ('[2,"1","Nonsense",{}]', [4, "1", "NotImplemented"]),
        ('[2,"1","RemoteStartTransaction",{"idTag":"T"}]', [4, "1", "NotSupported"]),
        ('[2,"1","StatusNotification",{"connectorId":[]}]', [4, "1", "TypeConstraintViolation"]),
    ],
)
async def test_malformed_messages_get_the_error_of_their_version(
    running: Hub, frame: str, answer: list[object]
) -> None:
    async with running.charger() as charger:
        await charger.socket.send(frame)
        heard = await charger.hear()
        assert heard[:2] == answer[:2]
        assert str(heard[2]).startswith(str(answer[2]))
        assert (await charger.ask("Heartbeat", {}))[0] == 3


async def test_a_leading_comma_is_forgiven(running: Hub) -> None:
    frame = (
        '[2,"1","MeterValues",{"connectorId":1,"meterValue":[,{"timestamp":"' + NOW + '",'
        '"sampledValue":[,{"value":"1"}]}]}]'
    )
    async with running.charger() as charger:
        await charger.socket.send(frame)
        assert await charger.hear() == [3, "1", {}]
        assert running.links.violations.of(running_key(running))["no_json"] == 1


async def test_nothing_is_forgiven_to_a_station_in_strict_mode(running: Hub) -> None:
    await running.add("CP2", settings=StationSettings(strict=True))
    async with running.charger("CP2") as charger:
        refused = await charger.ask("StartTransaction", {**START, "meterStart": "100"})
        assert refused[2] == "TypeConstraintViolation"


async def test_octets_that_are_no_utf8_are_forgiven_and_counted(running: Hub) -> None:
    async with running.charger() as charger:
        frame = b'[2,"1","DataTransfer",{"vendorId":"Stra\xdfe"}]'
        await charger.socket.send(frame, text=True)
        assert (await charger.hear())[0] == 3
        assert running.links.violations.of(running_key(running))["no_utf8"] == 1


async def test_what_is_mended_is_counted(running: Hub) -> None:
    async with running.charger() as charger:
        await charger.ask("StatusNotification", {**STATUS, "errorCode": "Error"})
        counts = running.links.violations.of(running_key(running))
        assert counts == {"unknown_word $.errorCode": 1}


# ---- one link for each station ------------------------------------------------------------


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
    async with running.charger("OPEN") as older:
        await older.ask("Heartbeat", {})
        with pytest.raises(Exception, match="403"):
            async with running.charger("OPEN"):
                pass
        assert (await older.ask("Heartbeat", {}))[0] == 3


async def test_a_silent_station_without_password_is_replaced(
    running: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("laddnav.gateway.links.PROBE_SECONDS", 0.1)
    await running.add("OPEN", security_profile=0)
    async with running.charger("OPEN") as older:
        await older.ask("Heartbeat", {})
        older.socket.transport.pause_reading()
        async with running.charger("OPEN") as newer:
            assert (await newer.ask("Heartbeat", {}))[0] == 3
        older.socket.transport.abort()


async def test_a_station_without_password_and_pings_is_replaced_at_once(running: Hub) -> None:
    await running.add("OPEN", security_profile=0, settings=StationSettings(ping_seconds=0))
    async with running.charger("OPEN") as older:
        await older.ask("Heartbeat", {})
        async with running.charger("OPEN") as newer:
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
        await until(lambda: running.link() and running.link()._worker)  # type: ignore[union-attr]  # noqa: SLF001 - it has come
        closing = asyncio.create_task(running.links.close(5))
        await asyncio.sleep(0)
        running.database.gate.set()
        assert (await charger.hear())[1] == "a"
        assert await charger.closed() == (1001, "the server is stopping")
        assert (await other.closed())[0] == 1001
        await closing


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
    async with running.charger("CP1", "ocpp2.1") as charger:
        await charger.ask("Heartbeat", {})
        link = running.link()
        assert link is not None
        texts = [f'"{number}{"x" * (40_000 if number % 2 else 10)}"' for number in range(10)]
        for text in texts:
            link._wire.send(text)  # noqa: SLF001 - no answer of ours is so large
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
