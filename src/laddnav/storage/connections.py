"""Connections to PostgreSQL: lent one at a time, and what their failures mean."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any, TypeAlias

import asyncpg

from laddnav.storage.errors import Refused, TouchedNothing, Unreached
from laddnav.storage.url import PostgresUrl

Connection: TypeAlias = "asyncpg.Connection[Any]"

_CONNECT_SECONDS = 5.0
_ROLLBACK_SECONDS = 2.0

_SESSION = {
    "application_name": "laddnav",
    "jit": "off",
    # A transaction whose client is gone (cut off in the middle) would hold its locks, which the
    # repetition of the same writes then waits for, until the network notices.
    "idle_in_transaction_session_timeout": "10000",
}
_DURABLE = """
SELECT set_config('synchronous_commit', 'on', false)
WHERE current_setting('synchronous_commit') = 'off'
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


async def connect(url: PostgresUrl) -> Connection:
    """Return a new connection whose commits are durable when they return."""
    connection: Connection = await asyncpg.connect(
        url.dsn, timeout=_CONNECT_SECONDS, server_settings=_SESSION
    )
    await connection.execute(_DURABLE)
    return connection


class Connections:
    """A few connections, made when they are needed and kept for the next who needs one.

    A connection on which anything failed in an unclear way is cut, never lent again.
    """

    def __init__(self, url: PostgresUrl, most: int) -> None:
        self._url = url
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
                except (asyncpg.PostgresError, TouchedNothing, TypeError, ValueError):
                    self._idle.append(connection)  # it answered: it is as good as before
                    raise
                except BaseException:
                    connection.terminate()
                    raise
                self._idle.append(connection)

    @asynccontextmanager
    async def transaction(self, seconds: float) -> AsyncIterator[Connection]:
        """Lend a connection in a transaction, which commits at the end of the block."""
        async with self.borrow(seconds) as connection:
            await connection.execute("BEGIN")
            try:
                yield connection
                await connection.execute("COMMIT")
            except (asyncpg.PostgresError, TouchedNothing, TypeError, ValueError):
                await _roll_back(connection)
                raise

    async def _take(self) -> Connection:
        if self._closed:
            message = "the database is closed"
            raise Unreached(message)
        while self._idle:
            connection = self._idle.pop()
            if not connection.is_closed():
                return connection
        return await connect(self._url)


async def _roll_back(connection: Connection) -> None:
    """End a transaction that failed; where even that fails, cut the connection."""
    try:
        await connection.execute("ROLLBACK", timeout=_ROLLBACK_SECONDS)
    except Exception:  # noqa: BLE001 - the failure that led here is the one that is told
        connection.terminate()
