"""Failures of the database, and of ours: what is said, what is kept, who notices."""

import json
from collections.abc import AsyncIterator, Awaitable
from datetime import datetime
from typing import cast

import pytest
import websockets
from structlog.testing import capture_logs

from laddnav.gateway import dispatch
from laddnav.gateway.dispatch import Answer, Answering, Desk
from laddnav.kernel.keys import StationKey
from laddnav.ocpp.action import Version
from laddnav.ocpp.v16 import core
from laddnav.sessions.live.outcome import Judgement
from laddnav.sessions.model import Word
from laddnav.storage.errors import Fenced, StorageUnavailable, Unstorable
from laddnav.storage.write import Write
from laddnav.tokens.model import TokenVerdict
from tests.gateway.hub import Hub, hub
from tests.waiting import until

NOW = "2026-11-20T12:00:00Z"
STATUS = {"connectorId": 1, "errorCode": "NoError", "status": "Available", "timestamp": NOW}
STATUS_2 = {"evseId": 1, "connectorId": 1, "connectorStatus": "Available", "timestamp": NOW}
BOOT = {"chargePointVendor": "Vendor", "chargePointModel": "Model"}
START = {"connectorId": 1, "idTag": "TAG", "meterStart": 100, "timestamp": NOW}
VALUES = {
    "connectorId": 1,
    "meterValue": [{"timestamp": NOW, "sampledValue": [{"value": "1000"}]}],
}


@pytest.fixture
async def running(sqlite_url: str) -> AsyncIterator[Hub]:
    async with hub(sqlite_url) as opened:
        await opened.add()
        yield opened


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

        running.rooms.tokens.verdict = verdict  # type: ignore[method-assign]  # the room's verb is replaced: it finds the database away
        assert is_bare(await charger.ask("Authorize", {"idTag": "TAG"}))
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
        running.rooms.sessions.judge = judge  # type: ignore[method-assign]  # the room's verb is replaced: it finds the database away twice
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

            running.rooms.sessions.judge = judge  # type: ignore[method-assign]  # the room's verb is replaced: it finds the database away
            await charger.tell(2, "a", "StartTransaction", START)
            assert (await charger.closed())[0] == 1013


async def test_verdict_and_commit_share_the_time_that_a_start_may_wait(sqlite_url: str) -> None:
    async with hub(sqlite_url, hold_seconds=0.3) as running:
        await running.add()
        async with running.charger() as charger:
            await charger.ask("Heartbeat", {})
            running.database.gate.clear()
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
        assert running.evidence() == ["unstorable"]
        assert (await other.ask("StartTransaction", START))[0] == 3
        # What memory held of it is gone: the same start is a new one, and is stored now.
        again = await charger.ask("StartTransaction", START)
        assert again[0] == 3
        assert again[2]["transactionId"] != answer[2]["transactionId"]


@pytest.mark.ocpp("C04.FR.04")
async def test_a_message_that_cannot_even_be_kept_is_logged_without_its_code(
    running: Hub,
) -> None:
    def refuse(_: Write) -> None:
        raise Unstorable

    event = {
        "eventType": "Started",
        "timestamp": NOW,
        "triggerReason": "Authorized",
        "seqNo": 0,
        "transactionInfo": {"transactionId": "T1"},
        "idToken": {"idToken": "314159", "type": "KeyCode"},
    }
    async with running.charger(version="ocpp2.0.1") as charger:
        await charger.ask("Heartbeat", {})
        running.database.on_commit = refuse
        with capture_logs() as lines:
            await charger.ask("TransactionEvent", event)
    assert "a message cannot be kept" in {line["event"] for line in lines}
    assert "KeyCode" in str(lines)
    assert "314159" not in str(lines)


async def test_a_station_that_another_node_claimed_is_let_go(running: Hub) -> None:
    async with running.charger() as charger:
        await charger.ask("Heartbeat", {})
        running.database.on_commit = Failure(Fenced(), "connectors")
        await charger.tell(2, "a", "StatusNotification", STATUS)
        assert await charger.closed() == (1001, "the station is connected elsewhere")


@pytest.mark.parametrize("action", ["StartTransaction", "Authorize"])
async def test_a_verdict_that_finds_the_station_elsewhere_lets_it_go(
    running: Hub, action: str
) -> None:
    async def elsewhere(*_: object, **__: object) -> object:
        raise Fenced

    async with running.charger() as charger:
        await charger.ask("Heartbeat", {})
        running.rooms.sessions.judge = elsewhere  # type: ignore[method-assign, assignment]  # the room's verb is replaced: it finds the station claimed elsewhere
        running.rooms.tokens.verdict = elsewhere  # type: ignore[method-assign, assignment]  # the room's verb is replaced: it finds the station claimed elsewhere
        await charger.tell(
            2, "a", action, START if action == "StartTransaction" else {"idTag": "T"}
        )
        assert await charger.closed() == (1001, "the station is connected elsewhere")
    assert running.evidence() == []


async def test_state_that_is_read_again_and_belongs_elsewhere_by_now_lets_the_station_go(
    running: Hub,
) -> None:
    async with running.charger() as charger:
        await charger.ask("Heartbeat", {})
        failures: list[Exception] = [Fenced(), Unstorable()]

        def fail(_: Write) -> None:
            if failures:
                raise failures.pop()

        running.database.on_commit = fail
        await charger.tell(2, "a", "StatusNotification", STATUS)
        await charger.tell(2, "b", "StatusNotification", STATUS)
        assert await charger.closed() == (1001, "the station is connected elsewhere")


