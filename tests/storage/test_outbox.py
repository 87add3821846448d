"""Facts reach their subscribers in order, and none is passed over, lost or stored half."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import asyncpg
import pytest
import sqlalchemy as sa

from laddnav.kernel.clock import SystemClock
from laddnav.storage.database import Database
from laddnav.storage.errors import StorageUnavailable
from laddnav.storage.outbox import Pace, Relay, Subscriber
from laddnav.storage.parked import parked_facts, retry_parked
from laddnav.storage.retention import forget_relayed
from laddnav.storage.schema import outbox
from laddnav.storage.write import Fact, Write
from tests.storage.conftest import Opener
from tests.storage.things import NOON, START, fact, station, stored, thing, write
from tests.waiting import until

NUMBERS = ("one", "two", "three", "old", "young")
PACE = Pace(poll_seconds=0.02, attempts=3, held_seconds=0.5)


class Billing:
    """A subscriber that writes one thing for each fact that it takes."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.broken: set[str] = set()
        self.error: Exception = ValueError("of no use")
        self.gate: asyncio.Event | None = None

    @property
    def subscriber(self) -> Subscriber:
        return Subscriber(name="billing", kinds=frozenset({"ThingHappened"}), effect=self.take)

    async def take(self, happened: Fact) -> Write | None:
        self.asked.append(happened.subject)
        if self.gate is not None:
            await self.gate.wait()
        if happened.subject in self.broken:
            raise self.error
        return write(
            thing(station(1), NUMBERS.index(happened.subject), happened.subject),
            facts=(fact("Billed", happened.subject),),
        )


@pytest.fixture
def billing() -> Billing:
    return Billing()


@pytest.fixture
async def relay_for() -> AsyncIterator[Callable[..., Relay]]:
    """What makes relays, and closes them when the test is over."""
    made: list[Relay] = []

    def make(database: Database, subscriber: Subscriber, node: str = "node") -> Relay:
        relay = Relay(database, subscriber, clock=SystemClock(), node=node, pace=PACE)
        relay.start()
        made.append(relay)
        return relay

    yield make
    for relay in made:
        await relay.close()


def texts(database: Database) -> Callable[[], Awaitable[list[object]]]:
    async def read() -> list[object]:
        return [row[2] for row in await stored(database)]

    return read


async def happen(database: Database, *subjects: str, kind: str = "ThingHappened") -> None:
    for subject in subjects:
        await database.commit(write(facts=(fact(kind, subject),)))


async def test_facts_are_taken_in_order_and_their_effect_is_stored_once(
    store: Database, billing: Billing, relay_for: Callable[..., Relay]
) -> None:
    await happen(store, "one", "two")
    await happen(store, "not wanted", kind="Other")
    relay_for(store, billing.subscriber)
    await until(lambda: done(store, "one", "two"))
    await happen(store, "three")
    await until(lambda: done(store, "one", "two", "three"))
    assert billing.asked == ["one", "two", "three"]
    billed = await store.fetch(sa.select(outbox.c.subject).where(outbox.c.kind == "Billed"))
    assert sorted(billed) == [("one",), ("three",), ("two",)]


async def done(database: Database, *subjects: str) -> bool:
    return await texts(database)() == list(subjects)


async def test_a_relay_that_begins_again_goes_on_where_it_was(
    store: Database, billing: Billing, relay_for: Callable[..., Relay]
) -> None:
    await happen(store, "one")
    relay = relay_for(store, billing.subscriber)
    await until(lambda: done(store, "one"))
    await relay.close()
    await happen(store, "two")
    relay_for(store, billing.subscriber)
    await until(lambda: done(store, "one", "two"))
    assert billing.asked == ["one", "two"]


async def test_a_relay_that_is_stopped_in_the_middle_of_an_effect_has_not_passed_it(
    store: Database, billing: Billing, relay_for: Callable[..., Relay]
) -> None:
    await happen(store, "one")
    billing.gate = asyncio.Event()
    relay = relay_for(store, billing.subscriber)

    async def asked() -> bool:
        return billing.asked == ["one"]

    await until(asked)
    await relay.close()
    assert await stored(store) == []
    billing.gate = None
    relay_for(store, billing.subscriber)
    await until(lambda: done(store, "one"))


async def test_a_fact_that_keeps_failing_is_parked_and_the_others_go_on(
    store: Database, billing: Billing, relay_for: Callable[..., Relay]
) -> None:
    billing.broken.add("two")
    await happen(store, "one", "two", "three")
    relay_for(store, billing.subscriber)
    await until(lambda: done(store, "one", "three"))
    assert billing.asked == ["one", "two", "two", "two", "three"]
    (parked,) = await parked_facts(store, subscriber="billing")
    assert (parked.fact.subject, parked.attempts, parked.error) == ("two", 3, "ValueError")
    with pytest.raises(ValueError, match="of no use"):
        await retry_parked(store, parked, billing.take, clock=SystemClock())
    assert len(await parked_facts(store)) == 1
    billing.broken.clear()
    await retry_parked(store, parked, billing.take, clock=SystemClock())
    assert await parked_facts(store) == []
    assert await done(store, "one", "two", "three")


async def test_an_effect_that_cannot_be_stored_is_parked_too(
    store: Database, relay_for: Callable[..., Relay]
) -> None:
    async def impossible(happened: Fact) -> Write:
        return write(thing(amount=-1, text=happened.subject))

    kinds = frozenset({"ThingHappened"})
    relay_for(store, Subscriber(name="impossible", kinds=kinds, effect=impossible))
    await happen(store, "one")

    async def shown() -> bool:
        return [each.error for each in await parked_facts(store)] == ["Unstorable"]

    await until(shown)


