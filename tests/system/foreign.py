"""Charge points that are not ours: the PyPI package `ocpp` on `websockets`, in three versions.

What they send and what they are answered is held against the official schemas by that package.
"""

import asyncio
import ssl
from base64 import b64encode
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import cycle
from typing import Any, Final, NamedTuple
from urllib.parse import quote

from ocpp import v16, v21, v201
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from tests.official import OverheardConnection
from tests.system.server import ApiClient

_PACKAGES: Final = {"1.6": v16, "2.0.1": v201, "2.1": v21}
_ANSWER_SECONDS: Final = 60
_EPOCH: Final = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


class Told(NamedTuple):
    """A command that came: its fields in the package's spelling."""

    action: str
    fields: dict[str, Any]


class Foreign:
    """One charge point of the package, and how it answers commands."""

    def __init__(self, identity: str, version: str, socket: ClientConnection) -> None:
        self.socket = socket
        self._package = _PACKAGES[version]
        self._point = self._package.ChargePoint(identity, socket, response_timeout=_ANSWER_SECONDS)
        self._commands: asyncio.Queue[Told] = asyncio.Queue()

    def answers(self, action: str, **fields: Any) -> None:
        """From now on answer this command with these fields."""
        answer = getattr(self._package.call_result, action)(**fields)

        def told(**asked: Any) -> Any:
            self._commands.put_nowait(Told(action, asked))
            return answer

        self._point.route_map[action] = {"_on_action": told}

    def answers_in_turn(self, action: str, *answers: dict[str, Any]) -> None:
        """From now on answer this command with one of these after the other, over and over."""
        kind = getattr(self._package.call_result, action)
        turn = cycle(answers)

        def told(**asked: Any) -> Any:
            self._commands.put_nowait(Told(action, asked))
            return kind(**next(turn))

        self._point.route_map[action] = {"_on_action": told}

    def fails(self, action: str, error: Exception) -> None:
        """From now on answer this command with a CALLERROR of the package."""

        def told(**asked: Any) -> Any:
            self._commands.put_nowait(Told(action, asked))
            raise error

        self._point.route_map[action] = {"_on_action": told}

    async def told(self) -> Told:
        """Wait for the next command."""
        async with asyncio.timeout(_ANSWER_SECONDS):
            return await self._commands.get()

    async def call(self, action: str, **fields: Any) -> Any:
        """Send a call and return its result; a CALLERROR is raised as the package's exception.

        The field `unique_id` is the message id; the package makes one where there is none.
        """
        unique_id = fields.pop("unique_id", None)
        request = getattr(self._package.call, action)(**fields)
        return await self._point.call(request, suppress=False, unique_id=unique_id)

    async def boot(self) -> Any:
        """Boot as this version does."""
        if self._package is v16:
            fields: dict[str, Any] = {
                "charge_point_vendor": "Foreign",
                "charge_point_model": "Wallbox",
                "charge_point_serial_number": "F-1",
                "firmware_version": "1.0",
            }
        else:
            station = {"vendor_name": "Foreign", "model": "Wallbox", "serial_number": "F-1"}
            fields = {
                "charging_station": {**station, "firmware_version": "1.0"},
                "reason": "PowerUp",
            }
        return await self.call("BootNotification", **fields)

    async def closed(self) -> tuple[int, str]:
        """Wait until the server closes the link, and return its code and reason."""
        async with asyncio.timeout(_ANSWER_SECONDS):
            await self.socket.wait_closed()
        return self.socket.close_code or 0, self.socket.close_reason or ""

    async def listen(self) -> None:
        """Take what comes until the link ends."""
        try:
            await self._point.start()
        except ConnectionClosed:
            return


@asynccontextmanager
async def plugged(
    url: str,
    identity: str,
    version: str = "1.6",
    *,
    password: str | bytes | None = None,
    **options: Any,
) -> AsyncIterator[Foreign]:
    """Connect to the server's `url` as a charge point.

    Options are those of `websockets`, and `path` in place of the quoted identity, `subprotocols`
    in place of the version's own, `user` in place of the identity, and `forwarded_for`: what a
    proxy says about the station.
    """
    path = options.pop("path", f"/{quote(identity, safe='')}")
    user = options.pop("user", identity)
    options.setdefault("subprotocols", [Subprotocol(f"ocpp{version}")])
    headers = {} if password is None else {"Authorization": basic(user, password)}
    if forwarded_for := options.pop("forwarded_for", ""):
        headers["X-Forwarded-For"] = forwarded_for
    async with connect(
        url + path,
        additional_headers=headers,
        create_connection=OverheardConnection,
        proxy=None,
        open_timeout=60,
        **options,
    ) as socket:
        point = Foreign(identity, version, socket)
        listening = asyncio.create_task(point.listen())
        try:
            yield point
        finally:
            listening.cancel()
            await asyncio.wait((listening,))


def basic(user: str, password: str | bytes) -> str:
    """Return the header of Basic authentication."""
    secret = password if isinstance(password, bytes) else password.encode()
    return f"Basic {b64encode(user.encode() + b':' + secret).decode()}"


def trusting(pem: Mapping[str, str] | str) -> ssl.SSLContext:
    """Return a TLS context that trusts the authority in `pem`."""
    return ssl.create_default_context(cadata=str(pem))


def at(minutes: float = 0) -> str:
    """Return an instant so many minutes into a morning that is past, as stations write it."""
    moment = _EPOCH + timedelta(minutes=minutes)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


async def add(api: ApiClient, identity: str, **fields: Any) -> None:
    """Add a station, without password unless the fields say one."""
    await api.post("stations", {"identity": identity, **fields})


async def add_token(api: ApiClient, uid: str, **fields: Any) -> None:
    """Add a token, accepted unless the fields say otherwise."""
    await api.post("tokens", {"uid": uid, **fields})


async def sessions_of(api: ApiClient, identity: str) -> list[dict[str, Any]]:
    """Return all sessions of a station, newest first."""
    return await api.items("sessions", station=identity)
