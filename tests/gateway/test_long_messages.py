"""Long messages that must be mended: in another process, while others go on."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from msgspec import Struct
from typing_extensions import override

from laddnav.gateway.answers.afar import LongReader
from laddnav.gateway.answers.elsewhere import MendersElsewhere
from laddnav.gateway.line.pace import LONG, Pace
from laddnav.gateway.mending.packed import Packed, mend_packed
from laddnav.gateway.mending.reading import (
    LONGEST_ANSWER,
    Leniency,
    Read,
    read_request,
    read_response,
)
from laddnav.gateway.ports import MendersAwayError
from laddnav.kernel.clock import SystemClock
from laddnav.ocpp import v16, v21, v201
from laddnav.ocpp.action import Action, Version
from laddnav.ocpp.errors import RemoteProtocolError
from laddnav.worker.pool import Pool
from tests.gateway.doubles import MendersHere
from tests.gateway.hub import Hub, hub
from tests.waiting import until

NOW = "2026-11-20T12:00:00Z"
START = {"connectorId": 1, "idTag": "TAG", "meterStart": 0, "timestamp": NOW}
MANY = 400


def readings(count: int, value: object = 7, **told: object) -> list[dict[str, Any]]:
    """Return meter values, each of which has to be mended where `value` is a number."""
    return [
        {"timestamp": NOW.replace("00Z", f"{place % 60:02}Z"), "sampledValue": [sample]}
        for place in range(count)
        for sample in ({"value": value, **told},)
    ]


def stop(transaction_id: object = 1) -> dict[str, Any]:
    told = {"transactionId": transaction_id, "meterStop": "50", "timestamp": NOW}
    return {**told, "transactionData": readings(MANY)}


class Workbench(MendersHere):
    """Menders that wait before a gate, or fail."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.waiting = 0
        self.fault: str | None = None

    @override
    async def mend(self, kind: type[Struct], raw: bytes, *, salvage: bool) -> Packed | None:
        self.waiting += 1
        await self.gate.wait()
        self.waiting -= 1
        if self.fault is not None:
            raise MendersAwayError(self.fault)
        return await super().mend(kind, raw, salvage=salvage)


@pytest.fixture
def bench() -> Workbench:
    return Workbench()


@pytest.fixture
async def running(sqlite_url: str, bench: Workbench) -> AsyncIterator[Hub]:
    async with hub(sqlite_url, menders=bench) as opened:
        await opened.add()
        await opened.add("CP2")
        yield opened
        bench.gate.set()


@pytest.fixture
async def pool() -> AsyncIterator[Pool]:
    opened = Pool(1)
    yield opened
    await opened.close()


# ---- others go on --------------------------------------------------------------------------


async def test_other_stations_are_answered_while_the_message_of_one_is_mended(
    running: Hub, bench: Workbench
) -> None:
    async with running.charger() as charger, running.charger("CP2") as other:
        await charger.ask("StartTransaction", START)
        await charger.tell(2, "long", "StopTransaction", stop())
        await until(lambda: bench.waiting)
        assert (await other.ask("Heartbeat", {}))[0] == 3
        assert (await other.ask("StartTransaction", START))[0] == 3
        bench.gate.set()
        assert (await charger.hear())[:2] == [3, "long"]
    assert running.evidence() == []
    assert running.violations()["to_text $.transactionData[].sampledValue[].value"] == 1


async def test_what_comes_after_a_long_message_is_answered_after_it(
    running: Hub, bench: Workbench
) -> None:
    async with running.charger() as charger:
        await charger.ask("StartTransaction", START)
        await charger.tell(2, "a", "Heartbeat", {})
        await charger.tell(2, "b", "StopTransaction", stop())
        await charger.tell(2, "c", "Heartbeat", {})
        await charger.tell(2, "d", "MeterValues", {"connectorId": 1, "meterValue": readings(MANY)})
        await charger.tell(2, "e", "Heartbeat", {})
        assert (await charger.hear())[1] == "a"
        await until(lambda: bench.waiting)
        bench.gate.set()
        assert [(await charger.hear())[1] for _ in range(4)] == ["b", "c", "d", "e"]


