"""Where the running server of a database is found by commands of the same user."""

import asyncio
import os
import stat
import tempfile
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Final

from laddnav.bootstrap.errors import StartupError
from laddnav.storage.errors import DatabaseMisconfigured
from laddnav.storage.url import SqliteUrl, parse_url

_LONGEST_PARENT: Final = 60
"""Bytes: of the 107 of a socket's path, the rest is for the directory's and the socket's name."""


def control_socket(database: str) -> Path:
    """Return the path of the Unix socket on which the server of `database` answers commands.

    It follows from the database alone, so that a command finds the server without being told.
    The path of a socket is short: hence a short name in a directory of this user's, not a name
    beside the database.

    Raises:
        StartupError: The URL is none, or `directory` cannot be had.
    """
    try:
        url = parse_url(database)
    except DatabaseMisconfigured as error:
        raise StartupError(str(error)) from None
    place = str(url.path.resolve()) if isinstance(url, SqliteUrl) else url.shown
    name = blake2b(place.encode(), digest_size=8).hexdigest()
    return directory() / f"{name}.socket"


async def answers(path: Path) -> bool:
    """Return whether a server listens on the socket."""
    with suppress(OSError):
        _, writer = await asyncio.open_unix_connection(path)
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
        return True
    return False


def directory() -> Path:
    """Return this user's directory for sockets; it is nobody else's.

    Raises:
        StartupError: It belongs to somebody else, or is too far down for a socket's path.
    """
    directory = _parent() / f"laddnav-{os.getuid()}"
    directory.mkdir(mode=0o700, exist_ok=True)
    status = directory.lstat()
    mine = stat.S_ISDIR(status.st_mode) and status.st_uid == os.getuid()
    if not mine or status.st_mode & 0o077:
        message = f"{directory} is not a directory that only you can open: remove it, or mend it"
        raise StartupError(message)
    return directory


def _parent() -> Path:
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    places = [Path(runtime)] if runtime and Path(runtime).is_dir() else []
    for place in (*places, Path(tempfile.gettempdir())):
        if len(os.fsencode(place)) <= _LONGEST_PARENT:
            return place
    message = (
        f"the path of {tempfile.gettempdir()} is too long for a socket below it: set TMPDIR or "
        f"XDG_RUNTIME_DIR to a folder whose path has at most {_LONGEST_PARENT} bytes"
    )
    raise StartupError(message)
