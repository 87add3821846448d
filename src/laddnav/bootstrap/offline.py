"""The same API without a server on this machine: for the length of one command."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from laddnav import wiring
from laddnav.bootstrap import control
from laddnav.bootstrap.errors import StartupError
from laddnav.bootstrap.foundation import house
from laddnav.bootstrap.web import web_rooms
from laddnav.settings import Settings
from laddnav.storage.errors import DatabaseMisconfigured, StorageError
from laddnav.storage.migration import migrate as migrate_database
from laddnav.web.application import application
from laddnav.web.server import WebServer, bind_unix


@asynccontextmanager
async def offline(settings: Settings) -> AsyncIterator[Path]:
    """Serve the local API on a private socket and yield the socket's path.

    No station connects here; those that are connected to nodes elsewhere are reached over the
    bus, and these nodes are told what was changed.

    Raises:
        StartupError: The database cannot be opened.
    """
    async with house(settings) as built:
        rooms = built.rooms
        await rooms.accounts.open()
        await rooms.journal.start()
        await built.refusals.start()
        news = wiring.news(built)
        await news.start()
        with tempfile.TemporaryDirectory(dir=control.directory()) as directory:
            path = Path(directory) / "api.socket"
            shown = web_rooms(built, wiring.control(built))
            server = WebServer(application(shown, local=True), bind_unix(path))
            await server.start()
            try:
                yield path
            finally:
                await server.close()
                await news.close()
                await built.refusals.close()
                await rooms.journal.close()


async def migrate(settings: Settings) -> None:
    """Bring the database up to date.

    Raises:
        StartupError: It cannot be done: one line that says why.
    """
    try:
        await migrate_database(settings.database)
    except DatabaseMisconfigured as error:
        raise StartupError(str(error)) from None
    except StorageError:
        message = "the database does not answer; nothing was changed"
        raise StartupError(message) from None
