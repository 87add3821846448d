"""Bringing a database to the form that this program needs, and refusing one that is beyond it."""

import asyncio
import io
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from typing_extensions import override

from laddnav.storage import row_log, sqlite_file
from laddnav.storage.errors import DatabaseMisconfigured, SchemaTooNew, SchemaTooOld
from laddnav.storage.url import PostgresUrl, SqliteUrl, parse_url

_HERE = Path(__file__).parent / "migrations"
_LOCK = 0x1ADD_0001  # any number, the same for all of us: PostgreSQL's advisory lock


class Migrated(NamedTuple):
    """From which revision (None: an empty database) to which."""

    before: str | None
    after: str


class _Statements(io.StringIO):
    """Takes what Alembic would print: one statement at a time, and comments."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: list[str] = []

    @override
    def write(self, text: str) -> int:
        if not text.startswith("--") and text.strip():
            self.taken.append(text.strip().removesuffix(";"))
        return len(text)


async def migrate(url: str, *, unasked: bool = False) -> Migrated:
    """Bring the database at `url` up to date; nobody else can do so meanwhile.

    Args:
        url: Where it is.
        unasked: Do only what needs nobody's decision: SQLite, and an empty PostgreSQL database.

    Raises:
        SchemaTooNew: A newer program has migrated it.
        SchemaTooOld: It needs a migration, and that is not done unasked.
        DatabaseMisconfigured: It cannot be reached, or holds something else than our tables.
    """
    parsed = parse_url(url)
    if isinstance(parsed, SqliteUrl):
        return await asyncio.to_thread(_migrate_sqlite, parsed)
    return await _migrate_postgres(parsed, unasked=unasked)


def statements(dialect: str, since: str | None = None) -> list[str]:
    """Return what brings a database from revision `since` (None: empty) to the newest."""
    from alembic import command  # noqa: PLC0415 - a tenth of a second that most starts need not
    from alembic.config import Config  # noqa: PLC0415 - a tenth of a second that most starts need not spend

    taken = _Statements()
    config = Config(attributes={"dialect": dialect, "statements": taken})
    config.set_main_option("script_location", str(_HERE).replace("%", "%%"))
    command.upgrade(config, f"{since}:head" if since else "head", sql=True)
    return taken.taken


def newest() -> str:
    """Return the revision that this program needs."""
    return max(_revisions())


def _revisions() -> list[str]:
    """Return the revisions of all steps: what the names of their modules begin with."""
    return [path.stem.partition("_")[0] for path in _HERE.glob("versions/[0-9]*.py")]


def _judge(shown: object, before: str | None, *, empty: bool, unasked: bool) -> None:
    """Raise what speaks against migrating a database that is at `before`."""
    if before is None and not empty:
        message = f"{shown} holds tables of something else: name a database of its own"
        raise DatabaseMisconfigured(message)
    if before is not None and before not in _revisions():
        message = f"{shown} is at revision {before}, which this program does not know: update it"
        raise SchemaTooNew(message)
    if before not in {None, newest()} and unasked:
        message = f"{shown} is at revision {before}: back it up, then run `laddnav db migrate`"
        raise SchemaTooOld(message)


def _migrate_sqlite(url: SqliteUrl) -> Migrated:
    sqlite_file.prepare(url.path)
    with _opened(url) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        before: str | None = None
        if "alembic_version" in tables:
            rows = connection.execute("SELECT version_num FROM alembic_version").fetchall()
            before = rows[0][0] if rows else None
        _judge(url, before, empty=not tables, unasked=False)
        connection.execute(row_log.CREATE)
        row_log.RowLog(connection).settle()
        if before != newest():
            for statement in statements("sqlite", before):
                connection.execute(statement).fetchall()
        connection.execute("COMMIT")
    return Migrated(before, newest())


@contextmanager
def _opened(url: SqliteUrl) -> Iterator[sqlite3.Connection]:
    """Lend a connection that waits a minute for another's migration; closing it rolls back."""
    connection = sqlite_file.connect(url.path, busy_seconds=60)
    try:
        yield connection
    except sqlite3.Error as error:
        message = f"cannot migrate {url}: {error}"
        raise DatabaseMisconfigured(message) from error
    finally:
        connection.close()


async def _migrate_postgres(url: PostgresUrl, *, unasked: bool) -> Migrated:
    from laddnav.storage import postgresql_server  # noqa: PLC0415 - SQLite's users need no driver

    async with postgresql_server.exclusive(url, _LOCK) as connection:
        before = await postgresql_server.revision(connection)
        empty = before is not None or await postgresql_server.is_empty(connection)
        _judge(url, before, empty=empty, unasked=unasked)
        if before != newest():
            async with connection.transaction():
                for statement in statements("postgresql", before):
                    await connection.execute(statement)
    return Migrated(before, newest())
