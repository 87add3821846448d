"""The rooms' tables as statements, for databases that tests make themselves."""

import sqlite3
from importlib import import_module
from pathlib import Path

import asyncpg as postgres
from sqlalchemy import MetaData
from sqlalchemy.dialects.postgresql import asyncpg
from sqlalchemy.dialects.sqlite import pysqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.schema import CreateIndex, CreateTable

import laddnav
from laddnav.storage import partitions, schema
from laddnav.storage.migration import newest
from laddnav.storage.url import SqliteUrl, parse_url

DIALECTS: dict[str, Dialect] = {
    "sqlite": pysqlite.dialect(),
    "postgresql": asyncpg.dialect(),  # type: ignore[no-untyped-call]  # is untyped there
}
# Until the first migration has been written.
STAMP = f"""
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY);
INSERT INTO alembic_version VALUES ('{newest()}');
"""  # noqa: S608 - our own text


def all_metadata() -> list[MetaData]:
    """Return the metadata of storage and of every room that has tables."""
    stores = sorted(Path(laddnav.__path__[0]).glob("*/store.py"))
    rooms = [import_module(f"laddnav.{path.parent.name}.store") for path in stores]
    return [schema.metadata, *(room.metadata for room in rooms if hasattr(room, "metadata"))]


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
