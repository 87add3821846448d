"""The server's books held against the stations' own ledgers, entry by entry."""

import asyncio
from collections import Counter
from collections.abc import Container, Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from laddnav.kernel.clock import SystemClock
from laddnav.ocpp.action import Version
from laddnav.simulator.ledger import Account
from laddnav.storage.opening import open_database
from laddnav.storage.schema import outbox
from tests.system.load import Fleet
from tests.system.server import ApiClient, LaddnavServer

_AT_ONCE = 8


class Book(Struct, frozen=True, kw_only=True):
    """One session as the server tells it."""

    session: dict[str, Any]
    samples: list[dict[str, Any]]
    story: list[dict[str, Any]]


async def read_books(api: ApiClient, stations: Container[str]) -> dict[tuple[str, str], Book]:
    """Return the sessions of `stations` by station and transaction, which name one each."""
    found = await api.items("sessions", limit=1000)
    sessions = [session for session in found if session["station"] in stations]
    gate = asyncio.Semaphore(_AT_ONCE)

    async def read(session: dict[str, Any]) -> Book:
        async with gate:
            return Book(
                session=session,
                samples=await api.items(f"sessions/{session['id']}/samples"),
                story=await api.items(f"sessions/{session['id']}/story"),
            )

    read_all = await asyncio.gather(*(read(session) for session in sessions))
    books = {(book.session["station"], book.session["transaction_id"]): book for book in read_all}
    assert len(books) == len(sessions), "a transaction has two sessions"
    return books


async def differences(server: LaddnavServer, api: ApiClient, fleet: Fleet) -> list[str]:
    """Return in words where the server's books are not what the fleet's own ledgers say."""
    stations = {driver.station.identity for driver in fleet.drivers}
    books = await read_books(api, stations)
    found = await _twice_told(server.database, {book.session["id"] for book in books.values()})
    for station, account in fleet.accounts:
        name = (station.identity, account.transaction_id or "")
        book = books.pop(name, None)
        if book is None:
            found.append(f"{name} is missing")
        else:
            found += [f"{name}: {flaw}" for flaw in _flaws(book, account, station.version)]
    found += [f"{name} is nobody's" for name in books]
    kept = [each for each in await api.items("evidence") if each["station"] in stations]
    found += [f"evidence: {each}" for each in kept]
    return found


async def _twice_told(url: str, sessions: set[str]) -> list[str]:
    """Return of which sessions others do not hear exactly once that they began and ended."""
    database = await open_database(url, clock=SystemClock())
    try:
        rows = await database.fetch(sa.select(outbox.c.subject, outbox.c.kind))
    finally:
        await database.close()
    heard = Counter(rows)
    due = [(session, kind) for session in sessions for kind in ("SessionStarted", "SessionEnded")]
    return [f"facts {one}: {heard[one]}" for one in due if heard[one] != 1]


def _flaws(book: Book, account: Account, version: Version) -> Iterable[str]:
    session = book.session
    told: dict[str, Any] = {
        "state": "ended" if account.ended else "running",
        "energy_wh": account.energy_wh,
        "started_at": account.entries[0].at,
        "ended_at": account.entries[-1].at if account.ended else None,
        "token": account.token,
        "verdict": "accepted",
        "doubts": [],
        "evse": account.evse,
        "connector": account.connector,
    }
    kept = {name: _comparable(name, session[name]) for name in told}
    yield from (
        f"{name} is {kept[name]}, not {told[name]}" for name in told if kept[name] != told[name]
    )
    yield from _differ("samples", _kept_samples(book), _told_samples(account))
    yield from _differ("story", _kept_story(book), _told_story(account, version))
    if not account.acknowledged:
        yield f"the station gave up {[each for each in account.entries if each.given_up]}"


def _differ(what: str, kept: Counter[Any], told: Counter[Any]) -> Iterable[str]:
    if kept != told:
        yield f"{what}: missing {dict(told - kept)}, too many {dict(kept - told)}"


def _kept_samples(book: Book) -> Counter[Any]:
    return Counter((_time(each["at"]), _number(each["register_wh"])) for each in book.samples)


def _told_samples(account: Account) -> Counter[Any]:
    return Counter(
        (entry.at, entry.meter_wh) for entry in account.entries if entry.meter_wh is not None
    )


def _kept_story(book: Book) -> Counter[Any]:
    return Counter(
        (each["kind"], each["told"].get("word", {}).get("seq_no")) for each in book.story
    )


def _told_story(account: Account, version: Version) -> Counter[Any]:
    if version is Version.V16:
        kinds = {"start": "start", "stop": "stop"}
        return Counter((kinds[each.kind], None) for each in account.entries if each.kind in kinds)
    return Counter(("event", entry.seq_no) for entry in account.entries)


def _comparable(name: str, value: Any) -> Any:
    if name.endswith("_at"):
        return None if value is None else _time(value)
    return _number(value) if name.endswith("_wh") else value


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _number(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))
