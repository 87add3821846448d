"""A server as its operators run it: `laddnav serve` as a process of its own, and its API."""

import asyncio
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import weakref
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

LADDNAV = Path(sys.executable).with_name("laddnav")
_READY = re.compile(
    r"stations at (?P<ocpp>ws://\S+?)( and (?P<tls>wss://\S+?))?(?P<more>( and wss?://\S+?)*)"
    r", API at (?P<web>\S+)"
)


class LaddnavServer:
    """`laddnav serve` on a database, until the context ends; it may be killed and started again.

    Attributes:
        ocpp: Where stations connect, for example "ws://127.0.0.1:1234/ocpp".
        ocpp_tls: The same with TLS.
        more: The same of further addresses.
        api: A client of the REST API with a key of the default operator.
    """

    def __init__(self, database: str, folder: Path, **settings: str) -> None:
        self.database = database
        self.ocpp = ""
        self.ocpp_tls = ""
        self.more: list[str] = []
        self.web = ""
        self._folder = folder
        sockets = tempfile.mkdtemp()  # below a test's own folder their paths would be too long
        weakref.finalize(self, shutil.rmtree, sockets, ignore_errors=True)
        self._settings = {
            "LADDNAV_DATABASE": database,
            "LADDNAV_SECRET": "the secret of the system tests",
            "LADDNAV_OCPP": "127.0.0.1:0",
            "LADDNAV_WEB": "127.0.0.1:0",
            "LADDNAV_SHUTDOWN_SECONDS": "0.2",
            "LADDNAV_LOG_FORMAT": "json",
            "XDG_RUNTIME_DIR": sockets,
            **{f"LADDNAV_{name.upper()}": value for name, value in settings.items()},
        }
        self._process: Process | None = None
        self._log = folder / "server.log"

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._process is not None and self._process.returncode is None:
            await self.stop()
        if error is not None:
            sys.stderr.write(self.log[-20_000:])

    @property
    def environment(self) -> dict[str, str]:
        """What the server and its commands run in."""
        inherited = {name: text for name, text in os.environ.items() if "LADDNAV" not in name}
        return {**inherited, **self._settings}

    @property
    def log(self) -> str:
        """What the server logged so far."""
        return self._log.read_text(encoding="utf-8") if self._log.exists() else ""

    @property
    def pid(self) -> int:
        """The process's id."""
        assert self._process is not None
        return self._process.pid

    async def start(self) -> None:
        """Start the server and wait until it says that it is ready.

        From the second time on it takes the ports that it had.
        """
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                LADDNAV, "serve", stdout=PIPE, stderr=log, env=self.environment
            )
        assert self._process.stdout is not None
        line = (await self._process.stdout.readline()).decode()
        ready = _READY.search(line)
        assert ready is not None, f"not ready: {line!r}\n{self.log}"
        self.ocpp, self.web = ready["ocpp"], ready["web"]
        self.ocpp_tls = ready["tls"] or ""
        self.more = ready["more"].split(" and ")[1:]
        self._settings["LADDNAV_OCPP"] = self.ocpp.removeprefix("ws://").removesuffix("/ocpp")
        self._settings["LADDNAV_WEB"] = self.web.removeprefix("http://")

    async def stop(self) -> int:
        """Send SIGTERM and return the exit status."""
        return await self._end(signal.SIGTERM)

    async def kill(self) -> int:
        """Send SIGKILL, as a power cut would."""
        return await self._end(signal.SIGKILL)

    async def ended(self) -> int:
        """Wait until the process has ended, and return its exit status."""
        assert self._process is not None
        async with asyncio.timeout(60):
            return await self._process.wait()

    async def _end(self, number: signal.Signals) -> int:
        assert self._process is not None
        self._process.send_signal(number)
        return await self.ended()

    def run(self, *arguments: str, status: int = 0) -> str:
        """Run a `laddnav` command against this database and return what it printed."""
        done = subprocess.run(
            [LADDNAV, *arguments], env=self.environment, capture_output=True, text=True, timeout=60,
            check=False,
        )  # fmt: skip
        assert done.returncode == status, f"{arguments}: {done.returncode}\n{done.stderr}"
        return done.stdout

    async def command(self, *arguments: str, status: int = 0) -> str:
        """Run a `laddnav` command without holding up the test's own stations."""
        return await asyncio.to_thread(lambda: self.run(*arguments, status=status))

    async def client(self) -> "ApiClient":
        """Return a client of the API with a new key."""
        key = json.loads(await self.command("api-key", "create", "--json"))["key"]
        return ApiClient(self.web, key)


class ApiClient:
    """The REST API with a key."""

    def __init__(self, web: str, key: str) -> None:
        self.http = httpx.AsyncClient(
            base_url=f"{web}/api/v1/", headers={"Authorization": f"Bearer {key}"}, timeout=60
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.aclose()

    async def get(self, path: str, **query: Any) -> Any:
        """Return the JSON of a GET that must succeed."""
        response = await self.http.get(path, params=query)
        assert response.status_code == httpx.codes.OK, response.text
        return response.json()

    async def post(self, path: str, body: object, status: int | None = None) -> Any:
        """Return the JSON of a POST that must succeed, or end with `status`."""
        response = await self.http.post(path, json=body)
        if status is None:
            assert response.is_success, response.text
        else:
            assert response.status_code == status, response.text
        return response.json()

    async def items(self, path: str, **query: Any) -> list[dict[str, Any]]:
        """Return all items of a list."""
        found: list[dict[str, Any]] = []
        cursor: str | None = None
        while True:
            page = await self.get(path, **query, **({"cursor": cursor} if cursor else {}))
            found += page["items"]
            cursor = page["next"]
            if cursor is None:
                return found

    async def until(
        self, path: str, holds: Callable[[Any], bool], *, within: float = 60, **query: Any
    ) -> Any:
        """Return the JSON of a GET as soon as `holds` is true of it."""
        answer: Any = None
        try:
            async with asyncio.timeout(within):
                while True:
                    answer = await self.get(path, **query)
                    if holds(answer):
                        return answer
                    await asyncio.sleep(0.05)
        except TimeoutError:
            message = f"{path} never became so; at last: {answer}"
            raise AssertionError(message) from None

    async def call(self, station: str, action: str, payload: object) -> Any:
        """Call a station."""
        return await self.post(f"stations/{station}/calls", {"action": action, "payload": payload})
