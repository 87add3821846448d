"""Where the running server of a database is found by commands of the same user."""

import asyncio
import os
import stat
import tempfile
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

from laddnav.bootstrap.errors import StartupError
from laddnav.storage.errors import DatabaseMisconfigured
from laddnav.storage.url import SqliteUrl, parse_url


def control_socket(database: str) -> Path:
    """Return the path of the Unix socket on which the server of `database` answers commands.

    It follows from the database alone, so that a command finds the server without being told.
    The path of a socket may not exceed about 100 bytes: hence a short name in a directory of
    this user's, not a name beside the database.

    Raises:
        StartupError: The URL is none, or the directory belongs to somebody else.
    """
    try:
        url = parse_url(database)
    except DatabaseMisconfigured as error:
        raise StartupError(str(error)) from None
    place = str(url.path.resolve()) if isinstance(url, SqliteUrl) else url.shown
    name = blake2b(place.encode(), digest_size=8).hexdigest()
    return _directory() / f"{name}.socket"


async def answers(path: Path) -> bool:
    """Return whether a server listens on the socket."""
    with suppress(OSError):
        _, writer = await asyncio.open_unix_connection(path)
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
        return True
    return False


def _directory() -> Path:
    """Return this user's directory for sockets; it is nobody else's."""
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    parent = Path(runtime) if runtime and Path(runtime).is_dir() else Path(tempfile.gettempdir())
    directory = parent / f"laddnav-{os.getuid()}"
    directory.mkdir(mode=0o700, exist_ok=True)
    status = directory.lstat()
    mine = stat.S_ISDIR(status.st_mode) and status.st_uid == os.getuid()
    if not mine or status.st_mode & 0o077:
        message = f"{directory} is not a directory that only you can open: remove it, or mend it"
        raise StartupError(message)
    return directory
