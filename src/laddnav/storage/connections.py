"""Connections to PostgreSQL: lent one at a time, and what their failures mean."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any, TypeAlias

import asyncpg

from laddnav.kernel import ids
from laddnav.storage.errors import Refused, TouchedNothing, Unreached
from laddnav.storage.url import PostgresUrl

Connection: TypeAlias = "asyncpg.Connection[Any]"

_CONNECT_SECONDS = 5.0
_ROLLBACK_SECONDS = 2.0

_SESSION = {
    "application_name": "laddnav",
    "jit": "off",
    # What waits for a lock must see what was stored meanwhile, and how long a statement may take
    # we watch ourselves; whatever is set for other users of the server.
    "default_transaction_isolation": "read committed",
    "statement_timeout": "0",
    # A transaction whose client is gone (cut off in the middle) would hold its locks, which the
    # repetition of the same writes then waits for, until the network notices.
    "idle_in_transaction_session_timeout": "10000",
}
_DURABLE = """
SELECT set_config('synchronous_commit', 'on', false)
WHERE current_setting('synchronous_commit') = 'off'
"""

WRITING = {
    **_SESSION,
    # Rows are only ever found by their keys: a plan made while a table was small must not be one
    # that reads it whole when it has grown, and no plan is worth being made for one execution.
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
    "enable_bitmapscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
}
"""Settings of sessions that store batches."""

PASSING = {**WRITING, "synchronous_commit": "off"}
"""Settings of sessions that store what a crash may lose."""

# A statement that commits itself may still be on its way to a session whose client has given up:
# were that session not ended first, it could come after what the next session stores. Those that
# only wait for the lock have been given up too.
_ONLY = """
SELECT pg_terminate_backend(pid) FROM pg_locks
WHERE locktype = 'advisory' AND objsubid = 1
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND classid::bigint = {lock}::bigint >> 32 AND objid::bigint = {lock}::bigint & 4294967295;
SELECT pg_advisory_lock({lock})
"""

# Classes of SQLSTATE. What is in neither is our own fault (a table that is not there).
_DATA = frozenset({"21", "22", "23", "54"})
_AWAY = frozenset({"08", "25", "28", "3D", "40", "53", "55", "57", "58"})


def verdict(error: Exception) -> Exception:
    """Return what the driver's `error` means: `Refused`, `Unreached`, or itself.

    The texts hold no values but those of a write that stands alone.
    """
    if isinstance(error, asyncpg.PostgresError):
        state = error.sqlstate or ""
        text = f"{state} {error.args[0] if error.args else ''}"[:200]
        if state[:2] in _DATA:
            return Refused(text)
        return Unreached(text) if state[:2] in _AWAY else error
    if isinstance(error, OSError | TimeoutError | asyncpg.InternalClientError):
        return Unreached(f"{type(error).__name__}: {error}"[:200])
    if isinstance(error, ValueError | TypeError | OverflowError):  # the driver's DataError too
        return Refused(f"a value does not fit its column ({type(error).__name__})")
    return Unreached(str(error)) if isinstance(error, asyncpg.InterfaceError) else error


@contextmanager
def verdicts() -> Iterator[None]:
    """Turn what the driver raises into `Refused` or `Unreached`; the rest is our own fault."""
    try:
        yield
    except Exception as error:
        meant = verdict(error)
        if meant is error:
            raise
        raise meant from error


async def connect(
    url: PostgresUrl, settings: Mapping[str, str] = _SESSION, *, lock: int | None = None
) -> Connection:
    """Return a new connection whose commits are durable when they return, unless `settings` differ.

    Args:
        url: Where to.
        settings: Of the session.
        lock: There is one session of this number; what was left of another has ended.
    """
    connection: Connection = await asyncpg.connect(
        url.dsn, timeout=_CONNECT_SECONDS, server_settings=dict(settings)
    )
    try:
        if "synchronous_commit" not in settings:
            await connection.execute(_DURABLE)
        if lock is not None:
            await connection.execute(_ONLY.format(lock=lock))
    except BaseException:
        connection.terminate()
        raise
    return connection


def _is_unharmed(error: BaseException) -> bool:
    """Whether a connection on which this happened is as good as before.

    One whose server answers that it cannot be written to, or is about to stop, is not: the next
    one may lead to another server.
    """
    if isinstance(error, asyncpg.PostgresError):
        return not isinstance(verdict(error), Unreached)
    return isinstance(error, TouchedNothing | TypeError | ValueError)


class Connections:
    """A few connections, made when they are needed and kept for the next who needs one.

    A connection on which anything failed in an unclear way is cut, never lent again.

    Args:
        url: Where to.
        most: The most at a time.
        settings: Of their sessions.
        sole: There is one, and nothing that was sent over those before it happens any more.
    """

    def __init__(
        self,
        url: PostgresUrl,
        most: int,
        settings: Mapping[str, str] = _SESSION,
        *,
        sole: bool = False,
    ) -> None:
        self._url = url
        self._settings = settings
        self._lock = int(ids.new_secret(8), 16) >> 1 if sole else None
        self._free = asyncio.Semaphore(most)
        self._idle: list[Connection] = []
        self._closed = False

    async def close(self) -> None:
        """Lend no more, and close those that nobody uses."""
        self._closed = True
        while self._idle:
            connection = self._idle.pop()
            with suppress(Exception):
                await connection.close(timeout=_ROLLBACK_SECONDS)

    @asynccontextmanager
    async def borrow(self, seconds: float) -> AsyncIterator[Connection]:
        """Lend a connection for at most `seconds`, the wait for it included.

        Raises:
            Refused: What was sent over it was refused for its data.
            Unreached: No connection, or it broke, or the time was up.
        """
        with verdicts():
            async with asyncio.timeout(seconds), self._free:
                connection = await self._take()
                try:
                    yield connection
                except BaseException as error:
                    if _is_unharmed(error):
                        self._idle.append(connection)
                    else:
                        connection.terminate()
                    raise
                self._idle.append(connection)

    async def _take(self) -> Connection:
        if self._closed:
            message = "the database is closed"
            raise Unreached(message)
        while self._idle:
            connection = self._idle.pop()
            if not connection.is_closed():
                return connection
        return await connect(self._url, self._settings, lock=self._lock)


@asynccontextmanager
async def in_transaction(connection: Connection) -> AsyncIterator[None]:
    """Begin a transaction, which commits at the end of the block."""
    await connection.execute("BEGIN")
    try:
        yield
        await connection.execute("COMMIT")
    except (asyncpg.PostgresError, TouchedNothing, TypeError, ValueError):
        await _roll_back(connection)
        raise


async def _roll_back(connection: Connection) -> None:
    """End a transaction that failed; where even that fails, cut the connection."""
    try:
        await connection.execute("ROLLBACK", timeout=_ROLLBACK_SECONDS)
    except Exception:  # noqa: BLE001 - the failure that led here is the one that is told
        connection.terminate()
