"""The load generator's WebSocket against a server of others."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from websockets.asyncio.server import Server, ServerConnection, basic_auth, serve
from websockets.typing import Subprotocol

from bench.wire import Link, WireError, accept_of, connect, masked


async def echo(connection: ServerConnection) -> None:
    async for text in connection:
        await connection.send(text)


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    guard = basic_auth(realm="ocpp", credentials=("CP1", "secret"))
    subprotocols = [Subprotocol("ocpp1.6")]
    async with serve(
        echo, "127.0.0.1", 0, subprotocols=subprotocols, process_request=guard
    ) as running:
        yield running


def url(server: Server) -> str:
    port = next(iter(server.sockets)).getsockname()[1]
    return f"ws://127.0.0.1:{port}/ocpp"


async def echoed(link: Link, text: bytes) -> bytes:
    heard: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
    link.on_text = heard.set_result
    link.send(text)
    return await heard


def test_the_accept_is_that_of_the_example_in_the_standard() -> None:
    assert accept_of(b"dGhlIHNhbXBsZSBub25jZQ==") == b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="


def test_a_masked_frame_is_that_of_the_example_in_the_standard() -> None:
    frame = masked(b"Hello", bytes.fromhex("37fa213d"))
    assert frame == bytes.fromhex("818537fa213d7f9f4d5158")


def test_a_frame_that_is_too_long_is_our_mistake() -> None:
    with pytest.raises(ValueError, match="too long"):
        masked(bytes(70_000), b"abcd")


@pytest.mark.parametrize("size", [1, 125, 126, 757, 65_535])
async def test_text_of_any_length_goes_there_and_back(server: Server, size: int) -> None:
    link = await connect(url(server), "CP1", "secret")
    text = (b"0123456789" * 6_554)[:size]
    assert await echoed(link, text) == text
    link.drop()
    await link.lost


async def test_many_frames_in_one_packet_come_one_by_one(server: Server) -> None:
    link = await connect(url(server), "CP1", "secret")
    heard: asyncio.Queue[bytes] = asyncio.Queue()
    link.on_text = heard.put_nowait
    for number in range(20):
        link.send(b"frame %d" % number)
    assert [await heard.get() for _ in range(20)] == [b"frame %d" % n for n in range(20)]
    link.drop()
    await link.lost


async def test_a_ping_is_answered(server: Server) -> None:
    link = await connect(url(server), "CP1", "secret")
    await echoed(link, b"hello")
    (connection,) = server.connections
    await (await connection.ping(b"are you there?"))
    link.drop()
    await link.lost


async def test_a_wrong_password_is_an_error(server: Server) -> None:
    with pytest.raises(WireError, match="401"):
        await connect(url(server), "CP1", "wrong")


async def test_nothing_can_be_sent_after_the_server_has_closed(server: Server) -> None:
    link = await connect(url(server), "CP1", "secret")
    await echoed(link, b"hello")
    (connection,) = server.connections
    await connection.close(1001)
    await link.lost
    assert isinstance(link.failure, WireError)
    with pytest.raises(WireError, match="closed"):
        link.send(b"hello?")
