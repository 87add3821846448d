"""`./dev soak --minutes N`: a fleet that lives fast, and what becomes of the server meanwhile.

Stations of all versions charge, fail, flap and storm. Each line shows the server's memory, open
files and the lag of its loop; and every transaction that a station saw acknowledged to its end is
looked up: what is missing or has another energy is lost. Ends with 1 where anything was lost.
"""

import argparse
import asyncio
import json
import re
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any, Final

import httpx
import uvloop
from msgspec import Struct
from msgspec.structs import replace

from bench.contenders import Guests, Server, laddnav_on_postgresql, laddnav_on_sqlite, run
from bench.processes import BenchError, open_files, resident_bytes
from laddnav.simulator.fleet import FleetPlan, roster, run_fleet
from laddnav.simulator.ledger import Account
from laddnav.simulator.station import SimulatedStation
from laddnav.simulator.view import FleetView

_OPENINGS: Final = {"sqlite": laddnav_on_sqlite, "postgresql": laddnav_on_postgresql}
_LAG: Final = re.compile(r"^laddnav_loop_lag_worst_seconds (\S+)$", re.MULTILINE)
_SPEED: Final = 5.0  # 150 kW stay below what a server believes of one station
_MEGABYTE: Final = 1024 * 1024
_HEAD: Final = (
    f"{'minute':>7}{'memory MB':>11}{'files':>7}{'lag ms':>8}{'connected':>11}"
    f"{'messages/s':>12}{'sessions':>10}{'checked':>9}{'lost':>6}\n"
)


class Soak(Struct, frozen=True, kw_only=True):
    """How long, how many stations, and how often it is looked at."""

    minutes: float
    stations: int
    database: str
    every_s: float


class Sight(Struct, frozen=True, kw_only=True):
    """The server at a moment.

    Attributes:
        lag_s: The longest lag of its loop in the last minute.
        checked: Transactions that were looked up so far.
        lost: How many of them are not there as they were acknowledged.
    """

    minute: float
    bytes: int
    files: int
    lag_s: float
    connected: int
    per_second: float
    sessions: int
    checked: int
    lost: int

    def line(self) -> str:
        """Return it as a line of the table."""
        return (
            f"{self.minute:7.1f}{self.bytes / _MEGABYTE:11.1f}{self.files:7}"
            f"{self.lag_s * 1000:8.1f}{self.connected:11}{self.per_second:12.0f}"
            f"{self.sessions:10}{self.checked:9}{self.lost:6}\n"
        )


class Books:
    """Holds what the stations saw acknowledged against what the server tells.

    Attributes:
        checked: How many transactions were looked up.
        lost: In words, those that are not there as they were acknowledged.
    """

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.checked = 0
        self.lost: list[str] = []
        self._http = http
        self._seen: set[int] = set()
        self._kept: list[Account] = []  # so that no other takes the identity of one that was seen

    async def check(self, stations: Sequence[SimulatedStation]) -> None:
        """Look up the transactions that have ended since the last time."""
        for station in stations:
            new = [one for one in station.ledger.accounts if self._is_new(one)]
            if new:
                await self._look_up(station, new)

    def _is_new(self, account: Account) -> bool:
        is_whole = account.ended and account.settled and account.acknowledged
        return is_whole and id(account) not in self._seen

    async def _look_up(self, station: SimulatedStation, accounts: Sequence[Account]) -> None:
        told = await self._sessions(station.identity)
        for account in accounts:
            self._seen.add(id(account))
            self._kept.append(account)
            self.checked += 1
            flaw = _flaw(account, [one for one in told if _is_of(one, account)])
            if flaw:
                self.lost.append(f"{station.identity} {account.transaction_id}: {flaw}")

    async def _sessions(self, identity: str) -> list[dict[str, Any]]:
        answer = await self._http.get("sessions", params={"station": identity, "limit": 200})
        answer.raise_for_status()
        items: list[dict[str, Any]] = answer.json()["items"]
        return items


def _is_of(session: dict[str, Any], account: Account) -> bool:
    return bool(session["transaction_id"] == account.transaction_id)


def _flaw(account: Account, found: Sequence[dict[str, Any]]) -> str | None:
    """Return what is wrong with the session of a transaction, in words."""
    if len(found) != 1:
        return f"{len(found)} sessions"
    [session] = found
    if session["state"] != "ended":
        return f"it is {session['state']}"
    energy = Decimal(str(session["energy_wh"]))
    return None if energy == account.energy_wh else f"{energy} Wh, not {account.energy_wh} Wh"


