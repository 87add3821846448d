"""A central system of few words, on a real WebSocket: it answers as it is told and remembers all.

Everything a station says is held against the official schemas.
"""

import asyncio
import json
import ssl
from collections.abc import Callable
from typing import Any, NamedTuple

import aiohttp
import msgspec
from aiohttp import web
from aiohttp.test_utils import TestServer

from laddnav.kernel.clock import SystemClock
from laddnav.kernel.ids import new_id
from laddnav.ocpp.action import Version
from laddnav.ocpp.calls import OutgoingCall
from laddnav.ocpp.connection import Connection
from laddnav.ocpp.errors import ErrorCode, RemoteProtocolError
from laddnav.ocpp.events import CallReceived, ErrorReceived, ResultReceived
from laddnav.simulator.changes import Changes
from tests.official import ACTIONS, request_stem, validator

_HEARTBEAT_S = 86_400

Payload = dict[str, Any]
Answer = Payload | RemoteProtocolError | None


class Heard(NamedTuple):
    """One call of a station."""

    identity: str
    version: Version
    message_id: str | int
    action: str
    payload: Payload


class _Peer:
    """One connected station."""

    def __init__(self, socket: web.WebSocketResponse, connection: Connection) -> None:
        self.socket = socket
        self.connection = connection
        self.waiting: dict[OutgoingCall, asyncio.Future[Payload]] = {}

    async def flush(self) -> None:
        for frame in self.connection.frames_to_send():
            await self.socket.send_str(frame)


class Csms:
    """The central system.

    Attributes:
        answers: What answers an action, by name, instead of the default: called with the
            payload; gives the answer, an error, or None for no answer at all.
        heard: Every call of every station, in order.
        violations: What the official schemas had against what stations said.
        passwords: The credentials to ask for, by identity; others are let in without.
        credentials: The Authorization header of each connection, in order.
    """

    def __init__(self) -> None:
        self.answers: dict[str, Callable[[Payload], Answer]] = {}
        self.heard: list[Heard] = []
        self.violations: list[str] = []
        self.credentials: list[str | None] = []
        self.paths: list[str] = []
        self.refuses_with: int | None = None
        self.changes = Changes()
        self._peers: dict[str, _Peer] = {}
        self._next_id = 0
        self._server = TestServer(web.Application())
        self._server.app.router.add_get("/ocpp/{identity}", self._connect)

    async def start(self, tls: ssl.SSLContext | None = None) -> None:
        await self._server.start_server(ssl=tls)

    async def stop(self) -> None:
        await self._server.close()

    @property
    def url(self) -> str:
        return str(self._server.make_url("/ocpp")).replace("http", "ws")

    @property
    def connected(self) -> set[str]:
        return set(self._peers)

    def said(self, action: str) -> list[Payload]:
        """Return the payloads of one action, in order."""
        return [heard.payload for heard in self.heard if heard.action == action]

    def actions(self) -> list[str]:
        """Return the actions heard, in order."""
        return [heard.action for heard in self.heard]

    async def until_said(self, action: str, times: int = 1) -> list[Payload]:
        """Wait until an action was heard so often."""
        await self.changes.until(lambda: len(self.said(action)) >= times)
        return self.said(action)

    async def call(self, identity: str, action: str, payload: Payload) -> Payload:
        """Ask a station something; RemoteProtocolError where it refuses."""
        peer = self._peers[identity]
        version = peer.connection.version
        validator(version, request_stem(version, action)).validate(payload)
        call = peer.connection.call(action, msgspec.json.encode(payload), now=0.0)
        peer.waiting[call] = asyncio.get_running_loop().create_future()
        await peer.flush()
        return await peer.waiting[call]

    async def drop(self, identity: str) -> None:
        """Close a station's connection."""
        await self._peers[identity].socket.close()

    async def _connect(self, request: web.Request) -> web.StreamResponse:
        self.credentials.append(request.headers.get("Authorization"))
        self.paths.append(request.raw_path)
        if self.refuses_with is not None:
            self.changes.tell()
            return web.Response(status=self.refuses_with)
        socket = web.WebSocketResponse(protocols=[version.subprotocol for version in Version])
        await socket.prepare(request)
        version = Version.from_subprotocol(socket.ws_protocol or "")
        assert version is not None
        connection = Connection(actions=ACTIONS[version], version=version, new_message_id=new_id)
        peer = _Peer(socket, connection)
        identity = request.match_info["identity"]
        self._peers[identity] = peer
        self.changes.tell()
        try:
            async for message in socket:
                if message.type is aiohttp.WSMsgType.TEXT:
                    await self._take(identity, peer, message.data)
        except ConnectionError:
            pass  # it went away while it was answered
        finally:
            if self._peers.get(identity) is peer:
                del self._peers[identity]
            self.changes.tell()
        return socket

    async def _take(self, identity: str, peer: _Peer, text: str) -> None:
        event = peer.connection.receive(text, 0.0)
        match event:
            case CallReceived():
                self._answer(identity, peer, event)
            case ResultReceived(call=call):
                payload = json.loads(bytes(event.payload))
                self._check(peer, f"{call.action.name}Response", payload)
                peer.waiting.pop(call).set_result(payload)
            case ErrorReceived(call=call):
                error = RemoteProtocolError(event.code, event.description)
                peer.waiting.pop(call).set_exception(error)
            case _:
                self.violations.append(f"{identity} sent what nobody understands: {text}")
        await peer.flush()
        self.changes.tell()

    def _check(self, peer: _Peer, stem: str, payload: Payload) -> None:
        errors = validator(peer.connection.version, stem).iter_errors(payload)
        self.violations.extend(f"{stem}: {error.message} in {payload}" for error in errors)

    def _answer(self, identity: str, peer: _Peer, call: CallReceived) -> None:
        version, action = peer.connection.version, call.action
        payload = json.loads(bytes(call.payload))
        self._check(peer, request_stem(version, action.name), payload)
        self.heard.append(Heard(identity, version, call.message_id, action.name, payload))
        told = self.answers.get(action.name)
        answer = told(payload) if told is not None else self.usual(version, action.name, payload)
        if isinstance(answer, RemoteProtocolError):
            peer.connection.refuse(call, answer)
        elif answer is not None:
            assert action.response is not None
            peer.connection.reply(call, msgspec.convert(answer, action.response))

    def usual(self, version: Version, action: str, payload: Payload) -> Payload:
        """Return the answer that accepts everything."""
        now = SystemClock().now().isoformat()
        key = "idTagInfo" if version is Version.V16 else "idTokenInfo"
        accepted = {key: {"status": "Accepted"}}
        if action == "StartTransaction":
            self._next_id += 1
        answers: dict[str, Payload] = {
            "BootNotification": {
                "status": "Accepted",
                "currentTime": now,
                "interval": _HEARTBEAT_S,
            },
            "Heartbeat": {"currentTime": now},
            "StartTransaction": accepted | {"transactionId": self._next_id},
            "TransactionEvent": accepted if "idToken" in payload else {},
            "Authorize": accepted,
            "DataTransfer": {"status": "Accepted"},
        }
        return answers.get(action, {})


def refusal(code: ErrorCode = ErrorCode.INTERNAL_ERROR) -> RemoteProtocolError:
    """Return an error to answer with."""
    return RemoteProtocolError(code, "as the test wants it")
