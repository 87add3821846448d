"""From a URL to an open database; the engine that is not used is not even imported."""

from laddnav.kernel.clock import Clock
from laddnav.storage.database import Database, Limits
from laddnav.storage.migration import migrate
from laddnav.storage.url import SqliteUrl, parse_url


async def open_database(url: str, *, clock: Clock, limits: Limits | None = None) -> Database:
    """Return the database at `url`, migrated where that needs nobody's decision, and open.

    Whoever opened it closes it.

    Raises:
        DatabaseMisconfigured: It cannot be opened as it is: one line that says what to do.
    """
    await migrate(url, unasked=True)
    parsed = parse_url(url)
    if isinstance(parsed, SqliteUrl):
        from laddnav.storage import sqlite  # noqa: PLC0415 - loaded only for the engine that is in use

        database: Database = sqlite.SqliteDatabase(parsed.path, clock, limits or Limits())
    else:
        from laddnav.storage import postgresql  # noqa: PLC0415 - loaded only for the engine that is in use

        database = postgresql.PostgresDatabase(parsed, clock, limits or Limits())
    await database.start()
    return database
