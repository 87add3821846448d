"""Stations that lose answers, servers that die: every acknowledged message is told exactly once."""

import asyncio
import shutil
from collections.abc import Callable, Coroutine
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import Struct, field

from laddnav.kernel.clock import SystemClock
from laddnav.kernel.keys import ConnectorRef
from laddnav.sessions.live.outcome import Outcome
from laddnav.sessions.model import Session, State, TransactionEventReported, Word
from laddnav.storage.opening import open_database
from laddnav.tokens.model import TokenRef
from tests.sessions.desk import Desk
from tests.sessions.words import STATION, at, event, meter, reading, start, stop

_FATES = st.sampled_from(
    [
        "answered",
        "answered",
        "answered",
        "answer lost",
        "killed before the commit",
        "killed after the commit",
        "commit failed",
        "restarted afterwards",
    ]
)


_CALM = st.just("answered")


async def _send(desk: Desk, word: Word, minute: float, fate: str) -> Outcome:
    """Tell a word until it is answered, as a station does; and suffer `fate` on the way."""
    if fate in {"killed before the commit", "commit failed"}:
        await desk.fold(word, at(minute))  # folded, and never stored
        if fate == "commit failed":
            desk.sessions.forget(STATION)
        else:
            desk.restart()
        await desk.connect(STATION)
    elif fate in {"answer lost", "killed after the commit"}:
        await desk.tell(word, at(minute))
        if fate == "killed after the commit":
            desk.restart()
            await desk.connect(STATION)
    outcome = await desk.tell(word, at(minute))
    if fate == "restarted afterwards":
        desk.restart()
        await desk.connect(STATION)
    return outcome


def _with_desk(template: Path, play: Callable[[Desk], Coroutine[None, None, None]]) -> None:
    """Run `play` with a desk on a database of its own."""

    async def run(path: Path) -> None:
        database = await open_database(f"sqlite:///{path}", clock=SystemClock())
        try:
            desk = Desk(database)
            await desk.open("CARD1", "CARD2")
            await desk.connect(STATION)
            await play(desk)
        finally:
            await database.close()

    with TemporaryDirectory() as folder:
        asyncio.run(run(Path(shutil.copy(template, Path(folder) / "laddnav.db"))))


class _Charge(Struct):
    """What a station itself remembers of a session."""

    number: int
    knows_number: bool
    began_at: float
    meter_start: int
    register: int
    readings: list[int] = field(default_factory=list)
    ended_at: float | None = None


_STEPS = st.lists(
    st.tuples(
        st.sampled_from([1, 2]),
        st.sampled_from(["plug", "measure", "measure", "measure", "unplug"]),
        st.integers(0, 900),
        st.booleans(),
        _FATES,
    ),
    max_size=24,
)
_QUICKLY = settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