def main(arguments: Sequence[str] | None = None) -> int:
    """Soak a server; 0: nothing was lost, 1: something was, or it could not be run."""
    soak = _parsed(arguments)
    plan = FleetPlan(
        url="",
        stations=soak.stations,
        passwords=lambda identity: f"the password of {identity}",
        speed=_SPEED,
        arrival_s=60,
        stay_s=400,
        sample_s=20,
        fault_s=1800,
        fault_length_s=100,
        outage_s=1800,
        outage_length_s=100,
        flapping=0.1,
        flap_s=10,
        storm_s=60,
    )
    try:
        with _OPENINGS[soak.database](soak.stations, guests=_guests(plan)) as server:
            lost = uvloop.run(_soaked(server, plan, soak))
    except (BenchError, OSError) as error:
        sys.stderr.write(f"soak: {error}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    sys.stdout.write("\n".join([*lost, f"{len(lost)} lost"]) + "\n")
    return 1 if lost else 0


def _parsed(arguments: Sequence[str] | None) -> Soak:
    parser = argparse.ArgumentParser(prog="./dev soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10, help="how long [10]")
    parser.add_argument("--stations", type=int, default=200, help="how many [200]")
    parser.add_argument("--database", choices=_OPENINGS, default="sqlite", help="[sqlite]")
    parser.add_argument("--every", type=float, default=10, help="seconds between lines [10]")
    given = parser.parse_args(arguments)
    if min(given.minutes, given.stations, given.every) <= 0:
        parser.error("--minutes, --stations and --every must be above 0")
    return Soak(
        minutes=given.minutes,
        stations=given.stations,
        database=given.database,
        every_s=given.every,
    )


def _guests(plan: FleetPlan) -> Guests:
    members = roster(plan)
    return Guests(
        stations=[(member.identity, str(member.password), "1") for member in members],
        tokens=[(uid, "ISO14443", "accepted") for uid in plan.tokens],
    )


class Watch:
    """Looks at a server and at the fleet that it serves."""

    def __init__(self, server: Server, view: FleetView, http: httpx.AsyncClient) -> None:
        self.books = Books(http)
        self._server = server
        self._view = view
        self._http = http
        self._began = self._since = time.monotonic()
        self._sent = 0

    async def look(self) -> Sight:
        """Check what has ended, and return what is to be seen."""
        await self.books.check(self._view.stations)
        lag_s = await self._lag()
        seen, now = self._view.snapshot(), time.monotonic()
        per_second = (seen.sent - self._sent) / (now - self._since)
        self._sent, self._since = seen.sent, now
        return Sight(
            minute=(now - self._began) / 60,
            bytes=resident_bytes([self._server.pid]),
            files=open_files(self._server.pid),
            lag_s=lag_s,
            connected=seen.connected,
            per_second=per_second,
            sessions=seen.transactions,
            checked=self.books.checked,
            lost=len(self.books.lost),
        )

    async def _lag(self) -> float:
        answer = await self._http.get(f"{self._server.web}/metrics")
        found = _LAG.search(answer.raise_for_status().text)
        if found is None:
            message = "the server's metrics do not tell the lag of its loop"
            raise BenchError(message)
        return float(found[1])


async def _soaked(server: Server, plan: FleetPlan, soak: Soak) -> list[str]:
    """Return in words what was lost."""
    view = FleetView()
    async with _client(server) as http, _living(replace(plan, url=server.url), view):
        watch = Watch(server, view, http)
        sys.stdout.write(_HEAD)
        end = time.monotonic() + soak.minutes * 60
        while (left := end - time.monotonic()) > 0:
            await asyncio.sleep(min(soak.every_s, left))
            sys.stdout.write((await watch.look()).line())
            sys.stdout.flush()
        return watch.books.lost


@asynccontextmanager
async def _living(plan: FleetPlan, view: FleetView) -> AsyncIterator[None]:
    """Let the fleet live while the block runs."""
    task = asyncio.create_task(run_fleet(plan, view=view))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


@asynccontextmanager
async def _client(server: Server) -> AsyncIterator[httpx.AsyncClient]:
    """Give a client of the API with a key of its own."""
    printed = await asyncio.to_thread(
        run, "api-key", "create", "--json", environment=server.environment
    )
    async with httpx.AsyncClient(
        base_url=f"{server.web}/api/v1/",
        headers={"Authorization": f"Bearer {json.loads(printed)['key']}"},
        timeout=60,
        trust_env=False,
    ) as http:
        yield http


if __name__ == "__main__":
    sys.exit(main())