async def test_a_database_that_was_away_costs_a_fact_none_of_its_attempts(
    store: Database, billing: Billing, relay_for: Callable[..., Relay]
) -> None:
    billing.error = StorageUnavailable("away")
    billing.broken.add("one")
    await happen(store, "one")
    relay_for(store, billing.subscriber)

    async def often() -> bool:
        return len(billing.asked) > PACE.attempts + 1

    await until(often)
    assert await parked_facts(store) == []
    billing.broken.clear()

    async def taken() -> bool:
        return len(await stored(store)) == 1

    await until(taken)


async def test_a_node_that_starts_takes_over_and_the_other_stores_nothing_more(
    things_url: str, open_url: Opener, relay_for: Callable[..., Relay]
) -> None:
    first, second = await open_url(things_url), await open_url(things_url)
    old, new = Billing(), Billing()
    old.gate = asyncio.Event()
    relay_for(first, old.subscriber, "node-1")
    await happen(first, "one")

    async def asked() -> bool:
        return old.asked == ["one"]

    await until(asked)
    relay_for(second, new.subscriber, "node-2")
    await until(lambda: done(second, "one"))
    old.gate.set()
    old.gate = None
    await happen(first, "two")
    await until(lambda: done(second, "one", "two"))
    assert new.asked == ["one", "two"]
    assert len(await second.fetch(sa.select(outbox.c.id).where(outbox.c.kind == "Billed"))) == 2


async def test_a_waiting_node_takes_over_when_the_working_one_has_gone(
    things_url: str, open_url: Opener, relay_for: Callable[..., Relay]
) -> None:
    store = await open_url(things_url)
    waiting, working = Billing(), Billing()
    relay_for(store, waiting.subscriber, "node-1")
    relay = relay_for(store, working.subscriber, "node-2")
    await happen(store, "one")
    await until(lambda: done(store, "one"))
    await relay.close()
    await happen(store, "two")
    await until(lambda: done(store, "one", "two"))
    assert len(await store.fetch(sa.select(outbox.c.id).where(outbox.c.kind == "Billed"))) == 2


async def test_taken_facts_are_forgotten_after_their_time_and_others_are_kept(
    store: Database, billing: Billing, relay_for: Callable[..., Relay]
) -> None:
    later = NOON + timedelta(days=1)
    await store.commit(write(facts=(fact(subject="old"), fact(subject="young", at=later))))
    assert await forget_relayed(store, ["billing"], later) == 0, "nobody has taken it yet"
    relay_for(store, billing.subscriber)
    await until(lambda: done(store, "old", "young"))

    async def passed() -> bool:
        return await forget_relayed(store, ["billing"], later) > 0

    await until(passed)
    left = sa.select(outbox.c.subject).where(outbox.c.kind == "ThingHappened")
    assert await store.fetch(left) == [("young",)]
    assert await forget_relayed(store, ["billing", "somebody new"], later) == 0


INSERT = """
INSERT INTO outbox (txid, id, operator, kind, subject, at, payload)
VALUES (pg_current_xact_id()::text::bigint, $1, 'default', 'ThingHappened', $1, 0, '{}')
"""


async def test_a_fact_whose_transaction_ends_late_is_not_passed_over(
    postgres_url: str, open_url: Opener
) -> None:
    store = await open_url(postgres_url)
    slow, quick = await asyncpg.connect(postgres_url), await asyncpg.connect(postgres_url)
    await slow.execute("BEGIN")
    await slow.execute(INSERT, "slow")
    await quick.execute(INSERT, "quick")
    assert await store.read_outbox(START, 10) == [], "slow may still commit"
    await slow.execute("COMMIT")
    page = await store.read_outbox(START, 10)
    assert [happened.subject for _, happened in page] == ["slow", "quick"]
    assert await store.read_outbox(page[0][0], 10) == page[1:]
    for connection in (slow, quick):
        await connection.close()


async def test_a_position_taken_early_by_a_younger_transaction_is_not_passed_over(
    postgres_url: str, open_url: Opener
) -> None:
    store = await open_url(postgres_url)
    young, old = await asyncpg.connect(postgres_url), await asyncpg.connect(postgres_url)
    await old.execute("BEGIN")
    await old.execute("SELECT pg_current_xact_id()")
    await young.execute(INSERT, "young")
    await store.read_outbox(START, 10)
    await old.execute(INSERT, "old")
    await old.execute("COMMIT")
    page = await store.read_outbox(START, 10)
    assert [happened.subject for _, happened in page] == ["old", "young"]
    for connection in (young, old):
        await connection.close()


async def test_facts_stay_in_order_when_the_database_is_restored_on_a_younger_server(
    postgres_url: str, open_url: Opener
) -> None:
    first = await open_url(postgres_url)
    await happen(first, "before")
    await first.close()
    connection = await asyncpg.connect(postgres_url)
    await connection.execute("UPDATE outbox SET txid = txid + 1000000000")
    await connection.close()
    for subject in ("after", "later"):
        restored = await open_url(postgres_url)
        await happen(restored, subject)
        await restored.close()
    page = await (await open_url(postgres_url)).read_outbox(START, 10)
    assert [happened.subject for _, happened in page] == ["before", "after", "later"]
