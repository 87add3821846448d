"""One SQLite file: how it is opened, and what its failures mean."""

import errno
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from laddnav.storage.errors import DatabaseMisconfigured, Refused, Unreached

_OLDEST = (3, 35, 0)  # RETURNING

_BUSY_SECONDS = 5.0
_AGAIN_SECONDS = 0.05
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_AWAY = {
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_INTERRUPT,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_NOTADB,
}
_DATA = {
    sqlite3.SQLITE_TOOBIG,
    sqlite3.SQLITE_CONSTRAINT,
    sqlite3.SQLITE_MISMATCH,
    sqlite3.SQLITE_RANGE,
}


def connect(path: Path, *, busy_seconds: float) -> sqlite3.Connection:
    """Return a connection in autocommit, whose commits are on disk when they return."""
    connection = sqlite3.connect(
        path,
        timeout=busy_seconds,
        isolation_level=None,
        check_same_thread=False,  # each belongs to one thread at a time; closing is another's
        cached_statements=512,
    )
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("PRAGMA cache_size = -16000")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("PRAGMA wal_autocheckpoint = 4000")
    return connection


def prepare(path: Path) -> None:
    """Make the file where there is none, readable for its owner only, and write ahead from now on.

    Raises:
        DatabaseMisconfigured: The file cannot be a database of ours; says what to do.
    """
    if sqlite3.sqlite_version_info < _OLDEST:
        message = f"SQLite {sqlite3.sqlite_version} is too old: at least 3.35 is needed"
        raise DatabaseMisconfigured(message)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        with closing(connect(path, busy_seconds=_BUSY_SECONDS)) as connection:
            mode = _write_ahead(connection)
    except (OSError, sqlite3.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        message = f"cannot open the database file {path}: {reason}"
        raise DatabaseMisconfigured(message) from error
    if mode != "wal":
        message = f"{path} is on a file system without write-ahead logs: put it on a local disk"
        raise DatabaseMisconfigured(message)


def _write_ahead(connection: sqlite3.Connection) -> str:
    """Write ahead from now on, and return the mode that it came to.

    For this SQLite waits for nobody by itself: others may open the file at the same moment.
    """
    end = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            mode: str = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in _BUSY or time.monotonic() > end:
                raise
            time.sleep(_AGAIN_SECONDS)
        else:
            return mode


@contextmanager
def verdicts() -> Iterator[None]:
    """Turn what the driver raises into `Refused` or `Unreached`; the rest is our own fault."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", None)
        if code is not None and code & 0xFF in _AWAY:
            raise Unreached(str(error)) from error
        if (code is not None and code & 0xFF in _DATA) or "binding parameter" in str(error):
            raise Refused(str(error)) from error
        raise
    except (OverflowError, TypeError, ValueError) as error:
        message = f"a value does not fit its column ({type(error).__name__})"
        raise Refused(message) from error


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Write as one transaction, or not at all.

    It takes the write lock at once: a transaction that first reads and then writes fails when
    somebody else wrote in between, however long it is allowed to wait.
    """
    with verdicts():
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")


def copy(source: Path, target: Path) -> None:
    """Copy the file as it is at this moment: one read transaction, which no writer waits for.

    Raises:
        DatabaseMisconfigured: `target` exists or cannot be written.
    """
    part = target.with_name(target.name + ".part")
    try:
        if target.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
        os.close(os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600))
        with closing(sqlite3.connect(source)) as reading, closing(sqlite3.connect(part)) as writing:
            reading.backup(writing)
        part.rename(target)
    except (OSError, sqlite3.Error) as error:
        part.unlink(missing_ok=True)
        reason = error.strerror if isinstance(error, OSError) else str(error)
        message = f"cannot write the backup {target}: {reason}"
        raise DatabaseMisconfigured(message) from error
