"""How a connection is handed over from HTTP to its wire."""

import asyncio
from asyncio import Transport
from typing import cast

from aiohttp.web import BaseRequest, Response, Server

from laddnav.gateway.entry.entrance import Entrance, Visit
from laddnav.gateway.line.frames import Deflate
from laddnav.gateway.line.wire import End, Incoming, Wire, WireLimits
from laddnav.journal.model import RefusalReason


class Porch:
    """Notes who left."""

    def __init__(self) -> None:
        self.gone: list[Visit] = []

    def refused(self, visit: Visit, reason: RefusalReason, detail: str = "") -> None:
        raise AssertionError(visit, reason, detail)

    def left(self, visit: Visit) -> None:
        self.gone.append(visit)


class ClosedTransport:
    """Was closed from our side; its protocol has not heard of it yet."""

    def is_closing(self) -> bool:
        return True

    def write(self, data: bytes) -> None:
        message = f"the handle is closed: {data!r}"
        raise RuntimeError(message)


class Watcher:
    """Waits for the end."""

    def __init__(self) -> None:
        self.over = asyncio.Event()

    def take(self, incoming: Incoming) -> None:
        raise AssertionError(incoming)

    def lives(self) -> None:
        pass

    def ended(self) -> None:
        self.over.set()


async def answer(_: BaseRequest) -> Response:
    return Response()


async def test_a_connection_that_was_closed_before_its_answer_is_lost_and_no_fault() -> None:
    loop, porch, watcher = asyncio.get_running_loop(), Porch(), Watcher()
    visit = Visit("192.0.2.1", tls=False, since=0.0, deadline=10.0)
    entrance = Entrance(Server(answer), loop, visit, porch)
    entrance.transport = cast("Transport", ClosedTransport())
    wire = Wire(WireLimits(), Deflate(), loop)
    entrance.hand_over(b"HTTP/1.1 101 Switching Protocols", wire)
    wire.begin(watcher)
    await watcher.over.wait()
    assert wire.end is End.LOST
    assert porch.gone == [visit]
