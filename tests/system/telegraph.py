"""A station of bare frames: what it sends and when is the test's own business."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import count
from typing import Any, NamedTuple
from urllib.parse import quote

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from laddnav.kernel.clock import SystemClock
from laddnav.ocpp.action import Version
from tests.official import OverheardConnection
from tests.system.foreign import basic
from tests.system.load import password_of

_RESULT, _ERROR = 3, 4
_PATIENCE_SECONDS = 120
_NUMBERS = count(1)

Payload = dict[str, Any]


class Reply(NamedTuple):
    """An answer: a result, or the code of an error."""

    result: Payload
    error: str | None = None


class Lost(Exception):  # noqa: N818 - it reads as what has happened: `except Lost`
    """The link ended before the answer came; `code` says how."""

    def __init__(self, code: int) -> None:
        super().__init__(f"closed with {code}")
        self.code = code


class Telegraph:
    """One connection of a station."""

    def __init__(self, version: Version, socket: ClientConnection) -> None:
        self.version = version
        self._socket = socket
        self._asked: dict[str, asyncio.Future[Reply]] = {}
        self._reading = asyncio.create_task(self._read())

    async def tell(self, action: str, payload: Mapping[str, Any]) -> "asyncio.Future[Reply]":
        """Send a call and return what will be its answer."""
        message_id = str(next(_NUMBERS))
        answer: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._asked[message_id] = answer
        await self._socket.send(msgspec.json.encode([2, message_id, action, payload]).decode())
        return answer

    async def ask(self, action: str, payload: Mapping[str, Any]) -> Reply:
        """Send a call and wait for its answer.

        Raises:
            Lost: The link ended instead.
        """
        answer = await self.tell(action, payload)
        async with asyncio.timeout(_PATIENCE_SECONDS):
            return await answer

    async def result(self, action: str, payload: Mapping[str, Any]) -> Payload:
        """Send a call that must not be answered with an error, and return the result."""
        reply = await self.ask(action, payload)
        assert reply.error is None, reply
        return reply.result

    async def send(self, text: str | bytes) -> None:
        """Send anything."""
        await self._socket.send(text)

    async def closed(self) -> int:
        """Wait until the server ends the link; return the code of its close frame."""
        async with asyncio.timeout(_PATIENCE_SECONDS):
            await asyncio.wait([self._reading])
        return self._socket.close_code or 0

    async def end(self) -> None:
        """Go away."""
        await self._socket.close()
        await asyncio.wait([self._reading])

    async def _read(self) -> None:
        try:
            async for text in self._socket:
                self._take(msgspec.json.decode(text))
        except ConnectionClosed:
            pass
        finally:
            for answer in self._asked.values():
                answer.set_exception(Lost(self._socket.close_code or 0))
                answer.exception()  # not everybody waits for one
            self._asked.clear()

    def _take(self, frame: list[Any]) -> None:
        answer = self._asked.pop(frame[1], None)
        if answer is not None and frame[0] == _RESULT:
            answer.set_result(Reply(frame[2]))
        elif answer is not None and frame[0] == _ERROR:
            answer.set_result(Reply({}, error=frame[2]))


@asynccontextmanager
async def telegraph(url: str, identity: str, version: Version) -> AsyncIterator[Telegraph]:
    """Connect a station to the server's `url`."""
    async with connect(
        f"{url}/{quote(identity, safe='')}",
        subprotocols=[Subprotocol(version.subprotocol)],
        additional_headers={"Authorization": basic(identity, password_of(identity))},
        create_connection=OverheardConnection,
        proxy=None,
        open_timeout=_PATIENCE_SECONDS,
        close_timeout=1,
        max_queue=None,
    ) as socket:
        station = Telegraph(version, socket)
        try:
            yield station
        finally:
            await station.end()


# What a station says in each version ----------------------------------------------------------

_EPOCH = SystemClock().now().replace(microsecond=0) - timedelta(days=1)


def at(minute: float) -> str:
    """Return an instant so many minutes into yesterday's story, as stations write it."""
    return (_EPOCH + timedelta(minutes=minute)).strftime("%Y-%m-%dT%H:%M:%SZ")


def boot(version: Version) -> Payload:
    """Return a BootNotification."""
    if version is Version.V16:
        return {"chargePointVendor": "Telegraph", "chargePointModel": "T1"}
    return {"reason": "PowerUp", "chargingStation": {"vendorName": "Telegraph", "model": "T2"}}


def authorize(version: Version, uid: str) -> Payload:
    """Return an Authorize."""
    if version is Version.V16:
        return {"idTag": uid}
    return {"idToken": {"idToken": uid, "type": "ISO14443"}}


def verdict(version: Version, answer: Payload) -> str:
    """Return what an answer says of the token."""
    word: str = answer["idTagInfo" if version is Version.V16 else "idTokenInfo"]["status"]
    return word


def started(
    version: Version, uid: str, minute: float, register: int, name: str = ""
) -> tuple[str, Payload]:
    """Return the call that begins a transaction; `name` is its id where stations make it."""
    if version is Version.V16:
        return "StartTransaction", {
            "connectorId": 1, "idTag": uid, "meterStart": register, "timestamp": at(minute),
        }  # fmt: skip
    event = _event("Started", 0, minute, register, name)
    event |= {"idToken": {"idToken": uid, "type": "ISO14443"}, "evse": {"id": 1, "connectorId": 1}}
    return "TransactionEvent", event


def measured(
    version: Version, number: int, minute: float, register: int, name: str | int
) -> tuple[str, Payload]:
    """Return the call that tells the meter the `number`-th time."""
    if version is Version.V16:
        value = {"value": str(register), "measurand": "Energy.Active.Import.Register"}
        reading = {"timestamp": at(minute), "sampledValue": [value]}
        return "MeterValues", {"connectorId": 1, "transactionId": name, "meterValue": [reading]}
    return "TransactionEvent", _event("Updated", number, minute, register, str(name))


def ended(
    version: Version, number: int, minute: float, register: int, name: str | int
) -> tuple[str, Payload]:
    """Return the call that ends a transaction, its `number`-th after the first."""
    if version is Version.V16:
        return "StopTransaction", {
            "transactionId": name, "meterStop": register, "timestamp": at(minute),
        }  # fmt: skip
    return "TransactionEvent", _event("Ended", number, minute, register, str(name))


def name_of(version: Version, answer: Payload, name: str) -> str | int:
    """Return the id of the transaction that a start began."""
    number: int = answer.get("transactionId", 0)
    return number if version is Version.V16 else name


def _event(kind: str, number: int, minute: float, register: int, name: str) -> Payload:
    return {
        "eventType": kind,
        "timestamp": at(minute),
        "triggerReason": "Authorized" if kind == "Started" else "MeterValuePeriodic",
        "seqNo": number,
        "transactionInfo": {"transactionId": name},
        "meterValue": [
            {
                "timestamp": at(minute),
                "sampledValue": [{"value": register, "measurand": "Energy.Active.Import.Register"}],
            }
        ],
    }
