"""What is committed is there, whole, in order, and behind its fence; on both engines."""

import asyncio
import subprocess
import sys

import pytest
import sqlalchemy as sa

from laddnav.kernel.keys import StationKey
from laddnav.storage.database import Database
from laddnav.storage.errors import Fenced, Unstorable
from laddnav.storage.schema import outbox
from laddnav.storage.write import Fence, Row
from tests.storage.conftest import Opener
from tests.storage.things import (
    FIRST_THINGS,
    HERE,
    START,
    fact,
    station,
    stored,
    thing,
    things,
    write,
)
from tests.waiting import until


async def outcomes(database: Database, writes: list[object]) -> list[type | None]:
    """Hand all writes in at once and return what became of each."""
    results = await asyncio.gather(
        *(database.commit(each) for each in writes),  # type: ignore[arg-type]  # the caller builds them as writes, in a list of objects
        return_exceptions=True,
    )
    return [None if result is None else type(result) for result in results]


async def test_what_was_committed_is_there_when_the_database_is_opened_again(
    things_url: str, open_url: Opener
) -> None:
    first = await open_url(things_url)
    await first.commit(write(thing(text="Straße", amount=2**62), facts=(fact(),)))
    await first.close()
    second = await open_url(things_url)
    assert await stored(second) == [("CP-1", 1, "Straße", 2**62)]
    assert len(await second.fetch(sa.select(outbox.c.id))) == 1


async def test_every_value_that_a_column_can_hold_comes_back_as_it_was(store: Database) -> None:
    texts = [None, "", "NULL", "{}", "(,)", '"', "\\", "\x1f\t\n", "å\U0001f50c", "x" * 100_000]
    rows = [thing(number=-(2**63) + place, text=text) for place, text in enumerate(texts)]
    await store.commit(write(*rows, thing(number=2**63 - 1, amount=2**63 - 1)))
    last = (2**63 - 1, "", 2**63 - 1)
    expected = [(-(2**63) + place, text, 0) for place, text in enumerate(texts)]
    assert [row[1:] for row in await stored(store)] == [*expected, last]


async def test_of_two_rows_with_one_key_in_one_batch_the_later_wins(store: Database) -> None:
    await store.commit(write(thing(text="first"), thing(text="second")))
    assert await stored(store) == [("CP-1", 1, "second", 0)]


async def test_writes_of_one_station_that_share_a_batch_apply_in_order(store: Database) -> None:
    writes = [write(thing(text=str(number))) for number in range(50)]
    assert await outcomes(store, [*writes]) == [None] * 50
    assert await stored(store) == [("CP-1", 1, "49", 0)]


async def test_a_row_that_keeps_never_replaces_neither_in_a_batch_nor_in_the_table(
    store: Database,
) -> None:
    first = Row(FIRST_THINGS, (*HERE, 1, "first", 0))
    later = Row(FIRST_THINGS, (*HERE, 1, "later", 0))
    await store.commit(write(first, later))
    await store.commit(write(later))
    assert await stored(store) == [("CP-1", 1, "first", 0)]
    await store.commit(write(later, thing(text="replaced"), first))
    assert await stored(store) == [("CP-1", 1, "replaced", 0)]


async def test_a_fact_that_is_stored_again_under_its_id_is_stored_once(store: Database) -> None:
    once = fact()
    await store.commit(write(facts=(once, once)))
    await store.commit(write(facts=(once,)))
    assert await store.fetch(sa.select(outbox.c.id)) == [(once.id,)]


async def test_facts_come_in_the_order_in_which_they_were_handed_in(store: Database) -> None:
    facts = [fact(subject=str(number)) for number in range(20)]
    await asyncio.gather(*(store.commit(write(facts=(each,))) for each in facts))
    subjects = await store.fetch(
        sa.select(outbox.c.subject).order_by(outbox.c.txid, outbox.c.position)
    )
    assert subjects == [(str(number),) for number in range(20)]


