"""What must not grow with stored rows or idle stations: the cost of a message."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

from bench import mix
from bench.contenders import Server, laddnav_on_sqlite
from bench.figures import Scale
from bench.messages import measure_once
from bench.processes import allow_connections, cpu_seconds, load, settle
from laddnav.kernel.clock import SystemClock
from laddnav.kernel.keys import DEFAULT_OPERATOR, ConnectorRef, StationKey
from laddnav.metering.model import ENERGY_REGISTER, Reading, Sample
from laddnav.sessions.store.rows import reading_row
from laddnav.storage.database import Database
from laddnav.storage.opening import open_database
from laddnav.storage.write import Write

_AT_ONCE: Final = 5_000
_BEGIN: Final = datetime(2026, 1, 1, tzinfo=UTC)
_QUIET_SECONDS: Final = 5.0  # what the connects and boots have put off is done by then
_STEP: Final = timedelta(seconds=15)


def measure(*, stations: int, messages: int, rows: int, idle: int, rounds: int) -> Scale:
    """Return how many times dearer a message is with `rows` stored, and with `idle` stations.

    Empty and full, alone and in company take turns; of each the cheapest round counts.
    """
    empty, full, alone, together = [], [], [], []
    for number in range(rounds):
        empty.append(_of_the_mix(stations, messages, 0))
        full.append(_of_the_mix(stations, messages, rows))
        alone.append(_of_heartbeats(stations, messages, 0))
        together.append(_of_heartbeats(stations, messages, idle))
        sys.stderr.write(
            f"bench: round {number + 1}, us a message: empty {empty[-1]:.1f}, {rows:,} rows "
            f"{full[-1]:.1f}; us a heartbeat: alone {alone[-1]:.1f}, {idle:,} idle stations "
            f"{together[-1]:.1f}\n"
        )
    return Scale(
        rows=rows,
        idle=idle,
        empty_us=min(empty),
        full_us=min(full),
        alone_us=min(alone),
        together_us=min(together),
    )


def _of_the_mix(stations: int, messages: int, rows: int) -> float:
    """Return the CPU of a message of the mix, in microseconds."""

    @contextmanager
    def opening(count: int) -> Iterator[Server]:
        with laddnav_on_sqlite(count, filled=lambda url: _fill(url, stations, rows)) as server:
            yield server

    return measure_once(opening, stations=stations, messages=messages).cpu_us


def _of_heartbeats(stations: int, messages: int, idle: int) -> float:
    """Return the CPU of a Heartbeat of one of `stations` while `idle` others say nothing."""
    everyone = stations + idle
    allow_connections(everyone)
    with (
        laddnav_on_sqlite(everyone) as server,
        load(server.url, everyone, server.folder) as generator,
    ):
        generator.connect()
        generator.heartbeats(max(messages // 10, stations), stations)
        settle(server.pids, quiet_seconds=_QUIET_SECONDS)
        before = cpu_seconds(server.pids)
        generator.heartbeats(messages, stations)
        settle(server.pids)
        return (cpu_seconds(server.pids) - before) / messages * 1e6


def _fill(url: str, stations: int, rows: int) -> None:
    """Store so many meter readings of these stations, as they would have come."""
    if rows:
        asyncio.run(_filled(url, stations, rows))


async def _filled(url: str, stations: int, rows: int) -> None:
    database = await open_database(url, clock=SystemClock())
    try:
        for first in range(0, rows, _AT_ONCE):
            await _store(database, stations, range(first, min(first + _AT_ONCE, rows)))
    finally:
        await database.close()


async def _store(database: Database, stations: int, numbers: range) -> None:
    """Store readings by their numbers: each station has its turn, then time goes on."""
    rows = []
    for number in numbers:
        turn, station = divmod(number, stations)
        wh = Decimal(100_000 + turn * 40)
        sample = Sample(measurand=ENERGY_REGISTER, value=wh, unit="Wh", context="Sample.Periodic")
        rows.append(
            reading_row(
                StationKey(DEFAULT_OPERATOR, mix.identity(station)),
                ConnectorRef(1, 1),
                Reading(at=_BEGIN + turn * _STEP, samples=(sample,)),
                session_id=f"session-{station}-{turn // 240}",
                register_wh=wh,
                reported_at=None,
            )
        )
    await database.commit(Write(rows=tuple(rows)))