async def test_a_long_message_that_fits_needs_no_mending(running: Hub, bench: Workbench) -> None:
    async with running.charger() as charger:
        await charger.ask("StartTransaction", START)
        fitting = {"connectorId": 1, "meterValue": readings(MANY, "7"), "transactionId": 1}
        assert (await charger.ask("MeterValues", fitting))[2] == {}
        padded = {"connectorId": 1, "errorCode": "NoError", "status": "Available", "x": "x" * LONG}
        assert (await charger.ask("StatusNotification", padded))[2] == {}
        assert (await charger.ask("Heartbeat", {"x": "x" * LONG}))[0] == 3
    assert bench.waiting == 0


async def test_many_long_messages_of_one_station_let_another_have_its_turn(running: Hub) -> None:
    """What one sends without a pause is read only as fast as the loop has time for others."""
    async with running.charger() as charger, running.charger("CP2") as other:
        await charger.ask("StartTransaction", START)
        meter = {"connectorId": 1, "meterValue": readings(3000, "7"), "transactionId": 1}
        for number in range(5):
            await charger.tell(2, str(number), "MeterValues", meter)
        for _ in range(20):
            assert (await other.ask("Heartbeat", {}))[0] == 3
        assert [(await charger.hear())[1] for _ in range(5)] == list("01234")


# ---- nobody to mend ------------------------------------------------------------------------


async def test_what_nobody_could_mend_is_kept_if_it_carries_energy_else_refused(
    running: Hub, bench: Workbench
) -> None:
    bench.fault = "it was not done within 20 s"
    bench.gate.set()
    async with running.charger() as charger:
        await charger.ask("StartTransaction", START)
        answer = await charger.ask("StopTransaction", stop())
        assert (answer[0], answer[2]) == (4, "TypeConstraintViolation")
        assert running.evidence() == ["unreadable"]
        status = {"connectorId": "1", "errorCode": "NoError", "status": "Available"}
        refused = await charger.ask("StatusNotification", {**status, "info": "x" * LONG})
        assert (refused[0], refused[2]) == (4, "TypeConstraintViolation")
        assert running.evidence() == ["unreadable"]
        assert (await charger.ask("Heartbeat", {}))[0] == 3


async def test_what_cannot_be_mended_is_kept_if_it_carries_energy(
    running: Hub, bench: Workbench
) -> None:
    bench.gate.set()
    async with running.charger() as charger:
        answer = await charger.ask("StartTransaction", {"x": "x" * LONG})
        assert (answer[0], answer[2]) == (4, "OccurenceConstraintViolation")
        assert running.evidence() == ["unreadable"]


async def test_menders_that_fail_or_have_no_process_say_so(pool: Pool) -> None:
    menders = MendersElsewhere(pool)
    with pytest.raises(MendersAwayError, match="has no attribute 'fields'"):
        await menders.mend(int, b"{}", salvage=True)  # type: ignore[arg-type]  # it is no message's type, so that mending fails
    await pool.close()
    with pytest.raises(MendersAwayError, match="the pool is closed"):
        await menders.mend(v16.ACTIONS["Heartbeat"].request, b"null", salvage=False)


# ---- the outcome is the same ---------------------------------------------------------------


