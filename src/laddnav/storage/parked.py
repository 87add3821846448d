"""Facts that a subscriber could not take: shown to people, who may have them tried again."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeAlias

import msgspec
import sqlalchemy

from laddnav.kernel.clock import Clock, from_micros, to_micros
from laddnav.storage.database import Database
from laddnav.storage.schema import PARKED, outbox_parked
from laddnav.storage.write import Fact, Row, Write

Effect: TypeAlias = Callable[[Fact], Awaitable[Write | None]]
"""What a fact brings about; returns what is to be stored for it here, unfenced."""


class Parked(msgspec.Struct, frozen=True, kw_only=True):
    """A fact that one subscriber did not take.

    Attributes:
        subscriber: Who did not take it.
        fact: What it is.
        attempts: How often it was tried.
        error: The kind of the last failure.
        parked_at: When it was given up.
        resolved_at: When it was taken after all.
    """

    subscriber: str
    fact: Fact
    attempts: int
    error: str
    parked_at: datetime
    resolved_at: datetime | None = None

    def row(self) -> Row:
        """Return the row that keeps it."""
        return PARKED.row(
            subscriber=self.subscriber,
            id=self.fact.id,
            operator=self.fact.operator,
            kind=self.fact.kind,
            subject=self.fact.subject,
            at=to_micros(self.fact.at),
            payload=self.fact.payload.decode(),
            attempts=self.attempts,
            error=self.error,
            parked_at=to_micros(self.parked_at),
            resolved_at=None if self.resolved_at is None else to_micros(self.resolved_at),
        )


async def parked_facts(
    database: Database, *, subscriber: str | None = None, most: int = 100
) -> list[Parked]:
    """Return the parked facts that are not resolved, oldest first.

    Raises:
        StorageUnavailable: No answer within the read limit.
    """
    table = outbox_parked.c
    query = sqlalchemy.select(outbox_parked).where(table.resolved_at.is_(None))
    if subscriber is not None:
        query = query.where(table.subscriber == subscriber)
    rows = await database.fetch(query.order_by(table.parked_at, table.id).limit(most))
    return [
        Parked(
            subscriber=name,
            fact=Fact(
                id=fact_id,
                operator=operator,
                kind=kind,
                subject=subject,
                at=from_micros(at),
                payload=payload.encode(),
            ),
            attempts=attempts,
            error=error,
            parked_at=from_micros(parked_at),
        )
        for (
            name, fact_id, operator, kind, subject, at, payload, attempts, error, parked_at, _,
        ) in rows
    ]  # fmt: skip


async def retry_parked(database: Database, parked: Parked, effect: Effect, *, clock: Clock) -> None:
    """Have the effect of a parked fact after all; raise what it raises.

    Raises:
        StorageUnavailable: Not known to be stored.
    """
    write = await effect(parked.fact) or Write()
    resolved = msgspec.structs.replace(
        parked, attempts=parked.attempts + 1, resolved_at=clock.now()
    )
    await database.commit(write + Write(rows=(resolved.row(),)))
