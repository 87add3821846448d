"""A wire to the database that a test can cut, or hold still."""

import asyncio
from urllib.parse import urlsplit

_PIECE = 65_536


class Wire:
    """Passes bytes between its own port and a server's, as long as it is whole."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._server: asyncio.Server | None = None
        self._ends: set[asyncio.StreamWriter] = set()
        self._flow = asyncio.Event()
        self._flow.set()
        self._stranded = self._flow
        self._port = 0

    @property
    def url(self) -> str:
        """The database's URL by way of this wire."""
        parts = urlsplit(self._url)
        return parts._replace(netloc=f"postgres@127.0.0.1:{self._port}").geturl()

    async def mend(self) -> None:
        """Let connections through, on the same port each time."""
        self._server = await asyncio.start_server(self._join, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """End all connections and refuse new ones."""
        if self._server is not None:
            self._server.close()
        for end in list(self._ends):
            end.transport.abort()
        await asyncio.sleep(0)

    def hold(self) -> None:
        """Keep all connections, and pass on nothing."""
        self._flow.clear()

    def strand(self) -> None:
        """Keep the present connections and pass on nothing there; those that come are whole."""
        self._stranded = self._flow
        self._flow = asyncio.Event()
        self._flow.set()
        self._stranded.clear()

    def let_go(self) -> None:
        """Pass on again, also what was held back."""
        self._flow.set()
        self._stranded.set()

    async def _join(self, near: asyncio.StreamReader, near_end: asyncio.StreamWriter) -> None:
        parts = urlsplit(self._url)
        far, far_end = await asyncio.open_connection(parts.hostname, parts.port)
        ends = {near_end, far_end}
        self._ends |= ends
        flow = self._flow
        try:
            await asyncio.gather(_pass(near, far_end, flow), _pass(far, near_end, flow))
        except ConnectionError:
            pass
        finally:
            self._ends -= ends
            for end in ends:
                end.transport.abort()


async def _pass(
    source: asyncio.StreamReader, target: asyncio.StreamWriter, flow: asyncio.Event
) -> None:
    while piece := await source.read(_PIECE):
        await flow.wait()
        target.write(piece)
        await target.drain()
    raise ConnectionResetError
