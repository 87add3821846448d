"""Many writes as one: each key once, in one order for everyone."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any, NamedTuple, TypeAlias

import sqlalchemy

from laddnav.kernel.clock import to_micros
from laddnav.kernel.keys import StationKey
from laddnav.storage.errors import TouchedNothing
from laddnav.storage.write import Fact, Fence, Row, Upsert, Write

Epochs: TypeAlias = dict[StationKey, int]
FactValues: TypeAlias = tuple[str, str, str, str, int, str]


class Statement(NamedTuple):
    """All rows that go into one table in one mode; each key once, in key order."""

    into: Upsert
    rows: list[tuple[object, ...]]


class Batch(NamedTuple):
    """What one transaction stores, table by table in the order of their names."""

    statements: list[Statement]
    facts: list[FactValues]


def fenced_out(writes: Sequence[Write], epochs: Epochs) -> frozenset[int]:
    """Return the places of the writes whose fence is not what `epochs` (as stored) says."""
    return frozenset(
        place
        for place, write in enumerate(writes)
        if write.fence is not None and epochs.get(write.fence.key) != write.fence.epoch
    )


def stations_of(writes: Iterable[Write]) -> list[StationKey]:
    """Return the stations whose fences are to be checked, each once, sorted."""
    return sorted({write.fence.key for write in writes if write.fence is not None})


def fences_of(writes: Sequence[Write], leave_out: Collection[int] = ()) -> set[Fence]:
    """Return the fences of the writes that are not at the places `leave_out`."""
    return {
        write.fence
        for place, write in enumerate(writes)
        if write.fence is not None and place not in leave_out
    }


def merge(writes: Sequence[Write], leave_out: Collection[int] = ()) -> Batch:
    """Return `writes`, in their order, as one batch without those at the places `leave_out`.

    Raises:
        TypeError: The values of a key cannot be compared with those of another, or not at all.
    """
    tables: defaultdict[sqlalchemy.Table, dict[Any, Row]] = defaultdict(dict)
    facts: dict[str, FactValues] = {}
    for place, write in enumerate(writes):
        if place in leave_out:
            continue
        for row in write.rows:
            into, values = row
            rows, key = tables[into.table], into.key_of(values)
            if into.mode == "replace" or key not in rows:
                rows[key] = row
        for fact in write.facts:
            facts.setdefault(fact.id, fact_values(fact))
    return Batch(_statements(tables), list(facts.values()))


def merge_rows(rows: Iterable[Row]) -> Batch:
    """Return `rows`, in their order, as one batch."""
    return merge((Write(rows=tuple(rows)),))


def all_or_nothing(touched: Sequence[int], then: Write) -> Batch:
    """Return what is stored with statements that touched so many rows each.

    Raises:
        TouchedNothing: One of them touched none.
    """
    if not all(touched):
        raise TouchedNothing
    return merge((then,))


def fact_values(fact: Fact) -> FactValues:
    """Return the columns of the outbox that a fact fills, in table order from `id` on."""
    return (
        fact.id,
        fact.operator,
        fact.kind,
        fact.subject,
        to_micros(fact.at),
        fact.payload.decode(),
    )


def _statements(tables: Mapping[sqlalchemy.Table, dict[Any, Row]]) -> list[Statement]:
    statements = []
    for table in sorted(tables, key=attrgetter("name")):
        rows = tables[table]
        by_upsert: defaultdict[Upsert, list[tuple[object, ...]]] = defaultdict(list)
        for key in sorted(rows):
            into, values = rows[key]
            by_upsert[into].append(values)
        statements += [Statement(into, values) for into, values in by_upsert.items()]
    return statements
