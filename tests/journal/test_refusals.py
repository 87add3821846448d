"""Refusals and knocking stations: counted as one, bounded under floods, listed for their owner."""

from collections.abc import AsyncIterator
from typing import cast

import pytest

from laddnav.journal.live import FLOOD, Likeness, RefusalLines
from laddnav.journal.model import Knocking, RefusalPage, RefusalReason
from laddnav.journal.rules.crowd import Crowd
from laddnav.journal.rules.verdicts import VERDICTS
from laddnav.journal.service import Refusals
from laddnav.storage.database import Database
from laddnav.storage.errors import StorageUnavailable
from laddnav.storage.write import Write
from tests.stations.hall import START, ManualClock
from tests.waiting import until

WRONG = RefusalReason.WRONG_PASSWORD


class Outage:
    """A database that is away until the outage is over."""

    def __init__(self, real: Database) -> None:
        self.over = False
        self._real = real

    def __getattr__(self, name: str) -> object:
        return getattr(self._real, name)

    async def commit(self, write: Write) -> None:
        if not self.over:
            raise StorageUnavailable
        await self._real.commit(write)


@pytest.fixture
async def refusals(database: Database, clock: ManualClock) -> AsyncIterator[Refusals]:
    opened = Refusals(database, clock)
    await opened.start()
    yield opened
    await opened.close()


async def counts(refusals: Refusals, operator: str = "default") -> dict[str, int]:
    page = await refusals.refusals(operator)
    return {f"{item.identity} {item.reason.value}": item.count for item in page.items}


def knock(identity: str = "NEW", **told: object) -> Knocking:
    usual = {
        "operator": "default", "address": "192.0.2.7", "reason": RefusalReason.UNKNOWN_STATION,
        "offered": ("ocpp1.6",), "user_agent": "box/1", "tls": False, "count": 1,
        "first_at": START, "last_at": START,
    }  # fmt: skip
    return Knocking(identity=identity, **{**usual, **told})  # type: ignore[arg-type]  # fields are passed on as a dict; a wrong one fails the test at once


def refuse(refusals: Refusals, identity: str = "CP1", **told: str) -> None:
    usual = {"address": "192.0.2.7", "operator": "default"}
    refusals.record(WRONG, identity=identity, **{**usual, **told})


@pytest.mark.parametrize("reason", RefusalReason)
def test_every_reason_has_a_remedy_that_is_a_sentence(reason: RefusalReason) -> None:
    verdict = VERDICTS[reason]
    assert verdict.remedy.endswith(".")
    assert verdict.remedy[0].isupper()
    assert verdict.status in {0, 101, 400, 401, 403, 404, 408, 426, 429, 500, 503}


async def test_refusals_alike_are_one_line_with_their_number(
    refusals: Refusals, clock: ManualClock
) -> None:
    for _ in range(3):
        refuse(refusals)
        clock.turn(60)
    refuse(refusals, "CP2", detail="offered ocpp1.6")

    async def both() -> bool:
        return await counts(refusals) == {"CP1 wrong_password": 3, "CP2 wrong_password": 1}

    await until(both)
    newest, older = (await refusals.refusals("default")).items
    assert (newest.detail, newest.remedy) == ("offered ocpp1.6", VERDICTS[WRONG].remedy)
    assert (older.last_at - older.first_at).total_seconds() == 120


async def test_after_an_hour_a_new_line_begins(refusals: Refusals, clock: ManualClock) -> None:
    refuse(refusals)
    await refusals.flush()
    clock.turn(3_601)
    refuse(refusals)

    async def two() -> bool:
        return [item.count for item in (await refusals.refusals("default")).items] == [1, 1]

    await until(two)


async def test_refusals_are_paged_newest_first(refusals: Refusals, clock: ManualClock) -> None:
    for number in range(5):
        refuse(refusals, f"CP{number}")
        clock.turn(1)

    async def all_there() -> bool:
        return len((await refusals.refusals("default")).items) == 5

    await until(all_there)
    seen: list[str] = []
    page: RefusalPage | None = None
    while page is None or page.next:
        page = await refusals.refusals("default", limit=2, cursor=page.next if page else None)
        seen += [item.identity for item in page.items]
    assert seen == ["CP4", "CP3", "CP2", "CP1", "CP0"]


async def test_what_failed_before_any_path_is_the_default_operators(refusals: Refusals) -> None:
    refusals.record(RefusalReason.TLS_FAILED, address="192.0.2.7")

    async def there() -> bool:
        return await counts(refusals) == {" tls_failed": 1}

    await until(there)
    assert await counts(refusals, "other") == {}


async def test_no_operator_sees_refusals_of_another(refusals: Refusals) -> None:
    refuse(refusals, operator="other")

    async def there() -> bool:
        return await counts(refusals, "other") == {"CP1 wrong_password": 1}

    await until(there)
    assert await counts(refusals) == {}


async def test_the_rest_of_a_flood_is_one_line_for_its_reason(
    refusals: Refusals, clock: ManualClock
) -> None:
    for number in range(5_000):
        refuse(refusals, f"X{number}", address=f"203.0.{number // 256}.{number % 256}")
    clock.turn(60)
    refuse(refusals, "X0", address="198.51.100.1")
    refusals.record(RefusalReason.TLS_FAILED, address="192.0.2.8")
    await refusals.flush()
    items = (await refusals.refusals("default", limit=500)).items
    assert sum(item.count for item in items) == 5_002
    folded = {item.reason: item for item in items if not item.identity}
    assert (len(items), set(folded)) == (102, {WRONG, RefusalReason.TLS_FAILED})
    flood = folded[WRONG]
    assert (flood.count, flood.address, flood.detail) == (4_901, "203.0.0.100", FLOOD)
    assert flood.addresses == pytest.approx(4_901, rel=0.02)
    assert (flood.last_at - flood.first_at).total_seconds() == 60
    assert (folded[RefusalReason.TLS_FAILED].addresses, refusals.folded) == (1, 4_902)


