"""Tables as statements, for what tests add to a migrated database."""

import sqlite3
from pathlib import Path

import asyncpg as postgres
from sqlalchemy import MetaData
from sqlalchemy.dialects.postgresql import asyncpg
from sqlalchemy.dialects.sqlite import pysqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.schema import CreateIndex, CreateTable

from laddnav.storage import partitions
from laddnav.storage.url import SqliteUrl, parse_url
from tools.migration import all_metadata

DIALECTS: dict[str, Dialect] = {
    "sqlite": pysqlite.dialect(),
    "postgresql": asyncpg.dialect(),  # type: ignore[no-untyped-call]  # SQLAlchemy leaves its dialects' constructors untyped
}


def script(dialect: str, *metadatas: MetaData) -> str:
    """Return the statements that create the tables of `metadatas` (default: all)."""
    chosen = DIALECTS[dialect]
    statements = []
    for metadata in metadatas or all_metadata():
        partitions.declare(metadata)
        for table in metadata.sorted_tables:
            statements.append(str(CreateTable(table).compile(dialect=chosen)))
            indexes = sorted(table.indexes, key=lambda index: str(index.name))
            statements += [str(CreateIndex(index).compile(dialect=chosen)) for index in indexes]
    return ";\n".join(statements) + ";\n"


def run_on_sqlite(path: Path, statements: str) -> None:
    """Run a script of statements on a file."""
    connection = sqlite3.connect(path)
    connection.executescript(statements)
    connection.close()


async def create(url: str, *metadatas: MetaData) -> None:
    """Create the tables of `metadatas` in the database at `url`."""
    parsed = parse_url(url)
    if isinstance(parsed, SqliteUrl):
        run_on_sqlite(parsed.path, script("sqlite", *metadatas))
        return
    connection = await postgres.connect(parsed.dsn)
    await connection.execute(script("postgresql", *metadatas))
    await connection.close()