async def test_a_start_that_even_an_apology_needs_the_database_for_comes_again(
    running: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_desk: Desk, _request: object) -> Answer:
        raise RuntimeError

    async def away(_sequence: str, _size: int) -> int:
        raise StorageUnavailable

    async with running.charger() as charger:
        await charger.ask("Heartbeat", {})
        monkeypatch.setitem(dispatch._ANSWERS[Version.V16], "StartTransaction", broken)  # noqa: SLF001 - the table of translators is where a test can put one of its own
        monkeypatch.setattr(running.rooms.database, "take_block", away, raising=False)
        await charger.tell(2, "a", "StartTransaction", START)
        assert await charger.closed() == (1013, "the database is away")


SECRETS = (
    "RuntimeError",
    "LookupError",
    "a fault of ours",
    "no such column",
    "Traceback",
    ".py",
    "laddnav",
)
"""What shows an exception, its text, or where in the code it came from."""


def is_bare(refused: list[object]) -> bool:
    """Whether a CALLERROR says InternalError, and nothing of what happened here."""
    text = json.dumps(refused)
    return refused[2:] == ["InternalError", "", {}] and not any(
        secret in text for secret in SECRETS
    )


@pytest.mark.parametrize("version", Version)
async def test_a_translator_that_fails_hurts_one_message_of_one_station(
    running: Hub, monkeypatch: pytest.MonkeyPatch, version: Version
) -> None:
    table = cast("dict[str, Answering]", dispatch.answering(version))
    real = table["Heartbeat"]

    def broken(desk: Desk, request: object) -> Answer | Awaitable[Answer]:
        if desk.key.identity == "CP1":
            message = "a fault of ours"
            raise RuntimeError(message)
        return real(desk, request)

    await running.add("CP2")
    monkeypatch.setitem(table, "Heartbeat", broken)
    status = STATUS if version is Version.V16 else STATUS_2
    async with (
        running.charger(version=version.subprotocol) as charger,
        running.charger("CP2", version.subprotocol) as other,
    ):
        assert is_bare(await charger.ask("Heartbeat", {}))
        assert (await charger.ask("StatusNotification", status))[0] == 3
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

    monkeypatch.setitem(dispatch._ANSWERS[Version.V16], action, broken)  # noqa: SLF001 - the table of translators is where a test can put one of its own
    async with running.charger() as charger:
        answer = await charger.ask(action, payload)
        assert answer[0] == 3
        assert len(running.evidence()) == 1


async def test_an_answer_that_breaks_its_schema_is_never_sent(
    running: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(_desk: Desk, _request: object) -> Answer:
        return Answer(response=core.DataTransferResponse(status="Nonsense"))  # type: ignore[arg-type]  # the test hands in what must not be, on purpose

    monkeypatch.setitem(dispatch._ANSWERS[Version.V16], "DataTransfer", wrong)  # noqa: SLF001 - the table of translators is where a test can put one of its own
    async with running.charger() as charger:
        assert is_bare(await charger.ask("DataTransfer", {"vendorId": "v"}))


async def test_a_start_whose_link_ends_while_it_is_stored_is_there_once(running: Hub) -> None:
    async with running.charger() as charger:
        await charger.ask("Heartbeat", {})
        running.database.gate.clear()
        await charger.tell(2, "a", "StartTransaction", START)
        await until(lambda: running.database.waiting == 1)
    async with running.charger() as charger:
        await charger.tell(2, "b", "StartTransaction", START)  # waits for the end of that link
        running.database.gate.set()
        repeated = await charger.hear()
        again = await charger.ask("StartTransaction", START)
    assert repeated[2] == again[2]
    stored = [row for write in running.database.commits for row in write.rows]
    sessions = {row.values[1] for row in stored if row.into.table.name == "sessions"}
    assert len(sessions) == 1
    assert running.evidence() == []


@pytest.mark.parametrize(
    ("action", "payload", "table"),
    [("StartTransaction", START, "sessions"), ("MeterValues", VALUES, "readings")],
)
async def test_energy_that_a_fault_of_ours_keeps_from_its_table_is_kept_and_acknowledged(
    running: Hub, action: str, payload: dict[str, object], table: str
) -> None:
    async with running.charger() as charger:
        await charger.ask("Heartbeat", {})
        running.database.on_commit = Failure(LookupError("no such column"), table, times=1)
        with capture_logs() as logs:
            assert (await charger.ask(action, payload))[0] == 3
        assert [line["log_level"] for line in logs] == ["error"]
        assert running.evidence() == ["unreadable"]
        assert (await charger.ask(action, payload))[0] == 3
    tables = [row.into.table.name for write in running.database.commits for row in write.rows]
    assert tables.count(table) == 1


@pytest.mark.parametrize("version", Version)
async def test_a_status_that_a_fault_of_ours_keeps_from_its_table_ends_no_link(
    running: Hub, version: Version
) -> None:
    status = STATUS if version is Version.V16 else STATUS_2
    async with running.charger(version=version.subprotocol) as charger:
        await charger.ask("Heartbeat", {})
        running.database.on_commit = Failure(LookupError("no such column"), "connectors", times=1)
        assert is_bare(await charger.ask("StatusNotification", status))
        assert (await charger.ask("StatusNotification", status))[0] == 3
    tables = [row.into.table.name for write in running.database.commits for row in write.rows]
    assert tables.count("connectors") == 1