@pytest.fixture(scope="module")
def odd() -> list[tuple[Version, Action, bytes]]:
    """Long payloads that need mending, of every version; some of them in vain."""

    def event(values: list[dict[str, Any]]) -> dict[str, Any]:
        told = {"eventType": "ended", "seqNo": "3", "triggerReason": "Nobody knows"}
        return {**told, "transactionInfo": {"transactionId": 5}, "meterValue": values}

    sixteen: list[tuple[str, object]] = [
        ("StopTransaction", stop("17")),
        (
            "MeterValues",
            {"connectorId": 1, "meterValue": readings(MANY, 1.25, unit="x", phase="y")},
        ),
        ("MeterValues", {"connectorId": 1, "meterValue": [{}] * 3000}),
        ("MeterValues", {"meterValue": readings(MANY, None)}),
        ("StartTransaction", {**START, "idTag": "T" * LONG}),
        ("StatusNotification", {"connectorId": "one", "status": "Available"}),
        (
            "BootNotification",
            {"chargePointVendor": "V", "chargePointModel": 5, "imsi": ["x"] * LONG},
        ),
    ]
    two: list[tuple[str, object]] = [
        ("TransactionEvent", event(readings(MANY, "7"))),
        (
            "TransactionEvent",
            event(readings(MANY, "NaN", measurand="energy.active.import.register")),
        ),
        (
            "NotifyReport",
            {"seqNo": 0, "generatedAt": NOW, "requestId": "5", "reportData": [{}] * 99},
        ),
    ]
    return [
        *((Version.V16, v16.ACTIONS[name], json.dumps(told).encode()) for name, told in sixteen),
        *((Version.V201, v201.ACTIONS[name], json.dumps(told).encode()) for name, told in two),
        *((Version.V21, v21.ACTIONS[name], json.dumps(told).encode()) for name, told in two),
    ]


def outcome_here(version: Version, action: Action, raw: bytes, leniency: Leniency) -> object:
    try:
        return read_request(version, action, raw, leniency)
    except RemoteProtocolError as error:
        return (error.code, error.description)


async def outcome_afar(
    pool: Pool, version: Version, action: Action, raw: bytes, leniency: Leniency
) -> object:
    reader = LongReader(version, MendersElsewhere(pool), Pace(SystemClock()))
    try:
        return await reader.request(action, raw, leniency)
    except RemoteProtocolError as error:
        return (error.code, error.description)


async def test_another_process_mends_as_this_one(
    pool: Pool, odd: list[tuple[Version, Action, bytes]]
) -> None:
    mended = 0
    for version, action, raw in odd:
        for leniency in Leniency:
            here = outcome_here(version, action, raw, leniency)
            assert await outcome_afar(pool, version, action, raw, leniency) == here
            mended += isinstance(here, Read) and bool(here.mends)
    assert mended > 12


async def test_a_link_whose_messages_are_mended_in_the_pool(pool: Pool, sqlite_url: str) -> None:
    async with hub(sqlite_url, menders=MendersElsewhere(pool)) as running:
        await running.add()
        async with running.charger() as charger:
            await charger.ask("StartTransaction", START)
            assert (await charger.ask("StopTransaction", stop()))[0] == 3
            await pool.close()
            assert (await charger.ask("StopTransaction", stop()))[2] == "TypeConstraintViolation"
        assert running.evidence() == ["unreadable"]


def test_many_raw_values_travel_in_parts() -> None:
    values = readings(3000, "7", unit="nobody knows it", phase="nor this")
    raw = json.dumps({"connectorId": 1, "meterValue": values}).encode()
    packed = mend_packed(v16.ACTIONS["MeterValues"].request, raw, salvage=True)
    assert packed is not None
    assert len(packed.raw) == 12
    assert len(list(packed.values())) == 6000


def test_a_long_answer_is_not_mended() -> None:
    action = v16.ACTIONS["GetConfiguration"]
    short = [{"key": "A", "readonly": "true", "value": 7}] * 100
    long = short * (LONGEST_ANSWER // 4000 + 1)
    raw = json.dumps({"configurationKey": short}).encode()
    assert read_response(Version.V16, action, raw).mends
    raw = json.dumps({"configurationKey": long}).encode()
    with pytest.raises(RemoteProtocolError):
        read_response(Version.V16, action, raw)
