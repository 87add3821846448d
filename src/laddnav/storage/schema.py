"""The tables that storage itself keeps: owners, number blocks, and the outbox."""

from sqlalchemy import (
    BigInteger,
    Column,
    Identity,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
)

from laddnav.storage.write import Upsert

metadata = MetaData()

ownership = Table(
    "ownership",
    metadata,
    Column("operator", Text, nullable=False),
    Column("station", Text, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("node", Text, nullable=False),
    Column("claimed_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("operator", "station"),
    sqlite_with_rowid=False,
)

sequences = Table(
    "sequences",
    metadata,
    Column("name", Text, primary_key=True),
    Column("next", BigInteger, nullable=False),
)

# `txid` orders what several writers commit: on PostgreSQL the writing transaction, on SQLite,
# which has one writer, 0. Positions alone would let a reader pass over a fact whose transaction
# took its position early and committed late.
outbox = Table(
    "outbox",
    metadata,
    Column(
        "position",
        BigInteger().with_variant(Integer, "sqlite"),
        Identity(always=False),
        primary_key=True,
    ),
    Column("txid", BigInteger, nullable=False),
    Column("id", Text, nullable=False, unique=True),
    Column("operator", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("payload", Text, nullable=False),
    Index("ix_outbox_order", "txid", "position"),
    sqlite_autoincrement=True,
)

# How far each subscriber is, and which node works for it until when.
outbox_cursors = Table(
    "outbox_cursors",
    metadata,
    Column("subscriber", Text, primary_key=True),
    Column("txid", BigInteger, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("holder", Text, nullable=False),
    Column("held_until", BigInteger, nullable=False),
)

# A copy of each fact that a subscriber could not take: retention of the outbox passes it by.
outbox_parked = Table(
    "outbox_parked",
    metadata,
    Column("subscriber", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("operator", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("payload", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("error", Text, nullable=False),
    Column("parked_at", BigInteger, nullable=False),
    Column("resolved_at", BigInteger),
    PrimaryKeyConstraint("subscriber", "id"),
)

CURSORS = Upsert(outbox_cursors)
NEW_CURSORS = Upsert(outbox_cursors, mode="keep")
PARKED = Upsert(outbox_parked)
