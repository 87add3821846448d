"""The server itself: its sockets, its limits, its end."""

import asyncio
import logging
import signal
import socket
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import httpx
import pytest

from laddnav.web import server
from laddnav.web.asgi import Application, Receive, Scope, Send
from laddnav.web.server import WebServer, bind_tcp, bind_unix


class Slow:
    """Answers when it is told to."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.go = asyncio.Event()
        self.cancelled = False

    async def __call__(self, _: Scope, _receive: Receive, send: Send) -> None:
        self.asked.set()
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.cancelled = True
            raise
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"done"})


@pytest.fixture
async def slow() -> Slow:
    return Slow()


@pytest.fixture
async def running(slow: Slow) -> AsyncIterator[tuple[WebServer, int]]:
    listening = bind_tcp("127.0.0.1", 0)
    port = listening.getsockname()[1]
    served = WebServer(slow, listening, shutdown_seconds=1)
    await served.start()
    yield served, port
    slow.go.set()
    await served.close()


async def exchange(port: int, octets: bytes) -> bytes:
    """Send octets and return all that comes until the server closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(octets)
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


async def test_a_socket_in_the_file_system_is_only_its_owners(tmp_path: Path) -> None:
    path = tmp_path / "s.sock"
    bound = bind_unix(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    bound.close()


async def test_a_dead_servers_socket_is_replaced_and_a_living_ones_is_not(tmp_path: Path) -> None:
    path = tmp_path / "s.sock"
    bind_unix(path).close()
    living = bind_unix(path)
    living.listen()
    with pytest.raises(OSError, match="in use"):
        bind_unix(path)
    living.close()


async def test_a_file_that_is_no_socket_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "s.sock"
    path.write_text("mine")
    with pytest.raises(OSError, match="in use"):
        bind_unix(path)
    assert path.read_text() == "mine"


async def test_a_path_that_no_socket_can_have_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="longer than 107 bytes"):
        bind_unix(tmp_path / ("x" * 120))


async def test_a_port_that_is_taken_is_an_error() -> None:
    first = bind_tcp("127.0.0.1", 0)
    first.listen()
    with pytest.raises(OSError, match="in use"):
        bind_tcp("127.0.0.1", first.getsockname()[1])
    first.close()


async def test_requests_that_run_are_answered_before_the_end(
    slow: Slow, running: tuple[WebServer, int]
) -> None:
    served, port = running
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        asked = asyncio.create_task(client.get("/"))
        await slow.asked.wait()
        closing = asyncio.create_task(served.close())
        slow.go.set()
        assert (await asked).text == "done"
        await closing
        with pytest.raises(httpx.ConnectError):
            await client.get("/")


async def test_the_end_does_not_wait_for_ever(slow: Slow, running: tuple[WebServer, int]) -> None:
    served, port = running
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
        asked = asyncio.create_task(client.get("/"))
        await slow.asked.wait()
        await served.close()
        answered = await asyncio.gather(asked, return_exceptions=True)
    assert slow.cancelled
    assert not isinstance(answered[0], httpx.Response) or answered[0].status_code == 500


async def test_a_server_that_never_started_closes_its_socket(slow: Slow) -> None:
    listening = bind_tcp("127.0.0.1", 0)
    await WebServer(slow, listening).close()
    assert listening.fileno() == -1


async def test_signals_and_logging_stay_as_the_process_set_them(slow: Slow) -> None:
    def state() -> list[object]:
        loggers = [logging.getLogger(name) for name in (None, "uvicorn", "uvicorn.error")]
        logs = [(list(each.handlers), each.level) for each in loggers]
        return [*logs, *(signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGINT))]

    before = state()
    served = WebServer(slow, bind_tcp("127.0.0.1", 0))
    await served.start()
    assert state() == before
    await served.close()
    assert state() == before


@pytest.mark.parametrize(
    "octets",
    [
        b"nonsense\r\n\r\n",
        b"GET /\xc3\xa9 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"x" * (2 * server.REQUEST_HEAD_BYTES),
    ],
)
async def test_what_is_no_http_is_refused_as_a_problem(
    running: tuple[WebServer, int], octets: bytes
) -> None:
    answer = await exchange(running[1], octets)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert b"application/problem+json" in head
    assert b'"status":400' in body


async def test_a_body_that_is_none_ends_the_connection(
    running: tuple[WebServer, int], slow: Slow
) -> None:
    head = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    answer = await exchange(running[1], head + b"no chunk\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 400 ")
    slow.go.set()
    slow.asked.clear()
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{running[1]}") as client:
        assert (await client.get("/")).text == "done"


@asynccontextmanager
async def impatient(application: Application) -> AsyncIterator[int]:
    """Serve where a request must arrive at once; yield the port."""
    listening = bind_tcp("127.0.0.1", 0)
    served = WebServer(application, listening, shutdown_seconds=1, request_seconds=0.1)
    await served.start()
    try:
        yield listening.getsockname()[1]
    finally:
        await served.close()


async def trickled(port: int, begun: bytes, drop: bytes) -> bytes:
    """Send what is begun, then drop after drop, and return all that comes until the end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(begun)
    answer = asyncio.create_task(reader.read())
    while not answer.done():
        writer.write(drop)
        await asyncio.sleep(0.01)
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()
    return await answer


class Reader:
    """Reads the body and answers with it."""

    def __init__(self) -> None:
        self.messages: list[str] = []

    async def __call__(self, _: Scope, receive: Receive, send: Send) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            self.messages.append(message["type"])
            body += message.get("body", b"")
            more = message.get("more_body", False)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": body})


UPLOAD = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n"


@pytest.mark.parametrize(
    ("begun", "drop"),
    [(UPLOAD, b"x"), (b"", UPLOAD[:1]), (b"POST / HTTP/1.1\r\nX: ", b"x")],
)
async def test_a_request_that_is_sent_byte_by_byte_is_refused_in_time(
    begun: bytes, drop: bytes
) -> None:
    reading = Reader()
    async with impatient(reading) as port:
        head, _, body = (await trickled(port, begun, drop)).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 408 ")
    assert b"application/problem+json" in head
    assert b"did not arrive in time" in body
    assert reading.messages[-1:] in ([], ["http.disconnect"])


async def test_who_sends_nothing_is_not_waited_for() -> None:
    async with impatient(Reader()) as port:
        assert await exchange(port, b"") == b""


async def test_a_body_that_goes_on_after_its_answer_ends_the_connection(slow: Slow) -> None:
    slow.go.set()
    async with impatient(slow) as port:
        answer = await trickled(port, UPLOAD, b"x")
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.endswith(b"done\r\n0\r\n\r\n")


@pytest.mark.parametrize("begun", [b"GET / HT", UPLOAD])
async def test_a_second_request_must_arrive_in_time_too(begun: bytes) -> None:
    async with impatient(Reader()) as port:
        whole = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\ndone"
        answer = await exchange(port, whole + begun)
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b"HTTP/1.1 408 " in answer


async def test_an_answer_may_take_longer_than_its_request(slow: Slow) -> None:
    async with impatient(slow) as port, httpx.AsyncClient() as client:
        asked = asyncio.create_task(client.post(f"http://127.0.0.1:{port}/", content=b"x" * 9_000))
        await slow.asked.wait()
        await trickled(port, b"", b"x")  # longer than a request may take
        slow.go.set()
        assert (await asked).text == "done"


async def test_every_address_of_the_machine_can_be_served() -> None:
    for host in ("", "::", "localhost"):
        bound = bind_tcp(host, 0)
        assert bound.family in {socket.AF_INET, socket.AF_INET6}
        bound.close()