async def test_after_a_flood_who_is_refused_has_a_line_again(refusals: Refusals) -> None:
    for number in range(200):
        refuse(refusals, f"X{number}")
    await refusals.flush()
    refuse(refusals, "CP1")
    listed = await counts(refusals)
    assert (listed["CP1 wrong_password"], listed[" wrong_password"]) == (1, 100)


async def test_while_the_database_is_away_nothing_that_was_refused_is_forgotten(
    database: Database, clock: ManualClock
) -> None:
    outage = Outage(database)
    book = Refusals(cast("Database", outage), clock)
    refuse(book, "CP1")
    for _ in range(2):
        refuse(book, "CP2")
        book.record_knocking(knock("NEW"))
        with pytest.raises(StorageUnavailable):
            await book.flush()
    outage.over = True
    assert await counts(book) == {"CP1 wrong_password": 1, "CP2 wrong_password": 2}
    assert [item.count for item in (await book.knocking("default")).items] == [2]


def test_a_long_outage_costs_a_bounded_number_of_lines_and_loses_none(clock: ManualClock) -> None:
    lines = RefusalLines()
    for number in range(5_000):
        for reason in RefusalReason:
            likeness = Likeness(f"operator-{number}", f"X{number}", "192.0.2.7", reason)
            lines.count(likeness, clock.now(), "")
        lines.take()
        clock.turn(60)
    assert sum(line.count for line in lines.take()) == 5_000 * len(RefusalReason)
    assert len(lines.take()) == 2_000 + 200 + len(RefusalReason)


def test_a_line_that_grew_while_it_was_stored_is_stored_again(clock: ManualClock) -> None:
    lines = RefusalLines()
    likeness = Likeness("default", "CP1", "192.0.2.7", WRONG)
    lines.count(likeness, clock.now(), "")
    taken = lines.take()
    lines.count(likeness, clock.now(), "")
    lines.stored(taken)
    assert [line.count for line in lines.take()] == [2]
    lines.stored(lines.take())
    assert lines.take() == []


@pytest.mark.parametrize("size", [0, 1, 3, 100, 5_000, 100_000])
def test_a_crowd_is_counted_without_remembering_everyone(size: int) -> None:
    crowd = Crowd()
    for number in [*range(size), *range(size)]:
        crowd.add(f"192.0.2.{number}")
    assert crowd.size == pytest.approx(size, rel=0.02, abs=1)


async def test_whatever_comes_from_outside_is_storable(refusals: Refusals) -> None:
    refuse(refusals, "a\0\ud800" + "x" * 5_000, address="::1\0")
    refusals.record_knocking(knock("\0\ud800", user_agent="\0", offered=("\0",) * 100))

    async def there() -> bool:
        return bool((await refusals.knocking("default")).items) and bool(await counts(refusals))

    await until(there)


async def test_what_follows_a_colon_in_an_identity_is_never_written_down(
    refusals: Refusals,
) -> None:
    for identity in ("CP1:geheim", ":geheim", "CP2"):
        refusals.record(RefusalReason.BAD_IDENTITY, address="192.0.2.7", identity=identity)
    assert set(await counts(refusals)) == {
        "CP1:*** bad_identity", ":*** bad_identity", "CP2 bad_identity",
    }  # fmt: skip


async def test_a_knocking_station_is_listed_with_what_it_said(refusals: Refusals) -> None:
    refusals.record_knocking(knock())

    async def there() -> bool:
        return (await refusals.knocking("default")).items == (knock(),)

    await until(there)
    assert (await refusals.knocking("other")).items == ()


async def test_knocks_are_counted_over_a_restart(
    refusals: Refusals, database: Database, clock: ManualClock
) -> None:
    refusals.record_knocking(knock())
    refusals.record_knocking(knock(address="198.51.100.1"))

    async def twice() -> bool:
        return [item.count for item in (await refusals.knocking("default")).items] == [2]

    await until(twice)
    clock.turn(60)
    again = Refusals(database, clock)
    again.record_knocking(knock(first_at=clock.now(), last_at=clock.now()))

    async def thrice() -> bool:
        return [item.count for item in (await again.knocking("default")).items] == [3]

    await until(thrice)
    (item,) = (await again.knocking("default")).items
    assert (item.first_at, item.last_at) == (START, clock.now())


async def test_a_station_that_was_added_knocks_no_more(refusals: Refusals) -> None:
    refusals.record_knocking(knock())

    async def there() -> bool:
        return bool((await refusals.knocking("default")).items)

    await until(there)
    assert await refusals.forget_knocking("default", "NEW")
    assert (await refusals.knocking("default")).items == ()
    assert not await refusals.forget_knocking("default", "NEW")


async def test_old_refusals_go(refusals: Refusals, clock: ManualClock) -> None:
    refuse(refusals)

    async def there() -> bool:
        return bool(await counts(refusals))

    await until(there)
    clock.turn(91 * 86_400)
    await refusals.prune()
    assert await counts(refusals) == {}