@pytest.mark.parametrize(
    ("row", "engines"),
    [
        (thing(text="a\0b"), {"postgresql"}),
        (thing(amount=2**63), {"sqlite", "postgresql"}),
        (thing(amount=-1), {"sqlite", "postgresql"}),
        (thing(amount=None), {"sqlite", "postgresql"}),
        (thing(text="\ud800"), {"sqlite", "postgresql"}),
        (thing(amount=object()), {"sqlite", "postgresql"}),
        (Row(thing().into, (*HERE, "one", "", 0)), {"postgresql"}),
        (Row(thing().into, (*HERE, 1, b"bytes", 0)), {"postgresql"}),
    ],
    ids=["nul", "large", "breaks-a-check", "missing", "surrogate", "object", "other-type", "bytes"],
)
async def test_one_unstorable_row_among_fifty_writes_stands_alone(
    things_url: str, open_url: Opener, row: Row, engines: set[str]
) -> None:
    store = await open_url(things_url)
    engine = things_url.partition(":")[0]
    good = [write(thing(station(number)), facts=(fact(),)) for number in range(2, 51)]
    guilty = write(thing(station(99)), row, facts=(fact(),))
    results = await outcomes(store, [*good[:30], guilty, *good[30:]])
    expected = Unstorable if engine in engines else None
    assert results == [None] * 30 + [expected] + [None] * 19
    left = {name for name, *_ in await stored(store)}
    assert len(left) == (49 if expected else 51)
    assert ("CP-99" in left) == (expected is None), "a write is stored whole or not at all"
    assert len(await store.fetch(sa.select(outbox.c.id))) == (49 if expected else 50)
    assert store.healthy


async def test_the_error_of_an_unstorable_write_does_not_repeat_other_values(
    store: Database,
) -> None:
    secret = write(thing(station(2), text="the password"))
    with pytest.raises(Unstorable) as caught:
        await asyncio.gather(store.commit(secret), store.commit(write(thing(amount=2**63))))
    assert "password" not in str(caught.value)


async def test_a_write_behind_its_own_epoch_is_stored(store: Database) -> None:
    (epoch,) = (await store.claim([HERE], "node-1")).values()
    await store.commit(write(thing(), fence=Fence(HERE, epoch)))
    assert len(await stored(store)) == 1


async def test_a_write_without_a_claim_is_fenced(store: Database) -> None:
    with pytest.raises(Fenced):
        await store.commit(write(thing(), fence=Fence(HERE, 1)))
    assert await stored(store) == []


async def test_when_two_servers_claim_one_station_the_older_ones_writes_never_land(
    things_url: str, open_url: Opener
) -> None:
    old, new = await open_url(things_url), await open_url(things_url)
    before = Fence(HERE, (await old.claim([HERE], "old"))[HERE])
    other = Fence(station(2), (await old.claim([station(2)], "old"))[station(2)])
    await old.commit(write(thing(text="old"), fence=before))
    after = Fence(HERE, (await new.claim([HERE], "new"))[HERE])
    assert after.epoch == before.epoch + 1
    late = [
        write(thing(text="late"), facts=(fact(),), fence=before),
        write(thing(station(2)), fence=other),
    ]
    assert await outcomes(old, [*late]) == [Fenced, None]
    await new.commit(write(thing(number=2, text="new"), fence=after))
    assert await outcomes(old, [late[0]]) == [Fenced]
    assert await stored(new) == [
        ("CP-1", 1, "old", 0), ("CP-1", 2, "new", 0), ("CP-2", 1, "", 0)
    ]  # fmt: skip
    assert await new.fetch(sa.select(outbox.c.id)) == []


async def test_claims_and_writes_of_two_servers_at_once_leave_only_the_owners_writes(
    things_url: str, open_url: Opener
) -> None:
    servers = [await open_url(things_url), await open_url(things_url)]
    landed: list[tuple[int, int]] = []

    async def own(server: Database, rounds: int) -> None:
        for _ in range(rounds):
            epoch = (await server.claim([HERE], "node"))[HERE]
            for number in range(3):
                try:
                    row = thing(text=f"{epoch}.{number}", amount=epoch)
                    await server.commit(write(row, fence=Fence(HERE, epoch)))
                    landed.append((epoch, number))
                except Fenced:
                    break

    await asyncio.gather(*(own(server, 15) for server in servers))
    newest = max(landed)
    assert await stored(servers[0]) == [("CP-1", 1, f"{newest[0]}.{newest[1]}", newest[0])]


async def test_each_of_many_claims_of_one_station_gets_an_epoch_of_its_own(
    store: Database,
) -> None:
    claims = [store.claim([HERE, station(number)], f"node-{number}") for number in range(20, 30)]
    epochs = [answer[HERE] for answer in await asyncio.gather(*claims)]
    assert epochs == list(range(1, 11))
    assert await store.claim([], "node") == {}


