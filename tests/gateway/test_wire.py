"""What a link uses of a WebSocket."""

import asyncio
from typing import Any, cast

from aiohttp import WSMessage, WSMsgType
from aiohttp.web import RequestHandler, WebSocketResponse

from laddnav.gateway.wire import Wire

FLOOD = 1_000


class FloodedSocket:
    """Has always received something already: `receive` never waits."""

    compress = False

    async def receive(self) -> WSMessage:
        return WSMessage(WSMsgType.TEXT, b"[]", None)


async def test_a_station_that_floods_us_leaves_others_their_turn() -> None:
    socket = cast("WebSocketResponse[Any]", FloodedSocket())
    wire = Wire(socket, cast("RequestHandler", None), most_buffered=1)
    turns = 0

    async def take_turns() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    other = asyncio.create_task(take_turns())
    for _ in range(FLOOD):
        assert await wire.receive() is not None
    other.cancel()
    assert turns >= FLOOD // 100
