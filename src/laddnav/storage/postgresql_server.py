"""A PostgreSQL server before it is used: is it there, is it new enough, what does it hold."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from laddnav.storage.connections import Connection, connect
from laddnav.storage.errors import DatabaseMisconfigured
from laddnav.storage.url import PostgresUrl

_OLDEST = 15

_MAY_DECLARE = "SELECT has_database_privilege(current_database(), 'TEMPORARY')"
_REVISION = "SELECT version_num FROM alembic_version"
_TABLES = """
SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()
"""

_ERA = """
SELECT coalesce((SELECT next FROM sequences WHERE name = 'outbox.era'), 0) AS era,
    pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS current,
    greatest((SELECT max(txid) FROM outbox), (SELECT max(txid) FROM outbox_cursors)) AS newest
"""
_NEW_ERA = """
INSERT INTO sequences (name, next) VALUES ('outbox.era', $1)
ON CONFLICT (name) DO UPDATE SET next = excluded.next
"""


async def reach(url: PostgresUrl) -> Connection:
    """Return a connection to a server that will do.

    Raises:
        DatabaseMisconfigured: One line that says what is wrong, without user and password.
    """
    try:
        connection = await connect(url)
    except asyncpg.PostgresError as error:
        message = f"{url} refuses us: {error.args[0] if error.args else error.sqlstate}"
        raise DatabaseMisconfigured(message) from error
    except (OSError, asyncpg.InterfaceError, ValueError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        message = f"cannot reach {url}: {reason}"
        raise DatabaseMisconfigured(message) from error
    version = connection.get_server_version()
    if version.major < _OLDEST:
        await connection.close()
        message = f"{url} is PostgreSQL {version.major}: at least {_OLDEST} is needed"
        raise DatabaseMisconfigured(message)
    if not await connection.fetchval(_MAY_DECLARE):
        await connection.close()
        message = f"{url} lets us make no types of our own: GRANT TEMPORARY ON DATABASE .. TO .."
        raise DatabaseMisconfigured(message)
    return connection


@asynccontextmanager
async def exclusive(url: PostgresUrl, lock: int) -> AsyncIterator[Connection]:
    """Lend a connection, to one borrower of `lock` at a time among all that use the database."""
    connection = await reach(url)
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", lock)
        yield connection
    except (asyncpg.PostgresError, OSError) as error:
        message = f"{url}: {error}"
        raise DatabaseMisconfigured(message) from error
    finally:
        await connection.close()


async def revision(connection: Connection) -> str | None:
    """Return the revision of the tables, None where there are none."""
    if await connection.fetchval("SELECT to_regclass('alembic_version')") is None:
        return None
    found: str | None = await connection.fetchval(_REVISION)
    return found


async def is_empty(connection: Connection) -> bool:
    """Return whether there is no table at all."""
    return not await connection.fetchval(_TABLES)


async def era(connection: Connection) -> int:
    """Return what is added to the server's transaction numbers in the outbox.

    A database restored on another server meets numbers that begin anew there. Whatever happened
    before then stays before whatever happens from now on.
    """
    known, current, newest = await connection.fetchrow(_ERA)
    if newest is None or newest < known + current:
        return int(known)
    await connection.execute(_NEW_ERA, newest + 1)
    return int(newest) + 1