async def test_stations_of_two_operators_with_one_identity_are_two(store: Database) -> None:
    theirs = StationKey("other", HERE.identity)
    await store.claim([HERE], "node")
    epochs = await store.claim([HERE, theirs], "node")
    assert epochs == {HERE: 2, theirs: 1}
    with pytest.raises(Fenced):
        await store.commit(write(thing(), fence=Fence(theirs, 2)))


async def test_who_stops_waiting_harms_nobody_and_the_write_lands(store: Database) -> None:
    impatient = [
        asyncio.create_task(store.commit(write(thing(station(number))))) for number in range(10)
    ]
    patient = [store.commit(write(thing(station(number)))) for number in range(10, 20)]
    await asyncio.sleep(0)
    for task in impatient:
        task.cancel()
    await asyncio.gather(*patient)
    await asyncio.gather(*impatient, return_exceptions=True)
    await store.commit(write(thing(station(20))))
    assert len(await stored(store)) == 21


async def test_appended_rows_are_stored_in_passing_and_a_bad_one_harms_no_other(
    store: Database,
) -> None:
    store.append([thing(number=1), thing(number=2, amount=-1), thing(number=3)])

    async def there() -> bool:
        return [row[1] for row in await stored(store)] == [1, 3]

    await until(there)


async def test_what_was_appended_is_stored_before_the_database_closes(
    things_url: str, open_url: Opener
) -> None:
    first = await open_url(things_url)
    first.append([thing()])
    await first.close()
    assert len(await stored(await open_url(things_url))) == 1


async def test_statements_run_as_one_transaction_and_say_how_many_rows_they_touched(
    store: Database,
) -> None:
    await store.commit(write(*(thing(number=number) for number in range(5))))
    raised = sa.update(things).where(things.c.number >= 3).values(amount=things.c.amount + 7)
    gone = sa.delete(things).where(things.c.number.in_([0, 1]))
    assert await store.execute(raised, gone) == [2, 2]
    assert [row[3] for row in await stored(store)] == [0, 7, 7]
    broken = sa.update(things).where(things.c.number == 2).values(amount=-1)
    with pytest.raises(Unstorable):
        await store.execute(sa.delete(things).where(things.c.number == 3), broken)
    twice = sa.insert(things).values(operator="o", station="s", number=2, amount=1)
    await store.execute(twice)
    with pytest.raises(Unstorable):
        await store.execute(sa.delete(things).where(things.c.station == "CP-1"), twice)
    assert len(await stored(store)) == 4


async def test_what_goes_with_statements_is_stored_with_them_or_nothing_is(
    store: Database,
) -> None:
    await store.commit(write(*(thing(number=number) for number in range(3))))

    def raised(number: int) -> sa.Update:
        return sa.update(things).where(things.c.number == number).values(amount=7)

    told = write(thing(number=9, amount=1), facts=(fact(subject="told"),))
    assert await store.execute(raised(0), raised(1), then=told) == [1, 1]
    untold = write(thing(number=10), facts=(fact(subject="untold"),))
    assert await store.execute(raised(2), raised(77), then=untold) == [1, 0]
    assert [(row[1], row[3]) for row in await stored(store)] == [(0, 7), (1, 7), (2, 0), (9, 1)]
    assert [each.subject for _, each in await store.read_outbox(START, 10)] == ["told"]
    assert await store.execute(raised(2), then=untold) == [1]


async def test_number_blocks_never_overlap_whoever_takes_them(
    things_url: str, open_url: Opener
) -> None:
    stores = [await open_url(things_url), await open_url(things_url)]
    taken = await asyncio.gather(
        *(stores[place % 2].take_block("transaction", 10) for place in range(20))
    )
    assert sorted(taken) == list(range(1, 201, 10))
    assert await stores[0].take_block("invoice", 5) == 1


TAKE = """
import asyncio, sys
from laddnav.kernel.clock import SystemClock
from laddnav.storage.opening import open_database

async def main():
    database = await open_database(sys.argv[1], clock=SystemClock())
    for _ in range(10):
        print(await database.take_block("transaction", 3))
    await database.close()

asyncio.run(main())
"""


def test_number_blocks_of_two_processes_never_overlap(things_url: str) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", TAKE, things_url], stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    printed = [process.communicate()[0].split() for process in processes]
    assert sorted(int(number) for numbers in printed for number in numbers) == list(range(1, 61, 3))