class _Station:
    """A station of OCPP 1.6 with two connectors, a card at each, and a ledger."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._minute = 0.0
        self._registers = {1: 5000, 2: 70_000}
        self._running: dict[int, _Charge] = {}
        self.ledger: list[_Charge] = []

    async def step(self, place: int, what: str, amount: int, knows: bool, fate: str) -> None:  # noqa: FBT001 - the values are drawn in this order by hypothesis
        self._minute += 1
        charge = self._running.get(place)
        if what == "plug" and charge is None:
            await self._plug(place, fate, knows=knows)
        elif what == "measure" and charge is not None:
            await self._measure(place, charge, amount, fate)
        elif what == "unplug" and charge is not None:
            await self._unplug(place, charge, amount, fate)

    async def _plug(self, place: int, fate: str, *, knows: bool) -> None:
        register = self._registers[place]
        word = start(at(self._minute), register, connector=_ref(place), token=_card(place))
        outcome = await _send(self._desk, word, self._minute, fate)
        charge = _Charge(outcome.transaction_id or 0, knows, self._minute, register, register)
        self._running[place] = charge
        self.ledger.append(charge)

    async def _measure(self, place: int, charge: _Charge, amount: int, fate: str) -> None:
        charge.register += amount
        charge.readings.append(charge.register)
        number = charge.number if charge.knows_number else -1
        word = meter(
            at(self._minute), charge.register, transaction_id=number, connector=_ref(place)
        )
        await _send(self._desk, word, self._minute, fate)

    async def _unplug(self, place: int, charge: _Charge, amount: int, fate: str) -> None:
        charge.register += amount
        charge.readings.append(charge.register)
        charge.ended_at = self._minute
        self._registers[place] = charge.register
        last = (reading(at(self._minute), charge.register, "Transaction.End"),)
        number = charge.number if charge.knows_number else -1
        word = stop(number, at(self._minute), charge.register, token=_card(place), readings=last)
        await _send(self._desk, word, self._minute, fate)
        del self._running[place]


def _ref(place: int) -> ConnectorRef:
    return ConnectorRef(place, 1)


def _card(place: int) -> TokenRef:
    return TokenRef(f"CARD{place}")


@_QUICKLY
@given(steps=_STEPS)
def test_a_station_that_leaves_ids_to_us_loses_nothing_and_repeats_nothing(
    sqlite_template: Path, steps: list[tuple[int, str, int, bool, str]]
) -> None:
    async def play(desk: Desk) -> None:
        station = _Station(desk)
        for step in steps:
            await station.step(*step)
        stored = await desk.all()
        assert len(stored) == len(station.ledger)
        for charge in station.ledger:
            (session,) = [one for one in stored if one.transaction_id == str(charge.number)]
            await _agrees(desk, session, charge)
        facts = await desk.facts()
        assert facts.count("SessionStarted") == len(stored)
        assert facts.count("SessionEnded") == len([c for c in station.ledger if c.ended_at])
        assert "SessionCorrected" not in facts
        assert (await desk.archive.evidence("default")).items == ()

    _with_desk(sqlite_template, play)


async def _agrees(desk: Desk, session: Session, charge: _Charge) -> None:
    assert await desk.registers(session.id) == [Decimal(wh) for wh in charge.readings]
    assert session.started_at == at(charge.began_at)
    assert session.energy_wh == charge.register - charge.meter_start
    assert (session.state is State.ENDED) is (charge.ended_at is not None)
    assert session.ended_at == (None if charge.ended_at is None else at(charge.ended_at))
    told = await desk.archive.story("default", session.id)
    assert len(told) == 1 + (charge.ended_at is not None)


def _transaction(length: int) -> list[TransactionEventReported]:
    card = TokenRef("CARD1", "ISO14443")
    words = [event("Started", 0, at(0), connector=_ref(1), token=card, register=1000)]
    words += [event("Updated", n, at(n), register=1000 + 7 * n) for n in range(1, length)]
    words += [event("Ended", length, at(length), register=1000 + 7 * length)]
    return words


@_QUICKLY
@given(data=st.data(), length=st.integers(1, 8))
def test_a_transaction_told_in_any_order_and_through_any_fate_is_whole(
    sqlite_template: Path, data: st.DataObject, length: int
) -> None:
    words = _transaction(length)
    order = data.draw(st.permutations(words))
    again = data.draw(st.lists(st.sampled_from(words), max_size=3))
    count = len(words) + len(again)
    rough = data.draw(st.booleans())
    fates = data.draw(st.lists(_FATES if rough else _CALM, min_size=count, max_size=count))

    async def play(desk: Desk) -> None:
        for word, fate in zip([*order, *again], fates, strict=True):
            await _send(desk, word, 60, fate)
        session = await desk.one()
        assert (session.started_at, session.ended_at) == (at(0), at(length))
        assert (session.energy_wh, session.doubts) == (Decimal(7 * length), ())
        assert (session.token, session.evse) == ("CARD1", 1)
        registers = [Decimal(1000 + 7 * n) for n in range(length + 1)]
        assert await desk.registers(session.id) == registers
        assert len(await desk.archive.story("default", session.id)) == len(words)
        assert (await desk.facts()).count("SessionStarted") == 1

    _with_desk(sqlite_template, play)
