"""Words with many readings: told in steps, they come to the same as told at once."""

import itertools
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

from laddnav.gateway.answers import metered
from laddnav.gateway.line.pace import Pace
from laddnav.kernel import ids
from laddnav.kernel.steps import Steps, at_once
from laddnav.ocpp.action import Version
from laddnav.sessions.live import recording
from laddnav.storage.write import Write
from tests.gateway.office import KEY, NOON, Office

Json = dict[str, Any]
Message = tuple[str, Json]
_ENDLESS = 10**9


def at(second: float) -> str:
    return (NOON + timedelta(seconds=second)).isoformat().replace("+00:00", "Z")


def values16(seconds: range, *, base: int = 1000) -> list[Json]:
    return [
        {
            "timestamp": at(second),
            "sampledValue": [
                {"value": str(base + second)},
                {"value": "11.0", "unit": "kW", "measurand": "Power.Active.Import"},
            ],
        }
        for second in seconds
    ]


def values2(seconds: range, *, base: int = 1000) -> list[Json]:
    return [
        {
            "timestamp": at(second),
            "sampledValue": [
                {"value": base + second, "measurand": "Energy.Active.Import.Register"},
                {"value": second, "measurand": "SoC", "location": "EV"},
            ],
        }
        for second in seconds
    ]


def messages16() -> list[Message]:
    """Starts, meter values in and out of order and outside sessions, stops known and unknown."""

    def start(connector: int, second: int) -> Message:
        told = {"connectorId": connector, "idTag": "CARD1", "meterStart": 1000}
        return "StartTransaction", {**told, "timestamp": at(second)}

    def stop(number: int, second: int, values: list[Json]) -> Message:
        told = {"transactionId": number, "meterStop": 1000 + second, "timestamp": at(second)}
        return "StopTransaction", {**told, "transactionData": values}

    def meter(connector: int, values: list[Json], **told: int) -> Message:
        return "MeterValues", {"connectorId": connector, "meterValue": values, **told}

    return [
        meter(1, values16(range(-60, -1))),
        start(1, 0),
        start(2, 1),
        meter(1, values16(range(1, 90)), transactionId=1),
        meter(1, values16(range(5, 70, 2), base=900), transactionId=1),
        meter(2, values16(range(10, 80))),
        stop(1, 100, values16(range(1, 100))),
        stop(1, 100, values16(range(1, 100))),
        meter(1, values16(range(95, 130)), transactionId=1),
        start(2, 200),
        stop(4711, 150, values16(range(100, 150))),
        stop(3, 300, values16(range(200, 300))),
    ]


def messages2() -> list[Message]:
    """Events in and out of order, repeated, superseded, and meter values beside them."""

    def event(kind: str, number: int, name: str, second: int, values: list[Json]) -> Message:
        told = {"eventType": kind, "seqNo": number, "timestamp": at(second)}
        place = {"evse": {"id": 1, "connectorId": 1}} if kind == "Started" else {}
        return "TransactionEvent", {
            **told,
            **place,
            "triggerReason": "MeterValuePeriodic",
            "transactionInfo": {"transactionId": name},
            "meterValue": values,
        }

    def meter(values: list[Json]) -> Message:
        return "MeterValues", {"evseId": 1, "meterValue": values}

    return [
        meter(values2(range(-60, -1))),
        event("Started", 0, "T1", 0, values2(range(40))),
        event("Updated", 2, "T1", 80, values2(range(60, 80))),
        event("Updated", 1, "T1", 60, values2(range(30, 60))),
        event("Updated", 1, "T1", 60, values2(range(30, 60))),
        meter(values2(range(20, 90), base=990)),
        event("Started", 0, "T2", 100, values2(range(100, 140))),
        event("Ended", 3, "T1", 99, values2(range(1, 99))),
        event("Ended", 1, "T2", 200, values2(range(100, 200))),
        event("Updated", 1, "T3", 250, values2(range(201, 250))),
    ]


SCRIPTS = {Version.V16: messages16, Version.V201: messages2, Version.V21: messages2}


class Told(NamedTuple):
    """What telling a script came to."""

    answers: list[Json]
    writes: list[Write | None]
    stored: list[bytes]


async def tell(url: str, version: Version, monkeypatch: pytest.MonkeyPatch) -> Told:
    """Tell a script to rooms of its own, in which every id is known beforehand."""
    count = itertools.count()
    monkeypatch.setattr(ids, "new_id", lambda: f"id-{next(count):05}")
    async with office(url, version) as opened:
        answers = [
            await opened.say(action, payload, after=30.0) for action, payload in SCRIPTS[version]()
        ]
        return Told(answers, [answer.write for answer in opened.answers], await stored(opened))


@asynccontextmanager
async def office(url: str, version: Version) -> AsyncIterator[Office]:
    opened = await Office(version).open(url)
    try:
        await opened.connect()
        await opened.admit("CARD1")
        yield opened
    finally:
        await opened.database.close()


async def stored(office: Office) -> list[bytes]:
    """Return all that the sessions' room shows, as JSON."""
    shown: list[bytes] = []
    for session in await office.sessions():
        page = await office.archive.samples(KEY.operator, session.id, limit=1000)
        story = await office.archive.story(KEY.operator, session.id)
        shown += map(msgspec.json.encode, (session, page.items, story))
    return [*shown, *map(msgspec.json.encode, await office.evidence())]


async def unparted(_: Pace, steps: Steps[object]) -> object:
    """Take all steps at once."""
    return at_once(steps)


@pytest.mark.parametrize("version", Version)
async def test_what_is_told_in_steps_comes_to_the_same(
    sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: Version
) -> None:
    """Each step is so short that others have their turn after a few readings."""
    rests: list[float] = []
    rest = Pace.rest

    async def counted(self: Pace) -> float:
        rests.append(0.0)
        return await rest(self)

    with monkeypatch.context() as whole:
        whole.setattr(metered, "LONG", _ENDLESS)
        whole.setattr(Pace, "unhurried", unparted)
        path = shutil.copy(sqlite_template, tmp_path / "at_once.db")
        reference = await tell(f"sqlite:///{path}", version, monkeypatch)
    monkeypatch.setattr(Pace, "rest", counted)
    monkeypatch.setattr(metered, "LONG", 0)
    monkeypatch.setattr(metered, "_AT_A_STRETCH", 5)
    monkeypatch.setattr(recording, "_FEW", 1)
    monkeypatch.setattr(recording, "_AT_A_STRETCH", 7)
    path = shutil.copy(sqlite_template, tmp_path / "in_steps.db")
    in_steps = await tell(f"sqlite:///{path}", version, monkeypatch)
    assert len(rests) > 300
    assert in_steps.answers == reference.answers
    assert in_steps.writes == reference.writes
    assert in_steps.stored == reference.stored
    assert len(reference.stored) >= 9


async def test_a_reading_with_more_samples_than_any_meter_has_is_parted(sqlite_url: str) -> None:
    samples = [{"value": "1", "measurand": "Voltage"}] * 2500 + [{"value": "1500"}]
    values = [{"timestamp": at(1), "sampledValue": samples}]
    async with office(sqlite_url, Version.V16) as opened:
        await opened.say("StartTransaction", messages16()[1][1])
        told = {"connectorId": 1, "transactionId": 1, "meterValue": values}
        assert await opened.say("MeterValues", told, after=5.0) == {}
        assert (await opened.session()).energy_wh == Decimal(500)
        readings = await opened.readings()
        assert [reading.register_wh for reading in readings if reading.register_wh] == [1500]
        assert {reading.at for reading in readings} == {NOON + timedelta(seconds=1)}
