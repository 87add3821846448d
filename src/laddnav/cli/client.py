"""Commands speak to the API: over the running server's socket, or over one of their own."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
import click
import msgspec

from laddnav.bootstrap.control import answers, control_socket
from laddnav.bootstrap.errors import StartupError
from laddnav.cli.options import USAGE, Target, fail, settings_of
from laddnav.settings import Settings
from laddnav.storage.url import missing_file

_Result = TypeVar("_Result")
_PAGE = 500


class Api:
    """The API of one operator."""

    def __init__(self, http: aiohttp.ClientSession, *, own: bool) -> None:
        self._http = http
        self.is_own = own
        """No server runs on this machine: the command serves itself."""

    async def get(self, path: str, **query: object) -> Any:  # noqa: ANN401 - decoded JSON can be of any type
        """Return what a GET answers; end the command on an error."""
        return await self.send("GET", path, query=query)

    async def post(self, path: str, body: object) -> Any:  # noqa: ANN401 - decoded JSON can be of any type
        """Return what a POST answers; end the command on an error."""
        return await self.send("POST", path, body=body)

    async def send(
        self,
        method: str,
        path: str,
        *,
        body: object = None,
        query: Mapping[str, object] | None = None,
        text: str | None = None,
    ) -> Any:  # noqa: ANN401 - decoded JSON can be of any type
        """Return what a request answers (None for an empty body).

        Args:
            method: The HTTP method.
            path: Below /api/v1.
            body: Sent as JSON.
            query: Parameters; those that are None are left out.
            text: Sent as CSV instead of a JSON body.
        """
        data = msgspec.json.encode(body) if body is not None else None
        kind = "application/json"
        if text is not None:
            data, kind = text.encode(), "text/csv; charset=utf-8"
        params = {name: str(value) for name, value in (query or {}).items() if value is not None}
        async with self._http.request(
            method,
            f"/api/v1/{path}",
            data=data,
            params=params,
            headers={"Content-Type": kind} if data is not None else {},
        ) as response:
            content = await response.read()
            answer = msgspec.json.decode(content) if content else None
            if response.status >= 400:  # noqa: PLR2004 - in HTTP, statuses from 400 on are errors
                problem = answer if isinstance(answer, dict) else None
                fail(_told(answer, response.status), problem=problem)
            return answer

    async def pages(self, path: str, limit: int, **query: object) -> AsyncIterator[dict[str, Any]]:
        """Yield up to `limit` items of a list."""
        cursor: str | None = None
        while limit > 0:
            page = await self.get(path, limit=min(limit, _PAGE), cursor=cursor, **query)
            for item in page["items"]:
                yield item
            limit -= len(page["items"])
            cursor = page["next"]
            if cursor is None:
                return


def run(target: Target, work: Callable[[Api], Awaitable[_Result]]) -> _Result:
    """Run `work` against the API and return its result."""
    settings = settings_of(target.config, database=target.database)

    async def connected() -> _Result:
        async with connect(settings, target.operator) as api:
            return await work(api)

    return asyncio.run(connected())


def listed(target: Target, path: str, limit: int, **query: object) -> list[dict[str, Any]]:
    """Return up to `limit` items of a list of the API."""

    async def collect(api: Api) -> list[dict[str, Any]]:
        return [item async for item in api.pages(path, limit, **query)]

    return run(target, collect)


@asynccontextmanager
async def connect(settings: Settings, operator: str) -> AsyncIterator[Api]:
    """Connect to the server that runs on the database, or open the database ourselves."""
    async with AsyncExitStack() as stack:
        try:
            path = control_socket(settings.database)
            own = not await answers(path)
            if own:
                path = await stack.enter_async_context(_own_server(settings))
        except StartupError as error:
            fail(str(error), USAGE)
        http = await stack.enter_async_context(
            aiohttp.ClientSession(
                "http://laddnav",
                connector=aiohttp.UnixConnector(path=str(path)),
                headers={"X-Laddnav-Operator": operator},
                timeout=aiohttp.ClientTimeout(total=None),
            )
        )
        yield Api(http, own=own)


@asynccontextmanager
async def _own_server(settings: Settings) -> AsyncIterator[Path]:
    from laddnav.bootstrap import logs  # noqa: PLC0415 - this loads the whole server, which is needed only where none runs
    from laddnav.bootstrap.offline import offline  # noqa: PLC0415 - this loads the whole server, which is needed only where none runs

    logs.configure(msgspec.structs.replace(settings, log_level="error"))
    new = missing_file(settings.database)  # a URL that is none was refused with the socket's path
    async with offline(settings) as path:
        if new is not None:
            click.echo(f"laddnav: there was no database: a new one was made at {new}", err=True)
        yield path


def _told(answer: object, status: int) -> str:
    """Return a problem as one line."""
    if not isinstance(answer, dict):
        return f"the server answered with HTTP status {status}"
    text = str(answer.get("detail") or answer.get("title") or f"HTTP status {status}")
    lines = [
        _error_line(error)
        for error in answer.get("errors") or []
        if isinstance(error, dict) and _bare(str(error.get("message"))) not in _bare(text)
    ]
    return "\n".join([text, *lines])


def _bare(sentence: str) -> str:
    """Return what two wordings of one sentence have in common."""
    return sentence.rstrip(".").casefold()


def _error_line(error: dict[str, Any]) -> str:
    place = f"line {error['line']}: " if "line" in error else ""
    return f"  {place}{error.get('message')}"
